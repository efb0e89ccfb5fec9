"""Every example of the language reference is run; the reference covers the whole grammar."""

from __future__ import annotations

import re

import pytest

import alw
from tests.conftest import ROOT

REFERENCE = (ROOT / "grammar" / "language.md").read_text(encoding="utf-8")
GRAMMAR = (ROOT / "grammar" / "alw.lark").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```alw(?: error=(\w+))?\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("code", "text"), EXAMPLES, ids=[text.split("{")[0].split()[-1] for _, text in EXAMPLES]
)
def test_an_example_gives_what_is_said(code: str, text: str) -> None:
    compilation = alw.compile_text(text)
    assert [d.code for d in compilation.diagnostics] == ([code] if code else [])


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize("word", sorted(set(re.findall(r'"([a-z]+)"', GRAMMAR))))
def test_every_keyword_is_in_an_example(word: str) -> None:
    correct = "\n".join(text for code, text in EXAMPLES if not code)
    assert re.search(rf"\b{word}\b", correct)


@pytest.mark.parametrize("name", ["int", "float", "bool", "string", "dataset"])
def test_every_type_is_in_an_example(name: str) -> None:
    assert any(re.search(rf": {name}\b", text) for code, text in EXAMPLES if not code)
