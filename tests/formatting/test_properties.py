"""Formatting changes nothing but the layout, and a second time nothing at all.

``ALW_FUZZ=N`` tries N random examples of each kind, different ones each time.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alw.driver.loader import beside
from alw.driver.pipeline import compile_sources
from alw.driver.result import Compilation
from alw.driver.session import Session
from alw.formatting import NotFormatted
from alw.semantics.input_values import Inputs, InputValue
from alw.text.source import Source
from tests.conftest import ROOT
from tests.engine.generate_programs import Program, programs
from tests.errors import expectation
from tests.language.reference import examples
from tests.language.test_fuzz import bodies, token_sequences

from .comparing import TOKEN, check, layout, tree
from .layouts import ITEMS

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SAMPLES = sorted((ROOT / "samples").glob("*.alw"))
ERRORS = sorted((ROOT / "tests" / "errors").glob("*.alw"))
TEXTS = {
    **{path.name: path.read_text(encoding="utf-8") for path in (*SAMPLES, *ERRORS)},
    **{f"language.md:{example.line}": example.text for example in examples()},
    **{name: f"workflow w {{\n{written}\n}}" for name, (written, _) in ITEMS.items()},
}
PARSED = {name: text for name, text in TEXTS.items() if tree(text) is not None}


def said(compilation: Compilation) -> list[tuple[str, list[str]]]:
    """What is said, in front of which word, wherever it stands."""
    return [
        (d.code, re.findall(r"\w+|\S", d.source.text[d.span.start :])[:1])
        for d in compilation.diagnostics
    ]


def compiled(compilation: Compilation) -> list[tuple[object, object, object]]:
    found = compilation.workflows.values()
    return [(w.workflow, w.tasks, {n: a.content for n, a in w.sandboxes.items()}) for w in found]


# What there is


@pytest.mark.parametrize("name", PARSED)
def test_a_text_that_parses(name: str) -> None:
    check(PARSED[name])
    check(PARSED[name].replace("\n", "\r\n"))


@pytest.mark.parametrize("name", PARSED)
def test_blanks_have_no_meaning(name: str) -> None:
    tokens = [token for token in TOKEN.findall(PARSED[name]) if not token.startswith("#")]
    assert layout(" ".join(tokens)) == layout(" \t ".join(tokens) + "\n\n")


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - PARSED.keys()))
def test_a_text_that_does_not_parse(name: str) -> None:
    with pytest.raises(NotFormatted) as error:
        layout(TEXTS[name])
    assert error.value.diagnostics


def test_most_texts_parse() -> None:
    assert len(PARSED) > len(TEXTS) - len(PARSED)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_compiles_to_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, after = (
        compile_sources([Source(str(path), t)], Session(reader=beside))
        for t in (text.replace("\n", "\n\n\n").replace("  ", "\t"), layout(text))
    )
    assert before.ok
    assert compiled(after) == compiled(before)


@pytest.mark.parametrize(
    "path", [path for path in ERRORS if path.name in PARSED], ids=lambda path: path.stem
)
def test_the_same_is_said_about_an_erroneous_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    case = expectation.read(text)
    formatted = expectation.Case(layout(text), [], case.given, case.target)
    assert said(formatted.compile(path.name)) == said(case.compile(path.name))


# What is made at random


@fuzz
@given(programs())
def test_a_program_compiles_to_the_same(program: Program) -> None:
    inputs = Inputs({name: InputValue(value, name) for name, value in program.inputs.items()})
    before, after = (
        compile_sources([Source("a.alw", text)], Session(inputs))
        for text in (program.text, check(program.text))
    )
    assert said(after) == said(before)
    assert compiled(after) == compiled(before)


_GAPS = st.sampled_from(
    [
        *(" ", " ", " ", " ", "\n", "\n", "\t", "  \n\n\n ", "\r\n", "\f\n"),
        *(" # c\n", "\n# own\n", "# é \t\r\n", "#\n\n# twice\n", "\n\n  #\x0b \x85 \u2028x\n"),
        *(" # alw: ignore unused-input\n", "# why # alw: ignore unused-task, float-equality\n"),
        *("\n# alw: ignore-file unused-constant\n", " # alw: ignore unused-constant #! more\n"),
    ]
)
_TAME = st.sampled_from(
    [" "] * 12 + ["\n"] * 3 + [" # alw: ignore unused-input, unused-constant, unused-task\n", "#\n"]
)


#: What needs no white space around it.
_TIGHT = '{}[](),:"'


@st.composite
def rewritten(draw: st.DrawFn) -> str:
    """A program with other white space and comments."""
    text = draw(st.sampled_from(sorted(PARSED.values())))
    gaps = draw(st.sampled_from([_GAPS, _TAME]))
    tokens = [token for token in TOKEN.findall(text) if not token.startswith("#")]
    written, before = "", "{"
    for token in tokens:
        tight = before[-1] in _TIGHT or token[0] in _TIGHT
        written += draw(gaps | st.just("") if tight else gaps) + token
        before = token
    return written + draw(gaps)


@fuzz
@given(rewritten())
def test_any_layout(text: str) -> None:
    before, after = (compile_sources([Source("a.alw", t)], Session()) for t in (text, check(text)))
    assert said(after) == said(before)
    assert compiled(after) == compiled(before)


@fuzz
@given(st.text() | token_sequences() | bodies())
def test_any_text(text: str) -> None:
    try:
        check(text)
    except NotFormatted as error:
        assert tree(text) is None
        assert error.diagnostics
