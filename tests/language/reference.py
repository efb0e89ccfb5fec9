"""The examples of the language reference.

A fenced block whose language is ``alw`` is a program; further words say how to read it:

* ``fragment``: the items of a workflow, to be wrapped in one,
* ``error=CODE,CODE``: what it is refused with, each code as often as it is found,
* ``set=NAME=TEXT``: a value for an input.

A block ``command TASK`` holds the command of a task of the program above it, ``dataset TASK``
the name of its dataset; both with the values of the first iteration.  ``sandbox TASK`` lists the
files that it sends.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from alw.driver.loader import beside
from alw.driver.pipeline import compile_sources
from alw.driver.result import Compilation, CompiledWorkflow
from alw.driver.session import Session
from alw.panda.archives import find_place
from alw.semantics.input_values import Inputs, InputValue
from alw.text.source import Folder, Source

REFERENCE = Path(__file__).resolve().parents[2] / "grammar" / "language.md"
#: The files that the examples name.
SAMPLES = REFERENCE.parents[1] / "samples"
_BLOCK = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_KNOWN = {"alw", "command", "dataset", "sandbox"}


@dataclass
class Example:
    """One program of the reference, with what the reference says about it."""

    line: int
    text: str
    errors: list[str] = field(default_factory=list)
    given: dict[str, InputValue] = field(default_factory=dict)
    shown: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Lines, kinds (``command``, ``dataset``), tasks, and texts."""

    def compile(self) -> Compilation:
        """What the compiler makes of it."""
        return compile_sources(
            [Source(f"language.md:{self.line}", self.text)],
            Session(Inputs(self.given), reader=_Samples()),
        )


class _Samples:
    """Reads the files beside the samples."""

    _beside = Source(str(SAMPLES / "x.alw"), "")

    def __call__(self, source: Source, path: str) -> Source:
        return beside(self._beside, path)

    def folder(self, source: Source, path: str) -> Folder:
        return beside.folder(self._beside, path)


def examples() -> list[Example]:
    """The examples, in order.

    :raises ValueError: if a block cannot be read.
    """
    text = REFERENCE.read_text(encoding="utf-8")
    found: list[Example] = []
    for match in _BLOCK.finditer(text):
        language, words, body = match.groups()
        line = text.count("\n", 0, match.start()) + 1
        if language not in _KNOWN:
            raise ValueError(f"language.md:{line}: what is a block of {language!r}?")
        if language == "alw":
            found.append(_example(line, words.split(), body))
        else:
            found[-1].shown.append((line, language, words.strip(), body.rstrip("\n")))
    return found


def _example(line: int, words: list[str], body: str) -> Example:
    example = Example(line, body)
    for word in words:
        key, _, value = word.partition("=")
        if word == "fragment":
            example.text = 'workflow example {\n  dataset = "user.me.example"\n' + body + "}\n"
        elif key == "error":
            example.errors = sorted(value.split(","))
        elif key == "set":
            name, _, given = value.partition("=")
            example.given[name] = InputValue(given, f"--set {name}", is_text=True)
        else:
            raise ValueError(f"language.md:{line}: what is {word!r}?")
    return example


def command(workflow: CompiledWorkflow, task: str) -> str:
    """The command of a task in the first iteration."""
    words = shlex.split(_first(workflow, workflow.tasks[task]["cliParams"]))
    return words[words.index("--exec") + 1].rstrip(" ")


def dataset(workflow: CompiledWorkflow, task: str) -> str:
    """The name of a task's dataset in the first iteration."""
    name = _first(workflow, workflow.tasks[task]["taskName"])
    return name.removesuffix("/")


def sandbox(workflow: CompiledWorkflow, task: str) -> str:
    """The files that a task sends."""
    place = find_place(workflow.tasks[task])
    assert place is not None
    return "\n".join(member.path for member in workflow.sandboxes[place.name].members)


def _first(workflow: CompiledWorkflow, text: str) -> str:
    template = workflow.workflow["attributes"]["template"]["attributes"]
    values = {**template.get("global_parameters", {}), "num_run": 1}
    return re.sub(r"___idds___(\w+?)___", lambda match: str(values[match[1]]), text)
