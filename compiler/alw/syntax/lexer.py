"""The lexer: any text as tokens, with the blanks and comments between them.

The parser has Lark's own lexer, which drops what is no part of the program.  Everything else that
looks at a text as it is written uses this one: the formatter, the editor, the comments that
ignore warnings, and the reading of texts with faults.  The tokens of a text that parses are those
of Lark, except that a keyword is always a keyword here; for the parser it is a name where only a
name fits.  A test compares the patterns with the grammar.

Every text has tokens, and the tokens joined are the text.  What the grammar does not have is

* ``UNCLOSED``, a string without its closing quote, to the end of the line;
* ``MALFORMED``, a number with letters glued to it;
* ``STRANGE``, any other characters.

The time grows linearly with the text.  Lark is not needed here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..text.source import Span

SPACE = r"[ \t\r\n\f]+"
COMMENT = r"#[^\n]*"
NAME = r"[A-Za-z_][A-Za-z0-9_]*"
FLOAT = r"[0-9][0-9_]*(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)(?![A-Za-z0-9_])"
INT = r"[0-9][0-9_]*(?![A-Za-z0-9_])"
STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
#: A string without its closing quote.  It is tried after a closed one.
UNCLOSED = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*\\?'
#: A number with letters glued to it.  It is tried after the numbers.
MALFORMED = r"[0-9][0-9A-Za-z_]*"

#: The terminals of the grammar that are patterns, in the order tried.
TERMINALS = {
    "SPACE": SPACE,
    "NAME": NAME,
    "STRING": STRING,
    "COMMENT": COMMENT,
    "FLOAT": FLOAT,
    "INT": INT,
    "COMPARISON": r"==|!=|<=|>=|<|>",
    "SIGN": r"\+|-",
    "FACTOR": r"\*|//|/|%",
}
#: The words that begin a body with braces, a declaration, an item.
BLOCKS = ("workflow", "loop", "task", "learn")
DECLARATIONS = ("input", "const", "param")
ITEMS = (*BLOCKS, *DECLARATIONS, "after", "replace", "result", "repeat")
#: The terminals that are words.  The parser takes them for names where only a name fits.
KEYWORDS = {
    word: word.upper()
    for word in (
        *(*ITEMS, "of", "with", "times", "while", "at", "most"),
        *("and", "or", "not", "true", "false"),
    )
}
#: The terminals that are one character.
MARKS = {
    "{": "LBRACE",
    "}": "RBRACE",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "=": "EQUAL",
    ":": "COLON",
    ",": "COMMA",
    ".": "DOT",
}
#: What is no part of the program.
TRIVIA = frozenset(("SPACE", "COMMENT"))
#: What says nothing to someone who is writing.
IGNORED = frozenset(("SPACE", "STRANGE"))
ERRORS = frozenset(("UNCLOSED", "MALFORMED", "STRANGE"))
WORDS = frozenset(("NAME", *KEYWORDS.values()))
NUMBERS = frozenset(("INT", "FLOAT", "MALFORMED"))
STRINGS = frozenset(("STRING", "UNCLOSED"))
OPERATORS = frozenset(("EQUAL", "COMPARISON", "SIGN", "FACTOR"))
_OTHERS = {
    "MARK": r"[{}()\[\]=:,.]",
    "UNCLOSED": UNCLOSED,
    "MALFORMED": MALFORMED,
    # all that belongs to no token; one character if other languages begin something with it
    "STRANGE": r"""[^\sA-Za-z0-9_"'#{}()\[\],.:=<>+\-*/%&|!]+|[\s\S]""",
}


class Token(NamedTuple):
    """A token: the name of its terminal, its text and its offset."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the token."""
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        """The span of the token."""
        return Span(self.start, self.start + len(self.text))


def compile_any(patterns: dict[str, str]) -> re.Pattern[str]:
    """Compile the alternatives ``patterns``; ``lastgroup`` of a match is the name of one."""
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items()))


_TOKEN = compile_any(TERMINALS | _OTHERS)
_FIXED = KEYWORDS | MARKS
_COMMENT = re.compile(f"{STRING}|{UNCLOSED}|(?P<COMMENT>{COMMENT})")


def tokenize(
    text: str, start: int = 0, end: int | None = None, *, skip: Collection[str] = ()
) -> Iterator[Token]:
    """Yield the tokens between two offsets, of which the first is inside no token.

    :param skip: the kinds that are left out.
    """
    stop = len(text) if end is None else end
    for match in _TOKEN.finditer(text, start, stop):
        value = match[0]
        kind = _FIXED.get(value) or match.lastgroup or ""
        if kind not in skip:
            yield Token(kind, value, match.start())


def token_at(text: str, start: int) -> Token:
    """Return the token that begins at ``start``, before the end of ``text``."""
    return next(tokenize(text, start))


def comments(text: str) -> Iterator[Token]:
    """Yield the comments of ``text``; faster than to look for them among all tokens."""
    for match in _COMMENT.finditer(text):
        if match.lastgroup:
            yield Token("COMMENT", match[0], match.start())
