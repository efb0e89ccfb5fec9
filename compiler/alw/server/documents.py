"""The documents that are open in the editor, and what is known of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from ..driver.session import Session
from ..editing.document import Document
from ..text.source import Reader, nothing
from .client_capabilities import Client
from .dependencies import DependencyTracker
from .last_runs import LastRuns
from .positions import LineIndex, join_halves, replace_halves
from .settings import Settings
from .uris import to_key, to_path
from .view import View

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of an open document at one time."""

    version: int | None
    lines: LineIndex

    @property
    def source_text(self) -> str:
        """The text for the compiler: as long, without a byte order mark and without halves of
        characters, neither of which a file has for it."""
        text = replace_halves(self.lines.text)
        return " " + text[1:] if text.startswith(_MARK) else text


@dataclass(slots=True)
class OpenDocument:
    """An open document.

    :param text: the text as it is now; replaced as a whole, so any thread may read it.
    :param cost: the seconds of computing that the last edit took.
    :param edited: when it was checked last, by the clock that only goes on.
    """

    uri: str
    path: str | None
    text: Snapshot
    cost: float = 0.0
    edited: float = 0.0
    closed: bool = False
    files: DependencyTracker = field(default_factory=DependencyTracker)
    runs: LastRuns = field(default_factory=LastRuns)
    _document: Document | None = None
    _known: tuple[Snapshot, Settings] | None = None

    @property
    def name(self) -> str:
        """The name of it in diagnostics."""
        return self.path or self.uri

    def view(self, settings: Settings, client: Client) -> View:
        """Return the view of it as it is now; only for the worker."""
        text = self.text
        known, document = self._known, self._document
        self._document = None  # stays so if the analysis fails
        if document is None or self.files.is_full:
            document, self.files = None, DependencyTracker()
        reader: Reader = self.files if self.path else nothing
        started, edited = time.thread_time(), False
        if document is None or known is None or known[1] is not settings:
            session = Session(settings.given, settings.target, reader)
            document = Document(self.name, text.source_text, session)
        elif known[0] is not text:
            edited = True
            document.change(text.source_text)
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
    """All open documents.

    :param folders: returns the folders that the editor has open.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]] = list) -> None:
        self._open: dict[str, OpenDocument] = {}
        self._folders = folders
        self.encoding = "utf-16"

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> OpenDocument | None:
        """Return the document at ``uri``, if it is open."""
        return self._open.get(to_key(uri))

    def open(self, uri: str, version: int | None, text: str) -> OpenDocument:
        """Take a document that was opened, or opened again."""
        path = to_path(uri)
        snapshot = Snapshot(version, LineIndex(text, self.encoding))
        opened = OpenDocument(uri, path, snapshot, runs=LastRuns(self._folders))
        before = self._open.get(to_key(uri))
        if before is not None:
            before.closed = True
        self._open[to_key(uri)] = opened
        return opened

    def change(
        self,
        uri: str,
        version: int | None,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> OpenDocument | None:
        """Take changes, each of the text that the ones before it have left."""
        opened = self.get(uri)
        if opened is not None:
            lines = opened.text.lines
            for change in changes:
                lines = self._apply_change(lines, change)
            opened.text = Snapshot(version, lines)
        return opened

    def _apply_change(
        self, lines: LineIndex, change: types.TextDocumentContentChangeEvent
    ) -> LineIndex:
        text = change.text
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = lines.span(change.range)
            text = lines.text[: span.start] + text + lines.text[span.end :]
        return LineIndex(join_halves(text), self.encoding)

    def close(self, uri: str) -> OpenDocument | None:
        """Take leave of a document."""
        opened = self._open.pop(to_key(uri), None)
        if opened is not None:
            opened.closed = True
        return opened

    def find_readers(self, changed: Path) -> list[OpenDocument]:
        """Return the documents that read the file or folder ``changed``."""
        return [opened for opened in self if opened.files.concerns(changed)]

    def shows_run(self, changed: Path) -> bool:
        """True if a document shows values of a run that lie in ``changed``."""
        return any(opened.runs.concerns(changed) for opened in self)
