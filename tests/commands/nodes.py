"""A worker node for learners: what is run, and what to ask of the outcome."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.commands.programs import PYTHON2, SHELLS, available, compile_learner, literal, task_map
from tests.oracles.worker_node import Job, run_job

RESULT = "r.json"
FIELDS = 'x: float, n: int, b: bool, s: string of "a-z_", note: string'
PARAMS = (
    'param x: float = 0.5\nparam n: int = 2\nparam b: bool = true\nparam s: string of "a-z_" = "a"'
)
VALUES = {"x": 0.5, "n": 2, "b": True, "s": "a"}
GOOD = {"x": 1.5, "n": 3, "b": False, "s": "ab_c", "note": 'it\'s $5, 100% "é"'}


@dataclass(frozen=True)
class Node:
    """A worker node: its shell, and the Python that checks results there."""

    shell: str
    python: str
    container: bool = False

    def __str__(self) -> str:
        return f"{Path(self.shell).name}-{Path(self.python).name}"

    def run(
        self,
        directory: Path,
        command: str = "cp given r.json",
        result: str = FIELDS,
        condition: str | None = "step.n > 0",
        params: str = PARAMS,
        iteration: int = 1,
        bound: int = 5,
        more: str | None = None,
        values: dict[str, object] | None = None,
    ) -> Job:
        interpreter = f'interpreter = "{self.python}"' if more is None else more
        compilation = compile_learner(
            literal(command), result, condition, params, bound, interpreter
        )
        return run_job(
            task_map(compilation, "step"), directory, shell=self.shell, container=self.container,
            values=values or VALUES, iteration=iteration,
        )  # fmt: skip


PYTHONS = ["python3", *([str(PYTHON2)] if PYTHON2.exists() else [])]
NODES = [Node(shell, python) for shell in SHELLS[1:] if available(shell) for python in PYTHONS]


def checked(job: Job) -> dict[str, object]:
    """The result of a good job, which is the only file that its job leaves."""
    assert job.ok, job
    assert set(job.files) == {RESULT}
    found = json.loads(job.files[RESULT])
    assert isinstance(found, dict)
    return found


def stopped(job: Job, directory: Path, *said: str) -> None:
    """The job failed, said why, and left nothing that iDDS could take for a result."""
    assert job.status not in (0, 255), job
    assert job.files == {}
    assert not (directory / RESULT).is_file()
    assert not (directory / ".alw.json").exists()
    for text in said:
        assert text in job.stderr, job.stderr
    assert "Traceback" not in job.stderr


def give(directory: Path, content: object) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (directory / "given").write_bytes(data)
