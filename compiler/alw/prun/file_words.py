"""The words of a command that may name files which are there before it starts.

Looks at the words as a POSIX shell splits them.  What a command writes, or may bring by itself,
is left out; so is everything after a part that may bring any file, or go elsewhere.  When in
doubt, a word names no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..text.shell_lexer import tokenize
from ..text.shell_tokens import NotUnderstood
from .shell_words import flat_words, simple_commands

#: Stands in a text for a value that only the grid knows.
UNKNOWN = "\0"
#: Text that the shell makes other words of.
_LEFT_ALONE = re.compile(r"\$\(|`|<<")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_NO_NAME = re.compile(r"[\0$*?\[\]{}~=:\\\n]")
_CONTROL = frozenset(
    re.findall(r"\S+", "if then elif else fi for while until do done case esac ! { } time")
)
#: Programs that run another one.
_WRAPPERS = frozenset(["command", "env", "exec", "nice", "nohup", "stdbuf", "time", "timeout"])
_INTERPRETER = re.compile(
    r"(?:python|pypy|perl|ruby)[0-9.]*|(?:ba|da|k|z)?sh|source|\.|Rscript|julia|node|root(?:\.exe)?"
)
_PYTHON = re.compile(r"python[0-9.]*")
#: Options of interpreters after which a program follows, not a file.
_PROGRAM = re.compile(r"-[A-Za-z]*[cem]|--(?:command|eval|version|help)")
#: Transforms of Athena, which a release has.
_TRANSFORM = re.compile(r"\w+_(?:tf|trf)(?:\.py)?")
#: Programs that may bring any file, go elsewhere, or run what is not looked at.
_BRING = frozenset(
    re.findall(
        r"\S+",
        "cd pushd popd tar unzip gunzip bunzip2 unxz git svn hg wget curl scp sftp rsync xrdcp "
        "rucio gfal gfal-copy make gmake ninja cmake scons gcc g++ cc c++ clang clang++ pip pip3 "
        "conda mamba docker podman singularity apptainer shifter eval trap patch chroot ssh sudo "
        "su xargs parallel find split csplit alias function jupyter",
    )
)
#: Programs that only say something, or make or remove what they name.
_SAY = frozenset(
    re.findall(
        r"\S+",
        "echo printf test [ [[ : true false exit return set unset shift ulimit umask sleep wait "
        "kill mkdir rmdir rm touch ls stat du df date hostname uname id whoami which type hash "
        "export asetup lsetup setupATLAS pwd tee mktemp mkfifo",
    )
)
#: Programs the last of whose words is written.
_COPY = frozenset(["cp", "mv", "ln", "install"])
#: Options whose value is written.
_OUT = re.compile(
    r"-o|--?(?:o|out|output|log|result|report|save|dump|dest|write)[\w-]*", re.IGNORECASE
)


class FileWord(NamedTuple):
    """A word that may name a file."""

    word: str
    runs: bool
    """True for a script that is run."""
    first: bool
    """True if nothing runs before it that could write the file."""


@lru_cache(maxsize=4096)
def file_words(text: str) -> tuple[FileWord, ...]:
    """Return the words of a command that may name files, each once, in order."""
    if _LEFT_ALONE.search(text):
        return ()
    parts = _split_text(text)
    seen: dict[str, int] = {}
    for words, _ in parts:
        for word in dict.fromkeys(words):
            seen[word] = seen.get(word, 0) + 1
    found: dict[str, FileWord] = {}
    written: set[str] = set()
    first = True
    for words, targets in parts:
        program, rest = _program(words)
        if program is None:
            written.update(targets)
            continue
        name = program.rpartition("/")[2]
        if name in _BRING:
            break
        if name in _SAY:
            written.update(targets, rest if name in ("tee", "touch", "mkfifo") else ())
            continue
        for word, runs in _candidates(program, name, rest, written):
            if _is_name(word) and word not in written and (runs or seen[word] == 1):
                found.setdefault(normalise(word), FileWord(word, runs, first))
        if name in _COPY and rest:
            target = rest[-1]
            written.update((target, *(f"{target.rstrip('/')}/{w}" for w in rest[:-1])))
            written.update(w.rpartition("/")[2] for w in rest[:-1])
        written.update(targets)
        first = first and name in ("source", ".")
    return tuple(found.values())


def _split_text(text: str) -> list[tuple[list[str], list[str]]]:
    """Return the simple commands: their words, and the files that they are redirected into."""
    try:
        tokens = tokenize(text)
    except NotUnderstood:  # an open quote, which is reported elsewhere
        return []
    parts: list[tuple[list[str], list[str]]] = []
    for command, _ in simple_commands(flat_words(tokens)):
        words: list[str] = []
        targets: list[str] = []
        into = False
        for word in command:
            if not word.is_operator:
                (targets if into else words).append(word.text)
            into = word.is_operator and ">" in word.text
        parts.append((words, targets))
    return parts


def _program(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the program that a simple command runs, and its arguments."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _CONTROL or _ASSIGNMENT.match(word):
            if word in ("for", "case"):
                return None, []
            continue
        if word.rpartition("/")[2] in _WRAPPERS:
            while rest and (rest[0].startswith("-") or rest[0][:1].isdigit()):
                rest.pop(0)
            continue
        return word, rest
    return None, []


def _candidates(
    program: str, name: str, rest: Sequence[str], written: set[str]
) -> Iterator[tuple[str, bool]]:
    """Yield the words that may name files; true for those that are run."""
    runs = bool(_INTERPRETER.fullmatch(name))
    is_path = "/" in program or "." in program.strip(".")
    if is_path and not runs and not _TRANSFORM.fullmatch(program):
        yield program, True
    is_first = True
    arguments = iter(rest)
    for word in arguments:
        if word.startswith("-"):
            if runs and _PROGRAM.fullmatch(word) and not name.startswith("root"):
                runs = False
                next(arguments, None)
            elif _OUT.fullmatch(word):
                written.add(next(arguments, ""))
            continue
        if name.startswith("root"):
            word = re.sub(r"\+*(\(.*\))?\Z", "", word, flags=re.DOTALL)
            yield word, bool(re.search(r"\.(?:C|cc|cpp|cxx|c|py)\Z", word))
            continue
        if name in _COPY and word is rest[-1]:
            continue
        if (runs and is_first) or "." in word or "/" in word:
            yield word, runs
        is_first = False
        runs = bool(_PYTHON.fullmatch(word))  # mpirun -n 4 python run.py


def _is_name(word: str) -> bool:
    """True if a word can be the path of a file that is sent."""
    path = word.split("/")
    return (
        bool(word)
        and not word.startswith(("/", "-", "#"))
        and ".." not in path
        and (not _NO_NAME.search(word))
    )


def normalise(word: str) -> str:
    """Return a path without empty parts and dots."""
    return "/".join(part for part in word.split("/") if part not in ("", "."))
