"""Attributes are those of the language, or options of prun."""

from __future__ import annotations

import re

from ...diagnostics.diagnostic import Edit, Fix, suggest_rename
from ...diagnostics.rules import (
    UNKNOWN_OPTION,
)
from ...panda.attributes import canonical, setting_names, spell
from ...panda.synonyms import WAITS, habit
from ...semantics.expr import Items, Template
from ...semantics.program import Setting, Task, fact
from ...semantics.types import BOOL, INT, STRING
from ...text.source import Span
from ...text.suggest import suggest
from ..context import CheckContext
from ..registry import reports

#: The most names with a hint, for which a name is compared with every other.
_HINTS = 100


@reports(UNKNOWN_OPTION)
def report_unknown_options(context: CheckContext) -> None:
    """Report attributes that neither the language nor prun has."""
    workflow = context.workflow
    for name, setting in workflow.settings.items():
        if name != "outDS":
            written = setting.name
            near = suggest(written, ["dataset"], "a workflow has one attribute: dataset")
            context.report(
                UNKNOWN_OPTION,
                setting.name_span,
                f"a workflow has no attribute '{written}'",
                near.help,
                fix=suggest_rename(setting.name_span, written, near.name),
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

    :param compare: true to look for a name that is spelt alike.
    """
    written, span = setting.name, setting.name_span
    known = {name: spell(name) for name in setting_names(task.learns)}
    meant = habit(written)
    if meant is None:
        if not compare:
            return "", None
        near = suggest(written, known)
        name = known[near.name] if near.name else None
        return f"did you mean '{name}'?" if name else "", suggest_rename(span, written, name)
    if meant.how == WAITS:
        return _spell_after(context, setting)
    if meant.option in task.settings and task.settings[meant.option].name != written:
        return meant.how, None
    kind = setting.term.type
    if meant.kind and (
        meant.kind == {STRING: "string", INT: "int", BOOL: "flag"}.get(kind)
        or (meant.kind == "string" and isinstance(setting.term, Template | Items))
    ):
        name = spell(meant.option)
        return meant.how, Fix(f"change to '{name}'", (Edit(span, name),))
    return meant.how, None


def _spell_after(context: CheckContext, setting: Setting) -> tuple[str, Fix | None]:
    """Return how ``depends_on = [a, b]`` is written: ``after a, b``."""
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
    """True if every attribute is one of the language or an option."""
    return all(canonical(name, task.learns) is not None for name in task.settings)
