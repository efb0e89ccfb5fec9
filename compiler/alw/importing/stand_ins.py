"""Inputs of a source for what a script gets from outside, and values that stand for them.

prun and the compiler are asked with these values; in the source stand the inputs' names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..panda.client import prun_options
from ..syntax.spelling import RESERVED, spell_string
from .calls import Call
from .shell_values import Reference, Value, spell, to_text

#: What prun asks the machine for, where no option says it (pandaclient/AthenaUtils.py:1390-1452).
_SUPPLIED = {
    "cmtConfig": (
        Reference("$CMTCONFIG", "cmt_config", "$CMTCONFIG"), "x86_64-qzel9-gcc13-opt",
    ),
    "athenaTag": (Reference("$AtlasVersion", "athena_tag", "$AtlasVersion"), "97.2.31"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceInput:
    """An input of the source."""

    name: str
    spelled: str
    stand_in: str
    is_number: bool
    default: str | None

    def declare(self) -> str:
        """Return the line that declares it."""
        default = ""
        if self.default is not None:
            default = f" = {self.default if self.is_number else spell_string(self.default)}"
        return f"input {self.name}: {'int' if self.is_number else 'string'}{default}"

    @property
    def value(self) -> int | str:
        """Its stand-in, of its type."""
        return int(self.stand_in) if self.is_number else self.stand_in


class StandIns:
    """The stand-ins for the references in calls."""

    def __init__(self, calls: Sequence[Call], taken: Iterable[str]) -> None:
        self._taken = {*taken, *RESERVED}
        self._whole = "\n".join(spell(word) for call in calls for word in call.words)
        self._by_key: dict[str, SourceInput] = {}
        numbers, names = _find_uses(calls)
        defaults: dict[str, str] = {}
        for reference in _find_references(calls):
            if reference.default is not None:
                defaults.setdefault(reference.key, reference.default)
        for reference in _find_references(calls):
            default = defaults.get(reference.key)
            number = reference.key in numbers and (default is None or default.isdecimal())
            self._add(reference, number, reference.key in names, default)

    def _add(self, reference: Reference, number: bool, dataset: bool, default: str | None) -> None:
        if reference.key not in self._by_key:
            stand_in = self._choose_number() if number else self._choose_text(dataset)
            name = self._choose_name(reference.name)
            self._by_key[reference.key] = SourceInput(
                name, reference.spelled, stand_in, number, default
            )

    def supply(self, option: str) -> str:
        """Return the stand-in for what prun would ask the machine for."""
        reference, stand_in = _SUPPLIED[option]
        if reference.key not in self._by_key:
            name = self._choose_name(reference.name)
            self._by_key[reference.key] = SourceInput(
                name, reference.spelled, stand_in, False, None
            )
        return self._by_key[reference.key].stand_in

    @property
    def inputs(self) -> list[SourceInput]:
        """The inputs, in the order of their first use."""
        return list(self._by_key.values())

    def replace_unknown(self, value: Value) -> str:
        """Return ``value`` with stand-ins for what is unknown."""
        return "".join(
            part if isinstance(part, str) else self._by_key[part.key].stand_in for part in value
        )

    def name_inputs(self, setting: str) -> str:
        """Return a literal of a source, with the names of inputs instead of their stand-ins."""
        for one in self.inputs:
            if setting == one.stand_in:
                return one.name
            if setting.startswith(('"', "[")):
                setting = setting.replace(one.stand_in, f"{{{one.name}}}")
        return setting

    def spell_inputs(self, text: str) -> str:
        """Return ``text``, with the words of the script instead of stand-ins."""
        for one in self.inputs:
            if not one.is_number:
                text = text.replace(one.stand_in, one.spelled)
        return text

    def drop_inputs(self, text: str) -> str:
        """Return ``text`` without stand-ins."""
        for one in self.inputs:
            text = text.replace(one.stand_in, "")
        return text

    def _choose_name(self, wanted: str) -> str:
        words = re.findall(r"[A-Za-z0-9]+", wanted.lower() if wanted.isupper() else wanted)
        name = "_".join(words) or "value"
        name = f"v{name}" if not name[0].isalpha() else name
        free = name
        number = 2
        while free in self._taken:
            free = f"{name}_{number}"
            number += 1
        self._taken.add(free)
        return free

    def _choose_number(self) -> str:
        used = {one.stand_in for one in self.inputs}
        candidates = (
            str(n) for n in (7, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, *range(101, 9999))
        )
        return next(n for n in candidates if n not in self._whole and n not in used)

    def _choose_text(self, dataset: bool) -> str:
        number = len(self._by_key)
        while True:
            text = f"qz{number}z"
            if text not in self._whole:
                return f"user.{text}.out" if dataset else text
            number += 100


def _find_references(calls: Sequence[Call]) -> list[Reference]:
    return [
        part
        for call in calls
        for word in call.words
        for part in word
        if isinstance(part, Reference)
    ]


def _find_uses(calls: Sequence[Call]) -> tuple[set[str], set[str]]:
    """Return references that are complete numbers, and those with which a dataset begins."""
    kinds = {name: option.kind for name, option in prun_options().items()}
    numbers: set[str] = set()
    datasets: set[str] = set()
    for call in calls:
        before = ""
        for word in call.words:
            first = word[0] if word else ""
            option, value = before, word
            if isinstance(first, str) and (match := re.fullmatch(r"--(\w+)=", first)):
                option, value = match[1], word[1:]
            if value and isinstance(value[0], Reference):
                if len(value) == 1 and kinds.get(option) == "int":
                    numbers.add(value[0].key)
                if option == "outDS":
                    datasets.add(value[0].key)
            text = to_text(word) or ""
            before = text[2:] if text.startswith("--") and "=" not in text else ""
    return numbers, datasets
