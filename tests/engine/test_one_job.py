"""A learner is exactly one job that reads every file, whatever happened before it.

With ``ALW_WHOLE_SWEEP`` every value of every option is tried; each run tries a part of them.
"""

from __future__ import annotations

import copy
import os
import random
import subprocess
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest

import alw
from alw.panda.client import prun_options
from alw.prun.job_line import LONGEST
from tests.engine.one_job import (
    FILES,
    LEARNER,
    READING,
    Learner,
    cut,
    learner,
    not_one_job,
    values,
)
from tests.oracles.jedi.model import Refined
from tests.oracles.jedi.oracle import Refused, SplitCase, refine, split_all

WHOLE = bool(os.environ.get("ALW_WHOLE_SWEEP"))
SITES = range(1, 11)

#: 20 jobs, 10 files a job: at three sites the second task leaves three files, and not two.
CHAIN = """
workflow w {
  dataset = "user.me.w"
  input data: dataset = "mc23.some"
  loop scan {
    param m: float = 0.5
    task sim { exec = "sim {m}" outputs = ["x.json"] n_jobs = 20 }
    task reco { exec = "reco {sim.outputs[0]}" outputs = ["y.json"] n_files_per_job = 10 }
    learn fit { exec = "python fit.py READ" result "fit.json" { m: float } after reco }
    repeat at most 3 times
  }
}
"""
#: The shape of the public search for a dark Z: five tasks, each of which splits anew.
DARK_Z = """
workflow dark_z {
  dataset = "user.me.zdark"
  loop scan {
    param mzd: float = 30
    task evgen {
      exec = "evgen %MAXEVENTS %RNDM:100 {mzd}" outputs = ["e.root"] n_events = 10_000 n_jobs = 10
    }
    task simul { exec = "sim {evgen.outputs[0]}" outputs = ["h.root"] n_events_per_job = 1000 }
    task reco { exec = "reco {simul.outputs[0]}" outputs = ["r.root"] n_files_per_job = 7 }
    task deriv { exec = "deriv {reco.outputs[0]}" outputs = ["d.root"] }
    task limit { exec = "limit {deriv.outputs[0]}" outputs = ["l.tar"] n_files_per_job = 2 }
    learn fit { exec = "python fit.py {limit.outputs[0]} {mzd}" result "f.json" { mzd: float } }
    repeat at most 4 times
  }
}
"""


@pytest.mark.parametrize("files", [1, 2, 3, 20, 2999])
def test_behind_a_task_that_splits_anew(files: int) -> None:
    text = CHAIN.replace("READ", "{reco.outputs[0]}")
    fit = learner(text, "chain", {"IN": files}, {"user.me.w.reco.": files})
    assert not not_one_job([fit], SITES) if files < 2999 else not not_one_job([fit], (1, 10))


def test_the_sites_make_the_middle_task_leave_more_files_than_it_would_at_one() -> None:
    compilation = alw.compile_text(CHAIN.replace("READ", "{reco.outputs[0]}"))
    (workflow,) = compilation.workflows.values()
    container = "user.me.w.sim.___idds___num_run____x.json"
    reco = workflow.tasks["reco"]
    answers = split_all(
        [SplitCase(reco, 0, 1, contents={container: cut(20, sites)}) for sites in (1, 3)]
    )
    numbers = [len(a.files_of_jobs) for a in answers if not isinstance(a, Refused)]
    assert numbers == [2, 3]


def test_a_chain_of_five_tasks() -> None:
    counts = [1, 2, 3, 10, 57, 400]
    learners = [
        learner(DARK_Z, f"{count} files", {"IN": count}, {"user.me.zdark.limit.": count})
        for count in counts
    ]
    assert not not_one_job(learners, SITES)


@pytest.mark.parametrize(
    ("read", "wanted"),
    [
        ("{data}", {"IN": 12}),
        ("{data} {sim.outputs[0]}", {"IN": 12, "IN2": 20}),
        ("{sim.outputs[0]} {data}", {"IN": 20, "IN2": 12}),
        ("{reco.outputs[0]} {data} {sim.outputs[0]}", {"IN": 3, "IN2": 12, "IN3": 20}),
        ("{sim.outputs[0]} {data} {data}", {"IN": 20, "IN2": 12}),
    ],
)
def test_several_datasets_of_any_number_of_files(read: str, wanted: dict[str, int]) -> None:
    files = {"mc23.some": 12, "user.me.w.sim.": 20, "user.me.w.reco.": 3}
    fit = learner(CHAIN.replace("READ", read), read, wanted, files)
    assert not not_one_job([fit], SITES)


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("sim.outputs[0]", 20),
        ('"{sim.outputs[0]}"', 20),
        ("[reco.outputs[0]]", 3),
        ("[sim.outputs[0], reco.outputs[0]]", 23),
        ('"{sim.outputs[0]},{reco.outputs[0]}"', 23),
        ("data", 12),
        ("[data, sim.outputs[0]]", 32),
        ('["mc23.some", "mc23:mc23.more"]', 17),
        ('"mc23.some, mc23.more"', 17),
        ('"mc23.{k}"', 8),
        ('["mc23.{k}", "mc23.{iteration}x", reco.outputs[0], data]', 24),
    ],
)
def test_what_a_learner_names(written: str, files: int) -> None:
    text = CHAIN.replace("READ", f'%IN" in_ds = {written} interpreter = "python')
    text = text.replace("param m", 'param k: string of "a-z" = "x" param m')
    text = text.replace("{ m: float }", '{ m: float, k: string of "a-z" }')
    there = {
        "mc23.some": 12,
        "mc23.more": 5,
        "mc23.___idds___user_k___": 8,
        "mc23.___idds___num_run___x": 1,
        "user.me.w.sim.": 20,
        "user.me.w.reco.": 3,
    }
    assert not not_one_job([learner(text, written, {"IN": files}, there)], SITES)


def test_external_datasets_with_commas_and_scopes() -> None:
    files = {"mc23.some": 12, "mc23.more": 5, "data.x": 1, "user.me.w.sim.": 20}
    text = CHAIN.replace('"mc23.some"', '"mc23:mc23.some,mc23:mc23.more,data.x"')
    learners = [
        learner(text.replace("READ", read), read, wanted, files)
        for read, wanted in (
            ("{data}", {"IN": 18}),
            ("{sim.outputs[0]} {data}", {"IN": 20, "IN2": 18}),
            ("{data} {sim.outputs[0]}", {"IN": 18, "IN2": 20}),
        )
    ]
    assert not not_one_job(learners, SITES)


def test_the_size_of_the_files_does_not_matter() -> None:
    text = LEARNER.replace("READING", READING["two streams"][0]).replace("OPTION", "")
    fit = learner(text, "large files", READING["two streams"][1], FILES)
    case = SplitCase(
        fit.task_map, 0, 5 << 30, contents={name: cut(n, 3) for name, n in fit.files.items()}
    )
    (answer,) = split_all([case])
    assert not isinstance(answer, Refused)
    assert answer.files_of_jobs == (27,)


def combinations() -> list[tuple[str, str, str]]:
    """An option's name, a value of it, and how the learner reads."""
    return [
        (option.snake, value, how)
        for option in prun_options().values()
        # PanDA takes no task with a label of one's own, learner or not; whoever names the files
        # to read does not read every one
        if option.name not in ("prodSourceLabel", "match", "antiMatch")
        for value in values(option)
        for how in READING
    ]


def with_option(name: str, value: str, how: str) -> str:
    return LEARNER.replace("READING", READING[how][0]).replace("OPTION", f"{name} = {value}")


def test_whatever_options_it_has() -> None:
    tried = combinations()
    if not WHOLE:
        tried = random.Random(os.environ.get("ALW_SEED", "one job")).sample(tried, 150)
    learners = [
        learner(text, f"{name} = {value}, {how}", READING[how][1], FILES)
        for name, value, how in tried
        for text in (with_option(name, value, how),)
        if alw.compile_text(text).ok
    ]
    assert len(learners) > len(tried) / 3
    assert not not_one_job(learners, range(1, 6) if WHOLE else (1, 3))


@pytest.mark.parametrize("how", READING)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_jobs", "1"),
        ("split", "1"),
        ("n_files", "20"),
        ("n_events", "5"),
        ("n_events_per_job", "5"),
        ("n_gb_per_job", '"5"'),
        ("max_n_files_per_job", "10"),
        ("max_n_files_per_job", "5000"),
        ("n_files_per_job", "5"),
        ("n_files_per_job", "0"),
        ("n_files_per_job", "-1"),
        ("n_skip_files", "1"),
        ("respect_lb", "true"),
        ("add_nth_field_of_in_file_to_lfn", '"5"'),
        ("merge_output", "true"),
        ("secondary_dss", '"IN3:3:user.me.y"'),
        ("secondary_dss", "sim.outputs[0]"),
        ("reusable_secondary", '"IN2"'),
        ("skip_files_used_by", '"123"'),
        ("parent_task_id", "123"),
    ],
)
def test_what_would_split_it_is_refused(name: str, value: str, how: str) -> None:
    compilation = alw.compile_text(with_option(name, value, how))
    (diagnostic,) = compilation.diagnostics
    assert diagnostic.rule.code in ("ALW309", "ALW402", "ALW403")
    assert not compilation.ok


def test_the_test_sees_a_second_job_and_files_that_nobody_reads() -> None:
    """What the options did that alw gave before: a number that was thought to be known."""
    good = learner(with_option("verbose", "false", "two streams"), "", {"IN": 20, "IN2": 7}, FILES)
    maps: list[dict[str, Any]] = [copy.deepcopy(dict(good.task_map)) for _ in range(3)]
    few, exact, expanded = maps
    few["nFilesPerJob"] = 2
    for item in exact["jobParameters"]:
        if item.pop("attributes", None):
            item["nFilesPerJob"] = 5
    for item in expanded["jobParameters"]:
        if item.get("param_type") == "input":
            item["expand"] = True
    learners = [Learner("", m, good.wanted, good.files) for m in (few, exact, expanded)]
    assert len(not_one_job(learners, [3])) == 3


LINE = """
workflow w {
  dataset = "user.me.w"
  loop scan {
    param m: float = 0.5
    task sim { exec = "sim {m}" outputs = ["NAME"] n_jobs = FIRST }
    task other { exec = "sim {m}" outputs = ["y.json"] n_jobs = 10 }
    learn fit {
      exec = "python fit.py COMMAND"
      result "fit.json" { m: float }
      after sim, other
    }
    repeat at most 3 times
  }
}
"""


def most_that_compile(name: str, command: str) -> int:
    """The largest number of files that a learner may read."""
    fewest, most = 1, 10_000
    while most - fewest > 1:
        middle = (fewest + most) // 2
        text = LINE.replace("NAME", name).replace("COMMAND", command)
        if alw.compile_text(text.replace("FIRST", str(middle))).ok:
            fewest = middle
        else:
            most = middle
    return fewest


@pytest.mark.parametrize("name", ["a.json", "a_rather_long_name_of_an_output_file.of.the.job.json"])
@pytest.mark.parametrize(
    "command",
    [
        "{sim.outputs[0]}",
        "{sim.outputs[0]} {sim.outputs[0]}",
        "{sim.outputs[0]} {other.outputs[0]}",
        "{other.outputs[0]} {sim.outputs[0]}",
        '%IN" in_ds = "{other.outputs[0]},{sim.outputs[0]}',
    ],
)
def test_what_compiles_fits_on_a_command_line(name: str, command: str) -> None:
    """The line is put together as JEDI does, and passed to a process as the pilot does."""
    most = most_that_compile(name, command)
    text = LINE.replace("NAME", name).replace("COMMAND", command).replace("FIRST", str(most))
    (workflow,) = alw.compile_text(text).workflows.values()
    (refined,) = refine([workflow.tasks["fit"]])
    assert isinstance(refined, Refined)

    def names(output: str, files: int) -> list[str]:
        return [f"user.me.123456789._{number:06d}.{output}" for number in range(1, files + 1)]

    files = {"sim": names(name, most), "other": names("y.json", 10)}
    line = refined.job_parameters
    script = unquote(line.partition('-p "')[2].partition('"')[0])
    streams = _streams(workflow.tasks["fit"], files)
    for stream, read in reversed(streams.items()):
        line = line.replace(f"${{{stream}/T}}", str(read))
        script = script.replace(f"%{stream}", ",".join(read))
    assert "/T}" not in line
    for argument in (line, script):
        subprocess.run(["/bin/true", argument], check=True)
    assert len(line) > 90_000 or len(script) > 90_000  # and hardly more would


def _streams(task_map: Mapping[str, Any], files: Mapping[str, list[str]]) -> dict[str, list[str]]:
    found = {}
    for item in task_map["jobParameters"]:
        if item.get("param_type") == "input":
            stream = item["value"].partition("${")[2].partition("}")[0].partition("/")[0]
            datasets = item["dataset"].split(",")
            found[stream] = [n for d in datasets for n in files[d.split(".")[3]]]
    return found


def test_a_process_takes_no_longer_argument() -> None:
    for length, fits in ((LONGEST, True), (LONGEST + 1, False)):
        try:
            subprocess.run(["/bin/true", "x" * length], check=True)
        except OSError:
            assert not fits
        else:
            assert fits
