"""Learners, and what JEDI makes of them wherever the tasks before them ran."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import alw
from alw.panda.client import Option
from tests.oracles.jedi.oracle import Split, SplitCase, split_all

MB = 1 << 20

#: By how a learner reads: its command and its input, and the files each stream must get.
READING = {
    "one stream": ('"python fit.py {sim.outputs[0]}"', {"IN": 20}),
    "two streams": (
        '"python fit.py {sim.outputs[0]} {other.outputs[0]}"',
        {"IN": 20, "IN2": 7},
    ),
    "a list": (
        '"python fit.py %IN" in_ds = [sim.outputs[0], other.outputs[0]]',
        {"IN": 27},
    ),
}
LEARNER = """
workflow w {
  dataset = "user.me.w"
  loop scan {
    param m: float = 0.5
    task sim { exec = "sim {m}" outputs = ["x.json"] n_jobs = 20 }
    task other { exec = "sim {m}" outputs = ["y.json"] n_jobs = 7 }
    learn fit {
      exec = READING
      OPTION
      result "fit.json" { m: float }
      after sim, other
    }
    repeat at most 3 times
  }
}
"""
#: Files of the containers that the learners of the tests read, by what is before the iteration.
FILES = {"user.me.w.sim.": 20, "user.me.w.other.": 7}
_VALUES = {
    "flag": ["false", "true"],
    "int": ["-1", "0", "1", "5", "100", "5000", "6000"],
    "string": [
        '""', '"1"', '"5"', '"3,4"', '"a"', '"IN"', '"IN2"', '"IN,IN2"', '"MAX"', '"user.me.x"',
        '"IN2:3:user.me.y"', '"IN:3:user.me.y"', '".*"', '"*.json"', "sim.outputs[0]",
    ],
    "list": ['"a"', '["a", "b"]'],
}  # fmt: skip


def values(option: Option) -> list[str]:
    """Values of an option, as a program writes them."""
    return [json.dumps(choice) for choice in option.choices] or _VALUES[option.kind]


def cut(files: int, sites: int) -> list[int]:
    """Files in the datasets of a container whose task ran at so many sites."""
    sites = min(files, sites)
    return [files // sites + (site < files % sites) for site in range(sites)]


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner that compiles, and what it is to read."""

    what: str
    task_map: Mapping[str, object]
    wanted: Mapping[str, int]
    """The number of files of each stream."""
    files: Mapping[str, int]
    """The number of files in each container that it reads, by the container's name."""


def learner(text: str, what: str, wanted: Mapping[str, int], files: Mapping[str, int]) -> Learner:
    """The learner ``fit`` of a program.

    :param files: of the containers whose names begin so.
    """
    compilation = alw.compile_text(text)
    assert compilation.ok, [d.to_json() for d in compilation.diagnostics]
    (workflow,) = compilation.workflows.values()
    task_map = workflow.tasks["fit"]
    return Learner(what, task_map, wanted, dict(_read(task_map, files)))


def _read(task_map: Mapping[str, object], files: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    items = task_map["jobParameters"]
    assert isinstance(items, list)
    for item in items:
        if item.get("param_type") == "input":
            for name in item["dataset"].split(","):
                bare = name.rstrip("/").rpartition(":")[2]
                yield from ((bare, n) for start, n in files.items() if bare.startswith(start))


def not_one_job(learners: Sequence[Learner], sites: Sequence[int]) -> list[str]:
    """What JEDI does otherwise than one job that reads every file."""
    asked = [(one, number) for one in learners for number in sites]
    cases = [
        SplitCase(
            one.task_map,
            0,
            MB,
            contents={name: cut(count, number) for name, count in one.files.items()},
        )
        for one, number in asked
    ]
    wrong = []
    for (one, number), answer in zip(asked, split_all(cases), strict=True):
        if not isinstance(answer, Split):
            wrong.append(f"{one.what}: {answer.reason}")
        elif [_wanted(job) for job in answer.streams_of_jobs] != [one.wanted] or any(
            files != sum(job.values())
            for files, job in zip(answer.files_of_jobs, answer.streams_of_jobs, strict=True)
        ):
            wrong.append(
                f"{one.what}, {number} sites: {answer.files_of_jobs} {answer.streams_of_jobs}"
            )
    return wrong


def _wanted(job: Mapping[str, int]) -> Mapping[str, int]:
    """The streams of a job without that of a database release (``--dbRelease``)."""
    return {stream: files for stream, files in job.items() if stream != "DBR"}
