"""Workflows of any size, shaped like people's, as `.alw` source and as a plain description.

`python generate.py N DIR` writes `DIR/source.alw`, and `DIR/description.json` for the script
that builds the same workflow by hand (peer.py).  `N` = 1 is the sample, otherwise the number
of tasks.  The same `N` gives the same bytes.

A campaign consists of groups of ten tasks: signal and background each run generate →
simulate → reconstruct → derive, `mix` reads both (a secondary dataset), `fit` reads the mix.
Every tenth group's fit waits for the nine before it, and the very last task for every fit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[2] / "samples" / "active_learning.alw"
GROUP = 10

#: The option sets of the steps, under prun's names; people have a handful of them.
RESOURCES: list[dict[str, Any]] = [
    {"memory": 2000},
    {"memory": 4000, "nCore": 8},
    {"memory": 3000, "containerImage": "docker://atlas/athena:24.0.40", "noBuild": True},
    {"memory": 2000, "maxAttempt": 5, "rootVer": "6.30.04", "cmtConfig": "x86_64-el9-gcc13-opt"},
]
SNAKE = {
    "memory": "memory",
    "nCore": "n_core",
    "containerImage": "container_image",
    "noBuild": "no_build",
    "maxAttempt": "max_attempt",
    "rootVer": "root_ver",
    "cmtConfig": "cmt_config",
    "nJobs": "n_jobs",
    "nFilesPerJob": "n_files_per_job",
}


def sample() -> dict[str, Any]:
    """The sample as a description; its source is the file itself."""
    values = "___idds___user_m1___ ___idds___user_m2___ ___idds___user_nevents___"
    base = "user.wguan.altest1234"
    return {
        "name": "altest",
        "loop": {"params": {"m1": 0.5, "m2": 0.5, "nevents": 200}, "learner": "merge"},
        "tasks": [
            {
                "name": "simulate",
                "dataset": f"{base}.simulate.___idds___num_run___",
                "command": f"python simplescript.py {values} output.json",
                "outputs": ["output.json"],
                "options": {"nJobs": 10},
            },
            {
                "name": "merge",
                "dataset": f"{base}.merge.___idds___num_run___",
                "command": f"python merge.py merge.json {values} %IN",
                "outputs": ["merge.json"],
                "reads": "simulate",
                "options": {
                    "nFilesPerJob": 10,
                    "maxNFilesPerJob": 200,
                    "notExpandInDS": True,
                    "forceStaged": True,
                },
            },
        ],
    }


def campaign(size: int) -> dict[str, Any]:
    """A workflow of ``size`` tasks."""
    tasks: list[dict[str, Any]] = []
    fits: list[str] = []
    name = f"campaign{size}"
    for group in range(-(-size // GROUP)):
        tasks += _group(group, fits)
        fits.append(tasks[-1]["name"])
    del tasks[size:]
    last = tasks[-1]
    present = {task["name"] for task in tasks[:-1]}
    last["after"] = [fit for fit in fits if fit in present]
    for task in tasks:
        task["dataset"] = f"user.wguan.{name}.{task['name']}"
    return {"name": name, "tasks": tasks}


def _group(group: int, fits: list[str]) -> list[dict[str, Any]]:
    mass, width = 20 + group % 97, 1 + group % 7
    tasks: list[dict[str, Any]] = []
    for sort, dsid in (("sig", 500_000 + group), ("bkg", 700_000 + group)):
        number = f"{sort}_{group:05}"
        tasks += [
            {
                "name": f"evgen_{number}",
                "command": f"Gen_tf.py --ecmEnergy=13600 --jobConfig={dsid} --maxEvents=1000 "
                f"--randomSeed={group + 1} --mass {mass}.5 --outputEVNTFile=evnt.root",
                "outputs": ["evnt.root"],
                "options": {"nJobs": 10 if sort == "sig" else 20, **RESOURCES[0]},
            },
            {
                "name": f"simul_{number}",
                "command": "Sim_tf.py --inputEVNTFile=%IN --simulator=FullG4MT_QS "
                f"--DSID {dsid} --outputHITSFile=hits.root",
                "outputs": ["hits.root"],
                "reads": f"evgen_{number}",
                "options": {"nFilesPerJob": 6, **RESOURCES[1]},
            },
            {
                "name": f"reco_{number}",
                "command": "Reco_tf.py --inputHITSFile=%IN --conditionsTag "
                f"'OFLCOND-MC23-SDR-RUN3-{group % 5:02}' --outputAODFile=aod.root",
                "outputs": ["aod.root"],
                "reads": f"simul_{number}",
                "options": {"nFilesPerJob": 5, **RESOURCES[1]},
            },
            {
                "name": f"deriv_{number}",
                "command": f"python derive.py --tree analysis_{sort} --cut 'pt > {mass}' "
                "--out daod.root --list pileup.txt --files %IN ",
                "outputs": ["daod.root", "cutflow.json"],
                "reads": f"reco_{number}",
                "options": {"nFilesPerJob": 10, **RESOURCES[2]},
            },
        ]
    tasks += [
        {
            "name": f"mix_{group:05}",
            "command": f"python mix.py --mass {mass} --width 0.{width} "
            f"--scale {1 + group % 13}e-3 --signal %IN --background %IN2 --out mixed.root",
            "outputs": ["mixed.root"],
            "reads": f"deriv_sig_{group:05}",
            "secondary": f"deriv_bkg_{group:05}",
            "options": {"nFilesPerJob": 8, **RESOURCES[0]},
        },
        {
            "name": f"fit_{group:05}",
            "command": f"./fit.sh --workspace ws_{mass}_{width} --toys 500 --inputs %IN ",
            "outputs": ["limits.json", "fit.log"],
            "reads": f"mix_{group:05}",
            "after": fits[-9:] if group % 10 == 9 else [],
            "options": {"nFilesPerJob": 20, **RESOURCES[3]},
        },
    ]
    return tasks


def source(description: dict[str, Any]) -> str:
    """A description as a person would write it in the language."""
    lines = [
        f"workflow {description['name']} {{",
        '  input user: string = "wguan"',
        f'  dataset = "user.{{user}}.{description["name"]}"',
    ]
    for task in description["tasks"]:
        command = task["command"].replace("\\", "\\\\").replace('"', '\\"')
        if "reads" in task:
            command = command.replace("%IN ", f"{{{task['reads']}.outputs[0]}} ")
        outputs = ", ".join(f'"{output}"' for output in task["outputs"])
        lines += [
            "",
            f"  task {task['name']} {{",
            f'    exec    = "{command}"',
            f"    outputs = [{outputs}]",
        ]
        if "secondary" in task:
            lines.append(f'    secondary_dss = "IN2:2:{{{task["secondary"]}.outputs[0]}}"')
        if task.get("after"):
            lines.append(f"    after {', '.join(task['after'])}")
        for option, value in task["options"].items():
            shown = json.dumps(value)
            lines.append(f"    {SNAKE[option]} = {shown}")
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def write(size: int, folder: Path) -> None:
    """Write the source and the description of the workflow of ``size`` tasks."""
    description = sample() if size == 1 else campaign(size)
    text = SAMPLE.read_text(encoding="utf-8") if size == 1 else source(description)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.alw").write_text(text, encoding="utf-8")
    (folder / "description.json").write_text(json.dumps(description, indent=1), encoding="utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
