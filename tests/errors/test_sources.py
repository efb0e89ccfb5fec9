"""Every source in this folder gives exactly the diagnostics that it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from alw.diagnostics.catalogue import all_rules

from .expectation import FOLDER, Expected, mismatch, read
from .test_outside import COVERED

RULES = all_rules()
FILES = sorted(FOLDER.rglob("*.alw"))


def _id(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_diagnostics(path: Path) -> None:
    case = read(path.read_text(encoding="utf-8"))
    compilation = case.compile(path.name)
    if differs := mismatch(case, compilation):
        pytest.fail(differs, pytrace=False)
    assert compilation.ok == all(RULES[e.code].severity != "error" for e in case.expected)
    assert compilation.ok or not compilation.workflows


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_expectations_are_about_rules(path: Path) -> None:
    expected = read(path.read_text(encoding="utf-8")).expected
    assert expected
    for e in expected:
        assert RULES[e.code].name == e.name


@pytest.mark.parametrize("path", [p for p in FILES if p.name.startswith("ALW")], ids=_id)
def test_files_are_named_after_their_rule(path: Path) -> None:
    code, _, rest = path.stem.partition("-")
    assert rest.split(".")[0] == RULES[code].name
    assert code in {e.code for e in read(path.read_text(encoding="utf-8")).expected}


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_a_test(code: str) -> None:
    files = [p for p in FILES if p.name.startswith(f"{code}-")]
    assert files or code in COVERED


def test_several_expectations_of_a_line() -> None:
    text = (
        "a #! ALW203 unbound-name @3: x => y #! ALW205 type-mismatch\n#!^ ALW101 syntax-error: z\n"
    )
    assert read(text).expected == [
        Expected(1, "ALW203", "unbound-name", 3, "x", "y"),
        Expected(1, "ALW205", "type-mismatch"),
        Expected(1, "ALW101", "syntax-error", None, "z"),
    ]


@pytest.mark.parametrize(
    "expectation",
    [
        "#! ALW203 unbound-name: nothing is called 'm'",
        "",
        "#! ALW203 unbound-name @41: nothing is called 'n'",
        "#! ALW203 unbound-name: nothing is called 'n' => write it",
        "#! ALW203 unbound-name: nothing #! ALW203 unbound-name: nothing",
        "#! ALW205 type-mismatch: nothing is called 'n'",
    ],
)
def test_what_differs_is_a_mismatch(expectation: str) -> None:
    text = (
        'workflow w {\n  dataset = "user.me.x"\n  task a { exec = "x {n}" } '
        + expectation
        + "\n}\n"
    )
    case = read(text)
    assert mismatch(case, case.compile("x"))
