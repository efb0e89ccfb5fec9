"""The documents that are open in the editor, and what is known of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from ..driver.session import Session
from ..editing.document import Document
from ..text.source import Reader, nothing
from .client import Client
from .files import Noting
from .positions import Lines, joined, without_halves
from .runs import LastRuns
from .settings import Settings
from .uris import key_of, path_of
from .view import View

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in an open document at one time."""

    version: int | None
    lines: Lines

    @property
    def seen(self) -> str:
        """What the compiler sees: as long, without a byte order mark and without halves of
        characters, neither of which a file has for it."""
        text = without_halves(self.lines.text)
        return " " + text[1:] if text.startswith(_MARK) else text


@dataclass(slots=True)
class Open:
    """An open document.

    :param text: what stands in it now; replaced as a whole, so any thread may read it.
    :param cost: the seconds of computing that the last edit took.
    :param edited: when it was checked last, by the clock that only goes on.
    """

    uri: str
    path: str | None
    text: Text
    cost: float = 0.0
    edited: float = 0.0
    closed: bool = False
    files: Noting = field(default_factory=Noting)
    runs: LastRuns = field(default_factory=LastRuns)
    _document: Document | None = None
    _known: tuple[Text, Settings] | None = None

    @property
    def name(self) -> str:
        """What diagnostics call it."""
        return self.path or self.uri

    def view(self, settings: Settings, client: Client) -> View:
        """What is known of it as it is now; only for the worker."""
        text = self.text
        known, document = self._known, self._document
        self._document = None  # stays so if the analysis fails
        if document is None or self.files.is_full:
            document, self.files = None, Noting()
        reader: Reader = self.files if self.path else nothing
        started, edited = time.thread_time(), False
        if document is None or known is None or known[1] is not settings:
            session = Session(settings.given, settings.target, reader)
            document = Document(self.name, text.seen, session)
        elif known[0] is not text:
            edited = True
            document.change(text.seen)
        view = View(
            self.uri, self.path, text.version, text.lines, document, client, settings, reader,
            self.runs,
        )  # fmt: skip
        _ = view.diagnostics
        if edited:
            self.cost = time.thread_time() - started
        self._document, self._known = document, (text, settings)
        return view

    def settle(self) -> bool:
        """Read the whole text at the next chance if it was not; only for the worker.

        :returns: whether there is something to look at again.
        """
        if self._document is None or self._document.settled:
            return False
        self.forget()
        return True

    def forget(self) -> None:
        """Read everything again at the next chance, files as well; only for the worker."""
        self._document = None


class Documents:
    """All open documents."""

    def __init__(self) -> None:
        self._open: dict[str, Open] = {}
        self.encoding = "utf-16"

    def __iter__(self) -> Iterator[Open]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> Open | None:
        """The document at ``uri``, if it is open."""
        return self._open.get(key_of(uri))

    def open(self, uri: str, version: int | None, text: str) -> Open:
        """Take a document that was opened, or opened again."""
        path = path_of(uri)
        opened = Open(uri, path, Text(version, Lines(text, self.encoding)))
        before = self._open.get(key_of(uri))
        if before is not None:
            before.closed = True
        self._open[key_of(uri)] = opened
        return opened

    def change(
        self,
        uri: str,
        version: int | None,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> Open | None:
        """Take changes, each of the text that the ones before it have left."""
        opened = self.get(uri)
        if opened is not None:
            lines = opened.text.lines
            for change in changes:
                lines = self._changed(lines, change)
            opened.text = Text(version, lines)
        return opened

    def _changed(self, lines: Lines, change: types.TextDocumentContentChangeEvent) -> Lines:
        text = change.text
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = lines.span(change.range)
            text = lines.text[: span.start] + text + lines.text[span.end :]
        return Lines(joined(text), self.encoding)

    def close(self, uri: str) -> Open | None:
        """Take leave of a document."""
        opened = self._open.pop(key_of(uri), None)
        if opened is not None:
            opened.closed = True
        return opened

    def concerned(self, changed: Path) -> list[Open]:
        """The documents that read the file or folder ``changed``."""
        return [opened for opened in self if opened.files.concerns(changed)]

    def shows_run(self, changed: Path) -> bool:
        """Whether a document shows values of a run that lie in ``changed``."""
        return any(opened.runs.concerns(changed) for opened in self)
