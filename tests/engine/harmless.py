"""Whether an accepted text, of which nothing else is known, does no harm on iDDS.

Its loop is run with random results of the types that the check in the compiled learner asks for.
That this check is the right one is shown by :mod:`tests.engine.test_soundness`, where the meaning
of a program is known beforehand.
"""

from __future__ import annotations

import ast
import json
import random
import re
from typing import NamedTuple

import alw
from tests.engine.soundness import assert_sound, command, run
from tests.oracles.clerk import Order
from tests.oracles.epilogue import taken_apart

_FIELD = re.compile(r'field\((u"[^"]*"), "(\w+)"(?:, (u"[^"]*"))?\)')
_BOUND = re.compile(r"^name, shown, bound = .*, (\d+)$", re.MULTILINE)


class _Field(NamedTuple):
    name: str
    kind: str
    letters: str


def assert_harmless(compilation: alw.Compilation, seed: int = 0) -> None:
    """Run every workflow and hold it to the language's promises."""
    for workflow in compilation.workflows.values():
        chance = random.Random(seed)
        fields, bound = _learner(workflow)
        done = run(
            workflow,
            lambda iteration, f=fields, c=chance: _result(f, c),  # type: ignore[misc]
            order=Order(seed),
        )
        assert_sound(done, bound)


def _learner(workflow: alw.CompiledWorkflow) -> tuple[list[_Field], int]:
    for task_map in workflow.tasks.values():
        if task_map.get("runOnInstant"):
            code = taken_apart(command(task_map)).code
            (bound,) = _BOUND.findall(code)
            fields = [
                _Field(ast.literal_eval(name), kind, ast.literal_eval(letters or '"aZ09_;"'))
                for name, kind, letters in _FIELD.findall(code)
            ]
            return fields, int(bound)
    return [], 1


def _result(fields: list[_Field], chance: random.Random) -> bytes:
    """What a learner might write: usually good for another iteration, sometimes wrong."""
    found = {field.name: _value(field, chance) for field in fields}
    if found and not chance.randrange(20):
        found.pop(chance.choice(sorted(found)))
    return json.dumps(found).encode()


def _value(field: _Field, chance: random.Random) -> object:
    match field.kind:
        case "int":
            return chance.randint(-3, 300)
        case "float":
            return chance.choice([chance.uniform(-2, 9), chance.gauss(0, 1e9), 1e-7, 5])
        case "bool":
            return chance.random() < 0.7
        case "string":
            start = field.letters.replace("-", "") or "-"
            return chance.choice(start) + chance.choice(field.letters)
    raise AssertionError(field.kind)
