"""From the parameters of a task to the command line of one job.

Written anew from panda-server-source 1.0.4: ``RB`` is pandajedi/jedirefine/TaskRefinerBase.py,
``JG`` pandajedi/jediorder/JobGenerator.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from .errors import NotRetold, Unfilled
from .markers import MARK
from .parameter_items import TASK_ID, library, offset_of, outputs_of, show_value

_PLACEHOLDER = re.compile(r"\$\{([^{}$]+)\}")
_LEFT_OVER = re.compile(r"\$\{IN.*\}|\$\{SEQNUMBER\}")
_ATTEMPT = re.compile(r"\.\d+$")

Streams = Mapping[str, Sequence[str]]


class CommandLine:
    """A template of job parameters, taken apart once for any number of jobs."""

    def __init__(self, template: str) -> None:
        pieces = _PLACEHOLDER.split(template)
        self._constants = pieces[::2]
        self._names = pieces[1::2]
        self._streams = [_stream_filler(name) for name in self._names]
        self._marked = any(MARK in constant for constant in self._constants)

    @property
    def placeholders(self) -> frozenset[str]:
        """Return the names in the template between ``${`` and ``}``."""
        return frozenset(self._names)

    def fill(self, streams: Streams, values: Mapping[str, object]) -> str:
        """Return the command line of a job (``makeJobParameters``, JG:2149-2524).

        A placeholder of which neither the streams nor the values know is left.

        :param streams: the names of the files by stream, in JEDI's order.
        :param values: numbers and texts by placeholder; ``None`` is nothing (JG:2485-2487).
        :raises Unfilled: as JEDI fails on a left-over ``${IN…}`` (JG:2514-2521), and for any
            marker of iDDS, with which the job would run.
        """
        parts = [self._constants[0]]
        for name, filler, constant in zip(
            self._names, self._streams, self._constants[1:], strict=True
        ):
            text = filler(streams)
            if text is None:
                value = values.get(name)
                text = f"${{{name}}}" if value is None else str(value)
            parts += (text, constant)
        line = "".join(parts)
        if left := _LEFT_OVER.search(line):
            raise Unfilled(f"JEDI finds no files for {left[0][:60]} in the command of a job")
        if self._marked:
            raise Unfilled(f"a marker of iDDS, {MARK}…, is left in the command of a job")
        return line


def job_parameters(
    task_map: Mapping[str, Any],
    inputs: Streams | None = None,
    serial: int = 1,
    task_id: int = TASK_ID,
) -> str:
    """Return the command line of a job whose files are known, with the numbers of its serial.

    The events of a job are known to :func:`~.job_splitter.split_into_jobs` only: here
    ``${SKIPEVENTS}`` is 0 and ``${MAXEVENTS}`` -1, as without cutting by events.

    :param inputs: the files of each stream (``IN``, ``IN2``, …) that belong to the job.
    """
    streams: dict[str, Sequence[str]] = {
        name: sorted(set(files)) for name, files in (inputs or {}).items()
    }
    streams.setdefault("SEQNUMBER", [str(serial + offset_of(task_map, "seq_number"))])
    for output in outputs_of(task_map, task_id):
        streams[output.stream] = [output.name(serial)]
    values = {**fixed_values(task_map, task_id), "SKIPEVENTS": 0, "MAXEVENTS": -1}
    values.update(number_values(serial))
    return CommandLine(parameters_template(task_map, task_id)).fill(streams, values)


def number_values(serial: int) -> dict[str, object]:
    """Return the numbers of a job that follow from its serial (JG:2474-2489)."""
    return {"SN": serial, "SN/P": f"{serial:06d}"}


def fixed_values(task_map: Mapping[str, Any], task_id: int) -> dict[str, object]:
    """Return what is the same for every job of a task.

    ``${LIB}`` is the product of the build job (JG:1742-1746), there when prun builds.
    """
    return {
        "SURL": task_map.get("sourceURL"),
        "ATTEMPTNR": 1,
        "MIDDLENAME": "",
        "LIB": library(task_id) if task_map.get("buildSpec") is not None else None,
    }


def parameters_template(task_map: Mapping[str, Any], task_id: int | None = None) -> str:
    """Return what JEDI stores of a task, ``jobParamsTemplate``.

    :param task_id: put in for ``$JEDITASKID``, which happens when the job is stored
        (job_complex_module.py:3506-3510); ``None`` leaves it.
    """
    template = "".join(_items(task_map))[:-1]
    if task_id is not None:
        template = template.replace("$JOBSETID", f"{task_id:06d}")
        template = template.replace("$JEDITASKID", str(task_id))
    return template


def _items(task_map: Mapping[str, Any]) -> Iterator[str]:
    """Yield the visible items; a space after each, unless ``padding`` is false (RB:808-837)."""
    for item in task_map["jobParameters"]:
        if "value" in item and item.get("hidden") is not True and not item.get("es_only"):
            yield show_value(task_map, item)
            if item.get("padding") is not False:
                yield " "


def _stream_filler(placeholder: str) -> Callable[[Streams], str | None]:
    """Return how a placeholder is filled with files, ``None`` where there are none (JG:2310-2416).

    ``NAME,NAME/DECORATIONS``: the files of several streams may be put together.
    """
    write: Callable[[list[str]], str | None]
    names, slash, rest = placeholder.partition("/")
    decorations = slash + rest
    if "/F" in decorations or "/M" in decorations:
        raise NotRetold(f"${{{placeholder}}} in the job parameters is not done on this machine")
    listed = names.split(",")
    if "/L" in decorations:
        quote = "'" if "/A" in decorations else ""
        join = (" " if "/S" in decorations else ",").join

        def write(files: list[str]) -> str | None:
            return join(f"{quote}{file}{quote}" for file in files)

    elif "/T" in decorations:
        write = str
    elif decorations == "/E":

        def write(files: list[str]) -> str | None:
            return unquote(",".join(files))

    elif decorations:

        def write(files: list[str]) -> str | None:
            return None

    else:
        write = _compact

    def filler(streams: Streams) -> str | None:
        files = [file for name in listed for file in streams.get(name, ())]
        return write(files) if files else None

    return filler


def _compact(names: list[str]) -> str:
    """Return ``head[1,2,4]tail`` where names differ in digits only, else commas (JG:2363-2412).

    JEDI compares the first two names and uses what they share as regular expressions.
    """
    if len(names) == 1:
        return names[0]
    bases = [_ATTEMPT.sub("", name) for name in names]
    head = re.sub(r"\d*$", "", _find_shared_part(bases[0], bases[1]))
    tail = re.sub(r"^\d*", "", _find_shared_part(bases[0][::-1], bases[1][::-1])[::-1])
    try:
        before, after = re.compile(f"^{head}"), re.compile(f"{tail}$")
    except re.error as error:
        raise Unfilled(
            f"JEDI cannot put the files {names[0]}, … into a command ({error}): rename them"
        ) from error
    short = f"{head}[{','.join(after.sub('', before.sub('', base)) for base in bases)}]{tail}"
    inside = re.search(r"\[([^\]]+)\]", short)
    if inside and re.search(r"^[\d,]+$", inside[1]):
        return short
    return ",".join(names)


def _find_shared_part(one: str, other: str) -> str:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return one[:length]
