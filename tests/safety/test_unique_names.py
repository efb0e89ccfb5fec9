"""What prun names by chance is named after the task, and shared with nobody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import alw
from alw.panda.client import PrunError, prun, prun_options
from alw.panda.maps import Request, task_map
from alw.panda.unique import unique_name

VALUES: dict[str, list[Any]] = {
    "flag": [None],
    "int": ["1", "3"],
    "list": ["a"],
    "string": ["a", "x.root", "1", "a,b"],
}
MARK = "qzalwchance"


def _by_chance() -> list[tuple[str, str | None, str | None]]:
    """The options, with a value and an input, for which prun asks for a UUID in the map."""
    found = []
    for name, option in prun_options().items():
        values = [str(option.choices[0])] if option.choices else VALUES[option.kind]
        for value in values:
            for read in (None, "user.me.in/", "a.b,c.d"):
                words = ["--exec", "run", "--outDS", "user.me.x"]
                words += [] if read is None else ["--inDS", read]
                try:
                    made = prun([*words, f"--{name}", *([value] if value else [])], unique=MARK).map
                except PrunError:
                    continue
                if MARK in json.dumps(made):
                    found.append((name, value, read))
    return found


def test_every_name_by_chance_is_the_task_s_own() -> None:
    cases = _by_chance()
    assert {name for name, _, _ in cases} >= {"persistentFile", "notExpandInDS"}
    for name, value, read in cases:
        for command in ("run", "run %RNDM:1"):  # with stand-ins, and without
            made = {
                dataset: json.dumps(task_map(Request(command, dataset, read, ((name, value),))).map)
                for dataset in ("user.me.x", "user.you.x", "user.me.y")
            }
            for dataset, text in made.items():
                assert "qzalw" not in text
                assert unique_name(dataset) in text
                assert not any(unique_name(o) in text for o in made if o != dataset)


@pytest.mark.parametrize("target", ["idds-2", "idds-0.2"])
def test_a_persistent_file_is_the_run_s(target: str) -> None:
    """One for all iterations of a task, another for every other task, user and workflow."""
    text = """workflow w {{
      dataset = "user.{user}.w"
      loop scan {{
        param n: int = 1
        task a {{ exec = "run {{n}} {more}" outputs = ["o"] n_jobs = 1 persistent_file = "s.json" }}
        learn fit {{ exec = "python3 fit.py {{a.outputs[0]}}" result "r.json" {{ n: int }} }}
        repeat while fit.result at most 3 times
      }}
    }}"""
    names: list[str] = []
    for user in ("me", "you"):
        for more in ("", "%RNDM:1"):
            found = alw.compile_text(text.format(user=user, more=more), target=target)
            made = json.dumps(found.workflows["w"].tasks["a"]["jobParameters"])
            (name,) = set(re.findall(r"s\.json:(sources\.[0-9a-f-]{36}\.__ow__) ", made))
            names.append(name)
    assert names[0] == names[1] != names[2] == names[3]
