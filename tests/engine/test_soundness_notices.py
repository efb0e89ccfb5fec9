"""A compiler with a fault is found out by :mod:`tests.engine.test_soundness`.

Each fault is one of the traps that the compiler is there to avoid; a property that would hold
with it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import alw
from alw.check import graph
from alw.plan import collisions, planner
from alw.prun import acceptance, command
from alw.prun.plan_context import PlanContext
from alw.prun.shell_reader import Shell
from alw.targets.idds import epilogue, forms, learner_command, learner_order
from alw.targets.idds2 import workflow_lowering as idds2
from alw.targets.idds2.idds_marks import IddsPlaceholders
from alw.targets.idds2.objects import make_work
from alw.targets.idds2.tail import Tail
from alw.targets.idds2.workflow_lowering import WorkflowLowering
from tests.engine.generate_programs import Program, programs
from tests.engine.test_soundness import check

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]
FAULTS: list[Fault] = []


def fault(function: Fault) -> Fault:
    FAULTS.append(function)
    return function


@fault
def the_seed_s_placeholders(patch: Patch) -> None:
    patch.setattr(IddsPlaceholders, "param", lambda self, name: f"{{{name}}}")
    for module in (command, acceptance, learner_command):  # which would notice by themselves
        patch.setattr(module, "has_only_proper_marks", lambda *arguments: True)


@fault
def the_same_names_in_every_iteration(patch: Patch) -> None:
    patch.setattr(IddsPlaceholders, "iteration", lambda self: "1")


@fault
def the_data_of_the_first_iteration(patch: Patch) -> None:
    proper = PlanContext.dataset_of

    def first(self: PlanContext, output: Any) -> Any:
        name = proper(self, output)
        return name.replace("___idds___num_run___", "1") if isinstance(name, str) else name

    patch.setattr(PlanContext, "dataset_of", first)
    patch.setattr(planner, "report_literal_reads", lambda *arguments: None)


@fault
def no_bound(patch: Patch) -> None:
    def endless(*arguments: Any) -> Any:
        return epilogue.add_epilogue(*arguments[:-1], 1000)  # type: ignore[call-arg]

    patch.setattr(learner_command, "add_epilogue", endless)


@fault
def no_condition(patch: Patch) -> None:
    def always(*arguments: Any) -> Any:
        return epilogue.add_epilogue(*arguments[:-2], None, arguments[-1])  # type: ignore[call-arg]

    patch.setattr(learner_command, "add_epilogue", always)


@fault
def results_of_any_type(patch: Patch) -> None:
    program = epilogue._read_program().replace("if not good:", "if False:")
    patch.setattr(epilogue, "_read_program", lambda: program)


@fault
def what_the_learner_adds_is_kept(patch: Patch) -> None:
    patch.setattr(epilogue, "_render_fields", lambda *arguments: ["fields = result"])


@fault
def a_task_beside_the_learner(patch: Patch) -> None:
    rules = tuple(rule for rule in forms.FORMS if rule is not learner_order.learner_waits)
    patch.setattr(forms, "FORMS", rules)


@fault
def values_unquoted(patch: Patch) -> None:
    patch.setattr(Shell, "quote_value", lambda self, value: value)


@fault
def after_is_forgotten(patch: Patch) -> None:
    proper = graph._mentions

    def without(task: Any, *arguments: Any) -> Any:
        named = {mention.name for mention in task.after}
        return [m for m in proper(task, *arguments) if m[0] not in named]

    patch.setattr(graph, "_mentions", without)
    rules = tuple(rule for rule in forms.FORMS if rule is not learner_order.learner_waits)
    patch.setattr(forms, "FORMS", rules)


@fault
def behind_the_loop_too_early(patch: Patch) -> None:
    def simple(self: Any, task: Any) -> Any:
        return tuple((parent, "is_processed") for parent in sorted(task.parents))

    patch.setattr(WorkflowLowering, "_find_awaited", simple)


@fault
def released_twice(patch: Patch) -> None:
    proper = make_work

    def unsubmitted(*arguments: Any) -> Any:
        work = proper(*arguments)
        del work["attributes"]["submitted"]
        return work

    patch.setattr(idds2, "make_work", unsubmitted)


@fault
def behind_the_loop_without_the_learner_s_data(patch: Patch) -> None:
    proper = WorkflowLowering._find_awaited

    def without(self: Any, task: Any) -> Any:
        return tuple(m for m in proper(self, task) if m[1] != "get_output_data")

    patch.setattr(WorkflowLowering, "_find_awaited", without)


@fault
def followers_beside_each_other(patch: Patch) -> None:
    patch.setattr(idds2, "split_followers", lambda *arguments: Tail((), ()))


@fault
def names_that_collide(patch: Patch) -> None:
    patch.setattr(collisions, "find_same_names", lambda *arguments: ())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found_out(fault: Fault) -> None:
    @settings(
        max_examples=2000,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def every_program_is_fine(program: Program) -> None:
        proper = _proper(program)
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            if _workflows(program) not in ({}, proper):
                check(program, 2)

    with pytest.raises((AssertionError, ValueError)):  # ValueError: no shell reads the command
        every_program_is_fine()


#: By the text and the inputs: every fault is tried on the same programs.
_KNOWN: dict[tuple[str, str], dict[str, object]] = {}


def _proper(program: Program) -> dict[str, object]:
    key = (program.text, repr(program.inputs))
    if key not in _KNOWN:
        _KNOWN[key] = _workflows(program)
    return _KNOWN[key]


def _workflows(program: Program) -> dict[str, object]:
    compilation = alw.compile_text(program.text, program.inputs)
    return {name: made.workflow for name, made in compilation.workflows.items()}
