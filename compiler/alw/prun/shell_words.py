"""The words of a command as a POSIX shell reads them, and its simple commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"\n|;;?|&&|&>>?|&|\|\||\|&?|<\(|>\(|<<<|<<-?|>>|>\||[<>]&?|[()]")
#: A variable, ``$NAME`` or ``${NAME…}``.
VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*|[0-9@*])|\{[#!]?([A-Za-z_]\w*|[0-9@*])[^}]*\})")


@dataclass(slots=True)
class Word:
    """A word, or an operator."""

    text: str = ""
    """Without its quotes; a character of its own stands for each value."""
    variables: set[str] = field(default_factory=set)
    is_operator: bool = False


def simple_commands(words: Sequence[Word]) -> Iterator[tuple[list[Word], str]]:
    """Yield simple commands, with what ends each."""
    command: list[Word] = []
    for word in words:
        if word.is_operator and not re.match("[<>](?!\\()|&>", word.text):
            yield command, word.text
            command = []
        else:
            command.append(word)
    yield command, ""


def shell_words(text: str) -> Iterator[Word]:
    """Yield the words and operators of a command as a POSIX shell reads them."""
    word: Word | None = None
    quote, position = "", 0
    while position < len(text):
        char = text[position]
        if quote == "'":
            assert word is not None
            if char == "'":
                quote = ""
            else:
                word.text += char
        elif char == "\\" and position + 1 < len(text):
            following = text[position + 1]
            position += 1
            if following != "\n":
                word = word or Word()
                word.text += ("\\" if quote and following not in '$`"\\' else "") + following
        elif char == "$" and (match := VARIABLE.match(text, position)):
            word = word or Word()
            word.text += match[0]
            word.variables.add(match[1] or match[2])
            position = match.end() - 1
        elif quote:
            assert word is not None
            if char == '"':
                quote = ""
            else:
                word.text += char
        elif char in "'\"":
            word = word or Word()
            quote = char
        elif char in " \t":
            if word is not None:
                yield word
            word = None
        elif char == "#" and word is None:
            end = text.find("\n", position)
            position = (end if end >= 0 else len(text)) - 1
        elif match := _OPERATOR.match(text, position):
            if word is not None:
                if not (word.text.isdigit() and match[0][0] in "<>"):
                    yield word
                word = None
            yield Word(match[0], is_operator=True)
            position = match.end() - 1
        else:
            word = word or Word()
            word.text += char
        position += 1
    if word is not None:
        yield word
