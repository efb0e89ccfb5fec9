"""Stand-ins for PanDA and Rucio, run inside the iDDS server process.

Only what needs the grid is replaced: the functions of ``pandaclient.Client`` that
``idds/atlas/workflowv2/atlaspandawork.py`` calls, and the two Rucio clients with which
``atlaslocalpandawork.py`` lists and downloads a learner's output.  ``process_outputs`` itself stays
real, so that the collections and file patterns a workflow declares must fit what its tasks make.

The other side is the test process, and a folder of files is the protocol (see ``spool.py``):
``<taskid>.map.json`` is written here; ``<taskid>.done``, ``<taskid>.result.json`` and
``accepting.json`` there.
"""

import json
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

FIRST_TASK_ID = 1001

STATUSES = {
    "finished": "done",
    "subfinished": "finished",
    "failed": "failed",
    "broken": "broken",
    "aborted": "aborted",
}
"""What ``.done`` says -> the status of JEDI.  JEDI's "finished" means partly: iDDS makes
SubFinished of it, and Finished of "done" (``atlaspandawork.py``,
``get_processing_status_from_panda_status``)."""


class Panda:
    """The part of PanDA that iDDS talks to, over the spool folder."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._lock = threading.Lock()
        self._files: dict[str, Path] = {}
        self._next = FIRST_TASK_ID

    def insert(self, task_map: dict[str, Any], **_: Any) -> tuple[int, Any]:
        """Accept a task as ``insertTaskParams`` does; its answer is what panda-client returns.

        ``accepting.json`` says how long that takes, and whether the task is refused instead.
        """
        rule = self._rule(task_map["taskName"])
        time.sleep(rule["seconds"])
        if rule["refused"]:
            return 0, (4, "refused, as the test wants it")
        with self._lock:
            task_id = self._next
            self._next += 1
            target = self._spool / f"{task_id}.map.json"
            partial = target.with_suffix(".partial")
            partial.write_text(json.dumps(task_map, indent=1), "utf-8")
            partial.replace(target)
        return 0, (0, f"succeeded. new jediTaskID={task_id}")

    def _rule(self, task_name: str) -> dict[str, Any]:
        """The last rule for tasks of this name; see ``Spool.accept``."""
        path = self._spool / "accepting.json"
        found = {"seconds": 0.0, "refused": False}
        for rule in json.loads(path.read_text("utf-8")) if path.exists() else []:
            if re.search(rule["tasks"], task_name):
                found = rule
        return found

    def details(self, task: dict[str, Any], *_: Any, **__: Any) -> tuple[int, dict[str, Any]]:
        """``getJediTaskDetails``: the dictionary given, completed in place."""
        task["status"] = self.state(int(task["jediTaskID"]))
        return 0, task

    def status(self, task_id: int, *_: Any, **__: Any) -> tuple[int, str]:
        """``getTaskStatus``."""
        return 0, self.state(int(task_id))

    def end(self, task_id: int, *_: Any, **__: Any) -> tuple[int, tuple[int, str]]:
        """``killTask`` and ``finishTask``: nothing runs here, so what did not end is aborted."""
        done = self._spool / f"{task_id}.done"
        if not done.exists():
            done.write_text("aborted", "utf-8")
        return 0, (0, "reqID will be finished soon")

    def state(self, task_id: int) -> str:
        """The task's status in JEDI's words."""
        done = self._spool / f"{task_id}.done"
        return STATUSES[done.read_text("utf-8").strip()] if done.exists() else "running"

    def outputs(self, scope: str, name: str) -> list[dict[str, str]]:
        """Files of the dataset that a submitted task declares as its output.

        A task without a result made an empty dataset: the real ``process_outputs`` then finds no
        file, downloads nothing and returns ``(True, {})``; the learner is Finished and sets no
        ``user_…`` attribute, ``to_continue`` included.  A dataset of no task is an error, as in
        Rucio: the real code logs it and the learner is Failed.
        """
        for path in sorted(self._spool.glob("*.map.json"), reverse=True):
            task_id = path.name.split(".")[0]
            for item in json.loads(path.read_text("utf-8")).get("jobParameters", []):
                if item.get("param_type") != "output":
                    continue
                dataset = item["dataset"].rstrip("/")
                if dataset not in (name, f"{scope}:{name}"):
                    continue
                result = self._spool / f"{task_id}.result.json"
                if not result.exists():
                    return []
                file_name = item["value"].replace("$JEDITASKID", task_id)
                file_name = file_name.replace("${SN/P}", "000001")
                self._files[file_name] = result
                return [{"scope": scope, "name": file_name}]
        raise LookupError(f"Data identifier not found: {scope}:{name}")

    def download(self, scope: str, file_name: str, folder: Path) -> Path:
        """Put the result that the file of this name stands for into ``folder``."""
        if file_name not in self._files:
            raise LookupError(f"No valid replicas: {scope}:{file_name}")
        target = folder / file_name
        shutil.copyfile(self._files[file_name], target)
        return target


class RucioClient:
    """``rucio.client.client.Client``, as far as ``ping_output_files`` uses it."""

    def __init__(self, panda: Panda) -> None:
        self._panda = panda

    def list_files(self, scope: str, name: str) -> list[dict[str, str]]:
        return self._panda.outputs(scope, name)


class RucioDownloadClient:
    """``rucio.client.downloadclient.DownloadClient`` for ``download_output_files_rucio``."""

    def __init__(self, panda: Panda) -> None:
        self._panda = panda

    def download_dids(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for item in items:
            scope, name = item["did"].split(":", 1)
            path = self._panda.download(scope, name, Path(item["base_dir"]))
            found.append({"name": name, "dest_file_paths": [str(path)]})
        return found


def install(spool: Path) -> None:
    """Put the stand-ins in place.  The agents import ``Client`` anew in each call, so that
    replacing the module's attributes is enough."""
    from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
    from pandaclient import Client

    panda = Panda(spool)
    Client.insertTaskParams = panda.insert
    Client.getJediTaskDetails = panda.details
    Client.getTaskStatus = panda.status
    Client.killTask = panda.end
    Client.finishTask = panda.end
    ATLASLocalPandaWork.get_rucio_client = lambda _: RucioClient(panda)
    ATLASLocalPandaWork.get_rucio_download_client = lambda _: RucioDownloadClient(panda)
