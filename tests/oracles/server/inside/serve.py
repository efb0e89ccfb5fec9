"""The iDDS server: its tables, its REST service and its agents, in one process.

Run with the server environment's python; the environment variables come from ``settings.py``.
When everything is up, the REST port is written to ``$ALW_READY``.
"""

import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import looks
import panda

PR_SET_TIMERSLACK = 29

LOOK_PERIOD = 0.25
"""Seconds between two looks of an agent for something new from outside."""

LOOKS = {"Clerk": "get_new_requests", "Poller": "get_running_processings"}
"""The agents that wait for the outside, for users and for PanDA, and how they look.  All other
steps follow events at once."""


def save_processor_time() -> None:
    """Let the kernel end this process's short waits up to 5 ms late.

    Each agent's two threads wait 10 and 100 microseconds between two looks at their queues
    (``idds/agents/common/baseagent.py:250``, ``timerscheduler.py:213``), which keeps more than one
    core busy with nothing.  Threads inherit the setting, so it comes before them.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 5_000_000)


def prepare_database() -> None:
    """Make the schema and the tables, as ``idds/orm/base/models.py`` wants them.

    ``register_models`` does not create the schema.  And several columns are integers where the
    code assigns a bool, which Oracle accepts: PostgreSQL does so only with an assignment cast.
    """
    from idds.common.config import config_get
    from idds.core import requests as core_requests
    from idds.orm.base import models
    from idds.orm.base.session import get_engine
    from sqlalchemy import text

    engine = get_engine()
    with engine.begin() as connection:
        connection.execute(text(f"create schema if not exists {config_get('database', 'schema')}"))
        connection.execute(text(
            "update pg_cast set castcontext = 'a'"
            " where castsource = 'bool'::regtype and casttarget = 'int4'::regtype"
        ))  # fmt: skip
    models.register_models(engine)
    # As on a server that has had requests.  Without it an agent that starts late (the poller
    # sleeps 5 s) sets the number that they all share to None, and none of them looks at anything
    # until a clerk's timer meets the request (``idds/agents/common/baseagent.py:207``).
    core_requests.set_min_request_id(1)


def authenticated(application: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """Add what Apache's mod_ssl would: who the client is (``idds/rest/v1/app.py:90``)."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["SSL_CLIENT_S_DN"] = "/DC=ch/DC=cern/CN=wguan/CN=Tester"
        environ["SSL_CLIENT_CERT"] = "none"
        result: Iterable[bytes] = application(environ, start_response)
        return result

    return wrapped


def serve_rest() -> int:
    """Serve the REST application from a thread; return its port."""
    from idds.rest.v1.app import create_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, authenticated(create_app()), threaded=True)
    threading.Thread(target=server.serve_forever, name="rest", daemon=True).start()
    return int(server.server_port)


def run_agents() -> list[threading.Thread]:
    """Start the agents that ``[main] agents`` names, as ``idds/agents/main.py:run_agents`` does.

    No setting makes an agent look for something new more often than every 10 s (``create_task(…,
    delay_time=10)``, for instance ``idds/agents/carrier/poller.py:757``), which would make a minute
    of three iterations.  So two agents get another timer entry of the same kind, with the calls by
    which ``run`` makes its own; an agent works its timer off in one thread, so nothing runs beside
    itself.  (Several pollers, started one after another, are as fast, but they take the same task
    at the same time: the selection locks no row, ``idds/orm/processings.py:364``.)
    """
    from idds.agents import main

    agents: list[Any] = [main.load_agent(name) for name in main.load_config_agents()]
    for agent in agents:
        agent.start()
        look = LOOKS.get(type(agent).__name__)
        if look:
            task = agent.create_task(task_func=getattr(agent, look), delay_time=LOOK_PERIOD)
            agent.add_task(task)
    return agents


def main() -> int:
    save_processor_time()
    prepare_database()
    spool = Path(os.environ["ALW_SPOOL"])
    panda.install(spool)
    looks.install(spool)
    port = serve_rest()
    threads = [*run_agents(), looks.look_often(spool)]
    ready = Path(os.environ["ALW_READY"])
    partial = ready.with_suffix(".partial")
    partial.write_text(str(port), "ascii")
    partial.replace(ready)
    while all(thread.is_alive() for thread in threads):
        time.sleep(1)
    dead = [thread.name for thread in threads if not thread.is_alive()]
    print(f"a thread ended: {dead}", file=sys.stderr, flush=True)
    os._exit(1)  # the other agents' threads are no daemons


if __name__ == "__main__":
    sys.exit(main())
