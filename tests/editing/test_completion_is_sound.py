"""What completion offers has a meaning where it is offered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alw.driver.loader import beside, python_values
from alw.driver.pipeline import analyse
from alw.driver.result import Analysis
from alw.driver.session import Session
from alw.editing.completion import completions
from alw.editing.locate import walk
from alw.syntax.tree import After, Attribute, Binary, Logic, Member, Ref, RepeatClause, Unary
from alw.text.source import Source, Span
from tests.editing.marked import ROOT, read
from tests.editing.test_completion import BASE
from tests.engine.generate_programs import programs

NAME = str(ROOT / "samples" / "test.alw")
#: Unbound, wrong type, too early, no such output or member, circle, not of the condition, option.
MEANINGLESS = {
    *("ALW101", "ALW203", "ALW204", "ALW205", "ALW209", "ALW211", "ALW214", "ALW215"),
    *("ALW305", "ALW308", "ALW401"),
}


def places(analysis: Analysis) -> Iterator[Span]:
    """Where a name or an attribute stands."""
    owners = [n.object for n in walk(analysis.file) if isinstance(n, Member)]
    for node in walk(analysis.file):
        match node:
            case Ref() if not any(node is owner for owner in owners):
                yield node.span
            case Member() if node.name != "outputs":
                yield node.name_span
            case After():
                yield from (name.span for name in node.tasks)
            case Attribute():
                yield node.name.span


def _is_operand(analysis: Analysis, span: Span) -> bool:
    """Whether what stands behind a name has a say in its type."""
    return any(
        isinstance(node, Binary | Logic | Unary | RepeatClause)
        and node.span.start <= span.start < node.span.end
        for node in walk(analysis.file)
    )


def check(text: str, inputs: dict[str, object], most: int, seed: int = 0) -> None:
    def look(source: str) -> Analysis:
        return analyse(Source(NAME, source), Session(python_values(inputs), reader=beside))

    analysis, draw = look(text), random.Random(seed)
    before = {d.rule.code for d in analysis.diagnostics}
    found = [
        (span, item)
        for span in places(analysis)
        for item in completions(look(text[: span.start] + text[span.end :]), span.start)
        if not item.snippet
    ]
    for span, item in draw.sample(found, min(most, len(found))):
        changed = text[: span.start] + item.insert + text[span.end :]
        expected = before | ({"ALW205"} if _is_operand(analysis, span) else set())
        said = [d for d in look(changed).diagnostics if d.rule.code in MEANINGLESS - expected]
        assert not said, (item.label, said, changed)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["active_learning", "actuator", "detector", "existing_task"])
def test_in_a_sample(name: str) -> None:
    check(read(ROOT / "samples" / f"{name}.alw"), {}, most=150)


def test_in_a_text_with_everything() -> None:
    check(BASE, {}, most=300)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(programs(), st.integers(0, 99))
@pytest.mark.slow
def test_in_any_program(program: Any, seed: int) -> None:
    check(program.text, program.inputs, most=20, seed=seed)
