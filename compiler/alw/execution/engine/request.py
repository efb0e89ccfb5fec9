"""A request of iDDS as its clerk sees it (idds/agents/clerk/clerk.py of idds-server 2.6.21).

File and line numbers are those of idds-server 2.6.21; ``workflow.py`` is
idds/workflowv2/workflow.py, ``requests.py`` is idds/core/requests.py.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from . import speed
from .idds_library import Library, library
from .storage import to_jsonb

Map = dict[str, Any]
TRANSFORMING = "Transforming"


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
    values: Mapping[str, Any] = field(default_factory=dict)
    """The global parameters (``user_…``) that the work had when it was released."""

    @property
    def name(self) -> str:
        """Return PanDA's name of the task."""
        name: str = self.task_map["taskName"]
        return name


@dataclass(slots=True)
class Transform:
    """A row of the table of transforms: a work that was released."""

    identity: int
    name: str
    work: str
    loop_index: int | None
    status: Any
    submission: Submission
    submitted: bool
    """The work's own attribute: true when PanDA has taken the task, or if the JSON says so."""
    workload: int | None = None
    """PanDA's number of the task."""
    output: str = "null"
    """The learner's result as iDDS has read and stored it."""
    ended: bool = False

    def as_work(self) -> Any:
        """Return what ``Work.sync_work_data`` (work.py:2305) reads of the transform's work."""
        return SimpleNamespace(
            status_statistics={},
            output_data=json.loads(self.output),
            submitted=self.submitted,
        )

    def row(self) -> tuple[object, ...]:
        """Return what a look sees of the transform."""
        return self.name, self.status, self.submitted, self.workload, self.output


@dataclass(frozen=True, slots=True)
class _Seen:
    """The tables after a look."""

    status: str
    metadata: str
    errors: list[str]
    released: list[Transform]


@dataclass(slots=True)
class IddsRequest:
    """A row of the table of requests, and the rows that belong to it.

    Nothing is kept from one look to the next but what the tables hold.
    """

    submitted: str
    """The workflow's JSON in the database: never changed after the submission."""
    jsonb: bool = True
    metadata: str = ""
    """The stored state of the run: ``Workflow.metadata``."""
    transforms: list[Transform] = field(default_factory=list)
    status: str = "New"
    errors: list[str] = field(default_factory=list)
    seen: dict[tuple[object, ...], _Seen] | None = None
    """The looks that were had, for a request that is run again and again: a look depends on
    nothing but the tables.  Without it, nothing grows but the tables."""

    @classmethod
    def of(cls, workflow: str, jsonb: bool = True) -> IddsRequest:
        """Submit ``workflow``: the client loads and dumps it, the server once more."""
        utils = library().utils
        received = utils.json_loads(utils.json_dumps(utils.json_loads(workflow)))
        request = cls("", jsonb)
        request.submitted = request._kept(received)
        request.metadata = request._kept(received.metadata)  # models.py:264-275
        return request

    def look(self) -> list[Transform]:
        """Look at the request once, as the clerk does; return what is newly released."""
        if self.seen is None or not speed.is_enabled():
            return self._look_anew()
        before = len(self.transforms)
        state = (self.status, self.metadata, *(made.row() for made in self.transforms))
        if seen := self.seen.get(state):
            self.status, self.metadata = seen.status, seen.metadata
            self.errors += seen.errors
            self.transforms += map(copy.copy, seen.released)
            return self.transforms[before:]
        failed = len(self.errors)
        new = self._look_anew()
        released = [*map(copy.copy, new)]
        self.seen[state] = _Seen(self.status, self.metadata, self.errors[failed:], released)
        return new

    def _look_anew(self) -> list[Transform]:
        before = len(self.transforms)
        try:
            self._look()
        except Exception as error:  # clerk.py:1418: logged; nothing is stored, the status stays
            del self.transforms[before:]
            self.errors.append(f"{type(error).__name__}: {error}")
        return self.transforms[before:]

    def _look(self) -> None:
        workflow = self._loaded()
        statuses: list[Any] = []
        unreleased = False
        if self.status != "New":
            for work in workflow.get_all_works():  # clerk.py:1190-1231
                transform = self._of_id(work) or self._found(work)
                if transform is None:
                    unreleased = True
                else:
                    statuses.append(transform.status)
            workflow.refresh_works(clean=True)
        new = False
        for work in workflow.get_new_works():  # clerk.py:1242-1266; handle_new_request, 776-787
            if self.status == "New" or self._found(work) is None:
                new = True
                self._release(workflow, work)
        if self.status == "New":
            self.status = TRANSFORMING
        else:
            self.status = _status(library(), statuses, new, unreleased)
        workflow.refresh_works()  # orm/requests.py:1202
        self.metadata = self._kept(speed.drop_past_runs(workflow.metadata))

    def _loaded(self) -> Any:
        """Return the workflow that was submitted, with the metadata of the run (models.py:242)."""
        workflow = speed.load_cached(self.submitted)
        workflow.metadata = library().utils.json_loads(self.metadata)
        return workflow

    def _kept(self, value: Any) -> str:
        text: str = library().utils.json_dumps(value)
        return json.dumps(to_jsonb(json.loads(text))) if self.jsonb else text

    def _of_id(self, work: Any) -> Transform | None:
        """Return the transform that a work names, brought in."""
        identity = work.get_work_id()
        return _bring_in(work, self.transforms[identity - 1]) if identity else None

    def _found(self, work: Any) -> Transform | None:
        """Return the transform of a work and its iteration (orm/transforms.py:378-412), brought in.

        Two of them are none: ``if len(tfs) == 1``.
        """
        identity, index = work.internal_id, work.get_loop_index()
        found = [
            transform
            for transform in self.transforms
            if transform.work == identity and index in (None, transform.loop_index)
        ]
        if len(found) != 1:
            return None
        work.set_work_id(found[0].identity, transforming=True)
        return _bring_in(work, found[0])

    def _release(self, workflow: Any, work: Any) -> None:
        """Store a new transform (requests.py, ``update_request_with_transforms``)."""
        constants = library().constants
        name = work.get_work_name()
        # A name that is there already gets the old transform: the task runs no second time.
        transform = next((made for made in self.transforms if made.name == name), None)
        if transform is None:
            index = work.get_loop_index()
            submission = Submission(
                index,
                work.get_internal_id(),
                type(work).__name__ == "ATLASLocalPandaWork",
                copy.deepcopy(work.task_parameters),
                tuple(collection.name for collection in work.get_collections()),
                {key: value for key, value in vars(work).items() if key.startswith("user_")},
            )
            transform = Transform(
                len(self.transforms) + 1,
                name,
                work.internal_id,
                index,
                constants.TransformStatus.Queue,
                submission,
                bool(work.submitted),
            )
            self.transforms.append(transform)
        work.set_work_id(transform.identity, transforming=True)
        work.set_status(constants.WorkStatus.New)
        workflow.refresh_works()


def _bring_in(work: Any, transform: Transform) -> Transform:
    work.sync_work_data(
        status=transform.status,
        substatus=library().constants.TransformStatus.New,
        work=transform.as_work(),
        workload_id=transform.workload,
    )
    return transform


def _status(idds: Library, statuses: list[Any], new: bool, unreleased: bool) -> str:
    """Return the request's status (clerk.py:1124-1165): that of the last iteration's works."""
    transform = idds.constants.TransformStatus
    failed = {transform.Failed, transform.Cancelled}
    if new:
        return TRANSFORMING
    if all(status is transform.Finished for status in statuses):
        return "SubFinished" if unreleased else "Finished"
    if all(status in failed for status in statuses):
        return "Failed"
    if all(status in {*failed, transform.Finished, transform.SubFinished} for status in statuses):
        return "SubFinished"
    return TRANSFORMING
