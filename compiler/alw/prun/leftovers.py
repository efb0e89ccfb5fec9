"""Files of a sandbox that lie where a task is to write: left over from a run on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rule import rule
from ..sandbox.archive import Archive
from ..sandbox.ignore import IGNORE_FILE
from ..semantics.expr import items_of
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..text.source import Span
from .plan_context import PlanContext

BLOCKED_RESULT = rule(
    321,
    "blocked-result",
    "error",
    "Something has the name of the result file.",
    """
In the sandbox, a folder has the name of the learner's result file; or, for a learner that iDDS
runs unchanged, a file has it. List it in `.alwignore` in the sandbox folder, remove it from the
sandbox, or give the result another name.

## Why

The files of the sandbox are there before the command starts. A file with the name of the result
is then removed; a folder is not, and the job fails. An actuator runs unchanged, so nothing is
removed: iDDS 0.2.1 would read the old file in every iteration.

- iDDS 0.2.1, `idds/atlas/workflow/atlasactuatorwork.py:97`: `def generate_new_task(self):`

## Wrong

```console
$ mkdir detector/next.json && touch detector/next.json/old
$ echo __pycache__ > detector/.alwignore
$ alw check --strict detector.alw
```

## Right

```console
$ mkdir detector/next.json && touch detector/next.json/old
$ echo next.json > detector/.alwignore
$ alw check --strict detector.alw
```
""",
)

LEFTOVER = rule(
    620,
    "leftover",
    "warning",
    "The sandbox holds a file that the task writes.",
    """
The sandbox contains a file that the task writes, probably left over from a run on this machine.
List it in `.alwignore` in the folder, or remove it.

## Why

The sandbox is unpacked before the command starts. If the command writes no output, the old file
is sent on, and nobody can tell it from a new one. For a learner, the old result is removed
before the command starts, so the command cannot read it either.

- panda-client 2.2.0, `pandaclient/PrunScript.py:662`: `skippedExt = [".o", ".a", ".so"]`

## Wrong

```console
$ echo '{"gain": 1.0}' > detector/next.json
$ echo __pycache__ > detector/.alwignore
$ alw check --strict detector.alw
```

## Right

```console
$ echo '{"gain": 1.0}' > detector/next.json
$ echo next.json > detector/.alwignore
$ alw check --strict detector.alw
```
""",
)

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
