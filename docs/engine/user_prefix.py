"""A result whose last key begins with user_ sets every global parameter."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Workflow


def command(answer):
    """What runs after a learner with this answer."""
    ask = learner("ask")
    report = task("report", "report ___idds___user_mean___ ___idds___user_seed___")
    flow = Workflow(name="flow")
    flow.add_work(ask)
    flow.add_work(report)
    flow.add_condition(AndCondition(conditions=[ask.is_processed], true_works=[report]))
    flow.set_global_parameters({"user_mean": 0, "user_seed": 7})
    clerk = Clerk(flow)
    clerk.run([answer])
    return clerk.commands[-1]


print("without such a key:", command({"mean": 1.5}))
seen = command({"mean": 1.5, "user_mean": 9})
conclude(seen, documented="report 1.5 1.5", expected="report 1.5 7")
