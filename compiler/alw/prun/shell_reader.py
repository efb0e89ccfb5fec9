"""A reader of commands like a POSIX shell: it knows which quotes are open at a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..semantics.types import HARMLESS

#: Not harmless as the first word of a command; quoted, they are words like any other.
RESERVED = frozenset(
    re.findall(
        r"\w+",
        "case coproc do done elif else esac fi for function if in select then time until while",
    )
)
#: Any other character is part of a word: Python's ``isspace`` knows more blanks than a shell.
_SEPARATORS = " \t\n;&|()<>"
_PIECE = re.compile(r"[\w./=:,@+%~!*?\[\]^-]+|.", re.DOTALL)
#: The text before the sign of an assignment, in bash, too.
_ASSIGNED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[.*)?\+?", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9_]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Shell:
    """The state of a shell that has read a part of a command."""

    quote: str = ""
    """The quote that is open, if one is."""
    in_word: bool = False
    comment: bool = False
    dangling: bool = False
    """The last character is a backslash that escapes the next one."""
    nested: bool = False
    """Behind ``$(``, a backquote or ``<<``, where quotes mean more than is followed here, or
    ``$'``, which bash reads and dash does not."""
    expansion: bool = False
    """Inside ``${…}``."""
    descriptor: bool = False
    """A value stood where the shell reads the number of a file descriptor: ``200>file``."""
    _content: bool = False
    _digits: bool = True
    _value: bool = False
    _last: str = ""
    _name: bool = False
    _word: str = ""
    _leads: bool = True
    """The word may be an assignment, a reserved word or a command's name."""
    _to_file: bool = False

    @property
    def has_dollar(self) -> bool:
        """True if the last character begins or continues the name of a variable."""
        return self._last == "$" or self._name

    def read(self, text: str) -> None:
        """Go on through literal text."""
        for match in _PIECE.finditer(text):
            piece = match[0]
            if self.dangling:
                self._step(piece[0])
                piece = piece[1:]
            if piece:
                self._step(piece)

    def _step(self, piece: str) -> None:
        joins = self._read(piece)
        begins = self._last == "$" and not piece[0].isdigit()
        self._name = joins and bool(_NAME.fullmatch(piece)) and (self._name or begins)
        self._last = piece[-1] if joins else ""

    def _read(self, char: str) -> bool:
        """Read one character, or several that mean nothing to a shell.

        :returns: whether it may make one token with the next character.
        """
        if self.dangling:
            self.dangling = False
            if char != "\n":
                self._add("\\")
            return False
        if self.comment:
            if char == "\n":
                self.comment = self._to_file = False
                self._end_word()
                self._leads = True
            return False
        if self.quote == "'":
            if char == "'":
                self.quote = ""
            else:
                self._content = True
            return False
        if char == "\\":
            self.dangling = True
            return False
        if char == "`" or (char == "(" and self._last == "$"):
            self.nested = True
        if char == "{" and self._last == "$":
            self.expansion = True
        elif char == "}":
            self.expansion = False
        if self.quote:
            if char == '"':
                self.quote = ""
            else:
                self._content = True
        elif char in "'\"":
            self.nested = self.nested or (char == "'" and self._last == "$")
            self.quote, self.in_word, self._digits = char, True, False
            self._word += char
        elif char == "#" and not self.in_word:
            self.comment = True
        elif char in _SEPARATORS:
            if char in "<>":
                self.descriptor = self.descriptor or (self._value and self._digits)
                self.nested = self.nested or self._last == char == "<"
            self._end_word()
            self._leads = self._leads or char in ";&|()\n"
            self._to_file = char in "<>" or (self._to_file and char in " \t")
        else:
            self._add(char)
        return True

    def _add(self, text: str) -> None:
        self.in_word = self._content = True
        self._digits = self._digits and text.isascii() and text.isdigit()
        self._word += text

    def _end_word(self) -> None:
        if self.in_word and not self._to_file:
            goes_on = self._word in RESERVED or self._word in ("{", "!") or "=" in self._word
            self._leads = self._leads and goes_on
        if self.in_word:
            self._to_file = False
        self._word = ""
        self.in_word = self._content = self._value = False
        self._digits = True

    def pass_value(self, text: str) -> None:
        """Go on after a value.

        :param text: the value as it is written there, or an example of a run-time value.
        """
        self._value = True
        self.in_word = True
        self._content = self._content or text not in ("", "''")
        self._digits = self._digits and not self.quote and text.isascii() and text.isdigit()
        self._word += text
        self._last = ""
        self._name = self.dangling = False

    def quote_value(self, value: str) -> str:
        """Return ``value`` in the form in which it means itself here."""
        if self.comment:
            return value
        if not value and self.expansion and not (self.quote or self.nested):
            return "''"  # ${X:-} is no word, ${X:-''} is one
        plain = bool(HARMLESS.match(value)) and (value or self.in_word)
        if plain and not self._means_more(value):
            return value
        if self.quote == '"':
            return re.sub(r'([$`"\\])', r"\\\1", value)
        inner = value.replace("'", "'\\''").replace('"""', '""\'\\"\'')
        return inner if self.quote else f"'{inner}'"

    def _means_more(self, value: str) -> bool:
        """Return whether a harmless value would make an assignment or a reserved word here."""
        if not self.in_word:
            return "=" in value or value in RESERVED
        if self.quote or not self._leads:
            return False
        assigns = "=" in value and _ASSIGNED.fullmatch(self._word + value.partition("=")[0])
        return bool(assigns) or self._word + value in RESERVED

    def find_objection(self, value: str) -> str:
        """Return why ``value`` cannot be here; empty if it can."""
        if _NO_TEXT.search(value):
            return "has a character that a command cannot contain"
        if "\n" in value and self.comment:
            return "has a line break, which would end the comment"
        if value.startswith("-") and not self._content and not self.comment:
            return "would be read as an option"
        if (self.nested or self.expansion) and not self._is_harmless(value):
            return "is inside $(…), ${…}, `…`, $'…' or <<, where it cannot be quoted safely"
        return ""

    def _is_harmless(self, value: str) -> bool:
        """True if ``value`` means itself, whichever quotes are open."""
        if not value and self.quote:  # it would be no word, and needs other quotes than these
            return bool(self._last) and self._last not in f"{_SEPARATORS}`"
        begins = self._last == "" or self._last in _SEPARATORS + "`\"'"
        special = "=" in value or value in RESERVED or value.startswith("-")
        return bool(HARMLESS.match(value)) and not (begins and special)
