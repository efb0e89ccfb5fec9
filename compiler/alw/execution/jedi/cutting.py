"""Cutting the records of a task's datasets into jobs.

``IC`` is pandaserver/taskbuffer/InputChunk.py (``getSubChunk``), ``JS``
pandajedi/jediorder/JobSplitter.py and ``PM`` db_proxy_mods/task_complex_module.py beside the
first, of panda-server-source 1.0.4.  The site is the ordinary one: 16 GB of scratch space, four
days, one core, and files are copied in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .dataset_contents import DatasetRecord, Reserve
from .load import MEGABYTE, OUTPUT_ROOM, JobBounds, Load
from .parameter_items import TaskInput
from .split_rules import Rules

#: JEDI makes so many jobs first, and the others when these have ended (ContentsFeeder.py:163).
SCOUTS = 10

#: The greatest output of a job (JS:51).
_MOST_OUTPUT = 10 << 30
#: ``maxwdir``, the normal value in pilot3, and ``maxtime``.
_SCRATCH, _WALLTIME = 16336 * MEGABYTE, 345600
#: The most that scouts may read when their files are set aside (IC:17, PM:977-982).
_SCOUT_SIZE = 50000 * MEGABYTE
#: One cycle reads at most so many files: ``[jobgen] nFiles`` as shipped (PM:2787-2800).
_BLOCK = 5000
#: Jobs that go to one site (JS:127-132).
_SCOUT_GROUP, _GROUP = 2, 25


@dataclass(frozen=True, slots=True)
class Chunk:
    """The records of one job.

    :param secondaries: in the order of the datasets.
    """

    masters: Sequence[DatasetRecord]
    secondaries: Sequence[Sequence[DatasetRecord]]


def cut_into_jobs(
    masters: Sequence[tuple[Sequence[DatasetRecord], Sequence[Reserve]]], rules: Rules
) -> Iterator[Chunk]:
    """Yield the jobs of a task in the order of their serial numbers.

    :param masters: the records of each dataset that is cut on its own, and what is read beside it.
    """
    firsts = [len(records) for records, _ in masters]
    if rules.has_scouts:
        firsts = list(_first_bunches([records for records, _ in masters], rules))
    scouting = any(
        first < len(records) for first, (records, _) in zip(firsts, masters, strict=True)
    )
    for first, (records, reserves) in zip(firsts, masters, strict=True):
        yield from _consume(records[:first], reserves, rules, scouting)
    for first, (records, reserves) in zip(firsts, masters, strict=True):
        yield from _consume(records[first:], reserves, rules, False)


def _first_bunches(datasets: Sequence[Sequence[DatasetRecord]], rules: Rules) -> Iterator[int]:
    """Return the numbers of records that scouts may use (PM:690-697, 927-1073, 1182-1222)."""
    chunks = SCOUTS
    by_event = rules.events_per_job if rules.files_per_job is None else None
    size = _SCOUT_SIZE
    if rules.gigabytes_per_job is not None:
        size = (rules.gigabytes_per_job << 30) + OUTPUT_ROOM + rules.work_size
    limits = JobBounds(size, rules.max_walltime or _WALLTIME, cores=rules.cores)
    for records in datasets:
        events = within = 0
        for record in records if by_event else ():
            if events >= chunks * (by_event or 0):
                break
            if record.start is not None:
                events += record.event_count
                within += 1
        if rules.respects_split:
            cutter = _Cutter(records, (), rules, limits, rules.files_per_job)
            for _ in range(chunks):
                cutter.take()
            used = cutter.position
        elif by_event:
            used = within if len(records) > within else len(records)
        else:
            used = min(len(records), max(chunks, 0) * (rules.files_per_job or 1))
        if by_event:
            chunks -= -(-events // by_event) if used else 0
        else:
            chunks -= -(-used // (rules.files_per_job or 1))
        yield used


def _consume(
    records: Sequence[DatasetRecord], reserves: Sequence[Reserve], rules: Rules, scouting: bool
) -> Iterator[Chunk]:
    """Cut in blocks as JEDI's job generator does (JobGenerator.py:697-708)."""
    per_job = rules.files_per_job
    if scouting and per_job is None and rules.events_per_job is None and not rules.respects_split:
        per_job = 1  # JS:68-69
    size = _SCRATCH
    if rules.gigabytes_per_job is not None:
        size = (rules.gigabytes_per_job << 30) + OUTPUT_ROOM + rules.work_size
    walltime = min(rules.max_walltime or _WALLTIME, _WALLTIME)
    limits = JobBounds(size, walltime, _SCRATCH, _MOST_OUTPUT)
    group = _SCOUT_GROUP if scouting else _GROUP
    done = 0
    while done < len(records):
        block = records[done : done + _BLOCK]
        read = [reserve.read(len(block)) for reserve in reserves]
        beside = [(reserve, some) for reserve, some in zip(reserves, read, strict=True)]
        cutter = _Cutter(block, beside, rules, limits, per_job)
        chunks = list(iter(cutter.take, None))
        if len(block) == _BLOCK and (len(chunks) - 1) % group:
            chunks.pop()  # the block's end may have cut it short
        done += sum(len(chunk.masters) for chunk in chunks)
        used = {id(r) for chunk in chunks for some in chunk.secondaries for r in some}
        for reserve in reserves:
            reserve.drop(used)
        yield from chunks


class _Cutter:
    """Takes the records of one job after another (IC:411-1000)."""

    def __init__(
        self,
        masters: Sequence[DatasetRecord],
        beside: Sequence[tuple[Reserve, Sequence[DatasetRecord]]],
        rules: Rules,
        limits: JobBounds,
        files_per_job: int | None,
    ) -> None:
        self.position = 0
        self._masters = masters
        self._beside = [_Secondary(reserve.one, read) for reserve, read in beside]
        self._rules = rules
        self._limits = limits
        self._files_per_job = files_per_job

    def take(self) -> Chunk | None:
        """Return the next job, or ``None`` when no record is left."""
        if self.position >= len(self._masters):
            return None
        load = Load(self._rules, self._limits)
        masters: list[DatasetRecord] = []
        found: list[list[DatasetRecord]] = [[] for _ in self._beside]
        first = True
        while True:
            for record in self._masters[self.position : self.position + (self._files_per_job or 1)]:
                if load.jumps(record):
                    break
                masters.append(record)
                load.add(record)
                self.position += 1
            for one, taken in zip(self._beside, found, strict=True):
                some = one.take(len(masters), len(taken), first)
                taken += some
                load.add_beside(some)
            first = False
            if self._files_per_job or self.position >= len(self._masters):
                break
            following = self._masters[self.position]
            if load.jumps(following) or self._exceeds(load, following, len(masters), found):
                break
        for one in self._beside:
            one.end_job()
        return Chunk(masters, found)

    def _exceeds(
        self,
        load: Load,
        following: DatasetRecord,
        masters: int,
        found: Sequence[Sequence[DatasetRecord]],
    ) -> bool:
        """True if the job would be too large with one record more (IC:739-928)."""
        beside: list[DatasetRecord] = []
        for one, taken in zip(self._beside, found, strict=True):
            beside += one.following(masters + 1, len(taken))
        return load.exceeds_with(following, beside)


class _Secondary:
    """The records of a dataset other than the first, and the number that jobs have got."""

    def __init__(self, one: TaskInput, read: Sequence[DatasetRecord]) -> None:
        self._read = read
        self._place = 0
        self._one = one
        self._every_job = one.is_for_every_job
        self._per_job = one.files_per_job
        self._reusable = one.is_reusable

    def take(self, masters: int, taken: int, first: bool) -> Sequence[DatasetRecord]:
        """Return the records for a job that has so many of the first dataset (IC:638-699)."""
        if self._every_job:
            return self._read if first else ()
        wanted = self._per_job
        if wanted is None:
            wanted = self._one.by_ratio(masters) - taken
        elif not first:
            return ()
        if self._reusable and self._place + wanted > len(self._read):
            self._place = 0
        some = self._read[self._place : self._place + wanted]
        self._place += len(some)
        return some

    def following(self, masters: int, taken: int) -> Sequence[DatasetRecord]:
        """Return what one record more of the first dataset would bring with it (IC:859-910)."""
        if self._every_job or self._per_job is not None:
            return ()
        more = max(self._one.by_ratio(masters) - taken, 0)
        return self._read[self._place : self._place + more]

    def end_job(self) -> None:
        """Start anew after the last record, where the dataset is repeated (IC:963-968)."""
        if self._one.is_repeated and self._read:
            self._place %= len(self._read)
