"""Assignments, in the spellings of bash and csh."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..text.shell_lexer import tokenize
from ..text.shell_tokens import Literal, NotUnderstood, ShellWord
from .expansion import Expander
from .script_parser import parse_assignment
from .shell_values import Value, join

_LARGEST = 100_000


class Assigner:
    """Sets the variables of a shell."""

    def __init__(self, shell: Expander) -> None:
        self._shell = shell

    def set(self, name: str, value: Value) -> None:
        """Give a variable a value."""
        if sum(len(part) if isinstance(part, str) else 1 for part in value) > _LARGEST:
            raise NotUnderstood(f"the variable '{name}' becomes too long")
        self._shell.arrays.pop(name, None)
        self._shell.variables[name] = value

    def assign(self, name: str, word: ShellWord) -> None:
        """Do what ``NAME=word`` or ``NAME+=word`` does."""
        adds, name = name.endswith("+"), name.removesuffix("+")
        first = word.segments[0] if word.segments else None
        whole = first.text if isinstance(first, Literal) and not first.quoted else ""
        if "[" in name:
            return
        if whole.startswith("(") and whole.endswith(")") and len(word.segments) == 1:
            items = [
                value
                for token in tokenize(whole[1:-1])
                if isinstance(token, ShellWord)
                for value in self._shell.expand_word(token)
            ]
            old = self._shell.arrays.get(name, []) if adds else []
            if len(old) + len(items) > _LARGEST:
                raise NotUnderstood(f"the array '{name}' becomes too long")
            self._shell.variables.pop(name, None)
            self._shell.arrays[name] = [*old, *items]
            return
        value = self._shell.expand_unsplit(word)
        if first is not None and isinstance(first, Literal) and not first.quoted:
            value = self._expand_home(value)
        if adds:
            value = join((*self._shell.variables.get(name, ()), *value))
        self.set(name, value)

    def _expand_home(self, value: Value) -> Value:
        part = value[0] if value else ""
        if isinstance(part, str) and re.match(r"~(?:/|\Z)", part):
            return (self._shell.make_reference("HOME", "~"), part[1:], *value[1:])
        return value

    def set_in_csh(self, words: Sequence[ShellWord]) -> None:
        """Do what ``set NAME = word`` does in csh."""
        if found := parse_assignment(words[0]):
            name, value = found
            self.assign(name, words[1] if not value.segments and len(words) > 1 else value)
        elif len(words) > 2 and words[1].unquoted == "=":
            self.assign(words[0].unquoted or "_", words[2])

    def let(self, text: str) -> None:
        """Do ``i++`` and ``i+=2``, the tokens of ``((…))`` as well."""
        match = re.fullmatch(r"([A-Za-z_]\w*)(?:(\+\+|--)|([+-])=(\d+)|=(.+))", text)
        if match is None:
            return
        name = match[1]
        step = match[4] or "1"
        sign = match[3] or (match[2] or "+")[0]
        body = match[5] or f"{name} {sign} {step}"
        if name in self._shell.variables or match[5]:
            self.set(name, self._shell.calculate(body, f"$(({body}))"))
