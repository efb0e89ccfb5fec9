"""What the last run on this machine gave, as far as its history can be believed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from alw.driver.result import Analysis
from alw.editing.hints import hints
from alw.editing.hover import hover
from alw.editing.lastrun import LastRun, last_run
from alw.execution.history import End, History, IterationRecord, State, TaskRecord
from alw.execution.report.history_json import render_history_json
from tests.editing.marked import analysed

TEXT = """workflow w {
  dataset = "user.me.w"
  loop scan {
    param m1: float = 0.5   # the mass
    param name: string = "a"
    param n: int = 200
    task simulate { exec = "s {m1} {name} {n} o" outputs = ["o"] }
    learn merge {
      exec = "m next.json {simulate.outputs[0]}"
      result "next.json" { m1: float, good: bool }
    }
    repeat while not merge.good at most 20 times
  }
}
"""


def task(name: str, result: Any = None) -> dict[str, Any]:
    return {"name": name, "state": "finished", "values": {}, "result": result}


HISTORY: dict[str, Any] = {
    "workflow": "w",
    "source": "/somewhere/test.alw",
    "iterations": [
        {
            "number": n,
            "values": {"m1": round(0.5 + n / 3, 10), "name": "a", "n": 200 + n},
            "tasks": [
                task("simulate"),
                task("merge", {"m1": 1.5, "good": n == 7, "to_continue": n < 7}),
            ],
        }
        for n in range(1, 8)
    ],
    "end": "condition",
    "verdict": "",
}


def read(said: Any, name: str = "test.alw") -> LastRun | None:
    text = said if isinstance(said, str) else json.dumps(said)
    return last_run(text, name, "w")


def shown(run: LastRun | None, analysis: Analysis) -> str:
    text = analysis.source.text
    for hint in reversed(hints(analysis, lambda workflow: run if workflow == "w" else None)):
        if "→" in hint.label:
            text = f"{text[: hint.offset]}«{hint.label}»{text[hint.offset :]}"
    return text


def at(word: str, run: LastRun | None) -> str:
    found = hover(analysed(TEXT), TEXT.index(word) + len(word) - 1, lambda workflow: run)
    assert found is not None
    return found.markdown


def test_the_last_value_stands_beside_a_parameter() -> None:
    text = shown(read(HISTORY), analysed(TEXT))
    assert "param m1: float = 0.5« → 2.83333 (iteration 7)»   # the mass\n" in text
    assert 'param name: string = "a"« → "a" (iteration 7)»\n' in text
    assert "param n: int = 200« → 207 (iteration 7)»\n" in text
    assert text.count("→") == 3


def test_a_hover_shows_the_way_of_a_parameter() -> None:
    assert (
        "The last run on this machine, iterations 1 to 7: `0.833333`, `1.16667`, `1.5`, `1.83333`, "
        "…, `2.83333`. The loop ended because its condition was false.\n\n"
    ) in at("param m1", read(HISTORY))
    one = {**HISTORY, "iterations": HISTORY["iterations"][:1], "end": None}
    assert "iteration 1: `201`. The run has not ended." in at("param n:", read(one))
    assert at("{n}", read(one)) == at("param n:", read(one))


def test_a_hover_shows_what_a_learner_has_written() -> None:
    assert "iterations 1 to 7: `false`, `false`, `false`, `false`, …, `true`. The loop" in at(
        "m1: float, good", read(HISTORY)
    )
    assert "1 to 7: `1.5`, `1.5`, `1.5`, `1.5`, …, `1.5`." in at("{ m1", read(HISTORY))
    assert at("merge.good", read(HISTORY)) == at("m1: float, good", read(HISTORY))


def test_without_a_run_nothing_is_said() -> None:
    assert "last run" not in at("param m1", None)
    assert shown(None, analysed(TEXT)) == TEXT


def test_every_end_of_a_run_is_known() -> None:
    runs = [read({**HISTORY, "end": end.value}) for end in End]
    assert all(run is not None and run.end for run in runs)


def test_a_verdict_is_shown_as_it_is_written() -> None:
    run = read(
        {**HISTORY, "verdict": "w_1 *failed* [x](http://a)\n<img src=x>\x1b[31m\u202e" + 500 * "y"}
    )
    assert run is not None
    assert "ended: w\\_1 \\*failed\\* \\[x\\]\\(http://a\\) \\<img src=x\\>\\[31m" in run.end
    assert len(run.end) < 300 and "\x1b" not in run.end and "\u202e" not in run.end


def test_what_a_run_writes_is_understood(tmp_path: Path) -> None:
    tasks = (
        TaskRecord("simulate", "user.me.1", 1, False, State.FINISHED, {"m1": 0.25}, tmp_path),
        TaskRecord("merge", "user.me.2", 1, True, State.FINISHED, {"m1": 0.25}, tmp_path,
                   result={"m1": 1.5, "good": True, "to_continue": False}),
    )  # fmt: skip
    history = History(
        "w", "flows/test.alw", tmp_path, (IterationRecord(1, {"m1": 0.25, "n": 3}, tasks),), True,
        0.0, end=End.CUT, verdict="at most 1 iteration", limits="only 2 jobs of each task",
    )  # fmt: skip
    run = read(render_history_json(history))
    assert "0.5« → 0.25 (iteration 1)»" in shown(run, analysed(TEXT))
    said = (
        "`true`. The run has ended: at most 1 iteration. It is a trial: only 2 jobs of each task."
    )
    assert said in at("merge.good", run)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '"w"',
        "[" * 100_000,
        "9" * 5000,
        '{"workflow": "w", "iterations": [' + "9" * 5000 + "]}",
        {},
        {"workflow": "w"},
        {"workflow": "w", "iterations": []},
        {"workflow": "w", "iterations": {"number": 1}},
        {"workflow": "w", "iterations": ["a", 3, None, [], {}, {"number": "1"}, {"number": True}]},
        {"workflow": "w", "iterations": [{"number": 0, "values": {"m1": 1.0}}]},
        {**HISTORY, "workflow": "other"},
        {**HISTORY, "workflow": None},
        {**HISTORY, "source": "elsewhere.alw"},
    ],
    ids=lambda said: str(said)[:30],
)
def test_what_is_no_history_of_this_workflow_says_nothing(said: Any) -> None:
    assert read(said) is None


@pytest.mark.parametrize(
    "value",
    ["a", True, None, [1.0], {"m1": 1.0}, float("nan"), float("inf")],
    ids=repr,
)
def test_a_value_of_another_type_is_not_shown(value: object) -> None:
    said = copy.deepcopy(HISTORY)
    said["iterations"] = said["iterations"][:1]
    said["iterations"][0]["values"]["m1"] = value
    text = shown(read(said), analysed(TEXT))
    assert "param m1: float = 0.5   #" in text
    assert "param n: int = 200« → 201 (iteration 1)»" in text


def test_a_whole_number_is_a_float_but_no_float_is_an_integer() -> None:
    said = copy.deepcopy(HISTORY)
    said["iterations"][6]["values"] = {"m1": 3, "n": 2.0, "name": "b"}
    text = shown(read(said), analysed(TEXT))
    assert "0.5« → 3 (iteration 7)»" in text
    assert "int = 200\n" in text


def test_parts_that_make_no_sense_are_passed_over() -> None:
    good = HISTORY["iterations"][0]
    tasks = good["tasks"]
    said = {
        **HISTORY,
        "iterations": [
            3, {"number": 1, "values": [], "tasks": {}},
            {**good, "number": 2, "tasks": [None, {}, {"name": 3}, task("merge", [1]), *tasks]},
            {**good, "number": 2, "values": {"m1": 9.0}},  # twice
        ],
        "end": ["condition"],
        "verdict": 3,
    }  # fmt: skip
    run = read(said)
    assert run is not None and run.end == ""
    assert "0.5« → 0.833333 (iteration 2)»" in shown(run, analysed(TEXT))
    assert at("merge.good", run).count("iteration 2: `false`.") == 1


def test_a_long_or_strange_string_is_one_line() -> None:
    said = copy.deepcopy(HISTORY)
    said["iterations"][6]["values"]["name"] = "x\n\x1b[2J\u202e" + 400 * "é"
    label = next(h.label for h in hints(analysed(TEXT), lambda _: read(said)) if "x\\n" in h.label)
    assert label.isprintable() and len(label) < 80
