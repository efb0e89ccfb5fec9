"""Reading again what an edit has changed, and no more.

*An edit in a body.*  The body of a workflow or a loop consists of items.  Those that an edit
touches are read again, with the one before and the one after them.  What comes after that one is
unchanged, and so is the token it begins with: if the last item that was read ends where it ended
before, the parser is where it was, and everything after it is what it was.  A neighbour that comes
out as it was stays the same node, so that nothing that depends on it is done again.

*An edit in the head of a body* changes the keyword, the name, or neither: the head is read with an
empty body, and keeps the items.

Anything else has the whole text read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace

from ..diagnostics.diagnostic import Collector, Diagnostic, Edit, Fix, Label
from ..syntax.parse import parse
from ..syntax.tree import Block, File, Item
from ..text.source import Source, Span
from ..text.tracking import Marker, TrackedSource, TrackedSpan

_BODIES = ("workflow", "loop")
#: Blanks and comments, as in the grammar.
_NOTHING = re.compile(r"(?:[ \t\r\n\f]|#[^\n]*(?:\n|\Z))*\Z")


@dataclass(frozen=True, slots=True)
class Tree:
    """The syntax tree of a text that is edited; its spans move along.

    :param problems: the errors of syntax.
    :param settled: true if a reading of the whole text is known to give the same.
    """

    file: File
    problems: tuple[Diagnostic, ...]
    settled: bool


def read(source: TrackedSource) -> Tree:
    """Return the tree of the whole text."""
    collector = Collector()
    file = parse(source, collector)
    _track(file.items, source)
    return Tree(_file(file.items), _track_problems(collector, source), True)


def read_again(tree: Tree, source: TrackedSource, text: str) -> Tree | None:
    """Return the tree after an edit, which ``source`` takes.

    :param text: the new text.
    :returns: ``None`` if the whole text must be read; ``source`` is of no use any more then.
    """
    start, end, more = _difference(source.text, text)
    path = _path(tree.file, source.text, start, end)
    body = path[-1] if path else tree.file
    low, high = _find_touched(body, start, end)
    if high - low == 1 and (head := _head_around(body.items[low], source.text, start, end)):
        return _read_head(tree, path, body.items[low], head, source, text, more)
    return _read_items(tree, path, (low, high), source, text, more)


def _read_items(
    tree: Tree,
    path: list[Block],
    touched: tuple[int, int],
    source: TrackedSource,
    text: str,
    more: int,
) -> Tree | None:
    """Read the items that were touched, and their neighbours."""
    body = path[-1] if path else tree.file
    items, length = body.items, len(source.text)
    outer = (_inside(path[-1], source.text) if path else None) or (0, length)

    def between(low: int, high: int) -> tuple[int, int]:
        return (
            items[low - 1].span.end if low else outer[0],
            items[high].span.start if high < len(items) else outer[1],
        )

    (low, high), (first, last) = touched, between(*touched)
    with_neighbours = low != high or not _NOTHING.match(text[first : last + more])
    left, right = low, high
    if with_neighbours:
        left, right = max(low - 1, 0), min(high + 1, len(items))
        first, last = between(left, right)
    if 2 * (last - first) > length:
        return None
    begin, stop = first, last + more
    collector = Collector()
    was = source.text
    source.update(text)
    found = list(parse(source, collector, begin, stop).items)
    ends = found[-1].span.end if found else begin
    if right > high and ends != items[high].span.end + more:
        return None
    is_open = "#" in text[ends:stop].rpartition("\n")[2] and last < length
    if right == high and is_open:
        return None  # the comment would go on over what comes after it
    if right > high and len(found) > 1 and _is_same(items[high], found[-1], was, text, more):
        right, last = high, items[high].span.start
        found.pop()
    if left < low and found and _is_same(items[left], found[0], was, text, 0):
        left, first = low, items[left].span.end
        del found[0]
    problems = collector.sorted()
    clean = not any(d.code < "ALW2" for d in (*tree.problems, *problems))
    kept = [d for d in tree.problems if not begin <= d.span.start < stop - more]
    source.move(first, last, more)
    _track(found, source)
    file = _replace_items(tree.file, path, (*items[:left], *found, *items[right:]))
    fresh = _track_problems(collector, source)
    return Tree(file, (*kept, *fresh), tree.settled and clean)


def _is_same(item: Item, found: Item, was: str, text: str, more: int) -> bool:
    """Return whether ``found`` is ``item`` read again, of an unchanged text."""
    old, new = item.span, found.span
    return (
        (old.start + more, old.end + more) == (new.start, new.end)
        and was[old.start : old.end] == text[new.start : new.end]
        and item == found
    )


def _head_around(item: Item, text: str, start: int, end: int) -> Span | None:
    """Return the text before the brace of a body, if the edit is in it."""
    if not (isinstance(item, Block) and item.keyword in _BODIES):
        return None
    inside = _inside(item, text)
    if inside is None or not item.span.start < start <= end < inside[0]:
        return None
    return Span(item.span.start, inside[0] - 1)


def _read_head(
    tree: Tree,
    path: list[Block],
    block: Item,
    head: Span,
    source: TrackedSource,
    text: str,
    more: int,
) -> Tree | None:
    """Read the head of a body."""
    assert isinstance(block, Block)
    written = text[head.start : head.end + more]
    collector = Collector()
    found = parse(Source(source.name, f"{written}{{}}"), collector).items
    if len(collector) or len(found) != 1 or "#" in written:
        return None
    one = found[0]
    if not isinstance(one, Block) or one.keyword != block.keyword or one.span.start:
        return None
    if any(head.start <= d.span.start < head.end for d in tree.problems):
        return None
    source.update(text)
    source.move(head.start, head.end, more)
    marker = source.marker(head.start)

    def span(of: Span) -> Span:
        return TrackedSpan(marker, of.start, marker, of.end)

    name = replace(one.name, span=span(one.name.span))
    new = replace(block, name=name, head=span(one.head), span=span(one.head).to(block.span))
    outer = path[-1].items if path else tree.file.items
    items = tuple(new if item is block else item for item in outer)
    return replace(tree, file=_replace_items(tree.file, path, items))


# Where an edit is


def _difference(old: str, new: str) -> tuple[int, int, int]:
    """Return where the texts differ: the start, the end in the old one, and how much longer the
    new one is."""
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


def _path(file: File, text: str, start: int, end: int) -> list[Block]:
    """Return the bodies around ``[start, end]``, from the workflow to the innermost."""
    path: list[Block] = []
    node: File | Block = file
    while True:
        low, high = _find_touched(node, start, end)
        item = node.items[low] if high - low == 1 else None
        if not (isinstance(item, Block) and item.keyword in _BODIES):
            return path
        inside = _inside(item, text)
        if inside is None or not inside[0] <= start <= end <= inside[1]:
            return path
        path.append(item)
        node = item


def _inside(body: Block, text: str) -> tuple[int, int] | None:
    """Return where the inside of a body starts and ends; ``None`` if that is not clear."""
    head, close = body.head.end, body.span.end - 1
    after = text[head : head + 80].lstrip()
    if not after.startswith("{") or text[close : close + 1] != "}":
        return None
    if body.items and body.items[-1].span.end > close:
        return None  # the brace is that of an item
    return text.index("{", head) + 1, close


def _find_touched(body: File | Block, start: int, end: int) -> tuple[int, int]:
    """Return the numbers of the items at ``[start, end]``: of the first, and after the last."""
    low, high = 0, len(body.items)
    while low < high:
        middle = (low + high) // 2
        if body.items[middle].span.end < start:
            low = middle + 1
        else:
            high = middle
    first, high = low, len(body.items)
    while low < high:
        middle = (low + high) // 2
        if body.items[middle].span.start <= end:
            low = middle + 1
        else:
            high = middle
    return first, low


# New nodes in the tree


def _file(items: tuple[Item, ...]) -> File:
    return File(items, items[0].span.to(items[-1].span) if items else Span(0, 0))


def _replace_items(file: File, path: list[Block], items: tuple[Item, ...]) -> File:
    """Return the file with other items in the last body of ``path``, or in the file itself."""
    for outer, inner in zip((None, *path)[-2::-1], path[::-1], strict=True):
        new = replace(inner, items=items)
        around = outer.items if outer is not None else file.items
        items = tuple(new if item is inner else item for item in around)
    return _file(items)


_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields_of(kind: type) -> tuple[str, ...]:
    """Return the names of a node's fields; none if it is no node."""
    found = _FIELDS.get(kind)
    if found is None:
        is_node = is_dataclass(kind) and not issubclass(kind, Span)
        found = _FIELDS[kind] = tuple(f.name for f in fields(kind)) if is_node else ()
    return found


def _track(items: list[Item] | tuple[Item, ...], source: TrackedSource) -> None:
    """Give nodes that were just read, which nobody else has yet, spans that move along."""
    todo: list[tuple[object, Marker]] = [(item, source.marker(item.span.start)) for item in items]
    while todo:
        node, marker = todo.pop()
        close = marker
        is_body = isinstance(node, Block) and node.keyword in _BODIES
        if isinstance(node, Block) and is_body:
            close = source.marker(max(node.span.end - 1, marker.at))
        for name in _fields_of(type(node)):
            value = getattr(node, name)
            if type(value) is Span:
                end = close if name == "span" else marker
                span = TrackedSpan(marker, value.start - marker.at, end, value.end - end.at)
                object.__setattr__(node, name, span)
            elif type(value) is tuple:
                for part in value:
                    own = source.marker(part.span.start) if is_body else marker
                    todo.append((part, own))
            elif _fields_of(type(value)):
                todo.append((value, marker))


def _track_problems(collector: Collector, source: TrackedSource) -> tuple[Diagnostic, ...]:
    """Return the errors of syntax with spans that move along."""
    return tuple(_track_problem(d, source) for d in collector.sorted())


def _track_problem(found: Diagnostic, source: TrackedSource) -> Diagnostic:
    track, fix = source.track, found.fix
    related = tuple(
        Label(label.source, track(label.span), label.message) for label in found.related
    )
    if fix is not None:
        edits = tuple(Edit(track(edit.span), edit.text) for edit in fix.edits)
        fix = Fix(fix.title, edits, fix.safe)
    return replace(found, span=track(found.span), related=related, fix=fix)
