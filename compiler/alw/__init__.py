"""alw: a declarative language for active-learning workflows on iDDS and PanDA.

>>> import alw
>>> c = alw.compile("samples/active_learning.alw", inputs={"user": "me"})
>>> c.ok
True
>>> c.workflows["altest"].tasks["simulate"]["taskName"]
'user.me.altest1234.simulate.___idds___num_run___/'

The library prints nothing, ends no process, changes no global state and may be used from
several threads at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    from .diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
    from .driver.result import Compilation, CompiledWorkflow
    from .execution.events import Event
    from .execution.history import History
    from .execution.learner_results import Answer
    from .execution.run_limits import Limits
    from .execution.simulation import SimulatedIteration, SimulatedTask, Simulation
    from .execution.starting import CannotRun
    from .sandbox.archive import Archive

__all__ = [
    "Archive",
    "CannotRun",
    "Compilation",
    "CompiledWorkflow",
    "Diagnostic",
    "Edit",
    "Fix",
    "History",
    "Label",
    "Limits",
    "SimulatedIteration",
    "SimulatedTask",
    "Simulation",
    "compile",
    "compile_text",
    "run",
    "schema",
    "simulate",
]

_EXPORTS = {
    "Archive": "sandbox.archive",
    "CannotRun": "execution.starting",
    "Compilation": "driver.result",
    "CompiledWorkflow": "driver.result",
    "Diagnostic": "diagnostics.diagnostic",
    "Edit": "diagnostics.diagnostic",
    "Fix": "diagnostics.diagnostic",
    "History": "execution.history",
    "Label": "diagnostics.diagnostic",
    "Limits": "execution.run_limits",
    "SimulatedIteration": "execution.simulation",
    "SimulatedTask": "execution.simulation",
    "Simulation": "execution.simulation",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _EXPORTS:
        return getattr(import_module(f".{_EXPORTS[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def compile(
    files: str | PathLike[str] | Sequence[str | PathLike[str]],
    inputs: Mapping[str, object] | None = None,
    *,
    target: str = "idds-2",
    strict: bool = False,
) -> Compilation:
    """Compile one or more ``.alw`` files together.

    :param files: a path or several.
    :param inputs: values of inputs by name, as Python values of the declared types.
    :param target: the engine to compile for.
    :param strict: whether warnings count as errors.
    :returns: diagnostics, and the compiled workflows if there are no errors.  A file that
        cannot be read is a diagnostic, too.
    :raises ValueError: if there is no such target.
    """
    from os import PathLike as IsPath
    from os import fspath

    from .diagnostics.diagnostic import Collector
    from .driver.loader import beside, load, python_values
    from .driver.pipeline import compile_sources
    from .driver.session import Session

    paths = [files] if isinstance(files, str | IsPath) else list(files)
    collector = Collector()
    loaded = [load(fspath(path), collector) for path in dict.fromkeys(paths)]
    return compile_sources(
        [source for source in loaded if source is not None],
        Session(python_values(inputs or {}), target, beside),
        strict=strict,
        collector=collector,
    )


def compile_text(
    text: str,
    inputs: Mapping[str, object] | None = None,
    *,
    name: str = "<text>",
    target: str = "idds-2",
    strict: bool = False,
) -> Compilation:
    """Compile a source given as text.

    :param name: what diagnostics call it.  The other parameters: as for :func:`compile`.
    """
    from .driver.loader import python_values
    from .driver.pipeline import compile_sources
    from .driver.session import Session
    from .text.source import Source

    session = Session(python_values(inputs or {}), target)
    return compile_sources([Source(name, text)], session, strict=strict)


def run(
    program: str | PathLike[str] | Compilation,
    inputs: Mapping[str, object] | None = None,
    *,
    workflow: str | None = None,
    directory: str | PathLike[str] | None = None,
    data: Mapping[str, str | Sequence[str]] | None = None,
    limits: Limits | None = None,
    resume: bool = False,
    restart: bool = False,
    containers: bool = True,
    show: Callable[[Event], object] | None = None,
) -> History:
    """Run a workflow on this machine, as ``alw run`` does; it needs the extra ``alw[run]``.

    >>> history = alw.run("samples/active_learning.alw")  # doctest: +SKIP
    >>> history.ok, history.values["m1"]  # doctest: +SKIP
    (True, 1.279413)

    :param program: a ``.alw`` file, or what was compiled from some.
    :param inputs: values of inputs, for a file.
    :param workflow: which one, if there are several.
    :param directory: where to run; ``runs/<workflow>`` otherwise.
    :param data: files of datasets that no task makes, by dataset: a folder or a pattern, or
        several.
    :param limits: how much the run may do.
    :param resume: go on with the run that is there, if there is one.
    :param restart: remove the run that is there.
    :param containers: whether jobs run in the containers that their tasks name.
    :param show: is called with everything that happens (:mod:`alw.execution.events`).
    :returns: the iterations, with their values, and how the run ended.  A run that fails, or is
        interrupted by ``KeyboardInterrupt``, is no exception.
    :raises CannotRun: if it cannot start, or not go on.
    :raises ValueError: if the program has errors, or no such workflow.
    """
    from .execution.api import run as run_program

    return run_program(
        program, inputs, workflow, directory, data, limits, resume, restart, containers, show
    )


def simulate(
    program: str | PathLike[str] | Compilation,
    results: Answer | Sequence[object] | Mapping[str, object] | None = None,
    *,
    inputs: Mapping[str, object] | None = None,
    workflow: str | None = None,
    fail: Sequence[str] = (),
    partly: Sequence[str] = (),
    cancel: Sequence[str] = (),
    seed: int = 0,
) -> Simulation:
    """Return what a workflow would submit, as ``alw simulate`` shows it; nothing is executed.

    It needs the extra ``alw[run]``.

    >>> def nearer(learner, iteration, values):
    ...     return {"m1": values["m1"] / 2, "m2": 0.0, "nevents": 3 - iteration}
    >>> simulation = alw.simulate("samples/active_learning.alw", nearer)  # doctest: +SKIP
    >>> simulation.verdict  # doctest: +SKIP
    'the condition is false in iteration 3 of 20'
    >>> simulation.iterations[2].tasks[0].command  # doctest: +SKIP
    'python simplescript.py 0.125 0.0 1 output.json'

    :param program: a ``.alw`` file, or what was compiled from some.
    :param results: what the learner writes: a function of its name, the iteration and the values
        of the parameters, which returns the fields, or ``None`` for no file; or a list of the
        fields for each iteration, or such lists by learner.  Otherwise small numbers are drawn.
    :param inputs: values of inputs, for a file.
    :param workflow: which one, if there are several.
    :param fail: tasks that fail, as ``"TASK"`` or ``"TASK.ITERATION"``.
    :param partly: those that finish in part.
    :param cancel: those that are cancelled.
    :param seed: of what is drawn.
    :raises ValueError: if the program has errors, or no such workflow, task or iteration, or if
        results in a list do not fit.
    :raises TypeError: if the function returns what no JSON file can hold.
    :raises NotInstalled: if iDDS is not installed (:mod:`alw.execution.engine.idds_library`).
    """
    from .execution.api import simulate as simulate_program
    from .execution.history import State

    given = {State.FAILED: fail, State.PARTLY: partly, State.CANCELLED: cancel}
    return simulate_program(program, results, inputs, workflow, given, seed)


def schema(name: str) -> dict[str, object]:
    """A JSON Schema (2020-12): ``workflow``, ``task-parameters``, ``diagnostics`` or
    ``history``.

    :raises KeyError: if there is none of that name.
    """
    from .resources import schema as read

    return read(name)
