"""The installed classes of iDDS, without a configuration of the machine."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.oracles.clerk.speed import speed_up


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of iDDS that are needed here; typed as anything, for they have no types."""

    constants: Any
    utils: Any


@cache
def library() -> Library:
    """Import iDDS, which reads a configuration and writes logs where it is not told otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="alw-idds-"))
    config = folder / "idds.cfg"
    config.write_text("[common]\nloglevel=ERROR\n[rest]\nhost=https://127.0.0.1:1\n")
    os.environ.setdefault("IDDS_CONFIG", str(config))
    from idds.common import constants, utils

    speed_up()
    return Library(constants, utils)


def load(workflow: Mapping[str, Any]) -> Any:
    """Return the workflow as an object of iDDS's own class."""
    return library().utils.json_loads(json.dumps(workflow))


def dump(workflow: Any) -> Any:
    """Return the JSON that iDDS itself writes for a workflow."""
    return json.loads(library().utils.json_dumps(workflow))
