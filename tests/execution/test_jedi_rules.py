"""What the comparison with JEDI cannot see: names, faults, attempts and ends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

import alw
from alw.execution.history import State
from alw.execution.jedi import (
    SCOUTS,
    CannotPlan,
    InputFile,
    NoInput,
    NotRetold,
    Unfilled,
    attempts,
    datasets_read,
    datasets_written,
    fill_markers,
    scouts_suffice,
    split_into_jobs,
    task_state,
    uses_scouts,
)
from alw.execution.jedi.split_rules import REFUSED
from alw.panda.attributes import setting_names


def task(settings: str) -> dict[str, Any]:
    compilation = alw.compile_text(
        f'workflow w {{ dataset = "user.me.w" task t {{ {settings} }} }}'
    )
    assert compilation.ok, [d.to_json() for d in compilation.diagnostics]
    (workflow,) = compilation.workflows.values()
    return dict(workflow.tasks["t"])


@pytest.fixture(scope="module")
def reader() -> dict[str, Any]:
    return task(
        'exec = "run %IN %IN2 o" outputs = ["o", "log:p.txt"] in_ds = ["user.me:user.me.a/", "b.*"]'
        ' secondary_dss = "IN2:2:user.me.c"'
    )


def catalogue(name: str) -> list[InputFile] | None:
    known = {"user.me.a": 3, "b.1": 2, "b.2": 2, "user.me.c": 4, "empty": 0}
    return [InputFile(f"{name}._{n}") for n in range(known[name])] if name in known else None


def test_names_of_datasets(reader: Mapping[str, Any]) -> None:
    assert datasets_read(reader) == ("user.me.a", "b.*", "user.me.c")
    assert datasets_written(reader) == ("user.me.w.t_o", "user.me.w.t_log")
    assert datasets_read(task('exec = "a %RNDM:1 o" outputs = ["o"] n_jobs = 2')) == ()


def test_files_have_their_datasets(reader: Mapping[str, Any]) -> None:
    jobs = split_into_jobs(reader, catalogue, known=("b.1", "b.2", "user.me.a"), task_id=42)
    assert [job.serial for job in jobs] == [1, 2, 3]
    assert [set(job.sources["IN"]) for job in jobs] == [{"user.me.a"}, {"b.1"}, {"b.2"}]
    assert jobs[0].streams["IN"] == ("user.me.a._0", "user.me.a._1", "user.me.a._2")
    assert {output.dataset: output.name for output in jobs[2].outputs} == {
        "user.me.w.t_o": "user.me.42._000003.o", "user.me.w.t_log": "user.me.42._000003.p.txt",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_nothing_to_read_is_said(name: str) -> None:
    with pytest.raises(NoInput) as caught:
        split_into_jobs(task(f'exec = "run %IN o" outputs = ["o"] in_ds = "{name}"'), catalogue)
    assert caught.value.dataset == name
    assert name in str(caught.value)
    second = f'in_ds = "user.me.a" secondary_dss = "IN2:1:{name}"'
    with pytest.raises(NoInput, match=name):
        split_into_jobs(task(f'exec = "run %IN %IN2 o" outputs = ["o"] {second}'), catalogue)


def test_a_wildcard_that_finds_nothing_is_unknown(reader: Mapping[str, Any]) -> None:
    with pytest.raises(NoInput) as caught:
        split_into_jobs(reader, catalogue)
    assert caught.value.dataset == "b.*"


def test_what_is_refused_names_settings_that_exist() -> None:
    names = setting_names(learner=False)
    assert {setting for setting in REFUSED.values() if setting} <= set(names)
    made = task('exec = "run o" outputs = ["o"] n_jobs = 2')
    for key, setting in REFUSED.items():
        with pytest.raises(NotRetold) as caught:
            split_into_jobs({**made, key: 1}, catalogue)
        assert key in str(caught.value)
        assert setting in str(caught.value)
        assert len(split_into_jobs({**made, key: False}, catalogue)) == 2


@pytest.mark.parametrize(
    "settings",
    ["n_events_per_job = 5", "n_events = 10", "skip_empty_input = true", "cpu_time_per_event = 3"],
)
def test_unknown_numbers_of_events_are_said(settings: str) -> None:
    made = task(f'exec = "run %IN o" outputs = ["o"] in_ds = "user.me.a" {settings}')
    with pytest.raises(NotRetold, match=r"number of events in 'user\.me\.a\._0' is not known"):
        split_into_jobs(made, catalogue)
    known = [InputFile(f"f{n}", 10, 10) for n in range(3)]
    assert split_into_jobs(made, {"user.me.a": known}.get)


def test_attempts_at_a_file_are_one_file() -> None:
    """AtlasDDMClient.py:101-125."""
    made = task('exec = "run %IN o" outputs = ["o"] in_ds = "d"')
    names = ["x.root.2", "x.root.10", "x.root", "y.1", "z", "y.v2"]
    (job,) = split_into_jobs(made, {"d": [InputFile(name) for name in names]}.get)
    assert job.streams["IN"] == ("x.root.10", "y.1", "y.v2", "z")


def test_a_left_over_marker_or_stream_is_said() -> None:
    made = task('exec = "run o" outputs = ["o"] n_jobs = 1')
    for value, fault in (("${IN/T}", "IN/T"), ("___idds___user_m___", "___idds___")):
        items = [*made["jobParameters"], {"type": "constant", "value": value}]
        with pytest.raises(Unfilled, match=fault):
            split_into_jobs({**made, "jobParameters": items}, catalogue)


@pytest.mark.parametrize("key", ["nEvents", "nEventsPerJob", "nFiles"])
@pytest.mark.parametrize("value", ["x", "3", 1.5, True, [], {}])
def test_odd_numbers_are_no_traceback(key: str, value: object) -> None:
    made = task('exec = "run o" outputs = ["o"] n_jobs = 2')
    try:
        split_into_jobs({**made, key: value}, catalogue)
    except CannotPlan as why:
        assert key in str(why)


def test_a_bad_pattern_is_said() -> None:
    made = task('exec = "run %IN o" outputs = ["o"] in_ds = "user.me.a"')
    items = [
        {**item, "include": "*"} if item.get("param_type") == "input" else item
        for item in made["jobParameters"]
    ]
    with pytest.raises(NotRetold, match=r"pattern '\*'"):
        split_into_jobs({**made, "jobParameters": items}, catalogue)


@pytest.mark.slow
def test_more_than_jedi_takes_is_said() -> None:
    with pytest.raises(NotRetold, match="200,000"):
        split_into_jobs(task('exec = "run o" outputs = ["o"] n_jobs = 200_001'), catalogue)


def test_scouts() -> None:
    made = task('exec = "run o" outputs = ["o"] n_jobs = 20')
    assert SCOUTS == 10
    assert uses_scouts(made)
    # prun's --expertOnly_skipScout is dropped unless the task is official
    assert uses_scouts({**made, "skipScout": True})
    assert not uses_scouts({**made, "skipScout": True, "official": True})
    assert not uses_scouts({**made, "skipScout": True, "vo": "sphenix"})
    assert scouts_suffice(made, 5, 5)
    assert not scouts_suffice(made, 4, 6)
    assert not scouts_suffice(made, 0, 0)
    assert scouts_suffice({**made, "vo": "sphenix"}, 1, 9)
    assert not scouts_suffice({**made, "vo": "sphenix"}, 0, 10)
    assert scouts_suffice({**made, "scoutSuccessRate": 3}, 3, 7)


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, 3),
        ({"maxAttempt": 2}, 2),
        ({"maxAttempt": 50}, 3),
        ({"maxAttempt": 50, "maxFailure": 7}, 7),
        ({"maxAttempt": 0}, 3),
        ({"disableAutoRetry": 1}, 1),
        ({"vo": "sphenix"}, 3),
        ({"vo": "sphenix", "maxAttempt": 8}, 8),
    ],
)
def test_attempts(extra: Mapping[str, Any], expected: int) -> None:
    assert attempts({"vo": "atlas", **extra}) == expected


@pytest.mark.parametrize(
    ("done", "failed", "total", "expected"),
    [
        (0, 0, 3, State.RUNNING), (2, 0, 3, State.RUNNING), (3, 0, 3, State.FINISHED),
        (2, 1, 3, State.PARTLY), (0, 3, 3, State.FAILED), (0, 0, 0, State.FINISHED),
    ],
)  # fmt: skip
def test_states(done: int, failed: int, total: int, expected: State) -> None:
    assert task_state(done, failed, total) is expected


@pytest.mark.slow
def test_ten_thousand_jobs_are_planned_at_once() -> None:
    made = fill_markers(task('exec = "run %RNDM:1 o" outputs = ["o"] n_jobs = 10_000'), {})
    started = time.process_time()
    jobs = split_into_jobs(made, catalogue)
    assert time.process_time() - started < 2  # 0.2 s where nothing else runs
    assert len({job.parameters for job in jobs}) == 10_000
