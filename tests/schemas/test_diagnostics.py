"""``schemas/diagnostics.schema.json`` against what the compiler says."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import alw
from alw.diagnostics.catalogue import all_rules
from alw.diagnostics.diagnostic import Diagnostic, Label
from alw.text.source import Source, Span

from .mutate import accepted, added, places, replaced, walk, without

Json = dict[str, Any]
VALIDATOR = Draft202012Validator(alw.schema("diagnostics"))

BROKEN = {
    "text": 'workflow w { task t { exec = "a\n } }',
    "names": 'workflow w { task t { exec = "run {nothing}"  nJbos = 3 } task t { exec = "b" } }',
    "loop": 'workflow w { loop l { task t { exec = "a" } } }',
    "nothing": "",
    "not ASCII": 'workflow w { task t { exec = "ärger {größe}" } }',
}


def _said(*diagnostics: Diagnostic) -> Json:
    document: Json = json.loads(json.dumps({"diagnostics": [d.to_json() for d in diagnostics]}))
    return document


def _complete() -> Json:
    source = Source("a.alw", "one\ntwo\n")
    label = Label(source, Span(4, 5), "here")
    rule = all_rules()["ALW203"]
    return _said(
        Diagnostic(rule, source, Span(0, 3), "message", "help", (label,)),
        Diagnostic(rule, source, Span(8, 8), "message", severity="warning"),
    )


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("strict", [False, True])
def test_accepts_what_the_compiler_says(name: str, strict: bool) -> None:
    said = alw.compile_text(BROKEN[name], name=name, strict=strict).diagnostics
    assert said
    VALIDATOR.validate(_said(*said))


def test_accepts_nothing_to_say_and_everything_there_is() -> None:
    VALIDATOR.validate(_said())
    VALIDATOR.validate(_complete())


@pytest.mark.parametrize("code", sorted(all_rules()))
def test_accepts_every_rule(code: str) -> None:
    rule = all_rules()[code]
    source = Source("<stdin>", "")
    VALIDATOR.validate(
        _said(Diagnostic(rule, source, Span(0, 0), rule.meaning, severity=rule.severity))
    )


def test_rejects_a_missing_key() -> None:
    document = _complete()
    mutants = (
        (kind, without(document, path))
        for kind, path, _ in places(document, lambda p, v: bool(p) and isinstance(p[-1], str))
    )
    assert accepted(VALIDATOR, mutants) == []


def test_rejects_an_unknown_key() -> None:
    document = _complete()
    mutants = (
        (kind, added(document, path, "hint", None))
        for kind, path, _ in places(document, lambda p, v: isinstance(v, dict))
    )
    assert accepted(VALIDATOR, mutants) == []


def test_rejects_a_value_of_another_type() -> None:
    document = _complete()
    allowed = {("help", "NoneType")}
    others: tuple[object, ...] = (None, True, 1.5, "text", [], {})
    mutants = (
        (f"{path} {other!r}", replaced(document, path, other))
        for path, value in walk(document)
        if path
        for other in others
        if type(other) is not type(value)
        and (path[-1], type(other).__name__) not in allowed
        and not (path[-1] == "help" and isinstance(other, str))
    )
    assert accepted(VALIDATOR, mutants) == []


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("code", ["", "ALW", "ALW20", "ALW2031", "ALW003", "alw203", "XALW203", "ALW203\n"]),
        ("name", ["", "Unbound-name", "unbound_name", "-name", "name-", "a--b", "2d", "name\n"]),
        ("severity", ["", "Error", "info", "note", "fatal"]),
        ("message", [""]),
        ("file", [""]),
        ("help", [""]),
    ],
)
def test_rejects_a_wrong_value(key: str, values: list[str]) -> None:
    document = _complete()
    mutants = ((value, replaced(document, ("diagnostics", 0, key), value)) for value in values)
    assert accepted(VALIDATOR, mutants) == []


@pytest.mark.parametrize("number", [0, -1, 1.5, "1", True])
def test_rejects_a_position_that_is_none(number: object) -> None:
    document = _complete()
    paths = [path for path, value in walk(document) if path and path[-1] in ("line", "column")]
    assert len(paths) == 12
    for path in paths:
        assert not VALIDATOR.is_valid(replaced(document, path, number)), path


def test_rejects_another_top_level() -> None:
    inner = _complete()["diagnostics"]
    for wrong in (inner, {}, None, {"diagnostics": None}, {"diagnostics": {"0": inner[0]}}):
        assert not VALIDATOR.is_valid(copy.deepcopy(wrong))
