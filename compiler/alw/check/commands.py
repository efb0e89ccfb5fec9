"""Advice about commands: what a shell reads otherwise than its author means.

Looks at the words of a command as a POSIX shell splits them.  A command with ``$(…)``, a
backquote, a comment or a here-document is left alone: what is a word there depends on more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import (
    ESCAPED_VALUE,
    PCHAIN_PLACEHOLDER,
    SHELL_OPERATOR,
    SHELL_VARIABLE,
    SPLIT_ARGUMENT,
)
from ..semantics.expr import Template, TypedExpr
from ..semantics.program import Task, Workflow, fact
from ..text.source import Span
from .context import CheckContext

_SPECIAL = re.compile(r"[^\w\s./,:=@%+-]")
_LEFT_ALONE = re.compile(r"\$\(|`|<<|(?:^|\s)#")
_PIECE = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\]+|\s+""", re.DOTALL)
#: A redirection into a number: ``pt>20``, ``pt > 20.5``, ``n>=3``; not ``2>&1``.
_INTO_NUMBER = re.compile(r"(?<![0-9&<>])[<>]=?\s*(-?[0-9]+(?:\.[0-9]+)?)(?![^\s;&|)])")
#: ``a=1&b=2``; not ``&&``, ``>&2``, ``&>file``.
_BACKGROUND = re.compile(r"[\w=%]&(?=\w)")
#: ``max(pt)``; not ``f()``.
_CALL = re.compile(r"\w\((?!\s*\))")
#: ``${m1}``, ``$m1``, and ``$(m1)`` as in CWL.
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|\((?:inputs\.)?(\w+)\)|([A-Za-z_]\w*))")
#: ``{{m1}}``, ``{{t.outputs[0]}}`` as written; not ``${{m1}}``, ``{{{m1}}}``, ``{{{{m1}}}}``.
_ESCAPED = re.compile(r"(?<![{$])\{\{\s*(\w+)(\.outputs\[\d+\])?\s*\}\}(?!\})")
#: Python, to which ``{m1}`` in a string is a value of its own.
_OF_PYTHON = re.compile(r"\bf\\?['\"]|\.format\(")
#: An odd number of percent signs at the end.
_PERCENT = re.compile(r"(?<!%)(?:%%)*%\Z")
_FAR = 8
#: Commands whose words are remembered: an editor asks again after every edit.
_MANY = 4096


def words_are_meant(context: CheckContext) -> None:
    """The shell splits a command as its author sees it."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None:
            continue
        split, operators = _misread(task.command)
        if split:
            context.report(
                SPLIT_ARGUMENT,
                setting.term.span,
                f"the inner quotes end the outer ones: the shell splits {_shown(split)} into "
                "several arguments",
                "inside, use the other kind of quotes: '…\"…\"…'",
            )
        for message, help in operators:
            context.report(SHELL_OPERATOR, setting.term.span, message, help)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


@lru_cache(maxsize=_MANY)
def _misread(text: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """What looks like quotes inside quotes, and what is said of operators."""
    if not _SPECIAL.search(text) or _LEFT_ALONE.search(text):
        return None, ()
    return _split_argument(text), tuple(_operators(text))


def shell_variables(text: str) -> Iterator[tuple[str, str]]:
    """The variables that the shell puts into a command: their names, and what is written."""
    if "$" not in text:
        return
    for match in _VARIABLE.finditer(_without_single_quotes(text)):
        yield match[1] or match[2] or match[3], match[0]


def names_are_values(context: CheckContext) -> None:
    """What is declared is written ``{name}``: neither as in pchain nor as a shell's variable."""
    workflow = context.workflow
    values = {value.name: value.span for value in (*workflow.inputs, *workflow.constants)}
    params = {loop.name: {p.name: p.name_span for p in loop.params} for loop in workflow.loops}
    for task in workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None:
            continue
        for value in _behind_percent(task):
            context.report(
                PCHAIN_PLACEHOLDER,
                value.span,
                "the '%' before the brace becomes part of the command",
                "for pchain's %{NAME}, write {NAME}",
            )
        for name, written in shell_variables(task.command):
            declared = values | params.get(task.loop, {})
            if name in declared and not _is_set(name, task.command):
                context.report(
                    SHELL_VARIABLE,
                    setting.term.span,
                    f"'{written}' is a shell variable, which is not set in the job",
                    f"to insert the value, write {{{name}}}",
                    (declared[name], "declared here"),
                )


class Escaped(NamedTuple):
    """A value between two braces, which is text."""

    name: str
    text: str
    span: Span


def escaped(workflow: Workflow, task: Task) -> Iterator[Escaped]:
    """Yield what is written ``{{name}}`` in ``task``, where ``name`` is a value."""
    loop = workflow.loop_around(task)
    values = {value.name for value in (*workflow.inputs, *workflow.constants)}
    if loop is not None:
        values |= {"iteration", *(param.name for param in loop.params)}
    for setting in task.settings.values():
        span = setting.term.span
        written = workflow.source.text[span.start : span.end]
        if "{{" not in written or _OF_PYTHON.search(written):
            continue
        for match in _ESCAPED.finditer(written):
            name = match[1]
            if name in (workflow.tasks if match[2] else values) and not _is_set(name, written):
                at = Span(span.start + match.start(), span.start + match.end())
                yield Escaped(name, f"{{{name}{match[2] or ''}}}", at)


def _is_set(name: str, command: str) -> bool:
    """Whether a command gives ``name`` a value itself."""
    return bool(re.search(rf"\b{name}=|\b(?:read|for) {name}\b", command))


def values_are_inserted(context: CheckContext) -> None:
    """``{{m1}}`` is the text ``{m1}``; a value is written ``{m1}``."""
    for task in context.workflow.tasks.values():
        for name, text, span in escaped(context.workflow, task):
            context.report(
                ESCAPED_VALUE,
                span,
                f"two braces insert no value: the text stays {text}",
                f"the value of '{name}' is written {text}",
                fix=Fix(f"change to {text}", (Edit(span, text),)),
            )


@fact
def _behind_percent(task: Task) -> tuple[TypedExpr, ...]:
    """The values in the command that a percent sign stands before."""
    term = task.settings["exec"].term
    parts = term.parts if isinstance(term, Template) else ()
    return tuple(
        part
        for before, part in zip(parts, parts[1:], strict=False)
        if isinstance(before, str) and _PERCENT.search(before) and not isinstance(part, str)
    )


def _without_single_quotes(text: str) -> str:
    """``text`` without what a shell takes as it is."""
    return "".join(m[0] for m in _PIECE.finditer(text) if m[0][0] not in "'\\")


# Quotes in quotes: "say "hello world""


def _split_argument(text: str) -> str | None:
    """The first part of ``text`` that looks like quotes of one kind inside each other."""
    words = list(_words(text))
    for number, word in enumerate(words):
        quote = _closed_too_early(word)
        if quote is None:
            continue
        for last in range(number + 1, min(number + _FAR, len(words))):
            if _opened_again(words[last], quote):
                return " ".join("".join(w) for w in words[number : last + 1])
            if any(piece[0] in "'\"" for piece in words[last]):
                break
    return None


def _words(text: str) -> Iterator[list[str]]:
    word: list[str] = []
    for match in _PIECE.finditer(text):
        if match[0].isspace():
            if word:
                yield word
            word = []
        else:
            word.append(match[0])
    if word:
        yield word


def _closed_too_early(word: Sequence[str]) -> str | None:
    """The quote that a word closes directly before a letter: ``"say "hello``."""
    if len(word) < 2 or word[-2][0] not in "'\"":
        return None
    inside, behind = word[-2][1:-1], word[-1]
    opens = not inside or not inside[-1].isalnum()
    return word[-2][0] if opens and behind[0].isalnum() else None


def _opened_again(word: Sequence[str], quote: str) -> bool:
    """Whether a word opens ``quote`` directly behind a letter: ``world""``."""
    if len(word) < 2 or word[1][0] != quote:
        return False
    inside = word[1][1:-1]
    return word[0][-1].isalnum() and (not inside or not inside[0].isalnum())


# Characters with a meaning of their own


def _operators(text: str) -> Iterator[tuple[str, str]]:
    bare = "".join(
        "_" * len(match[0]) if match[0][0] in "'\"\\" else match[0]
        for match in _PIECE.finditer(text)
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
