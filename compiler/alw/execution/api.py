"""``alw.run`` and ``alw.simulate``: running and simulating workflows from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..driver.result import Compilation, CompiledWorkflow
from ..text.suggest import did_you_mean
from .events import Event
from .history import History, State
from .learner_results import Answer, Listed, Results, ask_for_results, draw_results
from .outcomes import Outcomes, resolve_outcomes
from .play import Play
from .run_limits import Limits
from .simulation import Simulation
from .starting import start
from .stepping import Tasks

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
    chosen = choose(compile_or_raise(program, inputs), workflow)
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
        limits or Limits(),
        shown,
        resume=resume,
        restart=restart,
        containers=containers,
    )


def simulate(
    program: str | PathLike[str] | Compilation,
    results: Answer | Sequence[object] | Mapping[str, object] | None,
    inputs: Mapping[str, object] | None,
    workflow: str | None,
    given: Mapping[State, Sequence[str]],
    seed: int,
) -> Simulation:
    """Simulate a workflow; see :func:`alw.simulate`.

    :param given: the tasks that do not simply finish, by how they end.
    """
    chosen = choose(compile_or_raise(program, inputs), workflow)
    tasks = Tasks.of(chosen)
    written: Results
    if results is None:
        written = draw_results(seed)
    elif callable(results):
        written = ask_for_results(results)
    else:
        written = Listed(results, "results", [tasks.learner])
    return simulation_of(chosen, written, resolve_outcomes(given, [tasks]))


def simulation_of(
    compiled: CompiledWorkflow, results: Results, outcomes: Outcomes | None = None
) -> Simulation:
    """Return what ``compiled`` would submit.

    :raises UnusableResults: if results were given that do not fit.
    :raises NotInstalled: if iDDS is not there.
    """
    play = Play(compiled, results, outcomes or Outcomes())
    iterations = tuple(play.iterations())
    return Simulation(
        compiled.name,
        iterations,
        play.tasks.has_loop,
        play.tasks.bound,
        play.ending.end,
        play.ending.verdict,
        play.status,
    )


def compile_or_raise(
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
        raise ValueError("\n".join(map(_format_error, errors)))
    return result


def choose(compilation: Compilation, name: str | None, file: str = "") -> CompiledWorkflow:
    """Return the workflow called ``name``, or the only one.

    :param file: where it should be, for the message.
    :raises ValueError: if there is none, or it is not clear which.
    """
    found = select(compilation, name, file)
    if len(found) > 1:
        several = ", ".join(workflow.name for workflow in found)
        raise ValueError(f"there are several workflows: {several}")
    if not found:
        raise ValueError("there is no workflow")
    return found[0]


def select(compilation: Compilation, name: str | None, file: str = "") -> list[CompiledWorkflow]:
    """Return the workflow called ``name``; all of them without a name.

    The parameters: as for :func:`choose`.

    :raises ValueError: if there is none of that name.
    """
    workflows = compilation.workflows
    if name is None:
        return [*workflows.values()]
    if name not in workflows:
        known = f"there is {', '.join(workflows)}"
        place = f" in {file}" if file else ""
        help = did_you_mean(name, workflows, known)
        raise ValueError(f"there is no workflow '{name}'{place}: {help}")
    return [workflows[name]]


def _format_error(error: Diagnostic) -> str:
    position = error.source.position(error.span.start)
    return f"{error.source.name}:{position.line}:{position.column}: {error.message}"
