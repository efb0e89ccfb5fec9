"""Tasks and learners: settings, what they wait for, and the learner's result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnostics.diagnostic import Collector
from ..diagnostics.rules import (
    DUPLICATE_NAME,
    LEARNER_OUTPUT,
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
    UNKNOWN_OPTION,
)
from ..panda.attributes import canonical, setting_names
from ..panda.synonyms import habit
from ..syntax.tree import After, Attribute, Block, Item, ReplaceClause, ResultClause
from ..text.source import Span
from ..text.suggest import nearest
from . import program
from .actuators import actuator
from .bare import reports_bare
from .declarations import Declarations
from .expr import ErrorExpr, TypedExpr, is_broken, leaves
from .expressions import known_text, literal_text
from .scope import GOES_ON
from .types import FILE_NAME, brief


def resolve_task(block: Block, loop: str, declarations: Declarations) -> program.Task | None:
    """Return the meaning of a ``task`` or ``learn``; ``None`` if its name means something else."""
    scope, name = declarations.scope, block.name.text
    items = list(scope.valid_items(block.items, block.keyword))
    learns = block.keyword == "learn"
    settings = resolve_settings(items, loop, declarations, learns)
    for written in (n for item in items if isinstance(item, After) for n in item.tasks if n.text):
        scope.mention(written.span, scope.meaning(written.text))
    after = tuple(
        program.Mention(n.text, n.span)
        for item in items
        if isinstance(item, After)
        for n in item.tasks
        if n.text and n.text not in scope.unresolvable
    )
    replacements = tuple(
        found
        for item in items
        if isinstance(item, ReplaceClause)
        for found in _replacement(item, loop, declarations)
    )
    results = tuple(_result(item, declarations) for item in items if isinstance(item, ResultClause))
    if scope.meaning(name) is not block:
        return None
    attributes = {i.name.text: i for i in reversed(items) if isinstance(i, Attribute)}
    form = actuator(settings, attributes, scope) if learns else None
    if not block.is_complete:
        for attribute in ("exec",) if learns else ("exec", "outputs"):
            settings.setdefault(attribute, make_missing(attribute, block.head))
    whole = (
        block.is_complete
        and name not in scope.unresolvable
        and all(isinstance(scope.meaning(m.name), Block) for m in after)
        and not any(is_broken(setting.term) for setting in settings.values())
    )
    terms = [*(s.term for s in settings.values()), *(r.new for r in replacements)]
    return program.Task(
        name,
        block.name.span,
        block.head,
        learns,
        loop,
        settings,
        after,
        results,
        replacements,
        whole,
        tuple(leaf for term in terms for leaf in leaves(term)),
        literal_text(settings["exec"].term) if "exec" in settings else "",
        form,
    )


def resolve_settings(
    items: Iterable[Item], loop: str, declarations: Declarations, learns: bool = False
) -> dict[str, program.Setting]:
    """Return what the attributes among ``items`` set, by canonical name.

    ``dataset``, ``out_ds`` and ``outDS`` are one attribute from here on.  What is no attribute
    keeps its name as written; a check reports it.
    """
    settings: dict[str, program.Setting] = {}
    for attribute in items:
        if not isinstance(attribute, Attribute):
            continue
        name = attribute.name.text
        meant = None if canonical(name, learns) else habit(name)
        if meant is not None:
            term = _keep_unreported(attribute, loop, declarations)
        elif name != "sandbox" and reports_bare(attribute, learns, declarations.scope):
            term = ErrorExpr(attribute.value.span)
        elif name == "sandbox":
            term = declarations.expressions.sandbox(attribute.value, loop)
        else:
            term = declarations.expressions.resolve(attribute.value, loop)
        key = canonical(name, learns) or name
        first = settings.get(key)
        if first is not None and first.name == name:
            declarations.scope.report(
                DUPLICATE_NAME,
                attribute.name.span,
                f"'{name}' is set twice",
                "",
                (first.name_span, "first set here"),
            )
        elif first is not None:
            declarations.scope.report(
                UNKNOWN_OPTION,
                attribute.name.span,
                f"'{name}' repeats '{first.name}'",
                f"keep one; both are prun's --{key}",
                (first.name_span, "first set here"),
            )
        elif name:
            settings[key] = program.Setting(name, attribute.name.span, term)
    for key, setting in list(settings.items()):
        _stand_in(settings, key, setting, learns)
    return settings


def _keep_unreported(attribute: Attribute, loop: str, declarations: Declarations) -> TypedExpr:
    """Return the value of an attribute whose name is reported: that is all there is to say."""
    scope = declarations.scope
    collector, scope.collector = scope.collector, Collector()
    try:
        return declarations.expressions.resolve(attribute.value, loop)
    finally:
        scope.collector = collector


def _stand_in(
    settings: dict[str, program.Setting], key: str, setting: program.Setting, learns: bool
) -> None:
    """Put an attribute that is misspelt in the place of the one that is meant.

    A check reports it.  Without this, it would be reported as missing, too.
    """
    if canonical(key, learns) is not None:
        return
    meant = habit(key)
    near = None if meant else nearest(key, setting_names(learns))
    name = meant.option if meant else canonical(near, learns) if near else None
    if name in ("exec", "outDS", "outputs") and name not in settings:
        settings[name] = program.Setting(setting.name, setting.name_span, setting.term)


def _replacement(
    item: ReplaceClause, loop: str, declarations: Declarations
) -> Iterator[program.MapChange]:
    """Yield the meaning of ``replace``; nothing if a part of it was reported."""
    old = declarations.expressions.resolve(item.old, "")
    new = declarations.expressions.resolve(item.new, loop)
    text = known_text(old)
    if text is None:
        if not is_broken(old):
            declarations.scope.report(
                RUN_TIME_VALUE, item.old.span, "the text to replace must be known before submission"
            )
    elif not text.strip():
        declarations.scope.report(TYPE_MISMATCH, item.old.span, "the text to replace is empty")
    else:
        times = int(item.times.value) if item.times else 1
        yield program.MapChange(text, item.old.span, new, times)


def _result(item: ResultClause, declarations: Declarations) -> program.ResultFile:
    fields: dict[str, program.ResultField] = {}
    for field in item.fields:
        name = field.name.text
        if name in fields:
            declarations.scope.report(
                DUPLICATE_NAME,
                field.name.span,
                f"the result declares '{name}' twice",
                "",
                (fields[name].name_span, "first here"),
            )
        elif name == GOES_ON:
            declarations.scope.report(
                DUPLICATE_NAME,
                field.name.span,
                f"'{GOES_ON}' is reserved: it says whether the loop goes on",
                "give the field another name and use it in 'repeat while'",
            )
        elif name:
            fields[name] = program.ResultField(
                name, field.name.span, declarations.types.named(field.type)
            )
    term = declarations.expressions.resolve(item.file, "")
    file = known_text(term)
    if file is None and not is_broken(term):
        declarations.scope.report(
            RUN_TIME_VALUE,
            item.file.span,
            "the name of the result file must be known before submission",
        )
    elif file is not None and not FILE_NAME.match(file):
        # a folder, a pattern or a list: prun would refuse it, or make several outputs of it
        declarations.scope.report(
            LEARNER_OUTPUT,
            item.file.span,
            f"{brief(file)} is not a file name",
            "use letters, digits and . - _, without a folder",
        )
        file = None
    whole = item.is_complete and file is not None
    return program.ResultFile(file or "", item.file.span, tuple(fields.values()), item.span, whole)


def make_missing(name: str, span: Span) -> program.Setting:
    """Return a stand-in for an attribute that may have been lost with what could not be read."""
    return program.Setting(name, span, ErrorExpr(span))
