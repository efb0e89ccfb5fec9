"""Values of the language's types, made at random: as sources state them and learners write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.commands.programs import literal
from tests.engine.generate_commands import HOSTILE

#: What ``string of`` is tried with, and characters of it.
ALPHABETS = {
    "a-z": "abz",
    "a-z0-9_": "az09_",
    "A-Z": "ABZ",
    "0-9.": "09.",
    "a-c@+=:,./-": "ab@+=:,./-",
}
DATASETS = ("mc23.evgen", "user.you.old_data/", "mc23:mc23.a.*", "data.a,data.b")
_BAD_TEXTS = ["", "-rf", "a b", "'", "$(id)", "é", "a___b", "%41", "_a", "a_", "a" * 1001]
_WRONG: Mapping[str, list[object]] = {
    "int": [1.5, "1", True, None, 10**18],
    "float": ["1.0", False, None, float("nan"), float("inf"), 1e300],
    "bool": [0, "true", None],
    "string": [1, None, ["a"]],
}


def values_of(kind: str) -> st.SearchStrategy[Any]:
    """Values of a declared type that nothing can object to."""
    if kind == "int":
        return st.integers(-(10**17), 10**17) | st.integers(-5, 500)
    if kind == "float":
        return st.floats(-1e299, 1e299) | st.sampled_from([0.5, 125.0, 1e-7, 1e22, -2.5])
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        texts = st.text(st.sampled_from(HOSTILE + "abc0-"), max_size=6)
        return texts.filter(lambda text: not text.startswith("-"))
    letters = ALPHABETS[kind.partition('"')[2].rstrip('"')]
    return st.text(letters, min_size=1, max_size=6).filter(
        lambda text: text[0] not in "-_" and text[-1] != "_" and "___" not in text
    )


def written(value: object) -> str:
    """A value as the source states it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{literal(value)}"' if isinstance(value, str) else repr(value)


@st.composite
def results(
    draw: st.DrawFn, fields: Mapping[str, str], params: Mapping[str, str]
) -> list[bytes | dict[str, object]]:
    """What a learner leaves in each iteration; bytes must be refused.

    :param fields: the declared types of the result.
    :param params: those of the parameters, which are stricter.
    """
    kinds = {name: params.get(name, kind) for name, kind in fields.items()}
    found: list[bytes | dict[str, object]] = []
    for _ in range(draw(st.integers(1, 4))):
        result: dict[str, object] = {
            name: draw(values_of("int" if fields[name] == "int" else kind))
            for name, kind in kinds.items()
        }
        if draw(st.integers(1, 12)) < 12:
            found.append(result)
        elif fields and draw(st.integers(0, 3)) > 0:
            found.append(draw(_broken(result, kinds)))
        else:
            found.append(draw(st.sampled_from([b"", b"[]", b"{", b"nonsense", b"\xff"])))
    return found


@st.composite
def _broken(draw: st.DrawFn, result: dict[str, object], kinds: Mapping[str, str]) -> bytes:
    """A result with a field that is missing or has no value of its type."""
    name = draw(st.sampled_from(sorted(result)))
    kind = kinds[name]
    options = _WRONG[kind.split()[0]] + _BAD_TEXTS * (" of " in kind)
    broken = {**result, name: draw(st.sampled_from(options))}
    if draw(st.booleans()):
        del broken[name]
    return json.dumps(broken).encode()
