"""The messages about faults: one per line."""

from __future__ import annotations

from lark import Token

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rules import SYNTAX_ERROR, Rule
from ...text.source import Span
from ..report import Report
from .automaton import END, Automaton
from .bodies import Bodies
from .layout import Layout

_SHOWN = {
    "NAME": "a name",
    "STRING": "a string",
    "INT": "a number",
    "FLOAT": "a number",
    "COLON": "':'",
    "EQUAL": "'='",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "COMMA": "','",
    "RPAR": "')'",
    "RSQB": "']'",
    "MOST": "'most'",
    "TIMES": "'times'",
    END: "the end of the file",
}


class Complaints:
    """Reports the faults of a text."""

    def __init__(
        self, layout: Layout, automaton: Automaton, bodies: Bodies, report: Report
    ) -> None:
        self._layout = layout
        self._automaton = automaton
        self._bodies = bodies
        self._report = report
        self._reported_line = -1

    def say(
        self,
        span: Span,
        message: str,
        help: str = "",
        rule: Rule = SYNTAX_ERROR,
        fix: Fix | None = None,
    ) -> None:
        """Report a fault, unless one was reported on its line just before."""
        line = self._layout.line(span.start)
        if line != self._reported_line:
            self._reported_line = line
            self._report(rule, span, message, help, fix)

    def complain(self, at: int, expected: str = "") -> None:
        """Report that token ``at`` does not fit.

        :param expected: what could be there, if not whatever the automaton accepts.
        """
        token = self._layout.tokens[at]
        start, end = token.start_pos or 0, token.end_pos or 0
        if token.type == END or (self._bodies.closes_wrongly(at, token) and token.type != "RBRACE"):
            opened = self._bodies.innermost
            position = (opened.start_pos if opened else start) or 0
            if opened is None:
                self.say(Span(position, position + 1), "the file ends too early")
            elif opened.end_pos != opened.start_pos:
                self.say(Span(position, position + 1), "this '{' is never closed", "add '}'")
            return
        if token.type == "RBRACE" and not self._bodies.has_open:
            self.say(Span(start, end), "this '}' closes nothing")
            return
        if token.type == "RBRACE" and self._bodies.closes_wrongly(at, token):
            self.say(Span(start, end), "this '}' ends the workflow, but more of it follows")
            return
        joins = self._layout.joins(at) and self._automaton.can_rename()
        help = "names are made of letters, digits and '_'" if joins else ""
        expected = expected or self._expected()
        if token.type == "COMPARISON" and self._automaton.accepts("AND"):
            self.say(Span(start, end), "comparisons do not chain", "write: a < b and b < c")
        elif token.type == "EQUAL" and self._automaton.accepts("COMPARISON"):
            fix = Fix("write '=='", (Edit(Span(start, end), "=="),))
            self.say(Span(start, end), "'=' sets a value; a comparison is written '=='", fix=fix)
        elif at and self._layout.first_on_line(at) and not self._automaton.accepts("TASK"):
            before = self._layout.tokens[at - 1]
            self.say(
                Span(before.start_pos or 0, before.end_pos or 0),
                f"expected {expected} after '{quote_token(before)}'",
            )
        else:
            self.say(Span(start, end), f"expected {expected}, found '{quote_token(token)}'", help)

    def _expected(self) -> str:
        automaton = self._automaton
        if automaton.accepts("WHILE"):
            return "'while' or 'at most'"
        if automaton.accepts("TASK"):
            return "a declaration or '}'" if self._bodies.has_open else "a declaration"
        if automaton.accepts("NOT"):
            return "a value"
        kinds = [kind for kind in _SHOWN if automaton.accepts(kind)]
        names = list(dict.fromkeys(_SHOWN[kind] for kind in kinds))
        if automaton.accepts("COMPARISON"):
            names = [*names, "an operator"]
        return " or ".join(names[:3]) or "something else"


def quote_token(token: Token) -> str:
    """Return a token as a message quotes it."""
    return str(token) if len(token) <= 20 else token[:20] + "…"
