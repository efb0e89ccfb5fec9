"""Commands: the text that a worker node's shell reads.

A value never changes the words of a command.  So the shell's quoting is followed through
the literal text, and a value is quoted for the place where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    ACCIDENTAL_PLACEHOLDER,
    READ_AGAIN,
    RESERVED_TEXT,
    RUN_TIME_VALUE,
    SHELL_QUOTING,
    UNRUNNABLE_COMMAND,
    UNSAFE_VALUE,
    Rule,
)
from ..semantics.expr import (
    Apply,
    ErrorExpr,
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    TypedExpr,
    pieces,
)
from ..semantics.types import DATASET, INT, STRING, Type, as_text, brief, same
from ..text.source import Span
from .marked_text import has_only_proper_marks
from .plan_context import PlanContext
from .reread_values import find_reread_value
from .shell_reader import Shell

#: What no text holds; a lone carriage return is a line end to the wrapper's Python.
_NO_TEXT = re.compile(r"[\x00\r\ud800-\udfff]")
#: What prun (pandaclient/PsubUtils.py, ``convertParamStrToJediParam``) or the wrapper replaces.
_PRUNS_OWN = re.compile(
    r"%(?:IN|(?:RNDM|DB|FIRSTEVENT)[:=]|SKIPEVENTS|MAXEVENTS|SEGMENT_NAME|CORE_NUMBER|PROC_NUMBER)"
    r"|\$\{(SEQNUMBER|DBR|SKIPEVENTS|FIRSTEVENT|MAXEVENTS|SEGMENT_NAME)"
)
_TWICE = re.compile(
    r"(%(?:(?:RNDM|FIRSTEVENT)[:=]\d|SKIPEVENTS|MAXEVENTS|SEGMENT_NAME)[^,\"' )};]*){2}"
)
_WANTS_NUMBER = re.compile(r"%(?:RNDM|FIRSTEVENT)[:=]\d*\Z")
_BEGUN = re.compile(r"%[A-Z_]*\Z")
#: What may follow an input placeholder: runGen replaces `%IN2` only before one of these.
_AFTER_STREAM = re.compile(r"""[ "',]|\Z""")

#: Stands for a value where the words of a command are looked at; private to Unicode.
_FIRST_MARK = 0x100000
_AS_ARGUMENT = "pass it as an argument, bash -c 'echo \"$1\"' _ {NAME}, or use a script"
_INSTEAD = {
    "python": "pass it as an argument, python -c 'import sys; print(sys.argv[1])' {NAME}",
    "awk": "pass it as a variable: awk -v name={NAME} '…'",
    "gawk": "pass it as a variable: gawk -v name={NAME} '…'",
    "sed": "use only letters, digits and _ . + % - in it, or edit the file with a script",
    "perl": "pass it as an argument, perl -e 'print $ARGV[0]' {NAME}",
    "jq": "pass it as a variable: jq --arg name {NAME} '… $name …'",
}


@dataclass(frozen=True, slots=True)
class Stream:
    """The files of a dataset, as one word with commas between the names."""

    dataset: OutputOf | Known


Part = str | ParamValue | IterationNumber | Stream


def command_parts(context: PlanContext, term: TypedExpr) -> tuple[Part, ...] | Failed:
    """Return a command's text with the parts that only the grid knows."""
    parts: list[Part] = []
    values: list[tuple[int, Known]] = []
    shell = Shell()
    failed: Failed | None = None

    def wrong(rule: Rule, span: Span, message: str, help: str = "") -> None:
        nonlocal failed
        failed = context.fail(rule, span, message, help)

    last = term.span
    for part in flatten(term):
        if isinstance(part, str):
            if parts and isinstance(parts[-1], Stream) and _may_be_parted(shell, part):
                part = f" {part}"  # the wrapper finds the list of files before a space only
            shell.read(part)
            if shell.descriptor:
                wrong(
                    SHELL_QUOTING,
                    last,
                    "the shell would take a number directly before '<' or '>' for a file "
                    "descriptor",
                    "write a space between them",
                )
                shell.descriptor = False
            if _NO_TEXT.search(part):
                wrong(
                    UNSAFE_VALUE,
                    term.span,
                    "the command has a character that a command cannot contain",
                )
            parts.append(part)
            continue
        last = part.span
        if isinstance(part, ErrorExpr):
            return context.failed_before(part.span, "a part of the command")
        if not shell.comment and (shell.dangling or shell.has_dollar):
            wrong(
                SHELL_QUOTING,
                part.span,
                "a backslash directly before a value would escape its first character"
                if shell.dangling
                else "the value would be read as a part of the variable's name before it",
                "write four backslashes for one, or none"
                if shell.dangling
                else "put braces around the name, ${NAME}, or write \\\\$ for a dollar sign",
            )
        match part:
            case Known(type=type_) if type_ == DATASET:
                parts.append(Stream(part))
                shell.pass_value("%IN")
            case OutputOf():
                parts.append(Stream(part))
                shell.pass_value("%IN")
            case Known():
                text = as_text(part.value)
                if same(part.type, STRING) and (problem := shell.find_objection(text)):
                    wrong(UNSAFE_VALUE, part.span, f"the value {text!r} {problem}")
                quoted = shell.quote_value(text)
                values.append((len(parts), part))
                parts.append(quoted)
                shell.pass_value(quoted)
            case ParamValue() | IterationNumber():
                parts.append(part)
                shell.pass_value("0" if same(part.type, INT) else "a")
            case Apply():
                wrong(
                    RUN_TIME_VALUE,
                    part.span,
                    f"{context.capabilities.title} inserts values, it does not compute",
                    "compute it in the command, or let the learner write it to its result",
                )
            case _:
                wrong(RUN_TIME_VALUE, part.span, "this value has no text form")
    return (
        failed
        or _read_again(context, term)
        or parts_if_runnable(context, tuple(parts), shell, term.span, values)
    )


def _read_again(context: PlanContext, term: TypedExpr) -> Failed | None:
    """Report a value that a program inside the command, not the shell alone, would read."""
    known: dict[str, Known | ParamValue] = {}
    texts: dict[str, str] = {}
    whole = ""
    for part in flatten(term):
        if isinstance(part, str):
            whole += part
        elif isinstance(part, Known | ParamValue) and same(part.type, STRING):
            mark = chr(_FIRST_MARK + len(known))
            known[mark] = part
            texts[mark] = (
                as_text(part.value) if isinstance(part, Known) else f"a{part.type.alphabet or ''}"
            )
            whole += mark
        else:
            whole += "0"
    found = find_reread_value(whole, texts) if known else None
    if found is None:
        return None
    part = known[found.mark]
    what = f"the value {brief(part.value)}" if isinstance(part, Known) else f"'{part.name}'"
    return context.fail(
        READ_AGAIN,
        part.span,
        f"{what} is read again by '{found.program}', and no quotes protect it there",
        _INSTEAD.get(found.program.split(" ")[0], _AS_ARGUMENT),
    )


def _may_be_parted(shell: Shell, following: str) -> bool:
    """Return whether a space before ``following`` leaves the words as they are."""
    quiet = not (shell.quote or shell.nested or shell.expansion or shell.comment)
    return quiet and following.startswith((";", "|", "&", ")", "<", ">", "\n"))


def flatten(term: TypedExpr) -> Iterator[str | TypedExpr]:
    """Yield the literal text of a command, and the values in it."""
    if isinstance(term, Known) and same(term.type, STRING):
        yield as_text(term.value)
    else:
        yield from pieces(term)


def parts_if_runnable(
    context: PlanContext,
    parts: tuple[Part, ...],
    shell: Shell,
    span: Span,
    values: Sequence[tuple[int, Known]] = (),
) -> tuple[Part, ...] | Failed:
    """Return ``parts``, unless the shell or the wrapper on the worker node could not run them.

    The command ends up between ``r\"\"\"`` and ``\"\"\"`` in a Python file (panda-wnscript,
    src/rungen/runGen.py:654).

    :param values: the parts that are values, by their position.
    """
    literal = "".join(p if isinstance(p, str) else "0" for p in parts)
    if not literal.strip():
        return context.fail(SHELL_QUOTING, span, "the command is empty")
    if shell.quote and not shell.nested:
        return context.fail(SHELL_QUOTING, span, f"a {shell.quote} in the command is never closed")
    if shell.dangling and not shell.comment:
        return context.fail(
            SHELL_QUOTING, span, "the command ends in a backslash that escapes nothing"
        )
    if '"""' in literal:
        return context.fail(
            UNRUNNABLE_COMMAND,
            span,
            "prun's wrapper puts the command between three double quotes; it cannot hold them",
            "two of the three quotes are an empty string to the shell: remove them",
        )
    if not has_only_proper_marks(parts, context.placeholders):
        return context.fail(
            RESERVED_TEXT,
            span,
            context.capabilities.reserved_text,
            "remove it; if it arises where two parts meet, put something between them",
        )
    if accidental := _find_accidental(parts, values, span):
        return context.fail(ACCIDENTAL_PLACEHOLDER, *accidental)
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if isinstance(part, Stream) and not (
            isinstance(following, str) and _AFTER_STREAM.match(following)
        ):
            return context.fail(
                UNRUNNABLE_COMMAND,
                part.dataset.span,
                "prun's wrapper finds the list of files only before a space, a quote or a comma",
                "add a space after the closing brace",
            )
    return parts


def _find_accidental(
    parts: Sequence[Part], values: Sequence[tuple[int, Known]], span: Span
) -> tuple[Span, str, str] | None:
    """Return what would be replaced on the way although nobody means it.

    prun's own placeholders are for the author to use.  A value must not hold one, nor be a
    part of its name.
    """
    text, ranges = "", []
    known = dict(values)
    for position, part in enumerate(parts):
        start = len(text)
        text += part if isinstance(part, str) else "0"
        if position in known:
            ranges.append((start, len(text), known[position]))
        if isinstance(part, ParamValue | IterationNumber) and _ends_in_placeholder(
            text[:start], part.type
        ):
            return (
                part.span,
                "a prun placeholder cannot be formed from a value that only the grid knows",
                "use a value known before submission, or other text before this one",
            )
    for match in _PRUNS_OWN.finditer(text):
        for start, end, value in ranges:
            if match.start() < end and match.end() > start:
                message = f"the value {as_text(value.value)!r} makes '{match[0]}'"
                return value.span, f"{message}, which is replaced on the worker node", ""
        if match[0].startswith("$"):
            help = f"for prun's number write %{match[1]}, for a shell variable ${match[1]}"
            return span, f"prun reads '{match[0]}…' as one of its placeholders", help
    if twice := _TWICE.search(text):
        return (
            span,
            f"prun replaces only the first placeholder in '{twice[0]}'",
            "write a space, a comma or a quote between them",
        )
    return None


def _ends_in_placeholder(text: str, type_: Type) -> bool:
    """True if ``text`` ends in a placeholder that a value of ``type_`` would continue."""
    if _WANTS_NUMBER.search(text):
        return True
    letters = type_.alphabet or "A"
    return same(type_, STRING) and letters.lower() != letters and bool(_BEGUN.search(text))


def end_safely(command: str) -> str:
    """Return ``command``, with a space after it if the wrapper needs one to close its quotes."""
    return command + " " if command.endswith(('"', "\\")) else command


def streams(parts: Sequence[Part]) -> list[OutputOf | Known]:
    """Return the datasets that a command reads, each once, in order of first use."""
    found: dict[tuple[object, ...], OutputOf | Known] = {}
    for part in parts:
        if isinstance(part, Stream):
            found.setdefault(stream_key(part.dataset), part.dataset)
    return list(found.values())


def stream_key(dataset: OutputOf | Known) -> tuple[object, ...]:
    """Return the identity of a dataset that is read."""
    if isinstance(dataset, OutputOf):
        return (dataset.task, dataset.index)
    return (dataset.value,)


def stream_name(number: int) -> str:
    """Return prun's name for the files of the ``number``-th dataset: ``IN``, ``IN2``, …"""
    return "IN" if number == 0 else f"IN{number + 1}"
