"""The target ``idds-0.2``: iDDS 0.2.1, for which the seed was written.

A loop is a pair of conditions, each of which starts the other work.  The PanDA task's command is
``cliParams``, in which ``str.format`` puts the values; the learner is an actuator, whose result
becomes the values of the next task as a whole.  What that release does otherwise than the
language says is a warning, what it cannot do an error.  Measured with its agents
(``tests/engine/test_idds02*.py``); the lines are of idds-workflow and idds-atlas 0.2.1.
"""

from __future__ import annotations

from typing import Any

from ...check.capabilities import Capabilities
from ...check.context import CheckContext
from ...diagnostics.diagnostic import Failed
from ...plan.model import ActuatorPlan, WorkflowPlan
from ...prun.command import Part
from ...prun.plan_context import PlanContext
from ...semantics.program import Task
from ...text.source import Span
from ..bundle import Bundle, bundle_one
from ..idds.epilogue import CHECKED
from ..idds.forms import check_form
from ..idds.learner_command import compile_learner
from ..idds.reserved_names import check_names
from ..ids import Ids
from .actuator import plan_actuator
from .format_marks import IddsZeroTwoPlaceholders
from .shortcomings import check_shortcomings
from .template_lowering import TemplateLowering

Json = dict[str, Any]


class IddsZeroTwo:
    """One ``Workflow`` of templates and conditions."""

    capabilities = Capabilities(
        title="iDDS",
        placeholders=IddsZeroTwoPlaceholders(),
        numbers_iterations=False,
        needs_scope=True,
        removes_old_result=True,
        learner_files=(CHECKED,),
    )

    def check(self, context: CheckContext) -> None:
        """Report what the release cannot do, or does otherwise."""
        check_names(context)
        check_form(context)
        check_shortcomings(context)

    def compile_learner(
        self, context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...] | Failed:
        """Return the command with the check of the result after it."""
        return compile_learner(context, task, parts, span)

    def plan_actuator(self, context: PlanContext, task: Task) -> ActuatorPlan | Failed:
        """Return the actuator that a learner becomes."""
        return plan_actuator(context, task)

    def lower(self, plan: WorkflowPlan) -> Bundle:
        """Return one request: iDDS Workflow JSON, as that release's ``json_loads`` reads it."""
        first = plan.tasks[0].dataset if plan.tasks else ""
        return bundle_one(
            plan, TemplateLowering(plan, Ids("idds-0.2", plan.name, first)).workflow()
        )
