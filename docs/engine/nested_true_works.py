"""A condition among the true_works of another ends a loop after its first iteration."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Condition, Workflow


def iterations(nested):
    """How the request ends, and the iterations that ran, of three."""
    simulate, check, learn = task("simulate"), task("check"), learner("learn", to_continue=True)
    loop = Workflow(name="loop")
    for work in (simulate, check, learn):
        work.submitted = True  # see look_before_submission.py
        loop.add_work(work)
    loop.add_condition(AndCondition(conditions=[simulate.is_processed], true_works=[check]))
    if nested:
        inner = AndCondition(conditions=[simulate.is_processed], true_works=[learn])
        loop.add_condition(AndCondition(conditions=[check.is_processed], true_works=[inner]))
    else:
        both = [simulate.is_processed, check.is_processed]
        loop.add_condition(AndCondition(conditions=both, true_works=[learn]))
    loop.add_loop_condition(Condition(cond=learn.get_custom_condition_status))

    clerk = Clerk(loop)
    clerk.end("simulate")
    clerk.look()
    clerk.end("check")
    clerk.look()  # releases learn
    clerk.submit("learn")
    clerk.look()
    clerk.look()  # update_poll_period is over; learn still runs
    status = clerk.run([{"to_continue": True}, {"to_continue": True}, {"to_continue": False}])
    return status, clerk.tasks.count("learn")


print("the same as one flat condition:", iterations(nested=False))
conclude(iterations(nested=True), documented=("Finished", 1), expected=("Finished", 3))
