"""Pieces, written as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..syntax.tree import Attribute, Block, Declaration, File, ReplaceClause
from .alignment import LONGEST, REPLACE, AlignedItem, align_items
from .lines import LineBuffer
from .measures import WIDTH, Measures
from .pieces import OPENING

_INDENT = 2
#: No program nests so deeply; without a bound the blanks would be most of the text.
_DEEPEST = 20 * _INDENT


@dataclass(frozen=True, slots=True)
class _Body:
    """A block that is being written."""

    items: Iterator[AlignedItem]
    column: int
    """The column at which the lines of its items start."""
    outside: int
    """The column of its closing brace."""
    end: int
    """The closing brace, or the end of the text."""


@dataclass(frozen=True, slots=True)
class _List:
    """A list that is being written, one element a line."""

    inside: int
    outside: int
    end: int
    """The closing bracket."""


class Printer:
    """Writes the pieces of one text."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._pieces = measures.pieces
        self._lines = LineBuffer()

    def print_file(self, file: File) -> str:
        """Return all pieces, of which ``file`` is the tree.  Blocks may nest to any depth."""
        end = len(self._pieces) - 1
        bodies = [_Body(iter(align_items(file.items, end, 0, self._measures)), 0, 0, end)]
        while bodies:
            body = bodies[-1]
            one = next(body.items, None)
            if one is None:
                self._end(bodies.pop())
                continue
            self._put(one.first, body.column, comments=body.column, spaced=True)
            if isinstance(one.item, Block) and not one.flat:
                bodies.append(self._open_block(one, one.item, body.column))
            elif isinstance(one.item, Block):
                self._flat_block(one)
            else:
                self._statement(one, body.column)
        return self._lines.text()

    # Blocks

    def _open_block(self, one: AlignedItem, block: Block, column: int) -> _Body:
        """Write the head of a block."""
        assert one.joint is not None
        for at in range(one.first + 1, one.joint + 1):
            self._put(at, column + _INDENT if self._measures.is_hard(at) else None)
        end = self._measures.partners[one.joint]
        inside = min(column + _INDENT, _DEEPEST)
        items = align_items(block.items, end, inside, self._measures)
        return _Body(iter(items), inside, column, end)

    def _end(self, body: _Body) -> None:
        if self._pieces[body.end].kind == "END":
            self._comments(body.end, body.column, spaced=True)
        else:
            self._put(body.end, body.outside, comments=body.column, spaced=True)

    def _flat_block(self, one: AlignedItem) -> None:
        assert one.joint is not None
        if one.joint > one.first + 1:
            self._lines.add(f" {self._measures.flat(one.first + 1, one.joint - 1)}")
        self._lines.add(" " * (one.pad + 1) + self._measures.flat(one.joint, one.last))

    # What is no block

    def _statement(self, one: AlignedItem, column: int) -> None:
        """Write what is after the first piece of an item."""
        first = one.first + 1
        match one.item:
            case Attribute() | Declaration() if one.joint is not None:
                for at in range(first, one.joint + 1):
                    hard = self._measures.is_hard(at)
                    if at == one.joint and not hard:
                        self._lines.add(" " * one.pad)
                    self._put(at, column + _INDENT if hard else None)
                narrow = self._lines.column - column <= LONGEST + len(" =")
                goes_on = self._lines.column + 1 if narrow else column + _INDENT
                self._expression(one.joint + 1, one.last, goes_on)
            case ReplaceClause() if not one.flat:
                assert one.joint is not None
                goes_on = column + REPLACE + 1
                self._expression(first, one.joint - 1, goes_on)
                self._put(one.joint, column, comments=goes_on)
                if not self._pieces[one.joint].is_glued and not self._measures.is_hard(
                    one.joint + 1
                ):
                    self._lines.add(" " * (REPLACE - len("with")))
                self._expression(one.joint + 1, one.last, goes_on)
            case _:
                self._expression(first, one.last, column + _INDENT)

    def _expression(self, first: int, last: int, goes_on: int) -> None:
        """Write pieces after what is there.

        :param goes_on: where further lines start.
        """
        lists: list[_List] = []
        measures, at = self._measures, first
        start, keeps = True, False
        while at <= last:
            inside = lists[-1].inside if lists else goes_on
            starts_element = bool(lists) and (
                self._pieces[at - 1].text in OPENING or self._pieces[at].comma
            )
            if lists and at == lists[-1].end:
                self._put(at, lists[-1].outside, comments=inside, spaced=True)
                lists.pop()
                start, keeps = False, False
            elif starts_element:
                self._put(at, inside, comments=inside, spaced=True)
                start = True
            elif measures.is_hard(at):
                self._put(at, inside, comments=inside)
                start = True
            else:
                breaks = self._pieces[at].before.newline or self._is_too_wide(at)
                self._put(at, inside if keeps and breaks else None)
            if start:
                keeps = not self._fits(at, lists[-1].end - 1 if lists else last, bool(lists))
                start = False
            if at in measures.lists or self._pieces[at].text == "{":
                at = self._list(at, lists)
            at += 1

    def _list(self, at: int, lists: list[_List]) -> int:
        """Go on after the opening bracket of a list; return the last piece that is written."""
        end, indent = self._measures.partners[at], self._lines.indent
        if self._measures.may_be_flat(at, self._lines.column - 1):
            self._lines.add(self._measures.flat(at, end)[1:])
            return end
        lists.append(_List(indent + _INDENT, indent, end))
        return at

    def _is_too_wide(self, at: int) -> bool:
        """True if a line has no room for one of several names, which need no bracket to go on."""
        if not self._pieces[at].comma:
            return False
        comma = self._pieces[at + 1].comma
        wide = len(self._measures.joint(at)) + len(self._pieces[at].text) + comma
        return self._lines.column + wide > WIDTH

    def _fits(self, first: int, last: int, listed: bool) -> bool:
        """True if what is written as one part fits on the line that ``first`` ends.

        :param last: the last piece that could belong to it.
        :param listed: true if it ends with a comma.
        """
        at = first
        while at < last and at not in self._measures.lists and self._pieces[at].text != "{":
            if self._measures.is_hard(at + 1) or (listed and self._pieces[at + 1].comma):
                break
            at += 1
        column = self._lines.column - len(self._pieces[first].text)
        return column + self._measures.width(first, at) <= WIDTH

    # Pieces

    def _put(
        self, at: int, column: int | None, comments: int | None = None, spaced: bool = False
    ) -> None:
        """Write one piece.

        :param column: where its line starts; ``None`` for after what is there.
        :param comments: where comments before it start, if that is elsewhere.
        :param spaced: true if a blank line may be before it.
        """
        piece = self._pieces[at]
        if column is None or piece.is_glued:
            self._lines.add(self._measures.joint(at) + piece.text)
            return
        if piece.comma or (at and self._ends_list(at)):
            self._lines.add(",")
        blank = self._comments(at, column if comments is None else comments, spaced)
        self._lines.start(column, blank)
        self._lines.add(piece.text)

    def _ends_list(self, at: int) -> bool:
        """True if the piece closes a list that is not empty."""
        opening = self._measures.partners[at]
        if self._pieces[at].text not in ("]", "}") or opening in (-1, at - 1):
            return False
        return opening in self._measures.lists or self._pieces[opening - 1].kind == "STRING"

    def _comments(self, at: int, column: int, spaced: bool) -> bool:
        """Write the comments before a piece; return True if a blank line belongs after them."""
        gap = self._pieces[at].before
        opens = at == 0 or self._pieces[at - 1].text in OPENING
        for comment in gap.comments:
            if not comment.is_trailing:
                self._lines.start(column, comment.blank and spaced and not opens)
                opens = False
            self._lines.comment(comment.text)
        closes = self._measures.partners[at] != -1 and self._pieces[at].text not in OPENING
        return gap.blank and spaced and not opens and not closes
