"""The clerk of iDDS without its database, and the smallest tasks it can run.

For the reproductions in this folder.  Everything that decides is iDDS's own: the workflow is an
``idds.workflowv2.workflow.Workflow``, and a look at it makes the calls of
``Clerk.handle_update_request_real`` (idds/agents/clerk/clerk.py:1202-1277) in their order:

1. The request is loaded: the JSON that was submitted, and into it the metadata that the last look
   left (idds/orm/base/models.py:242-262).  Whatever is not in the metadata is lost here.
2. Each work gets what its transform knows: status, output data, whether it was submitted.
3. ``refresh_works(clean=True)``, ``get_new_works()``; each new work becomes a transform.
4. The request's status follows from the statuses of the transforms (clerk.py:1135-1175).

A transform here is a dictionary instead of a row; PanDA and the other agents are the two methods
``submit`` and ``end``.
"""

import json
import logging

from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
from idds.common.constants import TransformStatus
from idds.common.utils import json_dumps, json_loads

logging.disable(logging.CRITICAL)  # iDDS logs every step

FAILED = [
    TransformStatus.Failed,
    TransformStatus.Cancelled,
    TransformStatus.Suspended,
    TransformStatus.Expired,
]
TERMINATED = [TransformStatus.Finished, TransformStatus.SubFinished, *FAILED]


def parameters(name, command):
    """A PanDA task parameter map with the least that the classes read."""
    dataset = f"user.me.{name}"
    return {
        "taskName": dataset,
        "prodSourceLabel": "user",
        "cliParams": command,
        "jobParameters": [
            {
                "type": "template",
                "param_type": "output",
                "dataset": f"{dataset}.out",
                "value": f"{dataset}.$JEDITASKID",
            }
        ],
        "log": {"dataset": f"{dataset}.log"},
    }


def task(name, command=""):
    """A task that iDDS only waits for."""
    return ATLASPandaWork(task_parameters=parameters(name, command))


def learner(name, command="", **conditions):
    """A task whose output file iDDS reads; ``conditions`` are its custom conditions."""
    work = ATLASLocalPandaWork(task_parameters=parameters(name, command))
    for key, value in conditions.items():
        work.add_custom_condition(key, value)
    return work


class Clerk:
    """One request, from its submission to its end."""

    def __init__(self, workflow):
        # What the client sends is loaded, stored and loaded again.
        self.submitted = json_dumps(json_loads(json_dumps(workflow)))
        self.metadata = None
        self.transforms = []
        self.status = "New"
        self.look()

    @property
    def tasks(self):
        """The short names of the tasks that were released, in order."""
        return [transform["name"] for transform in self.transforms]

    @property
    def commands(self):
        """The commands of these tasks, with the values that iDDS put in."""
        return [transform["command"] for transform in self.transforms]

    def load(self):
        """Load the request as ``orm/base/models.py`` does."""
        workflow = json_loads(self.submitted)
        if self.metadata is not None:
            workflow.metadata = json_loads(self.metadata)
        return workflow

    def look(self):
        """Look at the request once; return the status that it gets."""
        first = self.metadata is None
        workflow = self.load()
        statuses, not_released = [], []
        if not first:
            for work in workflow.get_all_works():
                transform = self._transform(work)
                if transform:
                    statuses.append(transform["status"])
                    self._sync(work, transform)
                else:
                    not_released.append(work)
            workflow.refresh_works(clean=True)
        new = False
        for work in workflow.get_new_works():
            transform = self._transform(work)
            if transform:
                self._sync(work, transform)
            else:
                new = True
                self._create(work)
        self.metadata = json_dumps(workflow.metadata)
        self.status = "Transforming"
        if first or new:
            pass
        elif all(status == TransformStatus.Finished for status in statuses):
            self.status = "SubFinished" if not_released else "Finished"
        elif all(status in FAILED for status in statuses):
            self.status = "Failed"
        elif all(status in TERMINATED for status in statuses):
            self.status = "SubFinished"
        return self.status

    def submit(self, name):
        """PanDA has taken a task."""
        self._last(name).update(status=TransformStatus.Transforming, submitted=True)

    def end(self, name, data=None, status=TransformStatus.Finished):
        """A task has ended; ``data`` is what a learner's file holds."""
        self._last(name).update(status=status, submitted=True, data=data)

    def run(self, results=(), at_once=False, limit=50):
        """Go on to the end: all tasks are submitted and end, one by one or all between two looks.

        ``results`` are what the learners answer, in turn.
        """
        results = iter(results)
        for _ in range(limit):
            running = [t for t in self.transforms if t["status"] not in TERMINATED]
            for transform in running if at_once else running[:1]:
                answers = transform["learns"]
                self.end(transform["name"], next(results, None) if answers else None)
            if self.look() != "Transforming":
                break
        return self.status

    def _last(self, name):
        return [t for t in self.transforms if t["name"] == name][-1]

    def _transform(self, work):
        key = (work.internal_id, work.get_loop_index())
        found = [t for t in self.transforms if (t["internal_id"], t["loop_index"]) == key]
        return found[0] if len(found) == 1 else None

    def _create(self, work):
        self.transforms.append({
            "internal_id": work.internal_id,
            "loop_index": work.get_loop_index(),
            "name": work.task_parameters["taskName"].removeprefix("user.me."),
            "command": work.task_parameters["cliParams"],
            "learns": isinstance(work, ATLASLocalPandaWork),
            "work": json.loads(json_dumps(work)),
            "status": TransformStatus.New,
            "submitted": False,
            "data": None,
        })  # fmt: skip

    def _sync(self, work, transform):
        """``clerk.py:1205-1230``: the work gets the state of its transform."""
        stored = json_loads(json.dumps(transform["work"]))
        stored.submitted = stored.submitted or transform["submitted"]
        if transform["data"] is not None:
            stored.output_data = transform["data"]
        work.set_work_id(self.transforms.index(transform) + 1, transforming=True)
        work.sync_work_data(status=transform["status"], substatus=None, work=stored)
