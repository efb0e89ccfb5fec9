"""The verbs of the command line, a module or package each.

``verbs/NAME`` defines ``command``, the click command ``alw NAME`` (``import_`` is ``alw import``).
It is found by its name and imported when it is used; ``alw --help`` imports all of them.  So a verb
imports click and the shared arguments at its top, and everything else when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module

import click


def load_command(name: str) -> click.Command | None:
    """Import the verb ``name``; ``None`` if there is none."""
    module = _modules().get(name)
    if module is None:
        return None
    command: click.Command = import_module(f".{module}", __name__).command
    return command


def verb_names() -> Sequence[str]:
    """Return the names of all verbs, sorted."""
    return sorted(_modules())


@cache
def _modules() -> dict[str, str]:
    """Return the modules of this package by the names of their verbs."""
    with os.scandir(__path__[0]) as entries:  # importing pathlib would take 5 ms
        found = [entry.name.partition(".")[0] for entry in entries]
    return {name.rstrip("_"): name for name in found if name and name[0] != "_"}
