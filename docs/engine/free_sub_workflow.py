"""A workflow with a sub-workflow that no condition releases cannot start."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import Workflow

flow, inner = Workflow(name="flow"), Workflow(name="inner")
inner.add_work(task("b"))
flow.add_work(task("a"))
flow.add_work(inner)
try:
    seen = Clerk(flow).tasks
except AttributeError as error:
    seen = str(error)
documented = "'Workflow' object has no attribute 'get_ancestry_works'"
conclude(seen, documented=documented, expected=["a", "b"])
