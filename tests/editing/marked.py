"""Sources with a cursor in them, written ``‸``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alw.diagnostics.diagnostic import Edit
from alw.driver.loader import beside
from alw.driver.pipeline import analyse
from alw.driver.result import Analysis
from alw.driver.session import Session
from alw.semantics.input_values import Inputs, InputValue
from alw.text.source import Source, Span
from tests.conftest import ROOT

SAMPLES = sorted((ROOT / "samples").glob("*.alw"))
WRONG = sorted((ROOT / "tests" / "errors").glob("*.alw"))


def analysed(text: str, folder: Path = ROOT / "samples", **inputs: object) -> Analysis:
    """What is known of ``text`` as a file of ``folder``."""
    given = {name: InputValue(value, "the test") for name, value in inputs.items()}
    return analyse(Source(str(folder / "test.alw"), text), Session(Inputs(given), reader=beside))


def at_cursor(text: str, **inputs: Any) -> tuple[Analysis, int]:
    """What is known of ``text`` without its cursor, and where that stands."""
    offset = text.index("‸")
    return analysed(text.replace("‸", ""), **inputs), offset


def read(path: Path) -> str:
    return path.read_text("utf-8")


def slices(analysis: Analysis, spans: tuple[Span, ...] | list[Span]) -> list[str]:
    """The text of each span."""
    return [analysis.source.text[span.start : span.end] for span in spans]


def marked(analysis: Analysis, spans: tuple[Span, ...] | list[Span]) -> str:
    """The text with brackets ``‹…›`` around the spans."""
    text = analysis.source.text
    for span in sorted(spans, reverse=True):
        text = f"{text[: span.start]}‹{text[span.start : span.end]}›{text[span.end :]}"
    return text


def applied(text: str, edits: tuple[Edit, ...] | list[Edit]) -> str:
    """The text after the edits."""
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
