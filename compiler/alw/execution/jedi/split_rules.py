"""The rules for cutting a task, read off its parameter map as JEDI's refiner reads it.

``RB`` is pandajedi/jedirefine/TaskRefinerBase.py and ``AR`` AtlasAnalTaskRefiner.py beside it, of
panda-server-source 1.0.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import NotRetold

#: Keys of a map that change how it is cut, or what its jobs do, in ways that are not done here,
#: and the setting of alw that sends them; foreign maps may have those without a setting.
REFUSED: Mapping[str, str] = {
    "pfnList": "pfn_list", "loadXML": "", "preproSpec": "", "mergeOutput": "merge_output",
    "respectLB": "respect_lb", "releasePerLB": "", "orderByLB": "", "orderInputBy": "",
    "addNthFieldToLFN": "", "skipFilesUsedBy": "skip_files_used_by",
    "onSiteMerging": "", "nEventsPerRange": "", "minGranularity": "", "nEventsPerWorker": "",
    "fineGrainedProc": "", "useJobCloning": "", "hpoWorkflow": "", "segmentedWork": "",
    "tgtNumEventsPerJob": "", "skipShortInput": "", "skipShortOutput": "", "maxNumJobs": "",
    "totNumJobs": "", "nEventsPerOutputFile": "", "failWhenGoalUnreached": "", "useExhausted": "",
}  # fmt: skip

_GIGABYTE, _MEGABYTE, _KILOBYTE = 1 << 30, 1 << 20, 1 << 10
_UNITS = {"GB": _GIGABYTE, "MB": _MEGABYTE, "kB": _KILOBYTE}
_PER_EVENT = ("HS06sPerEvent", "HS06sPerEventFixed", "mHS06sPerEvent", "mHS06sPerEventFixed")


@dataclass(frozen=True, slots=True)
class Rules:
    """The bounds of the jobs of a task.  ``None``: no such rule.

    :param max_files: 200 if the map says nothing (pandaserver/taskbuffer/InputChunk.py:450-452).
    :param total_files: the whole task reads no more (``nFiles``).
    :param total_events: likewise; without input, what is shared out among the jobs (``nEvents``).
    :param first_event: the number of the first event.
    :param has_scouts: the first jobs are tried before the others are made.
    :param respects_split: scouts are cut like the others.
    :param output_factor: bytes of output for each megabyte of input, or for each event.
    :param base_walltime: seconds that each job takes before its first event.
    :param cpu_time: HS06 seconds for each event; ``None`` where the unit is another.
    """

    files_per_job: int | None
    max_files: int
    gigabytes_per_job: int | None
    events_per_job: int | None
    events_per_file: int | None
    real_events: bool
    skips_empty: bool
    total_files: int | None
    total_events: int | None
    first_event: int
    has_scouts: bool
    respects_split: bool
    output_factor: int
    output_per_event: bool
    work_size: int
    base_walltime: int
    cpu_time: float | None
    cpu_efficiency: float
    max_walltime: int | None
    cores: int


def rules_of(task_map: Mapping[str, Any]) -> Rules:
    """Return the rules of a task.

    :raises NotRetold: for what is not done on this machine.
    """
    for key, setting in REFUSED.items():
        if task_map.get(key) not in (None, False, 0, "", []):
            advice = f": run it without {setting}" if setting else ""
            raise NotRetold(f"'{key}' of the task parameters is not done on this machine{advice}")
    atlas = task_map.get("vo") == "atlas"
    per_file = _number(task_map, "nEventsPerInputFile")
    per_job = _rule(task_map, "nEventsPerJob")
    files_per_job = _rule(task_map, "nFilesPerJob")
    if "nFilesPerJob" not in task_map and per_file and per_job and per_job >= per_file:
        files_per_job = per_job // per_file  # RB:251-261
    max_files = _rule(task_map, "nMaxFilesPerJob")
    unit = str(task_map.get("outDiskUnit", "kB" if atlas else ""))  # AR:76-81
    output = _number(task_map, "outDiskCount")
    if output is None:
        output, unit = (500, "kB") if atlas else (0, "")
    work = _number(task_map, "workDiskCount") or 0
    walltime = _rule(task_map, "maxWalltime")
    in_hs06 = task_map.get("cpuTimeUnit", "HS06sPerEvent" if atlas else None) in _PER_EVENT
    return Rules(
        files_per_job=files_per_job or None,
        max_files=200 if max_files is None else max_files,
        gigabytes_per_job=_rule(task_map, "nGBPerJob"),
        events_per_job=per_job or None,
        events_per_file=per_file or _number(task_map, "nEventsPerFile"),
        real_events="useRealNumEvents" in task_map,
        skips_empty=bool(task_map.get("skipEmptyInput")),
        total_files=_number(task_map, "nFiles"),
        total_events=_number(task_map, "nEvents"),
        first_event=1 + first_event_offset(task_map),
        has_scouts=uses_scouts(task_map),
        respects_split="respectSplitRule" in task_map,
        output_factor=max(output, 0) * _UNITS.get(unit[:2], 1),
        output_per_event="PerEvent" in unit,
        work_size=work * _UNITS.get(str(task_map.get("workDiskUnit")), 1) + 300 * _MEGABYTE,
        base_walltime=int(task_map.get("baseWalltime", _base_walltime(task_map, atlas)))
        if in_hs06
        else 0,
        cpu_time=_cpu_time(task_map) if in_hs06 else None,
        cpu_efficiency=float(task_map.get("cpuEfficiency", 90)),
        max_walltime=None if walltime is None else walltime * 3600,
        cores=_number(task_map, "coreCount") or 1,
    )


def uses_scouts(task_map: Mapping[str, Any]) -> bool:
    """Return whether JEDI tries the first ten jobs of a task before it makes the others.

    ``skipScout`` of prun is dropped for a task that is not official (AR:182-184, RB:171-172).
    Where all jobs fit into the first ten nothing is held back, and no scout is spoken of
    (JobGenerator.py:876-882).
    """
    atlas = task_map.get("vo") == "atlas"
    return "skipScout" not in task_map or (atlas and not task_map.get("official"))


def first_event_offset(task_map: Mapping[str, Any]) -> int:
    """Return the offset of ``${FIRSTEVENT}`` (RB:829-834)."""
    return _offset(task_map, "${FIRSTEVENT}") or 0


def seed_offset(task_map: Mapping[str, Any]) -> int | None:
    """Return the offset of ``${RNDMSEED}``; ``None`` where there is no such number."""
    return _offset(task_map, "${RNDMSEED}")


def _offset(task_map: Mapping[str, Any], placeholder: str) -> int | None:
    found: int | None = None
    for item in task_map["jobParameters"]:
        if item.get("hidden") is True or item.get("param_type") != "number":
            continue
        if item.get("type") == "template" and placeholder in str(item.get("value")):
            found = int(item.get("offset", 0))
    return found


def _rule(task_map: Mapping[str, Any], key: str) -> int | None:
    """JEDI writes the value into its split rule, and reads the digits at its start."""
    digits = re.match(r"\d+", str(task_map.get(key, "")))
    return int(digits[0]) if digits else None


def _number(task_map: Mapping[str, Any], key: str) -> int | None:
    value = task_map.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotRetold(f"PanDA needs a whole number for '{key}' of the task, not {value!r}")
    return value


def _base_walltime(task_map: Mapping[str, Any], atlas: bool) -> int:
    """AR:37-47: a minute for what is neither Athena's nor ``cont``; else ten (RB:147-151)."""
    kinds = str(task_map.get("processingType", "")).split("-")
    general = "athena" not in kinds and "cont" not in kinds and "transPath" not in task_map
    return 60 if atlas and general else 600


def _cpu_time(task_map: Mapping[str, Any]) -> float | None:
    time = task_map.get("cpuTime")
    if time is None:
        return None
    milli = str(task_map.get("cpuTimeUnit", "")).startswith("m")
    return float(time) / 1000 if milli else float(time)
