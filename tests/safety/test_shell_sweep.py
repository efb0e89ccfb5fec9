"""Wherever a value is put, a real shell finds it as one piece of the words, and runs nothing.

``ALW_SWEEP=all`` tries 100,000 values, ``ALW_SWEEP=N`` N, others with each ``ALW_SEED``; all takes
about half an hour.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import alw.plan.task_planner
from alw.prun.shell_reader import Shell
from tests.safety.hostile_programs import PLACES, SOURCES, STAND_IN, Trial, trials
from tests.safety.real_shell import SHELLS, Ran, lines_of, parted, run_lines

pytestmark = pytest.mark.slow

_WANTED = os.environ.get("ALW_SWEEP", "")
COUNT = {"": 1_200, "all": 100_000}.get(_WANTED) or int(_WANTED)
SEED = int(os.environ.get("ALW_SEED", "0"))
_BATCH = 4_000
_OPTION = re.compile(r"(--\w+)=(.*)", re.DOTALL)


@dataclass(slots=True)
class Shells:
    """Runs lines, each once."""

    directory: Path
    _ran: dict[tuple[str, str], Ran] = field(default_factory=dict)

    def run(self, lines: Iterable[str]) -> None:
        """Run those lines in every shell."""
        wanted = dict.fromkeys(lines)
        for shell in SHELLS:
            new = [line for line in wanted if (shell, line) not in self._ran]
            for some in in_pieces(new, _BATCH):
                done = run_lines(some, self.directory, shell)
                self._ran.update(zip(((shell, line) for line in some), done, strict=True))

    def ran(self, shell: str, line: str) -> Ran:
        """What came of a line."""
        return self._ran[shell, line]

    def behaviour(self, shell: str, lines: Sequence[str]) -> Iterator[Ran]:
        """What the lines do in ``shell``, and the commands in their words."""
        for line in lines:
            ran = self.ran(shell, line)
            calls, commands = parted(ran)
            yield Ran(tuple(calls), ran.files)
            for command in commands:
                yield self.ran(shell, command)


@dataclass(slots=True)
class Outcome:
    """What came of a sweep."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def in_pieces(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items, in lists of that size."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def sweep(chosen: Sequence[Trial], directory: Path) -> Outcome:
    """Compile and run the trials."""
    outcome = Outcome()
    lines: dict[Trial, list[str]] = {}
    for trial in chosen:
        found = _lines(trial)
        outcome.counts[f"{trial.kind} {'refused' if found is None else 'compiled'}"] += 1
        if found is not None:
            lines[trial] = found
    meant = {trial.slot: _meant(trial.slot) for trial in lines}
    shells = Shells(directory)
    every = [line for some in (*lines.values(), *meant.values()) for line in some or ()]
    shells.run(every)
    shells.run(
        command
        for line in every
        for shell in SHELLS
        for command in parted(shells.ran(shell, line))[1]
    )
    for trial, own in lines.items():
        expected = meant[trial.slot]
        for shell in SHELLS:
            got = list(shells.behaviour(shell, own))
            outcome.counts["lines"] += len(got)
            if strange := [file for ran in got for file in ran.files if file == "PWNED"]:
                outcome.wrong.append(f"{shell}: {trial} leaves {strange}")
            elif expected is None:
                outcome.counts["not compared"] += 1
            elif difference := _difference(trial, got, list(shells.behaviour(shell, expected))):
                outcome.wrong.append(f"{shell}: {trial}: {difference}")
    return outcome


def _lines(trial: Trial) -> list[str] | None:
    """The lines of its task; ``None`` if it does not compile."""
    compiled = trial.compile()
    if not compiled.ok:
        return None
    lines = lines_of(compiled.workflows["w"].tasks["t"], {"m": 0.5})
    if trial.kind == "replace" and "'" in trial.form:  # in the record, its command is in quotes
        lines = [line for line in lines if not line.startswith("prun ")]
    return lines


@cache
def _meant(slot: Trial) -> list[str] | None:
    return _lines(slot)


def _difference(trial: Trial, got: Sequence[Ran], expected: Sequence[Ran]) -> str:
    if len(got) != len(expected):
        return f"{len(got)} lines instead of {len(expected)}"
    for own, meant in zip(got, expected, strict=True):
        calls = sorted(
            [word.replace(STAND_IN, trial.value) for word in _comparable(call)]
            for call in meant.calls
        )
        files = {file.replace(STAND_IN, trial.value) for file in meant.files}
        if not files.issuperset(own.files):
            return f"leaves {own.files}"
        found = sorted(map(_comparable, own.calls))
        if found != calls:
            return f"{found} instead of {calls}"
    return ""


def _comparable(call: Sequence[str]) -> list[str]:
    """The words of a call, whichever way prun's options are joined to their values.

    Without the exit status that a learner's check is given: it says of which kind the failure of
    a command is that is not there.
    """
    if call[0] == "python3" and len(call) > 3:
        return [*call[:2], *call[4:]]
    if call[0] != "prun":
        return list(call)
    parted = [_OPTION.fullmatch(word) for word in call]
    return [
        part
        for word, option in zip(call, parted, strict=True)
        for part in (option.groups() if option else (word,))
    ]


def test_a_value_runs_nothing_and_adds_no_words(tmp_path: Path) -> None:
    for some in in_pieces(trials(SEED, COUNT), 5_000):
        outcome = sweep(some, tmp_path / "shell")
        print(outcome.counts)
        assert not outcome.wrong, "\n".join(outcome.wrong[:20])
        assert outcome.counts["exec compiled"] > 0.2 * outcome.counts["exec refused"]


@pytest.mark.parametrize(
    ("name", "form", "value"),
    [
        ("rootVer", "NAME = VALUE", "6.28/00; touch PWNED"),
        ("rootVer", 'NAME = "{v}"', "$(touch PWNED)"),
        ("writeInputToTxt", 'NAME = "IN:{v}"', "`touch PWNED`"),
        ("bexec", 'NAME = "a {v} b"', "; touch PWNED;"),
        ("mergeScript", 'NAME = "a {v} b"', "; touch PWNED;"),
    ],
)
def test_an_option_that_is_let_through_is_noticed(
    name: str, form: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "merge_output = true" if name == "mergeScript" else ""
    chosen = [
        Trial("option", name, form, more, place, source, value)
        for place in PLACES[:2]
        for source in SOURCES
    ]
    assert sweep(chosen, tmp_path / "shell").counts == {"option refused": len(chosen)}
    monkeypatch.setattr(alw.plan.task_planner, "check_option_words", lambda *_: None)
    outcome = sweep(chosen, tmp_path / "shell")
    assert len([wrong for wrong in outcome.wrong if "PWNED" in wrong]) == len(chosen) * len(SHELLS)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("; touch PWNED", "leaves ['PWNED'"),
        ("a b", "'a', 'b'"),
        ("", "instead of"),
        (">x", "leaves"),
    ],
)
def test_a_value_without_quotes_is_noticed(
    value: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [Trial("exec", "exec", "run {v} o", "", "task", "given", value)]
    assert not sweep(chosen, tmp_path / "shell").wrong
    monkeypatch.setattr(Shell, "quote_value", lambda self, text: text)
    found = sweep(chosen, tmp_path / "shell").wrong
    assert len(found) == len(SHELLS)
    assert all(wrong in text for text in found)
