"""A condition inside the conditions of another is true once the workflow was loaded."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, OrCondition, Workflow

a, b, c = task("a"), task("b"), task("c")
flow = Workflow(name="flow")
for work in (a, b, c):
    flow.add_work(work)
either = OrCondition(conditions=[a.is_finished, b.is_finished])
flow.add_condition(AndCondition(conditions=[either.is_condition_true], true_works=[c]))

clerk = Clerk(flow)
clerk.look()  # nothing has ended
conclude(sorted(clerk.tasks), documented=["a", "b", "c"], expected=["a", "b"])
