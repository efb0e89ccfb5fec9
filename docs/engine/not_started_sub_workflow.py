"""A condition on a sub-workflow that has not started makes every look fail."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, OrCondition, Workflow


def released(sub_workflow_first):
    """What runs when c waits for a or for an optional sub-workflow, whichever ends."""
    a, b, c = task("a"), task("b"), task("c")
    inner = Workflow(name="inner")
    inner.add_work(b)
    flow = Workflow(name="flow")
    for work in (a, inner, c):
        flow.add_work(work)
    either = OrCondition(conditions=[inner.is_processed, a.is_finished], true_works=[c])
    flow.add_condition(either)
    flow.add_condition(AndCondition(conditions=[a.is_failed], true_works=[inner]))
    if not sub_workflow_first:  # _work_conds only says where a condition is evaluated
        flow.template.work_conds = {a.internal_id: list(flow.template.conditions)}
    clerk = Clerk(flow)
    clerk.end("a")
    try:
        clerk.look()
    except Exception as error:
        return str(error)
    return clerk.tasks


print("listed in _work_conds under a only:", released(sub_workflow_first=False))
documented = "There are no runs. It should not have next work"
conclude(released(sub_workflow_first=True), documented=documented, expected=["a", "c"])
