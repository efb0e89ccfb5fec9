"""Explains why a command line gives no source, and what to write."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from ..panda.client import prun_options
from ..panda.texts import obsolete_options

_HELP = frozenset({"-h", "--help", "--version", "--helpGroup"})
#: Options of one file name each, of which the source would need what no option of a task says.
_OF_FILES = {
    "pfnList": "alw reads datasets, not single files: put them into a dataset with rucio, and give "
    "it as --inDS",
    "inputFileList": "alw reads datasets, not single files: give --match a pattern for the names "
    "of the files, or put them into a dataset of your own with rucio",
}


def asks_for_help(words: Sequence[str]) -> bool:
    """True if prun would print something and end."""
    return any(word in _HELP or word.startswith("--helpGroup=") for word in words)


def drop_obsolete(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words without options that prun has dropped, and those options.

    prun drops the name alone, and would then stumble over a value after it
    (pandaclient/MiscUtils.py, ``remove_obsolete_options``).
    """
    obsolete = set(obsolete_options())
    kept: list[str] = []
    dropped: list[str] = []
    after = False
    for word in words:
        if word.partition("=")[0] in obsolete:
            dropped.append(word.partition("=")[0])
            after = "=" not in word
            continue
        if not after or word.startswith("-"):
            kept.append(word)
        after = False
    return kept, dropped


def find_objection(names: Collection[str]) -> str | None:
    """Return the fault of options of these names, before prun is asked; ``None`` without one."""
    if "eventPickEvtList" in names:
        return (
            "prun asks a server to pick the events and reads the resulting dataset: pick "
            "them first, and then give that dataset: --inDS DATASET, in a source in_ds"
        )
    for name, reason in _OF_FILES.items():
        if name in names:
            return f"--{name} names a file with names of files, and {reason}"
    if "exec" not in names:
        return (
            "prun refuses it: you need to give --exec, the command that the jobs run: --exec "
            "'python run.py'"
        )
    if not {"outDS", "inOutDsJson", "bulkSubmission"} & {*names}:
        return (
            "prun refuses it: you need to give --outDS, the dataset that the task writes: --outDS "
            "user.NICK.NAME"
        )
    return None


def explain_refusal(message: str) -> str:
    """Return a message of prun, and what to write instead."""
    if match := re.match(r"unrecognized arguments: (.*)", message, re.DOTALL):
        return _explain_unknown(match[1].split())
    if message.startswith("prun reads the file "):
        return (
            f"{message}; alw reads datasets, not single files: give a pattern for their names "
            "instead, as in --secondaryDSs STREAM:NUMBER:DATASET:PATTERN"
        )
    if match := re.match(r"argument (\S+): expected one argument", message):
        option = match[1].split("/")[0]
        return (
            f"{option} needs a value; one that begins with a dash is written after an equals "
            f"sign: {option}=-x"
        )
    return message.splitlines()[0] if message else message


def _explain_unknown(words: Sequence[str]) -> str:
    names = {f"--{name}".lower(): f"--{name}" for name in prun_options()}
    said: list[str] = []
    for place, word in enumerate(words):
        name = word.partition("=")[0]
        if not name.startswith("-"):
            if place and words[place - 1].startswith("-"):
                continue  # the value of an unknown option
            said.append(f"{name!r} belongs to no option; a value with spaces needs quotes")
            continue
        wanted = f"--{name.lstrip('-')}".lower()
        near = names.get(wanted) or next(
            (names[one] for one in get_close_matches(wanted, names, 1, 0.75)), None
        )
        said.append(f"there is no option {name}" + (f"; did you mean {near}?" if near else ""))
    return "; ".join(dict.fromkeys(said[:3]))
