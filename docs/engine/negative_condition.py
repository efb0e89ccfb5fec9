"""get_not_custom_condition_status is true at the look after the one that saw the answer."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Workflow


def released(guarded):
    """What runs after a learner that has answered yes."""
    ask, yes, no = learner("ask", good=True), task("yes"), task("no")
    flow = Workflow(name="flow")
    for work in (ask, yes, no):
        flow.add_work(work)
    positive = [ask.is_processed, ask.get_custom_condition_status]
    negative = [ask.is_processed, ask.get_not_custom_condition_status]
    if guarded:
        negative.insert(1, ask.get_output_data)
    flow.add_condition(AndCondition(conditions=positive, true_works=[yes]))
    flow.add_condition(AndCondition(conditions=negative, true_works=[no]))

    clerk = Clerk(flow)
    clerk.end("ask", {"good": True})
    clerk.look()
    clerk.submit("yes")
    clerk.look()
    return clerk.tasks


print("with ask.get_output_data before it:", released(guarded=True))
conclude(released(guarded=False), documented=["ask", "yes", "no"], expected=["ask", "yes"])
