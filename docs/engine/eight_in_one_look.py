"""Eight tasks that end between two looks of the clerk end a loop, although a learner follows."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Condition, Workflow


def iterations(width, at_once=True):
    """How the request ends, and the iterations that ran, of three, with so many simulations."""
    simulations = [task(f"simulate{number}") for number in range(width)]
    learn = learner("learn", to_continue=True)
    loop = Workflow(name="loop")
    for work in (*simulations, learn):
        work.submitted = True  # see look_before_submission.py
        loop.add_work(work)
    ended = [work.is_processed for work in simulations]
    loop.add_condition(AndCondition(conditions=ended, true_works=[learn]))
    loop.add_loop_condition(Condition(cond=learn.get_custom_condition_status))

    clerk = Clerk(loop)
    answers = [{"to_continue": True}, {"to_continue": True}, {"to_continue": False}]
    return clerk.run(answers, at_once=at_once), clerk.tasks.count("learn")


print("each task ends before a look of its own:", iterations(8, at_once=False))
print("seven tasks:", iterations(7))
conclude(iterations(8), documented=("Finished", 1), expected=("Finished", 3))
