"""Options whose text must stay one word where prun puts it.

prun quotes the command and nothing else: ``--rootVer``, ``--writeInputToTxt`` and others are in
the command lines of the jobs, the build and the merging as they are (pandaclient/PrunScript.py:
1313-1492), and before that prun rewrites some of them.  So nothing is looked for: prun is asked
once more, with a harmless text instead, and the words of both lines are compared.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import UNSAFE_VALUE
from ..panda.client import Map
from ..panda.maps import Arguments, task_without_names
from ..semantics.expr import Items, Known, Template, TypedExpr, items_of, pieces
from ..semantics.program import Setting, Task
from ..semantics.types import HARMLESS, STRING, as_text, brief, same
from ..text.source import Span
from .options import prun_settings
from .plan_context import PlanContext

#: Guarded elsewhere: the command, and names that PanDA takes in one form only.
_OTHERS = ("exec", "outputs", "outDS", "inDS")
#: Holds a command or a part of one: what is written there is meant, what is inserted is not.
_COMMANDS = ("bexec", "mergeScript", "alrbArgs")
#: Characters that PanDA's syntax of an option has: ``@el9#&nvidia:vram>=4``, patterns of
#: file names.
_OWN = {
    "architecture": re.compile(r"(?:[\w.@#&*%+:-]|(?:[<>]=?|=)[0-9])+", re.ASCII),
    "secondaryDSs": re.compile(r"[\w@#+=:,./*?^-]+", re.ASCII),
}
#: Keys of a map of which the pilot makes parts of a command line of its own.
_PILOTS = ("container_name", "architecture", "transUses", "transHome", "transPath")
_HARMLESS_HELP = "allowed there are letters, digits and _ @ + = : , . / -"
#: What JEDI fills in (pandajedi/jediorder/JobGenerator.py, ``makeJobParameters``).
_TEMPLATE = r"\$\{[A-Za-z0-9_:/]+\}|\$JEDITASKID\b"
_WORD = re.compile(rf"(?:[A-Za-z0-9_@+=:,./-]|{_TEMPLATE}|\"(?:[^\"\\`$]|{_TEMPLATE})*\")+")


def check_option_words(
    context: PlanContext, task: Task, options: Arguments, reads: bool
) -> Failed | None:
    """Report an option whose text changes the words of a command line.

    :param options: what prun was given.
    :param reads: whether the task has an input dataset.
    """
    for option, setting in prun_settings(task):
        if option.name in _OTHERS or option.kind not in ("string", "list"):
            continue
        found = next(_hostile(setting.term), None)
        if option.name in _COMMANDS and found is not None:
            return context.fail(
                UNSAFE_VALUE,
                found.span,
                f"the value {brief(as_text(found.value))} would change the words of the command in "
                f"'{setting.name}', where nothing quotes it",
                _HARMLESS_HELP,
            )
        given = [value for name, value in options if name == option.name and value is not None]
        if all(HARMLESS.match(value) for value in given):
            continue
        if option.name in _COMMANDS:
            if _breaks_quotes(option.name, options, reads):
                return _report(context, setting, None)
            continue
        own = _OWN.get(option.name)
        if own is not None and all(own.fullmatch(value) for value in given):
            continue
        inserted = None if found is None else as_text(found.value)
        if _changes_words(option.name, options, reads, inserted):
            return _report(context, setting, found)
    return None


def _report(context: PlanContext, setting: Setting, found: Known | None) -> Failed:
    shown = next(
        (text for text in map(_find_written, items_of(setting.term)) if not HARMLESS.match(text)),
        "",
    )
    span: Span = found.span if found is not None else setting.term.span
    return context.fail(
        UNSAFE_VALUE,
        span,
        f"prun puts the value {brief(shown)} of '{setting.name}' unquoted into a command line",
        _HARMLESS_HELP,
    )


def _find_written(term: TypedExpr) -> str:
    return "".join(
        part if isinstance(part, str) else as_text(part.value) if isinstance(part, Known) else "0"
        for part in pieces(term)
    )


def _hostile(term: TypedExpr) -> Iterator[Known]:
    """Yield the inserted values that are not harmless in a command line.

    A value that is all of the option is no inserted one: it is what the author gave.
    """
    for item in items_of(term):
        inserted = isinstance(item, Template) or (isinstance(term, Items) and len(term.items) > 1)
        for part in pieces(item) if inserted else ():
            if isinstance(part, Known) and same(part.type, STRING):
                text = as_text(part.value)
                if not HARMLESS.match(text) or text.startswith("-"):
                    yield part


def _changes_words(name: str, options: Arguments, reads: bool, inserted: str | None) -> bool:
    given, stand_in = _pair(name, options, reads)
    if given is None:
        return inserted is not None
    if stand_in is None:  # prun wants the very characters that are not harmless: '#', for example
        return inserted is not None and any(_words(line) is None for _, line in _lines(given))
    before, after = dict(_lines(stand_in)), dict(_lines(given))
    if before.keys() != after.keys():
        return True
    for key, line in after.items():
        if line == before[key]:
            continue
        if any(value != value.strip() for n, value in options if n == name and value):
            return True  # the spaces at its ends would be lost
        if inserted is not None and inserted not in line:
            return True  # prun takes a part of it, or rewrites it
        if line.count('"') != before[key].count('"'):
            return True  # a shell takes quotes away
        words, expected = _words(line), _words(before[key])
        if expected is None:
            continue
        if words is None or len(words) != len(expected):
            return True
        if re.findall(_TEMPLATE, line) != re.findall(_TEMPLATE, before[key]):
            return True
    return False


def _breaks_quotes(name: str, options: Arguments, reads: bool) -> bool:
    """Return whether a command that the author wrote ends the quotes that prun puts around it.

    The pilot keeps ``$`` and backquotes in them (pilot/info/jobdata.py, ``parse_args``).
    """
    made, stand_in = _pair(name, options, reads)
    if made is None or stand_in is None:
        return False
    before = dict(_lines(stand_in))
    return any(
        _number_of_words(line) != _number_of_words(before.get(key, ""))
        for key, line in _lines(made)
    )


def _number_of_words(line: str) -> int:
    try:
        return len(shlex.split(line))
    except ValueError:
        return -1


def _pair(name: str, options: Arguments, reads: bool) -> tuple[Map | None, Map | None]:
    """Return what prun makes of the options, and with a harmless text for one of them."""
    stand_in = tuple((n, _harmless(v) if n == name and v else v) for n, v in options)
    given = task_without_names(options, reads)
    if given is None:  # an option in the place of a dataset: --goodRunListXML, --pfnList
        reads = not reads
        given = task_without_names(options, reads)
    return given, task_without_names(stand_in, reads)


def _harmless(text: str) -> str:
    return "".join(char if HARMLESS.match(char) else "x" for char in text)


def _lines(made: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the command lines of a map, in pieces that are read alone, with their places.

    The text between ``-p "`` and ``"`` is the command, which is URL-quoted.
    """
    for number, item in enumerate(made["jobParameters"]):
        value = item.get("value")
        if isinstance(value, str) and item.get("padding") is not False and not item.get("hidden"):
            yield f"jobParameters {number}", value
    for key, value in made.items():
        if isinstance(value, dict) and isinstance(value.get("jobParameters"), str):
            yield key, value["jobParameters"]
            if isinstance(value.get("archiveName"), str):
                yield f"{key} archiveName", value["archiveName"]
        elif key in _PILOTS and isinstance(value, str):
            yield key, value


def _words(line: str) -> list[str] | None:
    """Return the words of a line that prun writes; ``None`` if a shell may find more in it."""
    words = line.split(" ") if '"' not in line else re.findall(r'(?:[^ "]|"[^"]*")+|"', line)
    words = [word for word in words if word]
    return words if all(_WORD.fullmatch(word) for word in words) else None
