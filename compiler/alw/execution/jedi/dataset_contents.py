"""The contents of a dataset as JEDI keeps them: files, or ranges of their events.

``PM`` is pandaserver/taskbuffer/db_proxy_mods/task_complex_module.py and ``CF``
pandajedi/jediorder/ContentsFeeder.py, of panda-server-source 1.0.4.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from .errors import NotRetold
from .parameter_items import NO_INPUT, SEQUENCE, TaskInput
from .split_rules import Rules

#: JEDI keeps no more of a dataset (CF:110, PM:571-582).
MOST_RECORDS = 200_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of a dataset.

    :param size: in bytes.
    :param events: ``None`` if nobody knows.
    """

    name: str
    size: int = 0
    events: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A file, or a range of its events.

    :param source: the dataset that it belongs to.
    :param events: of the whole file.
    :param start: the first event of the range, counted from 0; ``None`` for the whole file.
    :param end: the last one.
    :param first: the number of the first event in the task (``${FIRSTEVENT}``).
    """

    name: str
    size: int
    source: str
    events: int | None = None
    start: int | None = None
    end: int | None = None
    first: int | None = None

    @property
    def event_count(self) -> int:
        """Return its number of events, 1 if unknown (JediFileSpec.py:224-232)."""
        if self.start is not None and self.end is not None:
            return max(self.end - self.start + 1, 1)
        return self.events if self.events and self.events > 0 else 1


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a dataset that are read (PM:288-335).

    :param files: the only names; empty for all.
    """

    files: frozenset[str] = frozenset()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __call__(self, name: str) -> bool:
        """Return whether a file of that name is read."""
        if self.include and not _matches(name, self.include):
            return False
        if self.exclude and _matches(name, self.exclude):
            return False
        return not self.files or name in self.files


def choose_files(
    files: Iterable[tuple[str, InputFile]], one: TaskInput, select: Selection
) -> list[tuple[str, InputFile]]:
    """Return the files to read of a dataset, sorted by name, as JEDI starts with them.

    Of ``x.1`` and ``x.2`` the last is read: JEDI takes them for attempts at one file, unless the
    item says ``usedup`` (jediddm/AtlasDDMClient.py:101-125).
    """
    by_name: dict[str, tuple[str, InputFile]] = {}
    attempts: dict[str, tuple[int, str]] = {}
    all_attempts = "ud" in one.attributes.split(",")
    for source, file in files:
        stem, dot, digits = file.name.rpartition(".")
        if not all_attempts:
            numbered = bool(dot) and digits.isdecimal()
            base, attempt = (stem, int(digits)) if numbered else (file.name, -1)
            known = attempts.get(base)
            if known and known[0] >= attempt and known[1] != file.name:
                continue
            if known:
                by_name.pop(known[1], None)
            attempts[base] = attempt, file.name
        by_name[file.name] = source, file
    names = sorted(name for name in by_name if select(name))
    return [by_name[name] for name in names[one.skips :]]


def master_records(
    files: Sequence[tuple[str, InputFile]], rules: Rules, most_files: int | None, name: str
) -> tuple[list[DatasetRecord], int]:
    """Return the records of a dataset that is cut into jobs, and how many files they are from.

    :param most_files: read no more than these.
    :raises NotRetold: if the number of a file's events matters, and nobody knows it.
    """
    pseudo = name == NO_INPUT
    per_file = rules.events_per_file
    if pseudo and per_file is None:
        per_file = rules.total_events  # CF:429-431
    # CF:422-433: looked at only where the number of events may be known.
    cuts = per_file is not None or rules.real_events
    feed = _Ranges(rules.events_per_job if cuts else None)
    records: list[DatasetRecord] = []
    read: set[str] = set()
    next_event, total, whole = rules.first_event, 0, 0
    most_events = rules.total_events
    for source, file in files[:most_files]:
        events = file.events if per_file is None else per_file
        if not pseudo:
            _refuse_unknown(file, events, rules)
            if rules.skips_empty and file.events == 0:
                continue
        record = DatasetRecord(file.name, file.size, source, events)
        if not feed.per_job or not events or events <= 0:
            if per_file is not None and events is not None:
                record = replace(record, first=next_event)
                next_event += events
            ranges = [record]
        else:
            ranges = []
            for start, end in feed.of(events):
                ranges.append(replace(record, start=start, end=end, first=next_event))
                next_event += end - start + 1
        read.add(file.name)
        for one in ranges:
            if one.start is not None and one.end is not None:
                whole += one.end - one.start + 1
                if most_events is not None and whole > most_events:
                    return records, len(read)  # PM:843-847
            records.append(one)
        if len(records) > MOST_RECORDS:
            raise NotRetold(
                f"PanDA takes at most {MOST_RECORDS:,} files or jobs of a dataset: ask for fewer"
            )
        total += events or 0
        if most_events is not None and total >= most_events:
            break
    return records, len(read)


def secondary_records(
    files: Sequence[tuple[str, InputFile]], one: TaskInput, rules: Rules
) -> list[DatasetRecord]:
    """Return the records of a dataset that is read beside the first (CF:472-500)."""
    most: int | None = None
    if rules.total_files is not None and not one.is_for_every_job:
        per_job = one.files_per_job
        most = one.by_ratio(rules.total_files) if per_job is None else rules.total_files * per_job
        if rules.events_per_file is not None:
            if rules.events_per_job and rules.events_per_file > rules.events_per_job:
                most = math.ceil(most * rules.events_per_file / rules.events_per_job)
        elif rules.real_events:
            most = None
    return [
        DatasetRecord(file.name, file.size, source, file.events) for source, file in files[:most]
    ]


@dataclass(slots=True)
class Reserve:
    """The rest of a dataset other than the first: each first dataset has its own."""

    one: TaskInput
    records: list[DatasetRecord]
    _unique: list[DatasetRecord] = field(default_factory=list)
    _numbered: int = 0

    def __post_init__(self) -> None:
        self._unique = list(self.records)

    def read(self, masters: int) -> list[DatasetRecord]:
        """Return the records that JEDI reads for so many of the first dataset.

        All are written down again until there are enough (PM:2824-2835, 3010-3072,
        task_utils_module.py:1638-1695).
        """
        if self.one.is_for_every_job:
            return self.records[:10000]
        each = self.one.files_per_job
        wanted = self.one.by_ratio(masters) if each is None else masters * each
        while len(self.records) < wanted:
            if self.one.names == (SEQUENCE,):
                self._numbered += 1
                number = str(self._numbered + self.one.skips)
                self.records.append(DatasetRecord(number, 0, SEQUENCE))
            elif self._unique:
                self.records += [replace(record) for record in self._unique]
            else:
                break
        return self.records[:wanted]

    def drop(self, used: set[int]) -> None:
        """Forget the records with these identities, which jobs have got."""
        if self.one.is_tracked:
            self.records = [record for record in self.records if id(record) not in used]


class _Ranges:
    """Cuts files into ranges of events; one that a file ends before its time goes on in the next.

    PM:517-556.
    """

    def __init__(self, per_job: int | None) -> None:
        self.per_job = per_job
        self._left = per_job or 0

    def of(self, events: int) -> Iterator[tuple[int, int]]:
        per_job = self.per_job or events
        start = 0
        while start + self._left < events:
            yield start, start + self._left - 1
            start += self._left
            self._left = per_job
        yield start, events - 1
        self._left = (self._left - (events - start)) or per_job


def _refuse_unknown(file: InputFile, events: int | None, rules: Rules) -> None:
    if file.events is None and rules.skips_empty:
        why = "files without events are to be left out (skip_empty_input)"
    elif events is not None:
        return
    elif rules.events_per_job and rules.real_events:
        why = f"each job is to get {rules.events_per_job} events (n_events_per_job)"
    elif rules.total_events is not None:
        why = f"{rules.total_events} events are to be read in all (n_events)"
    elif (rules.cpu_time or rules.output_per_event) and not rules.files_per_job:
        why = "the time or the size of a job is given by the event"
    else:
        return
    raise NotRetold(
        f"the number of events in '{file.name}' is not known, and {why}: "
        "say n_events_per_file, or run it without"
    )


def _matches(name: str, patterns: Sequence[str]) -> bool:
    """task_utils_module.py:46-52."""
    for pattern in patterns:
        try:
            if pattern == name or re.search(pattern, name):
                return True
        except re.error as error:
            raise NotRetold(f"PanDA cannot read the pattern '{pattern}': {error}") from error
    return False
