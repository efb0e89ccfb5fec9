"""What is wrong with a map is said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alw
from alw.importing.from_map import NotImported, from_map
from alw.panda.client import prun
from alw.panda.faults import find_faults
from alw.text.source import nothing

from .documents import PRUN, RUN, prun_arguments
from .mutate import added, places, replaced, walk, without
from .pchain import maps

Json = dict[str, Any]
SCHEMA = alw.schema("task-parameters")
#: Every regular expression of the schema, and what only regular expressions hold.
PATTERNS = {value for path, value in walk(SCHEMA) if path and path[-1] == "pattern"} - {
    "___idds___"  # which is plain text
}
SIGNS = re.compile(
    r"\(\?|\[\^|\\[SdwbnA.$]|\]\+|\)\*|\)\+|\]\*|\{\d+,\d*\}|\)\?|\^\w|None of|is not of type"
    r"|does not match|is not valid under"
)
VALUES: tuple[object, ...] = (
    None, -1, 51, "", "a b", "user.me.ä/", "___idds___x", RUN, "a\n", [], [None], ["a b"],
    {"a": 1}, {"___idds___": 1}, "user.me." + "x" * 200,
)  # fmt: skip


def _rich() -> Iterator[Json]:
    for name in ("container", "merge", "resources", "secondary, ratio", "outputs", "sites",
                 "good run list", "several inputs", "placeholders of prun"):  # fmt: skip
        yield json.loads(json.dumps(prun(prun_arguments(PRUN[name])).map))
    yield from maps().values()


def _check(made: object) -> int:
    found = find_faults(made)
    for fault in found:
        rest = fault.message
        for text in sorted((json.dumps(v, ensure_ascii=False) for v in VALUES), key=len):
            rest = rest.replace(text, "")
        assert not any(pattern in fault.message for pattern in PATTERNS), fault
        assert not SIGNS.search(rest), fault
        assert len(fault.message) < 400
        assert fault.message.isprintable()
        assert re.match(r"(in )?('|the map\b)", fault.message), fault
    return len(found)


def test_every_regular_expression_has_words() -> None:
    """A title stands beside each, and beside what else no keyword says in words."""
    for path, value in walk(SCHEMA):
        if not isinstance(value, dict) or path[-1:] in [("properties",), ("not",)]:
            continue
        if {"pattern", "not", "anyOf"} & set(value):
            assert value.get("title"), path
            assert not SIGNS.search(value["title"])


def test_every_keyword_of_the_schema_has_words() -> None:
    """The sweep below would not see a keyword that a later schema adds."""
    keywords = {
        str(path[-1]) for path, value in walk(SCHEMA)
        if path and path[-2:-1] not in [("properties",), ("$defs",), ("dependentRequired",)]
        and not isinstance(path[-1], int)
    } - {"$schema", "$id", "$ref", "$defs", "$comment", "title", "description"}  # fmt: skip
    keywords -= {"properties", "items", "allOf", "if", "then", "else"}  # which lead to others
    assert keywords == {
        "type", "required", "pattern", "minItems", "minLength", "minimum", "maximum", "const",
        "enum", "dependentRequired", "additionalProperties", "anyOf", "not", "propertyNames",
    }  # fmt: skip


def test_every_violation_is_said_in_words() -> None:
    """Any value in any place of maps that have every kind of item."""
    seen: set[str] = set()
    objects: set[str] = set()
    found = 0
    for made in _rich():
        for _, path, _value in places(made, seen=seen):
            for other in VALUES:
                found += _check(replaced(made, path, other) if path else other)
            if path:
                found += _check(without(made, path))
        for _, path, _value in places(made, lambda p, v: isinstance(v, dict), objects):
            for key in ("unknown", "mergeOnly", f"a{RUN}", "files", "attributes", "cpuTime"):
                for other in VALUES:
                    found += _check(added(made, path, key, other))
    for key in SCHEMA["properties"]:  # type: ignore[attr-defined]
        for other in (-1, "", "a b", [None], {"a": 1}):
            found += _check({**maps()["prun"], key: other})
    assert found > 1500


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
)
def test_anything_has_words(value: object) -> None:
    for made in (value, {**maps()["prun"], "log": value}, {**maps()["prun"], "taskName": value}):
        for fault in find_faults(made):
            assert fault.message.isprintable()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"taskName": "mine"},
         "'taskName' is \"mine\", but must be a dataset's name, such as user.NICK.NAME/"),
        ({"processingType": "panda-client-jedi-walk"},
         "but must be what panda-client writes, such as"),
        ({"nEvents": 0}, "'nEvents' is 0, but must be at least 1"),
        ({"maxAttempt": 51}, "'maxAttempt' is 51, but must be at most 50"),
        ({"noEmail": "yes"}, "'noEmail' is \"yes\", but must be true or false"),
        ({"site": 3}, "'site' is 3, but must be a text or null"),
        ({"ramCountUnit": "GB"}, 'but must be "MBPerCore" or "MBPerCoreFixed"'),
        ({"jobParameters": []}, "'jobParameters' is [], but must be a non-empty list"),
        ({"jobParameters": [{"type": "constant"}]}, "'jobParameters.0' has no 'value'"),
        ({"jobParameters": [{"type": "constant", "value": "", "x": 1, "y": 2}]},
         "'jobParameters.0' has the unknown keys \"x\", \"y\""),
        ({"ramCount": 3, "cpuTime": 3},
         "in the map, 'cpuTime' needs 'cpuTimeUnit'; 'ramCount' needs 'ramCountUnit'"),
        ({"vo": "a b"}, "'vo' is \"a b\", but must be text without spaces"),
        ({"cliParams": "___idds___x"},
         "but must be text in which ___idds___num_run___ and ___idds___user_NAME___ are"),
        ({"excludedSite": [f"{RUN}"]}, "but must be free of placeholders of iDDS (___idds___…)"),
        ({"log": {"___idds___": 1}}, "has the key"),
        ({"log": {}}, "'log' has no 'type', 'param_type', 'dataset' or 'value'"),
    ],
)  # fmt: skip
def test_words(change: Json, message: str, tmp_path: Path) -> None:
    made = {k: v for k, v in maps()["prun"].items() if k not in ("cpuTimeUnit", "ramCountUnit")}
    assert find_faults(made) == []
    said = [fault.message for fault in find_faults({**made, **change})]
    assert any(message in text for text in said), said


def test_every_missing_key_is_named() -> None:
    (found,) = find_faults({})
    assert found.message.startswith("the map has no 'taskName', 'vo', ")


def test_who_compiles_or_imports_it_reads_the_same_words(tmp_path: Path) -> None:
    made = {**maps()["prun"], "taskName": "mine"}
    (tmp_path / "m.json").write_text(json.dumps(made))
    (tmp_path / "w.alw").write_text('workflow w { task t { map = "m.json" } }')
    (found,) = alw.compile(tmp_path / "w.alw").diagnostics
    assert (found.code, found.message) == ("ALW418", find_faults(made)[0].message)
    assert found.source.text[found.span.start : found.span.end] == '"mine"'
    with pytest.raises(NotImported) as error:
        from_map(made, "w.alw", None, nothing, "m.json")
    assert find_faults(made)[0].message in error.value.message
