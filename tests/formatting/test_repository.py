"""What the repository shows of the language is formatted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alw.diagnostics.catalogue import all_rules
from tests.conftest import ROOT
from tests.language.reference import REFERENCE, Example, examples

from .comparing import check, tree


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.alw")), ids=lambda p: p.stem)
def test_a_sample_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert check(text) == text


@pytest.mark.parametrize(
    "example", [e for e in examples() if tree(e.text)], ids=lambda e: f"line-{e.line}"
)
def test_an_example_of_the_reference_is_formatted(example: Example) -> None:
    block = REFERENCE.read_text(encoding="utf-8").split("\n")[example.line :]
    text = "\n".join(block[: block.index("```")]) + "\n"
    assert check(text) == text


PAGES = {
    "README": (ROOT / "README.md").read_text(encoding="utf-8"),
    **{code: rule.page for code, rule in all_rules().items()},
}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_programs_of_a_page_are_formatted(page: str) -> None:
    for program in re.findall(r"^```alw[^\n]*\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL):
        if tree(program) is not None:
            assert check(program) == program
