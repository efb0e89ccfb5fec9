"""The names of one workflow: who defines them, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..diagnostics.diagnostic import Collector
from ..diagnostics.reporter import SourceReporter
from ..diagnostics.rules import DUPLICATE_NAME, MISPLACED
from ..syntax.tree import (
    After,
    Attribute,
    Block,
    Declaration,
    Field,
    Item,
    Name,
    RepeatClause,
    ReplaceClause,
    ResultClause,
)
from ..text.source import Source, Span
from ..text.suggest import Suggestion, suggest

#: Names with a meaning of their own.
BUILT_IN = {"iteration"}
#: The decision of a loop; no parameter and no field of a result.
GOES_ON = "to_continue"
#: Words that an expression never reads as a name.
OPERATORS = {"and", "or", "not", "true", "false"}
#: How many names are compared in search of hints: in a file with thousands of errors,
#: only the first ones get a hint.
MOST_COMPARED = 20_000

#: Which items each body gives a meaning to.
CONTENTS: Mapping[str, tuple[str, ...]] = {
    "file": ("workflow",),
    "workflow": ("input", "const", "attribute", "task", "loop"),
    "loop": ("param", "const", "task", "learn", "repeat"),
    "task": ("attribute", "after", "replace"),
    "learn": ("attribute", "after", "result"),
}
_HOMES = {
    "workflow": "a workflow is at the top level of a file",
    "input": "inputs belong in a workflow, outside loops and tasks",
    "const": "constants belong in a workflow or a loop",
    "param": "parameters belong in a loop: loop NAME { param … }",
    "task": "tasks belong in a workflow or a loop",
    "learn": "a learner belongs in the loop that it controls",
    "loop": "a loop belongs in a workflow; loops do not nest",
    "repeat": "'repeat' ends the body of a loop",
    "after": "'after' belongs in a task or a learner",
    "replace": "'replace' changes the stored map of a task",
    "result": "a result belongs to a learner: write 'learn' instead of 'task'",
    "attribute": "attributes belong in a workflow, a task or a learner",
}


def circle_text(names: list[str]) -> str:
    """``a → b → a``; the middle of a long circle is left out."""
    if len(names) > 12:
        names = [*names[:6], "…", *names[-5:]]
    return " → ".join(names)


def kind_of(item: Item) -> str:
    """Return what the language calls an item."""
    match item:
        case Block() | Declaration():
            return item.keyword
        case Attribute():
            return "attribute"
        case After():
            return "after"
        case ReplaceClause():
            return "replace"
        case ResultClause():
            return "result"
        case RepeatClause():
            return "repeat"


@dataclass(slots=True)
class Scope(SourceReporter):
    """The names of one workflow, flat: a name means one thing in the whole workflow."""

    source: Source
    collector: Collector
    names: dict[str, Declaration | Block] = field(default_factory=dict)
    in_loop: dict[str, str] = field(default_factory=dict)
    """Names defined in a loop, with that loop's name."""
    unresolvable: set[str] = field(default_factory=set)
    """Names defined twice or where they have no meaning, which was reported."""
    used: set[str] = field(default_factory=set)
    """The inputs and constants that an expression names."""
    mentions: dict[Span, Declaration | Block | Field | None] = field(default_factory=dict)
    """The places of names, and what defines them; ``None`` if nothing does."""
    sought: set[str] = field(default_factory=set)
    """The names whose meaning was asked for."""
    around: Block | None = None
    """The task whose body is being resolved."""
    compared: int = 0

    def valid_items(self, items: tuple[Item, ...], body: str) -> Iterator[Item]:
        """Yield the items that have a meaning in ``body``; the others are reported."""
        for item in items:
            kind = kind_of(item)
            if kind in CONTENTS[body]:
                yield item
                continue
            where = "at the top level of a file" if body == "file" else f"in a {body}"
            span = item.head if isinstance(item, Block) else item.span
            if isinstance(item, Block | Declaration):
                self.unresolvable.add(item.name.text)
            shown = f"'{kind}'" if kind != "attribute" else "an attribute"
            self.report(MISPLACED, span, f"{shown} is not allowed {where}", _HOMES[kind])

    def define(self, item: Declaration | Block, loop: str = "") -> bool:
        """Define a name.

        :returns: whether ``item`` is now what the name means; otherwise it was reported.
        """
        name = item.name
        if not name.text:
            return False
        if name.text in BUILT_IN or name.text in OPERATORS:
            self.report(DUPLICATE_NAME, name.span, f"'{name.text}' is a reserved word", "")
            return False
        if name.text == GOES_ON and kind_of(item) == "param":
            self.report(
                DUPLICATE_NAME,
                name.span,
                f"'{GOES_ON}' is reserved: it says whether the loop goes on",
                "",
            )
            self.unresolvable.add(name.text)
            return False
        first = self.names.get(name.text)
        if first is not None:
            self.report(
                DUPLICATE_NAME,
                name.span,
                f"'{name.text}' is defined twice",
                "rename one of them: a name means one thing in the whole workflow",
                (first.name.span, "first defined here"),
            )
            self.unresolvable.add(name.text)
            return False
        self.names[name.text] = item
        if loop:
            self.in_loop[name.text] = loop
        return True

    def mention(self, span: Span, meant: Declaration | Block | Field | None) -> None:
        """Note that the name at ``span`` stands for ``meant``."""
        self.mentions[span] = meant

    def meaning(self, name: str) -> Declaration | Block | None:
        """Return what defines ``name``."""
        self.sought.add(name)
        return self.names.get(name)

    def loop_around(self, span: Span) -> str | None:
        """Return the name of the loop in whose body ``span`` lies."""
        for name, item in self.names.items():
            is_loop = isinstance(item, Block) and item.keyword == "loop"
            if is_loop and item.span.start <= span.start < item.span.end:
                return name
        return None

    def suggest(
        self, name: Name, wanted: Callable[[str, Declaration | Block], bool], otherwise: str = ""
    ) -> Suggestion:
        """Return the nearest name for which ``wanted`` holds."""
        self.compared += len(self.names)
        if self.compared > MOST_COMPARED:
            return Suggestion(otherwise)
        known = [text for text, item in self.names.items() if wanted(text, item)]
        return suggest(name.text, known, otherwise)
