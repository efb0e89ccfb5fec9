"""What panda-server makes of a step of pchain that uses an Athena release.

A person's pchain sends a template that prun made where the release is set up; the server fills in
the command and what ``--athenaTag`` says (pandaserver/workflow/workflow_native_utils.py,
``Node.make_task_params``).  ``python -m tests.oracles.jedi.pchain ANSWER`` runs in JEDI's
environment.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.oracles.environments import ensure_environment
from tests.oracles.jedi.home import make_panda_home

_HERE = Path(__file__).resolve().parent


def athena_task(
    name: str, command: str, arguments: str, template: Mapping[str, Any]
) -> dict[str, Any]:
    """The map of a step with ``opt_useAthenaPackages``.

    :param arguments: the step's ``opt_args``.
    :param template: what prun makes of ``--useAthenaPackages`` with a dummy command.
    """
    request = {
        "name": name,
        "template": {"athena": template},
        "inputs": {
            "opt_useAthenaPackages": True, "opt_exec": command, "opt_args": arguments,
        },
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="pchain-") as folder:
        variables = make_panda_home(Path(folder) / "home")
        answer = Path(folder) / "answer.json"
        done = subprocess.run(
            [str(ensure_environment("jedi", _HERE / "requirements.txt")), "-m",
             "tests.oracles.jedi.pchain", str(answer)],
            input=json.dumps(request), env={**variables, "PYTHONPATH": str(_HERE.parents[2])},
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        if done.returncode or not answer.exists():
            raise RuntimeError(f"exit status {done.returncode}\n{done.stdout[-3000:]}")
        made: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return made


def main() -> None:
    from pandaserver.workflow.workflow_native_utils import Node

    request = json.load(sys.stdin)
    node = Node(1, "prun", None, True, "step")
    node.inputs = {f"step/{key}": {"value": value} for key, value in request["inputs"].items()}
    node.outputs = {"step/outDS": {"value": request["name"]}}
    node.is_workflow_output = True
    made = node.make_task_params(request["template"], {}, None)
    Path(sys.argv[1]).write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main()
