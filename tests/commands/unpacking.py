"""What a job finds in its directory before its command starts: the sandbox, unpacked."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import alw
from alw.panda.archives import find_place


def unpack(workflow: alw.CompiledWorkflow, made: Mapping[str, Any], place: Path) -> list[str]:
    """Unpack the archive that the map ``made`` names, as runGen does; return its members."""
    found = find_place(made)
    assert found is not None
    archive = place / found.name
    archive.write_bytes(workflow.sandboxes[found.name].read())
    done = subprocess.run(
        ["tar", "xvfzm", found.name], cwd=place, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()
