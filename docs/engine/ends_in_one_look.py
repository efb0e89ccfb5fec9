"""Tasks that end between two looks of the clerk end a loop, Finished."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Condition, Workflow


def iterations(at_once, in_sub_workflow=False):
    """How the request ends, and the iterations that ran, of three."""
    simulate, learn = task("simulate"), learner("learn", to_continue=True)
    followers = [task("note"), task("plot")]
    loop = Workflow(name="loop")
    after = followers
    if in_sub_workflow:
        after = [Workflow(name="tail")]
        for work in followers:
            after[0].add_work(work)
    for work in (simulate, learn, *after):
        loop.add_work(work)
    for work in (simulate, learn, *followers):
        work.submitted = True  # see look_before_submission.py
    loop.add_condition(AndCondition(conditions=[simulate.is_processed], true_works=[learn]))
    loop.add_condition(AndCondition(conditions=[learn.is_processed], true_works=after))
    loop.add_loop_condition(Condition(cond=learn.get_custom_condition_status))

    clerk = Clerk(loop)
    answers = [{"to_continue": True}, {"to_continue": True}, {"to_continue": False}]
    return clerk.run(answers, at_once=at_once), clerk.tasks.count("learn")


print("each task ends before a look of its own:", iterations(at_once=False))
print("note and plot in a sub-workflow:        ", iterations(at_once=True, in_sub_workflow=True))
conclude(iterations(at_once=True), documented=("Finished", 1), expected=("Finished", 3))
