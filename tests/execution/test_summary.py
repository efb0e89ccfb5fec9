"""A run on the terminal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.execution.history import End, History, JobRecord, State
from alw.execution.humanize import format_duration, format_failure
from alw.execution.report.grid import columns_of
from alw.execution.report.series import Role, Series
from alw.execution.report.sparks import draw_spark
from alw.execution.report.summary import render_summary
from tests.execution import histories
from tests.execution.test_page import all_failed, big, cases, forty, harmful, hostile, hostile_text

GOLDEN = Path(__file__).parent / "golden"
NOW = histories.START + 100
_SEQUENCE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(params=cases())
def case(request: pytest.FixtureRequest) -> History:
    return cases()[request.param]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["seven", "failed", "twelve", "thousand", "once", "running"])
def test_a_summary_is_as_stored(name: str, width: int, updates_goldens: bool) -> None:
    history = {
        "seven": histories.loop(7),
        "failed": histories.failed(),
        "twelve": histories.loop(20, End.BOUND, more=histories.many_parameters),
        "thousand": histories.loop(1000, End.BOUND, bound=1000),
        "once": histories.single({"m": 1.5}, {"best": 0.25}),
        "running": histories.running(),
    }[name]
    text = render_summary(history, width, now=NOW) + "\n"
    stored = GOLDEN / f"{name}-{width}.txt"
    if updates_goldens:
        stored.parent.mkdir(exist_ok=True)
        stored.write_text(text, "utf-8")
    assert stored.read_text("utf-8") == text


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 120, 300])
@pytest.mark.slow
def test_no_line_is_too_long(case: History, width: int) -> None:
    for line in render_summary(case, width, now=NOW).splitlines():
        # a path is whole, for it is to be copied
        assert columns_of(line) <= max(width, 30) or line.startswith("  log: "), line


def test_colours_change_nothing_else(case: History) -> None:
    plain, colourful = (render_summary(case, 80, colour, now=NOW) for colour in (False, True))
    assert "\x1b" not in plain
    assert _SEQUENCE.sub("", colourful) == plain
    assert colourful != plain


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8", "koi8-r"])
def test_it_is_in_what_the_output_can_show(encoding: str) -> None:
    history = histories.loop(20, more=lambda n: {"größe": f"日本{n}"})
    text = render_summary(history, 80, encoding=encoding)
    text.encode(encoding)
    assert ("▁" in text) == (encoding == "utf-8")
    if encoding == "ascii":
        assert "#" in text and "gr\\xf6\\xdfe" in text


def test_it_says_the_same_as_the_page() -> None:
    text = render_summary(histories.failed(), 100)
    for told in (
        "altest: Failed",
        "Task simulate failed in iteration 4.",
        "simulate, iteration 4, job 3 of 10: the command ended with exit status 3",
        "m1 = 0.25335, m2 = 0.63907, nevents = 1600",
        "--> samples/active_learning.alw:7",
        "log: runs/altest/iterations/4/simulate/3",
    ):
        assert told in text


def test_the_end_of_stderr_is_told(tmp_path: Path) -> None:
    job = tmp_path / "iterations/4/simulate/3"
    job.mkdir(parents=True)
    (job / "stderr").write_text("a\nb\n\x1b[31mred\n\tValueError: no\n")
    text = render_summary(histories.failed(folder=tmp_path), 100)
    assert "  | \\x1b[31mred\n  |     ValueError: no\n" in text
    assert f"  log: {job / 'stderr'}\n" in text


@pytest.mark.slow
def test_a_large_run_has_few_lines() -> None:
    for history in (big(), big(more=forty), all_failed(big()), big(more=hostile_text)):
        text = render_summary(history, 80)
        assert len(text.splitlines()) < 70
        assert len(text) < 20_000


@settings(deadline=None, max_examples=60)
@given(hostile, hostile)
def test_a_terminal_gets_text_only(name: str, value: str) -> None:
    text = render_summary(harmful(name, value), 80)
    for character in text:
        kind = unicodedata.category(character)
        assert character == "\n" or kind not in ("Cc", "Cf", "Cs", "Zl", "Zp"), ascii(character)
    assert text.count("\n") < 80


# Curves


def curve(*values: object, width: int = 60, unicode: bool = True) -> str:
    return draw_spark(Series("x", values, Role.PARAMETER), width, unicode)


def test_curves() -> None:
    assert curve(1, 2, 3, 4, 5, 6, 7, 8, width=8) == "▁▂▃▄▅▆▇█"
    assert curve(1, 2, 3, 4, 5, 6, 7, 8, width=8, unicode=False) == "_.-~=+*#"
    assert curve(1, 10, 100, 1000, width=4) == "▁▃▆█"  # logarithmic
    assert curve(-1000, -100, -10, -1, width=4) == "▁▃▆█"
    assert curve(5, 5, 5, width=3) == "▄▄▄"
    assert curve(1, None, 2, float("nan"), 3, width=5) == "▁ ▅ █"
    assert curve(True, False, True, width=3) == "█▁█"
    assert curve("a", "b", "a", "c", width=4) == "▁▅▁█"
    assert curve(None, None, width=2) == "  "
    assert curve() == ""
    assert len(curve(*range(1000), width=50)) == 50
    assert curve(1.7e308, -1.7e308, width=2) == "█▁"
    assert curve(10**400, 1, 2, width=3) == " ▁█"


numbers = st.none() | st.floats() | st.integers() | st.booleans() | st.text(max_size=3)


@settings(deadline=None)
@given(st.lists(numbers, max_size=30), st.integers(1, 40))
def test_any_values_make_a_curve(values: list[object], width: int) -> None:
    made = curve(*values, width=width)
    assert len(made) <= width or len(made) == 0


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(st.lists(numbers, min_size=2, max_size=50))
def test_any_values_make_a_page_and_a_summary(values: list[object]) -> None:
    from alw.execution.report.page import render_page
    from tests.execution.wellformed import Page

    history = histories.loop(len(values), more=lambda n: {"p": values[n - 1]})
    text = render_page(history)
    Page(text)
    assert "nan" not in "".join(re.findall(r' (?:d|cx?|y|x)="([^"]*)"', text))
    assert "inf" not in "".join(re.findall(r' (?:d|cx?|y|x)="([^"]*)"', text))
    render_summary(replace(history), 80)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0.00 s"), (0.0012, "0.001 s"), (0.7, "0.70 s"), (0.996, "1.0 s"), (9.96, "10.0 s"),
        (9.999, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (3599.7, "1 h 00 min"),
        (90_000, "25 h 00 min"), (200_000, "2 d 08 h"), (-1, "0.00 s"), (None, ""),
        (float("inf"), ""),
    ],
)  # fmt: skip
def test_times_are_told(seconds: float | None, told: str) -> None:
    assert format_duration(seconds) == told


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        (1, "its exit status is 1", "its exit status is 1"),
        (3, "the command ended with exit status 3", "the command ended with exit status 3"),
        (1, "its exit status is 11", "exit status 1: its exit status is 11"),
        (0, "no output 'a'", "exit status 0: no output 'a'"),
        (-9, "", "exit status -9"),
        (None, "it took too long", "it took too long"),
        (None, "", "failed"),
    ],
)
def test_a_failure_is_told_once(status: int | None, reason: str, told: str) -> None:
    job = JobRecord(1, State.FAILED, "c", Path("d"), exit_status=status, reason=reason)
    assert format_failure(job) == told
