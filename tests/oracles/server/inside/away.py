"""A clerk that can be kept from looking at a request, run inside the iDDS server process.

As shipped the clerk looks every 300 s, and after an event of one of the request's tasks as soon as
it gets to it, so that several tasks may have ended since its last look.  While the file
``<request>.away`` is in the spool folder, a look at that request waits.
"""

import time
from pathlib import Path
from typing import Any

_PERIOD = 0.05


def install(spool: Path) -> None:
    """Make every look at a running request wait for the file to go."""
    from idds.agents.clerk.clerk import Clerk

    look = Clerk.process_update_request

    def process_update_request(self: Any, event: Any = None, request: Any = None) -> Any:
        number = request["request_id"] if request else event._request_id
        while (spool / f"{number}.away").exists():
            time.sleep(_PERIOD)
        return look(self, event=event, request=request)

    Clerk.process_update_request = process_update_request
