"""``alw run`` gives the commands, datasets, iterations and values that iDDS gives in any order.

Programs are drawn as in ``tests/engine/test_soundness.py``, with results of their learner and
tasks that fail.  The clerk of iDDS runs each in an order that is drawn, the reference interpreter
says what must happen, and ``alw run`` runs it, with a stub in the place of each process: it
leaves the outputs and, for a learner, what the check makes of the result that was drawn.
``ALW_FUZZ=N`` tries N programs, different ones each time.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import alw
from alw.execution import run_job
from alw.execution.history import End, History, State
from alw.execution.judging import Check
from alw.execution.pool import Ended, Processes
from alw.execution.worker import Launch, WorkerJob, prepare
from tests.engine.generate_programs import Program, programs
from tests.engine.meaning import meaning_of
from tests.engine.soundness import Run, command, datasets
from tests.engine.test_soundness import compiled, execute
from tests.oracles.clerk import Ending

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
#: What a process of this machine can do: it ends well, or not.
ENDINGS = {Ending.SUBFINISHED: Ending.FINISHED}
STATES = {Ending.FINISHED: State.FINISHED, Ending.FAILED: State.FAILED}


class Stubs:
    """Stands for the processes of a run, and keeps what they were given."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.launched: dict[tuple[str, int, int], tuple[Launch, WorkerJob]] = {}

    def prepare(self, real: Callable[[WorkerJob], Launch], job: WorkerJob) -> Launch:
        launch = real(job)
        iteration, task, serial = job.directory.parts[-3:]
        self.launched[task, int(iteration), int(serial)] = launch, job
        return launch

    def run(self, launch: Launch, folder: Path, seconds: float | None = None) -> Ended:
        iteration, task, _ = folder.parts[-3:]
        run = int(iteration)
        (folder / "stdout").touch()
        (folder / "stderr").touch()
        if self._program.endings.get((task, run)) is Ending.FAILED:
            return Ended(1, False)
        for name in launch.outputs:
            (launch.run_directory / name).write_text(task)
        check = Check.of(launch.command) if task == self._program.learner else None
        if check is not None:
            return self._learn(check, launch, folder, run)
        return Ended(0, False)

    def _learn(self, check: Check, launch: Launch, folder: Path, run: int) -> Ended:
        drawn = self._program.results[(run - 1) % len(self._program.results)]
        if isinstance(drawn, dict):
            judged = check.judge(drawn)
        else:
            try:
                judged = check.judge_file(drawn.decode())
            except ValueError:
                judged = check.judge_file(None)
        if judged.fields is None or judged.verdict is None:
            return Ended(65, False)
        said = judged.verdict
        end = "goes on" if said.goes_on else "ends"
        (folder / "stderr").write_text(
            f"alw: iteration {said.iteration} of at most {said.bound},"
            f" condition {said.condition}: the loop {end}\n"
        )
        import json

        for name in launch.outputs:
            (launch.run_directory / name).write_text(json.dumps(dict(judged.fields)))
        return Ended(0, False)


def executed(
    program: Program, workflow: alw.CompiledWorkflow, folder: Path
) -> tuple[History, Stubs]:
    stubs, real = Stubs(program), prepare
    (folder / "data").mkdir()
    for name in ("a", "b"):
        (folder / "data" / f"{name}.root").write_text(name)
    outside = {name.rpartition(":")[2].rstrip("/") for name in program.external.values()}
    read = {
        name.rpartition(":")[2].rstrip("/")
        for made in workflow.tasks.values()
        for several in datasets(made, "input")
        for name in several.split(",")
    }
    with (
        patch.object(run_job, "prepare", lambda job: stubs.prepare(real, job)),
        patch.object(Processes, "run", lambda self, *more: stubs.run(*more)),
    ):
        history = alw.run(
            alw.Compilation((), {workflow.name: workflow}),
            directory=folder / "run",
            data={name: str(folder / "data") for name in outside & read},
            limits=alw.Limits(at_once=2),
            containers=False,
        )
    return history, stubs


def check(program: Program) -> str:
    """Compare a run of ``program`` with what iDDS does; return what kind of program it is."""
    program = replace(
        program,
        endings={
            key: Ending.FINISHED if ending is Ending.SUBFINISHED else Ending.FAILED
            for key, ending in program.endings.items()
            if ending is not Ending.FINISHED
        },
    )
    workflow = compiled(program)
    if workflow is None:
        return "refused"
    with tempfile.TemporaryDirectory() as folder:
        try:
            history, stubs = executed(program, workflow, Path(folder))
        except alw.CannotRun as error:
            return f"cannot run: {error.message}"
        if any(t.reason and not t.jobs for i in history.iterations for t in i.tasks):
            return "no jobs"
        done = execute(program, workflow, replace(program.order, jsonb=True))
        compare_with_the_clerk(history, stubs, done)
        compare_with_the_meaning(program, history)
    return "run"


def compare_with_the_clerk(history: History, stubs: Stubs, done: Run) -> None:
    assert history.engine_status == done.trace.status
    wanted = {(sent.run or 1, name): sent for name, sent in done.tasks()}
    found = {(t.iteration, t.name): t for i in history.iterations for t in i.tasks}
    assert found.keys() == wanted.keys()
    for (run, name), task in found.items():
        sent = wanted[run, name]
        assert task.task_name == sent.name.rstrip("/")
        assert set(task.outputs) <= {bare(name) for name in datasets(sent.task_map, "output")}
        read = {bare(n) for several in datasets(sent.task_map, "input") for n in several.split(",")}
        assert set(task.inputs) <= read
        text = command(sent.task_map)
        for serial in range(1, task.jobs + 1):
            if (name, run, serial) not in stubs.launched:
                assert task.jobs_failed >= 10  # its scouts
                continue
            launch, job = stubs.launched[name, run, serial]
            if "%" not in text and "${" not in text:
                assert launch.command.strip() == text.strip()
            elif "%IN" in text and len(read) == 1 and text.count("%") == 1 and "${" not in text:
                files = ",".join(sorted(job.inputs))
                assert launch.command.strip() == text.replace("%IN", files).strip()
        answer = done.answers.get(run) if task.is_learner else None
        if task.is_learner:
            assert task.result == (answer if task.state is State.FINISHED else None)
    for iteration in history.iterations:
        if history.has_loop:
            assert iteration.values == done.values(iteration.number)


def compare_with_the_meaning(program: Program, history: History) -> None:
    meaning = meaning_of(program)
    wanted = {key: STATES[ending] for key, ending in meaning.ended.items()}
    found = {(t.iteration, t.name): t.state for i in history.iterations for t in i.tasks}
    assert found == wanted
    last = len(history.iterations)
    failed = {run for (run, _), state in wanted.items() if state is State.FAILED}
    assert (history.end is End.FAILURE) == (last in failed)
    # iDDS does not mind what failed before, if the loop goes on: the verdict does.
    assert not history.has_loop or all(f"iteration {run}" in history.verdict for run in failed)


def bare(name: str) -> str:
    return name.rpartition(":")[2].rstrip("/")


TRIED: Counter[str] = Counter()


@fuzz
@given(programs())
def programs_run_as_on_the_grid(program: Program) -> None:
    TRIED[check(program)] += 1


def test_programs_run_as_on_the_grid() -> None:
    TRIED.clear()
    programs_run_as_on_the_grid()
    if EXAMPLES:
        print(TRIED)
    assert TRIED["run"] > 0.4 * TRIED.total(), TRIED
