"""Lines of jobs, run by a real shell whose commands write down their words."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.oracles.worker_node import fill_markers, parameters_template

SHELLS = ("/bin/sh", "/bin/bash")
#: Commands that write down their words; nothing else but ``touch`` and ``cat`` is there to be run.
COMMANDS = ("run", "job", "build", "merge", "prepare", "pilot", "prun", "python", "python3", "make")
_END = "=END="
_CALL = "=CALL="
#: What JEDI and the pilot fill into the lines.
_FILLED = {
    "IN": "in.root", "IN/T": "['in.root']", "IN2": "in2.root", "IN2/T": "['in2.root']",
    "OUT": "lib.tgz", "LIB": "lib.tgz", "SURL": "https://aipanda.example.org", "SN": "1",
    "SN/P": "000001", "TRN_OUTPUT:OUTPUT": "out", "TRN_LOG:LOG": "log",
    "TRN_LOG_MERGE:LOG_MERGE": "log",
}  # fmt: skip
#: Keys of a map of which the pilot makes words of a command line.
_PILOTS = ("container_name", "architecture", "transUses", "transHome", "transPath")
#: Options of the lines whose value is a command, and whether it is URL-quoted there.
_INNER = {
    ("job", "-p"): True, ("build", "--bexec"): True, ("merge", "-j"): False,
    ("prun", "--exec"): False, ("prun", "--bexec"): False, ("prun", "--mergeScript"): False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """What a line did: the words of all the commands in it, and the files that it left."""

    calls: tuple[tuple[str, ...], ...]
    files: tuple[str, ...]


def run_lines(lines: Sequence[str], directory: Path, shell: str) -> list[Ran]:
    """Run each line by itself, in an empty folder, all of them by one process.

    :param directory: is emptied.
    """
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "bin").mkdir(parents=True)
    (directory / "empty").mkdir()
    for tool in ("touch", "cat"):
        (directory / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    remove = shutil.which("rm")
    script = [
        f"PATH={shlex.quote(str(directory / 'bin'))}; cd {shlex.quote(str(directory / 'empty'))}",
        *(f"{name}() {{ printf '%s\\0' {_CALL} {name} \"$@\" >&3; }}" for name in COMMANDS),
        "line() {",
        '( trap wait EXIT; eval "$1" ) 3>&1 </dev/null >/dev/null 2>&1',
        f"printf '%s\\0' {_END}",
        "for file in * .[!.]*; do",
        f'if [ -e "$file" ]; then printf \'%s\\0\' "$file"; {remove} -rf -- "$file"; fi',
        "done",
        f"printf '%s\\0' {_END}",
        "}",
        *(f"line {shlex.quote(line)}" for line in lines),
    ]
    (directory / "script").write_text("\n".join(script) + "\n", "utf-8", newline="")
    done = subprocess.run(
        [shell, str(directory / "script")],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=600,
    )  # fmt: skip
    found = list(_parted(done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]))
    assert len(found) == len(lines), (len(found), len(lines))
    return found


def _parted(words: Sequence[str]) -> Iterator[Ran]:
    calls: list[list[str]] = []
    files: list[str] | None = None
    for word in words:
        if word == _END and files is None:
            files = []
        elif word == _END:
            yield Ran(tuple(map(tuple, calls)), tuple(files or ()))
            calls, files = [], None
        elif files is not None:
            files.append(word)
        elif word == _CALL:
            calls.append([])
        else:
            calls[-1].append(word)


def lines_of(made: Mapping[str, Any], values: Mapping[str, object]) -> list[str]:
    """The command lines that come of a map, by what they are of: job, build, merge, ….

    :param values: those of loop parameters.
    """
    filled = fill_markers(made, values, 1)
    job = _filled(parameters_template(filled))
    lines = [f"job {job}", f"job {_by_the_pilot(job)}"]
    for key, command in (("buildSpec", "build"), ("mergeSpec", "merge"), ("preproSpec", "prepare")):
        if key in filled:
            lines.append(f"{command} {_filled(filled[key]['jobParameters'])}")
    for key in _PILOTS:
        if isinstance(filled.get(key), str):
            lines.append(f"pilot --{key}={filled[key]}")
    if filled.get("cliParams"):
        lines.append(filled["cliParams"])
    return lines


def parted(ran: Ran) -> tuple[list[tuple[str, ...]], list[str]]:
    """The words of such a line without the commands in them, and those commands.

    They are as the wrapper gives them to a shell.
    """
    calls, commands = [], []
    for name, *words in ran.calls:
        for number, (option, word) in enumerate(zip(words, words[1:], strict=False)):
            quoted = _INNER.get((name, option))
            if quoted is not None:
                text = unquote(word) if quoted else word
                for stream in ("IN2", "IN"):
                    text = text.replace(f"%{stream}", f"{stream.lower()}.root")
                commands.append(text)
                words[number + 1] = "(command)"
        calls.append((name, *words))
    return calls, commands


def _filled(line: str) -> str:
    for name, value in _FILLED.items():
        line = line.replace(f"${{{name}}}", value)
    return line.replace("$JEDITASKID", "4711")


def _by_the_pilot(line: str) -> str:
    """The line as pilot3 writes it again (pilot/info/jobdata.py, ``parse_args``)."""
    try:
        return shlex.join(shlex.split(line))
    except ValueError:
        return line
