"""The parser's tables, computed once and shipped.

Computing them from the grammar takes longer than compiling a workflow.  ``python -m
alw.syntax.tables`` in a checkout stores them beside the grammar: plain dictionaries, in the form
in which Lark saves a parser.  All releases 1.3.x have this form, and ``pyproject.toml`` admits no
others.  Tables of another grammar, or of Lark 1.4, are not used but computed.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ..resources import folder, grammar_text

if TYPE_CHECKING:
    from lark import Lark, Token, Transformer

FILE = "alw.tables"


class _WholeWords:
    """Has Lark's contextual lexer read a word whole, also where no name can be.

    It would otherwise look for those keywords only that can follow, and find ``times`` at the
    start of ``timesreplace`` (lark/lexer.py, ContextualLexer).
    """

    always_accept = ("NAME",)

    def process(self, tokens: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens as they are."""
        return tokens


def _stamp() -> bytes:
    """Return what the file of the tables begins with if they can be used."""
    import lark

    release = ".".join(lark.__version__.split(".")[:2])
    digest = sha256(grammar_text().encode("utf-8")).hexdigest()
    return f"lark {release} {digest}\n".encode("ascii")


def compute_parser(transformer: Transformer[Any, Any] | None) -> Lark:
    """Return the parser, with tables computed from the grammar."""
    from lark import Lark

    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=["start", "expression"],
        maybe_placeholders=False,
        transformer=transformer,
        postlex=_WholeWords(),
    )


def load_parser(transformer: Transformer[Any, Any] | None) -> Lark | None:
    """Return the parser, with the stored tables; ``None`` if they are not those of the grammar."""
    from lark import Lark

    try:
        raw = (folder("grammar") / FILE).read_bytes()
    except OSError:
        return None
    stamp = _stamp()
    if not raw.startswith(stamp):
        return None
    tables = pickle.loads(raw[len(stamp) :])
    parser: Lark = Lark._load_from_dict(**tables, transformer=transformer, postlex=_WholeWords())  # type: ignore[no-untyped-call]
    return parser


def store_tables() -> None:
    """Compute the tables and store them beside the grammar."""
    data, memo = _serialize(compute_parser(None))
    data["options"]["postlex"] = None  # given anew when they are read
    tables = pickle.dumps({"data": data, "memo": memo}, protocol=4)
    (folder("grammar") / FILE).write_bytes(_stamp() + tables)


def _serialize(parser: Lark) -> tuple[Any, Any]:
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = parser.memo_serialize([TerminalDef, Rule])
    return data, memo


if __name__ == "__main__":
    store_tables()
