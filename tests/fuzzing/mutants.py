"""Mutants of programs and maps: what an editor, a merge or a slip makes of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[A-Za-z_]\w*|\d[\w.]*|\s+|==|!=|<=|>=|//|.', re.S)
_BLOCK = re.compile(r"^```alw[^\n]*\n(.*?)^```", re.M | re.S)
_ENDS = ["\r", "\r\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\n"]
_STRANGE = [
    "\0",
    "\ufeff",
    "\u200b",
    "\ud7ff",
    "\U0010ffff",
    "\x7f",
    "\x1b[31m",
    "é",
    "e\u0301",
    "\\",
]
_NUMBERS = [
    "9" * 18,
    "9" * 19,
    "9" * 500,
    "1e308",
    "1e309",
    "1e-400",
    "0" * 50,
    "1_",
    "00",
    "0x1",
    "1.e5",
]
_SIGNS = ["-", "+", "not ", "(", "[", "{", '"{', "- -", "a.", "a["]


def sources() -> list[str]:
    """Samples, files with errors and the examples of the reference."""
    paths = [*ROOT.glob("samples/*.alw"), *ROOT.glob("tests/errors/*.alw")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    reference = (ROOT / "grammar" / "language.md").read_text(encoding="utf-8")
    return texts + _BLOCK.findall(reference)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def glue(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """White space goes, at one or several places."""
    tokens = _tokens(text)
    blanks = [n for n, token in enumerate(tokens) if token.isspace()]
    for n in chance.sample(blanks, min(len(blanks), chance.randint(1, 6))):
        tokens[n] = ""
    return "".join(tokens)


def delete(text: str, chance: random.Random, others: Sequence[str]) -> str:
    tokens = _tokens(text)
    for _ in range(chance.randint(1, 4)):
        if tokens:
            at = chance.randrange(len(tokens))
            del tokens[at : at + chance.randint(1, 3)]
    return "".join(tokens)


def double(text: str, chance: random.Random, others: Sequence[str]) -> str:
    tokens = _tokens(text)
    if tokens:
        at, length = chance.randrange(len(tokens)), chance.randint(1, 12)
        tokens[at:at] = tokens[at : at + length] * chance.choice([1, 1, 1, 3, 50])
    return "".join(tokens)


def swap(text: str, chance: random.Random, others: Sequence[str]) -> str:
    tokens = _tokens(text)
    if tokens:
        for _ in range(chance.randint(1, 3)):
            one, two = chance.randrange(len(tokens)), chance.randrange(len(tokens))
            tokens[one], tokens[two] = tokens[two], tokens[one]
    return "".join(tokens)


def splice(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """A part of another text, from one token to another, in the place of a part of this one."""
    tokens, other = _tokens(text), _tokens(chance.choice(others))
    if tokens and other:
        at, start = chance.randrange(len(tokens)), chance.randrange(len(other))
        tokens[at : at + chance.randint(0, 30)] = other[start : start + chance.randint(1, 60)]
    return "".join(tokens)


def halves(text: str, chance: random.Random, others: Sequence[str]) -> str:
    other = chance.choice(others)
    return text[: chance.randint(0, len(text))] + other[chance.randint(0, len(other)) :]


def line_ends(text: str, chance: random.Random, others: Sequence[str]) -> str:
    few = chance.random() < 0.5
    return re.sub(
        r"\n| ",
        lambda m: chance.choice(_ENDS) if chance.random() < (0.05 if few else 0.3) else m[0],
        text,
    )


def strange(text: str, chance: random.Random, others: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(_STRANGE) + text[at:]
    return text


def numbers(text: str, chance: random.Random, others: Sequence[str]) -> str:
    tokens = _tokens(text)
    places = [n for n, token in enumerate(tokens) if token[0].isdigit()]
    if places:
        tokens[chance.choice(places)] = chance.choice(_NUMBERS)
    return "".join(tokens)


def signs(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Signs and brackets, few or far too many."""
    tokens = _tokens(text)
    if tokens:
        at, sign = chance.randrange(len(tokens)), chance.choice(_SIGNS)
        tokens.insert(at, sign * chance.choice([1, 2, 40, 61, 70, 400, 3000]))
    return "".join(tokens)


def truncate(text: str, chance: random.Random, others: Sequence[str]) -> str:
    return text[: chance.randint(0, len(text))]


MUTATIONS: list[Callable[[str, random.Random, Sequence[str]], str]] = [
    glue, delete, double, swap, splice, halves, line_ends, strange, numbers, signs, truncate,
]  # fmt: skip


def mutant(text: str, chance: random.Random, others: Sequence[str]) -> str:
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        text = chance.choice(MUTATIONS)(text, chance, others)
        text = text[:200_000]
    return text


# JSON

_LEAVES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e308, "", "x", "\ud800", "a\nb", "\0", "%IN", [], {},
    [[]], {"": None}, "___idds___x", "x" * 5000, float("nan"), float("inf"), "user.me.x/", "\u2028",
]  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        one = todo.pop()
        keys = (
            list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        )
        for key in keys:
            found.append((one, key))
            todo.append(one[key])
    return found


def json_mutant(text: str, chance: random.Random) -> str:
    """A map with values of other types, without keys, with others, or far too deep."""
    value = json.loads(text)
    for _ in range(chance.choice([1, 1, 2, 5])):
        places = _places(value)
        if not places:
            break
        holder, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                holder[key] = chance.choice(_LEAVES)
            case 1:
                del holder[key]
            case 2:
                other, name = chance.choice(places)
                if isinstance(name, str) and name in other:
                    holder[key] = json.loads(json.dumps(other[name]))
            case 3 if isinstance(holder, dict):
                holder[chance.choice(["x", "", "\ud800", "a\nb", key + "2"])] = holder[key]
            case 4 if isinstance(holder[key], str):
                at = chance.randint(0, len(holder[key]))
                holder[key] = (
                    holder[key][:at]
                    + chance.choice(["'", '"', "\ud800", "\n", "{", "%"])
                    + holder[key][at:]
                )
            case _:
                depth = chance.choice([1, 30, 59, 61, 400])
                opening, closing = chance.choice([("[", "]"), ('{"a":', "}")])
                holder[key] = "@@deep@@"
                deep = opening * depth + "1" + closing * depth
                text = json.dumps(value).replace('"@@deep@@"', deep)
                try:
                    value = json.loads(text)
                except RecursionError:
                    return text
    made = json.dumps(value)
    match chance.randrange(12):
        case 0:
            return made[: chance.randint(0, len(made))]
        case 1:
            return "[" * 100_000 + made
        case 2:
            return '{"taskName":' * 50_000
    return made
