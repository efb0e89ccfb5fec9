"""A source for a script submits what bash submits when it runs the script."""

from __future__ import annotations

import json

import pytest

import alw
from alw.formatting import format_source
from alw.importing.attempts import NotImported
from alw.importing.from_command import from_calls
from alw.importing.interpreter import find_calls
from alw.importing.pasted_text import restore_typed
from alw.panda.client import prun
from alw.panda.texts import lend_texts
from alw.text.source import Source

from .maps import Map, essence
from .scripts import SCRIPTS, Script
from .shell import calls_of_bash


def imported(script: Script, chosen: tuple[int, ...] = ()) -> str:
    """The source for a script, whose files are given."""
    found = find_calls(restore_typed(script.text), script.files.get)
    return from_calls(
        found, "imported.alw", "imported", lambda folder, name: script.files[name], chosen
    )


def compiled(source: str, inputs: dict[str, object]) -> list[Map]:
    """The maps of a source with values for those of its inputs that there are."""
    known = {name: value for name, value in inputs.items() if f"input {name}:" in source}
    made = alw.compile_text(source, inputs=known)
    assert made.ok, (source, [d.message for d in made.diagnostics])
    (workflow,) = made.workflows.values()
    return [json.loads(json.dumps(task_map)) for task_map in workflow.tasks.values()]


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.slow
def test_a_script_submits_what_bash_submits(name: str) -> None:
    script = SCRIPTS[name]
    source = imported(script)
    made = compiled(source, script.values())
    submitted = calls_of_bash(script.plain or script.text, script.environment, script.files)
    assert len(submitted) == len(made) == script.tasks, (source, submitted)
    for words, task_map in zip(submitted, made, strict=True):
        with lend_texts(script.files):
            expected = prun([w for w in words[1:] if w != "-v"]).map
        assert essence(task_map) == essence(expected), source
    assert format_source(Source("imported.alw", source)) == source


def test_nothing_is_given_away_that_submits_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task is compared, not the first alone."""
    from alw.importing import compose

    written = compose._spell_setting
    for place in (0, 1):
        seen: list[str] = []

        def changed(
            key: str, setting: str, *rest: object, place: int = place, seen: list[str] = seen
        ) -> str:
            made = written(key, setting, *rest)  # type: ignore[arg-type]
            seen.append(key)
            is_it = key == "outputs" and seen.count(key) == place + 1
            return made.replace("o.root", "p.root") if is_it else made

        monkeypatch.setattr(compose, "_spell_setting", changed)
        with pytest.raises(NotImported, match=r"no task is equal to it: '[ab]': an item of job"):
            imported(SCRIPTS["two calls"])
