"""Completion: what may be written, in texts that are being written."""

from __future__ import annotations

import pytest

from alw.editing.completion import Completion, completions
from alw.panda.client import prun_options
from tests.editing.marked import at_cursor

BASE = """
workflow altest {
  input who: string = "wguan"
  const first: float = 0.5
  const jobs: int = 10
  const fast: bool = true
  dataset = "user.{who}.altest"
  loop scan {
    param m1: float = first
    param events: int = 200
    task simulate {
      exec = "run {m1} o.json"
      outputs = ["o.json", "p.json"]
      n_jobs = 3
    }
    learn merge {
      exec = "python merge.py {m1} {simulate.outputs[0]}"
      result "merge.json" { m1: float, events: int, error: float }
    }
    task follow { exec = "follow" after merge }
    repeat while merge.error > first at most 20 times
  }
  task plot { exec = "plot {scan.m1}" }
}
"""


def found(text: str) -> dict[str, Completion]:
    analysis, offset = at_cursor(text)
    return {item.label: item for item in completions(analysis, offset)}


def with_cursor(old: str, new: str) -> str:
    assert BASE.count(old) == 1
    return BASE.replace(old, new)


def cut(old: str, new: str) -> str:
    """The text that ends at the cursor."""
    return BASE[: BASE.index(old)] + new


CASES = [
    # inside a string, with and without its end
    ('exec = "run {m1} o.json"', 'exec = "run {‸', "m1 events who first jobs iteration",
     "simulate.outputs[0] merge.outputs[0] scan scan.m1 and"),
    ('exec = "run {m1} o.json"', 'exec = "run {m‸}"', "m1", "scan.m1"),
    ('exec = "run {m1} o.json"', 'exec = "run ‸', "", "m1 exec"),
    ('exec = "run {m1} o.json"', 'exec = "run {jobs + ‸', "jobs first", "who fast m1 iteration"),
    ('exec = "run {m1} o.json"', 'exec = "run {‸ - o.json', "jobs m1", ""),
    ('{simulate.outputs[0]}"', "{simulate.outputs[‸]}\"", "jobs", "m1 first who iteration"),
    ('exec = "run {m1} o.json"', 'exec = "run {m1}‸', "", "m1"),
    ('exec = "run {m1} o.json"', 'exec = "run {{‸', "", "m1"),
    ('exec = "run {m1} o.json"', 'exec = "run ${‸', "", "m1"),
    ('{simulate.outputs[0]}"', "{simulate.‸", "outputs[0] outputs[1]", "outputs[2] sandbox error"),
    ('{simulate.outputs[0]}"', '{‸}"', "simulate.outputs[1]", "merge.outputs[0] follow.outputs[0]"),
    ('"plot {scan.m1}"', '"plot {scan.‸', "m1 events", "error"),
    ('"plot {scan.m1}"', '"plot {‸', "scan.m1 simulate.outputs[0] who", "m1 iteration"),
    ('dataset = "user.{who}.altest"', 'dataset = "user.{‸', "who first", "m1 iteration scan.m1"),
    ('task follow { exec', 'task follow { dataset = "user.x.{‸" exec', "iteration who", "m1"),
    # values of options and declarations
    ("n_jobs = 3", "n_jobs = ‸", "jobs", "first who m1 fast true exec"),
    ("n_jobs = 3", "no_build = ‸", "true false fast", "jobs"),
    ("n_jobs = 3", "n_core = ‸", "1 8 jobs", "who"),
    ("n_jobs = 3", "sandbox = ‸", "who", "simulate.sandbox m1"),
    ("n_jobs = 3", "in_ds = ‸", "who", "simulate.outputs[0] m1"),
    ('"follow" after', '"follow" in_ds = ‸ after', "simulate.outputs[0] merge.outputs[0]", "m1"),
    ("float = first", "float = ‸", "first jobs", "who fast m1 events iteration"),
    ("jobs: int = 10", "jobs: int = ‸", "", "jobs who"),
    ("jobs: int = 10", "jobs: int = 2 * ‸", "first", "jobs who fast"),
    # types
    ("param m1: float = first", "param m1: ‸", "int float bool string", "dataset m1 param"),
    ("param m1: float = first", "param m1: fl‸", "float", "exec"),
    ("events: int, error", "events: ‸, error", "int float", "dataset m1"),
    ("input who: string =", "input who: ‸ =", "dataset string", "who"),
    ("param m1: float = first", "param m1: string ‸", "of", ""),
    # the loop's end
    ("merge.error > first at most 20 times", "‸", "merge.error merge.result m1 events iteration",
     "simulate.outputs[0] merge.outputs[0] scan.m1"),
    ("merge.error > first at most 20 times", "merge.‸", "error m1 events result", "outputs[0]"),
    ("while merge.error > first at most 20 times", "‸", "while", "most task"),
    ("first at most 20 times", "first ‸", "and or", "task"),
    ("first at most 20 times", "first at ‸", "most", "and task"),
    ("first at most 20 times", "first at most ‸", "jobs", "m1 first iteration merge.error"),
    ("20 times", "20 ‸", "times", "task"),
    # after
    ('"follow" after merge', '"follow" after ‸', "merge simulate", "follow scan plot"),
    ("after merge", "after merge, ‸", "simulate", "merge follow scan"),
    ('"plot {scan.m1}"', '"plot" after ‸', "scan merge simulate follow", "plot m1"),
    # fields
    ("m1: float, events: int, error: float", "‸", "m1 events", "merge exec"),
    ("m1: float, events", "‸, events", "m1", "events"),
    # items
    ("n_jobs = 3", "n_‸", "n_core memory after replace map sandbox",
     "exec outputs n_jobs_ result repeat param nJobs out_ds use_sandbox"),
    ("after merge", "‸", "n_jobs after map", "exec result"),
    ("result \"merge", "‸ result \"merge", "n_files_per_job interpreter result after",
     "n_jobs outputs map replace"),
    ("repeat while", "‸ repeat while", "param const task", "learn repeat input dataset exec"),
    ("task plot", "‸\n  task plot", "input const task", "loop param learn dataset exec after"),
]  # fmt: skip


@pytest.mark.parametrize("ends", [False, True], ids=["whole", "cut"])
@pytest.mark.parametrize(("old", "new", "offered", "not_offered"), CASES)
def test_what_is_offered(old: str, new: str, offered: str, not_offered: str, ends: bool) -> None:
    text = with_cursor(old, new)
    if ends:
        text = text[: text.index("‸") + 1]
        later = {"merge", "merge.error", "merge.result", "merge.outputs[0]", "error", "result"}
        missing = set(offered.split()) - set(found(text))
        assert not missing or (missing <= later and "learn merge" not in text)
        assert not set(not_offered.split()) & set(found(text)) - {"events", "repeat"}
    else:
        assert set(offered.split()) <= set(found(text))
        assert not set(not_offered.split()) & set(found(text))


def test_nothing_of_the_run_is_offered_where_something_is_computed() -> None:
    items = found(with_cursor('"run {m1} o.json"', '"run {‸ + 1} o.json"'))
    assert {"jobs", "first"} <= set(items) and not {"m1", "iteration"} & set(items)


def test_top_level_keywords() -> None:
    assert list(found("‸")) == list(found("wo‸")) == ["workflow"]
    assert list(found(BASE + "‸")) == ["workflow"]


@pytest.mark.parametrize(
    "text",
    [
        "# ‸",
        "workflow ‸",
        "workflow w ‸",
        "workflow w { input ‸",
        "workflow w { input x‸",
        "workflow w { task t { n_jobs = 1‸",
        'workflow w { task t { outputs = ["a" ‸',
        "workflow w { task ‸ }",
        "workflow w { task t { n_jobs ‸",
    ],
)
def test_nothing_is_offered_where_only_the_author_knows(text: str) -> None:
    assert found(text) == {}


def test_a_word_that_is_begun_is_replaced() -> None:
    analysis, offset = at_cursor(with_cursor("n_jobs = 3", "mem‸ory = 3"))
    item = found(with_cursor("n_jobs = 3", "mem‸ory = 3"))["memory"]
    assert analysis.source.text[item.span.start : item.span.end] == "memory"
    assert item.span.start == offset - 3


def test_a_choice_in_quotes_is_not_quoted_again() -> None:
    option = next((o for o in prun_options().values() if "string" in o.kind and o.choices), None)
    if option is None:  # prun has none now
        return
    choice = str(option.choices[0])
    assert found(with_cursor("n_jobs = 3", f'{option.snake} = "‸"'))[choice].insert == choice


def test_the_options_are_pruns_own_with_their_help() -> None:
    items = found(with_cursor("n_jobs = 3", "‸"))
    options = prun_options()
    assert options["nJobs"].help in items["n_jobs"].documentation
    assert items["n_jobs"].detail == "int, prun's --nJobs"
    assert items["n_jobs"].insert == "n_jobs = $0" and items["n_jobs"].snippet
    assert items["no_build"].insert == "no_build = true"
    assert items["excluded_site"].insert == 'excluded_site = ["$0"]'
    shown = {o.snake for o in options.values() if o.help != "==SUPPRESS=="}
    assert shown - set(items) == {"exec", "outputs", "out_ds"}


def test_a_value_says_what_it_is() -> None:
    item = found(with_cursor('"run {m1} o.json"', '"run {‸"'))["m1"]
    assert item.detail == "param m1: float = first"
    assert "0.5" in item.documentation and "`merge`" in item.documentation


def test_a_field_comes_with_the_type_of_its_parameter() -> None:
    items = found(with_cursor("m1: float, events: int, error: float", "‸"))
    assert items["events"].insert == "events: int"


def test_beside_a_map_there_are_no_options() -> None:
    items = found('workflow w { task t { map = "maps/simulate.json" ‸ } }')
    assert set(items) == {"dataset", "sandbox", "after", "replace"}


def test_what_a_constant_needs_cannot_use_it() -> None:
    text = "workflow w {\nconst a: int = ‸\nconst b: int = a\nconst c: int = b\nconst d: int = 1 }"
    assert set(found(text)) == {"d"}


def test_a_sandbox_can_be_that_of_another_task() -> None:
    text = (
        'workflow w { task t { map = "maps/simulate.json" } '
        'task u { exec = "u" sandbox = ‸ } task v { exec = "v" } }'
    )
    assert set(found(text)) == {"t.sandbox"}
    assert set(found(text.replace("= ‸", "= t.‸"))) == {"sandbox"}


def test_a_missing_brace_does_not_move_the_cursor_into_another_task() -> None:
    text = 'workflow w { task t { exec = "t"\n task u { exec = "u" \n ‸'
    assert "n_jobs" in found(text) and "input" not in found(text)


def test_names_of_another_workflow_are_not_in_scope() -> None:
    text = BASE + 'workflow other { const mine: int = 1 task t { exec = "{‸}" } }'
    assert set(found(text)) == {"mine"}
