"""The values that loops of a script go through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..text.shell_tokens import NotUnderstood
from .expansion import Expander
from .shell_values import Reference, Value, to_text
from .statements import ForLoop, SimpleCommand, WhileLoop

_COUNTING = re.compile(
    r"\s*(\w+)\s*=\s*(-?\w+)\s*;\s*\1\s*(<=?)\s*\$?\{?(-?\w+)\}?\s*;\s*"
    r"(?:\1\s*\+\+|\+\+\s*\1|\1\s*\+\s*=\s*(\d+))\s*"
)


def iterate_values(loop: ForLoop, shell: Expander) -> Iterator[tuple[Value, bool]]:
    """Yield the values of a loop's variable, each with true if it is known."""
    name = loop.variable
    values: Sequence[Value] | None = shell.positional
    if loop.items is not None:
        values = [value for word in loop.items for value in shell.expand_word(word)]
        values = [value for value in values if to_text(value) != ""]
    if values is None or any(isinstance(p, Reference) and p.many for v in values for p in v):
        values = [(Reference(f"${name}", name, f"${name}"),)]
    for value in values:
        part = value[0] if len(value) == 1 else None
        if isinstance(part, Reference):
            # the loop's variable is a better name for an item of it
            yield (Reference(part.key, name, part.spelled, part.default),), False
        else:
            yield value, True


def count_range(head: str, shell: Expander) -> tuple[str, range]:
    """Return the variable of ``for ((head))`` and its numbers.

    :raises NotUnderstood: if it does not count upwards between known numbers.
    """
    match = _COUNTING.fullmatch(re.sub(r"\s+([=+<])\s*=", r"\1=", head).replace("< =", "<="))
    first = _find_number(match[2], shell) if match else None
    last = _find_number(match[4], shell) if match else None
    if match is None or first is None or last is None:
        raise NotUnderstood(f"'for (({head.strip()}))' is not understood: write 'for X in …'")
    return match[1], range(first, last + (match[3] == "<="), int(match[5] or 1))


def _find_number(text: str, shell: Expander) -> int | None:
    value = to_text(shell.variables.get(text, (text,))) or ""
    return int(value) if re.fullmatch(r"-?\d{1,6}", value) else None


def find_read_names(loop: WhileLoop) -> Sequence[str]:
    """Return the variables that ``while read A B`` sets; none of any other condition."""
    last = loop.condition[-1] if loop.condition else None
    words = last.words if isinstance(last, SimpleCommand) else ()
    texts = [word.unquoted or "" for word in words]
    if texts[:1] != ["read"]:
        return ()
    return [text for text in texts[1:] if not text.startswith("-")] or ["REPLY"]


def split_lines(text: str, fields: int) -> Iterator[list[str]]:
    """Yield the first fields of each line, as ``read`` splits it; the last has the rest."""
    for line in text.rstrip("\n").split("\n"):
        found = line.split(None, fields - 1) if fields > 1 else [line.strip()]
        yield [field.strip() for field in found] + [""] * (fields - len(found))
