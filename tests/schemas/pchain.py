"""Task parameter maps that are made by others than prun: steps of pchain, and phpo.

``python -m tests.schemas.pchain`` prints them as JSON.  It runs in the environment of JEDI, where
panda-server makes a step's map with panda-client (pandaserver/workflow/workflow_utils.py,
``Node.make_task_params``).
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, cast

Json = dict[str, Any]
_HPO = [
    "--steeringExec", "run --rm", "--evaluationContainer", "docker://x",
    "--evaluationExec", "python eval.py",
]  # fmt: skip
PHPO = {
    "phpo": [],
    "phpo, data": [
        "--trainingDS", "user.me.data/", "--searchSpaceFile", "space.json",
        "--minUnevaluatedPoints", "3",
    ],
    "phpo, checkpoints": [
        "--checkPointToSave", "a,b", "--checkPointInterval", "5", "--checkPointToLoad", "c.tgz",
        "--alrbArgs=--nohome", "--site", "A,B", "--noEmail", "--workingGroup", "g",
    ],
    "phpo, segments": [
        "--trainingDS", "user.me.data/", "--segmentSpecFile", "segments.json",
        "--searchSpaceFile", "space.json", "--evaluationMetrics", "m.tgz", "--evaluationMeta",
        "meta.json", "--maxPointsPerEvaluationJob", "3", "--site", "CERN",
    ],
    "phpo, gpu": ["--architecture", "#x86_64&nvidia", "--evaluationMetrics", "m.tgz"],
}  # fmt: skip
_IMAGE = {"opt_containerImage": "docker://busybox"}
_READ: Json = {"opt_inDS": "mc23.x", "opt_inDsType": "a.root"}
_READ_TWO: Json = {"opt_inDS": ["mc23.x", "mc23.y"], "opt_inDsType": ["a.root", "a.root"]}
#: Steps of pchain: their kind and what stands in the workflow's description.
STEPS: dict[str, tuple[str, Json]] = {
    "prun": ("prun", {
        "opt_exec": "echo %RNDM:10 > seed.txt", "opt_args": "--outputs seed.txt --nJobs 3",
        **_IMAGE,
    }),
    "prun with input": ("prun", {
        "opt_exec": "x %IN", "opt_args": "--outputs a.root,b*.root --nEventsPerFile 5", **_IMAGE,
        **_READ,
    }),
    "prun with Athena": ("prun", {
        "opt_exec": "x %IN", "opt_args": "--outputs a.root", "opt_useAthenaPackages": True,
        **_READ,
    }),
    "prun with a second input": ("prun", {
        "opt_exec": "x %IN %IN2", **_IMAGE, **_READ,
        "opt_args": "--outputs regex|a.*.root --secondaryDSs IN2:2:user.me.other",
    }),
    "junction": ("junction", {"opt_exec": "x %IN", "opt_args": "", **_IMAGE, **_READ_TWO}),
    "reana": ("reana", {
        "opt_exec": "x %{DS1}", "opt_args": "--outputs x.tgz", **_IMAGE, **_READ_TWO,
    }),
    "gitlab": ("gitlab", {
        "opt_args": "", "opt_site": "CERN", "opt_api": "https://x", "opt_projectID": "1",
        "opt_ref": "main", "opt_triggerToken": "t", "opt_accessToken": "a", **_READ_TWO,
    }),
    "phpo in a chain": ("phpo", {"opt_args": shlex.join(_HPO)}),
}  # fmt: skip


@cache
def maps() -> dict[str, Json]:
    """Return all the maps, by name."""
    from tests.oracles.environments import ensure_environment

    root = Path(__file__).resolve().parents[2]
    python = ensure_environment("jedi", root / "tests/oracles/jedi/requirements.txt")
    nowhere = "127.0.0.1:1/server/panda"
    done = subprocess.run(
        [str(python), "-m", "tests.schemas.pchain"],
        cwd=root,
        env={
            "PATH": os.environ["PATH"],
            "PANDA_BEHIND_REAL_LB": "1",
            "PANDA_URL": f"http://{nowhere}",
            "PANDA_URL_SSL": f"https://{nowhere}",
            "PANDACACHE_URL": f"https://{nowhere}",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, Json] = json.loads(done.stdout.splitlines()[-1])
    return made


class _NoIdds:
    """Stands in for the classes of iDDS, with which a step's map has nothing to do."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        from importlib.machinery import ModuleSpec

        return (
            ModuleSpec(name, cast(Any, self), is_package=True) if name.startswith("idds") else None
        )

    def create_module(self, spec: Any) -> Any:
        from unittest.mock import MagicMock

        return MagicMock(__path__=[])

    def exec_module(self, module: Any) -> None:
        pass


def _made() -> dict[str, Json]:
    sys.meta_path.append(_NoIdds())
    sys.argv = ["prun"]
    from pandaclient import PhpoScript, PrunScript
    from pandaserver.workflow import workflow_utils

    called = PrunScript.main

    def without_obsolete(get: bool, arguments: list[str], dry_mode: bool) -> Json:
        # panda-client 2.2.0 has no such option, and panda-server's call of it would fail
        words = [word for word in arguments if word != "--forceStagedSecondary"]
        made: Json = called(get, words, dry_mode=dry_mode)
        return made

    PrunScript.main = without_obsolete
    templates: dict[str, Json] = {}
    for kind, more in {"container": ["--containerImage", "__dummy__"], "athena": []}.items():
        words = ["--exec", "__dummy_exec_str__", "--outDS", "user.me.chain", *more]
        made = called(True, words, dry_mode=True)
        # pandaclient/PchainScript.py, "making task params with dummy exec"
        for key in ("noInput", "nEvents", "nEventsPerJob"):
            del made[key]
        templates[kind] = {**made, "sourceURL": "https://aipanda047.cern.ch:25443"}
    found: dict[str, Json] = {}
    for number, (name, (kind, inputs)) in enumerate(STEPS.items()):
        node = workflow_utils.Node(number, kind, None, True, name)
        node.inputs = {key: {"value": value, "source": key} for key, value in inputs.items()}
        # workflow_utils.py, resolve_nodes
        node.outputs = {"o": {"value": f"user.me.chain_{number:03d}_{kind}"}}
        found[name] = json.loads(json.dumps(node.make_task_params(templates, {number: node}, None)))
    for name, more in PHPO.items():
        words = [*_HPO, "--outDS", "user.me.hpo", *more]
        found[name] = PhpoScript.main(True, words, dry_mode=True)
    return found


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("space.json").write_text('{"x": [1, 2]}')
        Path("segments.json").write_text('[{"name": "a", "files": ["f"]}, {"name": "b"}]')
        print(json.dumps(_made()))
        os.chdir("/")
