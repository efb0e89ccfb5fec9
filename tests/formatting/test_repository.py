"""What the repository shows of the language is formatted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", *sorted((ROOT / "compiler" / "explanations").glob("*.md"))],
    ids=lambda path: path.stem,
)
def test_the_programs_of_a_page_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for program in re.findall(r"^```alw[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if tree(program) is not None:
            assert check(program) == program
