"""Tasks: what they mention exists, and what they set is an option."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..diagnostics.diagnostic import Edit, Fix, renaming
from ..diagnostics.rules import (
    DEPENDENCY_CYCLE,
    NO_COMMAND,
    NO_SUCH_OUTPUT,
    NO_WORKFLOW,
    REPLACEMENT,
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
    UNBOUND_NAME,
    UNKNOWN_OPTION,
)
from ..panda.attributes import canonical, setting_names, spelled
from ..panda.synonyms import WAITS, habit
from ..semantics.expr import ErrorExpr, Items, OutputOf, ParamValue, Template, leaves
from ..semantics.expressions import known_text
from ..semantics.program import Setting, Task, fact
from ..semantics.types import BOOL, INT, STRING, same
from ..text.source import Span
from ..text.suggest import suggestion
from .context import CheckContext

#: How many names get a hint, which compares a name with every other.
_HINTS = 100


def has_tasks(context: CheckContext) -> None:
    """A workflow has a task; iDDS fails on an empty one (idds/workflowv2/workflow.py,
    ``first_initialize``).
    """
    workflow = context.workflow
    if not (workflow.tasks or workflow.loops or context.collector.has_errors):
        context.report(
            NO_WORKFLOW,
            workflow.head,
            f"workflow '{workflow.name}' has no task",
            "write: task NAME { exec = … }",
        )


def mentions_exist(context: CheckContext) -> None:
    """``after`` names tasks, or the loop from outside it."""
    workflow = context.workflow
    loops = {loop.name for loop in workflow.loops}
    hints = _HINTS
    for task in workflow.tasks.values():
        for mention in task.after:
            if mention.name in workflow.tasks or mention.name in loops - {task.loop}:
                continue
            if mention.name == task.loop:
                message = (
                    f"'{task.name}' is in loop '{mention.name}' and cannot wait for the loop to end"
                )
                help = (
                    "a task of the body runs in every iteration; move it out of the loop, or wait "
                )
                help += "for a task of the loop"
                context.report(DEPENDENCY_CYCLE, mention.span, message, help)
                continue
            hints -= 1
            known = {*workflow.tasks, *loops} - {task.name} if hints > 0 else ()
            near = suggestion(mention.name, known)
            context.report(
                UNBOUND_NAME,
                mention.span,
                f"no task is called '{mention.name}'",
                near.help,
                fix=renaming(mention.span, mention.name, near.name),
            )


def outputs_exist(context: CheckContext) -> None:
    """``task.outputs[N]`` is one of the files the task declares."""
    tasks = context.workflow.tasks
    for task in tasks.values():
        for leaf in _outputs_used(task):
            owner = tasks.get(leaf.task)
            count = _outputs(owner) if owner is not None else None
            if owner is None or count is None or 0 <= leaf.index < count:
                continue
            context.report(
                NO_SUCH_OUTPUT,
                leaf.span,
                f"'{leaf.task}' has no output {leaf.index}",
                "outputs are numbered from 0; it has " + (f"{count}" if count else "none"),
                (owner.head, "the task"),
            )


@fact
def _outputs_used(task: Task) -> tuple[OutputOf, ...]:
    return tuple(leaf for leaf in task.leaves if isinstance(leaf, OutputOf))


@fact
def _outputs(task: Task) -> int | None:
    if task.result is not None:
        return 1
    return None if "map" in task.settings else output_count(task.settings)


def output_count(settings: Mapping[str, Setting]) -> int | None:
    """How many outputs the settings of a task declare; ``None`` if that is not known."""
    if "outputs" not in settings:
        return 0
    term = settings["outputs"].term
    if isinstance(term, Items):
        return sum(_count(known_text(item)) or 1 for item in term.items)
    return _count(known_text(term))


def _count(names: str | None) -> int | None:
    """How many names prun reads: there may be commas between them."""
    return None if names is None else sum(1 for name in names.split(",") if name.strip())


def has_command(context: CheckContext) -> None:
    """A task has a command, and it is a string."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None and "map" in task.settings and not task.learns:
            continue
        if setting is None:
            context.report(
                NO_COMMAND,
                task.head,
                f"'{task.name}' has no command",
                'add: exec = "command arguments …"',
            )
        elif not same(setting.term.type, STRING) and not isinstance(setting.term, ErrorExpr):
            context.report(
                TYPE_MISMATCH,
                setting.term.span,
                f"a command is a string, not {setting.term.type}",
                'write the whole command in one string: exec = "command arguments …"',
            )


def replacements_have_a_map(context: CheckContext) -> None:
    """``replace`` changes the stored map of its task."""
    for task in context.workflow.tasks.values():
        for replacement in task.replacements if "map" not in task.settings else ():
            context.report(
                REPLACEMENT,
                replacement.old_span,
                f"'{task.name}' has no stored map: there is nothing to replace",
                'add: map = "FILE.json"',
            )


def options_exist(context: CheckContext) -> None:
    """Attributes are the language's own or options of prun."""
    workflow = context.workflow
    for name, setting in workflow.settings.items():
        if name != "outDS":
            written = setting.name
            near = suggestion(written, ["dataset"], "a workflow has one attribute: dataset")
            context.report(
                UNKNOWN_OPTION,
                setting.name_span,
                f"a workflow has no attribute '{written}'",
                near.help,
                fix=renaming(setting.name_span, written, near.name),
            )
    hints = _HINTS
    for task in workflow.tasks.values():
        if _sets_options(task):
            continue
        for name, setting in task.settings.items():
            if canonical(name, task.learns) is None:
                hints -= 1
                help, fix = _meant(context, task, setting, hints > 0)
                context.report(
                    UNKNOWN_OPTION,
                    setting.name_span,
                    f"'{name}' is neither an attribute of a task nor an option of prun",
                    help,
                    fix=fix,
                )


#: The value of an attribute that names tasks: ``a``, ``"a"``, ``[a, b]``, ``"a, b"``.
_TASKS = re.compile(r"""[\["\s]*\w+(?:["\s]*,["\s]*\w+)*[,\]"\s]*\Z""")


def _meant(
    context: CheckContext, task: Task, setting: Setting, compare: bool
) -> tuple[str, Fix | None]:
    """Return what to write instead of an attribute that does not exist, and the change.

    :param compare: whether to look for a name that is spelt alike.
    """
    written, span = setting.name, setting.name_span
    known = {name: spelled(name) for name in setting_names(task.learns)}
    meant = habit(written)
    if meant is None:
        if not compare:
            return "", None
        near = suggestion(written, known)
        name = known[near.name] if near.name else None
        return f"did you mean '{name}'?" if name else "", renaming(span, written, name)
    if meant.how == WAITS:
        return _waiting(context, setting)
    if meant.option in task.settings and task.settings[meant.option].name != written:
        return meant.how, None
    kind = setting.term.type
    if meant.kind and (
        meant.kind == {STRING: "string", INT: "int", BOOL: "flag"}.get(kind)
        or (meant.kind == "string" and isinstance(setting.term, Template | Items))
    ):
        name = spelled(meant.option)
        return meant.how, Fix(f"change to '{name}'", (Edit(span, name),))
    return meant.how, None


def _waiting(context: CheckContext, setting: Setting) -> tuple[str, Fix | None]:
    """``depends_on = [a, b]`` is written ``after a, b``."""
    source, value = context.workflow.source, setting.term.span
    text = source.text[value.start : value.end]
    names = re.findall(r"\w+", text)
    if not _TASKS.match(text) or not all(name in context.workflow.tasks for name in names):
        return WAITS, None
    wanted = "after " + ", ".join(names)
    whole = Span(setting.name_span.start, value.end)
    return f"write: {wanted}", Fix(f"write '{wanted}'", (Edit(whole, wanted),))


@fact
def _sets_options(task: Task) -> bool:
    """Whether every attribute is one of the language or an option."""
    return all(canonical(name, task.learns) is not None for name in task.settings)


def outputs_are_known(context: CheckContext) -> None:
    """The name of an output is part of its dataset's name."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("outputs")
        for leaf in leaves(setting.term) if setting else ():
            if isinstance(leaf, ParamValue):
                context.report(
                    RUN_TIME_VALUE,
                    leaf.span,
                    f"the name of an output cannot depend on parameter '{leaf.name}': it is part "
                    "of the name of a dataset, which PanDA must know before",
                    "write one name for all iterations; each has datasets of its own",
                )


def datasets_are_known(context: CheckContext) -> None:
    """Dataset names depend on inputs and on ``iteration``, not on what a learner says."""
    workflow = context.workflow
    for settings in (workflow.settings, *(task.settings for task in workflow.tasks.values())):
        setting = settings.get("outDS")
        if setting is None:
            continue
        for leaf in leaves(setting.term):
            if isinstance(leaf, ParamValue | OutputOf):
                context.report(
                    RUN_TIME_VALUE,
                    leaf.span,
                    "a dataset name cannot depend on a value known only at run time",
                    "use inputs and {iteration}",
                )
        if not same(setting.term.type, STRING) and not isinstance(setting.term, ErrorExpr):
            context.report(
                TYPE_MISMATCH,
                setting.term.span,
                f"a dataset name is a string, not {setting.term.type}",
            )
