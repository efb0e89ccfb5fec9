"""Text pasted from a shell: command lines of prun, and options as prun takes them."""

from __future__ import annotations

import re
import shlex
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from ...text.source import Span
from ...text.suggest import nearest
from ..recovery.tokens import find_string_end
from .finding import Finding, edit
from .scan import Scan

_PROMPT = r"(?:\([\w.-]+\)[ ])?(?:[^\s\"'{}=]*(?:[ ][^\s\"'{}=]*)?[$%>#!][ ]?)?"
_COMMAND = re.compile(rf"^[ \t]*(?:{_PROMPT})?(?P<program>prun|pathena)(?=[ \t]+(?:-|\\))", re.M)
_OPTION = re.compile(r"^[ \t]*(?P<option>--?[A-Za-z][\w-]*)", re.MULTILINE)
_WORKFLOW = re.compile(r"^[ \t]*workflow\b", re.MULTILINE)
_SIMPLE = re.compile(r"\{\{([A-Za-z_][\w.\[\]]*)\}\}")


def find_command_lines(scan: Scan) -> Iterator[Finding]:
    """Find command lines of prun: a task for ``alw import`` to write."""
    text = scan.text
    found = [m for m in _COMMAND.finditer(text) if not _is_comment(m[0])]
    if not found:
        return
    whole = not _WORKFLOW.search(text)
    end = 0
    for match in found:
        start = match.start("program")
        if start < end:
            continue
        end = _logical_end(text, start)
        shown = text[start:end].rstrip()
        short = "\n" not in shown and len(shown) <= 80
        line = shown if short else f"{match['program']} …"
        if whole:
            yield Finding(
                Span(start, start + len(shown.split("\n")[0].rstrip(" \\\r"))),
                f"this is a shell script that calls {match['program']}, not a workflow",
                (edit(0, len(text), _blank_out(text)),),
                help="write the workflow with: alw import FILE -o NAME.alw",
                lost=-1,
            )
            return
        yield Finding(
            Span(start, start + len(shown.split("\n")[0].rstrip(" \\\r"))),
            f"this is a command line of {match['program']}, not a part of a workflow",
            (edit(match.start(), end, _blank_out(text[match.start() : end])),),
            help=f"write a workflow from it with: alw import -- {line}",
            lost=_opening_brace(scan, start),
        )


def find_options(scan: Scan) -> Iterator[Finding]:
    """Find options as prun takes them, ``--nJobs 10``, where alw has ``n_jobs = 10``."""
    text, end = scan.text, 0
    strings = _open_strings(text) if _OPTION.search(text) else []
    named: dict[str, bool] = {}
    for match in _OPTION.finditer(text):
        start, word = match.start("option"), match["option"]
        near = bisect_left(strings, (start, 0)) - 1
        if near >= 0 and start < strings[near][1]:
            continue
        if start < end or (word[1] != "-" and not _is_single(text, match)):
            continue
        name = word.lstrip("-")
        if name not in named:
            named[name] = re.search(rf"\b{re.escape(name)}\s*:", text) is not None
        if named[name]:
            continue  # a name of the source, which an expression ends with
        end = _lines_end(text, start)
        code = _strip_comment(text[start:end])
        body, opened = _body_around(scan, start)
        written = _write_settings(code)
        place = Span(start, start + len(code.split("\n")[0].rstrip(" \\\r")))
        if isinstance(written, str) and body in ("task", "learn", ""):
            margin = text[match.start() : start]
            lines = written.replace("\n", f"\n{margin}")
            title = f"write {written.partition(chr(10))[0]}"
            message = f"write a prun option as NAME = VALUE, without '{_dashes(word)}'"
            yield Finding(place, message, (edit(start, start + len(code), lines),), title)
        else:
            blank = edit(start, start + len(code), _blank_out(code))
            message, help = _explain_refusal(word, name, written)
            yield Finding(place, message, (blank,), help=help, lost=opened)


def _open_strings(text: str) -> list[tuple[int, int]]:
    """Return the strings that go on after the ends of their lines."""
    found: list[tuple[int, int]] = []
    for line in re.compile(r"^[^\n]*$", re.MULTILINE).finditer(text):
        if found and line.start() < found[-1][1]:
            continue
        if len(re.findall(r'(?<!\\)"', line[0])) % 2 and (end := find_string_end(text, line.end())):
            found.append((line.end(), end))
    return found


def _dashes(word: str) -> str:
    return word[: len(word) - len(word.lstrip("-"))]


def _explain_refusal(word: str, name: str, written: str | None) -> tuple[str, str]:
    if isinstance(written, str):
        return "a prun option belongs in a task", f"in a task write: {written.split(chr(10))[0]}"
    near = nearest(name, _names())
    if near or name in _names():
        example = _names().get(near or name, name)
        return (
            f"'{word}' is not a line of a task: write a prun option as NAME = VALUE",
            f"write: {example} = …",
        )
    return (
        f"prun has no option '{word}'",
        "write a prun option as NAME = VALUE; a comment starts with '#'",
    )


def _names() -> Mapping[str, str]:
    """Return prun's options, and each as it is written here."""
    from ...panda.client import prun_options

    options = prun_options()
    return {name: option.snake for name, option in options.items()}


def _is_single(text: str, match: re.Match[str]) -> bool:
    """True if ``-nJobs 3`` is meant as an option: its own name, and then a value."""
    after = text[match.end() : match.end() + 2]
    return (
        match["option"][1:] in _names() and re.match(r"=|[ \t]+[^-+*/%<>=!\s]", after) is not None
    )


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("# ", "//", "##"))


def _write_settings(code: str) -> str | None:
    """Return the settings that mean what options mean; ``None`` if that is not certain."""
    from ...panda.client import Given, prun_options
    from ..spelling import spell_options

    try:
        words = shlex.split(code.rstrip().removesuffix("\\").replace("\\\n", " "))
    except ValueError:
        return None
    known = prun_options()
    by_snake = {option.snake: option for option in known.values()}
    given: list[Given] = []
    while words:
        name, has_value, value = words.pop(0).partition("=")
        if not name.startswith("-"):
            return None
        option = known.get(name.lstrip("-")) or by_snake.get(name.lstrip("-"))
        if option is None:
            return None
        if option.kind == "flag":
            if has_value or (words and not words[0].startswith("-")):
                return None
            given.append(Given(option, None))
            continue
        if not has_value:
            if not words:
                return None
            value = words.pop(0)
        if option.kind == "int":
            if not re.fullmatch(r"-?[0-9]{1,18}", value):
                return None
            given.append(Given(option, int(value)))
        else:
            given.append(Given(option, (value,) if option.kind == "list" else value))
    lines = []
    for one in given:  # one by one: in the order written, a repeated one too
        [(key, text)] = spell_options([one])
        text = _SIMPLE.sub(r"{\1}", text)
        if "{{" in text or "}}" in text or "\n" in text:
            return None
        lines.append(f"{key} = {text}")
    keys = [line.split(" = ")[0] for line in lines]
    return "\n".join(lines) if len(set(keys)) == len(keys) else None


def _body_around(scan: Scan, offset: int) -> tuple[str, int]:
    piece = scan[bisect_left(scan.pieces, offset, key=lambda piece: piece.start)]
    return piece.body, piece.opened


def _opening_brace(scan: Scan, offset: int) -> int:
    return _body_around(scan, offset)[1]


def _lines_end(text: str, start: int) -> int:
    """Return where options end: on the line before the first that holds none."""
    end = _logical_end(text, start)
    for line in re.compile(r"\\[ \t]*\r?\n(?![ \t]*-)").finditer(text, start, end):
        return line.start() + 1
    return end


def _logical_end(text: str, at: int) -> int:
    """Return where a command that starts at ``at`` ends, as a shell reads it."""
    quote, start = "", at
    while at < len(text):
        char = text[at]
        if char == "\\" and quote != "'":
            broken = re.compile(r"\\[ \t]*\r?\n").match(text, at)
            at = broken.end() if broken else at + 2
            continue
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "\n":
            break
        at += 1
    if quote:  # never closed: the lines that a backslash continues
        lines = re.compile(r"(?:[^\n]*\\[ \t]*\r?\n)*[^\n]*").match(text, start)
        return lines.end() if lines else len(text)
    return min(at, len(text))


def _strip_comment(code: str) -> str:
    match = re.search(r"\s#[^\n]*\Z", code)
    return code[: match.start()].rstrip() if match else code.rstrip()


def _blank_out(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
