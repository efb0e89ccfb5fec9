"""The installed classes of iDDS, without a configuration of the machine."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .speed import speed_up

#: The release whose rules :mod:`.request` retells.
RELEASE = "2.6.21"
_CONFIGURATION = "[common]\nloglevel=ERROR\n[rest]\nhost=https://127.0.0.1:1\n"


class NotInstalled(Exception):
    """iDDS is not installed, or another release of it."""

    help = "pip install 'alw[run]'"


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of iDDS that are needed here; typed as anything, for they have no types."""

    constants: Any
    utils: Any


@cache
def library() -> Library:
    """Import iDDS, which reads a configuration and writes logs where it is not told otherwise.

    :raises NotInstalled: if it cannot be imported.
    """
    try:
        with _configure_idds():
            from idds.common import constants, utils

            speed_up()
    except ImportError as error:
        raise NotInstalled(f"the workflow engine of iDDS is not installed ({error})") from error
    return Library(constants, utils)


@contextmanager
def _configure_idds() -> Iterator[None]:
    """Have iDDS read our configuration; its own would be that of some server."""
    before = os.environ.get("IDDS_CONFIG")
    with tempfile.TemporaryDirectory(prefix="alw-idds-") as folder:
        config = Path(folder) / "idds.cfg"
        config.write_text(_CONFIGURATION)
        os.environ["IDDS_CONFIG"] = str(config)
        try:
            yield
        finally:
            if before is None:
                del os.environ["IDDS_CONFIG"]
            else:
                os.environ["IDDS_CONFIG"] = before


def load(workflow: Mapping[str, Any]) -> Any:
    """Return the workflow as an object of iDDS's own class."""
    return library().utils.json_loads(json.dumps(workflow))


def dump(workflow: Any) -> Any:
    """Return the JSON that iDDS itself writes for a workflow."""
    return json.loads(library().utils.json_dumps(workflow))
