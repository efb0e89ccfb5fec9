"""Which records of a task's datasets go to one job.

``IC`` is pandaserver/taskbuffer/InputChunk.py (``getSubChunk``), ``JS``
pandajedi/jediorder/JobSplitter.py and ``PM`` db_proxy_mods/task_complex_module.py beside the
first, of panda-server-source 1.0.4.  The site is the ordinary one: 16 GB of scratch space, four
days, one core, and files are copied in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .records import Record, Reserve
from .rules import Rules

#: JEDI makes so many jobs first, and the others when these have ended (ContentsFeeder.py:163).
SCOUTS = 10

_MEGABYTE = 1 << 20
#: Room for output that a job needs (IC:15); the greatest output (JS:51); files of a job (IC:21).
_OUTPUT_ROOM, _MOST_OUTPUT, _MOST_FILES = 1500 * _MEGABYTE, 10 << 30, 1000
#: ``maxwdir``, the normal value in pilot3; ``maxtime``; ``corepower``.
_SCRATCH, _WALLTIME, _CORE_POWER = 16336 * _MEGABYTE, 345600, 10
#: What scouts may read when their files are set aside (IC:17, PM:977-982).
_SCOUT_SIZE = 50000 * _MEGABYTE
#: One cycle reads at most so many files: ``[jobgen] nFiles`` as shipped (PM:2787-2800).
_BLOCK = 5000
#: Jobs that go to one site (JS:127-132).
_SCOUT_GROUP, _GROUP = 2, 25


@dataclass(frozen=True, slots=True)
class Chunk:
    """The records of one job.

    :param secondaries: in the order of the datasets.
    """

    masters: Sequence[Record]
    secondaries: Sequence[Sequence[Record]]


@dataclass(frozen=True, slots=True)
class _Limits:
    size: int
    walltime: int
    disk: int | None = None
    output: int | None = None
    cores: int = 1


def cut(
    masters: Sequence[tuple[Sequence[Record], Sequence[Reserve]]], rules: Rules
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


def _first_bunches(datasets: Sequence[Sequence[Record]], rules: Rules) -> Iterator[int]:
    """How many records of each dataset the scouts may use (PM:690-697, 927-1073, 1182-1222)."""
    chunks = SCOUTS
    by_event = rules.events_per_job if rules.files_per_job is None else None
    size = _SCOUT_SIZE
    if rules.gigabytes_per_job is not None:
        size = (rules.gigabytes_per_job << 30) + _OUTPUT_ROOM + rules.work_size
    limits = _Limits(size, rules.max_walltime or _WALLTIME, cores=rules.cores)
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
    records: Sequence[Record], reserves: Sequence[Reserve], rules: Rules, scouting: bool
) -> Iterator[Chunk]:
    """Cut in blocks as JEDI's job generator does (JobGenerator.py:697-708)."""
    per_job = rules.files_per_job
    if scouting and per_job is None and rules.events_per_job is None and not rules.respects_split:
        per_job = 1  # JS:68-69
    size = _SCRATCH
    if rules.gigabytes_per_job is not None:
        size = (rules.gigabytes_per_job << 30) + _OUTPUT_ROOM + rules.work_size
    walltime = min(rules.max_walltime or _WALLTIME, _WALLTIME)
    limits = _Limits(size, walltime, _SCRATCH, _MOST_OUTPUT)
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
    """Takes the records of one job after another (IC:411-1024)."""

    def __init__(
        self,
        masters: Sequence[Record],
        beside: Sequence[tuple[Reserve, Sequence[Record]]],
        rules: Rules,
        limits: _Limits,
        files_per_job: int | None,
    ) -> None:
        self.position = 0
        self._masters = masters
        self._beside = beside
        self._places = [0] * len(beside)
        self._rules = rules
        self._limits = limits
        self._files_per_job = files_per_job

    def take(self) -> Chunk | None:
        """Return the next job, or ``None`` when no record is left."""
        if self.position >= len(self._masters):
            return None
        load = _Load(self._rules, self._limits)
        masters: list[Record] = []
        found: list[list[Record]] = [[] for _ in self._beside]
        first = True
        while True:
            for record in self._masters[self.position : self.position + (self._files_per_job or 1)]:
                if load.jumps(record):
                    break
                masters.append(record)
                load.add(record)
                self.position += 1
            for number in range(len(self._beside)):
                for record in self._take_beside(number, len(masters), len(found[number]), first):
                    found[number].append(record)
                    load.add_beside(record)
            first = False
            if self._files_per_job or self.position >= len(self._masters):
                break
            following = self._masters[self.position]
            if load.jumps(following) or self._exceeds(load, following, len(masters), found):
                break
        for number, (reserve, read) in enumerate(self._beside):
            if reserve.one.repeated and read:
                self._places[number] %= len(read)
        return Chunk(masters, found)

    def _take_beside(self, number: int, masters: int, taken: int, first: bool) -> Sequence[Record]:
        reserve, read = self._beside[number]
        one = reserve.one
        if one.every_job:
            if first:
                self._places[number] += len(read)
            return read if first else ()
        wanted = one.files_per_job
        if wanted is not None and not first:
            return ()
        if wanted is None:
            wanted = one.by_ratio(masters) - taken
        if one.reusable and self._places[number] + wanted > len(read):
            self._places[number] = 0
        place = self._places[number]
        some = read[place : place + wanted]
        self._places[number] += len(some)
        return some

    def _exceeds(
        self, load: _Load, following: Record, masters: int, found: Sequence[Sequence[Record]]
    ) -> bool:
        """Whether the job would be too large with one record more (IC:739-958)."""
        beside: list[Record] = []
        for number, (reserve, read) in enumerate(self._beside):
            one = reserve.one
            if not one.every_job and one.files_per_job is None:
                more = max(one.by_ratio(masters + 1) - len(found[number]), 0)
                place = self._places[number]
                beside += read[place : place + more]
        return load.exceeds_with(following, beside)


class _Load:
    """What a job has to read, write and compute, as JEDI estimates it."""

    def __init__(self, rules: Rules, limits: _Limits) -> None:
        self._rules = rules
        self._limits = limits
        self._files = self._total = self._events = self._output = self._disk = 0
        self._size = rules.work_size
        self._walltime = rules.base_walltime
        self._next_event: int | None = None
        self._name = ""

    def jumps(self, record: Record) -> bool:
        """Whether the events of a record do not follow those before it (IC:545-551)."""
        if self._rules.events_per_job is None or record.start is None or self._next_event is None:
            return False
        if self._next_event != record.start:
            return True
        return bool(self._next_event) and record.name != self._name

    def add(self, record: Record) -> None:
        size, output, walltime = self._cost(record)
        self._files += 1
        self._total += 1
        self._size += size + output
        self._disk += size + output
        self._output += output
        self._walltime += walltime
        if self._rules.events_per_job is not None and record.end is not None:
            self._events += record.event_count
            self._next_event = record.end + 1
            if self._next_event == record.events:
                self._next_event = 0
            self._name = record.name

    def add_beside(self, record: Record) -> None:
        self._total += 1
        self._size += record.size
        self._disk += record.size

    def exceeds_with(self, record: Record, beside: Sequence[Record]) -> bool:
        rules, limits = self._rules, self._limits
        size, output, walltime = self._cost(record)
        more = size + output + sum(one.size for one in beside)
        size, output = self._size + more, self._output + output
        events = self._events + (record.event_count if record.start is not None else 0)
        return (
            self._files + 1 > rules.max_files
            or size > limits.size
            or (output < _OUTPUT_ROOM and limits.size - _OUTPUT_ROOM < size - output)
            or self._walltime + walltime > limits.walltime
            or (rules.events_per_job is not None and events > rules.events_per_job)
            or (limits.output is not None and output > limits.output)
            or (limits.disk is not None and self._disk + more > limits.disk)
            or self._total + 1 + len(beside) > _MOST_FILES
        )

    def _cost(self, record: Record) -> tuple[int, int, int]:
        """Bytes read, bytes written, seconds (IC:570-620, CoreUtils.py:310-326)."""
        rules = self._rules
        if rules.output_per_event:
            output = int(rules.output_factor * record.event_count)
        else:
            size = record.size or _MEGABYTE
            if record.size and record.events and record.start is not None:
                size = int(record.size * record.event_count / record.events) or _MEGABYTE
            output = int(rules.output_factor * (size / _MEGABYTE))
        walltime = 0
        if rules.cpu_time and rules.cpu_time > 0:
            seconds = rules.cpu_time * record.event_count / self._limits.cores / _CORE_POWER
            walltime = int(seconds / (rules.cpu_efficiency / 100)) if rules.cpu_efficiency else 0
        return record.size, output, walltime
