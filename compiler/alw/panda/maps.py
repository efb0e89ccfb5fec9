"""Task parameter maps, normalised so that they are the same on every machine.

A call of prun takes milliseconds, and the tasks of a workflow mostly differ in command and
names only.  So prun is asked once for each set of other options, with stand-ins for what
differs, and the answer is filled in.  ``tests/panda/test_maps.py`` holds the two ways
against each other.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from .client import Answer, Map, PrunError
from .faults import find_faults
from .releases import ask_prun
from .unique import unique_name

Arguments = tuple[tuple[str, str | None], ...]
"""prun options with their values, flags with ``None``, in the order written."""

_NICK, _OUT, _IN, _EXEC = "user.qzalwnick", "qzalwout", "user.qzalwin.qzalwin/", "qzalwexec"
_UNIQUE = "qzalwunique"
#: The placeholders that JEDI replaces.
_TEMPLATE = re.compile(r"(\$\{[^}]*\})")
#: The placeholders that prun replaces in a command before it quotes it (pandaclient/PsubUtils.py,
#: ``convertParamStrToJediParam``); ``%IN`` and its like are left to the worker node.
_REPLACED = re.compile(r"%(?!(?:IN\d*)\b)|\$\{")


@dataclass(frozen=True, slots=True)
class Request:
    """A task's request to prun."""

    command: str
    dataset: str
    """``outDS`` without the trailing slash."""
    in_dataset: str | None
    arguments: Arguments

    def words(self) -> list[str]:
        """Return the command line of prun without the leading ``prun``."""
        words = ["--exec", self.command, "--outDS", self.dataset]
        if self.in_dataset is not None:
            words += ["--inDS", self.in_dataset]
        for name, value in self.arguments:
            words += [f"--{name}"] if value is None else _option(name, value)
        return words


def _option(name: str, value: str) -> list[str]:
    # argparse takes a separate value that starts with a dash for an option
    return [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


def task_map(request: Request) -> Answer:
    """Return the normalised task parameter map that prun makes of ``request``.

    ``cliParams`` is prun's command line, every word shell-quoted; the command in
    ``jobParameters`` is URL-quoted once.

    :raises PrunError: when prun refuses.
    """
    answer = None
    if not _REPLACED.search(request.command) and request.dataset.count(".") >= 2:
        stand_ins = Request(
            _EXEC,
            f"{_NICK}.{_OUT}",
            None if request.in_dataset is None else _IN,
            request.arguments,
        )
        with suppress(PrunError):  # which may name a stand-in
            answer = _skeleton(stand_ins)
    if answer is not None:
        filled = _fill_in(answer.map, request)
    else:
        answer = ask_prun(_split_words(request.words()), unique_name(request.dataset))
        filled = _requote(normalise(answer.map))
    filled["cliParams"] = shlex.join(["prun", *request.words()])
    return Answer(filled, answer.warnings)


def _split_words(words: Sequence[str]) -> list[str]:
    """Return ``words`` as argparse reads them: a command that starts with a dash is no option."""
    return [f"--exec={words[1]}", *words[2:]]


def task_without_names(arguments: Arguments, reads: bool) -> Map | None:
    """Return the map of a task with these options, under names that stand for any; ``None`` if prun
    refuses them.

    :param reads: whether the task has an input dataset.
    """
    try:
        answer = _skeleton(Request(_EXEC, f"{_NICK}.{_OUT}", _IN if reads else None, arguments))
    except PrunError:
        return None
    return {key: value for key, value in answer.map.items() if key != "cliParams"}


@lru_cache(maxsize=512)
def _skeleton(request: Request) -> Answer:
    answer = ask_prun(_split_words(request.words()), _UNIQUE)
    return Answer(normalise(answer.map), answer.warnings)


def _fill_in(skeleton: Mapping[str, Any], request: Request) -> Map:
    nick = ".".join(request.dataset.split(".")[:2])
    command = quote(request.command)
    return {key: _fill(value, request, nick, command) for key, value in skeleton.items()}


def _fill(value: Any, request: Request, nick: str, command: str) -> Any:
    if isinstance(value, str):
        if value == _EXEC:
            return command
        if value == _IN:
            return request.in_dataset
        if _UNIQUE in value:
            value = value.replace(_UNIQUE, unique_name(request.dataset))
        if _NICK in value:
            return value.replace(f"{_NICK}.{_OUT}", request.dataset).replace(_NICK, nick)
        return value
    if isinstance(value, dict):
        return {key: _fill(item, request, nick, command) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, request, nick, command) for item in value]
    return value


def _requote(task_map: Map) -> Map:
    """Return ``task_map`` with its command URL-quoted.

    prun leaves what is around a placeholder of its own as it is, ``a%20b_${SEQNUMBER}``, but
    the worker node unquotes it with the rest.
    """
    for item in task_map["jobParameters"]:
        if item["type"] == "template" and item.get("padding") is False:
            fixed = _TEMPLATE.split(item["value"])
            fixed[::2] = map(quote, fixed[::2])
            item["value"] = "".join(fixed)
    return task_map


def fault(task_map: object) -> str | None:
    """Return the first thing that is wrong with ``task_map``, in words."""
    found = find_faults(task_map)
    return found[0].message if found else None


def normalise(task_map: Mapping[str, Any]) -> Map:
    """Return a map without what differs between machines and versions.

    Out go the operating system of the submitting machine, the client's version in
    ``processingType`` (its other words choose the wrapper on the worker node), and the
    item that panda-client keeps for itself.
    """
    result = dict(task_map)
    result.pop("osInfo", None)
    result["processingType"] = re.sub(r"-\d[\d.]*-", "-", result["processingType"])
    result["jobParameters"] = [
        item for item in result["jobParameters"] if item.get("value") != "__delimiter__"
    ]
    return result


def name_consolidated(task_map: Map, dataset: str) -> None:
    """Name the containers in which JEDI gathers several inputs after the task and the stream.

    prun names them by chance (pandaclient/PrunScript.py, ``consolidate``).
    """
    for item in task_map["jobParameters"]:
        if "consolidate" in item:
            stream = item["value"].partition("${")[2].partition("}")[0].partition("/")[0]
            item["consolidate"] = f"{dataset}.{stream.lower()}/"


def read_whole(task_map: Map) -> None:
    """Let every job of a task read all files of its secondary streams, however many there are.

    JEDI gives database releases these attributes (pandajedi/jedirefine/AtlasAnalTaskRefiner.py:
    213-216); no option of prun does.  With a number of files a job, it would read too few, or some
    of them twice (``tests/engine/test_jedi_harness.py``).
    """
    for item in task_map["jobParameters"]:
        if item.get("param_type") == "input" and item.get("hidden"):
            item["attributes"] = "repeat,nosplit"


def output_datasets(task_map: Mapping[str, Any]) -> list[str]:
    """Return the containers of a task's outputs, in the order of ``--outputs``."""
    return [
        item["dataset"]
        for item in task_map["jobParameters"]
        if item.get("param_type") == "output" and "dataset" in item
    ]
