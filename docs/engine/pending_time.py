"""A workflow with a pending_time expires at once if it was written long ago."""

import datetime

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import Workflow

flow = Workflow(name="flow", pending_time=1)  # in days
a = task("a")
flow.add_work(a)
print(flow.template.last_updated_at, a.last_updated_at)
long_ago = datetime.datetime.utcnow() - datetime.timedelta(days=30)
for each in (flow.template, a):
    each.last_updated_at = long_ago  # as in a file that was written a month ago
clerk = Clerk(flow)
clerk.look()
conclude(clerk.load().is_to_expire(), documented=True, expected=False)
