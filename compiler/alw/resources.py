"""The grammar and the schemas that ship with the package."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

#: Names of schemas and their files.
SCHEMAS = {
    "workflow": "workflow.schema.json",
    "task-parameters": "task-parameters.schema.json",
    "diagnostics": "diagnostics.schema.json",
    "history": "history.schema.json",
}


def folder(name: str) -> Path:
    """Return the folder of ``grammar`` or ``schemas``."""
    here = Path(__file__).parent
    installed = here / name
    # A checkout that is installed in place has them at its top.
    return installed if installed.is_dir() else here.parents[1] / name


@cache
def grammar_text() -> str:
    """The Lark grammar of the language."""
    return (folder("grammar") / "alw.lark").read_text(encoding="utf-8")


def schema_text(name: str) -> str:
    """The text of a schema.

    :raises KeyError: if there is none of that name.
    """
    return (folder("schemas") / SCHEMAS[name]).read_text(encoding="utf-8")


def schema(name: str) -> dict[str, Any]:
    """A schema as data.

    :raises KeyError: if there is none of that name.
    """
    value: dict[str, Any] = json.loads(schema_text(name))
    return value
