"""The bodies that are open at a place of a text, and the braces that do not match."""

from __future__ import annotations

from lark import Token

from ..lexer import BLOCKS, KEYWORDS
from .automaton import END, Automaton
from .layout import Layout

_OPENING = frozenset(KEYWORDS[word] for word in (*BLOCKS, "result"))


class Bodies:
    """Follows the braces of a text while it is read."""

    def __init__(self, layout: Layout, automaton: Automaton, lost: set[int]) -> None:
        """:param lost: takes the offsets of the opening braces of bodies that lost something."""
        self._layout = layout
        self._automaton = automaton
        self._lost = lost
        self._open: list[tuple[Token, str]] = []
        self._keyword = ""
        kinds = [token.type for token in layout.tokens]
        self.unclosed = kinds.count("LBRACE") - kinds.count("RBRACE")
        """The number of closing braces that are missing; less than 0 if there are too many."""

    @property
    def has_open(self) -> bool:
        """True if a body is open."""
        return bool(self._open)

    @property
    def innermost(self) -> Token | None:
        """The opening brace of the innermost open body; without text if it was supplied."""
        return self._open[-1][0] if self._open else None

    def track(self, token: Token) -> None:
        """Note a token that is read."""
        if token.type in _OPENING:
            self._keyword = token.type
        elif token.type == "LBRACE":
            self._open.append((token, self._keyword))
        elif token.type == "RBRACE" and self._open:
            self._open.pop()

    def closes_wrongly(self, at: int, token: Token) -> bool:
        """True if a brace too many or too few shows here, before all that follows shifts."""
        if token.type == "RBRACE" and self.unclosed < 0 and len(self._open) == 1:
            following = at + 1
            while self._layout.tokens[following].type == "RBRACE":
                following += 1
            return self._layout.tokens[following].type not in ("WORKFLOW", END)
        if self.unclosed > 0 and self._open and self._automaton.accepts("RBRACE"):
            inner = self._open[-1][1]
            return (
                token.type == "WORKFLOW"
                or (
                    inner in ("TASK", "LEARN")
                    and token.type in ("LOOP", "TASK", "LEARN", "INPUT", "CONST", "PARAM", "REPEAT")
                )
            ) and self._layout.first_on_line(at)
        return False

    def lose(self) -> None:
        """Note that the innermost open body is not complete."""
        self._lost.add(self._open[-1][0].start_pos or 0 if self._open else -1)
