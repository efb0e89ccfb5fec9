"""Every fix removes the problem that it is offered for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from alw.diagnostics.diagnostic import Diagnostic
from alw.diagnostics.fixes import apply

from .expectation import FOLDER, read

FILES = sorted(FOLDER.glob("*.alw"))


@lru_cache
def _found(file: Path) -> tuple[Diagnostic, ...]:
    return read(file.read_text(encoding="utf-8")).compile(file.name).diagnostics


def _like(wanted: Diagnostic, found: Sequence[Diagnostic]) -> int:
    key = (wanted.code, wanted.start.line, wanted.message)
    return sum((d.code, d.start.line, d.message) == key for d in found)


def _errors(found: Sequence[Diagnostic]) -> int:
    return sum(d.severity == "error" for d in found)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_fix_removes_its_problem(file: Path) -> None:
    case = read(file.read_text(encoding="utf-8"))
    before = _found(file)
    for diagnostic in before:
        if diagnostic.fix is None:
            continue
        text = apply(case.text, [diagnostic.fix]).text
        after = replace(case, text=text).compile(file.name).diagnostics
        assert _like(diagnostic, after) < _like(diagnostic, before), diagnostic
        if diagnostic.fix.safe:
            assert _errors(after) <= _errors(before), diagnostic


def test_there_are_fixes_of_both_kinds() -> None:
    found = [d for file in FILES for d in _found(file) if d.fix]
    fixes = [d.fix for d in found if d.fix]
    assert len({d.code for d in found}) >= 10
    assert sum(fix.safe for fix in fixes) >= 10
    assert sum(not fix.safe for fix in fixes) >= 10
