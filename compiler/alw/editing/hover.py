"""Hover text: the type, value and definition of a symbol, and what it compiles to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..driver.result import Analysis
from ..panda.attributes import canonical, option
from ..semantics.scope import BUILT_IN
from ..syntax.lexer import KEYWORDS, WORDS, Token, tokenize
from ..syntax.tree import Attribute, Block, Index, Member, Name, Number, Ref, TypeName
from ..text.source import Span
from .bindings import Binding, binding_at
from .cursor import context
from .describe import describe_compiled as compiled_task
from .describe import describe_item, option_help, output, plan_of
from .lastrun import Runs, no_runs
from .locate import Node, path
from .values import code, fence
from .vocabulary import ATTRIBUTES, FORMS, ITERATION, MEMBERS, TYPES


@dataclass(frozen=True, slots=True)
class Hover:
    """A Markdown text about ``span``."""

    span: Span
    markdown: str


def hover(analysis: Analysis, offset: int, runs: Runs = no_runs) -> Hover | None:
    """Return the hover text for the symbol at ``offset``."""
    binding = binding_at(analysis, offset)
    if binding is not None:
        name = binding.name_at(offset)
        meant = binding.defined.get(binding.definition(name)) if name else None
        if name is not None and meant is not None:
            return Hover(name, describe_item(analysis, binding, meant, runs))
    around = path(analysis.file, offset)
    found = _of_node(analysis, binding, around)
    return found or _of_keyword(analysis, offset)


def _of_node(analysis: Analysis, binding: Binding | None, around: Sequence[Node]) -> Hover | None:
    node, outer = around[-1], around[-2] if len(around) > 1 else None
    match node:
        case Name() if isinstance(outer, Attribute) and node is outer.name:
            block = next((n for n in reversed(around) if isinstance(n, Block)), None)
            said = _attribute(analysis, binding, outer.name.text, block)
            return Hover(node.span, said) if said else None
        case TypeName() if node.name in TYPES:
            return Hover(node.span, f"{fence(node.name, 'alw')}\n\n{TYPES[node.name]}")
        case Ref() if node.name in BUILT_IN:
            return Hover(node.span, f"{fence(node.name, 'alw')}\n\n{ITERATION}")
        case Member() if node.name in MEMBERS:
            return Hover(node.name_span, _member(analysis, binding, node, outer))
        case Number() if isinstance(outer, Index) and isinstance(outer.object, Member):
            return Hover(outer.span, _member(analysis, binding, outer.object, outer))
    return None


def _attribute(
    analysis: Analysis, binding: Binding | None, name: str, block: Block | None
) -> str | None:
    learner = block is not None and block.keyword == "learn"
    known = canonical(name, learner)
    if known is None:
        return None
    said: list[str] = []
    own = ATTRIBUTES.get(name)
    if own is not None:
        said += [fence(f"{name} = {_shown(own[0])}", "alw"), own[1]]
    found = option(known)
    if found is not None:
        if own is None:
            said.append(fence(f"{name} = {_shown(found.kind)}", "alw"))
        said.append(option_help(name, found))
    if known in ("exec", "map", "arguments", "executable") and binding and block:
        plan = plan_of(analysis, binding).tasks.get(block.name.text)
        if plan is not None:
            said += compiled_task(plan, binding.workflow.loops)
    return "\n\n".join(said)


def _shown(kind: str) -> str:
    """A value of an option's kind, as the language writes it."""
    return {"flag": "true", "int": "N", "list": '["…"]'}.get(kind, '"…"')


def _member(analysis: Analysis, binding: Binding | None, node: Member, outer: Node | None) -> str:
    span = outer.span if isinstance(outer, Index) else node.span
    said = [fence(analysis.source.text[span.start : span.end], "alw")]
    said.append(MEMBERS[node.name])
    if (
        binding is not None
        and isinstance(outer, Index)
        and isinstance(outer.index, Number)
        and isinstance(node.object, Ref)
    ):
        plan = plan_of(analysis, binding).tasks.get(node.object.name)
        dataset = output(plan, int(outer.index.value)) if plan is not None else None
        if dataset is not None:
            said.append(f"Dataset: {code(dataset)}")
    return "\n\n".join(said)


def _of_keyword(analysis: Analysis, offset: int) -> Hover | None:
    """The form that a keyword begins, or is a part of."""
    text = analysis.source.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    word = _word_at(list(tokenize(text, start, end if end >= 0 else len(text))), offset)
    if word is None or word.text not in KEYWORDS:
        return None
    here = context(text, word.end)
    if here.silent or here.string is not None:
        return None
    head = here.item[0].text if here.item and word.text not in FORMS else word.text
    form = FORMS.get(head)
    if form is None:
        return None
    return Hover(word.span, f"{fence(form.label, 'alw')}\n\n{form.documentation}")


def _word_at(row: Sequence[Token], offset: int) -> Token | None:
    return next((p for p in row if p.kind in WORDS and p.start <= offset <= p.end), None)
