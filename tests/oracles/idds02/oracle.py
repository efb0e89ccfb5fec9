"""Ask iDDS 0.2.1: serialise the seed's recipe, read a map, run a workflow on the agents.

One call is one process of that release's environment, however much it is asked.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from tests.oracles.environments import ensure_environment
from tests.oracles.idds02.home import make_home
from tests.oracles.idds02.model import Json, Parsed, Recipe, Refused, Run, Submission, Trace

__all__ = [
    "Parsed", "Recipe", "Refused", "Run", "Submission", "Trace", "WorkerFailure", "parse",
    "run_all", "serialise",
]  # fmt: skip

_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parents[2]
_SECONDS = 60.0
_SECONDS_PER_REQUEST = 20.0


class WorkerFailure(RuntimeError):
    """The worker process itself failed; what an agent logs is in the ``Trace``."""


def serialise(recipe: Recipe) -> Json:
    """The JSON of the seed's script, written by the real classes."""
    document: Json
    (document,) = _ask([{"action": "recipe", "values": asdict(recipe)}])
    return document


def parse(maps: Sequence[Json], *, initialize: bool = True) -> list[Parsed | Refused]:
    """What ``ATLASPandaWork`` finds in each map."""
    values = [{"task_map": task_map, "initialize": initialize} for task_map in maps]
    answers = _ask([{"action": "parse", "values": value} for value in values])
    return [
        Parsed(**answer["values"]) if answer["kind"] == "Parsed" else Refused(**answer["values"])
        for answer in answers
    ]


def run_all(runs: Sequence[Run]) -> list[Trace]:
    """Run each workflow on the agents of the release, each on an empty database."""
    answers = _ask([{"action": "run", "values": asdict(run)} for run in runs])
    return [
        Trace(**{**answer, "submissions": [Submission(**s) for s in answer["submissions"]]})
        for answer in answers
    ]


@cache
def _python() -> Path:
    return ensure_environment("idds02", _HERE / "requirements.txt")


def _ask(requests: Sequence[Json]) -> list[Any]:
    if not requests:
        return []
    python = _python()
    seconds = _SECONDS + _SECONDS_PER_REQUEST * len(requests)
    with tempfile.TemporaryDirectory(prefix="idds02-") as folder:
        variables = make_home(Path(folder) / "home")
        answer = Path(folder) / "answer.json"
        try:
            done = subprocess.run(
                [str(python), "-m", "tests.oracles.idds02.worker", str(answer)],
                input=json.dumps(requests), env={**variables, "PYTHONPATH": str(_REPOSITORY)},
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise WorkerFailure(f"no answer after {seconds:.0f} s") from error
        if done.returncode or not answer.exists():
            raise WorkerFailure(f"exit status {done.returncode}\n{done.stdout[-6000:]}")
        answers: list[Any] = json.loads(answer.read_text(encoding="utf-8"))
    return answers
