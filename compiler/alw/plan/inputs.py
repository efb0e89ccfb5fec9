"""The datasets that a task reads, as options of prun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import RESERVED_OPTION, UNKNOWN_FILE_COUNT
from ..prun.command import stream_name
from ..prun.input_datasets import Input, check_inputs, find_inputs, join_inputs, split_inputs
from ..prun.job_counts import add_counts
from ..prun.marked_text import MarkedText
from ..prun.plan_context import Arguments, PlanContext
from ..semantics.expr import Known, OutputOf
from ..semantics.program import Task
from ..text.source import Span
from .learner import plan_one_job


@dataclass(frozen=True, slots=True)
class TaskInputs:
    """The datasets of a task, and the options that say them to prun."""

    streams: tuple[tuple[Input, ...], ...] = ()
    """The datasets of ``%IN``, ``%IN2``, …"""
    more: Arguments = ()
    """Arguments for the streams after the first, and for a learner what makes it one job."""
    said: int | None = None
    """The number of files of a learner's first stream, if only the learner says it."""

    @property
    def first(self) -> tuple[Input, ...]:
        """The datasets of ``%IN``; their names, with commas, are ``--inDS``."""
        return self.streams[0] if self.streams else ()

    @property
    def in_dataset(self) -> MarkedText | None:
        """The value of ``--inDS``."""
        return join_inputs(self.first) if self.first else None


def plan_inputs(
    context: PlanContext, task: Task, read: list[OutputOf | Known], span: Span
) -> TaskInputs | Failed:
    """Return what ``task`` reads.

    :param read: the datasets that its command uses.
    :param span: the command.
    """
    own = task.settings.get("inDS")
    if own is not None:
        if read:
            return context.fail(
                RESERVED_OPTION,
                own.name_span,
                f"'{own.name}' is already set by the dataset that the command reads",
                "remove it, or write %IN in the command",
                (read[0].span, "used here"),
            )
        named = find_inputs(context, task, own)
        if isinstance(named, Failed):
            return named
        streams, span = [named], own.term.span
    else:
        streams = []
        for dataset in read:
            found = _find_inputs(context, dataset)
            if isinstance(found, Failed):
                return found
            streams.append(found)
        failed = check_inputs(context, task, [one for stream in streams for one in stream])
        if failed:
            return failed
    if not streams:
        return TaskInputs()
    if task.learns:
        return _plan_learner_inputs(context, task, streams, span)
    if len(streams) > 1:
        return _report_second(context, task, read)
    return TaskInputs((streams[0],))


def _find_inputs(context: PlanContext, dataset: OutputOf | Known) -> tuple[Input, ...] | Failed:
    if isinstance(dataset, Known):
        return split_inputs(dataset)
    container = context.dataset_of(dataset)
    if isinstance(container, Failed):
        return container
    return (Input((container,), dataset.span, dataset),)


def _report_second(context: PlanContext, task: Task, read: Sequence[OutputOf | Known]) -> Failed:
    """Report that the command of a task reads several datasets."""
    source = context.workflow.source.text
    names = [source[one.span.start : one.span.end].strip("{} ") for one in read]
    return context.fail(
        UNKNOWN_FILE_COUNT,
        read[1].span,
        f"the command of '{task.name}' reads a second dataset: how many of its "
        "files belong to one job?",
        f"to merge the files of all, write in_ds = [{', '.join(names)}] and %IN in the command; to "
        "read some files of the second with those of the first, write "
        f'secondary_dss = "IN2:FILES_PER_JOB:{{{names[1]}}}" and %IN2',
        (read[0].span, "the first dataset"),
    )


def _plan_learner_inputs(
    context: PlanContext, task: Task, streams: Sequence[tuple[Input, ...]], span: Span
) -> TaskInputs | Failed:
    planned = plan_one_job(context, task, add_counts(count_most_files(context, streams[0])), span)
    if isinstance(planned, Failed):
        return planned
    more, said = planned
    if len(streams) > 1:
        named = [
            _write_secondary(number, stream) for number, stream in enumerate(streams) if number
        ]
        text = tuple(part for one in named for part in (",", *one))[1:]
        more = (*more, ("secondaryDSs", text), ("notExpandSecDSs", None))
    return TaskInputs(tuple(streams), more, said)


def count_most_files(context: PlanContext, stream: Sequence[Input]) -> list[int | None]:
    """Return how many files each dataset has at most; ``None`` where only the grid knows."""
    return [None if one.output is None else context.file_count(one.output) for one in stream]


def _write_secondary(number: int, stream: Sequence[Input]) -> MarkedText:
    """Return the item of ``--secondaryDSs`` for a stream of a learner.

    0 files a job leave the number to JEDI, which is told to read all
    (:func:`~compiler.panda.maps.read_whole`).  In an item a comma is written ``^``, and ``#`` may
    stand for the colons, if a scope has one (pandaclient/MiscUtils.py:371-379).
    """
    names = ["^" if part == "," else part for part in join_inputs(stream)]
    colon = "#" if any(":" in name for name in names if isinstance(name, str)) else ":"
    return (f"{stream_name(number)}{colon}0{colon}", *names)
