"""One question to the PanDA server, through panda-client, in a process of its own.

Here panda-client is the real one, as a script of the user would call it: it finds the server
(``PANDA_URL_SSL``), the credentials (a grid proxy, or with ``PANDA_AUTH=oidc`` a token) and
the certificates of authorities (``X509_CERT_DIR``) as its own commands do.  It prints,
starts shells, changes ``os.environ`` and ends processes, and none of that may happen to the
process of a caller.

The answer goes to standard output as one line of JSON, see :class:`~.fetch.Reply`.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from importlib import import_module
from typing import Any, NoReturn


class _SignIn(Exception):
    """No interactive user to authenticate."""


class _Log(logging.Handler):
    """A handler that keeps what panda-client logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.messages.append(record.getMessage())


def main() -> None:
    """Answer for the task ``sys.argv[1]``, within ``sys.argv[2]`` seconds."""
    task_id, seconds = int(sys.argv[1]), float(sys.argv[2])
    if hasattr(signal, "setitimer"):  # in case the caller is gone
        signal.setitimer(signal.ITIMER_REAL, seconds + 5)
    answers = os.dup(1)
    os.dup2(2, 1)  # panda-client prints
    reply: dict[str, Any] = {"status": None, "body": None, "failure": None, "log": []}
    try:
        _ask(task_id, reply)
    except _SignIn:
        reply["failure"] = "sign-in"
    except SystemExit:
        reply["failure"] = "exit"
    except Exception as error:
        reply["failure"] = type(error).__name__
        reply["log"].append(str(error))
    with os.fdopen(answers, "w", encoding="utf-8") as stream:
        json.dump(reply, stream, default=str)


def _ask(task_id: int, reply: dict[str, Any]) -> None:
    # The import resolves the name of the cache server (pandaclient/Client.py:85), which nobody
    # asks anything here.
    balanced = "PANDA_BEHIND_REAL_LB" in os.environ
    os.environ.setdefault("PANDA_BEHIND_REAL_LB", "1")
    Client, PLogger, openidc_utils = (  # noqa: N806
        import_module(f"pandaclient.{name}") for name in ("Client", "PLogger", "openidc_utils")
    )

    if not balanced:
        del os.environ["PANDA_BEHIND_REAL_LB"]
    log = _Log()
    reply["log"] = log.messages
    logger = logging.getLogger("panda-client")
    logger.addHandler(log)  # with one, panda-client adds none that prints
    logger.propagate = False
    PLogger.setLogger(logger)
    reply["server"] = Client.server_base_path_ssl
    reply["oidc"] = Client.use_oidc()
    reply["proxy"] = "" if reply["oidc"] else Client._x509_proxy_path()
    _ask_nobody_to_sign_in(openidc_utils.OpenIdConnect_Utils)
    _record(Client._HttpClient, reply)
    Client.getTaskParamsMap(task_id)


def _ask_nobody_to_sign_in(flow: Any) -> None:
    """Let ``flow`` use and refresh the token there is, but not ask for a new one.

    It would print an address and wait for an answer (pandaclient/openidc_utils.py:243).
    """
    run = flow.run_device_authorization_flow

    def refuse(*args: object) -> NoReturn:
        raise _SignIn

    def run_or_refuse(self: Any) -> Any:
        valid, token, _ = self.check_token()
        if not valid and token is None:  # not even one to refresh it with
            raise _SignIn
        return run(self)

    flow.run_device_authorization_flow = run_or_refuse
    flow.get_device_code = refuse


def _record(http: Any, reply: dict[str, Any]) -> None:
    """Keep what ``http`` gets.

    What ``getTaskParamsMap`` makes of it has no reasons: any failure is ``(255, None)``
    (pandaclient/Client.py:165-179, ``http_request_decorator``).
    """
    send = http._send

    def send_and_keep(*args: Any, **kwargs: Any) -> Any:
        status, body = send(*args, **kwargs)
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        reply["status"], reply["body"] = status, text
        return status, body

    http._send = send_and_keep
    get = http.get

    def get_and_keep(*args: Any, **kwargs: Any) -> Any:
        status, content = get(*args, **kwargs)
        if reply["status"] is None:  # nothing was sent: the credentials cannot be used
            reply["status"], reply["body"] = status, str(content)
        return status, content

    http.get = get_and_keep
