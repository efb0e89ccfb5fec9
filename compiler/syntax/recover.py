"""Reading on after a syntax error.

The plain parser stops at the first fault.  Then the text is read again here, token by
token: at a fault the parser first tries to drop the token, then to supply the one that
is missing, and otherwise drops everything to the next line that starts an item, taking
back what it had begun.  One fault is reported per line, and what could be read is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lark import Lark, Token
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser

from ..rules import CHARACTER, FOREIGN, STRING, SYNTAX, Rule
from ..source import Span
from .tree import File

Report = Callable[[Rule, Span, str, str], None]

_END = "$END"
_FOREIGN = {
    "&&": ("AND", "and"),
    "||": ("OR", "or"),
    "!": ("NOT", "not"),
}
_SINGLE_QUOTED = re.compile(r"'((?:\\.|[^'\\\n])*)'")
_OPEN_STRING = re.compile(r'"(?:\\.|[^"\\\n])*')
_STRANGE = re.compile(r"[^\sA-Za-z0-9_\"'#{}()\[\],.:=<>+\-*/%&|!]+|.", re.DOTALL)


class Tokens:
    """Splits any text into tokens, reporting what is none."""

    def __init__(self, lark: Lark) -> None:
        self._keywords: dict[str, str] = {}
        patterns: list[tuple[int, str, str]] = []
        for terminal in lark.terminals:
            regexp = terminal.pattern.to_regexp()
            if re.fullmatch(r"[a-z]+", regexp):
                self._keywords[regexp] = terminal.name
            elif terminal.name not in ("COMMENT", "SPACE"):
                patterns.append((terminal.pattern.max_width, terminal.name, regexp))
        # longest first: `<=` before `<`, FLOAT before INT
        patterns.sort(key=lambda p: (p[1] == "INT", -p[0]))
        self._token = re.compile(
            r"(?P<SKIP>(?:[ \t\r\n\f]+|\#[^\n]*)+)|"
            + "|".join(f"(?P<{name}>{regexp})" for _, name, regexp in patterns)
        )

    def split(self, text: str, report: Report) -> Iterator[Token]:
        """The tokens of ``text``, without white space and comments."""
        at, end = 0, len(text)
        while at < end:
            match = self._token.match(text, at)
            if match is None:
                token, at = self._foreign(text, at, report)
                if token is not None:
                    yield token
                continue
            kind, value = match.lastgroup or "", match.group()
            if kind == "NAME":
                kind = self._keywords.get(value, kind)
            if kind != "SKIP":
                yield Token(kind, value, start_pos=at, end_pos=match.end())
            at = match.end()

    def _foreign(self, text: str, at: int, report: Report) -> tuple[Token | None, int]:
        for spelling, (kind, ours) in _FOREIGN.items():
            if text.startswith(spelling, at):
                end = at + len(spelling)
                report(FOREIGN, Span(at, end), f"'{spelling}' is written '{ours}'", "")
                return Token(kind, ours, start_pos=at, end_pos=end), end
        if quoted := _SINGLE_QUOTED.match(text, at):
            report(
                FOREIGN,
                Span(at, quoted.end()),
                "strings stand in double quotes",
                'write "…"; single quotes inside it go to the shell as they are',
            )
            token = Token("STRING", '""', start_pos=at, end_pos=quoted.end())
            return token, quoted.end()
        if text[at] == '"':
            rest = _OPEN_STRING.match(text, at)
            end = rest.end() if rest else at + 1
            report(
                STRING,
                Span(at, end),
                "the string has no closing quote on this line",
                "strings written one after the other are joined, so a long one may span lines",
            )
            return Token("STRING", '""', start_pos=at, end_pos=end), end
        strange = _STRANGE.match(text, at)
        end = strange.end() if strange else at + 1
        shown = text[at : min(end, at + 20)]
        report(CHARACTER, Span(at, end), f"{shown!r} has no meaning here", "")
        return None, end


class _Machine:
    """Lark's LALR automaton, with a stack that can be looked at and cut."""

    def __init__(self, parser: InteractiveParser) -> None:
        self._parser = parser
        state: Any = parser.parser_state
        self._state = state
        self._table = state.parse_conf.parse_table.states
        self._end_state = state.parse_conf.end_state

    def accepts(self, kind: str, cut: int = 0, then: str | None = None) -> bool:
        """Whether a token of ``kind`` can come next, after dropping ``cut`` stack entries.

        :param then: a token that must be acceptable behind it.
        """
        stack = self._state.state_stack
        # what a trial would leave of the stack, and what it would put on top
        base, top = len(stack) - cut, [stack[-1 - cut]]
        for wanted in (kind,) if then is None else (kind, then):
            while True:
                action = self._table[top[-1]].get(wanted)
                if action is None:
                    return False
                if action[0] is Shift:
                    top.append(action[1])
                    break
                rule = action[1]
                size = len(rule.expansion)
                if size < len(top):
                    del top[len(top) - size :]
                else:
                    base -= size - len(top) + 1
                    top = [stack[base - 1]]
                top.append(self._table[top[-1]][rule.origin.name][1])
                if top[-1] == self._end_state:
                    return wanted == _END
        return True

    def feed(self, token: Token) -> Any:
        return self._parser.feed_token(token)

    def cut(self, entries: int) -> None:
        if entries:
            del self._state.state_stack[-entries:]
            del self._state.value_stack[-entries:]

    @property
    def depth(self) -> int:
        return len(self._state.state_stack) - 1


_ITEM_STARTS = {
    "WORKFLOW",
    "LOOP",
    "TASK",
    "LEARN",
    "INPUT",
    "CONST",
    "PARAM",
    "AFTER",
    "RESULT",
    "REPEAT",
}
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
    _END: "the end of the file",
}
#: What may be supplied where it is missing, in the order tried.
_SUPPLIED = ("NAME", "COLON", "EQUAL", "COMMA", "RSQB", "RPAR", "LBRACE", "TIMES", "STRING")


class Recovery:
    """One reading of a text with faults."""

    def __init__(self, lark: Lark, tokens: Tokens, text: str, report: Report) -> None:
        self._machine = _Machine(lark.parse_interactive("", start="start"))
        self._report = report
        self._text = text
        self._tokens = list(tokens.split(text, report))
        end = len(text)
        self._tokens.append(Token(_END, "", start_pos=end, end_pos=end))
        self._reported_line = -1
        self._open: list[Token] = []

    def read(self) -> File:
        """The tree of everything that could be read."""
        at = 0
        while True:
            token = self._as_accepted(at)
            if self._fits(at, token):
                self._track(token)
                result = self._machine.feed(token)
                if token.type == _END:
                    assert isinstance(result, File)
                    return result
                at += 1
            else:
                self._complain(at)
                at = self._repair(at)

    # What can come next

    def _as_accepted(self, at: int) -> Token:
        """A keyword where only a name fits is a name, as in the contextual lexer."""
        token = self._tokens[at]
        if (
            token.type != "NAME"
            and token.isidentifier()
            and not self._machine.accepts(token.type)
            and self._machine.accepts("NAME")
            and not (token.type in _ITEM_STARTS and self._first_on_line(at))
        ):
            return Token("NAME", str(token), start_pos=token.start_pos, end_pos=token.end_pos)
        return token

    def _fits(self, at: int, token: Token) -> bool:
        if not self._machine.accepts(token.type):
            return False
        # `exec =` with nothing behind it: the name on the next line is not its value
        return not self._starts_attribute(at) or self._machine.accepts("TASK")

    def _starts_attribute(self, at: int) -> bool:
        tokens = self._tokens
        return (
            tokens[at].type == "NAME"
            and at + 1 < len(tokens)
            and tokens[at + 1].type == "EQUAL"
            and self._first_on_line(at)
        )

    def _first_on_line(self, at: int) -> bool:
        if at == 0:
            return True
        before = self._tokens[at - 1].end_pos or 0
        return "\n" in self._text[before : self._tokens[at].start_pos or 0]

    def _track(self, token: Token) -> None:
        if token.type == "LBRACE":
            self._open.append(token)
        elif token.type == "RBRACE" and self._open:
            self._open.pop()

    # What to say

    def _complain(self, at: int) -> None:
        token = self._tokens[at]
        start, end = token.start_pos or 0, token.end_pos or 0
        line = self._text.count("\n", 0, start) if start < 100_000 else start
        if line == self._reported_line:
            return
        self._reported_line = line
        if token.type == _END:
            opened = self._open[-1] if self._open else None
            position = opened.start_pos if opened else start
            self._report(
                SYNTAX,
                Span(position or 0, (position or 0) + 1),
                "this '{' is never closed" if opened else "the file ends too early",
                "add '}'" if opened else "",
            )
            return
        shown = str(token) if len(token) <= 20 else token[:20] + "…"
        if token.type == "RBRACE" and not self._open:
            self._report(SYNTAX, Span(start, end), "nothing is open that '}' could close", "")
            return
        expected = self._expected()
        self._report(SYNTAX, Span(start, end), f"expected {expected}, found '{shown}'", "")

    def _expected(self) -> str:
        machine = self._machine
        if machine.accepts("TASK"):
            return "a declaration" if not self._open else "a declaration or '}'"
        if machine.accepts("NOT"):
            return "a value"
        kinds = [kind for kind in _SHOWN if machine.accepts(kind)]
        shown = list(dict.fromkeys(_SHOWN[kind] for kind in kinds))
        if machine.accepts("COMPARISON"):
            shown = [*shown, "an operator"]
        return " or ".join(shown[:3]) or "something else"

    # How to go on

    def _repair(self, at: int) -> int:
        machine, token = self._machine, self._tokens[at]
        if token.type == _END:
            return self._close(at)
        following = self._tokens[at + 1]
        droppable = not self._first_on_line(at) and token.type not in ("LBRACE", "RBRACE")
        if droppable and not self._first_on_line(at + 1) and machine.accepts(following.type):
            return at + 1
        needed = "TASK" if self._starts_attribute(at) else token.type
        for kind in _SUPPLIED:
            if machine.accepts(kind, then=needed) and not (
                kind == "LBRACE" and not self._first_on_line(at)
            ):
                start = token.start_pos or 0
                value = {"NAME": "", "STRING": '""'}.get(kind, "")
                supplied = Token(kind, value, start_pos=start, end_pos=start)
                self._track(supplied)
                machine.feed(supplied)
                return at
        return self._skip(at)

    def _close(self, at: int) -> int:
        """At the end of the file: close what is open, or drop what is unfinished."""
        self._cut_for("RBRACE" if self._open else "TASK", at)
        if self._open:
            end = self._tokens[at].start_pos or 0
            token = Token("RBRACE", "", start_pos=end, end_pos=end)
            self._track(token)
            self._machine.feed(token)
        return at

    def _skip(self, at: int) -> int:
        """Drop tokens to the next place where an item can start or a body can end."""
        depth = 0
        first = at
        while True:
            token = self._tokens[at]
            if token.type == _END:
                return self._cut_for("TASK", at)
            if depth == 0 and at > first or token.type == "RBRACE" and depth == 0:
                if token.type == "RBRACE" and self._open:
                    return self._cut_for("RBRACE", at)
                starts = token.type in _ITEM_STARTS and self._first_on_line(at)
                if starts or self._starts_attribute(at):
                    return self._cut_for("TASK", at)
            if token.type == "LBRACE":
                depth += 1
            elif token.type == "RBRACE" and depth:
                depth -= 1
            at += 1

    def _cut_for(self, kind: str, at: int) -> int:
        machine = self._machine
        for cut in range(machine.depth + 1):
            if machine.accepts(kind, cut=cut):
                machine.cut(cut)
                return at
        return at + 1
