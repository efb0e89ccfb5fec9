"""Any small change of a right program is refused or does no harm.

Words are dropped, doubled, swapped and replaced, characters put into strings, and whole
declarations left out.  What the compiler still accepts is run on iDDS, unless it compiles to the
same as before.

``ALW_FUZZ=N`` tries N changes of each kind, different ones each time.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

import alw
from tests.engine.harmless import assert_harmless
from tests.errors.accepted import ACCEPTED, RICH

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\d[\w.]*|\S')
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_TYPES = ("int", "float", "bool", "string", "dataset", "list", 'string of "a-z"')
_CHARACTERS = "'\"$%{}\\;|&<>#~* \n\t-_.,:/()é`"

Mutate = Callable[[str, random.Random], str]


def _tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(re.sub(r"#.*", lambda m: " " * len(m[0]), text)))


def _put(text: str, at: re.Match[str], new: str) -> str:
    return text[: at.start()] + new + text[at.end() :]


def drop_a_word(text: str, chance: random.Random) -> str:
    return _put(text, chance.choice(_tokens(text)), "")


def double_a_word(text: str, chance: random.Random) -> str:
    token = chance.choice(_tokens(text))
    return _put(text, token, f"{token[0]} {token[0]}")


def swap_two_words(text: str, chance: random.Random) -> str:
    first, second = sorted(chance.sample(_tokens(text), 2), key=lambda token: token.start())
    return _put(_put(text, second, first[0]), first, second[0])


def replace_a_name(text: str, chance: random.Random) -> str:
    names = [token for token in _tokens(text) if _NAME.match(token[0])]
    return _put(text, chance.choice(names), chance.choice(names)[0])


def change_a_type(text: str, chance: random.Random) -> str:
    types = list(re.finditer(r'(?<=: )(int|float|bool|dataset|string( of "[^"]*")?)\b', text))
    return _put(text, chance.choice(types), chance.choice(_TYPES)) if types else text


def rename_inside_a_string(text: str, chance: random.Random) -> str:
    inside = list(re.finditer(r"(?<=\{)[a-z]\w*", text))
    return _put(text, chance.choice(inside), chance.choice(inside)[0]) if inside else text


def put_a_character_into_a_string(text: str, chance: random.Random) -> str:
    strings = [token for token in _tokens(text) if token[0][0] == '"']
    token, char = chance.choice(strings), chance.choice(_CHARACTERS)
    at = chance.randint(token.start() + 1, token.end() - 1)
    written = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}.get(char, char)
    if chance.random() < 0.5:
        written = {"{": "{{", "}": "}}"}.get(char, written)
    return text[:at] + written + text[at:]


def drop_an_item(text: str, chance: random.Random) -> str:
    start, end = chance.choice(list(_items(text)))
    return text[:start] + text[end:]


def double_an_item(text: str, chance: random.Random) -> str:
    start, end = chance.choice(list(_items(text)))
    return text[:end] + text[start:end] + text[end:]


def move_an_item(text: str, chance: random.Random) -> str:
    items = list(_items(text))
    (start, end), (_, place) = chance.choice(items), chance.choice(items)
    if start < place < end:
        return text
    moved, rest = text[start:end], text[:start] + text[end:]
    place -= end - start if place >= end else 0
    return rest[:place] + moved + rest[place:]


def _items(text: str) -> Iterator[tuple[int, int]]:
    """Declarations, attributes and blocks: each is a line, or goes on to its closing brace."""
    plain = re.sub(r'"(?:[^"\\\n]|\\.)*"|#.*', lambda m: "x" * len(m[0]), text)
    for line in re.finditer(r"^[ ]*[a-z].*\n", plain, re.MULTILINE):
        end, depth = line.end(), line[0].count("{") - line[0].count("}")
        while depth > 0:
            end = plain.index("\n", end) + 1
            depth = plain[line.start() : end].count("{") - plain[line.start() : end].count("}")
        yield line.start(), end


KINDS: tuple[Mutate, ...] = (
    drop_a_word,
    double_a_word,
    swap_two_words,
    replace_a_name,
    change_a_type,
    rename_inside_a_string,
    put_a_character_into_a_string,
    drop_an_item,
    double_an_item,
    move_an_item,
)


def maps(compilation: alw.Compilation) -> list[object]:
    return [(name, made.workflow, made.tasks) for name, made in compilation.workflows.items()]


@pytest.mark.parametrize("mutate", KINDS, ids=lambda kind: kind.__name__)
def test_a_mutant_is_refused_or_harmless(mutate: Mutate) -> None:
    chance = random.Random(None if EXAMPLES else 1)
    originals = {name: maps(alw.compile_text(text)) for name, text in ACCEPTED.items()}
    number_of_mutants = EXAMPLES or 60
    different = 0
    for number in range(number_of_mutants):
        name = sorted(ACCEPTED)[number // 2 % len(ACCEPTED)] if number % 2 else "rich"
        text = mutate(ACCEPTED[name], chance)
        compilation = alw.compile_text(text)
        assert compilation.ok == bool(compilation.workflows)
        if maps(compilation) == originals[name]:
            continue
        different += 1
        try:
            assert_harmless(compilation, number)
        except Exception as error:
            raise AssertionError(f"not harmless: {error}\n{text}") from error
    assert different > number_of_mutants / 4


def test_every_use_of_a_name_is_checked() -> None:
    uses = list(re.finditer(r"(?<=\{)[a-z]\w*(?=[}.])", RICH))
    assert len(uses) > 20
    for use in uses:
        text = _put(RICH, use, f"no_{use[0]}")
        assert {d.code for d in alw.compile_text(text).diagnostics if d.severity == "error"} == {
            "ALW203"
        }


def test_every_parameter_needs_its_field_and_its_first_value() -> None:
    start, end = RICH.index("result"), RICH.index("after skim")
    for name in ("m1", "nevents", "fast", "tag"):
        without = re.sub(rf"\b{name}: \w+, ", "", RICH[start:end])
        assert without != RICH[start:end]
        assert _codes(RICH[:start] + without + RICH[end:]) == {"ALW207"}
        assert _codes(re.sub(rf"(param {name}: .*?) += .*", r"\1", RICH)) == {"ALW206"}


def _codes(text: str) -> set[str]:
    return {d.code for d in alw.compile_text(text).diagnostics if d.severity == "error"}


def test_the_items_of_a_program_are_found() -> None:
    found = [RICH[start:end].split("{")[0].split("=")[0].split() for start, end in _items(RICH)]
    assert ["loop", "scan"] in found and ["task", "plot"] in found and ["n_jobs"] in found
    assert all(a != b for a, b in pairwise(_items(RICH)))
