"""An engine that differs in kind needs nothing but a target of its own.

The one here runs several loops and tasks beside them, counts iterations and decides by itself, adds
nothing to a learner's command, and marks values as ``${name}``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import alw
from alw import targets
from alw.check.capabilities import Capabilities
from alw.check.context import CheckContext
from alw.plan.model import LoopPlan, WorkflowPlan
from alw.prun.command import Part
from alw.prun.plan_context import PlanContext
from alw.semantics.program import Task
from alw.targets.bundle import Bundle, bundle_one
from alw.text.source import Span

PROGRAM = """
workflow both {
  dataset = "user.me.both"
  task prepare {
    exec = "prepare.sh out.dat"
    outputs = ["out.dat"]
  }
  loop scan {
    param m1: float = 0.5
    task simulate {
      exec = "sim.sh {m1} out.root"
      outputs = ["out.root"]
      after prepare
    }
    learn fit {
      exec = "fit.sh {simulate.outputs[0]} {m1} next.json"
      result "next.json" { m1: float, good: bool }
    }
    repeat while fit.good at most 5 times
  }
  loop refine {
    param cut: int = 3
    task select {
      exec = "select.sh {cut} {scan.m1} {iteration} out.root"
      outputs = ["out.root"]
    }
    learn judge {
      exec = "judge.sh {select.outputs[0]} {cut} next.json"
      result "next.json" { cut: int }
    }
    repeat at most 12 times
  }
  task report {
    exec = "report.sh {refine.cut} page.html"
    outputs = ["page.html"]
  }
}
"""


class Marks:
    """``${name}``, in whatever text."""

    reserved = re.compile(r"\$\{alw\.")
    looked_for_again = ""

    def param(self, name: str) -> str:
        return f"${{alw.{name}}}"

    def iteration(self) -> str:
        return "${alw.round}"

    def find_unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        return []

    def find_mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        return []


class Toy:
    """The engine."""

    capabilities = Capabilities(
        title="Toy",
        placeholders=Marks(),
        numbers_iterations=True,
        needs_scope=False,
        removes_old_result=False,
    )

    def check(self, context: CheckContext) -> None:
        """There is nothing that it cannot do."""

    def compile_learner(
        self, context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...]:
        return parts

    def plan_actuator(self, context: PlanContext, task: Task) -> None:
        return None

    def lower(self, plan: WorkflowPlan) -> Bundle:
        def of_loop(loop: LoopPlan) -> dict[str, Any]:
            return {
                "first": dict(loop.params),
                "decides": loop.learner,
                "rounds": loop.bound,
                "asks": loop.condition is not None,
                "tasks": [task.name for task in plan.tasks if task.loop == loop.name],
            }

        workflow = {
            "loops": {loop.name: of_loop(loop) for loop in plan.loops},
            "once": [task.name for task in plan.tasks if not task.in_loop],
            "waits": {task.name: list(task.parents) for task in plan.tasks},
        }
        return bundle_one(plan, workflow)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(targets._MODULES, "toy", (__name__, "Toy"))
    return "toy"


def test_two_loops_and_tasks_beside_them(toy: str) -> None:
    result = alw.compile_text(PROGRAM, target=toy)
    assert result.diagnostics == ()
    made = result.workflows["both"]
    assert made.workflow == {
        "loops": {
            "scan": {
                "first": {"m1": 0.5},
                "decides": "fit",
                "rounds": 5,
                "asks": True,
                "tasks": ["simulate", "fit"],
            },
            "refine": {
                "first": {"cut": 3},
                "decides": "judge",
                "rounds": 12,
                "asks": False,
                "tasks": ["select", "judge"],
            },
        },
        "once": ["prepare", "report"],
        "waits": {
            "prepare": [],
            "simulate": ["prepare"],
            "fit": ["simulate"],
            "select": ["fit"],
            "judge": ["select"],
            "report": ["judge"],
        },
    }


def test_its_marks_are_in_the_maps_and_its_learners_have_no_check(toy: str) -> None:
    tasks = alw.compile_text(PROGRAM, target=toy).workflows["both"].tasks
    assert "sim.sh ${alw.m1} out.root" in tasks["simulate"]["cliParams"]
    assert "select.sh ${alw.cut} ${alw.m1} ${alw.round} out.root" in tasks["select"]["cliParams"]
    assert tasks["judge"]["taskName"] == "user.me.both.judge.${alw.round}/"
    assert "prun --exec 'judge.sh %IN ${alw.cut} next.json'" in tasks["judge"]["cliParams"]


def test_its_name_is_in_messages(toy: str) -> None:
    text = PROGRAM.replace("sim.sh {m1}", "sim.sh {m1 + 1} ${{alw.x}")
    messages = [d.message for d in alw.compile_text(text, target=toy).diagnostics]
    assert "Toy inserts values, it does not compute" in messages


def test_a_loop_has_rules_whatever_the_engine(toy: str) -> None:
    text = PROGRAM.replace("repeat at most 12 times", "repeat while judge.result")
    text = text.replace("{refine.cut} page", "{cut} page").replace(
        "fit.sh {sim", "fit.sh {cut} {sim"
    )
    found = sorted((d.code, d.message) for d in alw.compile_text(text, target=toy).diagnostics)
    assert found == [
        ("ALW203", "'cut' is a parameter of loop 'refine'"),
        ("ALW203", "'cut' is a parameter of loop 'refine'"),
        ("ALW301", "the loop has no bound: if the condition stays true, it runs forever"),
    ]


@pytest.mark.parametrize("value", ["fit.good", "fit.result", "scan.m1 > 1.0"])
def test_a_condition_reads_values_of_its_loop(toy: str, value: str) -> None:
    text = PROGRAM.replace("repeat at most 12", f"repeat while {value} at most 12")
    found = [(d.code, d.message) for d in alw.compile_text(text, target=toy).diagnostics]
    assert found == [("ALW308", "a condition cannot read a value of another loop, 'scan'")]


@pytest.mark.parametrize("target", targets.TARGETS)
def test_for_idds_the_second_loop_is_an_error(target: str) -> None:
    found = [d.code for d in alw.compile_text(PROGRAM, target=target).diagnostics]
    assert "ALW306" in found


# What an engine can do is the engine's to say

ROOMS = ("semantics", "check", "prun", "plan")
FILES = sorted(file for room in ROOMS for file in (Path(alw.__file__).parent / room).rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_room_before_the_targets_knows_an_engine(file: Path) -> None:
    named = [text for text in _texts_in_code(ast.parse(file.read_text("utf-8"))) if _IDDS(text)]
    assert not named


_IDDS = re.compile("idds", re.IGNORECASE).search


def _texts_in_code(tree: ast.Module) -> Iterator[str]:
    """Yield the names and strings of a module, without docstrings and the pages of rules."""
    documents = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="rule"), args=pages):
                documents |= {id(page) for page in pages}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documents:
                yield text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text):
                yield text
            case ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                yield text
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (name.name for name in names)
                yield getattr(node, "module", None) or ""
