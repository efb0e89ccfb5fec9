"""Names: definition, references, rename."""

from __future__ import annotations

import pytest

from alw.editing.symbols import CannotRename, definition, occurrence, references, rename
from tests.editing.marked import analysed, applied, at_cursor, marked

LOOP = """
workflow altest {
  input who: string = "wguan"
  const first: float = 0.5
  dataset = "user.{who}.altest"
  loop scan {
    param m1: float = first
    task simulate { exec = "run {m1} {-first} o.json" outputs = ["o.json"] n_jobs = 3 }
    learn merge {
      exec = "python merge.py {m1} {simulate.outputs[0]}"
      result "merge.json" { m1: float, error: float }
    }
    repeat while merge.error > first and merge.m1 < 3 or m1 > 2 at most 20 times
  }
  task plot { exec = "plot {scan.m1} {simulate.outputs[0]}" after scan, merge }
}
workflow other { dataset = "user.wguan.other" task simulate { exec = "run" } }
"""


def at(place: str, text: str = LOOP) -> tuple[str, int]:
    """The text, and the offset that the cursor in ``place`` marks."""
    plain = place.replace("‸", "")
    assert text.count(plain) == 1
    return text, text.index(plain) + place.index("‸")


@pytest.mark.parametrize(
    ("place", "defined"),
    [
        ("run {m‸1}", "param ‹m1›"),
        ("scan.‸m1}", "param ‹m1›"),
        ("{sc‸an.m1}", "loop ‹scan›"),
        ("merge.m1‸ <", "result \"merge.json\" { ‹m1›"),
        ("merge.er‸ror", "‹error›: float }"),
        ("while mer‸ge", "learn ‹merge›"),
        ("py {m1} {simul‸ate.", "task ‹simulate› { exec = \"run {m1}"),
        ("after sc‸an", "loop ‹scan›"),
        ("-fi‸rst}", "const ‹first›"),
        ("float = ‸first\n", "const ‹first›"),
        ("user.{who‸}", "input ‹who›"),
        ("task ‸plot", "task ‹plot›"),
        ("workflow alt‸est", "workflow ‹altest›"),
    ],
)  # fmt: skip
def test_a_name_leads_to_its_definition(place: str, defined: str) -> None:
    text, offset = at(place)
    analysis = analysed(text)
    span = definition(analysis, offset)
    assert span is not None
    assert defined in marked(analysis, [span])


@pytest.mark.parametrize("place", ['exe‸c = "run {m1}', "a‸t most", "‸20 times", "0.‸5", "i‸t"])
def test_what_is_no_name_of_the_author_has_no_definition(place: str) -> None:
    text, offset = at(place) if place != "i‸t" else (LOOP, len(LOOP))
    assert definition(analysed(text), offset) is None
    assert occurrence(analysed(text), offset) is None
    with pytest.raises(CannotRename):
        rename(analysed(text), offset, "other_name")


def test_references_are_those_of_the_parameter_and_its_field() -> None:
    analysis, offset = at_cursor(LOOP.replace("run {m1}", "run {m1‸}"))
    found = references(analysis, offset, declaration=True)
    assert marked(analysis, found) == LOOP.replace("m1", "‹m1›")
    rest = references(analysis, offset, declaration=False)
    assert set(found) - set(rest) == {definition(analysis, offset)}


def test_a_task_of_another_workflow_is_another_task() -> None:
    place = 'task simulate { exec = "run" }'
    assert LOOP.count(place) == 1
    analysis, offset = at_cursor(LOOP.replace(place, place.replace("simu", "simu‸")))
    assert len(references(analysis, offset, declaration=True)) == 1


@pytest.mark.parametrize("name", ["m1", "error", "simulate", "scan", "first", "who", "merge"])
def test_rename_changes_every_mention(name: str) -> None:
    text = LOOP.replace(" other", " another")
    end = text.index("workflow another")
    offset = text.index(name)
    while not occurrence(analysed(text), offset):
        offset = text.index(name, offset + 1)
    expected = text[:end].replace("altest", "ALTEST").replace("merge.json", "JSON")
    expected = expected.replace("merge.py", "PY").replace(name, "new_1")
    expected = expected.replace("JSON", "merge.json").replace("ALTEST", "altest")
    expected = expected.replace("PY", "merge.py") + text[end:]
    assert applied(text, rename(analysed(text), offset, "new_1")) == expected


@pytest.mark.parametrize(
    ("place", "name", "message"),
    [
        ("param ‸m1", "first", "something else"),
        ("param ‸m1", "scan", "something else"),
        ("param ‸m1", "error", "field of the result"),
        ("{who‸}", "error", "field of the result"),
        ("‸error: float }", "who", "something else"),
        ("‸error: float }", "outputs", "member"),
        ("‸error: float }", "to_continue", "is reserved"),
        ("param ‸m1", "to_continue", "is reserved"),
        ("param ‸m1", "iteration", "reserved word"),
        ("param ‸m1", "true", "reserved word"),
        ("param ‸m1", "while", "reserved word"),
        ("param ‸m1", "a__b", "single underscores"),
        ("param ‸m1", "_a", "single underscores"),
        ("param ‸m1", "1a", "starts with a letter"),
        ("param ‸m1", "a-b", "consists of letters"),
        ("param ‸m1", "", "consists of letters"),
        ("param ‸m1", "ä", "consists of letters"),
        ("workflow alt‸est", "other", "a workflow"),
    ],
)
def test_a_name_that_would_clash_is_refused(place: str, name: str, message: str) -> None:
    text, offset = at(place)
    with pytest.raises(CannotRename, match=message):
        rename(analysed(text), offset, name)


def test_a_name_that_would_capture_an_unbound_one_is_refused() -> None:
    analysis, offset = at_cursor('workflow w { const ‸a: int = 1 task t { exec = "{a} {b}" } }')
    with pytest.raises(CannotRename, match="without a definition"):
        rename(analysis, offset, "b")


def test_the_same_name_changes_nothing() -> None:
    text, offset = at("param ‸m1")
    assert rename(analysed(text), offset, "m1") == ()


def test_names_are_found_in_a_file_with_faults() -> None:
    text = LOOP.replace("n_jobs = 3", "n_jobs = ").replace('"o.json"]', '"o.json')
    analysis, offset = at_cursor(text.replace("scan.m1", "scan.‸m1"))
    span = definition(analysis, offset)
    assert span is not None and "param ‹m1›" in marked(analysis, [span])
