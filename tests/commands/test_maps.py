"""What is refused of a learner's command, and how a map becomes a command line."""

import json
from pathlib import Path
from typing import Any

import pytest

import alw
from alw.execution.worker import WorkerError
from tests.commands.programs import compile_learner, compile_task, literal, task_map
from tests.oracles.jedi.oracle import Refined, refine
from tests.oracles.worker_node import (
    UnfilledError,
    apply_pilot,
    fill_markers,
    job_parameters,
    parameters_template,
    run_job,
)


@pytest.mark.parametrize(
    "command", ["exec python a.py", "a; trap 'b' EXIT; c", "a && exec b", "if a; then exec b; fi"]
)
def test_what_would_skip_the_checks_is_said_before(command: str) -> None:
    found = compile_learner(literal(command), more='interpreter = "python3"')
    assert [d.name for d in found.diagnostics] == ["unrunnable-command"]


@pytest.mark.parametrize(
    "command",
    ["python execute.py --trap x", "./exec.sh", "(exec python a.py)", "exec 2>&1; a", "a | exec b"],
)
def test_what_only_looks_like_it_is_not_refused(command: str) -> None:
    assert compile_learner(literal(command), more='interpreter = "python3"').ok


def test_a_database_release() -> None:
    made = task_map(compile_task("./record %DB:ddo.1:DBRelease-1.tar.gz"))
    assert "${DBR}" in [item["value"] for item in made["jobParameters"]]
    # prun writes an option that the wrapper does not have: the job would end at once
    with pytest.raises(WorkerError, match="noExpandDBR"):
        run_job(made, Path("/nowhere"))


def test_a_command_that_names_more_than_the_input() -> None:
    compilation = alw.compile_text(
        'workflow w { dataset = "user.w.x"\ntask a { exec = "a" outputs = ["o"] n_jobs = 1 }\n'
        'task b { exec = "b %INFO {a.outputs[0]}" outputs = ["p"] } }'
    )
    assert [d.name for d in compilation.diagnostics] == ["accidental-placeholder"]


def test_the_whole_command_line() -> None:
    made = task_map(compile_task("./record a", more='in_ds = "user.w.in/"'))
    with pytest.raises(UnfilledError):
        job_parameters(made)
    words = apply_pilot(job_parameters(made, {"IN": ["c", "b"]}, 7))
    assert words[words.index("-p") + 1] == "./record%20a"
    assert words[words.index("-i") + 1] == repr(["b", "c"])
    assert words[words.index("-o") + 1] == "{'argv': 'user.w.4711._000007.argv'}"


def test_filling_does_what_idds_does(sample: alw.CompiledWorkflow) -> None:
    """Against the engine's own method, also for text that misleads it."""
    module = pytest.importorskip("idds.atlas.workflowv2.atlaspandawork")
    values = {"m1": 0.5, "m2": -1e-07, "nevents": 200}
    tasks: list[dict[str, Any]] = [json.loads(json.dumps(m)) for m in sample.tasks.values()]
    for text in (
        "___idds___user_m1______idds___user_m2___", "_____idds___user_m1____x", "___idds___",
        "___idds___idds___user_m1___", "___idds___no___ ___idds___user_m1___",
        "x___idds___user_m1___y", "___idds___user_m1___idds___ ___idds___user_m2___",
    ):  # fmt: skip
        tasks.append({"taskName": text, "jobParameters": [{"value": text}], "log": {"value": text}})
    with pytest.raises(UnfilledError):  # the engine hangs
        fill_markers({"taskName": "___idds___user_m1", "jobParameters": []}, values, 3)
    for task in tasks:
        work = module.ATLASPandaWork(task_parameters=json.loads(json.dumps(task)))
        for name, value in values.items():
            setattr(work, f"user_{name}", value)
        work.num_run = 3
        work.task_parameters = json.loads(json.dumps(task))
        work.renew_parameters_from_attributes()
        assert fill_markers(task, values, 3) == work.task_parameters


def test_the_template_is_that_of_jedi(sample: alw.CompiledWorkflow) -> None:
    written = "./record %RNDM:1 %SKIPEVENTS x_%RNDM:1.root 'a b' %IN %IN2"
    more = 'in_ds = "user.w.in/" secondary_dss = "IN2:1:user.w.more/" n_jobs = 2'
    maps = [
        fill_markers(made, {"m1": 1.5, "m2": 2.5, "nevents": 9}, 2)
        for made in sample.tasks.values()
    ]
    maps.append(dict(task_map(compile_task(written, more=more))))
    for made, refined in zip(maps, refine(maps), strict=True):
        assert isinstance(refined, Refined), refined
        template = parameters_template(made).replace("${SURL}", made["sourceURL"])
        assert refined.job_parameters == template
