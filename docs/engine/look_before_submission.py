"""A look of the clerk between a task's release and its submission ends a loop, Finished."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Condition, Workflow


def iterations(submitted):
    """How the request ends, and the iterations that ran, of three."""
    simulate, learn = task("simulate"), learner("learn", to_continue=True)
    for work in (simulate, learn):
        work.submitted = submitted
    loop = Workflow(name="loop")
    loop.add_work(simulate)
    loop.add_work(learn)
    loop.add_condition(AndCondition(conditions=[simulate.is_processed], true_works=[learn]))
    loop.add_loop_condition(Condition(cond=learn.get_custom_condition_status))

    clerk = Clerk(loop)
    clerk.end("simulate")
    clerk.look()  # releases learn; PanDA takes a few seconds to accept it
    clerk.look()  # update_poll_period is over, or there was an event
    status = clerk.run([{"to_continue": True}, {"to_continue": True}, {"to_continue": False}])
    return status, clerk.tasks.count("learn")


print("with submitted = True on each work:", iterations(submitted=True))
conclude(iterations(submitted=False), documented=("Finished", 1), expected=("Finished", 3))
