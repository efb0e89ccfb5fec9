"""Advice for command lines of other programs than prun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..panda.client import Given, PrunError, prun_options
from ..panda.command_line import read_options
from ..syntax.spelling import spell_options
from .attempts import OF_THE_MACHINE
from .source_writer import SourceTask, write_source

_OTHERS = {
    "pchain": "pchain submits a workflow: write its steps as tasks, and a loop as a loop",
    "phpo": "phpo searches hyperparameters with a service of its own: write the search as a loop "
    "whose learner proposes the next point, or start from its map: alw fetch TASKID",
    "pcontainer": "pcontainer is prun with a container: write prun --containerImage IMAGE --exec …",
}
#: Options of pathena whose meaning a task says otherwise.
_INSTEAD = {
    "--trf": "its value is exec, with %IN for the input and the names of the output files",
    "--extOutFile": "its files belong to outputs",
    "-c": "its commands belong to the job options, or before --CA",
    "--supStream": "outputs lists the files that are kept",
    "--dbRelease": "db_release",
}


def advise(program: str, words: Sequence[str]) -> tuple[str, tuple[()], list[str]]:
    """Return the arguments of :class:`~.attempts.NotImported` for a call of ``program``."""
    if program != "pathena":
        return _OTHERS[program], (), []
    given, files, trf, others = _sort_options(words)
    command = trf or " ".join(["athena", *(files or ["jobOptions.py"]), "%IN"])
    command = re.sub(r"%OUT\.(\S+)", r"\1", command)
    outputs = re.findall(r"%OUT\.([\w.-]+)", trf) or ["out.root"]
    names = {g.option.name for g in given}
    options = prun_options()
    added = [
        Given(options[name], value)
        for name, value in (
            ("exec", command), ("outputs", ",".join(outputs)), ("useAthenaPackages", None),
            ("athenaTag", "Athena,RELEASE"), ("cmtConfig", "PLATFORM"), ("inDS", "DATASET"),
            ("outDS", "user.NICK.NAME"),
        )
        if name not in names and (name != "inDS" or "%IN" in command)
    ]  # fmt: skip
    text = write_source([], "imported", [SourceTask("run", spell_options([*given, *added]))])
    lines = [
        "pathena runs job options; a task runs a command. Write the command as exec, the files it "
        "leaves as outputs, and the release that asetup has set up:",
        "",
        *text.splitlines(),
    ]
    if others:
        lines += ["", "Of pathena alone:"]
        lines += [f"  {name}{f': {_INSTEAD[name]}' if name in _INSTEAD else ''}" for name in others]
    return "it is a command line of pathena, and only those of prun can be imported", (), lines


def _sort_options(words: Sequence[str]) -> tuple[list[Given], list[str], str, list[str]]:
    """Return options that prun has too, job options, a transformation, and other options."""
    options = prun_options()
    given: list[Given] = []
    files: list[str] = []
    others: list[str] = []
    trf = ""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            files.append(word)
            continue
        known = options.get(name.lstrip("-"))
        if known is None or not word.startswith("--"):
            has_value = bool(rest) and not rest[0].startswith("-") and not equals
            taken = rest.pop(0) if has_value and not rest[0].endswith(".py") else value
            trf = taken if name == "--trf" else trf
            others.append(name)
            continue
        if known.kind != "flag" and not equals:
            value = rest.pop(0) if rest else ""
        pair = [f"{name}={value}"] if known.kind != "flag" else [name]
        try:
            given += [g for g in read_options(pair) if g.option.name not in OF_THE_MACHINE]
        except PrunError:
            others.append(name)
    return given, files, trf, list(dict.fromkeys(others))
