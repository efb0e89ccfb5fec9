"""Maps as the server has them, and the strict question whether two say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import alw
from alw.panda.client import panda_client, prun
from alw.panda.maps import normalise
from tests.engine.stored import ADDED

Map = dict[str, Any]
_IDENTITY = "0ca6a2fb-4ad0-42d0-979d-aa7c284f1ff7"
SERVER = "https://aipanda047.cern.ch:25443"


def as_typed(arguments: Sequence[str]) -> str:
    """``cliParams`` as panda-client makes it of a command line."""
    with panda_client() as client:
        text: str = client.module("PsubUtils").convSysArgv(["/usr/bin/prun", *arguments])
        client.restore()
    return text


def submitted(
    arguments: Sequence[str], cli_params: str, *, archive: str | None = None, server: str = SERVER
) -> Map:
    """The map that the server has after ``prun`` was called, with a sandbox.

    :param archive: its name; else it is called as prun does.
    """
    made: Map = json.loads(json.dumps(prun(list(arguments)).map))
    made["jobParameters"] = [i for i in made["jobParameters"] if i["value"] != "__delimiter__"]
    archive = archive or f"{'sources' if 'buildSpec' in made else 'jobO'}.{_IDENTITY}.tar.gz"
    for item in made["jobParameters"]:
        if item["value"] == "-a None":
            item["value"] = f"-a {archive}"
        elif "--fileToSave" in item["value"]:
            item["value"] = item["value"].replace("sources.alw.", f"sources.{_IDENTITY}.")
    if "buildSpec" in made and "tarBallViaDDM" not in made["buildSpec"]:
        made["buildSpec"]["archiveName"] = archive
    if "mergeSpec" in made:
        text = made["mergeSpec"]["jobParameters"]
        made["mergeSpec"]["jobParameters"] = text.replace("-a None", f"-a {archive}")
    if "fixedSandbox" in made:
        made["fixedSandbox"] = archive
    return {**made, **ADDED, "cliParams": cli_params, "sourceURL": server}


def compiled_map(source: str) -> Map:
    """What a source of one task compiles to."""
    compiled = alw.compile_text(source)
    assert compiled.ok, (source, compiled.diagnostics)
    (workflow,) = compiled.workflows.values()
    (task_map,) = workflow.tasks.values()
    result: Map = json.loads(json.dumps(task_map))
    return result


def essence(task_map: Map, *apart: str) -> str:
    """What must be equal, to the letter; only the command is read as a worker node reads it.

    :param apart: what may differ.
    """
    made: Map = json.loads(json.dumps(normalise(task_map)))
    for key in [*ADDED, "cliParams", *apart]:
        made.pop(key, None)
    command: list[str] = []
    for item in made["jobParameters"]:
        if "consolidate" in item:
            item["consolidate"] = "chance"
        if item.get("padding") is False:
            command.append(unquote(item["value"]))
            item["value"] = ""
    text = re.sub(r"sources\.[\w-]+\.__ow__", "chance", json.dumps(made, sort_keys=True))
    return text + "".join(command).removesuffix(" ")
