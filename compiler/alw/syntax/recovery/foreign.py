"""Items written as in another language."""

from __future__ import annotations

from lark import Token

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rules import FOREIGN_SYNTAX
from ...text.source import Span
from ...text.suggest import nearest
from .automaton import END, Automaton
from .bodies import Bodies
from .complaints import Complaints, quote_token
from .layout import ITEM_STARTS, JOINTS, Layout

_VALUES = {"STRING", "INT", "FLOAT", "TRUE", "FALSE", "LSQB", "SIGN"}
_NO_ITEM = {
    word: help
    for words, help in (
        ("let var val def set", "write: const NAME: TYPE = VALUE"),
        (
            "for foreach",
            "write one task for each element; for one workflow for each value, declare an input "
            "and compile with --set NAME=VALUE",
        ),
        ("while until do", "to repeat tasks, write: loop NAME { … repeat while … }"),
        ("if elif else when switch", "only a loop has a condition: repeat while CONDITION"),
        ("import include from use", "each file is complete in itself: there is no import"),
    )
    for word in words.split()
}
_OTHER_WORDS = {"step": "TASK", "job": "TASK", "process": "TASK", "rule": "TASK", "stage": "TASK"}


class ForeignItems:
    """Finds items that begin with no keyword of ours, and says what to write instead."""

    def __init__(
        self, layout: Layout, automaton: Automaton, bodies: Bodies, complaints: Complaints
    ) -> None:
        self._layout = layout
        self._automaton = automaton
        self._bodies = bodies
        self._complaints = complaints

    def starts(self, at: int, token: Token) -> bool:
        """True if such an item starts here; report it, and put misspelt keywords right.

        :param token: token ``at``, a name where only a name fits.
        """
        automaton, tokens = self._automaton, self._layout.tokens
        if token.type != "NAME" or not automaton.accepts("TASK"):
            return False
        following = tokens[at + 1]
        word = str(token)
        if following.type in ("EQUAL", END) or (
            following.type in _VALUES | {"COLON"}
            and word not in _NO_ITEM
            and tokens[at].type == "NAME"
        ):
            near = nearest(word, ["result"])
            if following.type != "STRING" or not near:
                return False
        span = Span(token.start_pos or 0, token.end_pos or 0)
        keywords = {kind.lower(): kind for kind in sorted(ITEM_STARTS)}
        near = nearest(word, keywords)
        kind = keywords[near] if near else _OTHER_WORDS.get(word.lower(), "")
        if kind and word not in _NO_ITEM and automaton.accepts(kind, following.type):
            ours = kind.lower()
            fix = Fix(
                f"change to '{ours}'", (Edit(span, ours),), safe=not near or near == word.lower()
            )
            self._complaints.say(span, f"'{word}' is written '{ours}'", "", FOREIGN_SYNTAX, fix)
            tokens[at] = Token(kind, kind.lower(), start_pos=token.start_pos, end_pos=token.end_pos)
            return False
        if tokens[at].type != "NAME":
            expected = "a declaration or '}'" if self._bodies.has_open else "a declaration"
            self._complaints.complain(at, expected)
        elif word in _NO_ITEM:
            self._complaints.say(span, f"there is no '{word}'", _NO_ITEM[word], FOREIGN_SYNTAX)
        elif following.type in JOINTS:
            return False
        elif self._layout.first_on_line(at + 1):
            self._complaints.say(span, f"expected '=' after '{quote_token(token)}'")
        else:
            self._complaints.complain(at + 1, "'='")
        return True
