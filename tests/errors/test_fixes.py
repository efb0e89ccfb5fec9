"""Every fix removes the problem that it is offered for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from alw.diagnostics.diagnostic import Diagnostic
from alw.diagnostics.fixes import apply

from .expectation import FOLDER, read

FILES = sorted(FOLDER.glob("*.alw"))


def _fixed() -> list[tuple[Path, Diagnostic]]:
    return [
        (file, d)
        for file in FILES
        for d in read(file.read_text(encoding="utf-8")).compile(file.name).diagnostics
        if d.fix is not None
    ]


def _like(wanted: Diagnostic, found: Sequence[Diagnostic]) -> int:
    key = (wanted.code, wanted.start.line, wanted.message)
    return sum((d.code, d.start.line, d.message) == key for d in found)


def _errors(found: Sequence[Diagnostic]) -> int:
    return sum(d.severity == "error" for d in found)


CASES = _fixed()


@pytest.mark.parametrize(
    ("file", "diagnostic"),
    CASES,
    ids=[f"{f.stem}:{d.start.line}:{d.start.column}" for f, d in CASES],
)
def test_a_fix_removes_its_problem(file: Path, diagnostic: Diagnostic) -> None:
    case = read(file.read_text(encoding="utf-8"))
    assert diagnostic.fix is not None
    before = case.compile(file.name).diagnostics
    text = apply(case.text, [diagnostic.fix]).text
    after = replace(case, text=text).compile(file.name).diagnostics
    assert _like(diagnostic, after) < _like(diagnostic, before)
    if diagnostic.fix.safe:
        assert _errors(after) <= _errors(before)


def test_there_are_fixes_of_both_kinds() -> None:
    fixes = [d.fix for _, d in CASES if d.fix]
    assert len({d.code for _, d in CASES}) >= 10
    assert sum(fix.safe for fix in fixes) >= 10
    assert sum(not fix.safe for fix in fixes) >= 10
