"""Bindings: the names of a source, what defines them, and where they are used.

A result's field and the parameter of its name are one thing with one name: the field is the
parameter's next value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from ..driver.result import Analysis
from ..semantics.program import Workflow
from ..semantics.type_names import results_of
from ..semantics.types import Value
from ..syntax.tree import Block, Declaration, Field
from ..text.source import Span
from .locate import touches

Defined: TypeAlias = Declaration | Block | Field


@dataclass(frozen=True)
class Binding:
    """The names of one workflow.

    :param block: the workflow as it is written.
    """

    workflow: Workflow
    block: Block

    @cached_property
    def defined(self) -> dict[Span, Defined]:
        """The definition of each defining name, the workflow itself among them."""
        found: dict[Span, Defined] = {self.block.name.span: self.block}
        for item in self.workflow.names.meanings.values():
            found[item.name.span] = item
            if isinstance(item, Block):
                for field in fields_of(item):
                    found[field.name.span] = field
        return found

    @cached_property
    def tied(self) -> dict[Span, Span]:
        """The names of fields that are a parameter's, with that parameter's name."""
        names = self.workflow.names
        found: dict[Span, Span] = {}
        for learner in names.meanings.values():
            if isinstance(learner, Block):
                for field in fields_of(learner):
                    param = self.param_of(learner, field)
                    if param is not None:
                        found[field.name.span] = param.name.span
        return found

    def param_of(self, learner: Block, field: Field) -> Declaration | None:
        """Return the parameter that a field gives its next value."""
        names, name = self.workflow.names, field.name.text
        item = names.meanings.get(name)
        if not isinstance(item, Declaration) or item.keyword != "param":
            return None
        return item if names.loops[name] == names.loops.get(learner.name.text) else None

    def fields(self) -> Iterator[tuple[Block, Field]]:
        """Yield every field of a result, with its learner."""
        for item in self.workflow.names.meanings.values():
            if isinstance(item, Block):
                for field in fields_of(item):
                    yield item, field

    def from_outside(self) -> Iterator[tuple[Declaration, Value]]:
        """Yield the inputs that are set from outside, with their values."""
        names = self.workflow.names
        for name, known in names.values.items():
            item = names.meanings[name]
            if isinstance(item, Declaration) and known.span == item.name.span:
                yield item, known.value

    def name_at(self, offset: int) -> Span | None:
        """Return the name at ``offset`` that means something here."""
        for span, meant in self.workflow.names.mentions.items():
            if touches(span, offset) and meant is not None:
                return span
        for span in self.defined:
            if touches(span, offset):
                return span if span.start < span.end else None
        return None

    def definition(self, name: Span) -> Span:
        """Return the definition of the name at ``name``."""
        return self.workflow.names.mentions.get(name) or name

    def thing(self, name: Span) -> Span:
        """Return the definition of what is called so, a field with its parameter."""
        meant = self.definition(name)
        return self.tied.get(meant, meant)

    def places(self, thing: Span) -> list[Span]:
        """Return every place of the thing's name, in order."""
        meant = {thing, *(field for field, param in self.tied.items() if param == thing)}
        mentions = self.workflow.names.mentions.items()
        return sorted(meant | {span for span, defined in mentions if defined in meant})


def fields_of(block: Block) -> Iterator[Field]:
    """Yield the fields of a learner's results, those of surplus ones among them."""
    if block.keyword == "learn":
        for result in results_of(block):
            yield from result.fields


def bindings(analysis: Analysis) -> Iterator[Binding]:
    """Yield the names of each workflow."""
    written = {
        item.name.span: item
        for item in analysis.file.items
        if isinstance(item, Block) and item.keyword == "workflow"
    }
    for workflow, _, _ in analysis.workflows:
        if workflow.name_span in written:
            yield Binding(workflow, written[workflow.name_span])


def binding_at(analysis: Analysis, offset: int) -> Binding | None:
    """Return the names of the workflow around ``offset``."""
    for binding in bindings(analysis):
        if touches(binding.block.span, offset):
            return binding
    return None


def defines(item: Defined) -> str:
    """Return what the language calls that which ``item`` defines."""
    return "field" if isinstance(item, Field) else item.keyword
