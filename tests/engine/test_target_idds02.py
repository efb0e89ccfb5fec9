"""The target ``idds-0.2`` on the agents of iDDS 0.2.1: from one source, two engines."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.engine.stored import compiled, stored_map
from tests.oracles.idds02.oracle import Recipe, Run, Submission, Trace, run_all, serialise

Json = dict[str, Any]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
POINTS: list[Json] = [
    {"m1": 0.61, "m2": 0.4, "nevents": 300},
    {"m1": 0.7, "m2": 0.35, "nevents": 400},
    {"m1": 0.75, "m2": 0.3, "nevents": 250},
]
SEED = [
    "--exec", "python simplescript.py 0.5 0.5 200 output.json",
    "--outDS", "user.wguan.altest1234", "--outputs", "output.json", "--nJobs=10",
]  # fmt: skip
ARCHIVE = "sources.0ca6a2fb-4ad0-42d0-979d-aa7c284f1ff7.tar.gz"


def _run(workflow: alw.CompiledWorkflow) -> Trace:
    outputs = [json.dumps(point) for point in POINTS]
    (trace,) = run_all([Run(json.loads(json.dumps(workflow.workflow)), [*outputs, "{}"])])
    return trace


@pytest.fixture(scope="module")
def seed_map() -> Json:
    made = stored_map(SEED)
    made["buildSpec"]["archiveName"] = ARCHIVE
    return made


@pytest.fixture(scope="module")
def sample() -> alw.CompiledWorkflow:
    result = alw.compile(SAMPLES / "active_learning.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    return result.workflows["altest"]


@pytest.fixture(scope="module")
def trace(sample: alw.CompiledWorkflow) -> Trace:
    return _run(sample)


def _tasks(trace: Trace) -> list[Submission]:
    return [s for s in trace.submissions if s.kind == "ATLASPandaWork"]


def test_the_sample_runs_four_iterations_with_every_value(trace: Trace) -> None:
    first = {"m1": 0.5, "m2": 0.5, "nevents": 200}
    commands = [submission.command for submission in _tasks(trace)]
    assert len(commands) == 4
    for command, point in zip(commands, [first, *POINTS], strict=True):
        values = f"{point['m1']} {point['m2']} {point['nevents']}"
        assert f"--exec 'python simplescript.py {values} output.json'" in command
    assert not any(submission.errors for submission in trace.submissions)


def test_names_differ_in_every_iteration(trace: Trace) -> None:
    names = [s.task_map["taskName"] for s in _tasks(trace) if s.task_map]
    assert names == [f"user.wguan.altest1234.simulate_{n}/" for n in (0, 2, 4, 6)]


def test_it_is_said_what_the_release_does_otherwise(trace: Trace) -> None:
    """What the warnings warn of is what happens."""
    result = alw.compile(SAMPLES / "active_learning.alw", target="idds-0.2")
    said = " ".join(d.message for d in result.diagnostics)
    assert {d.code for d in result.diagnostics} == {"ALW702"}
    assert "never see" in said
    assert all("%7Bm1%7D" in s.job_command for s in _tasks(trace))
    assert "first iteration" in said
    learners = [s for s in trace.submissions if s.kind == "ATLASActuatorWork"]
    read = {dataset for s in learners for dataset in s.downloads}
    assert read == {"user.wguan:user.wguan.altest1234.simulate_0_output.json"}
    assert "keeps its first" in said
    assert len({s.command for s in learners}) == 1
    assert "original_work" in said


def test_the_released_server_starts_nothing_but_the_first_work(
    sample: alw.CompiledWorkflow,
) -> None:
    (trace,) = run_all([Run(json.loads(json.dumps(sample.workflow)), ["{}"], repaired=False)])
    assert [s.kind for s in trace.submissions] == ["ATLASPandaWork"]


# The learner's job

PROGRAM = """workflow w {{
  dataset = "user.me.w"
  loop scan {{
    param m1: float = 0.5
    task simulate {{ exec = "run {{m1}}" outputs = ["o.json"] n_jobs = 2 }}
    learn decide {{
      exec = "{command}"
      result "next.json" {{ m1: float, n: int }}
    }}
    repeat while decide.n > 0 at most 3 times
  }}
}}
"""


def _job(tmp_path: Path, result: str | None, stale: str = "") -> tuple[object, str]:
    """What the learner leaves when its command writes ``result``, and what it was called with.

    :param stale: what lies there before: a file or a folder.
    """
    command = r"python3 write.py 'it''s a; b' {simulate.outputs[0]} \"$HOME\""
    text = PROGRAM.format(command=command.replace('\\\\"', '\\"'))
    compiled_ = alw.compile_text(text, target="idds-0.2")
    assert compiled_.ok, compiled_.diagnostics
    workflow = json.loads(json.dumps(compiled_.workflows["w"].workflow))
    (trace,) = run_all([Run(workflow, ["{}"])])
    (learner,) = (s for s in trace.submissions if s.kind == "ATLASActuatorWork")
    assert learner.script is not None
    lines = learner.script.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("arguments="))
    keep = [line for line in lines[start:] if not re.match(r"wget|tar|rucio|base_sandbox", line)]
    folder = tmp_path / "user.me.w.simulate_0_o.json"
    folder.mkdir()
    for name in ("a.1", "b.2"):
        (folder / name).touch()
    (tmp_path / "write.py").write_text(
        "import sys\n"
        "open('called', 'a').write(repr(sys.argv[1:]) + '\\n')\n"
        + (f"open('next.json', 'w').write({result!r})\n" if result is not None else "")
    )
    for name in ("next.json", ".alw.json") if stale else ():
        if stale == "folder":
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_text('{"m1": 0.75, "n": 9, "to_continue": true}')
    (tmp_path / "job.sh").write_text("\n".join(keep))
    subprocess.run(
        ["bash", "job.sh"], cwd=tmp_path, capture_output=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": "/home/me"},
    )  # fmt: skip
    written, called = tmp_path / "next.json", tmp_path / "called"
    return (
        json.loads(written.read_text()) if written.is_file() else None,
        called.read_text() if called.exists() else "",
    )


def test_the_learner_s_job_writes_the_fields_while_the_condition_holds(tmp_path: Path) -> None:
    left, called = _job(tmp_path, '{"m1": 0.25, "n": 3, "more": 1}')
    assert left == {"m1": 0.25, "n": 3}
    folder = "user.me.w.simulate_0_o.json"
    wanted = ["its a; b", f"{folder}/a.1,{folder}/b.2", "/home/me"]
    assert called == f"{wanted!r}\n"


def test_the_learner_s_job_writes_nothing_to_end_the_loop(tmp_path: Path) -> None:
    assert _job(tmp_path, '{"m1": 0.25, "n": 0}')[0] == {}


@pytest.mark.parametrize("result", ["", "[1]", '{"m1": 0.25}', '{"m1": "x", "n": 1}', "{"])
def test_a_bad_result_feeds_no_iteration(tmp_path: Path, result: str) -> None:
    assert _job(tmp_path, result)[0] is None


def test_a_stale_result_feeds_no_iteration(tmp_path: Path) -> None:
    for number, (result, stale, left) in enumerate(
        [
            (None, "file", None),
            ('{"m1": 0.25, "n": 3}', "file", {"m1": 0.25, "n": 3}),
            ('{"m1": 0.25, "n": 3}', "folder", None),
        ]
    ):
        (folder := tmp_path / str(number)).mkdir()
        found, called = _job(folder, result, stale)
        assert found == left
        assert bool(called) == (stale == "file")


# The seed's own form

#: The sample, whose task keeps the names of its map.
EXISTING = (
    (SAMPLES / "existing_task.alw")
    .read_text(encoding="utf-8")
    .replace('      dataset = "user.wguan.existing"\n', "")
    .replace('      sandbox = ["merge.py"]\n', "")
)


def test_the_seed_s_map_is_what_its_script_serialises(tmp_path: Path, seed_map: Json) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "simulate.json").write_text(json.dumps(seed_map))
    (tmp_path / "w.alw").write_text(EXISTING)
    result = alw.compile(tmp_path / "w.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    ours = result.workflows["existing"].workflow["attributes"]
    parameterised = json.loads(
        json.dumps(seed_map)
        .replace("0.5 0.5 200", "{m1} {m2} {nevents}")
        .replace("%200.5%200.5%20200", "%20%7Bm1%7D%20%7Bm2%7D%20%7Bnevents%7D")
    )
    theirs = serialise(Recipe(parameterised, initialize=False))["attributes"]
    (task,) = (
        w["attributes"] for w in ours["works_template"].values() if w["class"] == "ATLASPandaWork"
    )
    (wanted,) = (
        w["attributes"] for w in theirs["works_template"].values() if w["class"] == "ATLASPandaWork"
    )
    assert task["panda_task_paramsmap"] == wanted["panda_task_paramsmap"]
    assert task["output_dataset_name"] == "user.wguan.altest1234"
    assert task["sandbox"] == f"{seed_map['sourceURL']}/cache/{ARCHIVE}"
    methods = [
        c["attributes"]["cond"]["idds_method"] for cs in ours["work_conds"].values() for c in cs
    ]
    expected = [
        c["attributes"]["cond"]["idds_method"] for cs in theirs["work_conds"].values() for c in cs
    ]
    assert sorted(methods) == sorted(expected)
    assert len(ours["initial_works"]) == len(theirs["initial_works"]) == 1
    trace = _run(result.workflows["existing"])
    commands = [s.command for s in _tasks(trace)]
    assert "simplescript.py 0.5 0.5 200 output.json" in commands[0]
    assert "simplescript.py 0.61 0.4 300 output.json" in commands[1]


def test_the_learner_s_files_are_those_of_the_source() -> None:
    result = alw.compile(SAMPLES / "detector.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    workflow = result.workflows["calibrate"]
    (name,) = workflow.sandboxes
    works = workflow.workflow["attributes"]["works_template"].values()
    sandboxes = {work["class"]: work["attributes"]["sandbox"] for work in works}
    assert len(set(sandboxes.values())) == 1
    assert sandboxes["ATLASActuatorWork"].endswith(f"/cache/{name}")


def test_a_learner_has_files_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.py").touch()
    text = PROGRAM.format(command="python3 x.py {simulate.outputs[0]}")
    (tmp_path / "w.alw").write_text(text.replace("result", 'sandbox = "mine"\n      result'))
    result = alw.compile(tmp_path / "w.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    workflow = result.workflows["w"]
    (name,) = workflow.sandboxes
    works = workflow.workflow["attributes"]["works_template"].values()
    sandboxes = {work["class"]: work["attributes"]["sandbox"] for work in works}
    assert sandboxes["ATLASPandaWork"] is None
    assert sandboxes["ATLASActuatorWork"].endswith(f"/cache/{name}")


# What it cannot do


@pytest.mark.parametrize(
    "text",
    [
        'workflow w { dataset = "user.me.w" task a { exec = "x" outputs = ["o"] } '
        'task b { exec = "y {a.outputs[0]}" } }',
        PROGRAM.format(command="python3 x.py {iteration} {simulate.outputs[0]}"),
        PROGRAM.format(command="python3 x.py {simulate.outputs[0]}").replace(
            "decide.n > 0", "m1 > 0.5"
        ),
        PROGRAM.format(command="python3 x.py {simulate.outputs[0]}").replace(
            "learn decide", 'task more { exec = "z {m1}" after decide } learn decide'
        ),
        PROGRAM.format(command="python3 x.py {simulate.outputs[0]}").replace(
            "at most 3 times\n  }", 'at most 3 times\n  }\n  task end { exec = "z {scan.m1}" }'
        ),
    ],
)
def test_what_the_release_cannot_run_is_refused(text: str) -> None:
    assert alw.compile_text(text).ok
    found = {d.code for d in alw.compile_text(text, target="idds-0.2").diagnostics}
    assert "ALW701" in found


def test_tasks_alone_run(tmp_path: Path, seed_map: Json) -> None:
    result = compiled(tmp_path, 'workflow w { task a { map = "m.json" } }', m=seed_map)
    assert result.ok
    alone = alw.compile(tmp_path / "w.alw", target="idds-0.2")
    assert not alone.diagnostics
    (trace,) = run_all(
        [Run(json.loads(json.dumps(alone.workflows["w"].workflow)), [], repaired=False)]
    )
    assert trace.status == "Finished"
    (submission,) = trace.submissions
    assert submission.task_map is not None
    assert submission.task_map["taskName"] == "user.wguan.altest1234_0/"
