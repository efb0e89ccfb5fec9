"""What every character of a source is: as the parser reads it, and as highlighters show it.

Both sides are reduced to one letter per character, so that they can be compared as texts:

=====  ======================================================================
``k``  a keyword
``b``  ``true`` or ``false``
``n``  a name
``i``  an int, ``f`` a float
``o``  an operator
``p``  any other mark
``s``  text of a string, with its quotes
``e``  an escape, ``{{`` or ``}}``
``x``  the braces around an expression in a string
``!``  what a string must not have: an unknown escape, a single brace
``c``  a comment
``_``  a blank between tokens
=====  ======================================================================
"""

from __future__ import annotations

import re
from functools import cache

from lark import Lark, Token

from alw.resources import grammar_text
from alw.syntax.strings import _ESCAPES, _PIECE

BLANK = re.compile(r"[ \t\r\n\f]")
_OF_TERMINALS = {
    "NAME": "n",
    "INT": "i",
    "FLOAT": "f",
    "TRUE": "b",
    "FALSE": "b",
    "COMPARISON": "o",
    "SIGN": "o",
    "FACTOR": "o",
    "EQUAL": "o",
}


@cache
def lark() -> Lark:
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=["start", "expression"],
        maybe_placeholders=False,
    )


def is_word(pattern: str) -> bool:
    return re.fullmatch(r"[a-z]+", pattern) is not None


def keywords() -> set[str]:
    """The words of the grammar that are no names."""
    strings = {t.pattern.value for t in lark().terminals if t.pattern.type == "str"}
    return set(filter(is_word, strings))


def operators() -> set[str]:
    """Its operators, ``=`` among them."""
    found: set[str] = set()
    for terminal in lark().terminals:
        if _OF_TERMINALS.get(terminal.name) == "o":
            alternatives = terminal.pattern.to_regexp().removeprefix("(?:").removesuffix(")")
            found |= {one.replace("\\", "") for one in alternatives.split("|")}
    return found


def tokens(text: str, start: str) -> list[Token]:
    """The tokens that the parser reads.

    :raises lark.exceptions.UnexpectedInput: if it cannot.
    """
    parser = lark().parse_interactive(text, start=start)
    found = list(parser.exhaust_lexer())
    parser.feed_eof()
    return found


def parsed(text: str, start: str = "start") -> str:
    """The kinds of the characters of ``text``, as the parser reads them."""
    found = ["?"] * len(text)
    at = 0
    for token in tokens(text, start):
        assert token.start_pos is not None and token.end_pos is not None
        found[at : token.start_pos] = _between(text[at : token.start_pos])
        at = token.end_pos
        if token.type == "STRING":
            found[token.start_pos : at] = _string(str(token))
        else:
            kind = _OF_TERMINALS.get(token.type, "k" if is_word(str(token)) else "p")
            found[token.start_pos : at] = kind * len(token)
    found[at:] = _between(text[at:])
    return "".join(found)


def _between(text: str) -> str:
    """Blanks and comments."""
    return re.sub(
        r"#[^\n]*|[ \t\r\n\f]+",
        lambda match: ("c" if match[0][0] == "#" else "_") * len(match[0]),
        text,
    )


def _string(raw: str) -> str:
    found = ["s"]
    for match in _PIECE.finditer(raw, 1, len(raw) - 1):
        whole, kind = match[0], match.lastgroup
        if kind in ("open", "close") or (kind == "escape" and match["escape"] in _ESCAPES):
            found.append("e" * len(whole))
        elif kind == "expression":
            inside = match["expression"]
            # Without an expression, the compiler reports it; there is nothing to compare.
            found.append("x" + (parsed(inside, "expression") if inside.strip() else "_") + "x")
        else:
            found.append(("!" if kind in ("escape", "stray") else "s") * len(whole))
    return "".join([*found, "s"])


def blanks(text: str, kinds: str) -> str:
    """``kinds`` with what highlighters give to blanks between tokens taken out.

    They may count a blank to the word beside it, which is not to be seen.
    """
    return "".join(
        "_" if kind not in "sce!" and BLANK.match(character) else kind
        for character, kind in zip(text, kinds, strict=True)
    )
