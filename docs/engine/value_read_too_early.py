"""When two learners end between two looks, the next task gets the old value of one."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Workflow


def command(at_once):
    """The command of the task that reads what two learners have found."""
    first, second = learner("first"), learner("second")
    reader = task("reader", "read ___idds___user_p___ ___idds___user_q___")
    flow = Workflow(name="flow")
    for work in (first, second, reader):
        work.submitted = True
        flow.add_work(work)
    both = [first.is_processed, second.is_processed]
    flow.add_condition(AndCondition(conditions=both, true_works=[reader]))
    flow.set_global_parameters({"user_p": 0, "user_q": 0})

    clerk = Clerk(flow)
    clerk.run([{"p": 1}, {"q": 1}], at_once=at_once)
    return clerk.commands[-1]


print("each learner ends before a look of its own:", command(at_once=False))
conclude(command(at_once=True), documented="read 1 0", expected="read 1 1")
