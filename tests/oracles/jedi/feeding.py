"""Feed the files of a task's datasets with JEDI's own feeder.  Runs in JEDI's environment.

What is the server's own: ``ContentsFeederThread.feed_contents_to_tasks`` and
``TaskComplexModule.insertFilesForDataset_JEDI``, with its choice of files, its ranges of events,
and how many files the scouts may use.  What is not: the database, of which a handful of statements
are answered, and Rucio.
"""

import json
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.oracles.jedi.refining import TASK_ID, RefusedTask
from tests.oracles.jedi.stand_ins import Log

PID = "feeder"
_NUMBERS = 50

#: The files of a dataset: name, size, number of events.
Files = Sequence[tuple[str, int, int | None]]


def feed(
    task: Any,
    parameters: Mapping[str, Any],
    masters: Sequence[Any],
    secondaries: Sequence[Any],
    files_of: Callable[[Any], Files],
) -> dict[int, tuple[list[Any], int]]:
    """Return the records of each dataset by its number, and how many may be used at first.

    A secondary dataset is fed once, for the first of the masters; every other has the same.
    """
    for dataset in masters:
        dataset.masterID = None
    for dataset in secondaries:
        dataset.masterID = masters[0].datasetID
        if dataset.isSeqNumber() and dataset.getNumRecords() is None:
            # Instead of ten thousand, which take their time; JEDI adds more on demand.
            dataset.setNumRecords(_NUMBERS)
    module: Any = import_module("pandajedi.jediorder.ContentsFeeder")
    module.MsgWrapper = lambda *arguments, **named: _Silent()  # the server's would send messages
    thread = module.ContentsFeederThread.__new__(module.ContentsFeederThread)
    server = _Server(task, parameters)
    catalogue = _Rucio([*masters, *secondaries], files_of)
    thread.taskBufferIF, thread.ddmIF, thread.pid = server, catalogue, PID
    thread.logger, thread.msgType = _Silent(), "contentsfeeder"
    task.status, task.lockedBy = "defined", PID
    thread.feed_contents_to_tasks([(TASK_ID, [*masters, *secondaries])])
    if server.refusal:
        raise RefusedTask(server.refusal)
    return server.fed


class _Silent(Log):
    """The logger of the feeder."""

    def sendMsg(self, *arguments: Any, **named: Any) -> None:  # noqa: N802
        pass


class _Rucio:
    """Hands out itself as the interface of any virtual organisation."""

    def __init__(self, datasets: Sequence[Any], files_of: Callable[[Any], Files]) -> None:
        self._datasets = {dataset.datasetName: dataset for dataset in datasets}
        self._files_of = files_of

    def getInterface(self, vo: str, group: str | None = None) -> "_Rucio":  # noqa: N802
        return self

    def getDatasetMetaData(self, name: str, ignore_missing: bool = False) -> Any:  # noqa: N802
        return {"state": "closed"}

    def getFilesInDataset(self, name: str, **named: Any) -> Any:  # noqa: N802
        return {
            str(number): {
                "lfn": lfn, "scope": "user.w", "filesize": size, "checksum": "ad:0",
                "events": str(events), "lumiblocknr": str(number),
            }
            for number, (lfn, size, events) in enumerate(self._files_of(self._datasets[name]))
        }  # fmt: skip


class _Server:
    """The task buffer, as far as the feeder asks."""

    def __init__(self, task: Any, parameters: Mapping[str, Any]) -> None:
        self._task = task
        self._parameters = parameters
        self.fed: dict[int, tuple[list[Any], int]] = {}
        self.refusal = ""

    def getTaskWithID_JEDI(self, *arguments: Any) -> Any:  # noqa: N802
        return True, self._task

    def getDatasetsWithJediTaskID_JEDI(self, *arguments: Any) -> Any:  # noqa: N802
        return True, []

    def getTaskParamsWithID_JEDI(self, task_id: int) -> str:  # noqa: N802
        return json.dumps(self._parameters)

    def getDatasetAttributes_JEDI(self, task_id: int, number: int, names: Any) -> Any:  # noqa: N802
        return {"nFiles": len(self.fed[number][0])}

    def get_max_events_in_dataset(self, task_id: int, number: int) -> int:
        return max((record.nEvents or 0 for record in self.fed[number][0]), default=0)

    def updateTaskStatusByContFeeder_JEDI(self, *arguments: Any, **named: Any) -> Any:  # noqa: N802
        if self._task.status == "tobroken":
            self.refusal = str(self._task.errorDialog)
        return True, self._task.status

    def unlockSingleTask_JEDI(self, *arguments: Any) -> bool:  # noqa: N802
        return True

    def push_task_trigger_message(self, *arguments: Any, **named: Any) -> bool:
        return True

    def updateDataset_JEDI(self, *arguments: Any, **named: Any) -> bool:  # noqa: N802
        return True

    def insertFilesForDataset_JEDI(self, dataset: Any, *values: Any, **named: Any) -> Any:  # noqa: N802
        _name_what_is_not_installed()
        module = import_module("pandaserver.taskbuffer.db_proxy_mods.task_complex_module")
        utilities = import_module("pandaserver.taskbuffer.db_proxy_mods.task_utils_module")
        cursor = _Cursor(dataset, import_module("pandaserver.taskbuffer.JediFileSpec").JediFileSpec)
        proxy = module.TaskComplexModule.__new__(module.TaskComplexModule)
        proxy.conn = SimpleNamespace(begin=lambda: None)
        proxy.cur = cursor
        log = Log()
        failures: list[str] = []
        proxy._commit = lambda: True
        proxy._rollback = lambda: True
        proxy.create_tagged_logger = lambda *arguments: log
        proxy.dump_error_message = lambda log: failures.append(traceback.format_exc())
        helper = utilities.TaskUtilsModule.__new__(utilities.TaskUtilsModule)
        proxy.get_composite_module = lambda name: helper
        result = proxy.insertFilesForDataset_JEDI(dataset, *values, **named)
        if failures:
            raise RuntimeError(failures[0])
        self.fed[dataset.datasetID] = cursor.records(), cursor.to_be_used
        return result


def _name_what_is_not_installed() -> None:
    """Modules beside the one wanted import these, for scouts' statistics and for GPUs."""
    for name in ("numpy", "packaging"):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules["packaging"].version = None  # type: ignore[attr-defined]


class _Cursor:
    """Answers what is asked while files are inserted, and keeps what is inserted."""

    arraysize = rowcount = 0

    def __init__(self, dataset: Any, record_class: Any) -> None:
        self._dataset = dataset
        self._class = record_class
        self._rows: list[Mapping[str, Any]] = []
        self._one: Any = None
        self._all: list[Any] = []
        self.to_be_used = 0

    def execute(self, statement: str, values: Mapping[str, Any] = {}) -> None:
        self._one, self._all = None, []
        statement = re.sub(r"/\*.*?\*/", "", statement)
        if "status,lockedBy" in statement:
            self._one = ("defined", PID)
        elif "nFilesToBeUsed-nFilesUsed" in statement:
            self._one = ("defined", 0, self._dataset.state, 0, 0)
        elif "nextval" in statement:
            first = self._dataset.datasetID * 10**7
            self._all = [(first + number,) for number in range(values[":nIDs"])]
        elif statement.startswith("SELECT status FROM"):
            self._one = ("ready",)
        elif "ORDER BY lfn, startEvent" in statement:
            self._all = [record.as_row for record in self._sorted()]
        elif statement.startswith("UPDATE") and ":nFilesTobeUsed" in values:
            self.to_be_used = values[":nFilesTobeUsed"]

    def executemany(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if statement.startswith("INSERT"):
            self._rows += rows

    def fetchone(self) -> Any:
        return self._one

    def fetchall(self) -> list[Any]:
        return self._all

    def records(self) -> list[Any]:
        return [self._record(row) for row in self._rows]

    def _sorted(self) -> list[Any]:
        rows = sorted(self._rows, key=lambda row: (row[":lfn"], row[":startEvent"] or 0))
        return [
            SimpleNamespace(as_row=tuple(row[f":{a}"] for a in self._class._attributes))
            for row in rows
        ]

    def _record(self, row: Mapping[str, Any]) -> Any:
        record = self._class()
        record.pack([row[f":{attribute}"] for attribute in self._class._attributes])
        record.lfn = str(record.lfn)  # as a database does with a sequence number
        return record
