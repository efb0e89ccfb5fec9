"""A source that changes: its diagnostics, and what is known of it, after every edit."""

from __future__ import annotations

from ..compilation import Analysis, analyse
from ..diagnostics import Diagnostic
from ..semantics.given import Inputs
from ..source import Reader, Source, nothing
from ..targets import DEFAULT


class Document:
    """One source in an editor.

    :param name: its path, as diagnostics and relative files need it.
    :param reader: reads the files that it names.
    """

    def __init__(
        self,
        name: str,
        text: str,
        given: Inputs | None = None,
        target_name: str = DEFAULT,
        reader: Reader = nothing,
    ) -> None:
        self._given = given or Inputs({})
        self._target_name = target_name
        self._reader = reader
        self._source = Source(name, text)
        self._analysis: Analysis | None = None

    @property
    def source(self) -> Source:
        """The text as it is now."""
        return self._source

    def change(self, text: str) -> None:
        """Take the text after an edit."""
        self._source = self._source.with_text(text)
        self._analysis = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What ``alw check`` says of the text."""
        return self.analysis.diagnostics

    @property
    def analysis(self) -> Analysis:
        """What is known of the text; computed when it is first asked for."""
        if self._analysis is None:
            self._analysis = analyse(self._source, self._given, self._target_name, self._reader)
        return self._analysis
