"""JSON-RPC that nothing in a message can bring down.

pygls drops what it cannot read; here every request is answered, and everything else is logged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

#: What :mod:`.session` does instead of pygls, whose documents have other line ends.
_OWN = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
)


@dataclass(frozen=True, slots=True)
class _Unread:
    """A message whose content makes no sense."""

    id: object
    method: str
    error: Exception


class Protocol(LanguageServerProtocol):
    """The protocol as the server speaks it.

    :ivar exit_code: of the process, once it was told to end.
    :ivar stopped: whether no more messages are read.
    :ivar on_parent: is told of the client's process.
    """

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        for method in _OWN:
            self.fm.builtin_features.pop(method, None)
        self.exit_code = 1
        self.on_parent: Callable[[int | None], None] = lambda process: None
        self.stopped = threading.Event()
        self._asked = False
        self._broken = False

    # Messages of the client

    def structure_message(self, data: Any) -> Any:
        """A message as an object; called for every object in it, too."""
        try:
            message = super().structure_message(data)
            asks = "jsonrpc" in data and "method" in data and "id" in data
            if asks and not isinstance(message, Mapping) and not hasattr(message, "id"):
                # pygls takes a request of a notification's method for that, and answers nothing
                return _Unread(data["id"], str(data["method"]), ValueError("no request"))
            return message
        except Exception as error:
            return _Unread(data.get("id"), str(data.get("method", "")), error)

    def handle_message(self, message: Any) -> None:
        """Do what a message asks for."""
        try:
            error = self._refusal(message)
            if error is None:
                super().handle_message(message)
            elif _wants_answer(message):
                self._answer(_id_of(message), error)
            elif error.code != JsonRpcServerNotInitialized.CODE:
                self.log(str(error))
        except Exception as failure:
            self.log_failure(failure)
            if _wants_answer(message):
                self._answer(_id_of(message), JsonRpcInternalError(str(failure)))

    def _refusal(self, message: Any) -> JsonRpcException | None:
        """Why nothing is done; ``None`` if something is."""
        if self._shutdown and getattr(message, "method", "") != types.EXIT:
            return JsonRpcInvalidRequest("the server is shutting down")
        if isinstance(message, _Unread):
            return self._unread(message)
        if isinstance(message, Mapping | list) or not hasattr(message, "jsonrpc"):
            return JsonRpcInvalidRequest("this is not a JSON-RPC 2.0 message")
        if not hasattr(message, "method"):
            return None
        if message.jsonrpc != self.VERSION:
            return JsonRpcInvalidRequest("this is not a JSON-RPC 2.0 message")
        if message.method == types.EXIT:
            return None
        if message.method == types.CANCEL_REQUEST and not _is_id(_id_of(message.params)):
            return JsonRpcInvalidParams("this is not a request id")
        if not self._asked and message.method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("the first request is 'initialize'")
        if self._asked and message.method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is initialized already")
        self._asked = True
        return None

    def _unread(self, message: _Unread) -> JsonRpcException:
        if not self._asked and message.method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("the first request is 'initialize'")
        known = message.method in self.fm.features or message.method in self.fm.builtin_features
        if message.method and not known:
            return JsonRpcMethodNotFound(f"there is no method {message.method!r}")
        cause = message.error.__cause__ or message.error
        return JsonRpcInvalidParams(f"{message.method}: what is this? {cause}")

    def _answer(self, id: object, error: JsonRpcException) -> None:
        known = id if _is_id(id) else None
        self._send_response(known, error=error.to_response_error())  # type: ignore[arg-type]

    def unreadable(self, error: Exception) -> None:
        """Say that a message is no JSON."""
        self.log(f"a message cannot be read: {error}")
        self._answer(None, JsonRpcParseError(str(error)))

    def unframed(self, error: Exception) -> None:
        """Say that the input is no messages, before the end."""
        self.log(f"the input cannot be read: {error}")
        self._answer(None, JsonRpcParseError(str(error)))

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Run a command; unlike with pygls, it can be cancelled."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        return await command(*(params.arguments or ()))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]
        """End, once this message is handled."""
        self.exit_code = 0 if self._shutdown else 1
        self.stop()

    # Messages to the client

    def _send_data(self, data: Any) -> None:
        if self._broken:
            return
        try:
            super()._send_data(data)
        except OSError:  # the client is gone
            self._broken = True
            self.stop()

    def stop(self) -> None:
        """Read no more messages."""
        self.stopped.set()

    def log(self, message: str) -> None:
        """Have the client note something down."""
        self.notify(
            types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Error, message)
        )

    def log_failure(self, error: BaseException) -> None:
        """Have the client note down an exception that is a fault of the server."""
        from traceback import format_exception

        if not self._broken:
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
