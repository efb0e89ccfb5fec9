"""Telling the client what is wrong, file by file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lsprotocol import types

from .documents import Documents, OpenDocument

Found = Mapping[str, Sequence[types.Diagnostic]]


class Publisher:
    """A publisher of diagnostics.

    Several documents may name one file: what each says of it is shown together.

    :param send: sends a notification to the client.
    :param pulls: whether the client asks for diagnostics of open documents itself.
    """

    def __init__(
        self,
        documents: Documents,
        send: Callable[[types.PublishDiagnosticsParams], None],
        pulls: Callable[[], bool],
    ) -> None:
        self._documents = documents
        self._send = send
        self._pulls = pulls
        self._found: dict[str, dict[str, Sequence[types.Diagnostic]]] = {}

    def publish(self, opened: OpenDocument, version: int | None, found: Found) -> None:
        """Replace what was said by way of a document."""
        before = self._found.get(opened.uri, {})
        now = {self._find_address(uri): diagnostics for uri, diagnostics in found.items()}
        self._found[opened.uri] = now
        # its own come last: with them, all is said
        for uri in sorted({*now, *before}, key=lambda uri: (uri == opened.uri, uri)):
            self._tell(uri, version if uri == opened.uri else None)

    def close(self, opened: OpenDocument) -> None:
        """Take back what was said by way of a document."""
        for uri in self._found.pop(opened.uri, {}):
            self._tell(uri, None)

    def _find_address(self, uri: str) -> str:
        """Return the address as the client writes it."""
        other = self._documents.get(uri)
        return other.uri if other is not None else uri

    def _tell(self, uri: str, version: int | None) -> None:
        if self._pulls() and self._documents.get(uri) is not None:
            return
        together: list[types.Diagnostic] = []
        for found in self._found.values():
            together += (d for d in found.get(uri, ()) if d not in together)
        self._send(types.PublishDiagnosticsParams(uri, together, version))
