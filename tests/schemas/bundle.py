"""The schemas' text, and the copy of one in the other.

``alw schema workflow`` prints one file, so ``workflow.schema.json`` holds a copy of
``task-parameters.schema.json``: ``$defs/task``, and its definitions as ``$defs/task.NAME``.
(As an embedded resource under its own ``$id`` it would be the same to every validator, but
python-jsonschema then searches the whole file at each reference and takes 15 times as long.)
After a change of a schema run ``python -m tests.schemas.bundle``; ``test_schemas.py`` fails
until then.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "schemas"
_WIDTH = 100


def text(value: Any) -> str:
    """``value`` as the text of a schema file: what fits on a line stands on one."""
    return _text(value, 0, 0) + "\n"


def _text(value: Any, indent: int, used: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + used + len(flat) < _WIDTH:
        return flat
    inner = "\n" + " " * (indent + 2)
    if isinstance(value, list):
        lines = [_text(item, indent + 2, 1) for item in value]
        return "[" + inner + ("," + inner).join(lines) + "\n" + " " * indent + "]"
    lines = []
    for key, item in value.items():
        label = json.dumps(key, ensure_ascii=False) + ": "
        lines.append(label + _text(item, indent + 2, len(label) + 1))
    return "{" + inner + ("," + inner).join(lines) + "\n" + " " * indent + "}"


def bundled(workflow: dict[str, Any], task_parameters: dict[str, Any]) -> dict[str, Any]:
    """``workflow`` with ``task_parameters`` inside."""
    own = {k: v for k, v in workflow["$defs"].items() if k.split(".")[0] != "task"}
    task = {k: v for k, v in task_parameters.items() if k not in ("$schema", "$id", "$defs")}
    copied = {f"task.{k}": _moved(v) for k, v in task_parameters["$defs"].items()}
    return {**workflow, "$defs": {**own, "task": _moved(task), **copied}}


def _moved(value: Any) -> Any:
    if isinstance(value, list):
        return [_moved(item) for item in value]
    if not isinstance(value, dict):
        return value
    moved = {k: _moved(v) for k, v in value.items()}
    if isinstance(value.get("$ref"), str):
        moved["$ref"] = value["$ref"].replace("#/$defs/", "#/$defs/task.")
    return moved


def read(name: str) -> dict[str, Any]:
    """A schema file of the checkout."""
    value: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return value


def main() -> None:
    """Renew the copy, and the layout of all schemas."""
    task_parameters = read("task-parameters.schema.json")
    whole = bundled(read("workflow.schema.json"), task_parameters)
    for name, schema in {
        "task-parameters.schema.json": task_parameters,
        "workflow.schema.json": whole,
        "diagnostics.schema.json": read("diagnostics.schema.json"),
        "history.schema.json": read("history.schema.json"),
    }.items():
        (FOLDER / name).write_text(text(schema), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
