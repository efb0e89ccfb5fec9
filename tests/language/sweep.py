"""Every option with every kind of value, in every kind of task."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alw import compile_text
from alw.execution.jedi import MARK, Unfilled, fill_markers
from alw.panda.attributes import LEARNER, TASK, setting_names
from alw.panda.maps import fault

#: Values as they are written; PARAM, TEXT and NUMBER are those of the loop, where there is one.
VALUES = (
    "0", "1", "-1", "-5", "7", "60", "4_000", "999_999_999_999_999_999", "1.5", "1e300",
    "true", "false", "fast",
    '""', '" "', '"a"', '"7"', '"-x"', '"two words"', '"a,b"', '"user.me.other"', '"é"',
    '"a;b $(c) `d` \'e\'"', '"\\"\\"\\""', '"___idds___user_m1___"', '"%IN %RNDM:1"',
    '"IN2:1:user.me.second"', '"IN2:0:user.me.second"', '"data:a.root"',
    "[]", '[""]', '["a"]', '["user.me.d1", "user.me.d2"]', "[1]", '[["a"]]', "[[]]", "[true, 1]",
    "first.outputs[0]", '"{first.outputs[0]}"', "[first.outputs[0]]",
    "[first.outputs[0], second.outputs[0]]", '"{first.outputs[0]},{second.outputs[0]}"',
    '"IN2:1:{second.outputs[0]}"', "first.sandbox", "first",
    "PARAM", '"{PARAM}"', '"user.me.{TEXT}"', '["{TEXT}", "a"]', "NUMBER", '"{NUMBER}"',
    "ITERATION", '"user.me.{ITERATION}"', "data", '"{data}"', "number", '"{word}"', '"x{wild}"',
)  # fmt: skip
PLACES = ("in the loop", "learner", "after the loop", "without a loop")
_BODY = """
  task first  { exec = "one o.json" outputs = ["o.json"] n_jobs = 2 }
  task second { exec = "two p.json" outputs = ["p.json"] n_jobs = 2 }
"""
_LEARNER = """
  learn decide {
    after second
    exec = "python decide.py r.json {first.outputs[0]}"
    result "r.json" { m1: float, tag: string, count: int }
    OPTION
  }
"""


@dataclass(frozen=True, slots=True)
class Combination:
    """An option, a value and a kind of task."""

    name: str
    value: str
    place: str

    def __str__(self) -> str:
        return f"{self.name} = {self.value} ({self.place})"

    def source(self) -> str:
        """A workflow that has it."""
        if self.name == "exec":
            command = ""
        else:
            command = 'exec = "run %IN out.json"' if self.reads else 'exec = "run out.json"'
        option = f"{self.name} = {self.value}"
        for what in ("PARAM", "TEXT", "NUMBER", "ITERATION"):
            option = option.replace(what, self._reference(what))
        if self.place == "learner":
            return _program(_loop(_BODY + _LEARNER.replace("OPTION", option), ""), "")
        outputs = "" if self.name == "outputs" else 'outputs = ["out.json"]'
        task = f"task target {{ {command} {outputs}\n{option}\n}}\n"
        learner = _LEARNER.replace("OPTION", "")
        if self.place == "in the loop":
            learner = learner.replace("after second", "after second, target")
        if self.place == "in the loop":
            return _program(_loop(_BODY + task + learner, ""), "")
        if self.place == "after the loop":
            late = task.replace("\n}\n", "\nafter scan\n}\n")
            return _program(_loop(_BODY + learner, ""), late)
        return _program("", _BODY + task)

    @property
    def reads(self) -> bool:
        """Whether the option is about input, so that the command reads some."""
        return self.name in ("inDS", "in_ds")

    def _reference(self, what: str) -> str:
        name = {"PARAM": "m1", "TEXT": "tag", "NUMBER": "count", "ITERATION": "iteration"}[what]
        if self.place == "after the loop" and what != "ITERATION":
            return f"scan.{name}"
        return name

    def tasks(self) -> set[str]:
        """The tasks of that workflow."""
        names = {"first", "second"}
        if self.place != "without a loop":
            names.add("decide")
        if self.place != "learner":
            names.add("target")
        return names


def _loop(body: str, more: str) -> str:
    return (
        "loop scan {\nparam m1: float = 0.5\n"
        'param tag: string of "a-z" = "a"\nparam count: int = 3\n'
        f"{body}\nrepeat while decide.m1 < 1 at most 5 times\n}}\n{more}"
    )


def _program(loop: str, tasks: str) -> str:
    return (
        '# alw: ignore-file\nworkflow w {\ndataset = "user.me.sweep"\n'
        'input data: dataset = "user.me.data"\nconst number: int = 4\nconst fast: bool = true\n'
        f'const word: string = "word"\nconst wild: string = "a b;c"\n{loop}{tasks}}}\n'
    )


def combinations() -> Iterator[Combination]:
    """All of them, in an order that does not change."""
    for place in PLACES:
        own = LEARNER if place == "learner" else TASK
        for name in dict.fromkeys([*setting_names(place == "learner"), *own]):
            for value in VALUES:
                yield Combination(name, value, place)


def trouble(combination: Combination) -> str | None:
    """What is wrong with what the compiler makes of it; ``None`` if it is errors or all tasks."""
    compiled = compile_text(combination.source())
    wrong = [d for d in compiled.diagnostics if d.severity == "error"]
    internal = [d for d in wrong if "internal" in d.name]
    if internal:
        return f"{internal[0].code}: {internal[0].message}"
    if wrong:
        return None
    if not compiled.ok or set(compiled.workflows) != {"w"}:
        return "no errors and no workflow"
    tasks = compiled.workflows["w"].tasks
    if set(tasks) != combination.tasks():
        return f"no errors and only {sorted(tasks)}"
    for name, task_map in tasks.items():
        if found := fault(task_map):
            return f"{name}: {found}"
        if found := unfilled(task_map, combination.place, name):
            return f"{name}: {found}"
    return None


def unfilled(task_map: Mapping[str, Any], place: str, name: str) -> str | None:
    """What iDDS would leave of its markers in a map."""
    values = {"m1": 0.5, "tag": "a", "count": 3}
    try:
        filled = json.dumps(fill_markers(task_map, values, 2))
    except Unfilled as error:
        return str(error)
    start = filled.find(MARK)
    return f"iDDS leaves {filled[start - 40 : start + 40]}" if start >= 0 else None
