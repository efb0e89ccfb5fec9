"""Folders are wholly old or wholly new, wherever the process is killed or fails.

A child process writes; before its Nth call of the system (as Python's audit hooks have them) it
is killed, or the call fails: for every N.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import alw
from alw.writing import exchange

from .conftest import GOOD

pytestmark = pytest.mark.slow

CALLS = ("os.", "open", "ctypes.dlsym", "fcntl.", "shutil.")
OTHER = 'workflow other { dataset = "user.me.other" task only { exec = "echo %d" } }\n'
#: The second has another content, a task less and a workflow less.
OLD = GOOD + OTHER % 1 + (OTHER % 2).replace("other", "gone")
NEW = (
    "\n".join(line for line in GOOD.splitlines() if "task second" not in line).replace("= 3", "= 4")
    + OTHER % 3
)
MINE = {"small/notes": b"n", "small/tasks/mine": b"t", "small/runs/1/log": b"l", "gone/notes": b"g"}
MANIFEST = ".alw.json"


def compiled(text: str) -> alw.Compilation:
    Path("flow.alw").write_text(text)
    result = alw.compile("flow.alw")
    assert result.ok, result.diagnostics
    return result


def seen(folder: Path) -> dict[str, bytes]:
    """All files below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def put_mine(build: Path) -> None:
    for name, content in MINE.items():
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_bytes(content)


class States:
    """What may lie in each workflow's folder: the old and the new files."""

    def __init__(self, old: alw.Compilation, new: alw.Compilation) -> None:
        for name, one in (("before", old), ("after", new)):
            one.write(name)
            put_mine(Path(name))
        self.old, self.new = seen(Path("before")), seen(Path("after"))

    def is_whole(self, build: Path, workflow: str, may_lack: bool) -> bool:
        found = self._of(seen(build), workflow)
        if may_lack and not found:
            return True
        return found in (self._of(self.old, workflow), self._of(self.new, workflow))

    @staticmethod
    def _of(files: dict[str, bytes], workflow: str) -> dict[str, bytes]:
        # the folders of users are moved after the switch, the record of a removed
        # workflow is removed last
        return {
            name: content
            for name, content in files.items()
            if name.startswith(f"{workflow}/")
            and "/runs/" not in name
            and name != f"gone/{MANIFEST}"
        }


def child(work: Callable[[], object], at: int, strike: Callable[[], object]) -> int:
    """Do ``work`` in a process that is struck before its call number ``at``; its status."""
    number = os.fork()
    if number:
        return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    calls = 0

    def hook(event: str, arguments: object) -> None:
        nonlocal calls
        if event.startswith(CALLS):
            calls += 1
            if calls == at:
                strike()

    try:
        sys.addaudithook(hook)
        work()
        os._exit(0 if calls < at else 5)
    except OSError:
        os._exit(1)
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException:
        os._exit(3)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.fixture(params=["one rename", "three renames"])
def several(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system cannot exchange folders by one rename."""
    if request.param == "three renames":
        monkeypatch.setattr(exchange, "_by_one_rename", lambda one, other: False)
    return bool(request.param == "three renames")


def struck(strike: Callable[[], object], users: bool) -> Iterator[tuple[int, States, Path, int]]:
    """Every way to be struck: the number of the call, what there may be, where, and the status."""
    old, new = compiled(OLD), compiled(NEW)
    states = States(old, new)
    for at in range(1, 10_000):
        build = Path(f"build{at}")
        old.write(build)
        put_mine(build)
        if not users:
            for name in MINE:
                (build / name).unlink()
            (build / "small/runs/1").rmdir()
            (build / "small/runs").rmdir()
        status = child(lambda build=build: new.write(build), at, strike)  # type: ignore[misc]
        if status == 0:
            return
        yield at, states, build, status
        put_back = new.write(build)
        assert put_back
        wanted = {n: c for n, c in states.new.items() if users or n not in MINE}
        assert seen(build) == wanted, at
        left = [p for p in build.rglob(".alw-*") if p.name != MANIFEST]
        assert not left, at
        assert (build / "gone").exists() == users, at
    raise AssertionError("it never ends")


def test_a_kill_leaves_no_mixture(several: bool) -> None:
    number = 0
    for at, states, build, status in struck(kill, users=True):
        number += 1
        assert status == -signal.SIGKILL
        for workflow in ("small", "other", "gone"):
            assert states.is_whole(build, workflow, several), (at, workflow)
        if not several:
            mine = {name for name in MINE if "/runs/" not in name}
            assert mine <= set(seen(build)), at
    assert number > 60


@pytest.mark.parametrize("users", [False, True])
def test_a_full_disk_changes_nothing_or_nothing_is_said(several: bool, users: bool) -> None:
    number = 0
    for at, states, build, status in struck(fill_disk, users):
        number += 1
        assert status in (1, 5), (at, status)
        wanted = states.old if status == 1 else states.new
        expected = {n: c for n, c in wanted.items() if users or n not in MINE}
        found = seen(build)
        if status == 5:  # what could not be cleared is, at the next compilation
            found = {n: c for n, c in found.items() if not n.startswith(".alw")}
            found.pop(f"gone/{MANIFEST}", None)
        assert found == expected, at
    assert number > 60


def test_an_interruption_leaves_no_mixture(several: bool) -> None:
    for at, states, build, status in struck(interrupt, users=True):
        assert status in (130, 5), (at, status)
        for workflow in ("small", "other", "gone"):
            assert states.is_whole(build, workflow, False), (at, workflow)
