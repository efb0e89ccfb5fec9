"""Inside a string: escapes and interpolation.

``{expression}`` interpolates, ``{{`` and ``}}`` are braces.  ``${VAR}`` belongs to the
shell and passes through untouched, as does everything prun replaces (``%IN``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import INVALID_ESCAPE, SYNTAX_ERROR
from ..text.source import Span
from .lexer import NAME, Token
from .report import Report
from .tree import Broken, Expr, Ref, Text

ParseExpression = Callable[[int, int], Expr]

_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_PIECE = re.compile(
    r"""(?P<text>[^\\{}$]+)
      | (?P<shell>\$\{[^{}"\\]*\})
      | (?P<dollar>\$)
      | \\(?P<escape>.)
      | (?P<open>\{\{) | (?P<close>\}\})
      | \{(?P<expression>[^{}"]*)\}
      | (?P<stray>[{}])""",
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(
    r"(?P<plain>\{\{|\}\}|\$\{[^{}\"\\\n]*\}?)|(?P<escape>\\[^\n])|(?P<open>\{)|(?P<close>\})"
)
_NAME = re.compile(rf"\s*({NAME})\s*\Z")
#: Keywords of expressions.
_KEYWORDS = {"and", "or", "not", "true", "false"}


def read_string(
    raw: str, start: int, parse: ParseExpression, report: Report
) -> tuple[str | Expr, ...]:
    """Return the parts of a string literal.

    :param raw: the literal with its quotes.
    :param start: the offset of the opening quote in the source.
    :param parse: reads the expression between two offsets of the source.
    :param report: takes a rule, a span, a message and a help text.
    :returns: literal texts and expressions in order; neighbouring texts are joined.
    """
    parts: list[str | Expr] = []
    literal: list[str] = []

    def add(part: Expr) -> None:
        if literal:
            parts.append("".join(literal))
            literal.clear()
        parts.append(part)

    for match in _PIECE.finditer(raw, 1, len(raw) - 1):
        kind = match.lastgroup
        at = Span(start + match.start(), start + match.end())
        value = match.group(kind or 0)
        if kind in ("text", "shell", "dollar"):
            literal.append(value)
        elif kind == "open" or kind == "close":
            literal.append(value[0])
        elif kind == "escape":
            if value not in _ESCAPES:
                report(
                    INVALID_ESCAPE,
                    at,
                    f"'\\{value}' is not an escape",
                    f"write '\\\\{value}' for a backslash and '{value}'; "
                    'escapes are \\" \\\\ \\n \\t',
                    Fix("double the backslash", (Edit(at, f"\\\\{value}"),))
                    if value not in "{}"
                    else None,
                )
            literal.append(_ESCAPES.get(value, value))
        elif kind == "expression":
            name = _NAME.match(value)
            if name and name[1] not in _KEYWORDS:
                inner = start + match.start("expression")
                add(Ref(name[1], Span(inner + name.start(1), inner + name.end(1))))
            elif not value.strip():
                report(
                    SYNTAX_ERROR, at, "the braces are empty", "for two literal braces, write {{}}"
                )
                add(Broken(at))
            else:
                inner = start + match.start("expression")
                add(parse(inner, inner + len(value)))
        else:
            report(
                SYNTAX_ERROR,
                at,
                f"a single '{value}' in a string",
                f"for a literal brace, write '{value * 2}'; for a value, {{name}}",
            )
            literal.append(value)
    if literal:
        parts.append("".join(literal))
    return tuple(parts)


def join_strings(pieces: list[Text], span: Span) -> Text:
    """Join adjacent strings, which are one."""
    if len(pieces) == 1:
        return pieces[0]
    parts: list[str | Expr] = []
    for piece in pieces:
        for part in piece.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return Text(tuple(parts), span)


def split_string(string: Token) -> Iterator[Token]:
    """Yield the parts of a string, closed or half-written: ``TEXT``, ``ESCAPE``, ``HOLE``.

    A hole is what is between the braces.
    """
    text, offset = string.text, string.start
    done, hole = 0, -1
    stop = len(text) if string.kind == "UNCLOSED" else len(text) - 1

    def part(kind: str, start: int, end: int) -> Token:
        return Token(kind, text[start:end], offset + start)

    for match in _PART.finditer(text, 1, stop):
        kind, at = match.lastgroup, match.start()
        if hole >= 0:
            if kind == "close" or match.group() == "}}":
                yield part("HOLE", hole, at)
                done, hole = at, -1
        elif kind == "escape":
            yield part("TEXT", done, at)
            yield part("ESCAPE", at, match.end())
            done = match.end()
        elif kind == "open":
            yield part("TEXT", done, at + 1)
            hole = at + 1
    if hole >= 0:
        yield part("HOLE", hole, stop)
        done = stop
    yield part("TEXT", done, len(text))
