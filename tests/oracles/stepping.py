"""The real iDDS classes, stepped through without a server.

A workflow is loaded from its JSON and stepped as iDDS's agents step it: new works are
taken, marked as transformed, submitted and finished, and learners get their output data.
Between any two steps the workflow is loaded anew from the JSON that was submitted, and only
its metadata is kept, through JSON as well: that is what the server does, and a test that
passes the whole object through JSON misses what lives in no metadata.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Map = dict[str, Any]
Learner = Callable[["Submission"], Mapping[str, object] | None]


@dataclass(frozen=True, slots=True)
class Submission:
    """A task as iDDS would submit it to PanDA."""

    run: int
    """The number of the iteration; iDDS counts from 1."""
    work: str
    """The internal id of the work."""
    learns: bool
    task_map: Map
    collections: tuple[str, ...]

    @property
    def name(self) -> str:
        name: str = self.task_map["taskName"]
        return name


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened to a workflow."""

    submissions: tuple[Submission, ...]
    terminated: bool
    finished: bool

    def runs(self) -> list[list[Submission]]:
        """The submissions of each iteration."""
        runs: dict[int, list[Submission]] = {}
        for submission in self.submissions:
            runs.setdefault(submission.run, []).append(submission)
        return [runs[number] for number in sorted(runs)]


@cache
def _idds() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="alw-idds-"))
    config = folder / "idds.cfg"
    config.write_text("[common]\nloglevel=ERROR\n[rest]\nhost=https://127.0.0.1:1\n")
    os.environ.setdefault("IDDS_CONFIG", str(config))
    from idds.common import constants, utils

    return constants, utils


def load(workflow: Mapping[str, Any]) -> Any:
    """The workflow as an object of iDDS's own class."""
    return _idds()[1].json_loads(json.dumps(workflow))


def dump(workflow: Any) -> Any:
    """The JSON that iDDS itself writes for a workflow."""
    return json.loads(_idds()[1].json_dumps(workflow))


@dataclass(slots=True)
class _Transform:
    """What the server keeps of a submitted work: iDDS calls it a transform."""

    submission: Submission
    status: Any
    output: dict[str, object] | None = None


class _Engine:
    """One workflow as the clerk agent sees it (idds/agents/clerk/clerk.py).

    Between two looks the clerk keeps the JSON that was submitted and the metadata, loads
    both anew, and brings in what the transforms have become.
    """

    def __init__(self, workflow: Mapping[str, Any]) -> None:
        self._constants, self._utils = _idds()
        # the client loads the JSON and sends what the real classes make of it
        self._submitted = self._utils.json_dumps(load(workflow))
        self._metadata: Any = None
        self.transforms: dict[tuple[int, str], _Transform] = {}

    def look(self) -> tuple[list[_Transform], bool, bool]:
        """One look of the clerk.

        :returns: newly submitted transforms, whether the workflow has terminated, and
            whether it is finished.
        """
        workflow = self._utils.json_loads(self._submitted)
        if self._metadata is not None:
            workflow.metadata = self._utils.json_loads(self._metadata)
        for work in workflow.get_all_works():
            self._bring_in(workflow, work)
        workflow.refresh_works(clean=True)
        new = []
        for work in workflow.get_new_works():
            if not self._bring_in(workflow, work):
                new.append(self._submit(workflow, work))
                self._bring_in(workflow, work)
        workflow.refresh_works()
        ended, finished = bool(workflow.is_terminated()), bool(workflow.is_finished())
        self._metadata = self._utils.json_dumps(workflow.metadata)
        return new, ended, finished

    def _bring_in(self, workflow: Any, work: Any) -> bool:
        transform = self.transforms.get((int(workflow.num_run), work.get_internal_id()))
        if transform is None:
            return False
        work.set_work_id(id(transform), transforming=True)
        work.status = transform.status
        work.submitted = work.started = True
        if transform.output is not None:
            # sync_work_data takes the data, the learner's own attributes come with it
            work.set_output_data(transform.output)
        return True

    def _submit(self, workflow: Any, work: Any) -> _Transform:
        submission = Submission(
            int(workflow.num_run),
            work.get_internal_id(),
            type(work).__name__ == "ATLASLocalPandaWork",
            copy.deepcopy(work.task_parameters),
            tuple(collection.name for collection in work.get_collections()),
        )
        transform = _Transform(submission, self._constants.WorkStatus.Transforming)
        self.transforms[submission.run, submission.work] = transform
        return transform

    def end(self, transform: _Transform, failed: bool, output: Mapping[str, object] | None) -> None:
        """End a transform; ``output`` is what a learner's file holds."""
        statuses = self._constants.WorkStatus
        transform.status = statuses.Failed if failed else statuses.Finished
        transform.output = None if output is None else dict(output)


def step(
    workflow: Mapping[str, Any],
    learner: Learner = lambda submission: None,
    fails: Callable[[Submission], bool] = lambda submission: False,
    order: Callable[[Sequence[str]], Sequence[str]] = lambda works: works,
    limit: int = 400,
) -> Trace:
    """Step ``workflow`` to its end.

    :param learner: the output data of a learner, as iDDS would have downloaded it.
    :param fails: whether a task fails.
    :param order: in which order running works end; one ends per step.
    :param limit: the number of steps after which a workflow counts as endless.
    """
    engine = _Engine(workflow)
    submissions: list[Submission] = []
    running: dict[str, _Transform] = {}
    ended = finished = False
    quiet = 0
    for _ in range(limit):
        new, ended, finished = engine.look()
        submissions += [transform.submission for transform in new]
        running |= {transform.submission.work: transform for transform in new}
        quiet = 0 if new or running else quiet + 1
        if running:
            transform = running.pop(order(list(running))[0])
            submission = transform.submission
            failed = fails(submission)
            output = learner(submission) if submission.learns and not failed else None
            engine.end(transform, failed, output)
        elif quiet > 2:  # nothing runs, nothing new: two more looks change nothing
            break
    return Trace(tuple(submissions), ended, finished)
