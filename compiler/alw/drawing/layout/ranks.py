"""Ranks: assigns each block to a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from .elements import LayoutBlock, Wire


def find_back_edges(keys: Iterable[str], edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return edges without which the others have no cycle."""
    out: dict[str, list[str]] = {key: [] for key in keys}
    for upper, lower in edges:
        out[upper].append(lower)
    found: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in out:
        if start in done:
            continue
        path = [(start, iter(out[start]))]
        on_path = {start}
        while path:
            here, others = path[-1]
            for other in others:
                if other in on_path:
                    found.add((here, other))
                elif other not in done:
                    on_path.add(other)
                    path.append((other, iter(out[other])))
                    break
            else:
                path.pop()
                on_path.discard(here)
                done.add(here)
    return found


def assign_ranks(blocks: Sequence[LayoutBlock], wires: Iterable[Wire]) -> dict[str, int]:
    """Return the number of each block's row: below its parents, and close to its children."""
    pins = {block.key: block.pin for block in blocks}
    parents: dict[str, set[str]] = {block.key: set() for block in blocks}
    children: dict[str, set[str]] = {block.key: set() for block in blocks}
    for _, upper, lower in wires:
        parents[lower].add(upper)
        children[upper].add(lower)
    heads = sorted({pin for pin in pins.values() if pin < 0})
    rank = {key: heads.index(pin) for key, pin in pins.items() if pin < 0}
    order = _sort_topologically(parents, children)
    for key in order:
        if pins[key] == 0:
            rank[key] = max([len(heads), *(rank[p] + 1 for p in parents[key] if p in rank)])
    for key in reversed(order):  # a block without parents moves down to its first child
        free = pins[key] == 0 and all(pins[p] < 0 for p in parents[key])
        below = [rank[c] for c in children[key] if pins[c] == 0]
        if free and below:
            rank[key] = max(rank[key], min(below) - 1)
    tails = sorted({pin for pin in pins.values() if pin > 0})
    last = max(rank.values(), default=-1)
    rank |= {key: last + 1 + tails.index(pin) for key, pin in pins.items() if pin > 0}
    return rank


def _sort_topologically(
    parents: Mapping[str, set[str]], children: Mapping[str, set[str]]
) -> list[str]:
    left = {key: len(above) for key, above in parents.items()}
    order = [key for key, count in left.items() if not count]
    for key in order:
        for child in sorted(children[key]):
            left[child] -= 1
            if not left[child]:
                order.append(child)
    return order


def wrap_rows(
    rows: Sequence[Sequence[str]],
    blocks: Mapping[str, LayoutBlock],
    wires: Iterable[Wire],
    most: float,
    gap: float,
) -> dict[str, int]:
    """Return the rows, those wider than ``most`` cut into several.

    Neighbouring wide rows are cut into strips that are set one below the other, so that what
    belongs together stays together.

    :param rows: the blocks of each row, in order.
    """
    widths = [sum(blocks[key].width + gap for key in row) for row in rows]
    parents: dict[str, list[str]] = {}
    for _, upper, lower in wires:
        parents.setdefault(lower, []).append(upper)
    rank: dict[str, int] = {}
    start = at = 0
    while at < len(rows):
        end = at + 1
        if widths[at] > most:
            while end < len(rows) and widths[end] > most:
                end += 1
        count = ceil(max(widths[at:end]) / most) if widths[at] > most else 1
        strip: dict[str, int] = {}
        for row, whole in zip(rows[at:end], widths[at:end], strict=True):
            passed = 0.0
            for key in row:
                room = blocks[key].width + gap
                mine = int((passed + room / 2) / whole * count)
                strip[key] = max([mine, *(strip.get(p, 0) for p in parents.get(key, ()))])
                passed += room
        cells = {
            key: (strip[key], number) for number, row in enumerate(rows[at:end]) for key in row
        }
        numbers = {cell: start + n for n, cell in enumerate(sorted(set(cells.values())))}
        rank |= {key: numbers[cell] for key, cell in cells.items()}
        start += len(numbers)
        at = end
    return rank
