"""Asking the PanDA server for the map of a task.

panda-client does it (:mod:`.fetch_child`) in a process of its own, which is ended when time is
over.  It gives no reasons, so what it was told is looked at here.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from time import monotonic

from .client import Map

#: The seconds between two words to the caller that there is no answer yet.
_OFTEN = 0.5
_NOT_SIGNED_IN = (
    "make a grid proxy with voms-proxy-init, or set X509_USER_PROXY to the one there is; for "
    "tokens set PANDA_AUTH=oidc and PANDA_AUTH_VO"
)
_SIGN_IN = "sign in with a command of panda-client, such as pbook, or set PANDA_AUTH_ID_TOKEN"
_AUTHORITIES = "X509_CERT_DIR names the directory of the authorities' certificates"
_REACH = "the server is the one in PANDA_URL_SSL; try again, or from a machine that reaches it"


class NoAnswer(Exception):
    """An error: there is no map to be had.

    :param message: why.
    :param help: what to do.
    :param server: who was asked, if that far.
    """

    def __init__(self, message: str, help: str, server: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.server = server


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of the question."""

    status: int | None = None
    """0 for HTTP 200, 1 if nothing came, or the status of HTTP (pandaclient/Client.py,
    ``_send``); ``None`` if it was never sent."""
    body: str | None = None
    failure: str | None = None
    """The end of panda-client: the name of an exception, ``exit`` or ``sign-in``."""
    log: list[str] = field(default_factory=list)
    server: str = ""
    oidc: bool = False
    proxy: str = ""


def task_parameters(
    task_id: int, seconds: float, waiting: Callable[[float], None] = lambda passed: None
) -> Map:
    """Return the map of a task, as the server keeps it.

    :param seconds: how long to wait.
    :param waiting: is called now and then, with the seconds that have passed.
    :raises NoAnswer: if there is none.
    """
    # Whatever lies in the current directory, the child gets the modules of this process.
    start = f"from {__package__}.fetch_child import main; main()"
    code = f"import sys; sys.path[:] = {sys.path!r}; {start}"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(task_id), str(seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C ends it from here, with what it has started
    ) as process:
        try:
            output, said = _communicate(process, seconds, waiting)
        finally:
            _end(process)
    try:
        reply = Reply(**json.loads(output))
    except (ValueError, TypeError):
        words = said.strip().splitlines() or [f"exit code {process.returncode}"]
        raise NoAnswer(f"panda-client fails: {words[-1]}", "") from None
    return _read_map(task_id, reply)


def _communicate(
    process: subprocess.Popen[str], seconds: float, waiting: Callable[[float], None]
) -> tuple[str, str]:
    start = monotonic()
    while True:
        left = seconds - (monotonic() - start)
        try:
            return process.communicate(timeout=max(0, min(_OFTEN, left)))
        except subprocess.TimeoutExpired:
            passed = monotonic() - start
            if passed >= seconds:
                message = f"there is no answer within {seconds:g} seconds"
                raise NoAnswer(message, f"wait longer with --timeout; {_REACH}") from None
            waiting(passed)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        with suppress(OSError):  # it has just ended
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()


def _read_map(task_id: int, reply: Reply) -> Map:
    if reply.failure or reply.status:
        raise _explain_failure(reply)
    try:
        answer = json.loads(reply.body or "")
    except (ValueError, RecursionError):
        raise _explain_nonsense(reply) from None
    if not isinstance(answer, dict) or "success" not in answer:
        raise _explain_nonsense(reply)
    if not answer["success"]:
        raise _explain_refusal(
            task_id, str(answer.get("message") or "without a reason"), reply.server
        )
    found = answer.get("data")
    if isinstance(found, str):  # as older servers do
        with suppress(ValueError):
            found = json.loads(found)
    if not isinstance(found, dict) or not found:
        raise _explain_nonsense(reply)
    return found


def _explain_refusal(task_id: int, message: str, server: str) -> NoAnswer:
    # pandaserver/api/v1/task_api.py:1412
    if message == "Task not found":
        return NoAnswer("there is no such task", "the number is the jediTaskID", server)
    # pandaserver/api/v1/common.py:29 and :230, without a certificate that the server trusts
    if message == "SSL secure connection is required":
        return NoAnswer(
            f"the server does not accept the credentials: {message}",
            f"the grid proxy may have expired, or be a limited one: {_NOT_SIGNED_IN}",
            server,
        )
    return NoAnswer(f"the server refuses: {message}", "", server)


def _explain_failure(reply: Reply) -> NoAnswer:
    """Return why there is nothing of use."""
    server, words = reply.server, reply.body or "; ".join(reply.log)
    if server and not (reply.oidc or Path(reply.proxy).is_file()):
        where = f"at {reply.proxy!r}" if reply.proxy else "in X509_USER_PROXY or /tmp"
        return NoAnswer(f"there is no grid proxy {where}", _NOT_SIGNED_IN, server)
    if reply.failure == "sign-in":
        return NoAnswer("there is no valid token", _SIGN_IN, server)
    if reply.failure == "exit":
        help = "" if "PANDA_AUTH_VO" in words else _SIGN_IN
        return NoAnswer(words or "panda-client stops without a message", help, server)
    if reply.failure == "gaierror":
        return NoAnswer(f"the server name is unknown: {words}", _REACH, server)
    if reply.failure and reply.status == 0:  # something came, and could not be read
        return _explain_nonsense(reply)
    if reply.failure:
        return NoAnswer(f"panda-client fails with {reply.failure}: {words}", "", server)
    if reply.status == 1:
        return _explain_silence(reply, words)
    text = f": {shown}" if (shown := _extract_text(reply.body or "")) else ""
    help = ""
    if reply.status in (401, 403):
        help = _SIGN_IN if reply.oidc else _NOT_SIGNED_IN
    elif (reply.status or 0) >= 500:
        help = "try again later"
    return NoAnswer(f"the server answers with HTTP {reply.status}{text}", help, server)


def _explain_silence(reply: Reply, words: str) -> NoAnswer:
    """Return why nothing was sent, or came back."""
    if words.startswith("Could not set up credentials"):
        return NoAnswer(f"the grid proxy cannot be used: {words}", _NOT_SIGNED_IN, reply.server)
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return NoAnswer(f"the server cannot be trusted: {words}", _AUTHORITIES, reply.server)
    if re.search(r"ALERT.*CERT|CERT.*ALERT", words):
        return NoAnswer(
            f"the server does not accept the grid proxy: {words}", _NOT_SIGNED_IN, reply.server
        )
    return NoAnswer(f"the server cannot be reached: {words}", _REACH, reply.server)


def _explain_nonsense(reply: Reply) -> NoAnswer:
    shown = _extract_text(reply.body or "")
    return NoAnswer(
        f"the answer is not from a PanDA server: {shown!r}" if shown else "the answer is empty",
        "the server is the one in PANDA_URL_SSL",
        reply.server,
    )


def _extract_text(body: str) -> str:
    """Return the beginning of a page as text."""
    body = re.sub(r"(?is)<(script|style|title)\b.*?</\1>", " ", body[:5000])
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
    return words if len(words) <= 200 else f"{words[:200]} …"
