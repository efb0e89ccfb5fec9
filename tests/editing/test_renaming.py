"""Properties of names: renaming keeps the meaning, and can be undone."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alw.driver.loader import beside, python_values
from alw.driver.pipeline import analyse, compile_sources
from alw.driver.result import Analysis
from alw.driver.session import Session
from alw.editing.symbols import CannotRename, definition, occurrence, references, rename
from alw.targets.idds.reserved_names import INVALID_NAME
from alw.text.source import Source, Span
from tests.editing.marked import ROOT, SAMPLES, WRONG, applied, read
from tests.engine.generate_programs import programs

NEW = "qzx_new_name"
_ID = re.compile(r'"[0-9a-f]{8}"')
NAME = str(ROOT / "samples" / "test.alw")


def compiled(text: str, inputs: dict[str, object]) -> Any:
    """Everything that a source compiles to, or what is said of it."""
    made = compile_sources([Source(NAME, text)], Session(python_values(inputs), reader=beside))
    if not made.ok:
        return [f"{d.rule.code} {d.message}" for d in made.diagnostics]
    whole = {name: (w.name, w.workflow, w.tasks) for name, w in made.workflows.items()}
    return json.loads(json.dumps(whole))


def names(analysis: Analysis) -> Iterator[Span]:
    """Each name that can be renamed, once for every place where it stands."""
    text, at = analysis.source.text, 0
    while at <= len(text):
        span = occurrence(analysis, at)
        if span is not None:
            yield span
        at = max(at, span.end if span else at) + 1


def renamed(value: Any, old: str) -> Any:
    """A compiled result in which the new name is the old one again.

    Internal ids come from the names of tasks: what counts is which are the same.
    """
    text, ids = json.dumps(value).replace(NEW, old), dict[str, str]()
    text = _ID.sub(lambda m: ids.setdefault(m[0], f'"id {len(ids)}"'), text)
    return json.loads(text)


def check(text: str, inputs: dict[str, object], spans: int, seed: int = 0) -> None:
    analysis = analyse(Source(NAME, text), Session(python_values(inputs), reader=beside))
    found = list(names(analysis))
    refused = {
        text[d.span.start : d.span.end] for d in analysis.diagnostics if d.rule is INVALID_NAME
    }
    for span in random.Random(seed).sample(found, min(spans, len(found))):
        old = text[span.start : span.end]
        if old in refused:
            continue  # under another name it would be no error
        places = references(analysis, span.start, declaration=True)
        meant = definition(analysis, span.start)
        assert span in places and meant in places
        assert {text[p.start : p.end] for p in places} == {old}
        edits = rename(analysis, span.start, NEW)
        changed = applied(text, edits)
        handed = {NEW if name == old else name: value for name, value in inputs.items()}
        if old not in inputs or not _is_input(text, meant):
            handed = inputs
        assert renamed(compiled(changed, handed), old) == renamed(compiled(text, inputs), old)
        again = analyse(Source(NAME, changed), Session(python_values(handed), reader=beside))
        offset = changed.index(NEW)
        assert applied(changed, rename(again, offset, old)) == text


def _is_input(text: str, meant: Span | None) -> bool:
    return meant is not None and text[: meant.start].rstrip().endswith("input")


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_renaming_in_a_sample_keeps_its_meaning(path: Path) -> None:
    check(read(path), {}, spans=12)


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(programs(), st.integers(0, 99))
@pytest.mark.slow
def test_renaming_in_any_program_keeps_its_meaning(program: Any, seed: int) -> None:
    check(program.text, program.inputs, spans=3, seed=seed)


@pytest.mark.parametrize("path", WRONG, ids=lambda p: p.stem)
@pytest.mark.slow
def test_names_of_a_source_with_errors_are_consistent(path: Path) -> None:
    analysis = analyse(Source(str(path), read(path)), Session(reader=beside))
    for span in list(names(analysis))[:40]:
        meant = definition(analysis, span.start)
        places = references(analysis, span.start, declaration=True)
        assert span in places and meant in places
        try:
            edits = rename(analysis, span.start, NEW)
        except CannotRename:
            continue
        assert tuple(edit.span for edit in edits) == places
