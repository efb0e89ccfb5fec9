"""The test process's side of the spool folder, through which it plays PanDA's worker nodes.

``<taskid>.map.json``: a task that iDDS submitted, as submitted (``inside/panda.py`` writes it).
``<taskid>.result.json``: what the learner's job would have left, written before the next.
``<taskid>.done``: the task has ended, and how.
``accepting.json``: how PanDA takes tasks: slowly, or not at all (``inside/panda.py`` reads it).
``<request>.away``: the clerk does not look at this request; ``<request>.once``: but for one time
(``inside/looks.py``).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

State = Literal["finished", "subfinished", "failed", "broken", "aborted"]


@dataclass(frozen=True)
class Submission:
    """A task that iDDS submitted: PanDA's number for it and its task parameter map."""

    task_id: int
    task_map: dict[str, Any]

    @property
    def name(self) -> str:
        """The task's name in PanDA."""
        return str(self.task_map["taskName"])

    @property
    def command(self) -> str:
        """The command in the job parameters, as the worker node gets it."""
        values = [item["value"] for item in self.task_map["jobParameters"]]
        start = values.index('-p "')
        return unquote("".join(values[start + 1 : values.index('"', start)]))


class Spool:
    """Reads submissions, each once, and reports how tasks end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[int] = set()
        self._rules: list[dict[str, Any]] = []

    def accept(self, tasks: str, seconds: float, refused: bool) -> None:
        """Take tasks whose name matches the regular expression after ``seconds``, or refuse them.

        The last rule that matches a task holds.
        """
        self._rules.append({"tasks": tasks, "seconds": seconds, "refused": refused})
        self._write("accepting.json", json.dumps(self._rules))

    def away(self, request_id: int) -> None:
        """Keep the clerk from looking at a request."""
        self._write(f"{request_id}.away", "")

    def look(self, request_id: int) -> None:
        """Have it look at that request once."""
        self._write(f"{request_id}.once", "")

    def back(self, request_id: int) -> None:
        """Let it look as usual."""
        for kind in ("away", "once"):
            (self._folder / f"{request_id}.{kind}").unlink(missing_ok=True)

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
