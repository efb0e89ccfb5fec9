"""Commands: the text that a worker node's shell reads.

A value never changes the words of a command.  So the shell's quoting is followed through
the literal text, and a value is quoted for the place where it stands.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..rules import HOSTILE, MARKER, QUOTING, RUN_TIME, WRAPPER, Rule
from ..semantics.terms import (
    Apply,
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    Template,
    Term,
    Unresolved,
)
from ..semantics.types import DATASET, HARMLESS, STRING, as_text, same
from ..source import Span

Report = Callable[[Rule, Span, str, str], None]

#: iDDS replaces what stands between these (idds/atlas/workflowv2/atlaspandawork.py:202).
ENGINE_MARKER = "___idds___"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NESTED = re.compile(r"\$\(|`|<<")
#: What may follow an input placeholder: runGen replaces `%IN2` only before one of these.
_AFTER_STREAM = re.compile(r"""[ "',]|\Z""")


@dataclass(frozen=True, slots=True)
class Stream:
    """The files of a dataset, as one word with commas between the names."""

    dataset: OutputOf | Known


Part = str | ParamValue | IterationNumber | Stream


@dataclass(slots=True)
class Shell:
    """How far a POSIX shell has read: which quotes are open, whether a word has begun."""

    quote: str = ""
    in_word: bool = False
    comment: bool = False
    nested: bool = False
    dangling: bool = False

    def read(self, text: str) -> None:
        """Go on through literal text."""
        if _NESTED.search(text):
            self.nested = True
        escaped = self.dangling
        self.dangling = False
        for char in text:
            if escaped:
                escaped, self.in_word = False, True
            elif self.comment:
                self.comment = char != "\n"
            elif self.quote == "'":
                if char == "'":
                    self.quote = ""
            elif char == "\\":
                escaped = True
            elif self.quote == '"':
                if char == '"':
                    self.quote = ""
            elif char in "'\"":
                self.quote, self.in_word = char, True
            elif char == "#" and not self.in_word:
                self.comment = True
            else:
                self.in_word = not (char.isspace() or char in ";&|()<>")
        self.dangling = escaped

    def quoted(self, value: str) -> str:
        """``value`` so that it stands for itself here."""
        if HARMLESS.match(value) and (value or self.quote or self.in_word):
            return value
        if self.quote == "'":
            return value.replace("'", "'\\''")
        if self.quote == '"':
            return re.sub(r'([$`"\\])', r"\\\1", value)
        return shlex.quote(value)


def command_parts(term: Term, report: Report) -> tuple[Part, ...] | None:
    """A command's text with the parts that only the grid knows.

    :returns: ``None`` when something in it was reported.
    """
    parts: list[Part] = []
    shell = Shell()
    fine = True

    def wrong(rule: Rule, span: Span, message: str, help: str = "") -> None:
        nonlocal fine
        fine = False
        report(rule, span, message, help)

    for part in _flat(term):
        if isinstance(part, str):
            shell.read(part)
            if "\0" in part:
                wrong(HOSTILE, term.span, "a command cannot hold a NUL character")
            parts.append(part)
            continue
        match part:
            case Unresolved():
                return None
            case Known(type=type_) if type_ == DATASET:
                parts.append(Stream(part))
            case OutputOf():
                parts.append(Stream(part))
            case Known():
                text = as_text(part.value)
                if same(part.type, STRING) and (problem := _hostile(text, shell)):
                    wrong(HOSTILE, part.span, f"the value {text!r} {problem}")
                parts.append(shell.quoted(text))
            case ParamValue() | IterationNumber():
                parts.append(part)
            case Apply():
                wrong(
                    RUN_TIME,
                    part.span,
                    "iDDS inserts values but computes nothing",
                    "let the command do it, or let the learner write the result of it",
                )
            case _:
                wrong(RUN_TIME, part.span, "this has no text")
        shell.in_word = True
    if not fine:
        return None
    return parts_if_runnable(tuple(parts), shell, term.span, report)


def _flat(term: Term) -> Iterator[str | Term]:
    match term:
        case Template():
            for part in term.parts:
                if isinstance(part, str):
                    yield part
                else:
                    yield from _flat(part) if isinstance(part, Template) else (part,)
        case Known() if same(term.type, STRING):
            yield as_text(term.value)
        case _:
            yield term


def _hostile(text: str, shell: Shell) -> str:
    if _CONTROL.search(text):
        return "has a line end or control character"
    if "%" in text:
        return "has a '%', which prun's wrapper reads as a placeholder"
    if "___" in text:
        return "has '___', with which iDDS marks its placeholders"
    if text.startswith("-") and not shell.in_word:
        return "would be read as an option"
    if shell.nested and not HARMLESS.match(text):
        return "stands inside $(…), `…` or <<, where it cannot be quoted for sure"
    return ""


def parts_if_runnable(
    parts: tuple[Part, ...], shell: Shell, span: Span, report: Report
) -> tuple[Part, ...] | None:
    """``parts``, unless the wrapper on the worker node could not run them.

    The command ends up between ``r\"\"\"`` and ``\"\"\"`` in a Python file (panda-wnscript,
    src/rungen/runGen.py:654).
    """
    literal = "".join(p if isinstance(p, str) else "0" for p in parts)
    if not literal.strip():
        report(QUOTING, span, "the command is empty", "")
        return None
    if shell.quote and not shell.nested:
        report(QUOTING, span, f"a {shell.quote} in the command is never closed", "")
        return None
    if shell.dangling and not shell.comment:
        report(QUOTING, span, "the command ends in a backslash that escapes nothing", "")
        return None
    if '"""' in literal:
        report(
            WRAPPER,
            span,
            "prun's wrapper puts the command between three double quotes; it cannot hold them",
            "two of the three quotes are an empty string to the shell: leave them out",
        )
        return None
    if ENGINE_MARKER in literal:
        report(MARKER, span, f"'{ENGINE_MARKER}' marks what iDDS replaces", "")
        return None
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if isinstance(part, Stream) and not (
            isinstance(following, str) and _AFTER_STREAM.match(following)
        ):
            report(
                WRAPPER,
                part.dataset.span,
                "prun's wrapper finds the list of files only before a blank, a quote or a comma",
                "put a blank behind the closing brace",
            )
            return None
    return parts


def ending_safely(command: str) -> str:
    """``command`` with a blank behind it if the wrapper needs one to close its quotes."""
    return command + " " if command.endswith(('"', "\\")) else command


def streams(parts: Sequence[Part]) -> list[OutputOf | Known]:
    """The datasets a command reads, each once, in order of first use."""
    found: dict[tuple[object, ...], OutputOf | Known] = {}
    for part in parts:
        if isinstance(part, Stream):
            found.setdefault(stream_key(part.dataset), part.dataset)
    return list(found.values())


def stream_key(dataset: OutputOf | Known) -> tuple[object, ...]:
    """What makes two reads the same dataset."""
    if isinstance(dataset, OutputOf):
        return (dataset.task, dataset.index)
    return (dataset.value,)


def stream_name(number: int) -> str:
    """prun's placeholder for the files of the ``number``-th dataset: ``%IN``, ``%IN2``, …"""
    return "IN" if number == 0 else f"IN{number + 1}"
