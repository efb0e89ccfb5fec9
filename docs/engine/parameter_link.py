"""A workflow with a ParameterLink cannot be loaded from its JSON."""

from clerk import task
from finding import conclude
from idds.common.utils import json_dumps, json_loads
from idds.workflowv2.workflow import ParameterLink, Workflow

first, second = task("first"), task("second")
flow = Workflow(name="flow")
flow.add_work(first)
flow.add_work(second)
flow.add_parameter_link(first, second, ParameterLink(parameters=["user_x"]))
try:
    seen = type(json_loads(json_dumps(flow))).__name__
except Exception as error:
    print(error)
    seen = type(error).__name__
conclude(seen, documented="TypeError", expected="Workflow")
