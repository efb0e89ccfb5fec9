"""Histories made by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alw.execution.history import End, History, IterationRecord, JobRecord, State, TaskRecord

START = 1_764_000_000.0
FOLDER = Path("runs/altest")

#: The workflow that the histories are of.
SOURCE = """\
workflow altest {
  dataset = "user.me.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    param nevents: int = 200
    task simulate {
      exec = "python simplescript.py {m1} {m2} {nevents} output.json"
      outputs = ["output.json"]
      n_jobs = 10
    }
    learn merge {
      exec = "python merge.py merge.json {m1} {m2} {nevents} {simulate.outputs[0]}"
      result "merge.json" { m1: float, m2: float, nevents: int, error: float }
    }
    repeat while merge.nevents > 0 at most 20 times
  }
}
"""

Values = Mapping[str, object]


def task(
    name: str,
    iteration: int = 1,
    values: Values | None = None,
    result: Values | None = None,
    jobs: int = 10,
    state: State = State.FINISHED,
    started: float | None = START,
    seconds: float | None = 8.0,
    failed: Sequence[int] = (),
    folder: Path = FOLDER,
    status: int = 3,
) -> TaskRecord:
    """A task; of ``failed`` jobs the numbers."""
    directory = folder / "iterations" / str(iteration) / name
    ended = None if started is None or seconds is None else started + seconds
    return TaskRecord(
        name,
        f"user.me.altest.{name}.{iteration}/",
        iteration,
        result is not None,
        state,
        values or {},
        directory,
        jobs,
        jobs - len(failed) if state in (State.FINISHED, State.PARTLY, State.FAILED) else 0,
        len(failed),
        started,
        ended,
        result,
        line=7,
        failures=tuple(
            JobRecord(
                n,
                State.FAILED,
                f"python {name}.py {' '.join(map(str, (values or {}).values()))}",
                directory / str(n),
                started,
                ended,
                status,
                f"the command ended with exit status {status}",
            )
            for n in failed
        ),
    )


def proposals(n: int) -> dict[str, object]:
    """What the learner answers in iteration ``n``, which are the parameters of the next."""
    return {
        "m1": round(0.31 + 0.19 * math.exp(-n / 2.5) * math.cos(n), 5),
        "m2": round(0.72 - 0.22 * math.exp(-n / 3), 5),
        "nevents": max(200 * 2 ** min(n, 6), 1),
    }


def loop(
    count: int,
    end: End | None = End.CONDITION,
    folder: Path = FOLDER,
    more: Callable[[int], Values] = lambda n: {},
    names: Sequence[str] = ("simulate",),
    bound: int = 20,
) -> History:
    """A loop of ``count`` iterations that converges."""
    iterations = []
    clock = START
    values: dict[str, object] = {"m1": 0.5, "m2": 0.5, "nevents": 200}
    for n in range(1, count + 1):
        answer = proposals(n)
        if n == count and end is End.CONDITION:
            answer["nevents"] = 0
        result = {
            **answer,
            "error": float(f"{0.4 * 10 ** (-n / 2.2):.6g}"),
            "to_continue": n < count,
        }
        given = {**values, **more(n)}
        tasks = []
        for name in names:
            seconds = 7.5 + 2 * math.sin(n * 1.3) + len(name) / 4
            tasks.append(task(name, n, given, started=clock, seconds=seconds, folder=folder))
            clock += seconds
        seconds = 1.5 + 0.4 * math.cos(n)
        tasks.append(task("merge", n, given, result, 1, State.FINISHED, clock, seconds, (), folder))
        clock += seconds
        iterations.append(IterationRecord(n, given, tuple(tasks)))
        values = answer
    return History(
        "altest",
        "samples/active_learning.alw",
        folder,
        tuple(iterations),
        True,
        START,
        bound,
        None if end is None else clock + 0.3,
        end,
        engine_status="Finished" if end else "Transforming",
    )


def failed(count: int = 4, folder: Path = FOLDER) -> History:
    """A loop whose simulation fails in its last iteration."""
    history = loop(count, End.FAILURE, folder)
    last = history.iterations[-1]
    broken = task(
        "simulate",
        count,
        last.values,
        None,
        10,
        State.FAILED,
        last.tasks[0].started,
        4.2,
        (3, 7),
        folder,
    )
    ended = (broken.started or 0) + 4.2
    waiting = TaskRecord(
        "merge", "", count, True, State.WAITING, last.values, folder / "iterations" / "x", line=12
    )
    kept = replace(last, tasks=(broken, waiting))
    return replace(
        history,
        iterations=(*history.iterations[:-1], kept),
        ended=ended,
        engine_status="Failed",
    )


def running(count: int = 3, folder: Path = FOLDER) -> History:
    """A loop that goes on."""
    history = loop(count, None, folder)
    last = history.iterations[-1]
    now = replace(last.tasks[0], state=State.RUNNING, jobs_done=4, ended=None)
    kept = replace(last, tasks=(now,))
    return replace(history, iterations=(*history.iterations[:-1], kept))


def single(values: Values | None = None, result: Values | None = None) -> History:
    """A workflow without a loop."""
    tasks = [
        task("generate", 1, values, jobs=4),
        task("simulate", 1, values, jobs=20, started=START + 8, seconds=31.0),
        task("plot", 1, values, result, jobs=1, started=START + 39, seconds=2.4),
    ]
    iteration = IterationRecord(1, values or {}, tuple(tasks))
    return History(
        "once",
        "once.alw",
        Path("runs/once"),
        (iteration,),
        False,
        START,
        None,
        START + 41.6,
        End.DONE,
        engine_status="Finished",
    )


def many_parameters(n: int) -> Values:
    """Nine more parameters of all kinds."""
    return {
        "rate": 10.0 ** (-n / 3),
        "seed": (n * 7919) % 1000,
        "use_cuts": n % 3 == 0,
        "model": ("tree", "forest", "net")[min(n // 5, 2)],
        "tag": f"v{n}-{n * n:x}",
        "mass": 125.0,
        "charge": -(10.0 ** (n / 4)),
        "width": 1e-9 * n * n,
        "luminosity": 139_000_000_000 + n * 10**9,
    }
