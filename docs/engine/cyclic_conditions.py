"""Two conditions in a cycle, the documented loop, run one iteration."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import Condition, Workflow

simulate, learn = task("simulate"), learner("learn", to_continue=True)
flow = Workflow(name="flow")
flow.add_work(simulate, initial=True)
flow.add_work(learn)
flow.add_condition(Condition(cond=simulate.is_finished, true_work=learn))
flow.add_condition(Condition(cond=learn.get_custom_condition_status, true_work=simulate))

clerk = Clerk(flow)
clerk.run([{"to_continue": True}, {"to_continue": False}])
two = ["simulate", "learn", "simulate", "learn"]
conclude(clerk.tasks, documented=["simulate", "learn"], expected=two)
