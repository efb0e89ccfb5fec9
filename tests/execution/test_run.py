"""``alw.run``: what runs, what fails and how, and what runs again."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import alw
from alw.execution.events import Began, Event, JobEnded, Noted
from alw.execution.history import End, History, State, TaskRecord
from tests.execution.programs import loop

pytestmark = pytest.mark.slow

Run = Callable[..., History]
LIMITS = alw.Limits(at_once=2)
PYTHON = sys.executable


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a workflow of one or more tasks, without a loop."""
    monkeypatch.chdir(tmp_path)

    def run(tasks: str, limits: alw.Limits = LIMITS, **options: object) -> History:
        text = f'workflow w {{\n  dataset = "user.me.w"\n{tasks}\n}}\n'
        (tmp_path / "w.alw").write_text(text)
        return alw.run("w.alw", limits=limits, **options)  # type: ignore[arg-type]

    return run


def only(history: History, name: str = "t") -> TaskRecord:
    (found,) = (t for i in history.iterations for t in i.tasks if t.name == name)
    return found


def reruns(source: Path, **options: object) -> tuple[History, dict[str, set[str]], int]:
    """Resume a run; return why which tasks' jobs ran again, and how many were kept."""
    reasons: dict[str, set[str]] = {}
    kept = 0

    def show(event: Event) -> None:
        nonlocal kept
        if isinstance(event, JobEnded):
            kept += event.kept
            if not event.kept:
                reasons.setdefault(event.task.name, set()).add(event.job.rerun)

    history = alw.run(source, limits=LIMITS, resume=True, show=show, **options)  # type: ignore[arg-type]
    return history, reasons, kept


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return loop(tmp_path)


def test_a_loop_runs_to_its_end(source: Path) -> None:
    history = alw.run(source, limits=LIMITS)
    assert (history.end, history.ok) == (End.CONDITION, True)
    assert [i.values for i in history.iterations] == [{"m": 1.0}, {"m": 2.0}, {"m": 3.0}]
    assert [i.result["fit.m"] for i in history.iterations] == [2.0, 3.0, 4.0]
    assert [t.jobs_done for i in history.iterations for t in i.tasks] == [4, 1] * 3
    assert history.bound == 50 and history.engine_status == "Finished"


def test_a_bound_ends_a_loop(source: Path) -> None:
    source.write_text(source.read_text().replace("at most 50", "at most 2"))
    history = alw.run(source, limits=LIMITS)
    assert (history.end, len(history.iterations)) == (End.BOUND, 2)


def test_a_trial_is_cut_and_goes_on_as_a_whole(source: Path) -> None:
    history = alw.run(source, limits=replace(LIMITS, jobs=2, iterations=2))
    assert (history.end, len(history.iterations), history.ok) == (End.CUT, 2, True)
    assert "2 jobs" in history.limits and "2 iterations" in history.limits
    assert history.iterations[0].result["fit.files"] == 2
    whole, reasons, kept = reruns(source)
    assert (whole.end, len(whole.iterations), whole.limits) == (End.CONDITION, 3, "")
    assert kept == 4  # those of the simulations that had run
    assert sum("its input" in why for why in reasons["fit"]) == 2
    assert "" in reasons["fit"]  # the one of the third iteration


def test_nothing_runs_twice(source: Path) -> None:
    first = alw.run(source, limits=LIMITS)
    again, reasons, kept = reruns(source)
    assert (reasons, kept) == ({}, 15)
    assert [i.result for i in again.iterations] == [i.result for i in first.iterations]


def test_an_edited_script_runs_again_and_says_so(source: Path) -> None:
    alw.run(source, limits=LIMITS)
    script = source.parent / "learn.py"
    script.write_text(script.read_text() + "# better\n")
    _, reasons, kept = reruns(source)
    assert reasons == {"fit": {"learn.py changed"}}
    assert kept == 12


def test_a_changed_value_runs_again_what_depends_on_it(source: Path) -> None:
    alw.run(source, limits=LIMITS)
    source.write_text(source.read_text().replace("float = 1.0", "float = 2.0"))
    history, reasons, _ = reruns(source)
    assert [i.values["m"] for i in history.iterations] == [2.0, 3.0]
    assert reasons["simulate"] == {"its command changed"}


def test_lost_outputs_are_made_again(source: Path) -> None:
    history = alw.run(source, limits=LIMITS)
    lost = next((history.directory / "data").glob("*simulate.2*/*000003*"))
    lost.unlink()
    again, reasons, kept = reruns(source)
    assert again.ok and kept == 13
    (why,) = reasons["simulate"]
    assert "outputs" in why
    (why,) = reasons["fit"]
    assert "input" in why


def test_changed_input_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("1")
    task = (
        '  task t { exec = "cat %IN > out.txt " in_ds = "user.me.data" outputs = ["out.txt"]'
        " n_files_per_job = 1 }"
    )
    data = {"user.me.data": "in/*"}
    assert run(task, data=data).ok
    (tmp_path / "in" / "a.txt").write_text("22")
    (tmp_path / "in" / "b.txt").write_text("3")
    history, reasons, _ = reruns(tmp_path / "w.alw", data=data)
    assert reasons == {"t": {"its input a.txt changed", ""}}
    made = sorted((history.directory / "data" / "user.me.w.t_out.txt").iterdir())
    assert [file.read_text() for file in made] == ["22", "3"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("exit 3", "its exit status is 3"),
        ("kill -9 $$", "SIGKILL"),
        ("sleep 20", "longer than 0.3 s"),
        ("true", "it did not write out.txt"),
        ("ls nowhere && touch out.txt", "its exit status is 2"),
    ],
)
def test_a_job_that_fails(run: Run, command: str, why: str) -> None:
    limits = replace(LIMITS, seconds=0.3 if "sleep" in command else None)
    history = run(f'  task t {{ exec = "{command} " outputs = ["out.txt"] }}', limits)
    assert (history.end, history.ok) == (End.FAILURE, False)
    task = only(history)
    (job,) = task.failures
    assert why in job.reason
    assert (task.state, task.line) == (State.FAILED, 3)
    assert (job.directory / "stderr").is_file()
    assert "'t' failed" in history.verdict


def test_a_task_that_is_partly_finished(run: Run) -> None:
    tasks = """
      task t { exec = "test %RNDM:1 != 2 && echo hi > out.txt " outputs = ["out.txt"] n_jobs = 3 }
      task u { exec = "echo {t.outputs[0]} > all.txt" outputs = ["all.txt"] }"""
    history = run(tasks)
    assert only(history).state is State.PARTLY
    assert (only(history).jobs_done, only(history).jobs_failed) == (2, 1)
    assert only(history, "u").state is State.FINISHED
    assert only(history, "u").inputs == {"user.me.w.t_out.txt": 2}


def test_more_attempts(run: Run, tmp_path: Path) -> None:
    task = f'  task t {{ exec = "test -e {tmp_path}/x || {{{{ touch {tmp_path}/x; exit 1; }}}} " }}'
    assert not run(task).ok
    (tmp_path / "x").unlink()
    assert run(task, replace(LIMITS, attempts=2), restart=True).ok


def test_jobs_do_not_begin_when_the_first_ten_fail(run: Run) -> None:
    history = run('  task t { exec = "exit 1" n_jobs = 200 }')
    assert 10 <= only(history).jobs_failed < 100  # more than 10 if a scout is slow
    assert only(history).state is State.FAILED
    assert "first 10 jobs" in only(history).reason
    assert len(list(only(history).directory.iterdir())) < 100


def test_what_a_job_leaves_running(run: Run, tmp_path: Path) -> None:
    """A job waits for what writes to its output, as its wrapper does; the rest ends with it."""
    waited, left = tmp_path / "waited", tmp_path / "left"
    command = f"(sleep 0.2; touch {waited}) & (sleep 3; touch {left}) > log 2>&1 & true"
    assert run(f'  task t {{ exec = "{command}" }}').ok
    assert waited.exists()
    time.sleep(3.2)
    assert not left.exists()


def test_memory(run: Run) -> None:
    code = "x = bytearray(400000000)"
    task = f"  task t {{ exec = \"{PYTHON} -c '{code}' \" }}"
    assert run(task).ok
    assert not run(task, replace(LIMITS, memory_mb=200), restart=True).ok


# Before it starts


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "user.me.data"),
        ({"data": {"user.me.dat": "*"}}, "did you mean 'user.me.data'"),
        ({"data": {"user.me.data": "nothing/*"}}, "no file matches"),
    ],
)
def test_inputs_that_are_missing(run: Run, options: dict[str, object], said: str) -> None:
    task = '  task t { exec = "cat %IN" in_ds = "user.me.data" }'
    with pytest.raises(alw.CannotRun) as raised:
        run(task, **options)
    assert said in f"{raised.value.message} {raised.value.help}"
    assert not Path("runs").exists()


def test_a_run_is_not_overwritten(source: Path) -> None:
    alw.run(source, limits=LIMITS)
    with pytest.raises(alw.CannotRun, match="already"):
        alw.run(source, limits=LIMITS)
    (source.parent / "runs" / "toy" / "mine.txt").write_text("mine")
    assert alw.run(source, limits=LIMITS, restart=True).ok
    assert (source.parent / "runs" / "toy" / "mine.txt").exists()


def test_a_folder_of_another_workflow(source: Path, run: Run) -> None:
    alw.run(source, limits=LIMITS, directory="here")
    with pytest.raises(alw.CannotRun, match="workflow 'toy'"):
        run('  task t { exec = "true" }', directory="here", resume=True)


def test_a_state_that_is_none(source: Path) -> None:
    folder = source.parent / "runs" / "toy"
    folder.mkdir(parents=True)
    (folder / "run.db").write_text("no database" * 1000)
    (folder / "data").mkdir()
    (folder / "data" / "mine.txt").write_text("mine")
    for restart in (False, True):  # who knows whose it is
        with pytest.raises(alw.CannotRun, match=r"run\.db") as raised:
            alw.run(source, limits=LIMITS, restart=restart, directory=folder)
        (folder / "run.lock").unlink()
        assert "another folder" in raised.value.help
    assert (folder / "data" / "mine.txt").exists()


def test_a_state_that_was_damaged(source: Path) -> None:
    folder = alw.run(source, limits=LIMITS).directory
    for file in folder.glob("run.db*"):
        file.write_text("no database" * 1000)
    with pytest.raises(alw.CannotRun) as raised:
        alw.run(source, limits=LIMITS, resume=True)
    assert "--restart" in raised.value.help
    assert alw.run(source, limits=LIMITS, restart=True).ok


def test_a_folder_that_cannot_be_one(source: Path) -> None:
    with pytest.raises(alw.CannotRun, match="cannot run in") as raised:
        alw.run(source, limits=LIMITS, directory=source)
    assert "-o" in raised.value.help


def test_a_container_that_cannot_be_run(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("sh", "tar"):
        (tmp_path / "bin" / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    task = '  task t { exec = "true" container_image = "docker://alpine" }'
    with pytest.raises(alw.CannotRun) as raised:
        run(task)
    assert "apptainer" in raised.value.message and "--no-container" in raised.value.help
    assert run(task, containers=False).ok


def test_the_events_come_in_order(source: Path) -> None:
    events: list[Event] = []
    alw.run(source, limits=LIMITS, show=events.append)
    assert isinstance(events[0], Began)
    names = [type(event).__name__ for event in events if type(event).__name__ != "Waited"]
    once = ["IterationBegan", "TaskBegan", *["JobEnded"] * 4, "TaskEnded"]
    once += ["TaskBegan", "JobEnded", "TaskEnded", "IterationEnded"]
    assert names == ["Began", *once * 3, "RunEnded"]


def test_what_is_written_stays_in_the_folder(source: Path) -> None:
    before = {path for path in source.parent.rglob("*") if "__pycache__" not in path.parts}
    history = alw.run(source, limits=LIMITS)
    after = {path for path in source.parent.rglob("*") if "__pycache__" not in path.parts}
    assert {path for path in after - before if not path.is_relative_to(history.directory)} == {
        source.parent / "runs"
    }
    assert os.fspath(history.directory) == str(source.parent / "runs" / "toy")
    json.dumps([i.result for i in history.iterations])


def test_what_is_not_as_on_the_grid_is_told_once(run: Run) -> None:
    notes: list[str] = []

    def show(event: Event) -> None:
        if isinstance(event, Noted):
            notes.append(event.note)

    assert run('  task t { exec = "true" root_ver = "6.30/02" n_jobs = 3 }', show=show).ok
    assert len(notes) == 1 and "ROOT" in notes[0]


def test_a_sandbox_that_lies_elsewhere_is_told(tmp_path: Path, run: Run) -> None:
    notes: list[str] = []

    def show(event: Event) -> None:
        if isinstance(event, Noted):
            notes.append(event.note)

    sample = Path(__file__).parents[2] / "samples" / "existing_task.alw"
    limits = alw.Limits(at_once=2, jobs=1)
    assert not alw.run(sample, directory=tmp_path / "run", limits=limits, show=show).ok
    assert len(notes) == 1 and "PanDA's cache" in notes[0]
