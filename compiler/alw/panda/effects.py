"""The effect of an option on a task, found by asking prun with and without it.

prun drops what it has no use for: ``--nJobs 0`` is one job, ``--maxAttempt 60`` the server's
default, ``--match`` without ``--inDS`` nothing.  No list of options says so: the map with the
option is compared with the map without it, and with the maps of other values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .client import Option, prun_options
from .maps import Arguments, task_without_names

#: Numbers to ask prun with: two of one size at a time, for an option may have a smallest or a
#: largest one.
_PAIRS = ((2, 3), (7, 11), (41, 43), (907, 911), (2003, 2011))
_TEXTS = ("qzalwprobe", "7", "IN2:1:user.qzalw.qzalw", "qzalw:qzalw", "1,2")
_LARGEST = 10**9
_NUMBER, _PLAIN_WORD = "10", "qzalwword"
_WORD = re.compile(r"[A-Za-z][\w.:/-]*\Z")
#: The most options that a message names.
_MOST = 3
#: Stands for an input dataset among the names of options.
INPUT = "inDS"
#: Are told prun in another way.
PLANNED = ("exec", "outDS", INPUT)
#: Other spellings of an option.
_SYNONYMS = ("nfiles", "split")

_Place = tuple[str, ...]


class _Task(NamedTuple):
    """A map, for comparison."""

    text: str
    facts: frozenset[tuple[_Place, object]]
    """Every value and the keys that lead to it."""


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that prun passes on."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of an option's value."""

    kind: Literal["arrives", "dropped", "lost", "idle"]
    """``dropped``: the value is, another one would not be.  ``lost``: every value is taken as the
    same.  ``idle``: the option changes nothing here, whatever its value."""
    range: Range | None = None
    """For ``dropped``: what is not."""
    beside: tuple[str, ...] = ()
    """For ``idle``: options beside which it would change something, ``inDS`` for an input."""
    instead: str | None = None
    """For ``idle``: the option because of which it does not."""


_ARRIVES = Effect("arrives")


class _Around(NamedTuple):
    """The surroundings of an option: the other ones."""

    before: Arguments
    after: Arguments
    reads: bool

    def ask(self, own: Arguments = ()) -> _Task | None:
        """Return the task with the option, or without it; ``None`` if prun refuses it."""
        return _task((*self.before, *own, *self.after), self.reads)

    def plain(self) -> _Around:
        """Return the surroundings with numbers and words that are the same for all tasks."""
        before, after = (
            tuple((name, _plain(name, value)) for name, value in pairs)
            for pairs in (self.before, self.after)
        )
        return _Around(before, after, self.reads)

    def fewer(self) -> Iterator[tuple[_Around, str]]:
        """Yield the surroundings without one of the other options, or without the input."""
        for name in dict.fromkeys(name for name, _ in (*self.before, *self.after)):
            before, after = (
                tuple(pair for pair in pairs if pair[0] != name)
                for pairs in (self.before, self.after)
            )
            yield _Around(before, after, self.reads), name
        if self.reads:
            yield self._replace(reads=False), INPUT


def effect(name: str, arguments: Arguments, reads: bool) -> Effect:
    """Return what becomes of the option ``name`` of a task.

    :param arguments: all its options in the order that prun gets them.
    :param reads: whether the task has an input dataset.
    """
    own = tuple(pair for pair in arguments if pair[0] == name)
    first = arguments.index(own[0])
    rest = tuple(pair for pair in arguments[first:] if pair[0] != name)
    around = _Around(arguments[:first], rest, reads)
    return _ARRIVES if _arrives_plainly(name, own, around) else _effect(name, own, around)


def _arrives_plainly(name: str, own: Arguments, around: _Around) -> bool:
    """True if an option works beside the others, whatever their values are.

    So prun is asked once for many tasks that differ in their numbers and names.
    """
    made, plain = around.ask(own), around.plain()
    without = plain.ask()
    if made is None or without is None:
        return False
    option, value = _options()[name], own[-1][1]
    if value is not None and option.kind == "int":
        return any((place, int(value)) in made.facts for place in _places(name, plain)[0])
    if value is not None and len(value) > 3 and value in made.text and value not in without.text:
        return True
    there = plain.ask(own)
    return there is not None and there.text != without.text


@lru_cache(maxsize=4096)
def _effect(name: str, own: Arguments, around: _Around) -> Effect:
    option = _options()[name]
    made, without = around.ask(own), around.ask()
    if made is None or without is None:
        return _ARRIVES  # refused: nothing is silent
    value = own[-1][1]
    if option.kind == "int":
        assert value is not None
        return _number(option, int(value), made, without, around)
    if made.text != without.text or value == option.default or option.is_on:
        return _ARRIVES
    if option.kind != "flag":
        for text in _TEXTS:
            other = around.ask(((name, text),))
            if other is not None and other.text != without.text:
                # what prun does without the option has this name: ``--site AUTO``
                return _ARRIVES
    return _idle(option, own, around)


def _plain(name: str, value: str | None) -> str | None:
    option = _options()[name]
    if option.choices or value is None:
        return value
    if option.kind == "int":
        return _NUMBER
    return _PLAIN_WORD if _WORD.match(value) else value


@lru_cache(maxsize=1)
def _options() -> dict[str, Option]:
    return dict(prun_options())


def _number(option: Option, value: int, made: _Task, without: _Task, around: _Around) -> Effect:
    if option.choices:
        return _ARRIVES
    if any(found == value for _, found in made.facts - without.facts):
        return _ARRIVES
    if value == option.default and value >= 0:
        return _ARRIVES
    places, alive, same = _places(option.name, around)
    if places:
        if any((place, value) in made.facts for place in places):
            return _ARRIVES
        return Effect("dropped", _range(option.name, around))
    if made.text == without.text:
        if alive and value <= 0:
            return Effect("dropped")
        return _ARRIVES if alive else _idle(option, ((option.name, str(value)),), around)
    return Effect("lost") if same else _ARRIVES


@lru_cache(maxsize=1024)
def _places(name: str, around: _Around) -> tuple[frozenset[_Place], bool, bool]:
    """Return where in a map the number of an option is, whether it changes the map at all, and
    whether all numbers change it to the same.
    """
    without = around.ask()
    places: set[_Place] = set()
    texts: set[str] = set()
    for pair in _PAIRS:
        first, second = (around.ask(((name, str(number)),)) for number in pair)
        if first is None or second is None:
            continue
        texts |= {first.text, second.text}
        places |= {
            place
            for place, found in first.facts - second.facts
            if found == pair[0] and (place, pair[1]) in second.facts
        }
        if places:
            break
    alive = without is not None and bool(texts - {without.text})
    return frozenset(places), alive, alive and len(texts) == 1


def _range(name: str, around: _Around) -> Range | None:
    places, _, _ = _places(name, around)

    def arrives(number: int) -> bool:
        made = around.ask(((name, str(number)),))
        return made is not None and any((place, number) in made.facts for place in places)

    low = next((number for number in (0, 1, 2) if arrives(number)), None)
    if low is None:
        return None
    if arrives(_LARGEST):
        return Range(low, None)
    high, beyond = max(low, 1), _LARGEST
    while beyond - high > 1:
        middle = (high + beyond) // 2
        high, beyond = (middle, beyond) if arrives(middle) else (high, middle)
    return Range(low, high)


def _idle(option: Option, own: Arguments, around: _Around) -> Effect:
    """Return why an option changes nothing."""
    there = around.ask(own)
    for less, name in around.fewer():
        made, without = less.ask(own), less.ask()
        if made is None or without is None or made.text == without.text:
            continue
        if there and option.kind == "flag" and made.facts - without.facts <= there.facts:
            return _ARRIVES  # the other option does the same
        return Effect("idle", beside=_beside(option.name, around.reads), instead=name)
    return Effect("idle", beside=_beside(option.name, around.reads))


@lru_cache(maxsize=256)
def _beside(name: str, reads: bool) -> tuple[str, ...]:
    """Options beside which an option changes the map of a task, the input first."""
    values = _samples(_options()[name])
    if not reads and any(_matters(((name, value),), _Around((), (), True)) for value in values):
        return (INPUT,)
    found: list[str] = []
    for other in _options().values():
        if other.name in (name, *PLANNED, *_SYNONYMS) or len(found) == _MOST:
            continue
        samples = _samples(other)
        if any(
            _matters(((name, value),), _Around(((other.name, sample),), (), reads))
            for value in values
            for sample in samples
        ):
            found.append(other.name)
    return tuple(found)


def _matters(own: Arguments, around: _Around) -> bool:
    made, without = around.ask(own), around.ask()
    return made is not None and without is not None and made.text != without.text


def _samples(option: Option) -> tuple[str | None, ...]:
    if option.kind == "flag":
        return (None,)
    if option.choices:
        return (str(option.choices[-1]),)
    return ("7",) if option.kind == "int" else _TEXTS[:3]


@lru_cache(maxsize=2048)
def _task(arguments: Arguments, reads: bool) -> _Task | None:
    made = task_without_names(arguments, reads)
    if made is None:
        return None
    return _Task(json.dumps(made, sort_keys=True), frozenset(_facts(made, ())))


def _facts(value: Any, place: _Place) -> Iterator[tuple[_Place, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _facts(item, (*place, key))
    elif isinstance(value, list):
        for item in value:
            yield from _facts(item, (*place, "[]"))
    else:  # True equals 1
        yield place, str(value) if isinstance(value, bool) else value
