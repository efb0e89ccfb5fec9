"""The stored parser tables are those of the grammar, for every Lark that is admitted."""

from __future__ import annotations

import pickletools
from pathlib import Path

import lark
import pytest

from alw.resources import folder
from alw.syntax.tables import FILE, compute_parser, load_parser
from tests.conftest import ROOT

SAMPLES = sorted((ROOT / "samples").glob("*.alw"))


def test_the_stored_tables_are_used() -> None:
    assert load_parser(None) is not None, "run: python -m alw.syntax.tables"


def test_the_tables_are_those_of_this_release_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lark changes the form of a saved parser in no 1.3.x; of others nothing is known."""
    monkeypatch.setattr(lark, "__version__", "1.3.99")
    assert load_parser(None) is not None
    monkeypatch.setattr(lark, "__version__", "1.4.0")
    assert load_parser(None) is None
    assert '"lark>=1.3,<1.4"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_tables_are_plain_data() -> None:
    stamp, _, tables = (folder("grammar") / FILE).read_bytes().partition(b"\n")
    assert stamp.startswith(b"lark 1.3 ")
    names = {operation.name for operation, _, _ in pickletools.genops(tables)}
    assert not names & {"GLOBAL", "STACK_GLOBAL", "REDUCE", "INST", "OBJ", "NEWOBJ", "BUILD"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_stored_parser_reads_what_the_computed_one_does(path: Path) -> None:
    """Run with the oldest and the newest Lark, it shows that both can use the stored tables."""
    text = path.read_text(encoding="utf-8")
    stored = load_parser(None)
    assert stored is not None
    assert stored.parse(text, start="start") == compute_parser(None).parse(text, start="start")
