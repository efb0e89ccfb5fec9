"""Names that are the same in some iterations, and names that may be.

A name holds numbers of iterations between text, and, in what an author writes for a
dataset to read, wildcards and values that only the grid knows.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: Stands for the number of the iteration in a name; no name holds this character.
NUMBER = "\0"
#: As many iterations are tried one by one.
_MOST_TRIED = 10_000
_RUN = re.compile(r"[0-9\0]+")


@dataclass(frozen=True, slots=True)
class NumberedName:
    """A name in all iterations.

    :param text: with :data:`NUMBER` in the place of the iteration's number.
    :param last: the largest number of the iteration.
    """

    text: str
    last: int = 1

    def at(self, iteration: int) -> str:
        """Return the name in one iteration."""
        return self.text.replace(NUMBER, str(iteration))


def find_same_names(names: Mapping[Key, NumberedName]) -> Iterator[tuple[Key, Key, str]]:
    """Pairs of names that are the same in some iteration of each, and what they are then.

    Each name comes with the first one before it that it meets.  The time is linear in the number
    of names as long as few of them differ in digits only.
    """
    first: dict[str, Key] = {}
    alike: dict[str, list[Key]] = {}
    for key, name in names.items():
        other = first.setdefault(name.text, key)
        if other != key:
            yield other, key, name.at(1)
        else:
            alike.setdefault(_runs(name.text)[0], []).append(key)
    for keys in alike.values():
        if len(keys) > 1 and any(NUMBER in names[key].text for key in keys):
            yield from _same(names, keys)


@lru_cache(maxsize=1 << 14)  # an editor asks again after every edit
def _runs(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its digits and numbers, and these: equal names have both in common."""
    return _RUN.sub("#", text), tuple(_RUN.findall(text))


def _same(names: Mapping[Key, NumberedName], keys: Sequence[Key]) -> Iterator[tuple[Key, Key, str]]:
    """Yield those of ``keys`` whose names are the same but for digits."""
    runs = {key: _runs(names[key].text)[1] for key in keys}
    kinds: dict[tuple[bool, ...], list[Key]] = {}
    for key in keys:
        kinds.setdefault(tuple(NUMBER in run for run in runs[key]), []).append(key)
    told: set[Key] = set()
    order = {key: position for position, key in enumerate(keys)}
    for one, other in combinations_with_replacement(kinds, 2):
        if not any(one) and not any(other):
            continue  # no numbers: they differ
        fixed = [n for n, both in enumerate(zip(one, other, strict=True)) if not any(both)]
        groups: dict[tuple[str, ...], dict[Key, None]] = {}
        for key in (*kinds[one], *(kinds[other] if other != one else ())):
            groups.setdefault(tuple(runs[key][n] for n in fixed), {})[key] = None
        for group in groups.values():
            ordered = sorted(group, key=order.__getitem__)
            for before, key, text in _meetings(names, ordered) if len(group) > 1 else ():
                if key not in told:
                    told.add(key)
                    yield before, key, text


def _meetings(
    names: Mapping[Key, NumberedName], keys: Sequence[Key]
) -> Iterator[tuple[Key, Key, str]]:
    taken: dict[str, Key] = {}
    endless: list[Key] = []
    for key in keys:
        name = names[key]
        numbers = range(1, min(name.last, _MOST_TRIED) + 1) if NUMBER in name.text else (1,)
        met: tuple[Key, str] | None = None
        for number in numbers:
            text = name.at(number)
            before = taken.setdefault(text, key)
            if before != key and met is None:
                met = before, text
        # what is not tried is taken for the same
        for before in endless if met is None else ():
            if NUMBER in name.text or _is_in(name.text, names[before]):
                met = before, name.at(1)
        if len(numbers) == _MOST_TRIED and met is None:
            for before in keys[: keys.index(key)]:
                if NUMBER in names[before].text or _is_in(names[before].text, name):
                    met = before, names[before].at(1)
        if name.last > _MOST_TRIED and NUMBER in name.text:
            endless.append(key)
        if met is not None:
            yield met[0], key, met[1]


def _is_in(text: str, name: NumberedName) -> bool:
    """Return whether ``text`` is ``name`` in some iteration."""
    before, *after = map(re.escape, name.text.split(NUMBER))
    pattern = "([1-9][0-9]*)".join([before, r"\1".join(after)])
    match = re.fullmatch(pattern, text)
    return match is not None and int(match[1]) <= name.last


# Names of which parts are not known


@dataclass(frozen=True, slots=True)
class Unknown:
    """One character of a name that is not known, or any number of them."""

    letters: str | None = None
    """The texts that it may be; ``None`` for any."""
    many: bool = False


Pattern = tuple[str | Unknown, ...]
"""A name, character by character."""

ANYTHING: Pattern = (Unknown(many=True),)
A_NUMBER: Pattern = (Unknown("0123456789"), Unknown("0123456789", many=True))


def pattern(text: str) -> Pattern:
    """Return the pattern of a name with :data:`NUMBER` and the wildcard ``*``."""
    parts: list[str | Unknown] = []
    for char in text:
        parts += A_NUMBER if char == NUMBER else ANYTHING if char == "*" else (char,)
    return tuple(parts)


def may_be_same(one: Pattern, other: Pattern) -> bool:
    """True if both patterns have a name in common."""
    todo = [(0, 0)]
    seen = set(todo)
    while todo:
        i, j = todo.pop()
        if i == len(one) and j == len(other):
            return True
        a = one[i] if i < len(one) else None
        b = other[j] if j < len(other) else None
        further = []
        if isinstance(a, Unknown) and a.many:
            further.append((i + 1, j))
        if isinstance(b, Unknown) and b.many:
            further.append((i, j + 1))
        if a is not None and b is not None and _overlap(a, b):
            further.append((i + (not _many(a)), j + (not _many(b))))
        todo += [state for state in further if state not in seen]
        seen.update(further)
    return False


def _many(part: str | Unknown) -> bool:
    return isinstance(part, Unknown) and part.many


def _overlap(a: str | Unknown, b: str | Unknown) -> bool:
    letters = [part if isinstance(part, str) else part.letters for part in (a, b)]
    known: list[Iterable[str]] = [text for text in letters if text is not None]
    return len(known) < 2 or not set(known[0]).isdisjoint(known[1])
