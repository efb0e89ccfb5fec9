"""A source that changes, and the analysis of it after every edit."""

from __future__ import annotations

from ..diagnostics.diagnostic import Diagnostic
from ..driver.pipeline import Parsed, Pipeline
from ..driver.result import Analysis
from ..driver.session import Caches, Session
from ..text.tracking import TrackedSource
from .reparse import Tree, read, read_again


class Document:
    """One source in an editor.

    All answers come from one :attr:`analysis`, which takes from the one before what an edit has
    not changed: the nodes of the syntax tree, whose spans move along with the text
    (:mod:`.reparse`), the meaning of tasks and their plans (:class:`~..driver.session.Caches`).
    What it returns is about the current text; after the next change it is of no use.

    Not for several threads at once.

    :param name: its path, as diagnostics and relative files need it.
    """

    def __init__(self, name: str, text: str, session: Session | None = None) -> None:
        self._session = session or Session()
        self._source = TrackedSource(name, text)
        self._tree: Tree | None = None
        self._analysis: Analysis | None = None
        self._caches = Caches()

    @property
    def source(self) -> TrackedSource:
        """The current text."""
        return self._source

    def change(self, text: str) -> None:
        """Take the text after an edit."""
        if text == self._source.text:
            return
        self._analysis = None
        tree, self._tree = self._tree, None
        if tree is not None and text:
            self._tree = read_again(tree, self._source, text)
        if self._tree is None:
            self._forget(text)

    def settle(self) -> None:
        """Read the whole text, and the folders that it names, at the next chance."""
        self._forget(self._source.text)

    def _forget(self, text: str) -> None:
        self._source = TrackedSource(self._source.name, text)
        self._tree = self._analysis = None
        self._caches = Caches()

    @property
    def settled(self) -> bool:
        """True if :attr:`analysis` is known to be that of a reading of the whole text."""
        return self._analysis is not None and self._tree is not None and self._tree.settled

    @property
    def analysis(self) -> Analysis:
        """The analysis of the current text (lazy).

        While there is a syntax error in the text, it may be reported in other words until the
        document is :meth:`settle`\\ d.
        """
        if self._analysis is None:
            if self._tree is None:
                self._tree = read(self._source)
            self._analysis = self._analyse(self._tree)
            if not self._caches.is_valid:
                self._caches = Caches()
                self._analysis = self._analyse(self._tree)
        return self._analysis

    def _analyse(self, tree: Tree) -> Analysis:
        parsed = Parsed(self._source, tree.file, tree.problems)
        return Pipeline([self._source], self._session, None, self._caches, [parsed]).analysis

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The diagnostics of the current text, as ``alw check`` reports them."""
        return self.analysis.diagnostics
