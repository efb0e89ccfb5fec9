"""From the command line of a job to the text that a shell reads: the pilot and ``runGen``."""

import ast
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from alw.execution.jedi import NotRetold as NotRetoldError

_WITH_VALUE = {
    "-j": "script", "-p": "parameters", "-o": "outputs", "-i": "inputs", "--inMap": "streams",
    "-r": "", "-a": "", "-l": "", "--sourceURL": "", "--rootVer": "", "--cmtConfig": "",
}  # fmt: skip
_WITHOUT_VALUE = {"--useCMake", "--useRootCore", "--debug"}


@dataclass(frozen=True, slots=True)
class WrapperArguments:
    """What ``runGen`` reads off its command line."""

    command: str = ""
    """``-p``, URL-unquoted once."""
    script: str = ""
    inputs: tuple[str, ...] = ()
    streams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """``--inMap``: present when there are secondary datasets."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Names that the command writes, and the names of the files in the dataset."""


def through_the_pilot(job_parameters: str) -> list[str]:
    """The wrapper's arguments: what bash makes of the pilot's command line.

    pilot3 takes its own options out of the job's parameters and writes the rest again, each word
    quoted, where Python's ``shlex`` can read them (pilot/info/jobdata.py, ``parse_args``); else it
    leaves them alone.  Then ``./runGen-00-00-02 PARAMETERS`` goes to ``bash -c``
    (pilot/user/atlas/common.py, ``get_analysis_run_command``).
    """
    try:
        cleaned = shlex.join(shlex.split(job_parameters))
    except ValueError:
        cleaned = job_parameters
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {cleaned}"], stdout=subprocess.PIPE, check=True, timeout=60
    )
    return done.stdout.decode().split("\0")[:-1]


def wrapper_arguments(words: Sequence[str]) -> WrapperArguments:
    """What the wrapper makes of its arguments; like ``getopt`` it stops at the first plain word.

    :raises NotRetoldError: at an option that would have it do something else.
    """
    found: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option = rest.pop(0)
        name, equals, value = option.partition("=")
        if name in _WITHOUT_VALUE:
            continue
        if name not in _WITH_VALUE:
            raise NotRetoldError(option)
        found[_WITH_VALUE[name]] = value if equals else rest.pop(0)
    return WrapperArguments(
        unquote(found.get("parameters", "")),
        found.get("script", ""),
        tuple(ast.literal_eval(found.get("inputs", "[]"))),
        dict(ast.literal_eval(found.get("streams", "{}"))),
        dict(ast.literal_eval(found.get("outputs", "{}"))),
    )


def command_text(arguments: WrapperArguments, directory: Path) -> str:
    """The command with the names of the input files in it, a blank before it.

    One stream: every ``%IN`` is replaced, even the one in ``%INFO``.  Several: a placeholder is
    found before a blank, a quote, a comma or the end only (RG, "replace input files").  Files that
    are not there are left out.

    :raises FileNotFoundError: when there should be input and none of it is there.
    """
    further = [name for names in arguments.streams.values() for name in names]
    wanted = dict.fromkeys([*arguments.inputs, *further])
    there = [name for name in wanted if (directory / name).exists()]
    text = arguments.command
    if wanted and not there:
        raise FileNotFoundError("No input file is available")
    if wanted and not arguments.streams:
        text = text.replace("%IN", ",".join(there))
    for stream, names in arguments.streams.items():
        files = ",".join(name for name in names if name in there)
        text = re.sub(f"%{stream}(?= |$|\"|'|,)", files.replace("\\", r"\\"), text)
    for placeholder in ("%CORE_NUMBER", "%PROC_NUMBER"):
        text = text.replace(placeholder, "1")
    return f"{arguments.script} {text}"


def python_file(text: str, shell: str) -> str:
    """The file that the wrapper runs with Python.

    With another shell than ``/bin/sh``, a call that returns what ``os.system`` would.
    """
    if shell == "/bin/sh":
        return f'import os,sys\nstatus=os.system(r"""{text}""")\nstatus %= 255\nsys.exit(status)\n'
    return (
        "import subprocess, sys\n"
        f'code = subprocess.call([{shell!r}, "-c", r"""{text}"""])\n'
        "status = -code if code < 0 else code << 8\n"
        "status %= 255\nsys.exit(status)\n"
    )


def container_file(text: str) -> str:
    """``__run_main_exec.sh``: what is run inside a container."""
    return (
        "cd .\nexport TestArea=.; export PATH=$PATH:.\n"
        "echo\necho ==== env ====\nenv\necho\necho ==== start ====\n"
        f"{text}\n"
    )
