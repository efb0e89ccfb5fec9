"""Recovery: where to go on after a fault, and what to supply or drop for it."""

from __future__ import annotations

from lark import Lark, Token

from ..report import Report
from ..tree import File
from .automaton import END, Automaton
from .bodies import Bodies
from .complaints import Complaints
from .foreign import ForeignItems
from .layout import ITEM_STARTS, JOINTS, Layout
from .tokens import split_tokens

#: What may be supplied where it is missing, in the order tried.
_SUPPLIED = (
    *(("NAME",), ("COLON",), ("EQUAL",), ("COMMA",), ("RSQB",), ("RPAR",), ("LBRACE",), ("TIMES",)),
    ("STRING",),
    ("COLON", "NAME"),
)
#: What may complete an unfinished item, in the order tried; a name without text is no value.
_COMPLETIONS = (
    (),
    ("NAME",),
    ("COLON", "NAME"),
    ("EQUAL", "NAME"),
    ("COLON", "NAME", "RBRACE"),
    ("RBRACE",),
    ("NAME", "RBRACE"),
    ("LBRACE", "RBRACE"),
    ("STRING", "LBRACE", "NAME", "COLON", "NAME", "RBRACE"),
)
#: So many entries of the stack are dropped one by one, each time trying to complete the rest.
_MOST_COMPLETED = 200


class Recovery:
    """One reading of a text with faults."""

    def __init__(self, lark: Lark, text: str, report: Report, lost: set[int]) -> None:
        """:param lost: takes the offsets of the opening braces of bodies that lost something."""
        self._automaton = Automaton(lark.parse_interactive("", start="start"))
        self._layout = Layout(text, split_tokens(text, report))
        self._tokens = self._layout.tokens
        self._bodies = Bodies(self._layout, self._automaton, lost)
        self._complaints = Complaints(self._layout, self._automaton, self._bodies, report)
        self._foreign = ForeignItems(self._layout, self._automaton, self._bodies, self._complaints)

    def read(self) -> File:
        """Return the tree of everything that could be read."""
        at = 0
        while True:
            at = self._skip_foreign_items(at)
            token = self._accept_as_name(at)
            if self._fits(at, token) and not self._bodies.closes_wrongly(at, token):
                self._bodies.track(token)
                result = self._automaton.feed(token)
                if token.type == END:
                    assert isinstance(result, File)
                    return result
                at += 1
            else:
                self._complaints.complain(at)
                at = self._repair(at)

    def _skip_foreign_items(self, at: int) -> int:
        while self._foreign.starts(at, self._accept_as_name(at)):
            self._bodies.lose()
            at = self._skip(at, line_by_line=True)
        return at

    def _accept_as_name(self, at: int) -> Token:
        """Return a keyword where only a name fits as a name, as the contextual lexer does."""
        token = self._tokens[at]
        if (
            token.type != "NAME"
            and token.isidentifier()
            and not self._layout.bounds(at)
            and not self._automaton.accepts(token.type)
            and self._automaton.accepts("NAME")
            and not (token.type in ITEM_STARTS and self._layout.first_on_line(at))
        ):
            return Token("NAME", str(token), start_pos=token.start_pos, end_pos=token.end_pos)
        return token

    def _fits(self, at: int, token: Token) -> bool:
        if not self._automaton.accepts(token.type):
            return False
        # `exec =` with nothing after it: the name on the next line is not its value
        return not self._layout.starts_attribute(at) or self._automaton.accepts("TASK")

    def _repair(self, at: int) -> int:
        automaton, layout, token = self._automaton, self._layout, self._tokens[at]
        if token.type == END:
            return self._close(at)
        if self._bodies.closes_wrongly(at, token):
            if token.type == "RBRACE":
                self._bodies.unclosed += 1
                return at + 1
            self._bodies.unclosed -= 1
            self._supply("RBRACE", at)
            return at
        if layout.joins(at) and automaton.can_rename():
            return self._join_name(at)
        following = self._tokens[at + 1]
        droppable = not layout.first_on_line(at) and token.type not in ("LBRACE", "RBRACE")
        if droppable and not layout.first_on_line(at + 1) and automaton.accepts(following.type):
            return at + 1
        if token.type == "EQUAL" and automaton.accepts("COMPARISON", following.type):
            automaton.feed(Token.new_borrow_pos("COMPARISON", "==", token))
            return at + 1
        if (
            token.type == "COLON"
            and automaton.accepts("EQUAL")
            and not layout.first_on_line(at + 1)
        ):
            self._supply("EQUAL", at)
            return at + 1
        if token.type == "COLON" and automaton.accepts("LBRACE") and layout.first_on_line(at + 1):
            return self._drop_indented(at)
        needed = "TASK" if layout.starts_attribute(at) else token.type
        opens = layout.first_on_line(at) or following.type == "EQUAL"
        for kinds in _SUPPLIED:
            if automaton.accepts(*kinds, needed) and (kinds != ("LBRACE",) or opens):
                for kind in kinds:
                    self._supply(kind, at)
                return at
        if token.type in ITEM_STARTS and layout.first_on_line(at):
            return self._cut_for(token.type, at)  # the item before it was only begun
        return self._skip(at)

    def _join_name(self, at: int) -> int:
        """Read `my-task` as the name that it was meant to be."""
        start = self._tokens[at - 1].start_pos or 0
        at += 1
        while self._layout.adjacent(at) and self._tokens[at].type in (*JOINTS, "NAME", "INT"):
            at += 1
        end = self._tokens[at - 1].end_pos or 0
        if self._automaton.accepts("EQUAL"):
            self._bodies.lose()
            self._automaton.rename("")  # no attribute is called so
        else:
            self._automaton.rename(self._layout.text[start:end])
        return at

    def _supply(self, kind: str, at: int) -> None:
        start = self._tokens[at].start_pos or 0
        supplied = Token(kind, "", start_pos=start, end_pos=start)
        self._bodies.track(supplied)
        if kind == "LBRACE":
            self._bodies.unclosed += 1
            self._bodies.lose()
        self._automaton.feed(supplied)

    def _drop_indented(self, at: int) -> int:
        """Drop a body that is told by its indentation."""
        margin = self._layout.margin(at)
        self._supply("LBRACE", at)
        at += 1
        while self._tokens[at].type != END:
            if self._layout.first_on_line(at) and self._layout.column(at) <= margin:
                break
            self._bodies.unclosed -= {"LBRACE": 1, "RBRACE": -1}.get(self._tokens[at].type, 0)
            at += 1
        self._bodies.unclosed -= 1
        self._supply("RBRACE", at)
        return at

    def _close(self, at: int) -> int:
        """Close what is open at the end of the file, or drop what is unfinished."""
        self._cut_for("RBRACE" if self._bodies.has_open else "TASK", at)
        if self._bodies.has_open:
            self._supply("RBRACE", at)
        return at

    def _skip(self, at: int, line_by_line: bool = False) -> int:
        """Drop tokens to the next place where an item can start or a body can end.

        :param line_by_line: true if any name that starts a line may start an item.
        """
        depth = 0
        first = at
        while True:
            token = self._tokens[at]
            if token.type == END:
                return self._cut_for("TASK", at)
            if (depth == 0 and at > first) or (token.type == "RBRACE" and depth == 0):
                if token.type == "RBRACE" and self._bodies.has_open:
                    return self._cut_for("RBRACE", at)
                starts = token.type in ITEM_STARTS or (line_by_line and token.type == "NAME")
                if (starts and self._layout.first_on_line(at)) or self._layout.starts_attribute(at):
                    return self._cut_for("TASK", at)
            if token.type == "LBRACE":
                depth += 1
            elif token.type == "RBRACE" and depth:
                depth -= 1
            at += 1

    def _cut_for(self, kind: str, at: int) -> int:
        """Finish the unfinished, or take back as little of it as needed, to go on with ``kind``."""
        automaton = self._automaton
        self._bodies.lose()
        for cut in range(automaton.depth + 1):
            # far inside an expression none helps, and to try them all there would take too long
            for completion in _COMPLETIONS if cut < _MOST_COMPLETED else ((),):
                if automaton.accepts(*completion, kind, cut=cut):
                    automaton.cut(cut)
                    for part in completion:
                        self._supply(part, at)
                    return at
        return at + 1
