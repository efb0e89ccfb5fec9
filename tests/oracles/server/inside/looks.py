"""When the clerk looks at requests, run inside the iDDS server process.

As shipped the clerk looks every 300 s, and when an event says that a task was submitted or has
ended, if it gets to it.  So a look may fall between the release of a work and its submission: here
every request that runs is looked at each second, by such an event.  And between two looks anything
may happen to the tasks: while the file ``<request>.away`` is in the spool folder, events for that
request are lost, and the file ``<request>.once`` stands for one that is not.
"""

import threading
import time
from pathlib import Path
from typing import Any

PERIOD = 1.0
_STEP = 0.25


def install(spool: Path) -> None:
    """Lose events for a request while the clerk is away from it."""
    from idds.agents.clerk.clerk import Clerk
    from idds.common.constants import ReturnCode

    look = Clerk.process_update_request

    def process_update_request(self: Any, event: Any = None, request: Any = None) -> Any:
        if event is not None and (spool / f"{event._request_id}.away").exists():
            try:
                (spool / f"{event._request_id}.once").unlink()
            except FileNotFoundError:
                return ReturnCode.Ok.value
        return look(self, event=event, request=request)

    Clerk.process_update_request = process_update_request


def look_often(spool: Path) -> threading.Thread:
    """Send the clerk the events that ask for looks; return the thread that does so."""
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

    def ask(number: int) -> None:
        EventBus().send(UpdateRequestEvent(publisher_id="looks", request_id=number))

    def go_on() -> None:
        last = 0.0
        while True:
            time.sleep(_STEP)
            for path in spool.glob("*.once"):
                ask(int(path.stem))
            if time.monotonic() - last < PERIOD:
                continue
            last = time.monotonic()
            with engine.connect() as connection:
                numbers = [row[0] for row in connection.execute(query, running)]
            for number in numbers:
                if not (spool / f"{number}.away").exists():
                    ask(number)

    thread = threading.Thread(target=go_on, name="looks", daemon=True)
    thread.start()
    return thread
