"""Any text as tokens of the grammar, whatever language it borrows from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rules import (
    FOREIGN_SYNTAX,
    INVALID_CHARACTER,
    SYNTAX_ERROR,
    UNTERMINATED_STRING,
)
from ...text.source import Span
from .. import lexer
from ..borrowed import NUMBER, PREFIX, QUOTED
from ..lexer import ITEMS, KEYWORDS
from ..report import Report

_FOREIGN = {
    "&&": ("AND", "and"),
    "||": ("OR", "or"),
    "!": ("NOT", "not"),
}
_QUOTED = re.compile(QUOTED)
_NUMBER = re.compile(NUMBER)
_GLUED = re.compile(r"([0-9][0-9_]*)([a-z]+)")
_PREFIX = re.compile(rf"""{PREFIX}(?=["'])""")
#: What begins an item, or ends a body: no line of a string.
_ITEM = re.compile(rf"\s*(?:\}}|[A-Za-z_]\w*\s*[={{]|(?:{'|'.join(ITEMS)})\b)")
_QUOTE = re.compile(r"(?<!\\)\"")
#: The most lines of a string that should have ended on its line.
_MOST_LINES = 20
_COMMENT = re.compile(r"//[^\n]*|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
#: First characters of what other languages write and ours would misread.
_BORROWED = frozenset("\"'/-rRfFbBuU")


def split_tokens(text: str, report: Report) -> Iterator[Token]:
    """Yield the tokens of ``text``, reporting what is none; a string not understood is empty."""
    at, end = 0, len(text)
    starts_line = True
    while at < end:
        found = lexer.token_at(text, at)
        if found.kind in lexer.TRIVIA:
            starts_line = starts_line or "\n" in found.text
            at = found.end
            continue
        token: Token | None
        is_error = found.kind in lexer.ERRORS
        borrowed = text[at] in _BORROWED and _read_borrowed(text, at, starts_line, report)
        if borrowed:
            token, at = borrowed
        elif (number := _NUMBER.match(text, at)) and (is_error or number.end() > found.end):
            token, at = _read_number(number, report)
        elif is_error:
            token, at = _read_foreign(text, found, report)
        else:
            token = Token(found.kind, found.text, start_pos=at, end_pos=found.end)
            at = found.end
        if token is not None:
            starts_line = False
            yield token


def _read_number(number: re.Match[str], report: Report) -> tuple[Token, int]:
    """Report what begins like a number and goes on otherwise, such as ``20times``."""
    at, span = number.start(), Span(*number.span())
    shown = f"'{number.group()[:20]}'"
    parts = _GLUED.fullmatch(number.group())
    if parts and parts[2] in KEYWORDS:
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


def _read_foreign(text: str, error: lexer.Token, report: Report) -> tuple[Token | None, int]:
    at = error.start
    for spelling, (kind, ours) in _FOREIGN.items():
        if text.startswith(spelling, at):
            end = at + len(spelling)
            before = " " if text[at - 1 : at].isalnum() else ""
            following = "" if text[end : end + 1] == " " else " "
            edit = Edit(Span(at, end), f"{before}{ours}{following}")
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
        return _make_empty_string(at, quoted.end()), quoted.end()
    if error.kind == "UNCLOSED":
        end = _before_brackets(text, at, error.end)
        goes_on = find_string_end(text, error.end)
        report(
            UNTERMINATED_STRING,
            Span(at, end),
            "the string has no closing quote on this line",
            "adjacent strings are joined: split a long one over several lines",
        )
        return _make_empty_string(at, end), goes_on or end
    report(INVALID_CHARACTER, error.span, f"{error.text[:20]!r} is not allowed here", "")
    return None, error.end


def _read_borrowed(
    text: str, at: int, starts_line: bool, report: Report
) -> tuple[Token | None, int] | None:
    """Read strings and comments of other languages: a token or ``None``, and their end."""
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
                return _make_empty_string(at, close + 3), close + 3
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


def find_string_end(text: str, at: int) -> int | None:
    """Return the end of a string that goes on after the line end at ``at``, if it does."""
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


def _make_empty_string(start: int, end: int) -> Token:
    return Token("STRING", "", start_pos=start, end_pos=end)


def _before_brackets(text: str, start: int, end: int) -> int:
    """Return the end of an unclosed string: before brackets that it did not open."""
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
