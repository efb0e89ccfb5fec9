"""What an editor shows of a whole source: outline, folds, colours, hints, links, lenses."""

from __future__ import annotations

from pathlib import Path

import pytest

from alw.driver.result import Analysis
from alw.editing.highlight import semantic_tokens
from alw.editing.hints import hints
from alw.editing.lenses import lenses
from alw.editing.links import links
from alw.editing.outline import Symbol, folds, outline
from alw.editing.signature import signature
from tests.editing.marked import ROOT, SAMPLES, analysed, at_cursor, read, slices

SAMPLE = read(ROOT / "samples" / "active_learning.alw")


def tree(symbols: tuple[Symbol, ...], level: int = 0) -> list[str]:
    lines = []
    for symbol in symbols:
        lines.append(f"{'  ' * level}{symbol.kind} {symbol.name} | {symbol.detail}")
        lines += tree(symbol.children, level + 1)
    return lines


def test_the_outline_has_everything_with_a_name() -> None:
    assert tree(outline(analysed(SAMPLE))) == [
        "workflow altest | workflow",
        '  input user | string = "wguan"',
        '  input run | string = "1234"',
        "  loop scan | loop",
        "    param m1 | float = 0.5",
        "    param m2 | float = 0.5",
        "    param nevents | int = 200",
        "    task simulate | task",
        "    learn merge | learn",
        "      field m1 | float",
        "      field m2 | float",
        "      field nevents | int",
    ]


def test_blocks_lists_and_comments_fold() -> None:
    text = (
        "# one\n# two\n\n# alone\nworkflow w {\n"
        '  # a\n  # b\n  task t {\n    exec = "a "\n'
        '      "b"\n    outputs = [\n "a"]\n  } task u { exec = "u" }\n}'
    )
    analysis = analysed(text)
    found = [(fold.kind, *slices(analysis, [fold.span])) for fold in folds(analysis)]
    assert [(kind, shown.split("\n")[0]) for kind, shown in found] == [
        ("comment", "# one"),
        ("region", "workflow w {"),
        ("comment", "# a"),
        ("region", "task t {"),
        ("region", '"a "'),
        ("region", "["),
    ]
    assert found[0][1] == "# one\n# two"


def looks(analysis: Analysis, word: str) -> set[str]:
    text = analysis.source.text
    return {
        " ".join((token.type, *token.modifiers))
        for token in semantic_tokens(analysis)
        if text[token.span.start : token.span.end] == word
    }


def test_words_are_coloured_by_what_they_mean() -> None:
    text = SAMPLE.replace("{nevents} output", "{iteration} {not true} output")
    analysis = analysed(text.replace("n_jobs  = 10", "n_jobs = 5 + 5 after other"))
    assert looks(analysis, "m1") == {
        "parameter declaration", "parameter", "property declaration"
    }  # fmt: skip
    assert looks(analysis, "user") == {"variable declaration readonly", "variable readonly"}
    assert looks(analysis, "merge") == {"function declaration", "function"}
    assert looks(analysis, "nevents") >= {"property"}
    assert looks(analysis, "n_jobs") == looks(analysis, "outputs") == {"property"}
    assert looks(analysis, "float") == {"type defaultLibrary"}
    assert looks(analysis, "iteration") == {"variable readonly defaultLibrary"}
    for word in ("while", "true", "not"):
        assert looks(analysis, word) == {"keyword"}
    assert looks(analysis, "+") == {"operator"}
    assert looks(analysis, "other") == set()


def test_a_keyword_used_as_a_name_is_coloured_as_a_name() -> None:
    analysis = analysed('workflow w { const times: int = 1 task at { exec = "{times}" } }')
    assert looks(analysis, "times") == {"variable declaration readonly", "variable readonly"}
    assert looks(analysis, "at") == {"function declaration"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_what_has_no_colour_is_white_space_marks_or_unknown(path: Path) -> None:
    analysis = analysed(read(path))
    text, rest, end = analysis.source.text, "", 0
    for token in semantic_tokens(analysis):
        rest += text[end : token.span.start]
        end = token.span.end
    assert set(rest + text[end:]) <= set(" \n{}[]().,:")


def shown(analysis: Analysis) -> str:
    text = analysis.source.text
    for hint in reversed(hints(analysis)):
        text = f"{text[: hint.offset]}«{hint.label}»{text[hint.offset :]}"
    return text


def test_hints_tell_values_that_the_text_does_not() -> None:
    text = shown(analysed(SAMPLE, user="me"))
    assert 'input user: string = "wguan"« = "me"»' in text
    assert 'input run: string  = "1234"\n' in text
    assert '.py {m1«=0.5»} {m2«=0.5»} {nevents«=200»} output.json"' in text
    assert "{simulate.outputs[0]«=…simulate.{iteration}_output.json»}" in text
    assert text.count("«") == 8


def test_a_value_is_told_once_in_a_text() -> None:
    text = SAMPLE.replace("{m1} {m2} {nevents} output", "{m1} {m1} {m1} output")
    assert shown(analysed(text)).count("{m1«") == 2


def test_behind_the_loop_the_first_value_is_not_told() -> None:
    text = SAMPLE[: SAMPLE.rindex("}")] + 'task plot { exec = "plot {scan.m1}" } }'
    assert "{scan.m1}" in shown(analysed(text))


def test_links_lead_to_maps_and_sandboxes() -> None:
    text = """workflow w {
      const base: string = "maps"
      task a { map = "maps/simulate.json" sandbox = "detector" }
      task b { map = "{base}/simulate.json" sandbox = a.sandbox }
      task c { exec = "c" sandbox = "https://pandacache.cern.ch/cache/x.tar.gz" }
      task d { exec = "d" sandbox = "../up" }
      task e { exec = "e" sandbox = "file:///etc/passwd" }
      task f { exec = "f" sandbox = "/etc" }
    }"""
    analysis = analysed(text)
    found = links(analysis)
    assert [link.path for link in found] == [
        "maps/simulate.json",
        "detector",
        "maps/simulate.json",
        "https://pandacache.cern.ch/cache/x.tar.gz",
    ]
    assert slices(analysis, [link.span for link in found])[2] == "{base}/simulate.json"


def test_tasks_with_a_map_have_a_lens() -> None:
    analysis = analysed(SAMPLE)
    found = lenses(analysis)
    assert slices(analysis, [lens.span for lens in found]) == ["task simulate", "learn merge"]
    assert [(lens.workflow, lens.task) for lens in found] == [
        ("altest", "simulate"),
        ("altest", "merge"),
    ]
    assert {lens.title for lens in lenses(analysis)} == {"show compiled task map"}
    broken = analysed(SAMPLE.replace("{m1} {m2} {nevents} output", "{m9} output"))
    assert "simulate" not in {lens.task for lens in lenses(broken)}


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("param ‸", "NAME"),
        ("param x: ‸", "TYPE"),
        ("param x: int = ‸", "VALUE"),
        ("param x: int = 1 + ‸", "VALUE"),
        ("param x: int = 1\n‸", None),
        ("repeat ‸", "CONDITION"),
        ("repeat while a > ‸", "CONDITION"),
        ("repeat while a at most ‸", "N"),
        ("repeat while a at most 3 times ‸", None),
        ("learn k { result ‸", '"FILE"'),
        ('learn k { result "a‸', '"FILE"'),
        ('learn k { result "a" { ‸', "NAME"),
        ('learn k { result "a" { b: ‸', "TYPE"),
        ('learn k { result "a" { b: int, c‸', "NAME"),
        ('task k { replace "a‸"', '"OLD"'),
        ('task k { replace "a" with "‸', '"NEW"'),
        ('task k { replace "a" with "b" ‸', "N"),
        ('task k { replace "a" with "b" 2 times ‸', None),
        ("task k { after ‸", "TASK"),
        ("task k { exec = ‸", None),
        ("task k ‸", None),
        ("# param ‸", None),
        ("‸", None),
    ],
)
def test_the_form_of_what_is_written(written: str, part: str | None) -> None:
    found = signature(*at_cursor("workflow w { loop l { " + written))
    if part is None:
        assert found is None
    else:
        assert found is not None
        start, end = found.parameters[found.active]
        assert found.label[start:end] == part


def test_links_lead_to_the_members_of_a_list() -> None:
    text = """workflow w {
      const dir: string = "detector"
      task a { exec = "a" sandbox = ["merge.py", "{dir}/measure.py", "*.py", "../up", "/etc"] }
    }"""
    assert [link.path for link in links(analysed(text))] == ["merge.py", "detector/measure.py"]
