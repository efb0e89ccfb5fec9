"""Splitting any text into tokens, whatever language it borrows from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Lark, Token

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rules import (
    FOREIGN_SYNTAX,
    INVALID_CHARACTER,
    SYNTAX_ERROR,
    UNTERMINATED_STRING,
)
from ...text.source import Span
from ..report import Report

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
_GLUED = re.compile(r"([0-9][0-9_]*)([a-z]+)")
_PREFIX = re.compile(r"""[rRfFbBuU]{1,2}(?=["'])""")
#: What begins an item, or ends a body: no line of a string.
_ITEM = re.compile(
    r"\s*(?:\}|[A-Za-z_]\w*\s*[={]|(?:workflow|input|const|param|task|learn|loop|after|result|replace|repeat)\b)"
)
_QUOTE = re.compile(r"(?<!\\)\"")
#: How far a string may go on that should have ended on its line.
_MOST_LINES = 20
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
            elif (number := _NUMBER.match(text, at)) and (not match or number.end() > match.end()):
                token, at = self._glued(number, report)
            elif not match:
                token, at = self._foreign(text, at, report)
            else:
                if kind == "NAME":
                    kind = self._keywords.get(value, kind)
                token, at = Token(kind, value, start_pos=at, end_pos=match.end()), match.end()
            if token is not None:
                starts_line = False
                yield token

    def _glued(self, number: re.Match[str], report: Report) -> tuple[Token, int]:
        """Report what begins like a number and goes on otherwise, such as ``20times``."""
        at, span = number.start(), Span(*number.span())
        shown = f"'{number.group()[:20]}'"
        parts = _GLUED.fullmatch(number.group())
        if parts and parts[2] in self._keywords:
            end = at + len(parts[1])
            fix = Fix(f"write '{parts[1]} {parts[2]}'", (Edit(Span(end, end), " "),))
            report(SYNTAX_ERROR, span, f"a space is missing in {shown}", "", fix)
            return Token("INT", parts[1], start_pos=at, end_pos=end), end
        report(
            SYNTAX_ERROR,
            span,
            f"{shown} is neither a number nor a name",
            "write numbers as 20, 1_000, 0.5 or 1.5e-3; a name starts with a letter",
        )
        return Token("NAME", "", start_pos=at, end_pos=span.end), span.end

    def _foreign(self, text: str, at: int, report: Report) -> tuple[Token | None, int]:
        for spelling, (kind, ours) in _FOREIGN.items():
            if text.startswith(spelling, at):
                end = at + len(spelling)
                before = " " if text[at - 1 : at].isalnum() else ""
                behind = "" if text[end : end + 1] == " " else " "
                edit = Edit(Span(at, end), f"{before}{ours}{behind}")
                fix = Fix(f"write '{ours}'", (edit,))
                report(FOREIGN_SYNTAX, Span(at, end), f"'{spelling}' is written '{ours}'", "", fix)
                return Token(kind, ours, start_pos=at, end_pos=end), end
        if quoted := _QUOTED.match(text, at):
            inside = quoted.group()[1:-1]
            plain = not set(inside) & set('"\\{}')
            whole = Span(at, quoted.end())
            report(
                FOREIGN_SYNTAX,
                whole,
                'write strings in plain double quotes: "…"',
                "other quotes inside the string reach the shell unchanged",
                Fix("write double quotes", (Edit(whole, f'"{inside}"'),)) if plain else None,
            )
            return _unread(at, quoted.end()), quoted.end()
        if text[at] == '"':
            rest = _OPEN_STRING.match(text, at)
            end = _before_brackets(text, at, rest.end()) if rest else at + 1
            goes_on = continued(text, rest.end() if rest else at + 1)
            report(
                UNTERMINATED_STRING,
                Span(at, end),
                "the string has no closing quote on this line",
                "adjacent strings are joined: split a long one over several lines",
            )
            return _unread(at, end), goes_on or end
        strange = _STRANGE.match(text, at)
        end = strange.end() if strange else at + 1
        shown = text[at : min(end, at + 20)]
        report(INVALID_CHARACTER, Span(at, end), f"{shown!r} is not allowed here", "")
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
                    FOREIGN_SYNTAX,
                    Span(at, at + 3),
                    "a string has one pair of double quotes, on one line",
                    "adjacent strings are joined: write one on each line",
                )
                return _unread(at, close + 3), close + 3
    if prefix := _PREFIX.match(text, at):
        report(
            FOREIGN_SYNTAX,
            Span(at, prefix.end()),
            "strings have no prefix",
            "in every string, {name} inserts a value, {{ is a brace, and \\\\ a backslash",
        )
        return None, prefix.end()
    if starts_line and (comment := _COMMENT.match(text, at)):
        fix = Fix("write '#'", (Edit(Span(at, at + 2), "#"),))
        of_line = fix if text[at : at + 2] in ("//", "--") else None
        report(FOREIGN_SYNTAX, Span(at, at + 2), "a comment starts with '#'", "", of_line)
        return None, comment.end()
    return None


def continued(text: str, at: int) -> int | None:
    """Where a string ends that goes on behind the line end at ``at``, if it looks like one."""
    for _ in range(_MOST_LINES):
        stop = text.find("\n", at + 1)
        line = text[at + 1 : stop if stop >= 0 else len(text)]
        if not text.startswith("\n", at) or _ITEM.match(line):
            return None
        quotes = [match.start() for match in _QUOTE.finditer(line)]
        if quotes:
            return at + 1 + quotes[0] + 1 if len(quotes) % 2 else None
        if stop < 0:
            return None
        at = stop
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
