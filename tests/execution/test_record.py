"""A history as CSV and as JSON, and back."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import alw
from alw.execution.history import End, History, IterationRecord, JobRecord, State, TaskRecord
from alw.execution.report.history_csv import render_history_csv
from alw.execution.report.history_json import from_data, read_json, render_history_json, to_data
from tests.execution import histories
from tests.schemas.mutate import accepted, added, places, replaced, walk, without

VALIDATOR = Draft202012Validator(alw.schema("history"))

texts = st.text(max_size=20)
names = st.text(min_size=1, max_size=8)
moments = st.none() | st.floats(0, 2e9)
paths = st.builds(Path, st.text("abc/._ é\udc80", max_size=12))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names | st.sampled_from(["float", "object"]), inner, max_size=2)
    ),
    max_leaves=6,
)
named = st.dictionaries(names, values, max_size=4)
files = st.dictionaries(names, st.integers(0, 9), max_size=2)
jobs = st.builds(
    JobRecord,
    serial=st.integers(1, 99),
    state=st.sampled_from(State),
    command=texts,
    directory=paths,
    started=moments,
    ended=moments,
    exit_status=st.none() | st.integers(-99, 255),
    reason=texts,
    attempts=st.integers(0, 5),
    rerun=texts,
)
tasks = st.builds(
    TaskRecord,
    name=names,
    task_name=texts,
    iteration=st.integers(1, 99),
    is_learner=st.booleans(),
    state=st.sampled_from(State),
    values=named,
    directory=paths,
    jobs=st.integers(0, 9999),
    jobs_done=st.integers(0, 9999),
    jobs_failed=st.integers(0, 9999),
    started=moments,
    ended=moments,
    result=st.none() | named,
    inputs=files,
    outputs=files,
    line=st.integers(0, 999),
    failures=st.lists(jobs, max_size=2).map(tuple),
    reason=texts,
)
iterations = st.builds(
    IterationRecord,
    number=st.integers(1, 9999),
    values=named,
    tasks=st.lists(tasks, max_size=3).map(tuple),
)
any_history = st.builds(
    History,
    workflow=names,
    source=texts,
    directory=paths,
    iterations=st.lists(iterations, max_size=3).map(tuple),
    has_loop=st.booleans(),
    started=st.floats(0, 2e9),
    bound=st.none() | st.integers(0, 9999),
    ended=moments,
    end=st.none() | st.sampled_from(End),
    verdict=texts,
    engine_status=texts,
    limits=texts,
)


# JSON


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(any_history)
def test_a_history_is_read_back_as_it_was(history: History) -> None:
    content = render_history_json(history).encode()  # UTF-8, whatever is in it
    data = json.loads(content, parse_constant=lambda constant: pytest.fail(constant))
    VALIDATOR.validate(data)
    # nan is not equal to itself
    assert repr(from_data(data)) == repr(history)


def test_a_file_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    for history in (histories.loop(7), histories.failed(), histories.running(), histories.single()):
        path.write_text(render_history_json(history), "utf-8")
        assert read_json(path) == history


@pytest.mark.parametrize("made", [History, IterationRecord, TaskRecord, JobRecord])
def test_every_field_is_written(made: type[Any]) -> None:
    """A field that is added to a record and not here would be lost."""
    data: Any = to_data(histories.failed())
    at = {
        History: data,
        IterationRecord: data["iterations"][-1],
        TaskRecord: data["iterations"][-1]["tasks"][0],
        JobRecord: data["iterations"][-1]["tasks"][0]["failures"][0],
    }
    assert set(at[made]) == {f.name for f in fields(made)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("{}", "required property"),
        ("[]", "is not of type 'object'"),
        ('{"workflow": 1}', "$"),
    ],
)
def test_what_is_no_history_is_refused(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="is no history of a run") as caught:
        read_json(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


# The schema


def document() -> dict[str, Any]:
    history = histories.failed()
    data: dict[str, Any] = json.loads(
        render_history_json(replace(history, verdict="v", limits="l"))
    )
    return data


def test_rejects_a_missing_or_an_unknown_key() -> None:
    whole = document()
    VALIDATOR.validate(whole)
    kept = ("values", "result", "inputs", "outputs")

    def is_record(path: tuple[str | int, ...]) -> bool:
        return not any(step in kept for step in path)

    missing = (
        (kind, without(whole, path))
        for kind, path, _ in places(
            whole, lambda p, v: bool(p) and isinstance(p[-1], str) and is_record(p[:-1])
        )
    )
    assert accepted(VALIDATOR, missing) == []
    unknown = (
        (kind, added(whole, path, "hint", 1))
        for kind, path, _ in places(whole, lambda p, v: isinstance(v, dict) and is_record(p))
    )
    assert accepted(VALIDATOR, unknown) == []


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("workflow", ["", 1, None]),
        ("end", ["", "failed", 1]),
        ("state", ["", "done", None]),
        ("started", ["now"]),
        ("jobs", [-1, 1.5, "1", None]),
        ("number", [0, -1]),
        ("serial", [0, "1"]),
        ("line", [-1, None]),
        ("values", [[], None]),
        ("has_loop", [0, None]),
        ("exit_status", ["1", 1.5]),
    ],
)
def test_rejects_a_wrong_value(key: str, wrong: list[object]) -> None:
    whole = document()
    found = [path for path, _ in walk(whole) if path and path[-1] == key]
    assert found
    for path in found:
        for value in wrong:
            assert not VALIDATOR.is_valid(replaced(whole, path, value)), (path, value)


def test_rejects_an_infinite_number_that_is_none() -> None:
    whole = document()
    path = ("iterations", 0, "values", "m1")
    for good in ({"float": "nan"}, {"object": {"float": 1}}, {"a": {"float": "inf"}}, {}):
        VALIDATOR.validate(replaced(whole, path, good))
    bad: Any
    for bad in ({"float": 1}, {"float": "NaN"}, {"object": 1}, {"a": [{"float": []}]}):
        assert not VALIDATOR.is_valid(replaced(whole, path, bad)), bad


# CSV


def rows(history: History) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(render_history_csv(history), newline="")))


def test_there_is_a_row_for_each_iteration() -> None:
    history = histories.loop(7)
    found = rows(history)
    assert [row["iteration"] for row in found] == [str(n) for n in range(1, 8)]
    assert [float(row["m1"]) for row in found] == history.column("m1")
    assert [int(row["nevents"]) for row in found] == history.column("nevents")
    assert [float(row["merge.error"]) for row in found] == history.column("merge.error")
    assert {row["state"] for row in found} == {"finished"}
    assert [row["jobs"] for row in found] == ["11"] * 7
    for row in found:
        parts = float(row["simulate:seconds"]) + float(row["merge:seconds"])
        assert math.isclose(float(row["seconds"]), parts, abs_tol=0.01)


def test_what_is_not_known_is_empty() -> None:
    last = rows(histories.failed())[-1]
    assert last["state"] == "failed"
    assert (last["jobs"], last["jobs_done"], last["jobs_failed"]) == ("10", "8", "2")
    assert last["merge.m1"] == last["merge:seconds"] == ""
    assert rows(histories.running())[-1]["seconds"] == ""


def test_no_two_columns_have_one_name() -> None:
    clash = {"iteration": 1, "jobs": 2, "seconds": 3, "state": "x", "parameter": 1}
    header = render_history_csv(histories.loop(2, more=lambda n: clash)).split("\n")[0].split(",")
    assert len(header) == len(set(header))
    row = rows(histories.loop(2, more=lambda n: clash))[0]
    assert row["parameter:jobs"] == "2"
    assert row["jobs"] == "11"


@settings(deadline=None, max_examples=60)
@given(st.lists(scalars, min_size=1, max_size=5))
@example(["\r"])
@example(['"', "\n", ",", " "])
def test_values_are_exact(given: list[object]) -> None:
    made = tuple(IterationRecord(n, {"p": v}, ()) for n, v in enumerate(given, 1))
    history = replace(histories.loop(1), iterations=made)
    text = render_history_csv(history)
    if any(isinstance(v, str) and "\0" in v for v in given):
        return  # the reader of Python 3.10 refuses it
    found = [row["p"] for row in csv.DictReader(StringIO(text, newline=""))]
    for value, written in zip(given, found, strict=True):
        if value is None:
            assert written == ""
        elif isinstance(value, bool):
            assert written == str(value).lower()
        elif isinstance(value, float):
            assert math.isnan(value) or float(written) == value
        else:
            assert written == str(value)


# The library


def test_a_column_is_a_parameter_or_a_field() -> None:
    history = histories.failed()
    assert history.column("m1")[0] == 0.5
    assert history.column("merge.m1")[-1] is None
    assert history.column("m1")[1:] == history.column("merge.m1")[:-1]
    assert history.parameters == ("m1", "m2", "nevents")
    assert history.fields == ("merge.m1", "merge.m2", "merge.nevents", "merge.error")
    with pytest.raises(KeyError, match="'m3': there are: m1"):
        history.column("m3")
    with pytest.raises(KeyError, match="there is nothing yet"):
        replace(history, iterations=()).column("m1")
