"""Predicts what simple commands print, if that is the same on every machine.

A script that is imported is not run: nothing but ``cat`` and ``<`` reads a file, and every other
command is done here, or unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..text.shell_tokens import CommandSubstitution, NotUnderstood, ShellWord
from .expansion import Expander
from .script_parser import parse_script
from .shell_values import Reference, Value, join, join_with_blanks, to_text
from .statements import Script, ShellPipeline, SimpleCommand, Statement

ReadFile = Callable[[str], str | None]
"""The text of a file, if it can be read."""


def predict_output(segment: CommandSubstitution, shell: Expander, read: ReadFile) -> Value | None:
    """Return the output of a command substitution, without line ends at its end."""
    try:
        script = parse_script(segment.command)
    except NotUnderstood:
        return None
    value = _predict_script(script, shell, read)
    return None if value is None else _strip(value)


def predict_output_of(statement: Statement, shell: Expander, read: ReadFile) -> Value | None:
    """Return the output of a statement, if it is known."""
    match statement:
        case SimpleCommand(words=words, reads=reads, assignments=()):
            return _predict_command(words, reads, shell, read)
        case ShellPipeline(commands=commands):
            value = predict_output_of(commands[0], shell, read)
            for command in commands[1:]:
                if value is None or not isinstance(command, SimpleCommand):
                    return None
                value = _filter(command, value, shell)
            return value
    return None


def _predict_script(script: Script, shell: Expander, read: ReadFile) -> Value | None:
    return predict_output_of(script[0], shell, read) if len(script) == 1 else None


def _predict_command(
    words: Sequence[ShellWord], reads: ShellWord | None, shell: Expander, read: ReadFile
) -> Value | None:
    if not words:
        return None if reads is None else _read_file(shell.expand_unsplit(reads), read)
    values = [value for word in words for value in shell.expand_word(word)]
    if not values:
        return None
    name, arguments = to_text(values[0]), values[1:]
    texts = [to_text(value) for value in arguments]
    match name:
        case "echo":
            while texts and texts[0] in ("-n", "-e", "-ne"):
                texts, arguments = texts[1:], arguments[1:]
            return join_with_blanks(arguments)
        case "cat" if arguments:
            found = [_read_file(value, read) for value in arguments]
            return (
                join(tuple(p for value in found if value is not None for p in value))
                if None not in found
                else None
            )
        case "seq" if texts and None not in texts:
            return _count([text for text in texts if text is not None])
        case "basename" | "dirname" if texts and texts[0] is not None and None not in texts:
            return (_split_path(name, texts[0], (texts[1] or "") if len(texts) > 1 else ""),)
        case "whoami":
            return _look_up("USER", shell)
        case "id" if texts in (["-un"], ["-u", "-n"]):
            return _look_up("USER", shell)
        case "pwd":
            return _look_up("PWD", shell)
        case "true" | ":":
            return ()
    return None


def _look_up(name: str, shell: Expander) -> Value:
    return shell.variables.get(name) or (Reference(f"${name}", name, f"${name}"),)


def _read_file(path: Value, read: ReadFile) -> Value | None:
    text = to_text(path)
    found = None if text is None else read(text)
    return None if found is None else (found,)


def _count(texts: Sequence[str]) -> Value | None:
    if not all(re.fullmatch(r"-?\d{1,9}", text) for text in texts) or len(texts) > 3:
        return None
    numbers = [int(text) for text in texts]
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    last = numbers[-1]
    if step == 0 or abs(last - first) // abs(step) > 10_000:
        return None
    return ("\n".join(map(str, range(first, last + (1 if step > 0 else -1), step))),)


def _split_path(command: str, path: str, suffix: str) -> str:
    path = path.rstrip("/") or "/"
    folder, slash, name = path.rpartition("/")
    if command == "dirname":
        return (folder or "/") if slash else "."
    name = name or "/"
    return name.removesuffix(suffix) if name != suffix else name


def _strip(value: Value) -> Value:
    if value and isinstance(value[-1], str):
        return join((*value[:-1], value[-1].rstrip("\n")))
    return value


# Filters


def _filter(command: SimpleCommand, value: Value, shell: Expander) -> Value | None:
    text = to_text(value)
    words = [to_text(v) for word in command.words for v in shell.expand_word(word)]
    if text is None or command.assignments or None in words:
        return None
    name, *arguments = [word for word in words if word is not None] or [""]
    match name:
        case "cut":
            return _cut(text, " ".join(arguments))
        case "tr" if len(arguments) == 2:
            return _translate(text, *arguments)
        case "head" if re.fullmatch(r"-n ?\d+|-\d+", " ".join(arguments)):
            lines = text.split("\n")
            return ("\n".join(lines[: int(re.sub(r"\D", "", "".join(arguments)))]),)
        case "grep" if arguments in (["-v", "^#"], ["-v", "#"]):
            drop = str.startswith if arguments[1] == "^#" else str.__contains__
            return ("\n".join(line for line in text.split("\n") if not drop(line, "#")),)
    return None


def _cut(text: str, options: str) -> Value | None:
    match = re.fullmatch(r"-d ?(\S) -f ?(\d+)(?:(-)(\d*))?|-f ?(\d+) -d ?(\S)", options)
    if match is None:
        return None
    delimiter = match[1] or match[6]
    first = int(match[2] or match[5])
    last = first if not match[3] else int(match[4]) if match[4] else None
    lines = []
    for line in text.split("\n"):
        fields = line.split(delimiter)
        lines.append(line if len(fields) == 1 else delimiter.join(fields[first - 1 : last]))
    return ("\n".join(lines),)


def _translate(text: str, old: str, new: str) -> Value | None:
    plain = r"[\w.,:/ ;+@%-]"
    escapes = {"\\n": "\n", "\\t": "\t"}
    old, new = escapes.get(old, old), escapes.get(new, new)
    if old == "-d" and re.fullmatch(plain, new):
        return (text.replace(new, ""),)
    if old == "-d" or not (len(old) == 1 and len(new) == 1):
        return None
    return (text.replace(old, new),)
