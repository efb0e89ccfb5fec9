"""Programs of the language, made at random, with what they must do.

Nothing here knows the compiler: what a program means is computed from what was drawn.  Most of
the programs are right; some break a rule, which the compiler must notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.engine.generate_commands import Scope, expression
from tests.engine.generate_tasks import BASES, Task, Writer, block
from tests.engine.generate_values import results, values_of, written
from tests.oracles.clerk import Ending, Order
from tests.oracles.clerk.orders import KINDS


@dataclass
class Program:
    """A program, what is handed to it, and what it means."""

    text: str
    inputs: dict[str, object]
    known: dict[str, Any]
    """The values of inputs and constants."""
    external: dict[str, str]
    """The datasets from outside, by their names in the program."""
    tasks: dict[str, Task]
    params: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """Type and first value."""
    fields: dict[str, str] = field(default_factory=dict)
    """The types of the result."""
    learner: str = ""
    condition: str = "true"
    bound: int = 1
    results: list[bytes | dict[str, object]] = field(default_factory=list)
    """What the learner leaves in each iteration, from the first again at the end; bytes: a file
    that must be refused."""
    order: Order = field(default_factory=Order)
    """When what happens."""
    endings: dict[tuple[str, int], Ending] = field(default_factory=dict)
    """Tasks that do not simply finish, in an iteration."""

    def __repr__(self) -> str:
        handed = f"inputs={self.inputs} results={self.results} endings={self.endings}"
        return f"{self.text}\n# {handed} order={self.order}"


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Any program of one workflow."""
    writer = Writer(draw)
    workflow, base = writer.name(), writer.pick(BASES[:2])
    lines = [*writer.declarations(), f'dataset = "{base}"']
    if not writer.chance(6):
        return _with_loop(writer, workflow, lines, base)
    before: list[Task] = []
    for _ in range(draw(st.integers(1, 5))):
        before.append(writer.task("alone", before, "", base))
    text = block("workflow", workflow, writer.shuffled([*lines, *map(writer.source, before)]))
    program = Program(text, writer.inputs, writer.known, writer.external, writer.tasks)
    program.order, program.endings = draw(_orders()), _endings(writer, 1)
    return program


def _with_loop(writer: Writer, workflow: str, lines: list[str], base: str) -> Program:
    draw, loop = writer.draw, writer.name()
    inside = _parameters(writer)
    before: list[Task] = []
    for _ in range(writer.pick([0, 0, 1, 1, 2, 2, 3, 4, 8])):
        before.append(writer.task("body", before, loop, base))
    learner = writer.task("learner", before, loop, base)
    before.append(learner)
    followers = _followers(writer, before, loop, base)
    fields = _fields(writer)
    listed = ", ".join(f"{name}: {kind}" for name, kind in writer.shuffled(list(fields.items())))
    learner.lines.append(f'result "{learner.outputs[0]}" {{ {listed} }}')
    inside += map(writer.source, [*before, *followers])
    condition = "" if writer.chance(4) else _condition(writer, learner.name, fields)
    bound = writer.pick([1, 2, 3, 3, 4, 6])
    repeat = f"repeat {f'while {condition} ' if condition else ''}at most {bound} times"
    lines.append(block("loop", loop, [*writer.shuffled(inside), repeat]))
    # to wait for one of several followers is mostly refused
    readable = [*before, *(followers if len(followers) < 2 or writer.chance(6) else [])]
    behind: list[Task] = []
    for _ in range(writer.pick([0, 0, 1, 1, 2, 3, 4])):
        task = writer.task("behind", [*readable, *behind], loop, base)
        if not (learner.name in task.parents or task.uses_parameters) or writer.chance(2):
            task.lines.append(f"after {loop}")
        task.parents.add(learner.name)
        behind.append(task)
    lines += map(writer.source, behind)
    return Program(
        block("workflow", workflow, writer.shuffled(lines)),
        writer.inputs,
        writer.known,
        writer.external,
        writer.tasks,
        writer.params,
        fields,
        learner.name,
        condition or "true",
        bound,
        draw(results(fields, {name: kind for name, (kind, _) in writer.params.items()})),
        draw(_orders()),
        _endings(writer, bound),
    )


@st.composite
def _orders(draw: st.DrawFn) -> Order:
    """How busy the server and PanDA are."""
    order = replace(draw(st.sampled_from(KINDS)), seed=draw(st.integers(0, 999)))
    if draw(st.booleans()):
        return order
    return replace(
        order,
        idle=draw(st.sampled_from([0.0, 0.3, 0.6])),
        burst=draw(st.integers(1, 8) | st.just(40)),
        slow=draw(st.sampled_from([0.0, 0.3, 0.8])),
    )


def _endings(writer: Writer, bound: int) -> dict[tuple[str, int], Ending]:
    """Draw how tasks end that do not simply finish; mostly there is none."""
    found = {}
    for _ in range(writer.pick([0, 0, 0, 1, 1, 2, 4])):
        where = writer.pick(sorted(writer.tasks)), writer.draw(st.integers(1, min(bound, 3)))
        found[where] = writer.pick(list(Ending)[1:])
    return found


def _followers(writer: Writer, before: list[Task], loop: str, base: str) -> list[Task]:
    """Draw the tasks that follow the learner: a chain, beside each other, or anyhow."""
    learner = before[-1]
    followers: list[Task] = []
    style = writer.pick(["chain", "beside", "beside", "anyhow"])
    for _ in range(writer.pick([0, 0, 0, 1, 2, 2, 3, 3] + [5] * (style != "anyhow"))):
        known = [*before, *(followers if style != "beside" else [])]
        after = followers[-1] if followers and style == "chain" else learner
        followers.append(writer.task("follower", known, loop, base, [after]))
    return followers


def _parameters(writer: Writer) -> list[str]:
    """Parameters and constants of the loop."""
    lines = []
    for _ in range(writer.draw(st.integers(0, 3))):
        name, kind = writer.name(), writer.kind(safe=True)
        first = writer.draw(values_of(kind))
        value = written(first)
        named = [n for n, v in writer.known.items() if type(v) is type(first) and kind in _PLAIN]
        if named and writer.chance(3):
            value = writer.pick(named)
            first = writer.known[value]
        writer.params[name] = (kind, first)
        lines.append(f"param {name}: {kind} = {value}")
    if writer.chance(3):
        name = writer.name()
        writer.known[name] = writer.draw(values_of("string"))
        lines.append(f"const {name}: string = {written(writer.known[name])}")
    return lines


_PLAIN = ("int", "float", "bool")


def _fields(writer: Writer) -> dict[str, str]:
    """The result's fields: of every parameter, perhaps of a wider or narrower type, and more."""
    fields = {name: kind for name, (kind, _) in writer.params.items()}
    for name, kind in fields.items():
        if kind == "float" and writer.chance(4):
            fields[name] = "int"
        elif kind.startswith("string") and writer.chance(3):
            fields[name] = "string"
    for _ in range(writer.draw(st.integers(0, 2))):
        fields[writer.name()] = writer.kind()
    return fields


def _condition(writer: Writer, learner: str, fields: Mapping[str, str]) -> str:
    atoms: dict[str, list[str]] = {"int": ["iteration"], "float": [], "bool": [], "string": []}
    for name, kind in fields.items():
        atoms[kind.split()[0]].append(f"{learner}.{name}")
    for name, (kind, _) in writer.params.items():
        atoms[kind.split()[0]].append(name)
    for kind in atoms:
        atoms[kind] += Scope(writer.known).of_type(kind)
    return expression(writer.draw, "bool", atoms, 3)
