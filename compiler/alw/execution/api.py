"""``alw.run``: running a workflow from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike, cpu_count
from pathlib import Path
from typing import TYPE_CHECKING

from ..driver.result import Compilation, CompiledWorkflow
from ..text.suggest import did_you_mean
from .dispatcher import Limits
from .events import Event
from .history import History
from .starting import start

if TYPE_CHECKING:
    from ..diagnostics.diagnostic import Diagnostic


def run(
    program: str | PathLike[str] | Compilation,
    inputs: Mapping[str, object] | None,
    workflow: str | None,
    directory: str | PathLike[str] | None,
    data: Mapping[str, str | Sequence[str]] | None,
    limits: Limits | None,
    resume: bool,
    restart: bool,
    containers: bool,
    show: Callable[[Event], object] | None,
) -> History:
    """Run a workflow; see :func:`alw.run`."""
    chosen = choose(compiled(program, inputs), workflow)
    files = [
        (name, pattern)
        for name, patterns in (data or {}).items()
        for pattern in ([patterns] if isinstance(patterns, str) else patterns)
    ]

    def shown(event: Event) -> None:
        if show is not None:
            show(event)

    return start(
        chosen,
        Path(directory or Path("runs") / chosen.name),
        files,
        limits or Limits(cpu_count() or 1),
        shown,
        resume=resume,
        restart=restart,
        containers=containers,
    )


def compiled(
    program: str | PathLike[str] | Compilation, inputs: Mapping[str, object] | None
) -> Compilation:
    """Return what ``program`` compiles to.

    :raises ValueError: if it has errors.
    """
    from .. import compile

    if isinstance(program, Compilation):
        if inputs is not None:
            raise ValueError("the inputs of a compilation are those that it was compiled with")
        result = program
    else:
        result = compile(program, inputs)
    if not result.ok:
        errors = [d for d in result.diagnostics if d.severity == "error"]
        raise ValueError("\n".join(map(_line, errors)))
    return result


def choose(compilation: Compilation, name: str | None) -> CompiledWorkflow:
    """Return the workflow that is meant.

    :raises ValueError: if there is none, or it is not clear which.
    """
    names = list(compilation.workflows)
    if name is None and len(names) == 1:
        return compilation.workflows[names[0]]
    if not names:
        raise ValueError("there is no workflow")
    if name is None:
        raise ValueError(f"there are several workflows: {', '.join(names)}")
    if name not in names:
        known = f"there is {', '.join(names)}"
        raise ValueError(f"there is no workflow '{name}': {did_you_mean(name, names, known)}")
    return compilation.workflows[name]


def _line(error: Diagnostic) -> str:
    position = error.source.position(error.span.start)
    return f"{error.source.name}:{position.line}:{position.column}: {error.message}"
