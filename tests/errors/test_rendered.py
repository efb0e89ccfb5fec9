"""How every error file's problems are shown: reviewed snapshots.

``ALW_UPDATE_GOLDEN=1`` stores what is shown now; read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from alw.cli.formats.text import as_text

from .expectation import FOLDER, read

FILES = sorted(FOLDER.glob("*.alw"))
RENDERED = FOLDER / "rendered"
_EXPECTATIONS = re.compile(r"[ \t]*#!\^? ALW\d.*")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rendered(file: Path) -> None:
    case = read(file.read_text(encoding="utf-8"))
    case.text = _EXPECTATIONS.sub("", case.text)
    shown = as_text(case.compile(file.name).diagnostics) + "\n"
    stored = RENDERED / f"{file.stem}.txt"
    if os.environ.get("ALW_UPDATE_GOLDEN"):
        RENDERED.mkdir(exist_ok=True)
        stored.write_text(shown, encoding="utf-8")
    assert shown == stored.read_text(encoding="utf-8")


def test_no_snapshot_without_a_file() -> None:
    assert {path.stem for path in RENDERED.glob("*.txt")} == {file.stem for file in FILES}
