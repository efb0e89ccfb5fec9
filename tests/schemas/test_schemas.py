"""The schemas as schemas."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

import alw
from alw.resources import SCHEMAS, schema_text

from .bundle import FOLDER, bundled, read, text
from .mutate import walk

Json = dict[str, Any]


@pytest.fixture(params=sorted(SCHEMAS))
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def _strings(schema: Json, key: str) -> list[str]:
    # "properties" may have a key of any name; a keyword's value is no object there
    return [v for p, v in walk(schema) if p and p[-1] == key and isinstance(v, str)]


def test_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(alw.schema(name))


def test_says_what_it_is(name: str) -> None:
    schema = alw.schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://alw.invalid/schemas/{SCHEMAS[name]}"
    assert schema["title"]
    assert schema["description"]


def test_references_nothing_outside_and_defines_nothing_in_vain(name: str) -> None:
    schema = read(SCHEMAS[name])
    used = set(_strings(schema, "$ref"))
    assert used == {f"#/$defs/{key}" for key in schema["$defs"]}


def test_keywords_are_spelt_right(name: str) -> None:
    """An unknown keyword is ignored, and what it should say is not said."""
    known = set(Draft202012Validator.VALIDATORS) | {
        "$schema", "$id", "$comment", "$defs", "title", "description", "then", "else",
    }  # fmt: skip
    maps = {"properties", "patternProperties", "$defs", "dependentRequired"}

    def check(schema: Any) -> None:
        if isinstance(schema, list):
            for item in schema:
                check(item)
        elif isinstance(schema, dict):
            assert set(schema) <= known, set(schema) - known
            for key, value in schema.items():
                if key in ("const", "enum", "dependentRequired", "required", "type"):
                    continue
                for item in value.values() if key in maps else [value]:
                    check(item)

    check(read(SCHEMAS[name]))


def test_every_required_key_is_described(name: str) -> None:
    """``required`` in an object that lists its keys names keys of the list."""
    for path, value in walk(read(SCHEMAS[name])):
        if isinstance(value, dict) and value.get("additionalProperties") is False:
            assert set(value.get("required", ())) <= set(value["properties"]), path


def test_the_copy_is_the_same() -> None:
    """Run ``python -m tests.schemas.bundle`` after a change of a schema."""
    task_parameters = read(SCHEMAS["task-parameters"])
    workflow = read(SCHEMAS["workflow"])
    assert workflow == bundled(workflow, task_parameters)


def test_layout(name: str) -> None:
    """Run ``python -m tests.schemas.bundle`` after a change of a schema."""
    assert schema_text(name) == text(read(SCHEMAS[name]))
    assert schema_text(name) == (FOLDER / SCHEMAS[name]).read_text(encoding="utf-8")
