"""Advice about files: what a task declares that it writes, and its command does not name.

A script may write a file whose name it holds itself.  So the scripts that the sandbox sends are
searched, too, and nothing is said of a command that takes no arguments, or where only the grid
knows what runs: in a container, in a release, from a sandbox on PanDA's cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ..diagnostics.diagnostic import Collector, Label
from ..diagnostics.rule import rule
from ..sandbox.archive import Archive
from ..semantics.expr import IterationNumber, Known, ParamValue, TypedExpr, items_of, pieces
from ..semantics.program import Task, Workflow
from ..semantics.types import as_text
from ..text.source import Span, Unreadable
from ..text.suggest import nearest

UNNAMED_FILE = rule(
    623,
    "unnamed-file",
    "warning",
    "The command does not contain the file name.",
    """
A task declares an output, or a learner its result, but the command does not contain that file
name: it may be misspelt, or the program writes another file. Scripts in the `sandbox` are
searched too. There is no warning for a command without arguments, or if the program comes from
a container, a release or a sandbox on PanDA's cache.

## Why

After the command, the pilot looks for the output by its name. If it is not there, the job
fails, after all its work.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 output.json" outputs = ["out.json"] }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 output.json" outputs = ["output.json"] }
}
```
""",
)

#: Options that bring files, or a program, that are not known here.
_BRINGS = {
    "athenaTag", "bexec", "containerImage", "extFile", "inTarBall", "map", "rootVer",
    "useAthenaPackages", "useHomeDir", "useRootCore", "workDir",
}  # fmt: skip
_INTERPRETER = re.compile(
    r"(?:\S*/)?(?:python[\d.]*|bash|sh|zsh|perl|ruby|Rscript|julia|root|athena)\Z"
)
_NEXT = re.compile(r"&&|\|\||[;|&\n]")
#: Commands that prepare another.
_PREPARES = {"asetup", "cd", "chmod", "export", "ls", "mkdir", "pip", "set", "source", "."}
_PATTERN = re.compile(r"[*?\[\]|$%\\]")
#: A part of a word that the shell or prun replaces.
_REPLACED = re.compile(r"\$\([^)]*\)|\$\{[^}]*\}|\$\w+|`[^`]*`|%RNDM[:=]\d+|%\w+|\*|\?|\0[^\0]*\0")
_FILE = re.compile(r"[\w.-]*\w\.[A-Za-z][\w.]{0,9}\Z")
_SCRIPT = re.compile(r"\.(?:py|sh|C|R|jl|pl)\Z|\A\./")
_MOST_READ = 1 << 20
#: After each edit, an editor asks about the same commands of a file.
_REMEMBERED = 4096


def report_unnamed_files(
    workflow: Workflow, archives: Mapping[str, Archive | None], collector: Collector
) -> None:
    """Report what a task is to write, and neither its command nor a script that is sent names.

    :param archives: the files that are sent with each task; ``None`` if they are on PanDA's cache.
    """
    source = workflow.source
    for task in workflow.tasks.values():
        if "exec" not in task.settings or "map" in task.settings:
            continue
        command = _text(task.settings["exec"].term)
        for what, name, span in _find_written(task):
            if _PATTERN.search(name) or _names(command, name):
                continue
            near = _find_near(command, name)
            if "sandbox" in task.settings:
                archive = archives[task.name]
                if archive is None or _holds(archive, name):
                    continue
                if near is None and not _has_scripts(archive, command):
                    continue
            elif near is None and not _is_complete(task, command):
                continue
            at = task.settings["exec"].term.span
            collector.report(
                UNNAMED_FILE,
                source,
                span,
                f"the command of '{task.name}' does not name '{name}', {what}",
                f"did you mean '{near}', which it names?"
                if near
                else f'name it in the command, such as: exec = "… {name} …"',
                [Label(source, at, "the command")],
            )


def _is_complete(task: Task, command: str) -> bool:
    """True if only the command says what is written: no container or release does."""
    return not _BRINGS & task.settings.keys() and _takes_arguments(command)


def _find_written(task: Task) -> Iterator[tuple[str, str, Span]]:
    if task.result is not None:
        if task.result.file:
            yield "its result", task.result.file, task.result.file_span
        return
    setting = task.settings.get("outputs")
    for term in items_of(setting.term) if setting else ():
        for name in _text(term).split(","):
            if name := name.rpartition(":")[2].strip():
                yield "one of its outputs", name, term.span


def _text(term: TypedExpr) -> str:
    """Return the text of a term, with a mark for each value that only the grid knows."""
    parts: list[str] = []
    for piece in pieces(term):
        match piece:
            case str():
                parts.append(piece)
            case Known():
                parts.append(as_text(piece.value))
            case ParamValue():
                parts.append(f"\0{piece.name}\0")
            case IterationNumber():
                parts.append("\0#\0")
            case _:
                parts.append("\0=\0")
    return "".join(parts)


def _words(command: str) -> list[str]:
    return re.split(r"[\s'\"=,:;()<>&|]+", command)


@lru_cache(_REMEMBERED)
def _names(command: str, name: str) -> bool:
    """True if ``command`` contains ``name``, with or without its extension."""
    stem = name.partition(".")[0]
    for word in _words(command):
        last = word.rpartition("/")[2]
        if last in (name, stem) or (word[:1] == "-" and word[2:] == name):
            return True
        if _REPLACED.search(last):
            fixed = _REPLACED.split(last)
            if any(fixed) and re.fullmatch(".*".join(map(re.escape, fixed)), name):
                return True
    return False


@lru_cache(_REMEMBERED)
def _find_near(command: str, name: str) -> str | None:
    """Return the word of a command that looks like a file and is most like ``name``."""
    words = [word.rpartition("/")[2] for word in _words(command)]
    return nearest(name, [word for word in words if _FILE.match(word)])


def _takes_arguments(command: str) -> bool:
    """True if one of the commands in ``command`` has a word besides its program and script."""
    for part in _NEXT.split(command):
        words = part.split()
        if not words or words[0] in _PREPARES:
            continue
        program = 1 + (len(words) > 1 and bool(_INTERPRETER.match(words[0])))
        if len(words) > program:
            return True
    return False


def _has_scripts(archive: Archive, command: str) -> bool:
    """True if the scripts that a command names are among the files that are sent."""
    sent = {member.path.rpartition("/")[2] for member in archive.members}
    words = {word.rpartition("/")[2] for word in command.split() if _SCRIPT.search(word)}
    return words <= sent


def _holds(archive: Archive, name: str) -> bool:
    """True if a file that is sent contains ``name``, or parts that it can be made of."""
    stem, dot, rest = name.partition(".")
    # merge.py, which its own text explains, is no part of merge.json
    sent = {member.path.rpartition("/")[2].encode() for member in archive.members}
    for member in archive.members:
        if member.size > _MOST_READ:
            continue
        try:
            content = b"".join(archive.folder.chunks(member.path))
        except Unreadable:
            return True
        if name.encode() in content:
            return True
        for one in sent:
            content = content.replace(one, b"")
        if len(stem) > 2 and stem.encode() in content and (dot + rest).encode() in content:
            return True
    return False
