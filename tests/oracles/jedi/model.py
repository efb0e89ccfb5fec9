"""What this oracle answers, and the site it assumes: plain data, shared with the worker process.

The worker runs in JEDI's own environment and imports this module too: keep it to the standard
library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How PanDA will cut a task into jobs, read from the stored rule by JEDI's own accessors.

    ``None`` means that the rule is absent, and the defaults of ``InputChunk.getSubChunk`` apply.
    """

    files_per_job: int | None
    """Exactly so many files a job (``NF``); sizes are then not looked at."""
    max_files_per_job: int | None
    """At most so many (``MF``); 200 when absent (InputChunk.py:450-452)."""
    gigabytes_per_job: int | None
    events_per_job: int | None
    max_walltime_hours: int | None
    max_files: int | None
    """``nFiles`` of the map: the whole task reads no more files (ContentsFeeder.py:480-483)."""
    total_events: int | None
    """``nEvents`` of the map; without input this over ``events_per_job`` is the number of jobs."""
    uses_scouts: bool
    respects_split_rule: bool
    on_site_merging: bool
    raw: str
    """The whole rule with the two-letter tags spelled out (``task_split_rules``)."""


@dataclass(frozen=True, slots=True)
class Refined:
    """A task as JEDI stores it."""

    task_name: str
    processing_type: str
    master_datasets: tuple[str, ...]
    """Each is cut into jobs on its own: no job crosses from one to the next."""
    input_datasets: tuple[str, ...]
    """Masters first, then secondaries, without the pseudo datasets (``noInput``, random seeds)."""
    output_datasets: tuple[str, ...]
    log_dataset: str | None
    output_templates: tuple[str, ...]
    """File names, in the order of the outputs; the log's is not among them."""
    log_template: str | None
    job_parameters: str
    """``jobParamsTemplate``: the worker node's command line, before a job's files are known."""
    transformation: str
    """``transPath``: the wrapper that the worker node fetches and runs."""
    container_image: str | None
    split: SplitRule


@dataclass(frozen=True, slots=True)
class Refused:
    """A task that PanDA would not take, or would set to *broken*."""

    task_name: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Site:
    """What splitting asks of a queue; the figures are those of an ordinary grid site.

    ``scratch_megabytes`` is ``maxwdir``: pilot3 calls 14336+2000 the normal value.  A queue with 0
    there gets one file a job from JEDI, unless ``nFilesPerJob`` is set.
    """

    scratch_megabytes: int = 16336
    direct_io: bool = False
    """Files are read over the network, as sites with ``direct_access_lan`` allow."""
    max_walltime_seconds: int = 345600
    cores: int = 1
    files_read_at_once: int = 5000
    """``[jobgen] nFiles`` of the server, as shipped in its configuration template."""


@dataclass(frozen=True, slots=True)
class Split:
    """The jobs of one task."""

    files_of_jobs: tuple[int, ...]
    scratch_megabytes_needed: int
    """Brokerage skips a site with less than this (AtlasAnalJobBroker.py:1107-1168)."""
    streams_of_jobs: tuple[Mapping[str, int], ...] = ()
    """How many different files the command of each job gets, by stream."""
    jobs: tuple[Mapping[str, object], ...] = ()
    """Of each job, if asked for: ``streams``, the names of its files by stream, ``parameters``, its
    command line, and ``outputs``, the names of its files by dataset."""


_T = TypeVar("_T", Refined, Refused, SplitRule, Split, Site)


def from_json(kind: type[_T], values: Mapping[str, object]) -> _T:
    """Rebuild a record that went through JSON; lists become tuples again."""
    known = {field.name for field in fields(kind)}
    arguments: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{kind.__name__} has no {name!r}")
        arguments[name] = tuple(value) if isinstance(value, list) else value
    return kind(**arguments)  # type: ignore[arg-type]
