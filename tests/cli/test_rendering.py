"""Diagnostics as text: some stored in golden/, and what holds of all of them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.cli.formats.concise import as_concise
from alw.cli.formats.json_records import as_json
from alw.cli.formats.text import as_text
from alw.cli.wording import summarize
from alw.diagnostics import rules
from alw.diagnostics.catalogue import all_rules
from alw.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from alw.text.display import CUT, clean, excerpt
from alw.text.source import Source, Span

GOLDEN = Path(__file__).parent / "golden"


def at(source: Source, part: str, occurrence: int = 0) -> Span:
    start = -1
    for _ in range(occurrence + 1):
        start = source.text.index(part, start + 1)
    return Span(start, start + len(part))


PROGRAM = Source(
    "samples/w.alw",
    """\
workflow w {
  loop scan {
    param m: float = 0.5
    param n: int   = 0.5

    task t {
\t  exec = "run {m}\t{q}"
    }
    task u { exec = "日本語 e\u0301 {q}" }
    task t { exec = "x" }
  }
}
""",
)


def fixable(title: str, text: str, help: str, safe: bool) -> Diagnostic:
    span = at(PROGRAM, "scan")
    fix = Fix(title, (Edit(span, text),), safe)
    return Diagnostic(rules.UNBOUND_NAME, PROGRAM, span, "nothing has this name", help, fix=fix)


OTHER = Source("other.alw", "\n" * 119 + "workflow w {}\r\n")


def error(source: Source, span: Span, help: str = "", *related: Label) -> Diagnostic:
    return Diagnostic(rules.UNBOUND_NAME, source, span, "nothing has this name", help, related)


CASES: dict[str, list[Diagnostic]] = {
    "help": [error(PROGRAM, at(PROGRAM, "scan"), "did you mean 'scam'?")],
    "fixes": [
        fixable("change to 'Scan'", "Scan", "did you mean 'Scan'?", True),
        fixable("change to 'Scan'", "Scan", "", True),
        fixable("remove it", "", "", False),
        fixable("remove it", "", "use it, or remove it", False),
        fixable("change to 'scam'", "scam", "did you mean 'scam'?", False),
        fixable("change to 'scam'", "scam", "names are those of the manual", False),
    ],
    "two-problems": [
        error(PROGRAM, at(PROGRAM, "scan")),
        Diagnostic(
            rules.PRUN_WARNS, PROGRAM, at(PROGRAM, "exec"), "beware", "do not", (), "warning"
        ),
    ],
    "same-line": [
        error(
            PROGRAM,
            at(PROGRAM, "0.5", 1),
            "write 1",
            Label(PROGRAM, at(PROGRAM, "int"), "declared int here"),
        )
    ],
    "other-lines": [
        error(
            PROGRAM,
            at(PROGRAM, "t {", 1),
            "",
            Label(PROGRAM, at(PROGRAM, "task t"), "first defined here"),
            Label(PROGRAM, at(PROGRAM, "task u"), "two lines before"),
        )
    ],
    "other-file": [
        error(PROGRAM, at(PROGRAM, "w"), "", Label(OTHER, at(OTHER, "w {}"), "the first one"))
    ],
    "three-lines": [
        error(
            PROGRAM,
            at(PROGRAM, 'task t {\n\t  exec = "run {m}\t{q}"\n    }'),
            "say more",
            Label(PROGRAM, at(PROGRAM, PROGRAM.text[:-1]), "all of it"),
        )
    ],
    "tab": [error(PROGRAM, at(PROGRAM, "{q}"))],
    "wide": [error(PROGRAM, at(PROGRAM, "{q}", 1)), error(PROGRAM, at(PROGRAM, "語 e\u0301"))],
    "end-of-line": [error(OTHER, at(OTHER, "\r\n")), error(OTHER, Span(10_000, 10_000))],
    "long-line": [
        error(Source("long.alw", "a" * 500 + "HERE" + "b" * 500), Span(500, 504)),
        error(Source("long.alw", "a" * 500 + "HERE" + "b" * 500), Span(0, 2000)),
        error(Source("long.alw", "a" * 500 + "HERE"), Span(504, 504)),
    ],
    "whole-file": [
        error(Source("missing.alw", ""), Span(0, 0), "look elsewhere"),
        error(PROGRAM, Span(0, 0), "", Label(OTHER, at(OTHER, "w {}"), "this one")),
    ],
    "control-characters": [
        Diagnostic(
            rules.UNBOUND_NAME,
            Source("a\x1b[31m\u202e.alw", "a\0\x1b[31m\x7f\x9b\u202e\u200db\ud800c"),
            Span(7, 8),
            "the value is \x1b]0;title\x07\r\nand\tmore",
            "first \x1b[A\nsecond",
        )
    ],
}


def check(name: str, text: str, update: bool) -> None:
    path = GOLDEN / name
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_renderings_are_as_stored(name: str, updates_goldens: bool) -> None:
    check(f"{name}.txt", as_text(CASES[name]) + "\n", updates_goldens)


def test_colours_are_as_stored(updates_goldens: bool) -> None:
    text = as_text([*CASES["two-problems"], *CASES["same-line"]], colour=True)
    check("colour.txt", text.replace("\x1b", "␛") + "\n", updates_goldens)


def test_concise_lines_are_as_stored(updates_goldens: bool) -> None:
    check(
        "concise.txt",
        as_concise([d for found in CASES.values() for d in found]) + "\n",
        updates_goldens,
    )


def test_summaries() -> None:
    problem, warning = CASES["two-problems"]
    assert summarize([], 1) == "no problems in 1 file"
    assert summarize([], 3) == "no problems in 3 files"
    assert summarize([problem, warning, warning], 1) == "1 error, 2 warnings"
    assert summarize([warning], 1) == "1 warning"


# What holds of every rendering

_texts = st.text(
    st.one_of(st.sampled_from("ab \t\n\r\x00\x1b日\u0301\u200d\U0001f600"), st.characters()),
    max_size=300,
)
_offsets = st.integers(-10, 400)


@st.composite
def _diagnostics(draw: st.DrawFn) -> list[Diagnostic]:
    sources = [
        Source(draw(_texts), draw(_texts) * draw(st.sampled_from([0, 1, 1, 50]))) for _ in range(2)
    ]
    spans = st.builds(Span, _offsets, _offsets)
    labels = st.builds(Label, st.sampled_from(sources), spans, _texts)
    return draw(
        st.lists(
            st.builds(
                Diagnostic,
                st.sampled_from(sorted(all_rules().values())),
                st.sampled_from(sources),
                spans,
                _texts,
                _texts,
                st.lists(labels, max_size=3).map(tuple),
                st.sampled_from(["error", "warning"]),
            ),
            max_size=3,
        )
    )


def harmless(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


@settings(deadline=None)
@given(_diagnostics(), st.integers(0, 250))
def test_no_text_and_no_span_is_too_strange(found: list[Diagnostic], columns: int) -> None:
    text = as_text(found, columns=columns)
    assert harmless(text.replace("\n", ""))
    assert all(line == line.rstrip() for line in text.split("\n"))
    concise = as_concise(found)
    assert harmless(concise.replace("\n", ""))
    assert len(concise.split("\n")) == max(len(found), 1)
    as_text(found, colour=True, columns=columns).encode("utf-8")
    as_concise(found, colour=True).encode("utf-8")
    assert len(json.loads(as_json(found))["diagnostics"]) == len(found)


@settings(deadline=None)
@given(_texts)
def test_cleaned_text_is_printable(text: str) -> None:
    assert clean(text).isprintable()
    assert clean(text) == text or not text.isprintable()


def width(text: str) -> int:
    """The columns of text made of the alphabet below."""
    return sum({"日": 2, "\u0301": 0}.get(character, 1) for character in text)


@settings(deadline=None)
@given(
    st.text("ab 日\t\u0301\x07", max_size=200),
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(20, 120),
)
def test_the_marked_part_stands_over_its_mark(line: str, a: int, b: int, columns: int) -> None:
    start, end = sorted((min(a, len(line)), min(b, len(line))))
    part = excerpt(line, (0, len(line)), (start, end), columns)
    assert width(part.text) <= columns + 2 * len(CUT)
    drawn = line[start:end].replace("\t", "    ").replace("\x07", "␇")
    before = next(i for i in range(len(part.text) + 1) if width(part.text[:i]) == part.indent)
    after = part.text[before:].lstrip("\u0301")
    shown = after[: len(drawn.lstrip("\u0301"))].split(CUT)[0]
    assert drawn.lstrip("\u0301").startswith(shown)
    if CUT not in after and drawn:
        assert part.width == max(width(drawn), 1)


@pytest.mark.parametrize("filler", ["a", "\t", "\u0301", "日", "\x00", "{"])
def test_the_cost_does_not_depend_on_the_length_of_a_line(filler: str) -> None:
    text = filler * 5_000_000 + "HERE" + filler * 5_000_000
    diagnostic = error(Source("f", text), Span(5_000_000, 5_000_004))
    rendered = as_text([diagnostic] * 20)
    assert len(rendered) < 50_000
    assert "HERE" in rendered
