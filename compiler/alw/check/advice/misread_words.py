"""Words of a command that a shell reads otherwise than its author means.

Looks at the words as a POSIX shell splits them.  A command with ``$(…)``, a backquote, a comment or
a here-document is left alone: what is a word there depends on more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...diagnostics.rule import rule
from ..context import CheckContext
from ..registry import reports
from ..written_values import (
    PIECE,
)

SPLIT_ARGUMENT = rule(
    611,
    "split-argument",
    "warning",
    "Quotes inside quotes split an argument.",
    r"""
The command has quotes inside quotes of the same kind. The shell ends the text at the second
quote and makes several arguments of one. Use the other kind of quote inside.

## Why

A worker node passes the command to `/bin/sh`, where quotes of one kind do not nest.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task plot { exec = "plot --title \"mass of \"dark photon\"\" hist.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task plot { exec = "plot --title 'mass of \"dark photon\"' hist.root" }
}
```
""",
)


SHELL_OPERATOR = rule(
    612,
    "shell-operator",
    "warning",
    "The shell takes a character as an operator.",
    """
A character outside quotes is a shell operator, probably not on purpose: `>20` writes to a file
named 20, `&` ends the command, `(` is a syntax error. Put quotes around the word.

## Why

A worker node passes the command to `/bin/sh`. With `pt>20` the job runs and the program gets
`pt`: the selection is lost without an error.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut pt>20 out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut 'pt>20' out.root" }
}
```
""",
)


_SPECIAL = re.compile(r"[^\w\s./,:=@%+-]")
_LEFT_ALONE = re.compile(r"\$\(|`|<<|(?:^|\s)#")
#: A redirection into a number: ``pt>20``, ``pt > 20.5``, ``n>=3``; not ``2>&1``.
_INTO_NUMBER = re.compile(r"(?<![0-9&<>])[<>]=?\s*(-?[0-9]+(?:\.[0-9]+)?)(?![^\s;&|)])")
#: ``a=1&b=2``; not ``&&``, ``>&2``, ``&>file``.
_BACKGROUND = re.compile(r"[\w=%]&(?=\w)")
#: ``max(pt)``; not ``f()``.
_CALL = re.compile(r"\w\((?!\s*\))")
_FAR = 8
#: Commands whose words are remembered: an editor asks again after every edit.
_MANY = 4096


@reports(SPLIT_ARGUMENT, SHELL_OPERATOR)
def report_misread_words(context: CheckContext) -> None:
    """Report words that the shell splits otherwise than the author sees them."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None:
            continue
        split, operators = _find_misread(task.command)
        if split:
            context.report(
                SPLIT_ARGUMENT,
                setting.term.span,
                f"the inner quotes end the outer ones: the shell splits {_shorten(split)} into "
                "several arguments",
                "inside, use the other kind of quotes: '…\"…\"…'",
            )
        for message, help in operators:
            context.report(SHELL_OPERATOR, setting.term.span, message, help)


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


@lru_cache(maxsize=_MANY)
def _find_misread(text: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return what looks like quotes inside quotes, and messages about operators."""
    if not _SPECIAL.search(text) or _LEFT_ALONE.search(text):
        return None, ()
    return _find_split_argument(text), tuple(_find_operators(text))


def _find_split_argument(text: str) -> str | None:
    """Return the first part of ``text`` that looks like quotes of one kind inside each other."""
    words = list(_split_words(text))
    for number, word in enumerate(words):
        quote = _closes_too_early(word)
        if quote is None:
            continue
        for last in range(number + 1, min(number + _FAR, len(words))):
            if _opens_again(words[last], quote):
                return " ".join("".join(w) for w in words[number : last + 1])
            if any(piece[0] in "'\"" for piece in words[last]):
                break
    return None


def _split_words(text: str) -> Iterator[list[str]]:
    word: list[str] = []
    for match in PIECE.finditer(text):
        if match[0].isspace():
            if word:
                yield word
            word = []
        else:
            word.append(match[0])
    if word:
        yield word


def _closes_too_early(word: Sequence[str]) -> str | None:
    """Return the quote that a word closes directly before a letter: ``"say "hello``."""
    if len(word) < 2 or word[-2][0] not in "'\"":
        return None
    inside, after = word[-2][1:-1], word[-1]
    opens = not inside or not inside[-1].isalnum()
    return word[-2][0] if opens and after[0].isalnum() else None


def _opens_again(word: Sequence[str], quote: str) -> bool:
    """True if a word opens ``quote`` directly after a letter: ``world""``."""
    if len(word) < 2 or word[1][0] != quote:
        return False
    inside = word[1][1:-1]
    return word[0][-1].isalnum() and (not inside or not inside[0].isalnum())


def _find_operators(text: str) -> Iterator[tuple[str, str]]:
    bare = "".join(
        "_" * len(match[0]) if match[0][0] in "'\"\\" else match[0]
        for match in PIECE.finditer(text)
    )
    if match := _INTO_NUMBER.search(bare):
        symbol = match[0][0]
        does = f"write to a file called '{match[1]}'" if symbol == ">" else f"read '{match[1]}'"
        yield f"at '{symbol}' the shell would {does}", "put quotes around a comparison: 'pt > 20'"
    if match := _BACKGROUND.search(bare):
        around = bare[max(match.start() - 10, 0) : match.end() + 10]
        yield (
            f"the shell ends the command at the '&' of '{around}' and does not wait for it",
            "put quotes around the word; to run two commands, write '&&' or ';'",
        )
    if match := _CALL.search(bare):
        yield (
            f"the shell cannot parse the '(' after '{bare[match.start()]}'",
            "put quotes around the word",
        )
