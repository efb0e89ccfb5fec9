"""PanDA, Rucio and the HTCondor cluster, which are not on the machine; nothing else is replaced."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from idds.atlas.workflow import atlasactuatorwork, atlascondorwork

from tests.oracles.idds02.model import Json, Run


class Panda:
    """``pandatools.Client`` as atlaspandawork.py:385-423 uses it."""

    def __init__(self, run: Run) -> None:
        self._states = list(run.states)
        self._count = 0
        self._inserted: Json | None = None

    def insertTaskParams(  # noqa: N802 - the client's name
        self, task_map: Json, verbose: bool, proper_error_code: bool
    ) -> tuple[int, tuple[int, str]]:
        self._count += 1
        self._inserted = copy.deepcopy(task_map)
        return 0, (0, f"succeeded. new jediTaskID={self._count}")

    def getTaskStatus(self, task_id: int) -> tuple[int, str]:  # noqa: N802
        states = self._states[task_id - 1 : task_id]
        return 0, states[0] if states else "done"

    def take(self) -> Json | None:
        """The map inserted since the last call."""
        taken, self._inserted = self._inserted, None
        return taken


class Cluster:
    """``condor_submit`` and ``condor_q`` as atlascondorwork.py:135-233 calls them.

    A job ends at once, and leaves the output that the run names for it.
    """

    def __init__(self, run: Run) -> None:
        self._outputs = list(run.outputs)
        self._jobs: list[tuple[str, Path]] = []
        self._script: str | None = None

    def run_command(self, command: str) -> tuple[int, str, str]:
        """Stand in for ``idds.common.utils.run_command``."""
        tool, argument = command.split()[0], command.split()[-1]
        if tool == "condor_submit":
            return 0, f"1 job(s) submitted to cluster {self._submit(Path(argument))}.", ""
        assert tool == "condor_q", command
        name, folder = self._jobs[int(argument) - 1]
        return 0, f"{argument} {name} 4 {folder} script.sh script.err", ""

    def _submit(self, description: Path) -> int:
        lines = description.read_text("utf-8").splitlines()
        entries = [line.split("=", 1) for line in lines if "=" in line]
        values = {key.strip(): value.strip() for key, value in entries}
        folder = Path(values["initialdir"])
        self._script = Path(values["Executable"]).read_text("utf-8")
        self._jobs.append((values["+Processing_id"].strip('"'), folder))
        number = len(self._jobs)
        output = self._outputs[number - 1] if number <= len(self._outputs) else None
        if output is not None:
            (folder / values["transfer_output_files"]).write_text(output, "utf-8")
        return number

    def take(self) -> str | None:
        """The job's script submitted since the last call."""
        taken, self._script = self._script, None
        return taken


class _Rucio:
    def get_metadata(self, scope: str, name: str) -> dict[str, Any]:
        """An open dataset: without ``force_close`` a learner waits for it for ever."""
        return {
            "bytes": 1,
            "length": 1,
            "availability": "AVAILABLE",
            "events": 1,
            "is_open": True,
            "run_number": None,
            "did_type": "DATASET",
        }


def install(panda: Panda, cluster: Cluster) -> None:
    """Put the stand-ins where the classes of iDDS look for the real ones."""
    client: Any = ModuleType("pandatools")
    client.Client = panda
    sys.modules["pandatools"] = client
    atlascondorwork.run_command = cluster.run_command
    atlasactuatorwork.RucioClient = _Rucio
