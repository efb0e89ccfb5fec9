"""___idds___num_run___ is empty outside a loop."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import Workflow

flow = Workflow(name="flow")
flow.add_work(task("a", "run ___idds___num_run___ ."))
conclude(Clerk(flow).commands, documented=["run  ."], expected=["run 1 ."])
