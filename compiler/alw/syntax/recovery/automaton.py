"""Lark's LALR automaton, with a stack that can be looked at and cut."""

from __future__ import annotations

from typing import Any

from lark import Token
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser

#: Lark's name for the end of a text.
END = "$END"


class Automaton:
    """A parser in the middle of a text."""

    def __init__(self, parser: InteractiveParser) -> None:
        self._parser = parser
        state: Any = parser.parser_state
        self._state = state
        self._table = state.parse_conf.parse_table.states
        self._end_state = state.parse_conf.end_state

    def accepts(self, *kinds: str, cut: int = 0) -> bool:
        """True if tokens of ``kinds`` can come next, after dropping ``cut`` stack entries."""
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
                    return wanted == END
        return True

    def feed(self, token: Token) -> Any:
        """Read a token that is accepted.

        :returns: the tree, after the last token.
        """
        return self._parser.feed_token(token)

    def cut(self, entries: int) -> None:
        """Drop the last entries of the stack."""
        if entries:
            del self._state.state_stack[-entries:]
            del self._state.value_stack[-entries:]

    def can_rename(self) -> bool:
        """True if a name that is being defined is the last token read."""
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
        """The number of entries of the stack."""
        return len(self._state.state_stack) - 1
