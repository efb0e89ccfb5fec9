"""Nothing that an editor asks fails, whatever the text and wherever the cursor."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alw.driver.result import Analysis
from alw.editing.completion import completions
from alw.editing.highlight import semantic_tokens
from alw.editing.hints import hints
from alw.editing.hover import hover
from alw.editing.lenses import lenses
from alw.editing.links import links
from alw.editing.outline import Symbol, folds, outline
from alw.editing.signature import signature
from alw.editing.symbols import CannotRename, definition, occurrence, references, rename
from alw.text.source import Span
from tests.editing.marked import SAMPLES, WRONG, analysed, read

SOURCES = [*SAMPLES, *WRONG]
PIECES = [
    *("{", "}", '"', "(", ")", "[", "]", ".", ",", ":", "=", "#", "\n", "\\", "$", "{{", "é", "\0"),
    *(" loop ", " task t {", " result ", "after ", "repeat while ", "param x", " 1 ", "'", "at "),
]


def within(span: Span, text: str) -> bool:
    return 0 <= span.start <= span.end <= len(text)


def ask_of_offset(analysis: Analysis, offset: int) -> None:
    text = analysis.source.text
    for item in completions(analysis, offset):
        assert within(item.span, text) and item.label and item.insert
        assert item.span.start <= offset <= item.span.end
    said = hover(analysis, offset)
    assert said is None or (within(said.span, text) and said.markdown)
    form = signature(analysis, offset)
    assert form is None or 0 <= form.active < len(form.parameters)
    span = occurrence(analysis, offset)
    places = references(analysis, offset, declaration=True)
    assert (definition(analysis, offset) is None) == (span is None) == (not places)
    assert span is None or (span in places and span.start <= offset <= span.end)
    try:
        assert rename(analysis, offset, "qzx_new")
    except CannotRename as error:
        assert error.message


def ask_of_all(analysis: Analysis) -> None:
    text = analysis.source.text
    end = 0
    for token in semantic_tokens(analysis):
        assert end <= token.span.start < token.span.end <= len(text)
        assert "\n" not in text[token.span.start : token.span.end]
        end = token.span.end
    assert all(within(fold.span, text) for fold in folds(analysis))
    assert all(0 <= hint.offset <= len(text) and hint.label for hint in hints(analysis))
    assert all(within(link.span, text) and link.path for link in links(analysis))
    assert all(within(lens.span, text) for lens in lenses(analysis))

    def check(symbols: tuple[Symbol, ...]) -> None:
        for symbol in symbols:
            assert symbol.name and within(symbol.span, text)
            assert symbol.span.start <= symbol.name_span.start
            assert symbol.name_span.end <= symbol.span.end
            check(symbol.children)

    check(outline(analysis))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
@pytest.mark.slow
def test_of_any_source_everything_can_be_asked(path: Path) -> None:
    text = read(path)
    analysis = analysed(text, path.parent)
    ask_of_all(analysis)
    draw = random.Random(path.stem)
    for offset in {0, len(text), *(draw.randrange(len(text) + 1) for _ in range(30))}:
        ask_of_offset(analysis, offset)
    for _ in range(3):
        cut = draw.randrange(len(text) + 1)
        ask_of_offset(analysed(text[:cut], path.parent), cut)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_of_any_text_everything_can_be_asked(data: st.DataObject) -> None:
    text = read(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 2, 5, 40, 10_000])))
        put = data.draw(st.sampled_from(PIECES))
        text = text[:start] + put + text[end:]
        analysis = analysed(text)
        for offset in (start, start + len(put), data.draw(st.integers(0, len(text)))):
            ask_of_offset(analysis, offset)
    ask_of_all(analysis)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, "workflow w {", "a", "b", "const a: int = "])).map("".join)
)
def test_of_pieces_everything_can_be_asked(text: str) -> None:
    analysis = analysed(text)
    ask_of_all(analysis)
    for offset in range(len(text) + 1):
        ask_of_offset(analysis, offset)
