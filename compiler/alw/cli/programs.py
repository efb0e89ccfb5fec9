"""The programs that a command is about, and what they are compiled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import click

from ..diagnostics.diagnostic import Collector, Diagnostic
from ..driver.loader import beside, given_values, load
from ..driver.pipeline import compile_sources
from ..driver.result import Compilation
from ..driver.session import Session
from ..semantics.input_values import Inputs
from ..text.display import clean
from ..text.source import Source
from .source_files import find_sources


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs, read."""

    files: tuple[str, ...]
    """Their names; ``-`` is standard input."""
    params: str | None
    """The file with values of inputs."""
    readable: tuple[tuple[str, Source], ...]
    """Those of the files that could be read."""
    given: Inputs
    target: str
    strict: bool
    found: Collector
    """Problems of the files themselves."""

    @property
    def read(self) -> tuple[str, ...]:
        """Return the names of all files that are read."""
        return self.files if self.params is None else (*self.files, self.params)

    def compile(self, sources: Sequence[Source] | None = None) -> Compilation:
        """Compile the programs, or ``sources`` in their stead."""
        collector = Collector()
        collector.extend(self.found)
        if sources is None:
            sources = [source for _, source in self.readable]
        session = Session(self.given, self.target, beside)
        return compile_sources(sources, session, strict=self.strict, collector=collector)

    def diagnose(self, sources: Sequence[Source]) -> Sequence[Diagnostic]:
        """Return the diagnostics of ``sources``, compiled in the stead of the programs."""
        return self.compile(sources).diagnostics


def is_ok(diagnostics: Sequence[Diagnostic]) -> bool:
    """Return whether there are no errors."""
    return all(d.severity != "error" for d in diagnostics)


def read(
    files: Sequence[str],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    strict: bool,
) -> Programs:
    """Read ``files``, and those in the folders among them, and the values of inputs.

    :raises click.UsageError: if standard input would be read for two purposes, or a folder has
        no sources.
    """
    below = {name: find_sources([name]) for name in files}
    for name, found in below.items():
        if not found:
            raise click.UsageError(f"there are no .alw files in {clean(repr(name))}")
    files = find_sources(chain.from_iterable(below.values()))
    if params == "-" and "-" in files:
        raise click.UsageError("standard input is either a FILE or the --params file")
    collector = Collector()
    given = given_values(settings, params, collector)
    loaded = [(name, load(name, collector)) for name in files]
    readable = tuple((name, source) for name, source in loaded if source is not None)
    return Programs(tuple(files), params, readable, given, target, strict, collector)
