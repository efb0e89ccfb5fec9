"""Stored task parameter maps: those of prun, as ``getTaskParamsMap`` gives them back."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import alw
from alw.panda.client import prun

Map = dict[str, Any]
#: What the server adds (pandaserver, ``insertTaskParams``), and the client on its way.
ADDED = {
    "userName": "Wen Guan",
    "taskType": "anal",
    "taskPriority": 1000,
    "countryGroup": "us",
    "osInfo": "Linux-3.10.0-1127.19.1.el7.x86_64-x86_64-with-centos-7.9.2009-Core",
}
SEED = [
    "--exec", "python simplescript.py 0.5 0.5 200 output.json",
    "--outDS", "user.wguan.altest1234", "--outputs", "output.json", "--nJobs=10",
]  # fmt: skip


def stored_map(arguments: Sequence[str]) -> Map:
    """The map of a task that was submitted with prun."""
    made = copy.deepcopy(prun([f"--exec={arguments[1]}", *arguments[2:]]).map)
    made["cliParams"] = shlex.join(["prun", *arguments])
    made["jobParameters"] = [i for i in made["jobParameters"] if i.get("value") != "__delimiter__"]
    result: Map = json.loads(json.dumps({**made, **ADDED}))
    return result


def compiled(folder: Path, text: str, **maps: Map) -> alw.Compilation:
    """``text`` compiled beside files with ``maps``."""
    for name, stored in maps.items():
        (folder / f"{name}.json").write_text(json.dumps(stored, indent=2), encoding="utf-8")
    (folder / "w.alw").write_text(text, encoding="utf-8")
    return alw.compile(folder / "w.alw")
