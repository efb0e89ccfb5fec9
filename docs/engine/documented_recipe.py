"""Three steps of the documented active-learning recipe are no longer possible."""

from clerk import parameters, task
from finding import conclude
from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
from idds.workflowv2.workflow import Workflow


def refusal(step):
    """The kind of error that a step raises, or None."""
    try:
        step()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
        return type(error).__name__
    return None


work = task("a")
steps = [
    lambda: ATLASPandaWork(panda_task_paramsmap=parameters("a", "")),
    lambda: work.get_output_collections()[0]["scope"],
    lambda: Workflow().add_initial_works(work),
]
documented = ["TypeError", "TypeError", "AttributeError"]
conclude([refusal(step) for step in steps], documented=documented, expected=[None, None, None])
