"""The engine of fixes: which are applied, and that nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

import alw
from alw.diagnostics import rules
from alw.diagnostics.diagnostic import Diagnostic, Edit, Fix
from alw.diagnostics.fixes import ROUNDS, apply, repair
from alw.text.source import Source, Span

Compile = Callable[[Sequence[Source]], Sequence[Diagnostic]]


def fix(*edits: tuple[int, int, str], safe: bool = True) -> Fix:
    return Fix("fix", tuple(Edit(Span(start, end), text) for start, end, text in edits), safe)


_words = st.text("ab\r\né", max_size=4)
_pieces = st.lists(st.tuples(st.text("xyz", min_size=1, max_size=4), _words, _words), max_size=8)


@given(_pieces, st.randoms())
def test_only_the_spans_change(pieces: list[tuple[str, str, str]], random: Random) -> None:
    text, wanted, fixes = "", "", []
    for kept, old, new in pieces:
        text += kept
        wanted += kept
        fixes.append(fix((len(text), len(text) + len(old), new)))
        text += old
        wanted += new
    random.shuffle(fixes)
    changes = sum(old != new for _, old, new in pieces)
    assert apply(text, fixes) == (wanted, changes)
    together = Fix("all", tuple(edit for f in fixes for edit in f.edits))
    assert apply(text, [together]) == (wanted, min(changes, 1))


_spans = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)
_edits = st.builds(lambda span, text: (span[0], span[1], text), _spans, st.sampled_from(["", "A"]))
_fixes = st.lists(st.lists(_edits, min_size=1, max_size=3).map(lambda e: fix(*e)), max_size=6)


def naively(text: str, fixes: Sequence[Fix]) -> tuple[str, int]:
    """The same, an edit compared with every other."""
    taken: list[Edit] = []
    number = 0
    for each in fixes:
        edits = [e for e in each.edits if text[e.span.start : e.span.end] != e.text]
        others = list(taken)
        free = bool(edits)
        for edit in edits:
            for other in others:
                low, high = sorted((edit.span, other.span))
                empty = low.start == low.end or high.start == high.end
                if high.start < low.end or (empty and high.start == low.end):
                    free = False
            others.append(edit)
        if free:
            taken = others
            number += 1
    for edit in sorted(taken, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text, number


@given(_fixes)
def test_of_two_at_one_place_the_first_is_applied_whole(fixes: list[Fix]) -> None:
    assert apply("0123456789ab", fixes) == naively("0123456789ab", fixes)


def test_what_changes_nothing_is_no_fix() -> None:
    assert apply("abc", [fix((0, 1, "a")), fix((1, 1, ""))]) == ("abc", 0)


def test_the_library_has_the_fixes() -> None:
    text = 'workflow w { dataset = "user.me.w" task a { exec = "run" } }'
    [found] = alw.compile_text(f"{text}  # alw: ignore-file unused-task").diagnostics
    assert isinstance(found.fix, alw.Fix)
    assert all(isinstance(edit, alw.Edit) for edit in found.fix.edits)


# Round after round


def replacing(pattern: str, by: str, safe: bool = True, broken: str = "!") -> Compile:
    """A compiler that wants ``pattern`` replaced, and cannot parse ``broken``."""

    def compile(sources: Sequence[Source]) -> Sequence[Diagnostic]:
        found: list[Diagnostic] = []
        for source in sources:
            if broken in source.text:
                found.append(Diagnostic(rules.SYNTAX_ERROR, source, Span(0, 1), "broken"))
            for match in re.finditer(f"(?={pattern})", source.text):
                whole = re.compile(pattern).match(source.text, match.start())
                assert whole
                edit = (whole.start(), whole.end(), by)
                span = Span(*whole.span())
                found.append(
                    Diagnostic(rules.UNBOUND_NAME, source, span, "m", fix=fix(edit, safe=safe))
                )
        return found

    return compile


@given(st.lists(st.text("ab \r\n", max_size=12), max_size=4))
def test_repairing_twice_changes_nothing_more(texts: list[str]) -> None:
    compile = replacing("aa", "a")
    sources = [Source(str(n), text, mark="\ufeff") for n, text in enumerate(texts)]
    once = repair(sources, compile)
    assert [s.text for s in once.sources] == [re.sub("a+", "a", text) for text in texts]
    assert list(once.fixes) == [
        len(text) - len(s.text) for text, s in zip(texts, once.sources, strict=True)
    ]
    assert not once.after
    assert all(s.mark == "\ufeff" for s in once.sources)
    twice = repair(once.sources, compile)
    assert all(a is b for a, b in zip(once.sources, twice.sources, strict=True))
    assert sum(twice.fixes) == 0


def test_fixes_without_end_come_to_one() -> None:
    repaired = repair([Source("s", "a")], replacing("a", "ab"))
    assert repaired.fixes == (ROUNDS,)


def test_guesses_are_not_applied() -> None:
    source = Source("s", "a")
    repaired = repair([source], replacing("a", "b", safe=False))
    assert repaired.sources == (source,)
    assert len(repaired.after) == 1


def test_a_source_that_would_not_parse_stays() -> None:
    broken = Source("broken", "a!")
    sources = [Source("s", "a"), broken, Source("t", "b")]
    spoiling = repair(sources, replacing("a", "!"))
    assert spoiling.sources[0] is sources[0]
    assert spoiling.fixes == (0, 1, 0)
    assert {d.code for d in spoiling.after if d.source is sources[0]} == {"ALW203"}
