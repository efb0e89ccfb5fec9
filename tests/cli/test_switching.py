"""Compilers that are killed, interrupted or run out of room at any step, and several at once.

Each attempt is a fork of this process that fails at its Nth audited system call, for every N.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import alw
from alw.writing import exchange as exchanging

from .conftest import GOOD, tree

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")]

OTHER = GOOD.replace("small", "other")
STEPS = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.scandir",
         "shutil.rmtree", "shutil.copystat", "os.chmod", "os.utime"}  # fmt: skip


def compiled(number: int) -> alw.Compilation:
    """Two workflows; with an odd number one task less."""
    both = f"{GOOD}{OTHER}".replace("int = 3", f"int = {number}")
    if number % 2:
        both = "\n".join(line for line in both.splitlines() if "second" not in line)
    return alw.compile_text(both)


def forked(work: Callable[[], int]) -> int:
    """The exit status of a fork that does the work: what it returns; 1 an error, 2 interrupted."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = work()
        except KeyboardInterrupt:
            status = 2
        except OSError:
            status = 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def failing_at(number: int, how: str) -> Callable[[], bool]:
    """Have this process fail at its audited system call ``number``, from 1.

    :returns: what says whether it has come so far.
    """
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event not in STEPS:
            return
        seen += 1
        if how == "killed" and seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "interrupted" and seen == number:
            raise KeyboardInterrupt
        if how == "full" and seen == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sys.addaudithook(hook)
    return lambda: seen >= number


def content(place: Path) -> dict[str, bytes]:
    """What is in a workflow's folder, without what is the user's."""
    return {
        p.relative_to(place).as_posix(): p.read_bytes()
        for p in place.rglob("*")
        if p.is_file() and p.name != "mine"
    }


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, bytes]]]:
    """What each workflow's folder holds, by version."""
    found: dict[str, list[dict[str, bytes]]] = {"small": [], "other": []}
    for number in range(4):
        place = tmp_path_factory.mktemp("version")
        compiled(number).write(place)
        for name, states in found.items():
            states.append(content(place / name))
    return found


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "three-renames"])
@pytest.mark.parametrize("existing", [True, False], ids=["again", "first"])
@pytest.mark.parametrize("how", ["killed", "interrupted", "full"])
def test_at_every_step(
    how: str,
    existing: bool,
    exchange: bool,
    tmp_path: Path,
    versions: dict[str, list[dict[str, bytes]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not exchange:
        monkeypatch.setattr(exchanging, "_by_one_rename", lambda one, other: False)
    old, new = compiled(0), compiled(1)
    new.write(tmp_path / "warm")
    number = 0
    while True:
        number += 1
        place = tmp_path / str(number)
        if existing:
            old.write(place)
            (place / "small" / "mine").write_text("mine")
            (place / "small" / "tasks" / "mine").write_text("mine")
        before = tree(place) if place.exists() else None

        def attempt(place: Path = place, number: int = number) -> int:
            has_failed = failing_at(number, how)
            new.write(place)
            return 3 if has_failed() else 0

        status = forked(attempt)
        for name, states in versions.items():
            if (place / name).exists():
                assert content(place / name) in states[:2], (number, name)
            else:
                assert not existing or (how == "killed" and not exchange), (number, name)
        done = all(content(place / n) == s[1] for n, s in versions.items() if (place / n).exists())
        if status in (1, 2) and not (done and (place / "small").exists()):
            assert (tree(place) if place.exists() else None) == before, number
        new.write(place)
        assert not list(place.glob(".alw-*")), number
        for name, states in versions.items():
            assert content(place / name) == states[1], number
        if existing:
            assert (place / "small" / "mine").read_text() == "mine"
            assert (place / "small" / "tasks" / "mine").read_text() == "mine"
        if status == 0:
            break
    assert number > 20


def test_compilers_take_turns(tmp_path: Path, versions: dict[str, list[dict[str, bytes]]]) -> None:
    made = [compiled(number) for number in range(4)]
    for _ in range(20):
        children = []
        for compilation in made:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    for _ in range(3):
                        compilation.write(tmp_path)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)
        states = [versions[name].index(content(tmp_path / name)) for name in versions]
        assert len(set(states)) == 1
        assert not list(tmp_path.glob(".alw-*"))


def test_a_reader_always_finds_a_whole_folder(
    tmp_path: Path, versions: dict[str, list[dict[str, bytes]]]
) -> None:
    made = [compiled(number) for number in range(2)]
    made[0].write(tmp_path)
    if not exchanging._by_one_rename(tmp_path / "small", tmp_path / "other"):
        pytest.skip("this system cannot exchange folders")
    made[0].write(tmp_path)
    writer = os.fork()
    if writer == 0:
        while True:
            for compilation in made:
                compilation.write(tmp_path)
    try:
        for _ in range(1000):
            read = (tmp_path / "small" / "workflow.json").read_bytes()
            assert read in [version["workflow.json"] for version in versions["small"][:2]]
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    made[1].write(tmp_path)
    assert content(tmp_path / "small") == versions["small"][1]


def test_waiting_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alw.writing import lock

    monkeypatch.setattr(lock, "GIVE_UP_AFTER", 0.1)
    with lock.hold_lock(tmp_path, lambda: None), pytest.raises(OSError, match="another alw"):
        compiled(0).write(tmp_path)
    compiled(0).write(tmp_path)
