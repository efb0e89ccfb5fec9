"""The words of a command as a POSIX shell reads them, and its simple commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..text.shell_lexer import tokenize
from ..text.shell_tokens import CommandSubstitution, Literal, Operator, ShellToken, ShellWord

#: A variable, ``$NAME`` or ``${NAME…}``.
VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*|[0-9@*])|\{[#!]?([A-Za-z_]\w*|[0-9@*])[^}]*\})")


@dataclass(slots=True)
class Word:
    """A word, or an operator."""

    text: str = ""
    """Without its quotes; each value is one character."""
    variables: set[str] = field(default_factory=set)
    is_operator: bool = False


def simple_commands(words: Iterable[Word]) -> Iterator[tuple[list[Word], str]]:
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
    return flat_words(tokenize(text, lenient=True))


def flat_words(tokens: Sequence[ShellToken]) -> Iterator[Word]:
    """Yield the words of ``tokens``; the commands of substitutions are among them.

    ``a$(b c)d`` is ``a$ ( b c ) d``, with backticks likewise; within double quotes it is text.
    """
    for token in tokens:
        if isinstance(token, Operator):
            yield Word(token.text, is_operator=True)
        else:
            yield from _flat(token)


def _flat(token: ShellWord) -> Iterator[Word]:
    word: Word | None = None
    for segment in token.segments:
        spelled = segment.spelled
        if isinstance(segment, CommandSubstitution) and not segment.quoted:
            sign, bracket = ("", spelled[:2]) if spelled[0] in "<>" else (spelled[0], "(")
            if word or sign:
                yield Word((word.text if word else "") + sign, word.variables if word else set())
            yield Word(bracket, is_operator=True)
            yield from shell_words(segment.command)
            yield Word(")", is_operator=True)
            word = None
            continue
        word = word or Word()
        word.text += spelled
        if not isinstance(segment, Literal):
            word.variables.update(m[1] or m[2] for m in VARIABLE.finditer(spelled))
    if word is not None:
        yield word
