"""The agents of iDDS 0.2.1, one turn after the other, over their own database.

``idds.cfg.template`` runs ``clerk, transformer, carrier, conductor, consumer``; the last two only
exchange messages.  An agent is a set of timers around three functions per kind of row, ``get_…``,
``process_…`` and ``finish_…`` with queues between (clerk.py:357-376, transformer.py, carrier.py);
:func:`_turn` calls them in that order.  Everything between two turns is in the database, as JSON.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from typing import Any

from idds.agents.carrier.carrier import Carrier
from idds.agents.clerk.clerk import Clerk
from idds.agents.transformer.transformer import Transformer
from idds.common.constants import RequestStatus, RequestType
from idds.common.utils import json_loads
from idds.core import requests as core_requests
from idds.orm.base import models
from idds.orm.base.session import get_engine

from tests.oracles.idds02.model import Run, Submission, Trace
from tests.oracles.idds02.stand_ins import Cluster, Panda, install

_TURNS_WITHOUT_NEWS = 6
"""A work takes four turns from its submission to its end; then nothing new means never."""

_ENDED = (
    RequestStatus.Finished,
    RequestStatus.SubFinished,
    RequestStatus.Failed,
    RequestStatus.Expired,
    RequestStatus.Cancelled,
    RequestStatus.Suspended,
)


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage().strip()
        if not message.startswith("Traceback"):  # the agents log each exception, then its trace
            self.lines.append(message.splitlines()[0])


class _RepairedClerk(Clerk):  # type: ignore[misc]
    """A clerk that hands over what ``update_request_with_transforms`` needs of a new work.

    ``process_new_request`` puts ``original_work`` into a transform (clerk.py:90), and
    ``process_running_request`` forgets it (clerk.py:202-206): core/requests.py:173 fails with a
    ``KeyError`` for every work but the initial ones.
    """

    def process_running_request(self, req: Any) -> Any:
        answer = super().process_running_request(req)
        works = req["processing_metadata"]["workflow"].works
        for transform in answer["new_transforms"]:
            metadata = transform["transform_metadata"]
            metadata["original_work"] = works[metadata["internal_id"]]
        return answer


class Server:
    """iDDS without its timers and its web server."""

    def __init__(self, run: Run) -> None:
        engine = get_engine()
        models.BASE.metadata.drop_all(engine)
        models.BASE.metadata.create_all(engine)
        self._panda, self._cluster = Panda(run), Cluster(run)
        install(self._panda, self._cluster)
        options: dict[str, Any] = {"poll_time_period": 0, "retrieve_bulk_size": 50}
        # the numbers of the rows begin anew with each run, and name the folders of the jobs
        folder = tempfile.mkdtemp(prefix="processings-", dir=os.environ["IDDS_WORK"])
        self._clerk = (_RepairedClerk if run.repaired else Clerk)(**options)
        self._transformer = Transformer(**options, **{"atlasactuatorwork.workdir": folder})
        self._carrier = Carrier(**options)
        for agent in (self._clerk, self._transformer, self._carrier):
            agent.num_threads = 50  # the get_… functions take no more rows at a time
        self._limit = run.submissions
        self._submissions: list[Submission] = []
        self._errors = _Errors()

    def run(self, workflow: str) -> Trace:
        """Submit a workflow and take turns until it has ended, or nothing happens any more."""
        root = logging.getLogger()
        root.addHandler(self._errors)
        try:
            try:
                request = self._submit(workflow)
            except Exception as error:  # the client's own: nothing was sent
                return Trace([], "NotSubmitted", [repr(error)])
            status = self._work(request)
        finally:
            root.removeHandler(self._errors)
        return Trace(self._submissions, status, self._errors.lines)

    def _submit(self, workflow: str) -> int:
        """As clientmanager.py:44-65 and rest/v1/requests.py:63-94 do, without the web between."""
        loaded = json_loads(workflow)
        properties = {
            "requester": "panda",
            "request_type": RequestType.Workflow,
            "transform_tag": "workflow",
            "status": RequestStatus.New,
            "priority": 0,
            "lifetime": 30,
            "workload_id": loaded.get_workload_id(),
            "request_metadata": {"workload_id": loaded.get_workload_id(), "workflow": loaded},
        }
        first = loaded.get_primary_initial_collection()
        if first:
            properties |= {"scope": first["scope"], "name": first["name"]}
        request: int = core_requests.add_request(**properties)
        return request

    def _work(self, request: int) -> str:
        quiet = 0
        status = RequestStatus.New
        while quiet < _TURNS_WITHOUT_NEWS and len(self._submissions) < self._limit:
            before = len(self._submissions)
            for kind in ("new", "running"):
                self._turn(self._clerk, kind, "requests")
                self._turn(self._transformer, kind, "transforms")
                self._turn(self._carrier, kind, "processings")
            status = core_requests.get_requests(request_id=request)[0]["status"]
            if status in _ENDED:
                break
            quiet = 0 if len(self._submissions) > before else quiet + 1
        name: str = status.name
        return name

    def _turn(self, agent: Any, kind: str, noun: str) -> None:
        todo, done = getattr(agent, f"{kind}_task_queue"), getattr(agent, f"{kind}_output_queue")
        process = getattr(agent, f"process_{kind}_{noun}")
        finish: Callable[[], None] = getattr(agent, f"finish_{kind}_{noun}")
        for row in getattr(agent, f"get_{kind}_{noun}")():
            todo.put(row)
            for answer in process():
                done.put(answer)
            if (kind, noun) == ("new", "processings"):
                self._record(row["processing_metadata"]["work"])
            try:
                finish()
            except Exception as error:  # the agent's timer catches it (timerscheduler.py)
                self._errors.lines.append(f"{agent.get_name()}: {error!r}")

    def _record(self, work: Any) -> None:
        """The carrier has just submitted ``work``: keep what PanDA or the cluster got."""
        task_map, script = self._panda.take(), self._cluster.take()
        if task_map is None and script is None:
            return
        self._submissions.append(
            Submission(
                kind=type(work).__name__,
                template=work.get_template_work_id(),
                sequence=work.get_sequence_id(),
                parameters=work.get_parameters(),
                task_map=task_map,
                script=script,
                inputs=[work.get_primary_input_collection()["name"]],
                outputs=[collection["name"] for collection in work.get_output_collections()],
                errors=[str(error) for error in work.get_errors()],
            )
        )
