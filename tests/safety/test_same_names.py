"""Names that are the same in some iteration, against trying them all."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alw
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.prun.same_names import (
    NUMBER,
    NumberedName,
    Pattern,
    Unknown,
    find_same_names,
    may_be_same,
    pattern,
)
from alw.text.source import Source

PIECES = st.sampled_from([NUMBER, NUMBER, "1", "2", "0", "a", "."])
NAMES = st.lists(
    st.builds(
        NumberedName,
        st.lists(PIECES, min_size=1, max_size=4).map("".join),
        st.sampled_from([1, 2, 5, 12, 30, 130]),
    ),
    min_size=2,
    max_size=5,
)


def _all(name: NumberedName) -> set[str]:
    return {name.at(number) for number in range(1, name.last + 1)}


@settings(max_examples=1500, deadline=None)
@given(NAMES)
@pytest.mark.slow
def test_collisions_are_those_of_every_iteration(names: list[NumberedName]) -> None:
    every = [_all(name) for name in names]
    meet = {
        later
        for first, later in itertools.combinations(range(len(names)), 2)
        if every[first] & every[later]
    }
    found = list(find_same_names(dict(enumerate(names))))
    assert {later for _, later, _ in found} <= meet
    assert bool(found) == bool(meet)
    for first, later, text in found:
        assert first < later
        assert text in every[first] & every[later]


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (NumberedName(f"x{NUMBER}", 100_000), NumberedName("x99999"), True),
        (NumberedName(f"x{NUMBER}", 100_000), NumberedName("x100001"), False),
        (NumberedName("x100001"), NumberedName(f"x{NUMBER}", 100_000), False),
        (NumberedName(f"x{NUMBER}", 100_000), NumberedName("x099"), False),
        (NumberedName(f"x{NUMBER}.y{NUMBER}", 100_000), NumberedName("x20000.y20000"), True),
        (NumberedName(f"x{NUMBER}.y{NUMBER}", 100_000), NumberedName("x20000.y20001"), False),
        (NumberedName("x20000.y20000"), NumberedName(f"x{NUMBER}.y{NUMBER}", 100_000), True),
    ],
)
def test_long_loops(first: NumberedName, second: NumberedName, meet: bool) -> None:
    assert bool(list(find_same_names({1: first, 2: second}))) is meet


@pytest.mark.parametrize("text", ["t{}.\0", "t{}", "t\0.x{}", "a{}b\0c\0"])
def test_ten_thousand_names_take_no_time(text: str) -> None:
    names = {n: NumberedName(f"user.me.{text.format(n)}", 50) for n in range(10_000)}
    begun = time.process_time()
    assert not list(find_same_names(names))
    assert time.process_time() - begun < 2


PATTERNS = st.lists(
    st.sampled_from(["a", "b", "1", Unknown("ab"), Unknown("1"), Unknown("ab", many=True),
                     Unknown(many=True), Unknown("12", many=True)]),
    max_size=5,
).map(tuple)  # fmt: skip


def _texts(one: Pattern) -> re.Pattern[str]:
    parts = [
        re.escape(part)
        if isinstance(part, str)
        else f"[{part.letters or 'ab12'}]{'*' if part.many else ''}"
        for part in one
    ]
    return re.compile("".join(parts) + r"\Z")


WORDS = ["".join(word) for size in range(9) for word in itertools.product("a1", repeat=size)]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS)
def test_patterns_that_share_a_name(one: Pattern, other: Pattern) -> None:
    first, second = _texts(one), _texts(other)
    shared = any(first.match(word) and second.match(word) for word in WORDS)
    letters = "".join(p if isinstance(p, str) else p.letters or "" for p in (*one, *other))
    if shared or not set(letters) & set("b2"):
        assert may_be_same(one, other) is shared


def test_a_wildcard_and_a_number() -> None:
    assert may_be_same(pattern("user.me.x*"), pattern(f"user.me.x.{NUMBER}_o.json"))
    assert may_be_same(pattern("user.me.x.7_o.json"), pattern(f"user.me.x.{NUMBER}_o.json"))
    assert not may_be_same(pattern("user.me.x.7_*root"), pattern(f"user.me.x.{NUMBER}_o.json"))


# Several files

ONE = """workflow {name} {{
  dataset = "user.me.shared"
  task a {{ exec = "run" }}
  task {other} {{ exec = "run" }}
}}
"""


def test_workflows_of_several_files(tmp_path: Path) -> None:
    for name, other in (("one", "b"), ("two", "c"), ("three", "b")):
        (tmp_path / f"{name}.alw").write_text(ONE.format(name=name, other=other))
    files = [tmp_path / f"{name}.alw" for name in ("one", "two", "three")]
    assert all(alw.compile(file).ok for file in files)
    result = alw.compile(files)
    assert not result.workflows
    assert {d.code for d in result.diagnostics} == {"ALW412"}
    told = {(d.source.name.rpartition("/")[2], d.start.line) for d in result.diagnostics}
    assert told == {("two.alw", 3), ("three.alw", 3), ("three.alw", 4)}
    for d in result.diagnostics:
        (label,) = d.related
        assert label.source.name != d.source.name


def test_workflows_that_share_nothing() -> None:
    text = ONE.format(name="one", other="b")
    text += ONE.format(name="two", other="b").replace("me.shared", "me.other")
    assert alw.compile_text(text).ok


def test_an_editor_says_it_too() -> None:
    text = ONE.format(name="one", other="b") + ONE.format(name="two", other="c")
    found = analyse(Source("w.alw", text), Session())
    assert [(d.code, d.start.line) for d in found.diagnostics] == [("ALW412", 8)]
