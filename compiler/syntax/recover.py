"""Reading on after a syntax error.

The plain parser stops at the first fault.  Then the text is read again here, token by
token: at a fault the parser first tries to drop the token, then to supply the one that
is missing, and otherwise drops everything to the next line that starts an item,
completing or taking back what it had begun.  One fault is reported per line, and what
could be read is kept; a body that lost something says so (``Block.whole``), so that no
later phase complains about what is not there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from lark import Lark, Token
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser

from ..names import nearest
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
_QUOTED = re.compile(r"'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[“”„][^“”„\"\n]*[“”\"]|[‘’][^‘’\n]*[‘’]")
_OPEN_STRING = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*')
_STRANGE = re.compile(r"[^\sA-Za-z0-9_\"'#{}()\[\],.:=<>+\-*/%&|!]+|.", re.DOTALL)
#: What begins like a number, however it goes on; a point first only behind a blank or `=`.
_NUMBER = re.compile(r"[0-9](?:[eE][+-]?|[0-9A-Za-z_.])*|(?<=[\s=(,\[])\.[0-9][0-9A-Za-z_.]*")
_PREFIX = re.compile(r"""[rRfFbBuU]{1,2}(?=["'])""")
_COMMENT = re.compile(r"//[^\n]*|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
#: First characters of what other languages write and ours would misread.
_BORROWED = frozenset("\"'/-rRfFbBuU")


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
        """The tokens of ``text``, without white space and comments.

        What stands for a string that could not be read is a STRING without text.
        """
        at, end = 0, len(text)
        starts_line = True
        while at < end:
            match = self._token.match(text, at)
            kind, value = (match.lastgroup or "", match.group()) if match else ("", "")
            if kind == "SKIP":
                starts_line = starts_line or "\n" in value
                at += len(value)
                continue
            token: Token | None
            borrowed = text[at] in _BORROWED and _borrowed(text, at, starts_line, report)
            if borrowed:
                token, at = borrowed
            elif not match:
                token, at = self._foreign(text, at, report)
            elif (number := _NUMBER.match(text, at)) and number.end() > match.end():
                span = Span(at, number.end())
                report(
                    SYNTAX,
                    span,
                    f"'{number.group()[:20]}' is neither a number nor a name",
                    "numbers are written 20, 1_000, 0.5, 1.5e-3; a name starts with a letter",
                )
                token, at = Token("NAME", "", start_pos=at, end_pos=span.end), span.end
            else:
                if kind == "NAME":
                    kind = self._keywords.get(value, kind)
                token, at = Token(kind, value, start_pos=at, end_pos=match.end()), match.end()
            if token is not None:
                starts_line = False
                yield token

    def _foreign(self, text: str, at: int, report: Report) -> tuple[Token | None, int]:
        for spelling, (kind, ours) in _FOREIGN.items():
            if text.startswith(spelling, at):
                end = at + len(spelling)
                report(FOREIGN, Span(at, end), f"'{spelling}' is written '{ours}'", "")
                return Token(kind, ours, start_pos=at, end_pos=end), end
        if quoted := _QUOTED.match(text, at):
            report(
                FOREIGN,
                Span(at, quoted.end()),
                'a string stands in plain double quotes: "…"',
                "other quotes inside it go to the shell as they are",
            )
            return _unread(at, quoted.end()), quoted.end()
        if text[at] == '"':
            rest = _OPEN_STRING.match(text, at)
            end = _before_brackets(text, at, rest.end()) if rest else at + 1
            report(
                STRING,
                Span(at, end),
                "the string has no closing quote on this line",
                "strings written one after the other are joined, so a long one may span lines",
            )
            return _unread(at, end), end
        strange = _STRANGE.match(text, at)
        end = strange.end() if strange else at + 1
        shown = text[at : min(end, at + 20)]
        report(CHARACTER, Span(at, end), f"{shown!r} has no meaning here", "")
        return None, end


def _borrowed(
    text: str, at: int, starts_line: bool, report: Report
) -> tuple[Token | None, int] | None:
    """Another language's strings and comments: a token or ``None``, and where they end."""
    for quotes in ('"""', "'''"):
        if text.startswith(quotes, at):
            close = text.find(quotes, at + 3)
            # on one line, three double quotes are an empty string and a quote
            if close >= 0 and (quotes[0] == "'" or text.find("\n", at, close) >= 0):
                report(
                    FOREIGN,
                    Span(at, at + 3),
                    "a string stands in one pair of double quotes, on one line",
                    "strings written one after the other are joined: write one on each line",
                )
                return _unread(at, close + 3), close + 3
    if prefix := _PREFIX.match(text, at):
        report(
            FOREIGN,
            Span(at, prefix.end()),
            "strings have no prefix",
            "in every string {name} is a value, {{ a brace, and \\\\ a backslash",
        )
        return None, prefix.end()
    if starts_line and (comment := _COMMENT.match(text, at)):
        report(FOREIGN, Span(at, at + 2), "a comment starts with '#'", "")
        return None, comment.end()
    return None


def _unread(start: int, end: int) -> Token:
    return Token("STRING", "", start_pos=start, end_pos=end)


def _before_brackets(text: str, start: int, end: int) -> int:
    """Where a string without closing quote ends: before brackets that it did not open."""
    string = text[start:end]
    tail = len(string.rstrip(" \t\r,)]}"))
    opened = {close: string.count(open_) for open_, close in ("{}", "[]", "()")}
    closed = {close: string.count(close, 0, tail) for close in opened}
    for at in range(tail, len(string)):
        if string[at] in opened:
            closed[string[at]] += 1
            if closed[string[at]] > opened[string[at]]:
                return start + max(len(string[:at].rstrip()), 1)
    return end


def _shown(token: Token) -> str:
    return str(token) if len(token) <= 20 else token[:20] + "…"


class _Machine:
    """Lark's LALR automaton, with a stack that can be looked at and cut."""

    def __init__(self, parser: InteractiveParser) -> None:
        self._parser = parser
        state: Any = parser.parser_state
        self._state = state
        self._table = state.parse_conf.parse_table.states
        self._end_state = state.parse_conf.end_state

    def accepts(self, *kinds: str, cut: int = 0) -> bool:
        """Whether tokens of ``kinds`` can come next, after dropping ``cut`` stack entries."""
        stack = self._state.state_stack
        # what a trial would leave of the stack, and what it would put on top
        base, top = len(stack) - cut, [stack[-1 - cut]]
        for wanted in kinds:
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

    def renames(self) -> bool:
        """Whether a name that is being defined is the last token read."""
        last = self._state.value_stack[-1] if self._state.value_stack else None
        return (
            isinstance(last, Token)
            and last.type == "NAME"
            and any(map(self.accepts, ("LBRACE", "COLON", "EQUAL")))
        )

    def rename(self, name: str) -> None:
        """Replace the last token read, a name."""
        last = self._state.value_stack[-1]
        self._state.value_stack[-1] = Token.new_borrow_pos("NAME", name, last)

    @property
    def depth(self) -> int:
        return len(self._state.state_stack) - 1


#: What other languages join words of a name with.
_JOINTS = ("SIGN", "DOT", "FACTOR")
_BLOCKS = ("WORKFLOW", "LOOP", "TASK", "LEARN")
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
_VALUES = {"STRING", "INT", "FLOAT", "TRUE", "FALSE", "LSQB", "SIGN"}
_NO_ITEM = {
    word: help
    for words, help in (
        ("let var val def set", "a constant is written: const NAME: TYPE = VALUE"),
        ("for foreach while until do", "tasks are repeated by: loop NAME { … repeat while … }"),
        ("if elif else when switch", "only a loop has a condition: repeat while CONDITION"),
        ("import include from use", "a file stands for itself: there is no import"),
    )
    for word in words.split()
}
_OTHER_WORDS = {"step": "TASK", "job": "TASK", "process": "TASK", "rule": "TASK", "stage": "TASK"}


class Recovery:
    """One reading of a text with faults."""

    def __init__(
        self, lark: Lark, tokens: Tokens, text: str, report: Report, lost: set[int]
    ) -> None:
        """:param lost: takes the offsets of the opening braces of bodies that lost something."""
        self._machine = _Machine(lark.parse_interactive("", start="start"))
        self._report = report
        self._text = text
        self._lost = lost
        self._tokens = list(tokens.split(text, report))
        end = len(text)
        self._tokens.append(Token(_END, "", start_pos=end, end_pos=end))
        kinds = [token.type for token in self._tokens]
        self._unclosed = kinds.count("LBRACE") - kinds.count("RBRACE")
        self._lines = [match.end() for match in re.finditer("\n", text)]
        self._reported_line = -1
        self._open: list[tuple[Token, str]] = []
        self._keyword = ""

    def read(self) -> File:
        """The tree of everything that could be read."""
        at = 0
        while True:
            at = self._past_strange_items(at)
            token = self._as_accepted(at)
            if self._fits(at, token) and not self._closes_wrongly(at, token):
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

    def _past_strange_items(self, at: int) -> int:
        while self._is_strange(at):
            self._lose()
            at = self._skip(at, line_by_line=True)
        return at

    def _is_strange(self, at: int) -> bool:
        """Whether an item of another language starts here; misspelt keywords are read."""
        token, machine = self._as_accepted(at), self._machine
        if token.type != "NAME" or not machine.accepts("TASK"):
            return False
        following = self._tokens[at + 1]
        word = str(token)
        if following.type in ("EQUAL", _END) or (
            following.type in _VALUES | {"COLON"}
            and word not in _NO_ITEM
            and self._tokens[at].type == "NAME"
        ):
            near = nearest(word, ["result"])
            if following.type != "STRING" or not near:
                return False
        span = Span(token.start_pos or 0, token.end_pos or 0)
        keywords = {kind.lower(): kind for kind in sorted(_ITEM_STARTS)}
        near = nearest(word, keywords)
        kind = keywords[near] if near else _OTHER_WORDS.get(word.lower(), "")
        if kind and word not in _NO_ITEM and machine.accepts(kind, following.type):
            self._say(span, f"'{word}' is written '{kind.lower()}'", "", FOREIGN)
            self._tokens[at] = Token(
                kind, kind.lower(), start_pos=token.start_pos, end_pos=token.end_pos
            )
            return False
        if self._tokens[at].type != "NAME":
            self._complain(at, "a declaration or '}'" if self._open else "a declaration")
        elif word in _NO_ITEM:
            self._say(span, f"there is no '{word}'", _NO_ITEM[word], FOREIGN)
        elif following.type in _JOINTS:
            return False
        elif self._first_on_line(at + 1):
            self._say(span, f"expected '=' behind '{_shown(token)}'")
        else:
            self._complain(at + 1, "'='")
        return True

    def _as_accepted(self, at: int) -> Token:
        """A keyword where only a name fits is a name, as in the contextual lexer."""
        token = self._tokens[at]
        if (
            token.type != "NAME"
            and token.isidentifier()
            and not self._bounds(at)
            and not self._machine.accepts(token.type)
            and self._machine.accepts("NAME")
            and not (token.type in _ITEM_STARTS and self._first_on_line(at))
        ):
            return Token("NAME", str(token), start_pos=token.start_pos, end_pos=token.end_pos)
        return token

    def _bounds(self, at: int) -> bool:
        """Whether a word belongs to `at most N times`."""
        tokens = self._tokens
        match tokens[at].type:
            case "AT":
                return tokens[at + 1].type == "MOST"
            case "MOST" | "TIMES":
                return at > 0 and tokens[at - 1].type in ("AT", "MOST")
        return False

    def _fits(self, at: int, token: Token) -> bool:
        if not self._machine.accepts(token.type):
            return False
        # `exec =` with nothing behind it: the name on the next line is not its value
        return not self._starts_attribute(at) or self._machine.accepts("TASK")

    def _closes_wrongly(self, at: int, token: Token) -> bool:
        """Whether a brace too many or too few shows here, before all that follows shifts."""
        if token.type == "RBRACE" and self._unclosed < 0 and len(self._open) == 1:
            behind = at + 1
            while self._tokens[behind].type == "RBRACE":
                behind += 1
            return self._tokens[behind].type not in ("WORKFLOW", _END)
        if self._unclosed > 0 and self._open and self._machine.accepts("RBRACE"):
            inner = self._open[-1][1]
            return (
                token.type == "WORKFLOW"
                or (
                    inner in ("TASK", "LEARN")
                    and token.type in ("LOOP", "TASK", "LEARN", "INPUT", "CONST", "PARAM", "REPEAT")
                )
            ) and self._first_on_line(at)
        return False

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
        return self._text.find("\n", before, self._tokens[at].start_pos or 0) >= 0

    def _track(self, token: Token) -> None:
        if token.type in (*_BLOCKS, "RESULT"):
            self._keyword = token.type
        elif token.type == "LBRACE":
            self._open.append((token, self._keyword))
        elif token.type == "RBRACE" and self._open:
            self._open.pop()

    # What to say

    def _say(self, span: Span, message: str, help: str = "", rule: Rule = SYNTAX) -> None:
        line = bisect_right(self._lines, span.start)
        if line != self._reported_line:
            self._reported_line = line
            self._report(rule, span, message, help)

    def _complain(self, at: int, expected: str = "") -> None:
        token = self._tokens[at]
        start, end = token.start_pos or 0, token.end_pos or 0
        if token.type == _END or (self._closes_wrongly(at, token) and token.type != "RBRACE"):
            opened = self._open[-1][0] if self._open else None
            position = (opened.start_pos if opened else start) or 0
            if opened is None:
                self._say(Span(position, position + 1), "the file ends too early")
            elif opened.end_pos != opened.start_pos:
                self._say(Span(position, position + 1), "this '{' is never closed", "add '}'")
            return
        if token.type == "RBRACE" and not self._open:
            self._say(Span(start, end), "nothing is open that '}' could close")
            return
        if token.type == "RBRACE" and self._closes_wrongly(at, token):
            self._say(Span(start, end), "this '}' ends the workflow, but more of it follows")
            return
        shown = _shown(token)
        joins = token.type in _JOINTS and self._adjacent(at) and self._machine.renames()
        help = "names are made of letters, digits and '_'" if joins else ""
        expected = expected or self._expected()
        if token.type == "COMPARISON" and self._machine.accepts("AND"):
            self._say(Span(start, end), "comparisons do not chain", "write: a < b and b < c")
        elif token.type == "EQUAL" and self._machine.accepts("COMPARISON"):
            self._say(Span(start, end), "'=' sets a value; a comparison is written '=='")
        elif at and self._first_on_line(at) and not self._machine.accepts("TASK"):
            before = self._tokens[at - 1]
            self._say(
                Span(before.start_pos or 0, before.end_pos or 0),
                f"expected {expected} behind '{_shown(before)}'",
            )
        else:
            self._say(Span(start, end), f"expected {expected}, found '{shown}'", help)

    def _expected(self) -> str:
        machine = self._machine
        if machine.accepts("WHILE"):
            return "'while' or 'at most'"
        if machine.accepts("TASK"):
            return "a declaration" if not self._open else "a declaration or '}'"
        if machine.accepts("NOT"):
            return "a value"
        kinds = [kind for kind in _SHOWN if machine.accepts(kind)]
        shown = list(dict.fromkeys(_SHOWN[kind] for kind in kinds))
        if machine.accepts("COMPARISON"):
            shown = [*shown, "an operator"]
        return " or ".join(shown[:3]) or "something else"

    def _lose(self) -> None:
        """Note that the innermost open body is not whole."""
        self._lost.add(self._open[-1][0].start_pos or 0 if self._open else -1)

    # How to go on

    def _repair(self, at: int) -> int:
        machine, token = self._machine, self._tokens[at]
        if token.type == _END:
            return self._close(at)
        if self._closes_wrongly(at, token):
            if token.type == "RBRACE":
                self._unclosed += 1
                return at + 1
            self._unclosed -= 1
            self._supply("RBRACE", at)
            return at
        if token.type in _JOINTS and self._adjacent(at) and machine.renames():
            return self._joined(at)
        following = self._tokens[at + 1]
        droppable = not self._first_on_line(at) and token.type not in ("LBRACE", "RBRACE")
        if droppable and not self._first_on_line(at + 1) and machine.accepts(following.type):
            return at + 1
        if token.type == "EQUAL" and machine.accepts("COMPARISON", following.type):
            machine.feed(Token.new_borrow_pos("COMPARISON", "==", token))
            return at + 1
        if token.type == "COLON" and machine.accepts("EQUAL") and not self._first_on_line(at + 1):
            self._supply("EQUAL", at)
            return at + 1
        if token.type == "COLON" and machine.accepts("LBRACE") and self._first_on_line(at + 1):
            return self._indented(at)
        needed = "TASK" if self._starts_attribute(at) else token.type
        opens = self._first_on_line(at) or following.type == "EQUAL"
        for kinds in _SUPPLIED:
            if machine.accepts(*kinds, needed) and (kinds != ("LBRACE",) or opens):
                for kind in kinds:
                    self._supply(kind, at)
                return at
        return self._skip(at)

    def _adjacent(self, at: int) -> bool:
        return at > 0 and self._tokens[at - 1].end_pos == self._tokens[at].start_pos

    def _joined(self, at: int) -> int:
        """Read `my-task` as the name that it was meant to be."""
        start = self._tokens[at - 1].start_pos or 0
        at += 1
        while self._adjacent(at) and self._tokens[at].type in (*_JOINTS, "NAME", "INT"):
            at += 1
        end = self._tokens[at - 1].end_pos or 0
        if self._machine.accepts("EQUAL"):
            self._lose()
            self._machine.rename("")  # no attribute is called so
        else:
            self._machine.rename(self._text[start:end])
        return at

    def _supply(self, kind: str, at: int) -> None:
        start = self._tokens[at].start_pos or 0
        supplied = Token(kind, "", start_pos=start, end_pos=start)
        if kind == "LBRACE":
            self._unclosed += 1
        self._track(supplied)
        self._machine.feed(supplied)

    def _indented(self, at: int) -> int:
        """Drop a body that is told by its indentation."""
        start = self._tokens[at].start_pos or 0
        margin = self._column(self._text.rfind("\n", 0, start) + 1)
        self._supply("LBRACE", at)
        self._lose()
        at += 1
        while self._tokens[at].type != _END:
            begins = self._tokens[at].start_pos or 0
            if self._first_on_line(at):
                line = self._text.rfind("\n", 0, begins) + 1
                if begins - line <= margin:
                    break
            self._unclosed -= {"LBRACE": 1, "RBRACE": -1}.get(self._tokens[at].type, 0)
            at += 1
        self._unclosed -= 1
        self._supply("RBRACE", at)
        return at

    def _column(self, line: int) -> int:
        """The width of the indentation of the line that starts at offset ``line``."""
        match = re.compile(r"[ \t]*").match(self._text, line)
        return len(match.group()) if match else 0

    def _close(self, at: int) -> int:
        """At the end of the file: close what is open, or drop what is unfinished."""
        self._cut_for("RBRACE" if self._open else "TASK", at)
        if self._open:
            self._supply("RBRACE", at)
        return at

    def _skip(self, at: int, line_by_line: bool = False) -> int:
        """Drop tokens to the next place where an item can start or a body can end.

        :param line_by_line: whether any name that starts a line may start an item.
        """
        depth = 0
        first = at
        while True:
            token = self._tokens[at]
            if token.type == _END:
                return self._cut_for("TASK", at)
            if (depth == 0 and at > first) or (token.type == "RBRACE" and depth == 0):
                if token.type == "RBRACE" and self._open:
                    return self._cut_for("RBRACE", at)
                starts = token.type in _ITEM_STARTS or (line_by_line and token.type == "NAME")
                if (starts and self._first_on_line(at)) or self._starts_attribute(at):
                    return self._cut_for("TASK", at)
            if token.type == "LBRACE":
                depth += 1
            elif token.type == "RBRACE" and depth:
                depth -= 1
            at += 1

    def _cut_for(self, kind: str, at: int) -> int:
        """Finish the unfinished, or take back as little of it as needed, to go on with ``kind``."""
        machine = self._machine
        self._lose()
        for cut in range(machine.depth + 1):
            for completion in _COMPLETIONS:
                if machine.accepts(*completion, kind, cut=cut):
                    machine.cut(cut)
                    for part in completion:
                        self._supply(part, at)
                    return at
        return at + 1
