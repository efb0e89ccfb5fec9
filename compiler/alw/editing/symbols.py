"""Names: where they are defined, where they are used, and how to change them."""

from __future__ import annotations

import re

from ..diagnostics.diagnostic import Edit
from ..driver.result import Analysis
from ..semantics.scope import BUILT_IN, OPERATORS
from ..syntax.lexer import KEYWORDS
from ..syntax.tree import Declaration, Field
from ..text.source import Span
from .bindings import Binding, binding_at, bindings

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*\Z")
#: What members of tasks are called that are no fields.
_MEMBERS = ("outputs", "sandbox", "result")


class CannotRename(Exception):
    """The name cannot be changed, or not to this one; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def definition(analysis: Analysis, offset: int) -> Span | None:
    """The name where the thing at ``offset`` is defined."""
    binding, name = _name_at(analysis, offset)
    return binding.definition(name) if binding and name else None


def references(analysis: Analysis, offset: int, declaration: bool) -> tuple[Span, ...]:
    """Every mention of the thing at ``offset``, in order.

    A parameter's field in a result is a mention of the parameter.

    :param declaration: whether its definition is one of them.
    """
    binding, name = _name_at(analysis, offset)
    if binding is None or name is None:
        return ()
    thing = binding.thing(name)
    return tuple(span for span in binding.places(thing) if declaration or span != thing)


def occurrence(analysis: Analysis, offset: int) -> Span | None:
    """The name at ``offset``, if it can be renamed."""
    return _name_at(analysis, offset)[1]


def rename(analysis: Analysis, offset: int, new_name: str) -> tuple[Edit, ...]:
    """The edits that give the thing at ``offset`` another name everywhere.

    :raises CannotRename: if it has no name of the author's, or cannot have this one.
    """
    binding, name = _name_at(analysis, offset)
    if binding is None or name is None:
        raise CannotRename("there is no name to rename here")
    thing = binding.thing(name)
    places = binding.places(thing)
    if new_name == analysis.source.text[name.start : name.end]:
        return ()
    _refuse_word(new_name)
    if thing == binding.block.name.span:
        if any(other.block.name.text == new_name for other in bindings(analysis)):
            raise CannotRename(f"there is a workflow '{new_name}' already")
    else:
        _refuse_clash(binding, places, new_name)
    return tuple(Edit(span, new_name) for span in places)


def _name_at(analysis: Analysis, offset: int) -> tuple[Binding | None, Span | None]:
    binding = binding_at(analysis, offset)
    return binding, binding.name_at(offset) if binding else None


def _refuse_word(word: str) -> None:
    if word in BUILT_IN or word in OPERATORS or word in KEYWORDS:
        raise CannotRename(f"'{word}' is a reserved word")
    if not _NAME.match(word):
        raise CannotRename(
            "a name consists of letters, digits and single underscores, and starts with a letter"
        )


def _refuse_clash(binding: Binding, places: list[Span], word: str) -> None:
    """Names mean one thing in the whole workflow, and fields tie themselves to parameters."""
    things = [binding.defined[span] for span in places if span in binding.defined]
    names = binding.workflow.names
    if word in names.meanings:
        raise CannotRename(f"'{word}' means something else in this workflow")
    task = next((t for t, field in binding.fields() if field.name.text == word), None)
    if task is not None:
        raise CannotRename(f"'{word}' is a field of the result of '{task.name.text}'")
    is_field = any(isinstance(thing, Field) for thing in things)
    if is_field and word in _MEMBERS:
        raise CannotRename(f"'{word}' is a member of every learner")
    is_param = any(isinstance(thing, Declaration) and thing.keyword == "param" for thing in things)
    if (is_field or is_param) and word == "to_continue":
        raise CannotRename("'to_continue' is reserved: it says whether the loop goes on")
    if any(names.mentions[span] is None for span in _mentions_of(binding, word)):
        raise CannotRename(f"'{word}' is already used somewhere without a definition")


def _mentions_of(binding: Binding, word: str) -> list[Span]:
    text = binding.workflow.source.text
    return [span for span in binding.workflow.names.mentions if text[span.start : span.end] == word]
