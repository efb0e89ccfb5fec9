"""The rules of prun and of ``.alwignore``, by which a folder's files are sent or not.

``.alwignore`` has the syntax of ``.gitignore``.  A file that it excludes is not sent; one that it
includes again, ``!model.bin``, is; about all others prun's own rules decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ..text.source import Source, Span

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".alwignore"
#: Largest file that prun sends unless told otherwise (pandaclient/PrunArgs.py:204).
LARGEST_FILE = 1024 * 1024
#: ``tar --exclude '.[a-zA-Z]*'`` (pandaclient/PrunScript.py:772-774).
_HIDDEN = re.compile(r"\.[a-zA-Z]")
#: The files that ``AthenaUtils.setExcludeFile`` excludes (pandaclient/AthenaUtils.py:543-547).
_REPORTS = re.compile(r"jobReport\.json|jobReport\.txt|jobReportExtract\.pickle")
#: Objects and libraries, and ROOT's files (pandaclient/PrunScript.py:662, 703).
_BUILT = (".o", ".a", ".so")
_ROOT = re.compile(r"\.root(\.\d+)*$")
#: Python's cache of modules that were imported, with their dates in it.
_CACHE = "__pycache__"
#: The start of a pattern that does not say where.
_ANYWHERE = re.compile(r"\A!?(\*\*/)*")


class Verdict(Enum):
    """The decision on a file or a folder."""

    SENT = "sent"
    LEFT_OUT = "left out"
    """Without a word, as ``.alwignore`` says or everybody expects."""
    MISSED = "missed"
    """Left out by prun's rules, though it may be needed."""


class BadPattern(Exception):
    """An error: a line of ``.alwignore`` is no pattern.

    :param source: the file.
    :param span: the line.
    """

    def __init__(self, source: Source, span: Span) -> None:
        super().__init__(source, span)
        self.source = source
        self.span = span


class _Pattern(NamedTuple):
    """A line of ``.alwignore``."""

    spec: GitIgnoreSpec
    in_place: bool
    """True if it is about paths, ``lib/*.py``, not about names anywhere, ``*.py``."""
    deep: bool
    """True if it is about everything below a folder, ``lib/**``."""

    def matches(self, path: str, is_folder: bool) -> bool | None:
        """True if it leaves out what is at ``path``; ``None`` if it is not about that.

        It may be about a folder above, which was asked before: that does not count.  (Nor does
        one that is about a folder and again about what is in it, ``**/*/*``.)
        """
        parent, _, name = path.rpartition("/")
        end = "/" if is_folder and not self.deep else ""
        if not self.in_place:
            return self.spec.check_file(name + end).include
        if parent and not self.deep and self.spec.check_file(f"{parent}/").include is not None:
            return None
        return self.spec.check_file(path + end).include


class Ignore:
    """The rules by which files are sent; asked for folders before what is in them."""

    def __init__(self, patterns: Sequence[_Pattern] = ()) -> None:
        self._patterns = patterns[::-1]

    def judge(self, path: str, size: int) -> Verdict:
        """Decide on the file at ``path``, whose folder is sent."""
        name = path.rpartition("/")[2]
        said = self._decide(path, is_folder=False)
        if said is not None:
            return said
        if _is_everyday(name):
            return Verdict.LEFT_OUT
        missed = size > LARGEST_FILE or name.endswith(_BUILT) or _ROOT.search(name)
        return Verdict.MISSED if missed else Verdict.SENT

    def enters(self, path: str) -> bool:
        """True if the folder at ``path`` is sent, so that its files are looked at."""
        said = self._decide(path, is_folder=True)
        if said is not None:
            return said is Verdict.SENT
        name = path.rpartition("/")[2]
        return name != _CACHE and not _is_everyday(name)

    def keeps(self, path: str) -> bool:
        """True if ``.alwignore`` says that the folder at ``path`` is sent."""
        return self._decide(path, is_folder=True) is Verdict.SENT

    def _decide(self, path: str, is_folder: bool) -> Verdict | None:
        """Return what ``.alwignore`` says: the last pattern that is about it decides, as in git."""
        for pattern in self._patterns:
            found = pattern.matches(path, is_folder)
            if found is not None:
                return Verdict.LEFT_OUT if found else Verdict.SENT
        return None


def _is_everyday(name: str) -> bool:
    return bool(_HIDDEN.match(name) or _REPORTS.search(name))


def read_ignore_rules(source: Source | None) -> Ignore:
    """Return the rules that a folder's ``.alwignore`` adds to those of prun.

    :raises BadPattern: if a line cannot be read.
    """
    return Ignore() if source is None else Ignore(list(_patterns(source)))


def _patterns(source: Source) -> Iterator[_Pattern]:
    from pathspec import GitIgnoreSpec

    start = 0
    for line in source.text.split("\n"):
        bare = line.rstrip("\r")
        try:
            spec = GitIgnoreSpec.from_lines([bare])
        except (ValueError, re.error):
            raise BadPattern(source, Span(start, start + len(bare))) from None
        body = _ANYWHERE.sub("", bare.rstrip())
        if body and not body.startswith("#"):
            yield _Pattern(spec, "/" in body.rstrip("/"), body.endswith("/**"))
        start += len(line) + 1
