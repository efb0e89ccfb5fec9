"""A request with a branch that is not taken ends SubFinished, although all tasks finished."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Workflow


def status(in_sub_workflow):
    """How the request ends; its only task has finished, and nothing is left to do."""
    a, repair = task("a"), task("repair")
    optional = repair
    if in_sub_workflow:
        optional = Workflow(name="optional")
        optional.add_work(repair)
    flow = Workflow(name="flow")
    flow.add_work(a)
    flow.add_work(optional)
    flow.add_condition(AndCondition(conditions=[a.is_failed], true_works=[optional]))
    return Clerk(flow).run()


print("repair in a sub-workflow:", status(in_sub_workflow=True))
conclude(status(in_sub_workflow=False), documented="SubFinished", expected="Finished")
