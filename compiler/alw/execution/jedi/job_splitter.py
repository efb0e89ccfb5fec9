"""The jobs of a task, as JEDI makes them: which files each gets, its command and its outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .cutting import Chunk, cut_into_jobs
from .dataset_contents import (
    DatasetRecord,
    InputFile,
    Reserve,
    Selection,
    choose_files,
    master_records,
    secondary_records,
)
from .errors import NoInput, NotRetold
from .filling import CommandLine, fixed_values, number_values, parameters_template
from .parameter_items import (
    NO_INPUT,
    SEQUENCE,
    TASK_ID,
    TaskInput,
    inputs_of,
    log_of,
    outputs_of,
    strip_scope,
)
from .split_rules import rules_of, seed_offset

_EMPTY = "has no files, or all of them are left out"

#: The files of a dataset or container by its bare name; ``None`` if it is unknown.
Catalogue = Callable[[str], Sequence[InputFile] | None]


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a job leaves: the dataset, and the name of the file in it."""

    dataset: str
    name: str


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job of a task.

    :param serial: ``${SN}``, from 1.
    :param streams: the names of the files of each stream (``IN``, ``IN2``, …).
    :param parameters: the job's command line: everything filled in.
    :param outputs: what it is to leave, without its log.
    :param sources: the dataset of each file, in the order of ``streams``.
    """

    serial: int
    streams: Mapping[str, tuple[str, ...]]
    parameters: str
    outputs: tuple[OutputFile, ...]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def split_into_jobs(
    task_map: Mapping[str, Any],
    catalogue: Catalogue,
    *,
    known: Iterable[str] = (),
    task_id: int = TASK_ID,
) -> tuple[JobPlan, ...]:
    """Return the jobs of a task.

    :param task_map: the parameters as iDDS submits them, its markers filled.
    :param catalogue: the files of a dataset by its bare name.
    :param known: the names of the datasets that a wildcard may mean.
    :param task_id: the task's number in PanDA, part of the names of its files: tasks whose files
        are read together need different ones.
    :raises NotRetold: for what is not done on this machine.
    :raises NoInput: if there is nothing to read.
    :raises Unfilled: if JEDI could not make the command of a job.
    """
    rules = rules_of(task_map)
    inputs = inputs_of(task_map)
    if not inputs:
        raise NotRetold("PanDA cannot cut a task that neither reads a dataset nor says noInput")
    names = frozenset(map(strip_scope, known))
    main, *others = [list(_datasets(one, inputs, catalogue, names)) for one in inputs]
    masters: list[tuple[list[DatasetRecord], int]] = []
    left = rules.total_files
    for dataset, files in main:
        records, read = master_records(files, rules, left, dataset)
        masters.append((records, read))
        left = None if left is None else left - read
    if not any(records for records, _ in masters):
        if "allowEmptyInput" in task_map:  # ContentsFeeder.py:660-668
            return ()
        if any(read for _, read in masters):
            why = f"gives no job: {rules.total_events} events in all are less than one job's"
            raise NoInput(main[0][0], f"{why} (n_events, n_events_per_job)")
        raise NoInput(main[0][0], _EMPTY)
    beside = [
        (one, secondary_records(files, one, rules))
        for one, datasets in zip(inputs[1:], others, strict=True)
        for _, files in datasets
    ]
    reserves = [[Reserve(one, list(some)) for one, some in beside] for _ in masters]
    feeds = [(records, some) for (records, _), some in zip(masters, reserves, strict=True)]
    streams = [inputs[0].stream, *(one.stream for one, _ in beside)]
    return tuple(_jobs(task_map, cut_into_jobs(feeds, rules), streams, task_id))


def _datasets(
    one: TaskInput, inputs: Sequence[TaskInput], catalogue: Catalogue, known: frozenset[str]
) -> Iterator[tuple[str, list[tuple[str, InputFile]]]]:
    """Return the datasets of a stream with the files to read of each.

    Each is a dataset of its own, unless JEDI gathers them (RB:596-613, 654).
    """
    if one.is_pseudo:
        pseudo = [(NO_INPUT, InputFile("pseudo_lfn"))] if one.names == (NO_INPUT,) else []
        yield one.names[0], pseudo
        return
    files: dict[str, list[tuple[str, InputFile]]] = {}
    expanded: list[str] = []
    for written in one.names:
        found = sorted(name for name in known if fnmatchcase(name, written))
        for name in found if "*" in written and found else [written]:
            content = catalogue(name)
            if content is None:
                raise NoInput(name)
            expanded.append(name)
            files[name] = [(name, file) for file in content]
    own = _selection([one])
    if one.gathered:
        together = [pair for name in dict.fromkeys(expanded) for pair in files[name]]
        groups = [(",".join(one.names), choose_files(together, one, own))]
    else:
        groups = [
            (name, choose_files(files[name], one, _selection([*_readers(name, inputs, one)])))
            for name in expanded
        ]
    for name, some in groups:
        if one is not inputs[0] and not some:
            raise NoInput(name, _EMPTY)
        yield name, some


def _readers(name: str, inputs: Sequence[TaskInput], own: TaskInput) -> Iterator[TaskInput]:
    """Return the streams whose patterns JEDI applies to a dataset: all that name it."""
    return (one for one in inputs if one is own or (not one.gathered and name in one.names))


def _selection(readers: Sequence[TaskInput]) -> Selection:
    """Return the patterns for a dataset; the last item that has some wins (RefinerUtils.py)."""
    result = Selection()
    for one in readers:
        result = Selection(
            frozenset(one.files) or result.files,
            one.include or result.include,
            one.exclude or result.exclude,
        )
    return result


def _jobs(
    task_map: Mapping[str, Any], chunks: Iterator[Chunk], streams: Sequence[str], task_id: int
) -> Iterator[JobPlan]:
    line = CommandLine(parameters_template(task_map, task_id))
    outputs = outputs_of(task_map, task_id)
    fixed = fixed_values(task_map, task_id)
    seed = seed_offset(task_map)
    # JobGenerator.py:2472: 0 where neither an output nor a log has a serial number.
    log = log_of(task_map, task_id)
    written = (*outputs, log) if log else outputs
    ahead = max((output.first for output in written), default=1) - 1
    for serial, chunk in enumerate(chunks, start=1):
        read, sources = _files_of(chunk, streams)
        named = {**read, **{o.stream: (o.name(serial),) for o in written}}
        values = {
            **fixed,
            **number_values(serial + ahead if written else 0),
            **_events(chunk.masters),
            "RNDMSEED": None if seed is None else serial + seed,
        }
        yield JobPlan(
            serial,
            {stream: read[stream] for stream in sources},
            line.fill(named, values),
            tuple(OutputFile(output.dataset, named[output.stream][0]) for output in outputs),
            sources,
        )


def _files_of(
    chunk: Chunk, streams: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the names of each stream, unique and sorted (JobGenerator.py:2222-2236).

    Of several datasets of one stream the last remains.  Sequence numbers are a stream, too, but
    no files.
    """
    names: dict[str, tuple[str, ...]] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for stream, records in zip(streams, (chunk.masters, *chunk.secondaries), strict=True):
        if not stream or not records:
            continue
        by_name = {record.name: record.source for record in records}
        names[stream] = tuple(sorted(by_name))
        if records[0].source != SEQUENCE:
            sources[stream] = tuple(by_name[name] for name in names[stream])
    return names, sources


def _events(masters: Sequence[DatasetRecord]) -> dict[str, object]:
    """Return the events of a job (JobGenerator.py:2241-2256)."""
    starts = [record.start for record in masters if record.start is not None]
    firsts = [record.first for record in masters if record.first is not None]
    return {
        "SKIPEVENTS": starts[0] if starts else 0,
        "MAXEVENTS": sum(r.event_count for r in masters if r.start is not None) or -1,
        "FIRSTEVENT": firsts[0] if firsts else None,
    }
