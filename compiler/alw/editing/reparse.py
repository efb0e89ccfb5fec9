"""Reading again what an edit has changed: the items of one body, and no more.

The items beside those that were touched are read with them.  What stands on the far side of them
is unchanged, and so is the token it begins with: if the last item ends where it ended before, the
parser is where it was, and everything behind is what it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..diagnostics.diagnostic import Collector, Diagnostic
from ..syntax.parse import parse
from ..syntax.tree import Block, File
from ..text.piece_table import Grown

_BODIES = ("workflow", "loop")
#: Blanks and comments, as in the grammar.
_NOTHING = re.compile(r"(?:[ \t\r\n\f]|#[^\n]*(?:\n|\Z))*\Z")


@dataclass(frozen=True, slots=True)
class Tree:
    """A syntax tree, with the places of the grown text.

    :param problems: what was found when it was read.
    :param settled: whether a reading of the whole text is known to give the same.
    """

    file: File
    problems: tuple[Diagnostic, ...]
    settled: bool


def whole(grown: Grown) -> Tree:
    """The tree of a text that has not been edited."""
    collector = Collector()
    file = parse(grown, collector)
    return Tree(file, collector.sorted(), True)


def edited(tree: Tree, grown: Grown, old: str, new: str) -> Tree | None:
    """The tree behind an edit; ``grown`` takes the edit.

    :returns: ``None`` if the whole text must be read; ``grown`` is then of no use any more.
    """
    start, old_end, more = _changed(old, new)
    path = _path(tree.file, grown, old, start, old_end)
    body = path[-1] if path else tree.file
    outer = (_braces(path[-1], grown, old) if path else None) or (0, len(old))

    def between(low: int, high: int) -> tuple[int, int]:
        first = grown.span(body.items[low - 1].span).end if low else outer[0]
        more = high < len(body.items)
        return first, grown.order(body.items[high].span.start) if more else outer[1]

    low, high = _touched(body, grown, start, old_end)
    first, last = between(low, high)
    right_end = None
    if low != high or not _NOTHING.match(new[first : last + more]):
        if high < len(body.items):
            right_end = grown.span(body.items[high].span).end + more
        low, high = max(low - 1, 0), min(high + 1, len(body.items))
        first, last = between(low, high)
    if 2 * (last - first) > len(old):
        return None
    kept = [d for d in tree.problems if not first <= grown.order(d.span.start) < last]
    begin, end = grown.replace(first, last, new[first : last + more])
    collector = Collector()
    read = parse(grown, collector, begin, end)
    ends = read.items[-1].span.end if read.items else begin
    if right_end is not None and ends - begin != right_end - first:
        return None
    open_ended = "#" in grown.text[ends:end].rpartition("\n")[2] and last < len(old)
    if right_end is None and open_ended:
        return None  # the comment would go on over what stands behind it
    items = (*body.items[:low], *read.items, *body.items[high:])
    clean = not any(d.code < "ALW2" for d in (*tree.problems, *collector.sorted()))
    problems = (*kept, *collector.sorted())
    file = _with(tree.file, path, items)
    return Tree(file, problems, tree.settled and clean)


def _changed(old: str, new: str) -> tuple[int, int, int]:
    """Where the texts differ: the start, the end in the old one, and how much longer the new is."""
    most = min(len(old), len(new))
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    start, more = low, len(new) - len(old)
    low, high = 0, most - start
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return start, len(old) - low, more


def _path(file: File, grown: Grown, text: str, start: int, end: int) -> list[Block]:
    """From the workflow to the innermost body around ``[start, end]``."""
    path: list[Block] = []
    node: File | Block = file
    while True:
        low, high = _touched(node, grown, start, end)
        inside = node.items[low] if high - low == 1 else None
        if not (isinstance(inside, Block) and inside.keyword in _BODIES):
            return path
        braces = _braces(inside, grown, text)
        if braces is None or not braces[0] <= start <= end <= braces[1]:
            return path
        path.append(inside)
        node = inside


def _braces(body: Block, grown: Grown, text: str) -> tuple[int, int] | None:
    """Where the inside of a body starts and ends; ``None`` if that is not clear."""
    head, close = grown.span(body.head).end, grown.span(body.span).end - 1
    behind = text[head : head + 80].lstrip()
    if not behind.startswith("{") or text[close : close + 1] != "}":
        return None
    return text.index("{", head) + 1, close


def _touched(body: File | Block, grown: Grown, start: int, end: int) -> tuple[int, int]:
    """The numbers of the items at ``[start, end]``: of the first, and behind the last one."""
    low, high = 0, len(body.items)
    while low < high:
        middle = (low + high) // 2
        if grown.span(body.items[middle].span).end < start:
            low = middle + 1
        else:
            high = middle
    first, high = low, len(body.items)
    while low < high:
        middle = (low + high) // 2
        if grown.order(body.items[middle].span.start) <= end:
            low = middle + 1
        else:
            high = middle
    return first, low


def _with(file: File, path: list[Block], items: tuple[object, ...]) -> File:
    """The file with other items in the last body of ``path``, or in the file itself."""
    if not path:
        return File(items, file.span)  # type: ignore[arg-type]
    new = replace(path[-1], items=items)  # type: ignore[arg-type]
    for outer, inner in zip(path[-2::-1], path[:0:-1], strict=True):
        at = next(n for n, item in enumerate(outer.items) if item is inner)
        new = replace(outer, items=(*outer.items[:at], new, *outer.items[at + 1 :]))
    at = next(n for n, item in enumerate(file.items) if item is path[0])
    return File((*file.items[:at], new, *file.items[at + 1 :]), file.span)
