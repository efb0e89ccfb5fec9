"""One open document at one version: what features look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from ..diagnostics.diagnostic import Diagnostic, Edit
from ..driver.result import Analysis
from ..editing.document import Document
from ..editing.lastrun import LastRun
from ..text.source import Reader, Source, Span
from .client_capabilities import Client
from .last_runs import LastRuns
from .positions import LineIndex
from .settings import Settings
from .uris import to_uri


@dataclass(frozen=True, slots=True)
class View:
    """A document that does not change while it is looked at; only for the worker.

    :param path: of its file, if it is one.
    :param lines: the text as the editor has it, which is as long as the source's.
    """

    uri: str
    path: str | None
    version: int | None
    lines: LineIndex
    document: Document
    client: Client
    settings: Settings
    reader: Reader
    runs: LastRuns

    @property
    def source(self) -> Source:
        """The text as the compiler sees it."""
        return self.document.source

    @property
    def analysis(self) -> Analysis:
        """The analysis of the current text (lazy)."""
        return self.document.analysis

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The diagnostics of ``alw check``."""
        return self.document.diagnostics

    def last_run(self, workflow: str) -> LastRun | None:
        """Return the last run of a workflow on this machine, if it is to be shown."""
        if self.path is None or not self.settings.last_run:
            return None
        return self.runs.of(workflow, self.source)

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position."""
        return self.lines.offset(position)

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return self.lines.range(span)

    def is_own(self, source: Source) -> bool:
        """True if ``source`` is the document itself, not a file that it names."""
        return source.name == self.source.name

    def location(self, source: Source, span: Span) -> types.Location:
        """Return where ``span`` is, in the document or in a file that it names."""
        if self.is_own(source):
            return types.Location(self.uri, self.range(span))
        uri = to_uri(str(Path(source.name).absolute()))
        return types.Location(uri, LineIndex(source.text, self.client.encoding).range(span))

    def text_edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Return edits as the protocol has them."""
        return [types.TextEdit(self.range(edit.span), edit.text) for edit in edits]

    def workspace_edit(self, edits: Sequence[Edit]) -> types.WorkspaceEdit:
        """Return edits of the document, for this version if the client knows versions."""
        if not self.client.versioned_edits:
            return types.WorkspaceEdit(changes={self.uri: self.text_edits(edits)})
        document = types.OptionalVersionedTextDocumentIdentifier(self.uri, self.version)
        return types.WorkspaceEdit(
            document_changes=[types.TextDocumentEdit(document, self.text_edits(edits))]
        )
