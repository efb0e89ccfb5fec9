"""Completion: what can be written at the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..driver.result import Analysis
from ..panda.attributes import LEARNER, TASK, canonical, option, setting_names
from ..panda.client import Option
from ..plan.learner import NOT_FOR_LEARNERS
from ..semantics.scope import CONTENTS
from ..syntax.tree import Attribute, Block, RepeatClause
from ..text.source import Reader, Span, nothing
from .cursor import Context, context
from .describe import is_hidden, option_help
from .files import sandbox_files
from .offers import Offer, VisibleNames, visible_names
from .slots import Slot, slot
from .value_context import value_context
from .values import written
from .vocabulary import ATTRIBUTES, FORMS, TYPES

Kind: TypeAlias = Literal[
    "variable",
    "constant",
    "field",
    "property",
    "keyword",
    "type",
    "value",
    "task",
    "function",
    "snippet",
]


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer.

    :param documentation: as Markdown.
    :param insert: what the text of ``span`` becomes.
    :param snippet: whether ``insert`` has LSP's ``$1`` where the author goes on.
    """

    label: str
    kind: Kind
    detail: str
    documentation: str
    insert: str
    span: Span
    snippet: bool = False


def completions(
    analysis: Analysis, offset: int, reader: Reader = nothing
) -> tuple[Completion, ...]:
    """Return what can be written at ``offset``, whatever is around it.

    :param reader: reads what is beside the source.
    """
    here = context(analysis.source.text, offset)
    found = list(_at(slot(here), here, visible_names(analysis, here, offset)))
    for name, span in sandbox_files(here, analysis.source, reader):
        found.append(Completion(name, "value", "", "", name, span))
    return tuple(found)


def _at(slot: Slot, here: Context, names: VisibleNames | None) -> Iterator[Completion]:
    for word in slot.words:
        yield Completion(word, "keyword", "", "", word, here.word)
    match slot.kind:
        case "item":
            yield from _items(here, names)
        case "type":
            for name, said in TYPES.items():
                if name != "dataset" or _may_be_dataset(here):
                    yield Completion(name, "type", "", said, name, here.word)
        case "text":
            yield from _choices(here)
        case "value":
            yield from _values(slot, here, names)
        case "member" if names is not None:
            yield from _named(names.members(slot.owner, value_context(here, False)), here)
        case "waits" if names is not None:
            taken = [piece.text for piece in here.item]
            yield from _named(names.waits(taken), here)
        case "field" if names is not None:
            for offer, kind in names.fields():
                written_as = replace(_completion(offer, here), insert=f"{offer.label}: {kind}")
                yield written_as


def _may_be_dataset(here: Context) -> bool:
    """Learners decide on values, not on datasets."""
    return here.body != "result" and not (here.item and here.item[0].text == "param")


def _completion(offer: Offer, here: Context) -> Completion:
    kind: Kind = offer.kind  # type: ignore[assignment]
    return Completion(offer.label, kind, offer.detail, offer.documentation, offer.label, here.word)


def _named(offers: Iterator[Offer], here: Context) -> Iterator[Completion]:
    for offer in offers:
        yield _completion(offer, here)


def _values(slot: Slot, here: Context, names: VisibleNames | None) -> Iterator[Completion]:
    wanted = value_context(here, slot.whole)
    if slot.whole:
        for choice in wanted.choices:
            text = written(choice)  # type: ignore[arg-type]
            yield Completion(text, "value", "", "", text, here.word)
    if names is not None:
        yield from _named(names.values(wanted), here)
    if "bool" in wanted.types and here.hole is None:
        for word in ("true", "false"):
            yield Completion(word, "value", "bool", "", word, here.word)


def _choices(here: Context) -> Iterator[Completion]:
    """Yield the values of an option, inside quotes."""
    if here.string is None or len(here.item) < 2 or here.item[1].text != "=":
        return
    inside = Span(here.string.start + 1, here.string.end)
    for choice in value_context(here, True).choices:
        if isinstance(choice, str):
            yield Completion(choice, "value", "", "", choice, inside)


# What begins an item


def _items(here: Context, names: VisibleNames | None) -> Iterator[Completion]:
    block = _block(here, names)
    for kind in CONTENTS.get(here.body, ()):
        if kind == "attribute":
            yield from _attributes(here, names, block)
        elif _fits(kind, here, block):
            form = FORMS[kind]
            yield Completion(
                kind, "keyword", form.label, form.documentation, form.snippet, here.word, True
            )


def _block(here: Context, names: VisibleNames | None) -> Block | None:
    """Return the body around the cursor, as it could be read."""
    if names is None or not here.blocks:
        return None
    opened = here.blocks[-1]
    if here.body == "workflow":
        return names.binding.block
    item = names.binding.workflow.names.meanings.get(opened.name)
    return item if isinstance(item, Block) else None


def _fits(keyword: str, here: Context, block: Block | None) -> bool:
    """Return whether another item of the kind has a meaning beside those that are there."""
    if block is None:
        return True
    if keyword == "repeat":
        return not any(isinstance(item, RepeatClause) for item in block.items)
    if keyword in ("loop", "learn"):
        return not any(isinstance(i, Block) and i.keyword == keyword for i in block.items)
    return True


def _attributes(
    here: Context, names: VisibleNames | None, block: Block | None
) -> Iterator[Completion]:
    if here.body == "workflow":
        names_of: list[str] = ["dataset"]
    else:
        names_of = _task_attributes(here.body == "learn", block)
    learner = here.body == "learn"
    items = block.items if block else ()
    # the word at the cursor may have been read as an attribute
    others = [i for i in items if isinstance(i, Attribute) and i.name.span.start != here.word.start]
    taken = {canonical(item.name.text, learner) for item in others}
    for name in names_of:
        known = canonical(name, learner)
        if known is not None and known not in taken:
            yield _attribute(name, option(known), here)


def _task_attributes(learner: bool, block: Block | None) -> list[str]:
    """Return the attributes that can be added, the common ones first."""
    written_ones = (
        {item.name.text for item in block.items if isinstance(item, Attribute)}
        if (block)
        else set[str]()
    )
    if "map" in written_ones:
        return ["dataset", "sandbox"]
    own = ["exec", "dataset", *(LEARNER if learner else ("outputs", *TASK))]
    found = list(own)
    for name in sorted(setting_names(learner)):
        known = canonical(name, learner)
        of_prun = option(known) if known else None
        if of_prun is None or name != of_prun.snake or is_hidden(of_prun):
            continue
        if known in ("exec", "outDS", "outputs") or (learner and known in NOT_FOR_LEARNERS):
            continue
        found.append(name)
    return found


def _attribute(name: str, of_prun: Option | None, here: Context) -> Completion:
    own = ATTRIBUTES.get(name)
    kind = own[0] if own else of_prun.kind if of_prun else "string"
    said = own[1] if own else option_help(name, of_prun) if of_prun else ""
    detail = kind if own or of_prun is None else f"{kind}, prun's --{of_prun.name}"
    value = {"flag": "true", "int": "$0", "list": '["$0"]'}.get(kind, '"$0"')
    if of_prun is not None and of_prun.choices:
        value = "$0"
    return Completion(name, "property", detail, said, f"{name} = {value}", here.word, True)
