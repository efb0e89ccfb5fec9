"""What a task reads: datasets and outputs, one or several, with values that only the grid knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import alw
from tests.engine.one_job import cut
from tests.engine.programs import compiled
from tests.oracles.clerk import Submission, run
from tests.oracles.jedi.model import Refined
from tests.oracles.jedi.oracle import Split, SplitCase, refine, split_all

PROGRAM = """
workflow w {
  dataset = "user.me.w"
  input data: dataset = "mc23.some"
  input two: string = "mc23.p,mc23.q"
  loop scan {
    param k: string of "a-z0-9" = "first"
    param n: int = 7
    param fast: bool = true
    task a { exec = "a {n}" outputs = ["x.root", "y.root"] n_jobs = 6 }
    task b { exec = "b {n}" outputs = ["x.root"] n_jobs = 4 }
    task t { exec = "merge %IN" in_ds = IN outputs = ["m.root"] n_files_per_job = 2 }
    learn fit {
      exec = "python fit.py {t.outputs[0]}"
      result "r.json" { k: string of "a-z0-9", n: int, fast: bool }
      after a, b
    }
    repeat at most 3 times
  }
}
"""
A0, A1, B0 = "user.me.w.a.2_x.root/", "user.me.w.a.2_y.root/", "user.me.w.b.2_x.root/"

#: What is written, what PanDA is told in the second iteration, and the tasks that are waited for.
ACCEPTED = [
    ("a.outputs[0]", [A0], {"a"}),
    ('"{a.outputs[0]}"', [A0], {"a"}),
    ("[a.outputs[1]]", [A1], {"a"}),
    ("[a.outputs[0], b.outputs[0]]", [A0, B0], {"a", "b"}),
    ("[a.outputs[0], a.outputs[1]]", [A0, A1], {"a"}),
    ('"{a.outputs[0]},{b.outputs[0]}"', [A0, B0], {"a", "b"}),
    ('["{a.outputs[0]} , {b.outputs[0]}"]', [A0, B0], {"a", "b"}),
    ('["a.1", "b.2"]', ["a.1", "b.2"], set()),
    ('"a.1,b.2"', ["a.1", "b.2"], set()),
    ('"a.1, b.2"', ["a.1", "b.2"], set()),
    ('["a.1,b.2", "c.3/"]', ["a.1", "b.2", "c.3/"], set()),
    ('["a.1", a.outputs[0], data]', ["a.1", A0, "mc23.some"], {"a"}),
    ("data", ["mc23.some"], set()),
    ("two", ["mc23.p", "mc23.q"], set()),
    ('"{data}"', ["mc23.some"], set()),
    ('"{two}"', ["mc23.p", "mc23.q"], set()),
    ('[data, two, "x.{data}"]', ["mc23.some", "mc23.p", "mc23.q", "x.mc23.some"], set()),
    ('"mc23.*.x"', ["mc23.*.x"], set()),
    ('["mc23.*", b.outputs[0]]', ["mc23.*", B0], {"b"}),
    ('"mc23:mc23.some"', ["mc23:mc23.some"], set()),
    ('"data.{k}"', ["data.second"], set()),
    ('"data:{k}.x"', ["data:second.x"], set()),
    ('"data.{n}.{fast}_{k}"', ["data.8.False_second"], set()),
    ('"data.{iteration}"', ["data.2"], set()),
    ('["user.you.{k}", b.outputs[0]]', ["user.you.second", B0], {"b"}),
]
REFUSED = [
    ("[]", "ALW402", "names no dataset"),
    ("5", "ALW402", "takes dataset names, not int"),
    ("true", "ALW402", "not bool"),
    ("n", "ALW402", "not int"),
    ('["a.1", 5]', "ALW402", "not int"),
    ('["a.1", ["b.2"]]', "ALW402", "not list"),
    ('""', "ALW315", "an empty dataset name"),
    ('"a.1,,b.2"', "ALW315", "an empty dataset name"),
    ('["a.1", ""]', "ALW315", "an empty dataset name"),
    ('"a 1"', "ALW315", "not a dataset name"),
    ('"a\\n"', "ALW315", "not a dataset name"),
    ('"a;b"', "ALW315", "not a dataset name"),
    ('"{a.outputs[0]}x"', "ALW315", "the whole name"),
    ('"x{a.outputs[0]}"', "ALW315", "the whole name"),
    ('"{a.outputs[0]}{b.outputs[0]}"', "ALW315", "the whole name"),
    ('"{a.outputs[0]} {b.outputs[0]}"', "ALW315", "the whole name"),
    ('["a.1", "a.1"]', "ALW315", "twice"),
    ('["a.1", "a.1/"]', "ALW315", "twice"),
    ('["a.1", "a:a.1"]', "ALW315", "twice"),
    ("[a.outputs[0], a.outputs[0]]", "ALW315", "twice"),
    ('"x.{two}"', "ALW216", "more than a part"),
    ('"{k}.data"', "ALW209", "scope"),
    ('"user.{k}.data"', "ALW209", "scope"),
    ('"d.{n + 1}"', "ALW209", "does not compute"),
]


def program(written: str) -> str:
    return PROGRAM.replace("IN outputs", f"{written} outputs")


def submissions(workflow: alw.CompiledWorkflow) -> dict[str, Submission]:
    """What iDDS submits in the second iteration, by task."""

    def learner(submission: Submission) -> dict[str, object]:
        number = submission.run
        return {"k": "second", "n": 7 + number, "fast": False, "to_continue": number < 2}

    trace = run(workflow.workflow, learner)
    assert trace.finished
    return {name.split(".")[3]: s for s in trace.runs()[1] for name in [s.name]}


def inputs(task_map: Mapping[str, Any]) -> list[str]:
    (item,) = (i for i in task_map["jobParameters"] if i.get("param_type") == "input")
    assert task_map["dsForIN"] == item["dataset"]
    found: list[str] = item["dataset"].split(",")
    return found


@pytest.mark.parametrize(("written", "names", "awaited"), ACCEPTED)
def test_what_is_named_is_what_panda_is_told(
    written: str, names: list[str], awaited: set[str]
) -> None:
    task_map = submissions(compiled(program(written)))["t"].task_map
    assert inputs(task_map) == names
    assert "___" not in repr(task_map)


def test_jedi_takes_what_is_submitted() -> None:
    programs = [compiled(program(written)) for written, _, _ in ACCEPTED]
    answers = refine([submissions(workflow)["t"].task_map for workflow in programs])
    assert all(isinstance(answer, Refined) for answer in answers), answers


@pytest.mark.parametrize(("written", "names", "awaited"), ACCEPTED)
def test_a_task_waits_for_what_it_names(written: str, names: list[str], awaited: set[str]) -> None:
    workflow = compiled(program(written))
    template = workflow.workflow["attributes"]["template"]["attributes"]
    works = template["_works"]
    task = {work["attributes"]["task_name"].split(".")[3]: key for key, work in works.items()}
    waits = {
        method["idds_method_internal_id"]
        for condition in template["conditions"].values()
        if task["t"] in condition["attributes"]["_true_works"]
        for method in condition["attributes"]["_conditions"]
    }
    assert waits == {task[name] for name in awaited}


@pytest.mark.parametrize(("written", "names", "awaited"), ACCEPTED)
def test_each_dataset_is_a_collection_of_its_own(
    written: str, names: list[str], awaited: set[str]
) -> None:
    submitted = submissions(compiled(program(written)))["t"]
    assert {name.rstrip("/").rpartition(":")[2] for name in names} <= set(submitted.collections)


@pytest.mark.parametrize(
    ("name", "scope"),
    [("data.{k}", "data"), ("user.you.{k}", "user.you"), ("mc23:x.{k}", "mc23"), ("a.b", "a")],
)
def test_the_scope_of_a_collection_is_known_before_submission(name: str, scope: str) -> None:
    workflow = compiled(program(f'"{name}"'))
    works = workflow.workflow["attributes"]["template"]["attributes"]["_works"].values()
    (work,) = (w["attributes"] for w in works if ".t." in w["attributes"]["task_name"])
    first = work["_collections"][work["_primary_input_collection"]]["attributes"]
    assert first["scope"] == scope


@pytest.mark.parametrize(("written", "code", "message"), REFUSED)
def test_what_cannot_be_read_is_said(written: str, code: str, message: str) -> None:
    compilation = alw.compile_text(program(written))
    assert not compilation.ok
    (diagnostic,) = [d for d in compilation.diagnostics if d.severity == "error"]
    assert diagnostic.code == code
    assert message in diagnostic.message


@pytest.mark.parametrize("sites", [1, 3, 7])
def test_merging_reads_every_file_once(sites: int) -> None:
    workflow = compiled(program("[a.outputs[0], b.outputs[0]]"))
    names = [f"user.me.w.{task}.___idds___num_run____x.root" for task in "ab"]
    contents = {name: cut(files, sites) for name, files in zip(names, (6, 4), strict=True)}
    (answer,) = split_all([SplitCase(workflow.tasks["t"], 0, 1, contents=contents)])
    assert isinstance(answer, Split)
    assert sum(answer.files_of_jobs) == 10
    assert max(answer.files_of_jobs) == 2 if sites == 1 else 1
    assert len(answer.files_of_jobs) == sum(-(-n // 2) for c in contents.values() for n in c)


def test_a_task_after_the_loop_reads_by_the_last_value() -> None:
    text = program("data").replace(
        "at most 3 times\n  }",
        "at most 3 times\n  }\n"
        '  task last { exec = "last %IN" in_ds = ["d.{scan.k}", fit.outputs[0]] }',
    )
    trace = run(
        compiled(text).workflow,
        lambda s: {"k": f"k{s.run}", "n": 1, "fast": True, "to_continue": s.run < 3},
    )
    assert trace.finished
    last = trace.submissions[-1]
    assert inputs(last.task_map) == ["d.k3", "user.me.w.fit.3_r.json/"]
