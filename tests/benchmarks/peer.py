"""The same workflow without alw: a script on iDDS's own classes and panda-client.

`python peer.py DESCRIPTION DIR` writes `DIR/workflow.json` and `DIR/tasks/TASK.json`, as a
competent physicist's script would: one prun call a task, one work a task, one condition for
each task that waits.
"""

import json
import os
import shlex
import sys

# Otherwise panda-client resolves a host name, and iDDS looks for a configuration.
os.environ.setdefault("PANDA_BEHIND_REAL_LB", "1")
os.environ["IDDS_CONFIG"] = os.path.join(os.path.dirname(__file__), "idds.cfg")

from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
from idds.common.utils import json_dumps
from idds.workflowv2.workflow import AndCondition, Condition, Workflow
from pandaclient import PrunScript


def output_container(task):
    return f"{task['dataset']}_{task['outputs'][0]}/"


def task_parameters(task, tasks):
    arguments = ["--exec", task["command"], "--outDS", task["dataset"]]
    arguments += ["--outputs", ",".join(task["outputs"])]
    if "reads" in task:
        arguments += ["--inDS", output_container(tasks[task["reads"]])]
    if "secondary" in task:
        dataset = output_container(tasks[task["secondary"]])
        arguments += ["--secondaryDSs", f"IN2:2:{dataset}"]
    for option, value in task["options"].items():
        arguments += [f"--{option}"] if value is True else [f"--{option}", str(value)]
    parameters = PrunScript.main(True, arguments, dry_mode=True)
    parameters["jobParameters"] = [
        item for item in parameters["jobParameters"] if item["value"] != "__delimiter__"
    ]
    parameters["cliParams"] = shlex.join(["prun", *arguments])
    return parameters


def main(description_file, directory):
    sys.argv = ["prun"]  # prun reads it
    with open(description_file, encoding="utf-8") as file:
        description = json.load(file)
    tasks = {task["name"]: task for task in description["tasks"]}
    loop = description.get("loop")
    os.makedirs(os.path.join(directory, "tasks"), exist_ok=True)

    workflow = Workflow(name=description["name"])
    works = {}
    for name, task in tasks.items():
        parameters = task_parameters(task, tasks)
        if loop and name == loop["learner"]:
            parameters["runOnInstant"] = True
            work = ATLASLocalPandaWork(task_parameters=parameters)
            work.add_custom_condition("to_continue", True)
        else:
            work = ATLASPandaWork(task_parameters=parameters)
        workflow.add_work(work)
        works[name] = work
        with open(os.path.join(directory, "tasks", f"{name}.json"), "w") as file:
            json.dump(parameters, file, indent=1, sort_keys=True)

    for name, task in tasks.items():
        parents = [task[key] for key in ("reads", "secondary") if key in task]
        parents += task.get("after", [])
        if parents:
            conditions = [works[parent].is_processed for parent in parents]
            workflow.add_condition(AndCondition(conditions=conditions, true_works=[works[name]]))
    if loop:
        learner = works[loop["learner"]]
        workflow.add_loop_condition(Condition(cond=learner.get_custom_condition_status))
        workflow.set_global_parameters(
            {f"user_{name}": value for name, value in loop["params"].items()}
        )
    with open(os.path.join(directory, "workflow.json"), "w") as file:
        file.write(json_dumps(workflow, sort_keys=True, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
