"""The JEDI oracle on prun's own maps: what PanDA makes of a task, and how it cuts it into jobs."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from tests.oracles.jedi.oracle import (
    Refined,
    Refused,
    Site,
    Split,
    SplitCase,
    count_jobs,
    refine,
    split_all,
)
from tests.oracles.jedi.prun import prun_maps

MB = 1 << 20
GB = 1 << 30
REQUIRED = (
    "taskName", "vo", "prodSourceLabel", "architecture", "transUses", "transHome",
    "processingType", "jobParameters",
)  # fmt: skip

READER = [
    "--exec", "python learn.py %IN", "--outDS", "user.w.al.2", "--outputs", "answer.json",
    "--inDS", "user.w.al.1_output.json/", "--noBuild",
]  # fmt: skip
ALL_IN_ONE = ["--nFilesPerJob", "10000", "--maxNFilesPerJob", "10000"]
COMMANDS = {
    "simulate": [
        "--exec", "echo 1 > output.json", "--outDS", "user.w.al.1", "--outputs", "output.json",
        "--nJobs", "10", "--noBuild",
    ],
    "read": READER,
    "container": [*READER, "--containerImage", "docker://atlas/analysisbase:24.2"],
    "secondary": [
        *READER, "--secondaryDSs", "HIST:5:user.w.history/", "--notExpandSecDSs",
    ],
    "200 a job": [*READER, "--nFilesPerJob", "500"],
    "one job a dataset": [*READER, *ALL_IN_ONE],
    "one job": [*READER, *ALL_IN_ONE, "--notExpandInDS"],
    "many files": [*READER, "--maxNFilesPerJob", "10000"],
    "largest": [*READER, "--nGBPerJob", "MAX"],
    "10 GB a job": [*READER, "--nGBPerJob", "10"],
    "nJobs": [*READER, "--nJobs", "1"],
    "nJobs of 200": [*READER, "--nJobs", "1", "--nFilesPerJob", "200"],
}  # fmt: skip


@pytest.fixture(scope="module")
def maps() -> dict[str, dict[str, Any]]:
    return dict(zip(COMMANDS, prun_maps(list(COMMANDS.values())), strict=True))


@pytest.fixture(scope="module")
def refined(maps: Mapping[str, dict[str, Any]]) -> dict[str, Refined]:
    outcomes = refine(list(maps.values()))
    assert all(isinstance(outcome, Refined) for outcome in outcomes), outcomes
    return {name: o for name, o in zip(maps, outcomes, strict=True) if isinstance(o, Refined)}


def without(task_map: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in task_map.items() if name != key}


def sole_job(task_map: Mapping[str, Any]) -> dict[str, Any]:
    """A task without input of one job, to which the container is given as a whole."""
    changed = copy.deepcopy(without(without(task_map, "nMaxFilesPerJob"), "dsForIN"))
    changed.update(noInput=True, nEvents=1, nEventsPerJob=1)
    for item in changed["jobParameters"]:
        if item.get("param_type") == "input":
            item.pop("expand", None)
            item["attributes"] = "repeat,nosplit"
    return changed


def jobs(answer: Split | Refused) -> list[int]:
    assert isinstance(answer, Split), answer
    return list(answer.files_of_jobs)


def test_a_task_without_input(refined: Mapping[str, Refined]) -> None:
    task = refined["simulate"]
    assert task.task_name == "user.w.al.1/"
    assert task.input_datasets == ()
    assert task.output_datasets == ("user.w.al.1_output.json/",)
    assert task.log_dataset == "user.w.al.1.log/"
    assert task.output_templates == ("user.w.$JEDITASKID._${SN/P}.output.json",)
    assert task.processing_type.endswith("-jedi-run")
    assert task.transformation.endswith("/trf/user/runGen-00-00-02")
    assert '-p "echo%201%20%3E%20output.json"' in task.job_parameters
    assert (task.split.total_events, task.split.events_per_job) == (10, 1)


def test_the_next_task_reads_the_output(refined: Mapping[str, Refined]) -> None:
    task = refined["read"]
    assert task.input_datasets == refined["simulate"].output_datasets
    assert task.master_datasets == task.input_datasets
    assert '-i "${IN/T}"' in task.job_parameters
    assert "learn.py%20%25IN" in task.job_parameters
    assert task.split.max_files_per_job == 200
    assert task.split.files_per_job is None
    assert task.split.uses_scouts
    assert task.split.respects_split_rule


def test_secondaries_follow_the_master(refined: Mapping[str, Refined]) -> None:
    task = refined["secondary"]
    assert task.master_datasets == ("user.w.al.1_output.json/",)
    assert task.input_datasets == ("user.w.al.1_output.json/", "user.w.history/")


def test_a_container_image(refined: Mapping[str, Refined]) -> None:
    task = refined["container"]
    assert task.container_image == "docker://atlas/analysisbase:24.2"
    # prun 2.2.0 has the image run by ALRB: never "cont", which would mean runcontainer.
    assert task.processing_type.endswith("-jedi-run")
    assert task.transformation.endswith("/runGen-00-00-02")
    assert "multiStepExec=1" in task.split.raw


def test_a_map_without_a_required_key_is_refused(maps: Mapping[str, dict[str, Any]]) -> None:
    outcomes = refine([without(maps["read"], key) for key in REQUIRED])
    for key, outcome in zip(REQUIRED, outcomes, strict=True):
        assert isinstance(outcome, Refused), key
        assert key in outcome.reason
        assert outcome.task_name == (None if key == "taskName" else "user.w.al.2/")


def test_names_that_the_server_checks(maps: Mapping[str, dict[str, Any]]) -> None:
    def renamed(dataset: str) -> dict[str, Any]:
        changed = copy.deepcopy(maps["simulate"])
        for item in changed["jobParameters"]:
            if item.get("param_type") == "output":
                item["dataset"] = dataset
        return changed

    good = "user.w." + "x" * 249
    names = [good, good + "x", "user.w.a b", ".user.w", "user.w.a:b"]
    kinds = [type(outcome) for outcome in refine([renamed(name) for name in names])]
    assert kinds == [Refined, Refused, Refused, Refused, Refused]


def test_other_refusals(maps: Mapping[str, dict[str, Any]]) -> None:
    read = maps["read"]
    untyped = copy.deepcopy(read)
    del untyped["jobParameters"][0]["type"]
    bad = [{**read, "workingGroup": "g" * 33}, untyped]
    long_group, without_type = refine(bad)
    assert isinstance(long_group, Refused)
    assert "workingGroup is too long" in long_group.reason
    assert isinstance(without_type, Refused)
    assert "KeyError:'type'" in without_type.reason


def test_ten_jobs_without_input(maps: Mapping[str, dict[str, Any]]) -> None:
    assert count_jobs(maps["simulate"], 0, 0) == [0] * 10


@pytest.mark.parametrize(
    ("name", "files", "size", "expected"),
    [
        ("read", 200, MB, [200]),
        ("read", 201, MB, [200, 1]),
        ("read", 10, 5 * GB, [2] * 5),
        ("200 a job", 500, MB, [200, 200, 100]),
        ("200 a job", 10, 5 * GB, [10]),
        ("many files", 500, MB, [500]),
        ("many files", 1001, MB, [1000, 1]),
        ("many files", 10, 5 * GB, [2] * 5),
        ("largest", 500, MB, [200, 200, 100]),
        ("10 GB a job", 10, 5 * GB, [1] * 10),
        ("nJobs", 500, MB, [200, 200, 100]),
        ("nJobs of 200", 500, MB, [200]),
        ("one job", 5000, MB, [5000]),
        ("one job", 5001, MB, [5000, 1]),
    ],
)
def test_how_a_dataset_is_cut(
    maps: Mapping[str, dict[str, Any]], name: str, files: int, size: int, expected: list[int]
) -> None:
    assert count_jobs(maps[name], files, size) == expected


def test_one_job_sees_every_file(maps: Mapping[str, dict[str, Any]]) -> None:
    """Whatever the size, the site and the number of datasets in the container."""
    sole = sole_job(maps["read"])
    sizes = [(1, MB), (10, MB), (200, MB), (500, MB), (5000, MB), (1, 5 * GB), (500, 5 * GB)]
    cases = [
        SplitCase(task_map, files, size, datasets, Site(direct_io=direct))
        for task_map in (maps["one job"], sole)
        for files, size in sizes
        for datasets in (1, 3)
        for direct in (False, True)
    ]
    for case, answer in zip(cases, split_all(cases), strict=True):
        assert jobs(answer) == [case.n_files], case


def test_the_sole_job_takes_ten_thousand_files(maps: Mapping[str, dict[str, Any]]) -> None:
    sole = sole_job(maps["read"])
    assert count_jobs(sole, 10000, MB) == [10000]
    assert count_jobs(sole, 10001, MB) == [10000]  # the server reads no more of a secondary


def test_expanded_datasets_are_cut_apart(maps: Mapping[str, dict[str, Any]]) -> None:
    """prun expands a container by default: a learner then runs once for each site of its input."""
    assert count_jobs(maps["one job a dataset"], 9, MB, datasets=3) == [3, 3, 3]
    assert count_jobs(maps["read"], 9, MB, datasets=3) == [3, 3, 3]


A, B = "user.w.a_o.json", "user.w.b_o.json"
TWO = [
    "--exec", "python learn.py %IN %IN2", "--outDS", "user.w.al.2", "--outputs", "answer.json",
    "--noBuild", "--nFilesPerJob", "5000", "--maxNFilesPerJob", "5000", "--notExpandInDS",
    "--notExpandSecDSs",
]  # fmt: skip


def cut(files: int, sites: int) -> list[int]:
    """Files in the datasets of a container whose task ran at so many sites."""
    sites = min(files, sites)
    return [files // sites + (site < files % sites) for site in range(sites)]


def unsplit(task_map: Mapping[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(task_map))
    for item in changed["jobParameters"]:
        if item.get("value") == "${IN2}":
            item["attributes"] = "repeat,nosplit"
    return changed


def test_several_inputs_are_gathered_in_one_dataset() -> None:
    (listed,) = prun_maps([[*TWO, "--inDS", f"{A}/,{B}/"]])
    cases = [
        SplitCase(listed, 0, MB, contents={A: cut(a, sites), B: cut(b, sites)})
        for sites in (1, 2, 7)
        for a, b in ((1, 1), (1, 9), (9, 1), (20, 3), (1500, 1500))
    ]
    for case, answer in zip(cases, split_all(cases), strict=True):
        files = sum(map(sum, case.contents.values()))
        assert isinstance(answer, Split)
        assert answer.streams_of_jobs == ({"IN": files},)


def test_a_wildcard_is_a_job_for_each_container() -> None:
    """``consolidate`` is for lists only (TaskRefinerBase.py:586), and JEDI looks names up."""
    (wild,) = prun_maps([[*TWO, "--inDS", "user.w.*"]])
    (answer,) = split_all([SplitCase(wild, 0, MB, contents={A: [3, 2], B: [4]})])
    assert jobs(answer) == [5, 4]


@pytest.mark.parametrize(
    ("each", "read", "records"),
    [
        (0, 5, 5),  # one for each file of the first stream
        (3, 3, 3),
        (7, 7, 7),
        (10, 7, 10),  # three of them are there twice
    ],
)
def test_a_secondary_is_read_as_often_as_asked(each: int, read: int, records: int) -> None:
    (task_map,) = prun_maps([[*TWO, "--inDS", f"{A}/", "--secondaryDSs", f"IN2:{each}:{B}/"]])
    (answer,) = split_all([SplitCase(task_map, 0, MB, contents={A: [5], B: [7]})])
    assert isinstance(answer, Split)
    assert answer.files_of_jobs == (5 + records,)
    assert answer.streams_of_jobs == ({"IN": 5, "IN2": read},)


def test_an_unsplit_secondary_is_read_as_a_whole() -> None:
    (task_map,) = prun_maps([[*TWO, "--inDS", f"{A}/", "--secondaryDSs", f"IN2:0:{B}/"]])
    cases = [
        SplitCase(unsplit(task_map), 0, MB, contents={A: cut(a, sites), B: cut(b, sites)})
        for sites in (1, 2, 7)
        for a, b in ((1, 1), (1, 9), (9, 1), (12, 300), (300, 12))
    ]
    for case, answer in zip(cases, split_all(cases), strict=True):
        first, second = (sum(counts) for counts in case.contents.values())
        assert isinstance(answer, Split)
        assert answer.files_of_jobs == (first + second,)
        assert answer.streams_of_jobs == ({"IN": first, "IN2": second},)


def test_scratch_space_is_asked_for_the_whole_job(maps: Mapping[str, dict[str, Any]]) -> None:
    cases = [
        SplitCase(maps["one job"], 10, 5 * GB),
        SplitCase(maps["one job"], 10, 5 * GB, site=Site(direct_io=True)),
        SplitCase(maps["read"], 10, 5 * GB),
    ]
    needed = [a.scratch_megabytes_needed for a in split_all(cases) if isinstance(a, Split)]
    assert needed == [76500, 25300, 7920]


def test_events_that_the_catalogue_knows(maps: Mapping[str, dict[str, Any]]) -> None:
    by_event = {**maps["read"], "nEventsPerJob": 150, "useRealNumEvents": True}
    (answer,) = split_all([SplitCase(by_event, 3, MB, events_per_file=100)])
    assert jobs(answer) == [2, 2]  # events 0 to 149, then 50 to 99 of the second with the third


def test_files_that_are_chosen(maps: Mapping[str, dict[str, Any]]) -> None:
    chosen = copy.deepcopy(maps["one job"])
    for item in chosen["jobParameters"]:
        if item.get("param_type") == "input":
            item["include"] = "_00000[2-4]"
    (answer,) = split_all([SplitCase(chosen, 10, MB)])
    assert jobs(answer) == [3]
    (refused,) = split_all([SplitCase(chosen, 2, MB)])
    assert isinstance(refused, Refused)
    assert "all files are excluded" in refused.reason


def test_nothing_to_ask() -> None:
    assert refine([]) == []
    assert split_all([]) == []
