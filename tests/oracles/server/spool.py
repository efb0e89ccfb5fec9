"""The test process's side of the spool folder, through which it plays PanDA's worker nodes.

``<taskid>.map.json``: a task that iDDS submitted, as submitted (``inside/panda.py`` writes it).
``<taskid>.result.json``: what the learner's job would have left, written before the next.
``<taskid>.done``: the task has ended, and how.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

State = Literal["finished", "subfinished", "failed", "broken", "aborted"]


@dataclass(frozen=True)
class Submission:
    """A task that iDDS submitted: PanDA's number for it and its task parameter map."""

    task_id: int
    task_map: dict[str, Any]


class Spool:
    """Reads submissions, each once, and reports how tasks end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[int] = set()

    def new_submissions(self) -> list[Submission]:
        """What was submitted since the last call, in the order of submission."""
        fresh = []
        for path in self._folder.glob("*.map.json"):
            task_id = int(path.name.split(".")[0])
            if task_id not in self._seen:
                fresh.append(Submission(task_id, json.loads(path.read_text("utf-8"))))
        fresh.sort(key=lambda submission: submission.task_id)
        self._seen.update(submission.task_id for submission in fresh)
        return fresh

    def complete(self, task_id: int, state: State, result: dict[str, Any] | None) -> None:
        """End a task; a result is the content of the learner's output file."""
        if result is not None:
            self._write(f"{task_id}.result.json", json.dumps(result))
        self._write(f"{task_id}.done", state)

    def is_complete(self, task_id: int) -> bool:
        """Whether the task was ended."""
        return (self._folder / f"{task_id}.done").exists()

    def _write(self, name: str, text: str) -> None:
        partial = self._folder / f"{name}.partial"
        partial.write_text(text, "utf-8")
        partial.replace(self._folder / name)
