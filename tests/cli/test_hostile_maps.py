"""Maps that JSON can hold and no file of ours could: reported, by every command that reads one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Invoke

MAP = json.loads((Path(__file__).parents[2] / "samples" / "maps" / "simulate.json").read_text())
PROGRAM = 'workflow w { dataset = "user.me.w" task a { map = "it.json" } }'


def _nested(kind: str, depth: int) -> str:
    opening, closing = {"list": ("[", "]"), "object": ('{"a":', "}")}[kind]
    return opening * depth + "1" + closing * depth


def _with(key: str, value: str) -> str:
    return json.dumps(MAP)[:-1] + f", {key}: {value}}}"


HOSTILE = {
    "half a pair in a value": json.dumps({**MAP, "cliParams": "prun \ud800"}),
    "half a pair in a name": json.dumps({**MAP, "taskName": "user.me.\udfff/"}),
    "half a pair in a key": _with(r'"\udc80"', "1"),
    "half a pair deep inside": json.dumps(
        {**MAP, "jobParameters": [{"type": "constant", "value": "\ud83d"}]}
    ),
    **{
        f"{kind} {depth} deep": _with('"deep"', _nested(kind, depth))
        for kind in ("list", "object")
        for depth in (70, 400, 1_500, 100_000)
    },
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("command", ["check", "compile", "graph", "import"])
def test_no_task_starts_from_it(invoke: Invoke, command: str, text: str) -> None:
    Path("it.json").write_text(text)
    Path("w.alw").write_text(PROGRAM)
    result = invoke(command, "it.json" if command == "import" else "w.alw")
    assert result.exit_code == 1
    assert "it.json" in result.output
    if command != "import":
        assert "ALW418" in result.output
    assert not Path("build").exists()


def test_whole_characters_beyond_the_first_plane_are_fine(invoke: Invoke) -> None:
    made: dict[str, Any] = {**MAP, "cliParams": MAP["cliParams"] + " \U0001f600"}
    Path("it.json").write_text(json.dumps(made))
    Path("w.alw").write_text(PROGRAM)
    assert invoke("compile", "w.alw").exit_code == 0
