"""Which files of a folder prun sends, and what ``.alwignore`` says about them.

``.alwignore`` has the syntax of ``.gitignore``.  A file that it excludes is not sent; one that it
includes again, ``!model.bin``, is; about all others prun's own rules decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from ..source import Source, Span

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".alwignore"
#: Largest file that prun sends unless told otherwise (pandaclient/PrunArgs.py:204).
LARGEST_FILE = 1024 * 1024
#: ``tar --exclude '.[a-zA-Z]*'`` (pandaclient/PrunScript.py:772-774).
_HIDDEN = re.compile(r"\.[a-zA-Z]")
#: What ``AthenaUtils.setExcludeFile`` always excludes (pandaclient/AthenaUtils.py:543-547).
_REPORTS = re.compile(r"jobReport\.json|jobReport\.txt|jobReportExtract\.pickle")
#: Objects and libraries, and ROOT's files (pandaclient/PrunScript.py:662, 703).
_BUILT = (".o", ".a", ".so")
_ROOT = re.compile(r"\.root(\.\d+)*$")


class Verdict(Enum):
    """What becomes of a file or a folder."""

    SENT = "sent"
    LEFT_OUT = "left out"
    """Without a word, as ``.alwignore`` says or everybody expects."""
    MISSED = "missed"
    """Left out by prun's rules, though it may be needed."""


class BadPattern(Exception):
    """A line of ``.alwignore`` is no pattern.

    :param source: the file.
    :param span: the line.
    """

    def __init__(self, source: Source, span: Span) -> None:
        super().__init__(source, span)
        self.source = source
        self.span = span


class Ignore:
    """Decides which files are sent."""

    def __init__(self, own: GitIgnoreSpec | None = None) -> None:
        self._own = own

    def file(self, path: str, size: int) -> Verdict:
        """What becomes of the file at ``path``, whose folder is sent."""
        name = path.rpartition("/")[2]
        said = self._said(path)
        if said is not None:
            return said
        if _everyday(name):
            return Verdict.LEFT_OUT
        missed = size > LARGEST_FILE or name.endswith(_BUILT) or _ROOT.search(name)
        return Verdict.MISSED if missed else Verdict.SENT

    def folder(self, path: str) -> bool:
        """Whether anything in the folder at ``path`` may be sent."""
        said = self._said(f"{path}/")
        if said is not None:
            return said is Verdict.SENT
        return not _everyday(path.rpartition("/")[2])

    def _said(self, path: str) -> Verdict | None:
        """What ``.alwignore`` says: the last pattern that matches decides."""
        found = self._own.check_file(path).include if self._own else None
        if found is None:
            return None
        return Verdict.LEFT_OUT if found else Verdict.SENT


def _everyday(name: str) -> bool:
    return bool(_HIDDEN.match(name) or _REPORTS.search(name))


def ignore_of(source: Source | None) -> Ignore:
    """The rules that a folder's ``.alwignore`` adds to those of prun.

    :raises BadPattern: if a line cannot be read.
    """
    if source is None:
        return Ignore()
    from pathspec import GitIgnoreSpec

    lines = source.text.splitlines(keepends=True)
    try:
        return Ignore(GitIgnoreSpec.from_lines(map(_bare, lines)))
    except (ValueError, re.error):
        raise BadPattern(source, _first_bad(lines)) from None


def _first_bad(lines: Sequence[str]) -> Span:
    from pathspec import GitIgnoreSpec

    start = 0
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([_bare(line)])
        except (ValueError, re.error):
            return Span(start, start + len(_bare(line)))
        start += len(line)
    return Span(0, 0)


def _bare(line: str) -> str:
    return line.rstrip("\r\n")
