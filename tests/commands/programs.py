"""Small programs whose commands are to be run, and what to look at in their maps."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import alw

SHELLS = ("/bin/sh", "/bin/dash", "/bin/bash")
PYTHON2 = Path("/root/.pyenv/versions/2.7.18/bin/python2.7")

_END = "=END="
#: Writes its arguments, each with a NUL behind it, and then a mark; in one go, for calls in a pipe.
RECORD = f"#!/bin/sh\nprintf '%s\\0' \"$@\" {_END} >> argv\n"


def available(shell: str) -> bool:
    """Whether there is such a shell on this machine."""
    return os.access(shell, os.X_OK)


def literal(text: str) -> str:
    """``text`` in a string of the language."""
    for char, written in (
        ("\\", "\\\\"), ('"', '\\"'), ("{", "{{"), ("}", "}}"), ("\n", "\\n"), ("\t", "\\t"),
    ):  # fmt: skip
        text = text.replace(char, written)
    return text


def compile_task(
    written: str, inputs: Mapping[str, object] | None = None, types: str = "string", more: str = ""
) -> alw.Compilation:
    """A workflow of one task.

    :param written: the command as it stands between the quotes of the source.
    :param inputs: values of its inputs, which are all of one type.
    :param more: further settings.
    """
    declared = "\n".join(f"input {name}: {types}" for name in inputs or {})
    return alw.compile_text(
        f'workflow w {{\n{declared}\ntask t {{\nexec = "{written}"\noutputs = ["argv"]\n'
        f'dataset = "user.w.t"\n{more}\n}}\n}}\n',
        inputs,
    )


def task_map(compilation: alw.Compilation, task: str = "t") -> Mapping[str, Any]:
    """The map of a task of workflow ``w``; the compilation must be fine."""
    assert compilation.ok, [f"{d.code} {d.message}" for d in compilation.diagnostics]
    return compilation.workflows["w"].tasks[task]


def compile_learner(
    written: str,
    result: str = "x: float",
    condition: str | None = "step.x > 0",
    params: str = "param x: float = 0.5",
    bound: int = 5,
    more: str = "",
) -> alw.Compilation:
    """A loop of a learner ``step`` alone, whose result file is ``r.json``."""
    repeat = f"while {condition} " if condition else ""
    return alw.compile_text(
        f'workflow w {{\ndataset = "user.w.l"\nloop scan {{\n{params}\n'
        f'learn step {{\nexec = "{written}"\nresult "r.json" {{ {result} }}\n{more}\n}}\n'
        f"repeat {repeat}at most {bound} times\n}}\n}}\n"
    )


def exec_word(made: Mapping[str, Any]) -> str:
    """The command in ``cliParams``, which is one line for a shell."""
    words = shlex.split(made["cliParams"])
    assert words[:2] == ["prun", "--exec"]
    return words[2]


def sent_command(made: Mapping[str, Any]) -> str:
    """The command in ``jobParameters``, unquoted once, templates left as they are."""
    values = [item["value"] for item in made["jobParameters"]]
    start = values.index('-p "')
    return unquote("".join(values[start + 1 : values.index('"', start)]))


def recorded(argv: bytes) -> list[list[str]]:
    """What the recorder wrote: the arguments of every call."""
    calls: list[list[str]] = [[]]
    for word in argv.decode().split("\0")[:-1]:
        if word == _END:
            calls.append([])
        else:
            calls[-1].append(word)
    assert calls.pop() == []
    return calls


def with_recorder(directory: Path) -> Path:
    """``directory`` with the recorder in it, as a sandbox brings it."""
    (directory / "record").write_text(RECORD)
    (directory / "record").chmod(0o755)
    return directory


def codes(compilation: alw.Compilation) -> set[str]:
    """The names of everything that is wrong."""
    return {d.name for d in compilation.diagnostics if d.severity == "error"}
