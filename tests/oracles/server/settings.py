"""Configuration files and environment variables of the iDDS server and its client."""

import configparser
import os
from dataclasses import dataclass
from pathlib import Path

_AGENTS = "clerk, transformer, submitter, poller, trigger, finisher"

_POLL = {"poll_period": "1", "new_poll_period": "1", "update_poll_period": "1"}
"""Whole seconds, not 0: the agents read these with ``int`` and take 0 for "not set".  They say
after what time an item may be looked at again."""

_EVENTS_FIRST = {**_POLL, "update_poll_period": "30"}
"""For the transformer: what runs goes on by events, and the timer only makes up for a lost one."""

_BY_EVENTS = {**_POLL, "update_poll_period": "300"}
"""For the clerk, the period that it has as shipped: all looks of a test come as events
(``inside/looks.py``), which lock the request.

The timer reads requests and marks them as locked afterwards (``idds/core/requests.py:441``,
``locking_for_update=False``), so that its look and that of an event may run beside each other; the
request is SubFinished then, for a while."""


@dataclass(frozen=True)
class Layout:
    """Where the harness keeps what in the test's folder."""

    workdir: Path

    @property
    def spool(self) -> Path:
        return self.workdir / "spool"

    @property
    def logs(self) -> Path:
        return self.workdir / "logs"

    @property
    def ready(self) -> Path:
        return self.workdir / "rest-port"

    @property
    def config(self) -> Path:
        return self.workdir / "idds.cfg"

    @property
    def auth(self) -> Path:
        return self.workdir / "auth.cfg"

    @property
    def proxy(self) -> Path:
        return self.workdir / "proxy.pem"


def write_settings(layout: Layout, database_url: str, redis_port: int) -> None:
    """Write all files that the server reads, and make the folders that it writes to."""
    cacher, learner = layout.workdir / "cacher", layout.workdir / "learner"
    for folder in (layout.spool, layout.logs, cacher, learner):
        folder.mkdir()
    _write(layout.config, {
        "common": {"logdir": str(layout.logs), "logfile": "idds.log", "loglevel": "INFO"},
        "database": {
            "default": database_url,
            "schema": "doma_idds",
            "pool_size": "30",
            "max_overflow": "30",
            "pool_reset_on_return": "rollback",
        },
        "rest": {"host": "http://127.0.0.1:1", "cacher_dir": str(cacher)},
        "main": {"agents": _AGENTS},
        # No backend: events stay in the process that all agents share, and no loop polls the
        # database for them.
        "eventbus": {},
        "clerk": {**_BY_EVENTS, "max_number_workers": "16"},
        "transformer": _EVENTS_FIRST,
        "carrier": {
            **_POLL,
            "update_poll_period_for_new_task": "1",
            # A refused submission is tried three times, as shipped, but not after 2 and 4 minutes.
            "new_fail_poll_period": "1",
            "poll_period_increase_rate": "1",
            # A slow PanDA keeps a worker of the submitter for as long as it takes.
            "max_number_workers": "16",
            "atlaslocalpandawork.work_dir": str(learner),
        },
        "cache": {"host": "127.0.0.1", "port": str(redis_port)},
    })  # fmt: skip
    _write(layout.auth, {"common": {"allow_vos": "atlas"}, "Users": {"allow_users": "/CN="}})
    # The client insists on a readable proxy and sends its text along; nobody verifies it.
    layout.proxy.write_text("stand-in for a grid proxy\n", "ascii")


def server_environ(layout: Layout) -> dict[str, str]:
    """The environment of the server process."""
    return {**_environ(layout), "ALW_SPOOL": str(layout.spool), "ALW_READY": str(layout.ready)}


def client_environ(layout: Layout, url: str) -> dict[str, str]:
    """The environment of ``idds.client``."""
    return {**_environ(layout), "IDDS_HOST": url, "IDDS_AUTH_TYPE": "x509_proxy"}


def _environ(layout: Layout) -> dict[str, str]:
    """Few variables of the caller, so that a developer's own iDDS or PanDA set-up has no part.

    The PanDA addresses lead nowhere: a call that the stand-ins do not cover fails at once.
    ``PANDA_BEHIND_REAL_LB`` keeps the import of ``pandaclient.Client`` from resolving names.
    """
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    return {
        **kept,
        "HOME": str(layout.workdir),
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IDDS_CONFIG": str(layout.config),
        "IDDS_AUTH_CONFIG": str(layout.auth),
        "IDDS_LOCAL_CONFIG_ROOT": str(layout.workdir),
        "IDDS_REQUEST_CACHE": str(layout.workdir / "request-cache"),
        "X509_USER_PROXY": str(layout.proxy),
        "PANDA_BEHIND_REAL_LB": "1",
        "PANDA_URL": "http://127.0.0.1:1/server/panda",
        "PANDA_URL_SSL": "https://127.0.0.1:1/server/panda",
        "PANDACACHE_URL": "https://127.0.0.1:1/server/panda",
        "PANDA_CONFIG_ROOT": str(layout.workdir),
    }


def _write(path: Path, sections: dict[str, dict[str, str]]) -> None:
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    with path.open("w", encoding="utf-8") as stream:
        parser.write(stream)
