"""Real task parameter maps from prun's own option parser, for the tests of this oracle.

One process of the interpreter that runs the tests makes them all: panda-client reads its
environment at import, changes ``sys.argv`` and the folder, and leaves with ``sys.exit``.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_PROGRAM = """
import json, sys
from pandaclient import PrunScript
commands, target = json.load(sys.stdin), sys.argv[1]
sys.argv = ["prun"]
maps = [PrunScript.main(True, command, dry_mode=True) for command in commands]
with open(target, "w", encoding="utf-8") as file:
    json.dump(maps, file)
"""


def prun_maps(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The map prun would submit for each list of arguments; nothing is sent anywhere.

    :param environment: what is set where prun is called.
    """
    with tempfile.TemporaryDirectory(prefix="prun-") as folder:
        target = Path(folder) / "maps.json"
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(target)],
            input=json.dumps([[*command, "--tmpDir", folder] for command in commands]),
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": folder,
                # Without these the import resolves a host name (pandaclient/Client.py).
                "PANDA_BEHIND_REAL_LB": "1",
                "PANDA_URL": "http://panda.invalid/server/panda",
                "PANDA_URL_SSL": "https://panda.invalid/server/panda",
                **(environment or {}),
            },
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        if done.returncode or not target.exists():
            raise RuntimeError(f"prun: exit status {done.returncode}\n{done.stdout[-3000:]}")
        maps: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    return maps
