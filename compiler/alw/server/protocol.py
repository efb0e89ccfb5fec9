"""JSON-RPC in which every request gets its answer, and nothing in a message ends the server.

:class:`Protocol` is pygls's, but for what pygls leaves open:

* A request that pygls cannot read, and one whose method is that of a notification, get no answer:
  pygls raises an exception before it knows the id (:meth:`Protocol.structure_message`).
* Requests before ``initialize`` are carried out, a second ``initialize`` too, and requests after
  ``shutdown`` are dropped; a message of JSON that is no JSON-RPC is an exception
  (:meth:`Protocol.handle_message`).
* ``exit`` raises ``SystemExit``, which pygls's own loop then swallows with its code (likewise).

The tests of ``tests/server/test_resilience.py`` fail without each of them.  Of the names that
pygls does not document, ``_send_response`` is used, to answer what no handler has seen; all this
was tried with pygls 2.1.0 and 2.1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from ..panda.client import UnsupportedClient

#: The work of :mod:`.editor_session`, not of pygls, whose documents have other line ends.
_OWN = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
)


class _Phase(Enum):
    """The life of a session."""

    NEW = auto()
    RUNNING = auto()
    SHUT_DOWN = auto()


@dataclass(frozen=True, slots=True)
class _Unread:
    """A message that pygls cannot read."""

    id: object
    method: str
    error: Exception


class Protocol(LanguageServerProtocol):
    """The protocol as the server speaks it.

    :ivar stop: has no more messages read; set by who reads them.
    """

    def __init__(self, server: Any, converter: Any) -> None:
        self.stop: Callable[[], None] = lambda: None
        self._phase = _Phase.NEW
        self._has_exited = False
        super().__init__(server, converter)
        for method in _OWN:
            self.fm.builtin_features.pop(method, None)

    @property
    def exit_code(self) -> int:
        """The exit code of the process: 0 if the client has said ``shutdown`` and ``exit``."""
        return 0 if self._has_exited and self._phase is _Phase.SHUT_DOWN else 1

    # Messages of the client

    def structure_message(self, data: Any) -> Any:
        """Return a message as an object; called for every object in it, too."""
        try:
            message = super().structure_message(data)
        except Exception as error:
            return _Unread(data.get("id"), str(data.get("method", "")), error)
        asks = "jsonrpc" in data and "method" in data and "id" in data
        if asks and not isinstance(message, Mapping) and not hasattr(message, "id"):
            return _Unread(data["id"], str(data["method"]), ValueError("no request"))
        return message

    def handle_message(self, message: Any) -> None:
        """Do what a message asks for, or say why not."""
        method = getattr(message, "method", None)
        error = self._refusal(message, method)
        if error is not None:
            if _wants_answer(message):
                self.refuse(_id_of(message), error)
            elif not isinstance(error, JsonRpcServerNotInitialized):
                self.log(str(error))
        elif method == types.EXIT:
            self._has_exited = True
            self.stop()
        else:
            super().handle_message(message)
            if method == types.INITIALIZE:
                self._phase = _Phase.RUNNING
            elif method == types.SHUTDOWN:
                self._phase = _Phase.SHUT_DOWN

    def _refusal(self, message: Any, method: str | None) -> JsonRpcException | None:
        """Return why nothing is done; ``None`` if something is."""
        if method != types.EXIT:
            if self._phase is _Phase.SHUT_DOWN:
                return JsonRpcInvalidRequest("the server is shutting down")
            if method and (self._phase is _Phase.NEW) != (method == types.INITIALIZE):
                if self._phase is _Phase.NEW:
                    return JsonRpcServerNotInitialized("the first request is 'initialize'")
                return JsonRpcInvalidRequest("the server is initialized already")
        if isinstance(message, _Unread):
            return self._describe(message)
        if getattr(message, "jsonrpc", None) != self.VERSION:
            return JsonRpcInvalidRequest("this is not a JSON-RPC 2.0 message")
        if method == types.CANCEL_REQUEST and not _is_id(_id_of(message.params)):
            return JsonRpcInvalidParams("this is not a request id")
        return None

    def _describe(self, message: _Unread) -> JsonRpcException:
        known = message.method in self.fm.features or message.method in self.fm.builtin_features
        if message.method and not known:
            return JsonRpcMethodNotFound(f"there is no method {message.method!r}")
        cause = message.error.__cause__ or message.error
        return JsonRpcInvalidParams(f"{message.method}: what is this? {cause}")

    # Messages to the client

    def refuse(self, id: object, error: JsonRpcException) -> None:
        """Answer with an error; an ``id`` that is none is ``null``."""
        known: Any = id if _is_id(id) else None
        self._send_response(known, error=error.to_response_error())

    def refuse_input(self, why: str) -> None:
        """Say that the client's bytes are no message."""
        self.log(why)
        self.refuse(None, JsonRpcParseError(why))

    def log(self, message: str) -> None:
        """Have the client note something down."""
        self.notify(
            types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Error, message)
        )

    def log_failure(self, error: BaseException) -> None:
        """Have the client note down an exception that is a fault of the server."""
        from traceback import format_exception

        if isinstance(error, UnsupportedClient):
            self.log(f"{error}\nhelp: {error.help}")
        else:
            self.log("".join(format_exception(error)))


def _wants_answer(message: Any) -> bool:
    if isinstance(message, _Unread):
        return bool(message.method) and message.id is not None
    if isinstance(message, Mapping):
        return "id" in message or "method" not in message
    if message is None or isinstance(message, list | str | int | float):
        return True
    return hasattr(message, "id") and hasattr(message, "method")


def _is_id(id: object) -> bool:
    return isinstance(id, int | str) and not isinstance(id, bool)


def _id_of(message: Any) -> object:
    return message.get("id") if isinstance(message, Mapping) else getattr(message, "id", None)
