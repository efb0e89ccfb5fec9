"""Error tests: sources that say, line by line, what the compiler must find wrong.

An expectation stands at the end of the line it is about::

    task a { exec = "run {mass}" } #! ALW203 unbound-name: nothing is called 'mass'

* ``#!`` is about its own line; several may follow each other on one line.
* ``#!^`` is about the line above (the nearest that is not itself such a line): for lines
  on which no comment can stand.
* Behind the code stand the rule's name, perhaps ``@COLUMN`` (from 1), and, behind a
  colon, a part of the message; a part of the help may follow behind ``=>``.

Two directives give values for inputs: ``#@ set NAME=TEXT``, as on the command line, and
``#@ input NAME=JSON``, as from the library or a parameter file; a third, ``#@ target NAME``,
names the engine.

A file is right when the compiler finds exactly what is expected: nothing is missing, and
nothing follows from what was found already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from alw.diagnostics.diagnostic import Diagnostic
from alw.driver.loader import beside
from alw.driver.pipeline import compile_sources
from alw.driver.result import Compilation
from alw.driver.session import Session
from alw.semantics.input_values import Inputs, InputValue
from alw.targets import DEFAULT
from alw.text.source import Entry, Folder, Source

FOLDER = Path(__file__).parent

_START = re.compile(r"#!(\^?) (?=ALW\d)")
_BODY = re.compile(
    r"(?P<code>ALW\d+) (?P<name>[a-z0-9-]+)(?: @(?P<column>\d+))?"
    r"(?:: (?P<message>.*?))?(?: => (?P<help>.*))?\s*\Z"
)
_TARGET = re.compile(r"^\s*#@ target (\S+)\s*$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^\s*#@ (set|input) (\w+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Expected:
    """One diagnostic that must be found."""

    line: int
    code: str
    name: str
    column: int | None = None
    message: str = ""
    help: str = ""

    def describes(self, found: Diagnostic) -> bool:
        """Whether ``found`` is what was expected."""
        return (
            (self.line, self.code, self.name) == (found.start.line, found.code, found.name)
            and self.column in (None, found.start.column)
            and self.message in found.message
            and self.help in found.help
        )


@dataclass
class Case:
    """A source with what is expected of it."""

    text: str
    expected: list[Expected]
    given: dict[str, InputValue] = field(default_factory=dict)
    target: str = DEFAULT

    def compile(self, name: str) -> Compilation:
        """What the compiler makes of the source."""
        return compile_sources(
            [Source(name, self.text)], Session(Inputs(self.given), self.target, _Read())
        )


class _Read:
    """Reads what lies beside the error files, under the names that they use."""

    def __call__(self, source: Source, path: str) -> Source:
        found = beside(Source(str(FOLDER / source.name), ""), path)
        return Source(path, found.text)

    def folder(self, source: Source, path: str) -> Folder:
        return _Named(beside.folder(Source(str(FOLDER / source.name), ""), path), path)


@dataclass
class _Named:
    folder: Folder
    name: str

    def entries(self, path: str) -> Iterable[Entry]:
        return self.folder.entries(path)

    def chunks(self, path: str) -> Iterator[bytes]:
        return self.folder.chunks(path)


def read(text: str) -> Case:
    """The case that ``text`` describes.

    :raises ValueError: if an expectation cannot be read.
    """
    given: dict[str, InputValue] = {}
    for kind, name, value in _DIRECTIVE.findall(text):
        if kind == "set":
            given[name] = InputValue(value.strip(), f"--set {name}", is_text=True)
        else:
            given[name] = InputValue(json.loads(value), f"inputs[{name!r}]")
    target = _TARGET.search(text)
    return Case(text, list(_expectations(text)), given, target[1] if target else DEFAULT)


def _expectations(text: str) -> Iterator[Expected]:
    about = 0
    for number, line in enumerate(text.split("\n"), 1):
        starts = list(_START.finditer(line))
        only_above = starts and starts[0][1] and not line[: starts[0].start()].strip()
        if not only_above:
            about = number
        for start, following in zip(starts, [*starts[1:], None], strict=False):
            body = line[start.end() : following.start() if following else len(line)]
            match = _BODY.match(body.rstrip())
            if match is None:
                raise ValueError(f"line {number}: cannot read {body!r}")
            yield Expected(
                about if start[1] else number,
                match["code"],
                match["name"],
                int(match["column"]) if match["column"] else None,
                match["message"] or "",
                match["help"] or "",
            )


def mismatch(case: Case, compilation: Compilation) -> str:
    """What differs between expected and found; empty if nothing does."""
    missing = list(case.expected)
    surplus: list[Diagnostic] = []
    for found in compilation.diagnostics:
        match = next((e for e in missing if e.describes(found)), None)
        if match is None:
            surplus.append(found)
        else:
            missing.remove(match)
    return "\n".join(
        [f"not found: {e}" for e in missing]
        + [
            f"not expected: line {d.start.line}, column {d.start.column}: "
            f"{d.code} {d.name}: {d.message} => {d.help}"
            for d in surplus
        ]
    )
