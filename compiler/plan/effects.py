"""Whether prun does what each option of a task asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..panda.effects import INPUT, Effect, effect
from ..rules import DROPPED, NO_EFFECT
from ..semantics.program import Setting, Task
from ..semantics.terms import Items, Known
from ..settings import option
from .desk import Desk
from .splitting import number_of_jobs

#: Priorities that PanDA leaves as they are (pandajedi/jedirefine/AtlasAnalTaskRefiner.py:101).
_PRIORITIES = range(900, 1101)


def options_take_effect(
    desk: Desk,
    task: Task,
    settings: Mapping[str, Setting],
    options: tuple[tuple[str, str | None], ...],
    made: Mapping[str, Any],
    files: int | None,
    said: Collection[str],
) -> bool:
    """Whether prun takes every option of ``task`` as it is written; warns of idle ones.

    :param settings: by prun's own names.
    :param options: what prun was given.
    :param made: the map.
    :param files: how many files its input holds, if that is known.
    :param said: the options that prun itself has said something about.
    """
    check = _Check(desk, task, made, files)
    names = {name for name, _ in options}
    reads = "dsForIN" in made
    return all(
        [
            check.off(setting)
            if name not in names
            else check.option(name, setting, effect(name, options, reads), name in said)
            for name, setting in settings.items()
            if name in names or _is_off(name, setting)
        ]
    )


def _is_off(name: str, setting: Setting) -> bool:
    """Whether a setting turns off a flag that prun has always on."""
    found = option(name)
    term = setting.term
    return found is not None and found.is_on and isinstance(term, Known) and term.value is False


class _Check:
    def __init__(
        self, desk: Desk, task: Task, made: Mapping[str, Any], files: int | None
    ) -> None:
        self._desk = desk
        self._task = task
        self._made = made
        self._files = files

    def off(self, setting: Setting) -> bool:
        """Report a flag that cannot be turned off."""
        self._desk.report(
            DROPPED,
            setting.term.span,
            f"prun cannot turn '{setting.name}' off: it has no option for that",
            "leave it out",
        )
        return False

    def option(self, name: str, setting: Setting, found: Effect, is_said: bool) -> bool:
        """Whether the value of an option arrives."""
        number = setting.term.value if isinstance(setting.term, Known) else None
        if isinstance(number, bool) or not isinstance(number, int):
            number = None
        if found.kind == "lost":
            return self._wrong(
                setting,
                f"prun does not put the number of '{setting.name}' into the task: it would tell "
                "PanDA beside it, and iDDS does not",
                "leave it out",
            )
        if found.kind == "dropped" and not is_said:
            return self._wrong(
                setting,
                f"prun drops '{setting.name} = {number}' of '{self._task.name}' without a word",
                _in_range(found),
            )
        if number is not None and number < 0:
            return self._wrong(
                setting,
                f"'{setting.name}' of '{self._task.name}' cannot be negative",
                "leave it out for prun's default",
            )
        if name == "priority" and number is not None and number not in _PRIORITIES:
            return self._wrong(
                setting,
                f"PanDA makes a priority of 1000 of '{setting.name} = {number}'",
                f"it takes numbers from {_PRIORITIES[0]} to {_PRIORITIES[-1]}",
            )
        if number is not None and name in ("nJobs", "split") and not self._jobs(setting, number):
            return False
        if found.kind == "idle" and not is_said:
            self._idle(setting, found)
        return True

    def _wrong(self, setting: Setting, message: str, help: str) -> bool:
        self._desk.report(DROPPED, setting.term.span, message, help)
        return False

    def _jobs(self, setting: Setting, wanted: int) -> bool:
        """Whether the task has as many jobs as asked for (pandaclient/CommonArgs.py,
        ``set_n_files_from_n_jobs`` and ``set_events_task_params``, which divide).
        """
        jobs = number_of_jobs(self._made, self._files)
        if jobs is None or jobs == wanted:
            return True
        made = self._made
        what = "events" if made.get("noInput") else "files"
        each = made.get("nEventsPerJob") if made.get("noInput") else made.get("nFilesPerJob")
        return self._wrong(
            setting,
            f"'{self._task.name}' would be {jobs} jobs of {each} {what}, not {wanted}",
            f"prun divides and leaves out the rest: say how many {what} a job gets, "
            f"n_{what}_per_job, instead of the number of jobs",
        )

    def _idle(self, setting: Setting, found: Effect) -> None:
        beside = [name for name in map(self._shown, found.beside) if name]
        names = " or ".join(beside)
        if found.instead and found.instead != INPUT:
            message = f"because of '{self._shown(found.instead)}' prun leaves '{setting.name}' out"
            help = "leave one of them out"
        elif found.instead:
            message = f"'{setting.name}' has no effect on a task that reads a dataset"
            help = f"leave it out, or say {names}" if names else "leave it out"
        elif INPUT in found.beside:
            message = (
                f"'{setting.name}' has no effect: '{self._task.name}' reads no dataset"
            )
            help = "leave it out, or name the dataset: in_ds"
        else:
            message = f"'{setting.name}' has no effect: prun makes the same task without it"
            help = (
                f"leave it out; it means something beside {names}"
                if names
                else "leave it out; such options are for prun itself, the machine where it is "
                "called, or for other options that are not here"
            )
        span = setting.name_span
        if isinstance(setting.term, Items) and not setting.term.items:
            return
        self._desk.report(NO_EFFECT, span, message, help)

    def _shown(self, name: str) -> str:
        for written, setting in self._task.settings.items():
            if written == name or setting.name == name:
                return setting.name
        found = option(name)
        return found.snake if found else name


def _in_range(found: Effect) -> str:
    if found.range is None:
        return "leave it out, or give a number from 1"
    low, high = found.range.low, found.range.high
    return f"leave it out, or give a number from {low}" + (f" to {high}" if high else "")
