"""When the clerk looks at requests, run inside the iDDS server process.

As shipped the clerk looks every 300 s, and after an event of one of the request's tasks as soon as
it gets to it.  So a look may fall between the release of a work and its submission: here every
request that runs is looked at each second, by the event that a task of it would send.  And several
tasks may have ended since the last look: while the file ``<request>.away`` is in the spool folder,
a look at that request waits.
"""

import threading
import time
from pathlib import Path
from typing import Any

PERIOD = 1.0
_WAIT = 0.05


def install(spool: Path) -> None:
    """Make every look at a running request wait while the clerk is away."""
    from idds.agents.clerk.clerk import Clerk

    look = Clerk.process_update_request

    def process_update_request(self: Any, event: Any = None, request: Any = None) -> Any:
        number = request["request_id"] if request else event._request_id
        while (spool / f"{number}.away").exists():
            time.sleep(_WAIT)
        return look(self, event=event, request=request)

    Clerk.process_update_request = process_update_request


def look_often() -> None:
    """Ask the clerk for a look at every running request, each second."""
    from idds.agents.common.eventbus.event import UpdateRequestEvent
    from idds.agents.common.eventbus.eventbus import EventBus
    from idds.common.config import config_get
    from idds.common.constants import RequestStatus
    from idds.orm.base.session import get_engine
    from sqlalchemy import text

    schema = config_get("database", "schema")
    query = text(f"select request_id from {schema}.requests where status = :status")
    running = {"status": RequestStatus.Transforming.value}
    engine = get_engine()

    def ask() -> None:
        while True:
            time.sleep(PERIOD)
            with engine.connect() as connection:
                numbers = [row[0] for row in connection.execute(query, running)]
            for number in numbers:
                EventBus().send(UpdateRequestEvent(publisher_id="looks", request_id=number))

    threading.Thread(target=ask, name="looks", daemon=True).start()
