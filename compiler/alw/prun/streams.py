"""Data streams: how the files of a task's inputs reach its command.

prun gives each input dataset a stream, ``IN`` and those of ``--secondaryDSs``, and its wrapper
puts the names of the files in the place of ``%IN`` in the command (panda-wnscript,
src/rungen/runGen.py:560-611).  With one stream every ``%IN`` is replaced, whatever follows it;
with several each placeholder only before a blank, a quote, a comma or the end; without input none.
Which streams there are is read off the map that prun has made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    ACCIDENTAL_PLACEHOLDER,
    FOREIGN_PLACEHOLDER,
    NO_STREAM,
    NOTHING_READ,
    UNRUNNABLE_COMMAND,
    UNUSED_STREAM,
    Rule,
)
from ..panda.placeholders import is_for_bulk, is_pathenas
from ..semantics.expr import TypedExpr
from ..semantics.program import Setting, Task
from ..text.suggest import did_you_mean
from .command import Part, Stream, flatten, stream_key, stream_name, streams
from .plan_context import PlanContext
from .secondary_datasets import SECONDARY_DATASET, find_entry_problem

#: Stands for what is not written in the command.
_GAP = "\0"
_TOKEN = re.compile(r"%([A-Za-z_]\w*)")
#: A name that is meant for a stream: ``IN``, ``IN2``, ``IN_MINH``.
_STREAM = re.compile(r"IN([0-9]+|_[A-Z0-9_]+)?\Z")
_USED = re.compile(r"\$\{([^}/]+)/T\}")
#: The text that the wrapper wants after a placeholder if there are several.
_AFTER = re.compile(r"""[ "',]|\n?\Z""")
#: The options that this module checks.
STREAM_OPTIONS = frozenset({"secondaryDSs", "reusableSecondary", "writeInputToTxt"})


@dataclass(frozen=True, slots=True)
class _Streams:
    """The streams of a task."""

    names: tuple[str, ...]
    several: bool
    """True if the wrapper knows them by their names (``--inMap``)."""


def check_streams(
    context: PlanContext,
    task: Task,
    parts: Sequence[Part],
    options: tuple[tuple[str, str | None], ...],
    made: Mapping[str, Any],
) -> Failed | None:
    """Report a placeholder in the command of ``task`` that is not replaced as it is meant.

    :param parts: the command, without what the compiler adds.
    :param options: what prun was given.
    :param made: the map.
    """
    check = _StreamCheck(context, task, made, options)
    failed = (
        check.secondaries() or check.command(parts, task.settings["exec"].term) or check.others()
    )
    if failed is None and not context.collector.has_errors:
        check.warn()
    return failed


def _streams(made: Mapping[str, Any]) -> _Streams:
    values = [
        item["value"]
        for item in made["jobParameters"]
        if not item.get("hidden") and isinstance(item["value"], str)
    ]
    mapped = [value for value in values if value.startswith("--inMap ")]
    found = [name for value in mapped or values for name in _USED.findall(value)]
    return _Streams(tuple(dict.fromkeys(found)), bool(mapped))


class _StreamCheck:
    def __init__(
        self,
        context: PlanContext,
        task: Task,
        made: Mapping[str, Any],
        options: tuple[tuple[str, str | None], ...],
    ) -> None:
        self._context = context
        self._task = task
        self._streams = _streams(made)
        self._primary = str(made.get("dsForIN", ""))
        self._options = {name: value for name, value in options if value is not None}
        self._read: set[str] = set()
        self._literal = False

    # Declarations

    def secondaries(self) -> Failed | None:
        """Report an entry of ``secondaryDSs`` that gives no job files (pandaclient/MiscUtils.py,
        ``parse_secondary_datasets_opt``).
        """
        setting, text = self._find_given("secondaryDSs")
        datasets = [name.rstrip("/") for name in self._primary.split(",") if name]
        names = ["IN"] if datasets else []
        for entry in text.split(",") if setting and text else ():
            stream, number, dataset = re.split("#" if "#" in entry else ":", entry)[:3]
            problem = find_entry_problem(stream, number, dataset, names, datasets)
            if problem is not None and setting:
                return self._context.fail(SECONDARY_DATASET, setting.term.span, *problem)
            names.append(stream)
            datasets.append(dataset.rstrip("/"))
        return None

    def _find_given(self, option: str) -> tuple[Setting | None, str]:
        """Return what the author has set, and what prun was given."""
        return self._task.settings.get(option), self._options.get(option, "")

    # Uses

    def command(self, parts: Sequence[Part], term: TypedExpr) -> Failed | None:
        """Report what is wrong with the placeholders in the command."""
        read = [stream_key(dataset) for dataset in streams(parts)]
        text = written = ""
        for part in parts:
            if isinstance(part, Stream):
                text += f"%{stream_name(read.index(stream_key(part.dataset)))}"
                written += _GAP
            else:
                text += part if isinstance(part, str) else _GAP
                written += part if isinstance(part, str) else _GAP
        for match in _TOKEN.finditer(text):
            problem = self._find_token_problem(match[1], text[match.end() :])
            if problem is not None:
                rule, message, help = problem
                return self._context.fail(rule, term.span, message, help)
        literal = "".join(part if isinstance(part, str) else _GAP for part in flatten(term))
        for name in self._streams.names:
            token = re.compile(rf"%{re.escape(name)}(?!\w)")
            if len(token.findall(written)) > len(token.findall(literal)):
                return self._context.fail(
                    ACCIDENTAL_PLACEHOLDER,
                    term.span,
                    f"a value in the command forms '%{name}', which prun's wrapper replaces",
                )
        return None

    def _find_token_problem(self, name: str, after: str) -> tuple[Rule, str, str] | None:
        streams, task = self._streams, self._task.name
        if name in streams.names:
            self._read.add(name)
            if streams.several and not _AFTER.match(after):
                return (
                    UNRUNNABLE_COMMAND,
                    f"prun's wrapper would not replace '%{name}' before {after[0]!r}: of several "
                    "streams it finds one only before a space, a quote, a comma or the end",
                    f"write a space after %{name}",
                )
            return None
        alone = "IN" in streams.names and not streams.several and name.startswith("IN")
        if name == "IN" and not streams.names:
            self._literal = True
            return None
        if _STREAM.match(name):
            return NO_STREAM, *self._explain_unreplaced(name, alone)
        if alone:
            return (
                ACCIDENTAL_PLACEHOLDER,
                f"prun's wrapper would replace the '%IN' in '%{name}' by the input files",
                "split it for the shell, %''IN, or put the command into a script",
            )
        if is_for_bulk(name):
            return (
                FOREIGN_PLACEHOLDER,
                f"'%{name}' is replaced only in a bulk submission (--inOutDsJson), "
                f"which '{task}' is not",
                "write the dataset name, or a number, into the command",
            )
        if is_pathenas(name):
            return FOREIGN_PLACEHOLDER, *_explain_pathena(name)
        if name == "RNDM" and not after.startswith((":", "=")):
            # pandaclient/PsubUtils.py, convertParamStrToJediParam: "%RNDM=(\\d+)"
            return (
                FOREIGN_PLACEHOLDER,
                "prun replaces '%RNDM' only with a first number after it",
                "write %RNDM:1; each job gets another number, counted from 1",
            )
        return None

    def _explain_unreplaced(self, name: str, alone: bool) -> tuple[str, str]:
        task = self._task.name
        if name == "IN":
            return (
                f"nothing replaces '%IN': '{task}' has no in_ds",
                'name it, in_ds = "DATASET", or write {TASK.outputs[0]} instead of %IN',
            )
        rest = f"; prun would replace the '%IN' in '%{name}'" if alone else ""
        near = did_you_mean(name, [s for s in self._streams.names if s != "IN"])
        return (
            f"'{task}' has no dataset for the stream '{name}'{rest}",
            near or f'declare it: secondary_dss = "{name}:FILES_PER_JOB:DATASET"',
        )

    # Other options that name them

    def others(self) -> Failed | None:
        """Report a stream that another option names and that there is not."""
        for option, what in (
            ("writeInputToTxt", "the jobs would not write its file"),
            ("reusableSecondary", "there is nothing to reuse"),
        ):
            setting, text = self._find_given(option)
            for entry in text.replace("%", "").split(",") if setting else ():
                name = entry.partition(":")[0]
                if option == "writeInputToTxt":
                    self._read.add(name)
                if name and setting and name not in self._streams.names:
                    message, help = self._explain_unreplaced(name, False)
                    if name == "IN":
                        message = f"'{self._task.name}' reads no dataset"
                        help = 'add: in_ds = "DATASET"'
                    return self._context.fail(
                        NO_STREAM, setting.term.span, f"{message}, and {what}", help
                    )
        return self._build()

    def _build(self) -> Failed | None:
        """Report a placeholder in the command of the build: that job reads no files."""
        setting, text = self._find_given("bexec")
        for match in _TOKEN.finditer(text) if setting else ():
            if setting and (match[1] in self._streams.names or _STREAM.match(match[1])):
                return self._context.fail(
                    NO_STREAM,
                    setting.term.span,
                    f"nothing replaces '%{match[1]}' in '{setting.name}': the build reads no "
                    "dataset",
                    "read it in exec",
                )
        return None

    def warn(self) -> None:
        """Warn of a secondary stream that nothing uses, and of ``%IN`` as the program gets it.

        The files are there all the same, and the wrapper leaves the command alone.
        """
        if self._literal:
            self._context.report(
                NOTHING_READ,
                self._task.settings["exec"].term.span,
                f"nothing replaces '%IN': '{self._task.name}' reads no dataset",
                'name it, in_ds = "DATASET", or write {TASK.outputs[0]} instead of %IN',
            )
        setting = self._task.settings.get("secondaryDSs")
        for name in self._streams.names if setting else ():
            if setting and name != "IN" and name not in self._read:
                self._context.report(
                    UNUSED_STREAM,
                    setting.term.span,
                    f"the command of '{self._task.name}' does not use '%{name}'",
                    f"write %{name} where the file names belong, or remove the stream",
                )


def _explain_pathena(name: str) -> tuple[str, str]:
    if name == "OUT":
        return (
            "'%OUT' is a placeholder of pathena, which prun does not replace",
            'write the file name, and declare it: outputs = ["NAME"]',
        )
    return (
        f"'%{name}' is a placeholder of pathena, which prun does not replace",
        f'for a stream of its own, write: secondary_dss = "{name}:FILES_PER_JOB:DATASET"',
    )
