"""The length of the command line of a learner's job, with the names of all of its files.

The pilot passes the command of a job to ``bash -c``, and the wrapper the command of the task to
``sh -c``: one argument each, and Linux takes no longer one than 128 KiB.  JEDI puts a list of
names in the place of ``${IN/T}`` in the map (pandajedi/jediorder/JobGenerator.py:2343-2345), the
wrapper one with commas for each ``%IN`` (panda-wnscript, src/rungen/runGen.py:560-611).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import UNKNOWN_FILE_COUNT
from ..semantics.program import Task
from ..text.source import Span
from .command import stream_name
from .input_datasets import Input
from .plan_context import PlanContext

#: ``MAX_ARG_STRLEN`` without the zero byte.
LONGEST = 128 * 1024 - 1
#: What the pilot may put around the command: the set-up of a release, of a container.
_AROUND = 8 * 1024
#: The letters of a name of which nothing is known.
_LETTERS = 36


@dataclass(frozen=True, slots=True)
class FileNames:
    """The files of a stream: how many there are at most, and the letters of all their names."""

    files: int
    letters: int


def measure_names(
    files: int, task_map: Mapping[str, Any] | None = None, output: int = 0
) -> FileNames:
    """Return the names of ``files`` files, if need be those of an output of a task."""
    items = task_map["jobParameters"] if task_map else ()
    templates = [item["value"] for item in items if item.get("param_type") == "output"]
    if output >= len(templates) or templates[output].startswith("regex|"):
        return FileNames(files, files * _LETTERS)
    name = templates[output].replace("$JEDITASKID", "0" * 9).replace("${SN/P}", "0" * 6)
    return FileNames(files, files * len(name))


def stream_names(
    stream: Sequence[Input], counts: Sequence[int | None], maps: Mapping[str, Mapping[str, Any]]
) -> FileNames:
    """Return the names of the files of a stream, without those that nobody can count.

    :param maps: of the tasks that could be planned.
    """
    files = letters = 0
    for one, count in zip(stream, counts, strict=True):
        task_map = maps.get(one.output.task) if one.output else None
        if count is not None and one.output and task_map is not None:
            names = measure_names(count, task_map, one.output.index)
            files, letters = files + names.files, letters + names.letters
    return FileNames(files, letters)


def check_line_length(
    context: PlanContext,
    task: Task,
    span: Span,
    task_map: Mapping[str, Any],
    command: str,
    streams: Sequence[FileNames],
) -> Failed | None:
    """Report that the names of a learner's files do not fit on its command line.

    :param command: what its job runs.
    """
    if not task.learns:
        return None
    bytes_ = max(_of_pilot(task_map, streams), _of_wrapper(command, streams))
    if bytes_ <= LONGEST:
        return None
    files = sum(names.files for names in streams)
    return context.fail(
        UNKNOWN_FILE_COUNT,
        span,
        f"'{task.name}' would read {files:,} files: their names make the command line of its job "
        f"{bytes_ // 1024:,} KiB long, and the limit is {LONGEST // 1024 + 1}",
        "merge the files in a task before the learner",
    )


def _of_pilot(task_map: Mapping[str, Any], streams: Sequence[FileNames]) -> int:
    values = [i["value"] for i in task_map["jobParameters"] if not i.get("hidden")]
    line = " ".join(value for value in values if isinstance(value, str))
    length = _AROUND + len(line.encode())
    for number, names in enumerate(streams):
        used = line.count(f"${{{stream_name(number)}/T}}")
        length += used * (names.letters + len("'', ") * names.files)
    return length


def _of_wrapper(command: str, streams: Sequence[FileNames]) -> int:
    length = len(command.encode())
    for number, names in enumerate(streams):
        used = len(re.findall(rf"%{stream_name(number)}(?!\w)", command))
        length += used * (names.letters + names.files)
    return length
