"""One layout for every source: texts in, texts out.

Only white space and the comma after the last element of a list change; the words of a program
and its comments stay, in their order.  :mod:`.pieces` takes the text apart, :mod:`.pinning` finds
what has to stay on its line, :mod:`.measures` knows how wide things are on one line,
:mod:`.alignment` what is aligned, and :mod:`.printer` writes the lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics.diagnostic import Collector, Diagnostic
from ..syntax.parse import parse
from ..text.source import Source
from .measures import Measures
from .operands import find_operands
from .pieces import split_pieces
from .pinning import pin_lines
from .printer import Printer


class NotFormatted(Exception):
    """The source has errors of syntax, so that nobody knows what belongs together.

    :param diagnostics: the errors.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{diagnostics[0].source.name} has syntax errors")
        self.diagnostics = tuple(diagnostics)


def format_source(source: Source) -> str:
    """Return the text of ``source`` in the one layout, with its own line ends.

    It parses to an equal tree, and formatted again it stays as it is.

    :raises NotFormatted: if the source has errors of syntax.
    """
    collector = Collector()
    tree = parse(source, collector)
    if collector.has_errors:
        raise NotFormatted(collector.sorted([source]))
    pieces = pin_lines(split_pieces(source.text))
    text = Printer(Measures(pieces, find_operands(tree))).print_file(tree)
    return text.replace("\n", _line_end(source.text))


def _line_end(text: str) -> str:
    """Return the line end of the first line; no string and no comment has another."""
    line, end, _ = text.partition("\n")
    return "\r\n" if end and line.endswith("\r") else "\n"
