"""``alw simulate`` for one file, or two that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from ....diagnostics.diagnostic import Collector
from ....diagnostics.rules import UNKNOWN_INPUT
from ....driver.loader import load
from ....driver.result import Compilation
from ....text.display import clean
from ...emit import find_exit_status, say_error, show_report
from ...programs import Programs, read
from ...wording import summarize

if TYPE_CHECKING:
    from ....driver.result import CompiledWorkflow
    from ....execution.history import State
    from ....execution.learner_results import Listed, Results
    from ....execution.play import Play
    from ....execution.stepping import Tasks

FORMATS = ("text", "json", "jsonl")


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """The options of ``alw simulate`` other than those for compiling.

    :param results: the file with the learners' results; ``None``: they are drawn.
    :param seed: of what is drawn; ``None`` for the usual one.
    :param fail: tasks that fail, as ``TASK`` or ``TASK.ITERATION``; ``partly`` and ``cancel``
        likewise.
    :param most: how many iterations are shown; ``None`` for all that fit.
    :param full: whether a learner's command has the check of the result after it.
    :param form: one of :data:`FORMATS`.
    """

    results: str | None
    seed: int | None
    fail: tuple[str, ...]
    partly: tuple[str, ...]
    cancel: tuple[str, ...]
    most: int | None
    full: bool
    form: str

    @property
    def source(self) -> str:
        """Say where the results come from."""
        if self.results is None:
            return f"drawn with seed {self.seed or 0}"
        return "from standard input" if self.results == "-" else f"from {clean(self.results)}"


def simulate_file(
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    name: str | None,
    old: str | None,
    options: SimulateOptions,
) -> int:
    """Simulate the workflows of a file; return the exit status.

    :param name: the only workflow that is meant.
    :param old: another file, with which it is compared.
    :raises click.UsageError: if the command line does not make sense.
    """
    names = [file] if old is None else [old, file]
    _only_once([*names, params, options.results])
    programs = [read([one], settings, params, "idds-2", strict) for one in names]
    compiled = _compile_each(programs, options.form)
    if isinstance(compiled, int):
        return compiled
    from ....execution.engine.idds_library import NotInstalled, library
    from ....execution.learner_results import UnusableResults

    try:
        library()
        chosen = [_select(result, name, one.files[0]) for one, result in compiled]
        plays = _prepare_plays(chosen, options)
        if plays is None:
            return 1
        if old is not None:
            return _show_differences(old, file, plays, options)
        return _show_plays(plays[0], options)
    except NotInstalled as error:
        say_error(str(error), error.help)
    except UnusableResults as error:
        say_error(str(error), error.help)
    return 1


def _only_once(names: Sequence[str | None]) -> None:
    if names.count("-") > 1:
        raise click.UsageError("standard input can be one of the files only")


# Simulation


def _compile_each(
    programs: Sequence[Programs], form: str
) -> list[tuple[Programs, Compilation]] | int:
    """Compile each of the programs by itself, or return the exit status, errors being shown."""
    found = [(one, one.compile()) for one in programs]
    if len(found) > 1:  # an input that one of them has is no error in the other
        unknown = [{d.message for d in r.diagnostics if d.rule is UNKNOWN_INPUT} for _, r in found]
        if not set.intersection(*unknown):
            shared = [replace(one, given=replace(one.given, shared=True)) for one in programs]
            found = [(one, one.compile()) for one in shared]
    for one, result in found:
        diagnostics = result.diagnostics
        if not result.ok:
            closing = f"{summarize(diagnostics, len(one.files))}; nothing is simulated"
            show_report(diagnostics, form, closing, err=True)
            return find_exit_status(diagnostics, ok=False)
        if diagnostics:
            show_report(diagnostics, form, "", err=True)
    return found


def _select(result: Compilation, name: str | None, file: str) -> list[CompiledWorkflow]:
    from ....execution.api import select

    try:
        return select(result, name, file)
    except ValueError as error:
        raise click.UsageError(clean(str(error))) from None


@dataclass(frozen=True, slots=True)
class _Part:
    """One workflow to be played, and the results that were given for it."""

    play: Play
    listed: Listed | None


def _prepare_plays(
    chosen: Sequence[Sequence[CompiledWorkflow]], options: SimulateOptions
) -> list[list[_Part]] | None:
    """Return the workflows to play of each file; ``None`` if results cannot be read, as is shown.

    :raises click.UsageError: if an option names what there is not.
    :raises UnusableResults: if results do not fit.
    """
    from ....execution.learner_results import draw_results
    from ....execution.outcomes import UnknownTask, resolve_outcomes
    from ....execution.play import Play
    from ....execution.stepping import Tasks

    known = [Tasks.of(workflow) for workflows in chosen for workflow in workflows]
    try:
        ends = resolve_outcomes(_collect_outcomes(options), known)
    except UnknownTask as error:
        said = clean(str(error))
        raise click.UsageError(f"{said}: {error.help}" if error.help else said) from None
    listed = None
    results: Results = draw_results(options.seed or 0)
    if options.results is not None:
        for workflows in chosen:
            looping = [w.name for w in workflows if Tasks.of(w).has_loop]
            if len(looping) > 1:
                several = ", ".join(looping)
                raise click.UsageError(f"whose results? choose with --workflow: {several}")
        listed = _load_results(options.results, known)
        if listed is None:
            return None
        results = listed
    return [
        [_Part(Play(workflow, results, ends), listed) for workflow in workflows]
        for workflows in chosen
    ]


def _collect_outcomes(options: SimulateOptions) -> Mapping[State, Sequence[str]]:
    from ....execution.history import State

    return {
        State.FAILED: options.fail,
        State.PARTLY: options.partly,
        State.CANCELLED: options.cancel,
    }


def _load_results(name: str, known: Sequence[Tasks]) -> Listed | None:
    """Return the results in a file; ``None`` if it cannot be read, as is shown."""
    from ....execution.learner_results import Listed, parse_results

    collector = Collector()
    source = load(name, collector)
    if source is None:
        show_report(collector.sorted([]), "text", "nothing is simulated", err=True)
        return None
    learners = [tasks.learner for tasks in known if tasks.learner]
    return Listed(parse_results(source.text, source.name), source.name, learners)


# Output


def _show_plays(parts: Sequence[_Part], options: SimulateOptions) -> int:
    """Play workflows, one after the other, and show what they submit; return the exit status."""
    if options.form == "text":
        from .narrating import narrate

        for number, part in enumerate(parts):
            if number:
                click.echo()
            narrate(part.play, options.source, options.most, options.full)
    else:
        from .listing import print_json, print_jsonl

        write = print_json if options.form == "json" else print_jsonl
        write([part.play for part in parts], options.most, options.full)
    _say_unmet(parts)
    fine = [_is_used_up(part) for part in parts]
    return 0 if all(fine) else 1


def _say_unmet(parts: Iterable[_Part]) -> None:
    for text in dict.fromkeys(text for part in parts for text in part.play.unmet):
        click.echo(f"note: '{text}' did not run, so it did not end as you say", err=True)


def _is_used_up(part: _Part) -> bool:
    """Say which results were given for nothing; return whether there are none."""
    from ....execution.history import End

    play = part.play
    if part.listed is None or not play.tasks.has_loop or play.ending.end is End.FAILURE:
        return True
    said = part.listed.left_over(play.tasks.learner, play.iteration)
    if said:
        say_error(said, f"{play.ending.verdict}; remove the rest")
    return not said


def _show_differences(
    old: str, new: str, parts: Sequence[Sequence[_Part]], options: SimulateOptions
) -> int:
    """Show what differs between the workflows of two files; return the exit status."""
    from .contrasting import show_contrast

    differs = False
    for before, after in _pair_parts(*parts):
        was, becomes = (part.play if part else None for part in (before, after))
        differs |= show_contrast(old, new, was, becomes, options.most, options.full)
    _say_unmet([*parts[0], *parts[1]])
    if not differs:
        click.echo("no difference", err=True)
    return 1 if differs else 0


def _pair_parts(
    old: Sequence[_Part], new: Sequence[_Part]
) -> Iterator[tuple[_Part | None, _Part | None]]:
    """Yield the workflows of one name, and those that one file has; the only ones, anyhow."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    before = {part.play.tasks.workflow: part for part in old}
    after = {part.play.tasks.workflow: part for part in new}
    for name in dict.fromkeys([*before, *after]):
        yield before.get(name), after.get(name)
