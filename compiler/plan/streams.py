"""Whether the files of a task's inputs reach its command.

prun gives each input dataset a stream, ``IN`` and those of ``--secondaryDSs``, and its wrapper
puts the names of the files where ``%IN`` stands in the command (panda-wnscript,
src/rungen/runGen.py:560-611).  With one stream every ``%IN`` is replaced, whatever follows it;
with several each placeholder only before a blank, a quote, a comma or the end; without input none.
Which streams there are is read off the map that prun has made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..names import did_you_mean
from ..panda.placeholders import is_for_bulk, is_pathenas
from ..rules import FOREIGN_PLACEHOLDER, NO_STREAM, PLACEHOLDER, SECONDARY, UNUSED_STREAM, WRAPPER
from ..semantics.expressions import known_text
from ..semantics.program import Setting, Task
from ..semantics.terms import Term
from ..source import Span
from .command import Part, Stream, flat
from .desk import Arguments, Desk

#: Stands for what is not written in the command.
_GAP = "\0"
_TOKEN = re.compile(r"%([A-Za-z_]\w*)")
#: What is meant for a stream: ``IN``, ``IN2``, ``IN_MINH``.
_STREAM = re.compile(r"IN([0-9]+|_[A-Z0-9_]+)?\Z")
_USED = re.compile(r"\$\{([^}/]+)/T\}")
#: What the wrapper wants behind a placeholder if there are several.
_BEHIND = re.compile(r"""[ "',]|\n?\Z""")


@dataclass(frozen=True, slots=True)
class _Streams:
    """The streams of a task."""

    names: tuple[str, ...]
    several: bool
    """Whether the wrapper knows them by their names (``--inMap``)."""


def streams_reach_command(
    desk: Desk,
    task: Task,
    settings: Mapping[str, Setting],
    parts: Sequence[Part],
    names: Mapping[int, str],
    options: Arguments,
    made: Mapping[str, Any],
) -> bool:
    """Whether every placeholder in the command of ``task`` is replaced, and as it is meant.

    :param settings: by prun's own names.
    :param parts: the command, without what the compiler adds.
    :param names: the placeholders of the parts that are streams.
    :param options: what prun was given.
    :param made: the map.
    """
    primary = str(made.get("dsForIN", ""))
    check = _Check(desk, task, settings, _streams(made), primary, options)
    return (
        check.secondaries()
        and check.command(parts, names, settings["exec"].term)
        and check.others()
        and check.unused()
    )


def _streams(made: Mapping[str, Any]) -> _Streams:
    values = [
        item["value"]
        for item in made["jobParameters"]
        if not item.get("hidden") and isinstance(item["value"], str)
    ]
    mapped = [value for value in values if value.startswith("--inMap ")]
    found = [name for value in mapped or values for name in _USED.findall(value)]
    return _Streams(tuple(dict.fromkeys(found)), bool(mapped))


class _Check:
    def __init__(
        self,
        desk: Desk,
        task: Task,
        settings: Mapping[str, Setting],
        streams: _Streams,
        primary: str,
        options: Arguments,
    ) -> None:
        self._desk = desk
        self._task = task
        self._settings = settings
        self._streams = streams
        self._primary = primary
        self._options = {name: value for name, value in options if value is not None}
        self._read: set[str] = set()

    # What declares streams

    def secondaries(self) -> bool:
        """Whether each entry of ``secondaryDSs`` gives a job files (pandaclient/MiscUtils.py,
        ``parse_secondary_datasets_opt``).
        """
        setting = self._settings.get("secondaryDSs")
        if setting is None:
            return True
        datasets = [name.rstrip("/") for name in self._primary.split(",") if name]
        names = ["IN"] if datasets else []
        for entry in self._text("secondaryDSs").split(","):
            stream, number, dataset = re.split("#" if "#" in entry else ":", entry)[:3]
            problem = _entry_problem(stream, number, dataset, names, datasets)
            if problem is not None:
                self._desk.report(SECONDARY, setting.term.span, *problem)
                return False
            names.append(stream)
            datasets.append(dataset.rstrip("/"))
        return True

    # What uses them

    def command(self, parts: Sequence[Part], names: Mapping[int, str], term: Term) -> bool:
        """Whether the placeholders in the command are replaced."""
        text = written = ""
        for number, part in enumerate(parts):
            if isinstance(part, Stream):
                text += f"%{names[number]}"
                written += _GAP
            else:
                text += part if isinstance(part, str) else _GAP
                written += part if isinstance(part, str) else _GAP
        literal = "".join(part if isinstance(part, str) else _GAP for part in flat(term))
        for match in _TOKEN.finditer(text):
            problem = self._token_problem(match[1], text[match.end() :])
            if problem is not None:
                rule, message, help = problem
                self._desk.report(rule, term.span, message, help)
                return False
        for name in self._streams.names:
            token = re.compile(rf"%{re.escape(name)}(?!\w)")
            if len(token.findall(written)) > len(token.findall(literal)):
                self._desk.report(
                    PLACEHOLDER,
                    term.span,
                    f"a value in the command makes '%{name}', which the wrapper replaces",
                    "",
                )
                return False
        return True

    def _token_problem(self, name: str, behind: str) -> tuple[Any, str, str] | None:
        streams, task = self._streams, self._task.name
        if name in streams.names:
            self._read.add(name)
            if streams.several and not _BEHIND.match(behind):
                return (
                    WRAPPER,
                    f"prun's wrapper would not replace '%{name}' before {behind[0]!r}: of several "
                    "streams it finds one only before a blank, a quote, a comma or the end",
                    f"put a blank after %{name}",
                )
            return None
        alone = "IN" in streams.names and not streams.several and name.startswith("IN")
        if _STREAM.match(name):
            return NO_STREAM, *self._nothing_replaces(name, alone)
        if alone:
            return (
                PLACEHOLDER,
                f"prun's wrapper would replace the '%IN' in '%{name}' by the input files",
                "break it up for the shell, %''IN, or put the command into a script",
            )
        if is_for_bulk(name):
            return (
                FOREIGN_PLACEHOLDER,
                f"'%{name}' is replaced in a bulk submission (--inOutDsJson) only, "
                f"and '{task}' is none",
                "write the dataset's name, or a number, into the command",
            )
        if is_pathenas(name):
            return FOREIGN_PLACEHOLDER, *_of_pathena(name)
        return None

    def _nothing_replaces(self, name: str, alone: bool) -> tuple[str, str]:
        task = self._task.name
        if name == "IN":
            return (
                f"nothing replaces '%IN': '{task}' reads no dataset",
                'name it, in_ds = "DATASET", or write {TASK.outputs[0]} instead of %IN',
            )
        rest = f"; of '%{name}' the wrapper would replace '%IN'" if alone else ""
        near = did_you_mean(name, [s for s in self._streams.names if s != "IN"])
        return (
            f"no dataset of '{task}' is the stream '{name}'{rest}",
            near or f'declare it: secondary_dss = "{name}:FILES_PER_JOB:DATASET"',
        )

    # What else names them

    def others(self) -> bool:
        """Whether the streams exist that other options name."""
        return all(
            self._known(name, option, what)
            for option, what in (
                ("writeInputToTxt", "and no job would write its file"),
                ("reusableSecondary", "and there is nothing to use again"),
            )
            for name in self._named(option)
        ) and self._build()

    def _named(self, option: str) -> Iterator[str]:
        if option not in self._settings:
            return
        for entry in self._text(option).replace("%", "").split(","):
            name = entry.partition(":")[0]
            if option == "writeInputToTxt":
                self._read.add(name)
            if name:
                yield name

    def _known(self, name: str, option: str, what: str) -> bool:
        if name in self._streams.names:
            return True
        message, help = self._nothing_replaces(name, False)
        if name == "IN":
            message, help = f"'{self._task.name}' reads no dataset", 'add: in_ds = "DATASET"'
        self._desk.report(NO_STREAM, self._settings[option].term.span, f"{message}, {what}", help)
        return False

    def _build(self) -> bool:
        """Whether the command of the build needs no files: that job reads none."""
        setting = self._settings.get("bexec")
        for match in _TOKEN.finditer(self._text("bexec")) if setting else ():
            if setting and (match[1] in self._streams.names or _STREAM.match(match[1])):
                self._desk.report(
                    NO_STREAM,
                    setting.term.span,
                    f"nothing replaces '%{match[1]}' in '{setting.name}': the build reads no "
                    "dataset",
                    "read it in exec",
                )
                return False
        return True

    def unused(self) -> bool:
        """Warn of a secondary stream that nothing uses; its files are there all the same."""
        setting = self._settings.get("secondaryDSs")
        for name in self._streams.names if setting else ():
            if setting and name != "IN" and name not in self._read:
                self._desk.report(
                    UNUSED_STREAM,
                    setting.term.span,
                    f"the command of '{self._task.name}' does not use '%{name}'",
                    f"write %{name} where the names of its files belong, or leave the stream out",
                )
        return True

    def _text(self, option: str) -> str:
        return self._options.get(option) or known_text(self._settings[option].term) or ""


def _of_pathena(name: str) -> tuple[str, str]:
    if name == "OUT":
        return (
            "'%OUT' is a placeholder of pathena, which prun leaves as it is",
            'write the name of the file, and declare it: outputs = ["NAME"]',
        )
    return (
        f"'%{name}' is a placeholder of pathena, which prun leaves as it is",
        f'as a stream of its own: secondary_dss = "{name}:FILES_PER_JOB:DATASET"',
    )


def _entry_problem(
    stream: str, number: str, dataset: str, names: Sequence[str], datasets: Sequence[str]
) -> tuple[str, str] | None:
    """What is wrong with an entry of ``secondaryDSs``, and what to write.

    :param names: the streams before it.
    :param datasets: their datasets.
    """
    if int(number) < 1:
        return (
            f"a job would get {number} files of '{stream}', and prun drops the number",
            f"say how many belong to one job: {stream}:1:{dataset}",
        )
    if stream in names:
        return (
            f"two datasets would be the stream '{stream}', and a job would get one of them",
            "give each a name of its own: IN2, IN3, …",
        )
    if not re.fullmatch(r"[A-Za-z_]\w*", stream, re.ASCII):
        return (
            f"the wrapper finds no placeholder called '%{stream}'",
            "a stream is named with letters, digits and underscores: IN2",
        )
    if dataset.rstrip("/") in datasets:
        # pandaclient/MiscUtils.py, ``parse_secondary_datasets_opt``, keeps the last of them;
        # JEDI skips what names the dataset of --inDS again (TaskRefinerBase.py:515)
        return (
            f"'{dataset}' is named twice, and PanDA would fill one of its streams only",
            "name it once, with the number of files that a job gets in all",
        )
    return None
