"""Results of learners in a simulation: drawn from the declared types, or given by the user."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from ..text.plural import count
from ..text.suggest import did_you_mean, nearest
from .judging import FieldKind
from .stepping import Step

Results: TypeAlias = Callable[[Step], object]
"""Returns the content of a learner's result file; ``None`` if the file is missing."""
Answer: TypeAlias = Callable[[str, int, Mapping[str, object]], Mapping[str, object] | None]
"""A user's function: of the learner's name, the iteration and the values of the parameters."""


class UnusableResults(ValueError):
    """Results that were given do not fit; the message says where and why.

    :param help: what to do.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


# Drawn


def draw_results(seed: int) -> Results:
    """Return results that are drawn: small numbers, the same for each seed.

    A value depends on the seed, the iteration and the field's name only: two versions of a program
    get the same values for what they have in common.
    """

    def result(step: Step) -> object:
        fields = step.check.fields if step.check else {}
        return {
            name: _value(kind, random.Random(f"{seed} {step.iteration} {name}"))
            for name, kind in fields.items()
        }

    return result


def _value(kind: FieldKind, chance: random.Random) -> object:
    if kind.name == "bool":
        return chance.random() < 0.5
    if kind.name == "int":
        return chance.randrange(10)
    if kind.name == "float":
        return chance.randrange(1001) / 1000
    known = "abcdefghijklmnopqrstuvwxyz" if kind.letters is None else kind.letters
    # neither a dash in front nor an underscore at an end is let through
    letters = [c for c in known if c.isalnum()] or [c for c in known if c not in "-_"] or [*known]
    low = [c for c in letters if "a" <= c <= "z"] or letters
    return "".join(chance.choice(low) for _ in range(3)) if low else ""


# Of a user's function


def ask_for_results(answer: Answer) -> Results:
    """Return the results that a user's function gives.

    :raises TypeError: when it returns what no JSON file can hold.
    """

    def result(step: Step) -> object:
        found = answer(step.name, step.iteration, dict(step.values))
        try:
            return None if found is None else json.loads(json.dumps(found))
        except (TypeError, ValueError) as error:
            where = f"the result of '{step.name}' in iteration {step.iteration}"
            raise TypeError(f"{where} cannot be written as JSON: {error}") from error

    return result


# Of a file


class Listed:
    """Results in lists: one object for each iteration, of one learner or of several by name.

    :param data: a list of objects, or an object that has such a list for each learner.
    :param where: what messages call it, such as the name of the file.
    :param learners: the learners that there are.
    :raises UnusableResults: if it is something else.
    """

    def __init__(self, data: object, where: str, learners: Sequence[str]) -> None:
        self._where = where
        self._lists: dict[str, list[Mapping[str, object]]] = {}
        self._named = isinstance(data, Mapping)
        for name, items in data.items() if isinstance(data, Mapping) else [("", data)]:
            self._lists[name] = self._objects(name, items)
        unknown = [name for name in self._lists if name and name not in learners]
        if unknown:
            what = f"there is no learner '{unknown[0]}'"
            raise UnusableResults(f"{where}: {what}", did_you_mean(unknown[0], learners))

    def _objects(self, name: str, items: object) -> list[Mapping[str, object]]:
        place = f"{self._where}: {name}" if name else self._where
        if not isinstance(items, Sequence) or isinstance(items, str | bytes):
            raise UnusableResults(f"{place}: {_describe_kind(items)}, not a list", _FORM)
        found: list[Mapping[str, object]] = []
        for number, item in enumerate(items, 1):
            if not isinstance(item, Mapping):
                raise UnusableResults(f"{place}: item {number} is {_describe_kind(item)}", _FORM)
            found.append(item)
        return found

    def __call__(self, step: Step) -> object:
        """Return the result for a step.

        :raises UnusableResults: if there is none, or none of that kind.
        """
        items = self._of(step.name)
        if step.iteration > len(items):
            has = _count_results(len(items), step.name)
            raise UnusableResults(
                f"{self._where} {has}, but the loop goes on to iteration {step.iteration}",
                "add one for each iteration",
            )
        result = items[step.iteration - 1]
        if step.check and (reason := step.check.judge(result).reason):
            place = f"'{step.name}', " if self._named else ""
            item = f"{place}item {step.iteration}"
            help = _suggest_field(result, step.check.fields)
            raise UnusableResults(f"{self._where}: {item} does not fit: {reason}", help)
        return result

    def _of(self, learner: str) -> list[Mapping[str, object]]:
        return self._lists.get(learner, []) if self._named else self._lists[""]

    def left_over(self, learner: str, used: int) -> str:
        """Return what to say of results that no iteration has used; empty if there are none.

        :param used: the number of iterations.
        """
        number = len(self._of(learner))
        if number <= used:
            return ""
        given = _count_results(number, learner)
        return f"{self._where} {given}, but the loop ends after iteration {used}"


def _count_results(number: int, learner: str) -> str:
    return f"has {count(number, 'result')} for '{learner}'"


def _suggest_field(result: Mapping[str, object], fields: Mapping[str, FieldKind]) -> str:
    """Return what to write instead of a key that is no field."""
    missing = [name for name in fields if name not in result]
    for key in result:
        if key not in fields and (near := nearest(key, missing)):
            return f"'{key}' is not a field: did you mean '{near}'?"
    listed = ", ".join(f"{name}: {kind.name}" for name, kind in fields.items())
    return f"the fields are {listed}" if listed else ""


_FORM = 'write [{"FIELD": VALUE, …}, …], an object for each iteration, or {"LEARNER": […]}'


def _describe_kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "an object"
        case Sequence():
            return "a list"
    return f"a {type(value).__name__}"


def parse_results(text: str, where: str) -> object:
    """Return what a file of results holds.

    :raises UnusableResults: if it is not JSON.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise UnusableResults(f"{where}: it is nested too deeply", _FORM) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnusableResults(f"{where}: it is not JSON: {error.msg} in {place}", _FORM) from None
    except ValueError as error:  # a number of too many digits
        raise UnusableResults(f"{where}: it is not JSON: {error}", _FORM) from None
