"""Target ``idds-2``: iDDS 2.6.21, workflow version 2.

What the engine does otherwise than one expects, and the forms that run: docs/engine.md.
"""

from __future__ import annotations

from typing import Any

from ...check.capabilities import Capabilities
from ...check.context import CheckContext
from ...diagnostics.diagnostic import Failed
from ...plan.model import WorkflowPlan
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
from .idds_marks import IddsPlaceholders
from .restrictions import check_restrictions
from .workflow_lowering import WorkflowLowering

Json = dict[str, Any]


class IddsTwo:
    """One top-level ``Workflow``; loop state lives on its ``template``."""

    capabilities = Capabilities(
        title="iDDS",
        placeholders=IddsPlaceholders(),
        numbers_iterations=True,
        needs_scope=True,
        removes_old_result=True,
        learner_files=(CHECKED,),
    )

    def check(self, context: CheckContext) -> None:
        """Report what the release cannot do, or does otherwise."""
        check_names(context)
        check_form(context)
        check_restrictions(context)

    def compile_learner(
        self, context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...] | Failed:
        """Return the command with the check of the result after it."""
        return compile_learner(context, task, parts, span)

    def plan_actuator(self, context: PlanContext, task: Task) -> None:
        """Return no actuator: the learner becomes a PanDA task."""

    def lower(self, plan: WorkflowPlan) -> Bundle:
        """Return one request: iDDS Workflow JSON, as ``idds.common.utils.json_loads`` reads it."""
        first = plan.tasks[0].dataset if plan.tasks else ""
        return bundle_one(plan, WorkflowLowering(plan, Ids("idds-2", plan.name, first)).workflow())
