"""Write the Workflow JSON of a small active-learning loop, built by hand from the real classes.

It is the form of iDDS 2.6.21 that the compiler targets, written without the compiler, so that a
test of the harness does not depend on it.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
from idds.common.utils import json_dumps
from idds.workflowv2.workflow import AndCondition, Condition, Workflow

RUN = "___idds___num_run___"


def task(command: str, name: str, output: str, inputs: str | None = None) -> dict[str, Any]:
    """A prun task parameter map, cut down to what iDDS reads or replaces."""
    dataset = f"user.wguan.{name}.{RUN}"
    parameters: list[dict[str, Any]] = [
        {
            "type": "template",
            "param_type": "output",
            "container": f"{dataset}_{output}/",
            "dataset": f"{dataset}_{output}/",
            "hidden": True,
            "value": f"user.wguan.$JEDITASKID._${{SN/P}}.{output}",
        },
    ]
    if inputs:
        parameters.append({
            "type": "template",
            "param_type": "input",
            "dataset": inputs,
            "expand": True,
            "value": '-i "${IN/T}"',
        })  # fmt: skip
    parameters += [
        {"type": "constant", "value": '-p "', "padding": False},
        {"type": "constant", "value": quote(command), "padding": False},
        {"type": "constant", "value": '"'},
    ]
    return {
        "taskName": f"{dataset}/",
        "userName": "wguan",
        "vo": "atlas",
        "prodSourceLabel": "user",
        "cliParams": f'prun --exec "{command}" --outDS {dataset} --outputs {output}',
        "jobParameters": parameters,
        "log": {
            "type": "template",
            "param_type": "log",
            "container": f"{dataset}.log/",
            "dataset": f"{dataset}.log/",
            "value": f"{dataset}.log.$JEDITASKID.${{SN}}.log.tgz",
        },
    }


def loop(form: str) -> Workflow:
    """A loop ``simulate`` → ``learn``; the form says what is special about it.

    ``bare``: as one writes it.  ``submitted``: every work says that it is submitted.
    ``followers``: that, and two tasks follow the learner.  ``tail``: these two are in a
    sub-workflow.
    """
    command = "python simulate.py ___idds___user_m1___ ___idds___user_nevents___ out.json"
    work = ATLASPandaWork(task_parameters=task(command, f"{form}.loop", "out.json"))
    command = "python learn.py learnt.json ___idds___user_m1___ %IN"
    inputs = f"user.wguan.{form}.loop.{RUN}_out.json/"
    learner = ATLASLocalPandaWork(
        task_parameters=task(command, f"{form}.learn", "learnt.json", inputs)
    )
    learner.add_custom_condition("to_continue", True)
    workflow = Workflow(name=f"hand-made loop, {form}")
    workflow.add_work(work)
    workflow.add_work(learner)
    workflow.add_condition(AndCondition(conditions=[work.is_processed], true_works=[learner]))
    tail = [
        ATLASPandaWork(task_parameters=task("note", f"{form}.{name}", "note.json"))
        for name in ("note", "plot")
        if form in ("followers", "tail")
    ]
    after: list[Any] = tail
    if form == "tail":
        inner = Workflow(name="tail")
        for each in tail:
            inner.add_work(each)
        after = [inner]
    for each in after:
        workflow.add_work(each)
    if after:
        workflow.add_condition(AndCondition(conditions=[learner.is_processed], true_works=after))
    if form != "bare":
        for each in (work, learner, *tail):
            each.submitted = True
    workflow.add_loop_condition(Condition(cond=learner.get_custom_condition_status))
    workflow.set_global_parameters({"user_m1": 0.5, "user_nevents": 200})
    return workflow


if __name__ == "__main__":
    form, target = sys.argv[1:]
    Path(target).write_text(json_dumps(loop(form), sort_keys=True, indent=1), "utf-8")
