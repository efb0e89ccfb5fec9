"""The condition of a loop, as the learner's job computes it."""

import math
import operator
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alw
from tests.commands.nodes import NODES, PYTHONS, RESULT, Node, checked, give, stopped
from tests.commands.programs import compile_learner, task_map
from tests.oracles.worker_node import run_job

pytestmark = pytest.mark.slow

FIELDS = 'x: float, n: int, b: bool, s: string of "a-z_", note: string'
PARAMS = (
    'param x: float = 0.5\nparam n: int = 2\nparam b: bool = true\nparam s: string of "a-z_" = "a"'
)
GIVEN = {"x": 2.5, "n": 7, "b": True, "s": "ab", "note": "it's 😀 $x %IN"}
NOW = {"x": 0.5, "n": 2, "b": False, "s": "cd"}

CONDITIONS: list[tuple[str, bool]] = [
    ("true", True),
    ("false", False),
    ("step.b", True),
    ("not step.b", False),
    ("step.x > 2", True),
    ("step.x >= 2.5 and step.x <= 2.5", True),
    ("step.x < 2 or step.n > 6", True),
    ("not (step.x < 2 or step.n > 6)", False),
    ("step.n == 7", True),
    ("step.n != 7", False),
    ("step.n == 7.0", True),
    ('step.s == "ab"', True),
    ('step.s != "ab"', False),
    ("step.s == s", False),
    ('s == "cd"', True),
    ('step.note == "it\'s 😀 $x %IN"', True),
    ('step.note == "x"', False),
    ('step.note != "___idds___user_x___ \\"q\\" \\\\ {{}} \'"', True),
    ("x == 0.5 and n == 2 and not b", True),
    ("step.x - x == 2", True),
    ("step.n % 4 == 3", True),
    ("-step.n % 4 == 1", True),
    ("step.x % 2 == 0.5", True),
    ("-step.x % 2 == 1.5", True),
    ("step.n % -4 == -1", True),
    ("step.n / 2 == 3.5", True),
    ("step.n // 2 == 3", True),
    ("-step.n // 2 == -4", True),
    ("step.x // 1 == 2", True),
    ("n / step.n < 0.29", True),
    ("iteration == 3", True),
    ("iteration % 2 == 1", True),
    ("iteration < step.n * 2 - 10", True),
    ("step.n * 1000000000000000 * 1000000000000000 % 1000 == 0", True),
    ("step.n - 7 == 0", True),
    ("b == false", True),
    ("step.b == (step.n > 6)", True),
    ("step.b and (b or step.x * 2 == 5)", True),
    ("step.x > 1e-300 and step.n < 999999999999999999", True),
]


@pytest.mark.parametrize("node", NODES[-len(PYTHONS) :], ids=str)
@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions(node: Node, condition: str, expected: bool, tmp_path: Path) -> None:
    give(tmp_path, GIVEN)
    job = node.run(
        tmp_path, result=FIELDS, condition=condition, params=PARAMS, iteration=3, values=NOW
    )
    found = checked(job)
    assert found == {**GIVEN, "to_continue": expected}
    assert f"condition {expected}: the loop {'goes on' if expected else 'ends'}" in job.stderr


@pytest.mark.parametrize("node", NODES, ids=str)
@pytest.mark.parametrize(
    "condition",
    [
        "1 / step.n > 0",
        "5 // step.n > 0",
        "5 % step.n > 0",
        "5.5 % step.n > 0",
        "step.x / (n - 2) > 0",
    ],
)
def test_a_condition_that_fails(node: Node, condition: str, tmp_path: Path) -> None:
    give(tmp_path, {**GIVEN, "n": 0})
    job = node.run(
        tmp_path, result=FIELDS, condition=condition, params=PARAMS, iteration=1, values=NOW
    )
    stopped(job, tmp_path, "alw: r.json makes the condition fail (ZeroDivisionError: ")


@pytest.mark.parametrize("node", NODES, ids=str)
def test_the_bound(node: Node, tmp_path: Path) -> None:
    """The bound holds whatever the condition says, and the last result is still a result."""
    for iteration, expected in ((1, True), (4, True), (5, False), (6, False)):
        for condition in (None, "step.n > 0"):
            give(tmp_path, GIVEN)
            job = node.run(
                tmp_path, result=FIELDS, condition=condition, params=PARAMS, iteration=iteration
            )
            assert checked(job) == {**GIVEN, "to_continue": expected}
            assert f"iteration {iteration} of at most 5" in job.stderr


@pytest.mark.parametrize("node", NODES, ids=str)
def test_a_loop_of_one_iteration(node: Node, tmp_path: Path) -> None:
    give(tmp_path, GIVEN)
    job = node.run(tmp_path, result=FIELDS, params=PARAMS, bound=1)
    assert checked(job)["to_continue"] is False


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip
numbers = st.one_of(st.integers(-(10**17), 10**17), st.floats(-1e200, 1e200), st.integers(-9, 9))


def field_type(value: float) -> str:
    return "int" if isinstance(value, int) else "float"


@given(numbers, numbers, st.sampled_from(sorted(OPERATORS)))
@settings(max_examples=20, deadline=None)
def test_arithmetic_is_that_of_the_compiler(
    tmp_path_factory: pytest.TempPathFactory, left: float, right: float, symbol: str
) -> None:
    """The same expression, once with the values known to the compiler and once in the job."""
    directory = tmp_path_factory.mktemp("job")
    try:
        value = OPERATORS[symbol](left, right)
    except ArithmeticError:
        value = None
    if value is not None and (math.isinf(value) or abs(value) > 10**17):
        return
    give(directory, {"l": left, "r": right, "v": value or 0})
    fields = f"l: {field_type(left)}, r: {field_type(right)}, v: {field_type(value or 0)}"
    condition = f"step.l {symbol} step.r == step.v"
    for python in PYTHONS:
        node = Node("/bin/sh", python)
        job = node.run(directory, result=fields, condition=condition, params="")
        if value is None:
            stopped(job, directory, "makes the condition fail")
        else:
            assert checked(job)["to_continue"] is True, job


def test_the_interpreter_is_the_first_python_of_the_command() -> None:
    for command, found in (
        ("python3 a.py", "python3 -c"),
        ("source x.sh && /opt/bin/python3.9 a.py python", "/opt/bin/python3.9 -c"),
        ("X=1 python a.py", "python -c"),
    ):
        made = task_map(compile_learner(command), "step")
        assert f'cd "$alw" && {found}' in made["cliParams"].replace("'\"'\"'", "'")
    refused = compile_learner("./learn.sh --python=3 mypython a.python")
    assert [d.name for d in refused.diagnostics] == ["unknown-interpreter"]


def test_alphabets_of_field_and_parameter(tmp_path: Path) -> None:
    compilation = compile_learner(
        "cp given r.json", 's: string of "a-c"', 'step.s != "x"',
        'param s: string of "a-z" = "a"', more='interpreter = "python3"',
    )  # fmt: skip
    for value, fine in (("abc", True), ("abcd", False)):
        give(tmp_path, {"s": value})
        job = run_job(task_map(compilation, "step"), tmp_path, values={"s": "a"}, iteration=1)
        assert job.ok is fine
        assert (tmp_path / RESULT).exists() is fine


def test_the_values_of_the_engine_are_what_the_checks_read(tmp_path: Path) -> None:
    """A whole loop: every result is what iDDS inserts into the next iteration, with ``str``."""
    params = 'param x: float = 0.5\nparam b: bool = true\nparam s: string of "a-z" = "a"'
    compilation = compile_learner(
        "python3 learn.py {x} {b} {s}", 'x: float, b: bool, s: string of "a-z"',
        'x < 1e16 and s != "stop" and (b or true) and step.x != x', params, 9,
    )  # fmt: skip
    (tmp_path / "learn.py").write_text(
        "import json, sys\nx, b, s = sys.argv[1:]\n"
        "json.dump({'x': float(x) * 4000000, 'b': b != 'True', 's': s + 'a'}, open('r.json', 'w'))"
    )
    values: dict[str, object] = {"x": 0.5, "b": True, "s": "a"}
    iterations = 0
    going_on = True
    while going_on:
        iterations += 1
        job = run_job(task_map(compilation, "step"), tmp_path, values=values, iteration=iterations)
        found = checked(job)
        going_on = bool(found.pop("to_continue"))
        values = found
    assert iterations == 4
    assert values == {"x": 0.5 * 4000000**4, "b": True, "s": "aaaaa"}


def test_what_the_compiler_says_of_strange_conditions() -> None:
    for condition in ('step.x == "a"', "step.x", "step.x + step.b > 0", "step.y > 0"):
        found = compile_learner("python a.py", condition=condition)
        assert isinstance(found, alw.Compilation)
        assert not found.ok
