"""The size of a job, as JEDI estimates it.

``IC`` is pandaserver/taskbuffer/InputChunk.py of panda-server-source 1.0.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .dataset_contents import DatasetRecord
from .split_rules import Rules

MEGABYTE = 1 << 20
#: Room for output that a job needs (IC:15), and its files with those of all datasets (IC:21).
OUTPUT_ROOM, _MOST_FILES = 1500 * MEGABYTE, 1000
#: HS06 of a core, an ordinary one.
_CORE_POWER = 10


@dataclass(frozen=True, slots=True)
class JobBounds:
    """The bounds of a job beside the task's own rules: bytes, and seconds.  ``None``: no bound."""

    size: int
    walltime: int
    disk: int | None = None
    output: int | None = None
    cores: int = 1


class Load:
    """The bytes and seconds that a job has to read, write and compute, as JEDI estimates them."""

    def __init__(self, rules: Rules, limits: JobBounds) -> None:
        self._rules = rules
        self._limits = limits
        self._files = self._total = self._events = self._output = self._disk = 0
        self._size = rules.work_size
        self._walltime = rules.base_walltime
        self._next_event: int | None = None
        self._name = ""

    def jumps(self, record: DatasetRecord) -> bool:
        """True if the events of a record do not follow those before it (IC:531-536)."""
        if self._rules.events_per_job is None or record.start is None or self._next_event is None:
            return False
        if self._next_event != record.start:
            return True
        return bool(self._next_event) and record.name != self._name

    def add(self, record: DatasetRecord) -> None:
        """Take a record of the dataset that is cut."""
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

    def add_beside(self, records: Sequence[DatasetRecord]) -> None:
        """Take records of another dataset."""
        size = sum(record.size for record in records)
        self._total += len(records)
        self._size += size
        self._disk += size

    def exceeds_with(self, record: DatasetRecord, beside: Sequence[DatasetRecord]) -> bool:
        """True if a record more, and what comes with it, is too much (IC:917-928)."""
        rules, limits = self._rules, self._limits
        size, output, walltime = self._cost(record)
        more = size + output + sum(one.size for one in beside)
        size, output = self._size + more, self._output + output
        events = self._events + (record.event_count if record.start is not None else 0)
        return (
            self._files + 1 > rules.max_files
            or size > limits.size
            or (output < OUTPUT_ROOM and limits.size - OUTPUT_ROOM < size - output)
            or self._walltime + walltime > limits.walltime
            or (rules.events_per_job is not None and events > rules.events_per_job)
            or (limits.output is not None and output > limits.output)
            or (limits.disk is not None and self._disk + more > limits.disk)
            or self._total + 1 + len(beside) > _MOST_FILES
        )

    def _cost(self, record: DatasetRecord) -> tuple[int, int, int]:
        """Return bytes read, bytes written, seconds (IC:566-617, CoreUtils.py:310-326)."""
        rules = self._rules
        if rules.output_per_event:
            output = int(rules.output_factor * record.event_count)
        else:
            size = record.size or MEGABYTE
            if record.size and record.events and record.start is not None:
                size = int(record.size * record.event_count / record.events) or MEGABYTE
            output = int(rules.output_factor * (size / MEGABYTE))
        walltime = 0
        if rules.cpu_time and rules.cpu_time > 0:
            seconds = rules.cpu_time * record.event_count / self._limits.cores / _CORE_POWER
            walltime = int(seconds / (rules.cpu_efficiency / 100)) if rules.cpu_efficiency else 0
        return record.size, output, walltime
