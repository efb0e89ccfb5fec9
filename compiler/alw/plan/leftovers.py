"""Files of a sandbox that lie where a task is to write: left over from a run on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import BLOCKED_RESULT, LEFTOVER
from ..prun.plan_context import PlanContext
from ..sandbox.archive import Archive
from ..sandbox.ignore import IGNORE_FILE
from ..semantics.expr import items_of
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..text.source import Span

_HELP = f"leave it out of the sandbox: list it in '{IGNORE_FILE}' there"


def report_leftovers(
    context: PlanContext, task: Task, archive: Archive, is_checked: bool
) -> Failed | None:
    """Report what the sandbox of ``task`` holds in the place of its outputs.

    :param is_checked: whether the task's command removes it, and looks at what it writes.
    """
    setting = task.settings["sandbox"]
    paths = [member.path for member in archive.members]
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    result, span = task.result, setting.term.span
    if task.learns and result is not None:
        label = (result.file_span, "the result")
        for name in (result.file, *context.capabilities.learner_files):
            if name in tops:
                return context.fail(
                    BLOCKED_RESULT,
                    span,
                    f"the sandbox of '{task.name}' contains a folder '{name}', where the result "
                    "will be written",
                    _HELP,
                    label,
                )
        if result.file in paths and not is_checked:
            return context.fail(
                BLOCKED_RESULT,
                span,
                f"the sandbox of '{task.name}' contains its result '{result.file}': if the command "
                f"writes none, {context.capabilities.title} reads this one",
                _HELP,
                label,
            )
        if result.file in paths:
            context.report(
                LEFTOVER,
                span,
                f"the sandbox of '{task.name}' contains its result '{result.file}': it is removed "
                "before the command starts",
                _HELP,
                label,
            )
        return None
    for name, where in _outputs(task):
        old = next((path for path in paths if fnmatchcase(path, name)), None)
        if old is not None:
            context.report(
                LEFTOVER,
                span,
                f"the sandbox of '{task.name}' contains its output '{old}': a job that writes none "
                "would return this one",
                _HELP,
                (where, "an output"),
            )
    return None


def _outputs(task: Task) -> Iterator[tuple[str, Span]]:
    setting = task.settings.get("outputs")
    if setting is not None:
        for term in items_of(setting.term):
            for name in (known_text(term) or "").split(","):
                yield name.strip(), term.span
