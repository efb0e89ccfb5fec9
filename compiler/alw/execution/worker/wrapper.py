"""From the wrapper's arguments to the text that a shell reads: ``runGen``.

Line numbers are of panda-wnscript 96788a6, src/rungen/runGen.py.
"""

from __future__ import annotations

import ast
import getopt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .specs import WorkerError

_SHORT = "i:o:r:j:l:p:u:a:"
_WITH_VALUE = (
    "accessmode", "allowNoOutput", "cmtConfig", "dbrFile", "dbrRun", "envvarFile", "fileToLoad",
    "fileToSave", "inMap", "inputGUIDs", "jem-config", "lfcHost", "liveLog", "manaVer",
    "mergeScript", "mergeType", "newPrefix", "oldPrefix", "rootVer", "skipInputByRetry",
    "sourceURL", "writeInputToTxt",
)  # fmt: skip
_WITHOUT_VALUE = (
    "debug", "directIn", "enable-jem", "execWithRealFileNames", "givenPFN", "mergeOutput",
    "notExpandDBR", "pilotpars", "postprocess", "preprocess", "useAthenaPackages", "useCMake",
    "useFileStager", "useMana", "usePFCTurl", "useRootCore",
)  # fmt: skip
"""The options (:76-92).  ``allowNoOutput`` is newer: panda-client 2.2 writes it for a wrapper that
reads it (pandaclient/CommonArgs.py:861)."""

_NOT_HERE: Mapping[str, str] = {
    "useAthenaPackages": "the Athena release is not set up here",
    "rootVer": "ROOT is not set up here",
    "useRootCore": "RootCore is not set up here",
    "dbrFile": "the database release is not set up here",
    "fileToLoad": "the file of --persistentFile is not kept from one job to the next here",
    "directIn": "input files are read from this machine, not over the network",
}
#: Text that a shell takes as it is.  Rucio allows less: no dataset has other names.
_NAME = re.compile(r"\w[\w.+=@-]*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = "\\'\"abfnrtvxNuU01234567\n"
_OUTPUT = re.compile(r"[^/\0]+")


@dataclass(frozen=True, slots=True)
class WrapperArguments:
    """The options that ``runGen`` reads off its command line.

    :param command: ``-p``, URL-unquoted once.
    :param script: ``-j``, which prun leaves empty.
    :param streams: ``--inMap``: present when there are secondary datasets.
    :param outputs: names that the command writes, and the names of the files in the dataset.
    :param lists: the files that get the names of a stream's files, ``--writeInputToTxt``.
    :param are_paths: the inputs are no files of the job, but paths or addresses (``--givenPFN``).
    :param real_names: whether the command is to name the files of the dataset.
    :param notes: what is left out here.
    """

    command: str = ""
    script: str = ""
    run_directory: str = "."
    inputs: tuple[str, ...] = ()
    streams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    lists: Mapping[str, str] = field(default_factory=dict)
    are_paths: bool = False
    real_names: bool = False
    notes: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the names of all input files, each once (:235-248)."""
        further = (name for names in self.streams.values() for name in names)
        return tuple(dict.fromkeys((*self.inputs, *further)))


def wrapper_arguments(words: Sequence[str]) -> WrapperArguments:
    """Read the wrapper's arguments; like ``getopt`` it stops at the first plain word (:74-171).

    :raises WorkerError: when the wrapper would stop there, or do something else than run a command.
    """
    long = [*_WITHOUT_VALUE, *(f"{name}=" for name in _WITH_VALUE)]
    try:
        options, _ = getopt.getopt(list(words), _SHORT, long)
    except getopt.GetoptError as error:
        raise WorkerError(f"the wrapper does not read its arguments: {error}") from error
    found = {name.lstrip("-"): value for name, value in options}
    for name in ("r", "j"):
        if name not in found:
            raise WorkerError(f"the wrapper misses its argument -{name}")
    skipped = set(found["skipInputByRetry"].split(",")) if "skipInputByRetry" in found else set()
    inputs = _literal(found, "i", [], _is_list)
    arguments = WrapperArguments(
        command=unquote(found.get("p", "")),
        script=found["j"],
        run_directory=found["r"],
        inputs=tuple(name for name in inputs if name not in skipped),
        streams={
            key: tuple(name for name in names if name not in skipped)
            for key, names in _literal(found, "inMap", {}, _is_map_of_lists).items()
        },
        outputs=_literal(found, "o", {}, _is_map),
        optional=frozenset(filter(None, found.get("allowNoOutput", "").split(","))),
        lists=_pairs(found.get("writeInputToTxt", "")),
        are_paths="givenPFN" in found,
        real_names="execWithRealFileNames" in found,
        notes=tuple(
            why
            for name, why in _NOT_HERE.items()
            if found.get(name) or (name in found and name in _WITHOUT_VALUE)
        ),
    )
    for name in (*arguments.outputs, *arguments.outputs.values()):
        if not _OUTPUT.fullmatch(name) or name in (".", ".."):
            raise WorkerError(f"{name!r} is no name of an output: it must be a file in the folder")
    return arguments


def _literal(
    found: Mapping[str, str], option: str, default: Any, is_right: Callable[[Any], bool]
) -> Any:
    if option not in found:
        return default
    try:
        value = ast.literal_eval(_ESCAPE.sub(_plain_backslash, found[option]))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise WorkerError(f"the wrapper does not read '{found[option]}': {error}") from error
    if not is_right(value):
        raise WorkerError(f"the wrapper cannot do anything with '{found[option]}'")
    return value


def _plain_backslash(match: re.Match[str]) -> str:
    r"""Write ``\\.`` for ``\.``: it is the same, but Python warns of the second."""
    return match[0] if match[1] in _ESCAPED else f"\\{match[0]}"


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)


def _is_map(value: object) -> bool:
    return isinstance(value, dict) and _is_list([*value, *value.values()])


def _is_map_of_lists(value: object) -> bool:
    return isinstance(value, dict) and _is_list([*value]) and all(map(_is_list, value.values()))


def _pairs(text: str) -> dict[str, str]:
    """Read ``IN:names.txt,IN2:more.txt``; what has not two parts is left out (:563-568)."""
    items = (item.split(":") for item in text.split(","))
    return {item[0]: item[1] for item in items if len(item) == 2}


@dataclass(frozen=True, slots=True)
class Command:
    """The command of a job, everything in it replaced.

    :param text: what follows the script's name, and is all of it where there is none.
    :param outputs: as :attr:`WrapperArguments.outputs`, after ``--execWithRealFileNames``.
    :param lists: the files to write, with their content.
    """

    text: str
    outputs: Mapping[str, str]
    lists: Mapping[str, str]


def command_of(
    arguments: WrapperArguments, there: Collection[str], cores: Mapping[str, str] | None = None
) -> Command:
    """Put the names of input files and outputs into the command (:557-627).

    One stream: every ``%IN`` is replaced, even the one in ``%INFO``.  Several: a placeholder is
    found before a space, a quote, a comma or the end only.  Files that are not there are left out.

    :param there: the names of the input files that were staged in.
    :param cores: ``CORE_NUMBER`` and ``PROC_NUMBER``, each 1 by default.
    :raises WorkerError: when there should be input and none of it is there.
    """
    text, wanted, lists = arguments.command, arguments.wanted, dict[str, str]()
    names = [name for name in wanted if arguments.are_paths or name in there]
    if wanted and not names:
        raise WorkerError("no input file of the job is available", 7)
    if not arguments.are_paths:
        _check_names(names)
    if wanted and not arguments.streams:
        lists["IN"] = ",".join(names)
        text = text.replace("%IN", lists["IN"])
    elif wanted:
        known = () if arguments.are_paths else names
        for stream, members in arguments.streams.items():
            files = lists[stream] = ",".join(name for name in members if name in known)
            mark = rf"%{re.escape(stream)}(?= |$|\"|'|,)"
            text = re.sub(mark, files.replace("\\", r"\\"), text)
    for name in ("CORE_NUMBER", "PROC_NUMBER"):
        text = text.replace(f"%{name}", (cores or {}).get(name, "1"))
    outputs = arguments.outputs
    if arguments.real_names:
        text, outputs = _with_real_names(text, outputs)
    written = {file: lists[name] for name, file in arguments.lists.items() if name in lists}
    return Command(text, outputs, written)


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise WorkerError(
                f"the input file {name!r} cannot be in a dataset, and a shell would not read its "
                "name as one word: rename it (letters, digits and . _ - + = @, a letter or digit "
                "first)"
            )


def _with_real_names(text: str, outputs: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Write the datasets' names into the command; a name counts as a regular expression there."""
    found = {}
    for name, real in outputs.items():
        before = text
        if "*" not in name:
            try:
                # the second group takes the character, so that of 'o o' the first is replaced only
                text = re.sub(
                    rf"(?P<alw_before>[= \"'>]){name}(?P<alw_after>[ \"',;]|$)",
                    rf"\g<alw_before>{real}\g<alw_after>",
                    text,
                )
            except (re.error, IndexError) as error:
                raise WorkerError(
                    f"'execWithRealFileNames' reads the output '{name}' as a regular "
                    f"expression: {error}"
                ) from error
        found[name if text == before else real] = real
    return text, found


def python_text(text: str) -> str:
    """Return the file that ``runGen`` runs with Python (:654-655)."""
    return f'import os,sys\nstatus=os.system(r"""{text}""")\nstatus %= 255\nsys.exit(status)\n\n'


def shell_text(text: str) -> str:
    r"""Return what the shell gets of ``text``, once Python has read the file that holds it.

    Python's own parser says so, without running the file: ``\r`` is a line's end there, a quote at
    the end of the command closes the string too early.

    :raises WorkerError: if Python cannot read it, or would do more than call the shell.
    """
    try:
        body = ast.parse(python_text(text)).body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise WorkerError(
            'the wrapper puts the command between r""" and """ in a Python file, and Python '
            f"cannot read it: {what}.  The command may not end in a double quote or a backslash, "
            "nor contain three double quotes; a space after it helps with the end"
        ) from error
    match body:
        case [
            _,
            ast.Assign(
                targets=[ast.Name(id="status")],
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id="os"), attr="system"),
                    args=[ast.Constant(value=str(read))],
                    keywords=[],
                ),
            ),
            _,
            _,
        ]:
            return read
    raise WorkerError(
        'the command contains three double quotes: the wrapper puts it between r""" and """ '
        "in a Python file, and what follows them would be run as Python"
    )


def script_text(text: str, test_area: str, folder: str) -> str:
    """Return ``__run_main_exec.sh``, what is run in a container (:640-651).

    Without the lines that print the environment.

    :param folder: where the command runs, from the folder of the script.
    """
    return f"cd {folder}\nexport TestArea={test_area}; export PATH=$PATH:.\n{text}\n"
