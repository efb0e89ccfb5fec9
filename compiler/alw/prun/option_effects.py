"""Options that prun does not take as they are written, or that have no effect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rule import rule
from ..panda.attributes import option
from ..panda.effects import INPUT, Effect, effect
from ..semantics.expr import Known
from ..semantics.program import Setting, Task
from .options import prun_settings
from .plan_context import PlanContext

DROPPED_VALUE = rule(
    426,
    "dropped-value",
    "error",
    "prun would ignore or change this value.",
    """
prun would silently ignore this value or change it: zero jobs become one, 60 attempts become the
server's default, 30 jobs for 100 events become 34. It also covers flags that cannot be turned
off. Choose a value that prun keeps, or remove the option.

## Why

prun leaves out a number that it cannot use, and the job runs with the default. The compiler
finds this by running prun with the value, with other values, and without the option.

- panda-client 2.2.0, `pandaclient/PrunScript.py:994`: `options.maxAttempt <= 50`
- panda-client 2.2.0, `pandaclient/CommonArgs.py:951`: `options.nJobs if options.nJobs > 0 else 1`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" max_attempt = 60 }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" max_attempt = 50 }
}
```
""",
)

NO_EFFECT = rule(
    615,
    "no-effect",
    "warning",
    "The option has no effect.",
    """
prun makes the same task with and without the option, so you can remove it. It may need an input
dataset or another option that is missing, another option may override it, or it may be about
prun itself or its machine, such as `verbose` or `tmp_dir`.

## Why

prun reads an option only where it needs it, and does not complain otherwise.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1188`: `if options.match != "":`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.root" match = "*.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate %IN out.root" in_ds = "mc23.evgen" match = "*.root" }
}
```
""",
)

#: Priorities that PanDA leaves as they are (pandajedi/jedirefine/AtlasAnalTaskRefiner.py:105).
_PRIORITIES = range(900, 1101)


def check_option_effects(
    context: PlanContext,
    task: Task,
    options: tuple[tuple[str, str | None], ...],
    made: Mapping[str, Any],
    said: Collection[str],
) -> Failed | None:
    """Report an option that prun does not take as it is written; warn of idle ones.

    :param options: what prun was given.
    :param made: the map.
    :param said: the options that prun itself has said something about.
    """
    check = _EffectCheck(context, task, made)
    idle: list[tuple[str, Setting, Effect]] = []
    names = {name for name, _ in options}
    failed: Failed | None = None
    for found, setting in prun_settings(task):
        if found.name in names:
            result = effect(found.name, options, "dsForIN" in made)
            failed = check.option(found.name, setting, result, found.name in said) or failed
            if found.name not in said:
                idle.append((found.name, setting, result))
        elif found.is_on and isinstance(setting.term, Known) and setting.term.value is False:
            failed = context.fail(
                DROPPED_VALUE,
                setting.term.span,
                f"prun cannot turn '{setting.name}' off: there is no option for that",
                "remove it",
            )
    if failed is None and not context.collector.has_errors:
        for name, setting, result in idle:
            check.warn(name, setting, result)
    return failed


class _EffectCheck:
    def __init__(self, context: PlanContext, task: Task, made: Mapping[str, Any]) -> None:
        self._context = context
        self._task = task
        self._made = made

    def option(self, name: str, setting: Setting, found: Effect, is_said: bool) -> Failed | None:
        """Report a value that does not arrive."""
        number = setting.term.value if isinstance(setting.term, Known) else None
        if isinstance(number, bool) or not isinstance(number, int):
            number = None
        if found.kind == "dropped" and not is_said:
            return self._wrong(
                setting,
                f"prun drops '{setting.name} = {number}' of '{self._task.name}' silently",
                _in_range(found),
            )
        if number is not None and number < 0 and name != "priority":
            return self._wrong(
                setting,
                f"'{setting.name}' of '{self._task.name}' cannot be negative",
                "remove it to get prun's default",
            )
        if found.kind != "idle" and number is not None and name in ("nJobs", "split"):
            return self._other_jobs(setting, number)
        return None

    def _wrong(self, setting: Setting, message: str, help: str) -> Failed:
        return self._context.fail(DROPPED_VALUE, setting.term.span, message, help)

    def _other_jobs(self, setting: Setting, wanted: int) -> Failed | None:
        """Report that a task has another number of jobs (pandaclient/CommonArgs.py,
        ``set_n_files_from_n_jobs`` and ``set_events_task_params``, which divide).
        """
        made = self._made
        what, unit = ("events", "Events") if made.get("noInput") else ("files", "Files")
        count, each = made.get(f"n{unit}"), made.get(f"n{unit}PerJob")
        if not count or not each:
            return None
        jobs = -(-count // each)
        if jobs == wanted:
            return None
        return self._wrong(
            setting,
            f"'{self._task.name}' would be {jobs} jobs of {each} {what}, not {wanted}",
            f"prun divides and drops the remainder: set n_{what}_per_job instead of the number "
            "of jobs",
        )

    def warn(self, name: str, setting: Setting, found: Effect) -> None:
        """Warn of an option that changes nothing, or of a number that nobody reads."""
        number = setting.term.value if isinstance(setting.term, Known) else None
        if found.kind == "lost":
            message = (
                f"the number of '{setting.name}' has no effect: prun sends it to PanDA "
                "separately from the task"
            )
            help = "remove it: what a task reads, and 'after', determine what it waits for"
        elif name == "priority" and isinstance(number, int) and number not in _PRIORITIES:
            message = f"PanDA replaces '{setting.name} = {number}' by priority 1000"
            help = f"it takes numbers from {_PRIORITIES[0]} to {_PRIORITIES[-1]}"
        elif found.kind == "idle":
            message, help = self._idle(setting, found)
        else:
            return
        self._context.report(NO_EFFECT, setting.name_span, message, help)

    def _idle(self, setting: Setting, found: Effect) -> tuple[str, str]:
        """Say why an option changes nothing, and what to do."""
        beside = [name for name in map(self._shown, found.beside) if name]
        names = " or ".join(beside)
        if found.instead and found.instead != INPUT:
            message = f"prun ignores '{setting.name}' because of '{self._shown(found.instead)}'"
            help = "remove one of them"
        elif found.instead:
            message = f"'{setting.name}' has no effect on a task that reads a dataset"
            help = f"remove it; it has an effect only with {names}" if names else "remove it"
        elif INPUT in found.beside:
            message = f"'{setting.name}' has no effect: '{self._task.name}' reads no dataset"
            help = "remove it, or name the dataset: in_ds"
        else:
            message = f"'{setting.name}' has no effect: prun makes the same task without it"
            help = (
                f"remove it; it has an effect only with {names}"
                if names
                else "remove it; such options are for prun itself, the machine where it is "
                "called, or for other options that are not here"
            )
        return message, help

    def _shown(self, name: str) -> str:
        if name in self._task.settings:
            return self._task.settings[name].name
        found = option(name)
        return found.snake if found else name


def _in_range(found: Effect) -> str:
    if found.range is None:
        return "remove it, or give a number from 1"
    low, high = found.range.low, found.range.high
    return f"remove it, or give a number from {low}" + (f" to {high}" if high else "")
