"""The agents call an ATLASActuatorWork with arguments that it does not take."""

import inspect

from finding import conclude
from idds.atlas.workflowv2.atlasactuatorwork import ATLASActuatorWork


def takes(function, *arguments, **keywords):
    """Whether a call would get as far as the function's body."""
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError as error:
        print(f"{function.__name__}: {error}")
        return False
    return True


work = ATLASActuatorWork.__new__(ATLASActuatorWork)
seen = {
    # agents/carrier/utils.py:2618 and 1380
    "get_input_collections": takes(work.get_input_collections, poll_externel=True),
    "poll_processing_updates": takes(work.poll_processing_updates, None, {}, log_prefix=""),
}
conclude(seen, documented=dict.fromkeys(seen, False), expected=dict.fromkeys(seen, True))
