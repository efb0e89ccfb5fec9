"""Running jobs as processes, some at once.

Each job is a process in a session of its own, so that what it leaves in the background ends with
it.  A thread waits for each; nothing is polled.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, TypeVar

#: The environment variable by which a job is known as one of a run: the job's folder.
MARK = "ALW_JOB"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process has ended.

    :param status: its exit status; negative: the signal that killed it.
    :param expired: whether it was killed because its time was over.
    """

    status: int
    expired: bool


class Processes:
    """The processes that run now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, float | None] = {}
        self._expired: set[int] = set()
        self._stopped = False
        self._wake = threading.Condition(self._lock)
        self._watching = False

    def run(
        self,
        argv: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        seconds: float | None = None,
    ) -> Ended:
        """Run a process to its end; its output goes to ``stdout`` and ``stderr`` in its folder.

        :param seconds: after so long it is killed.
        :raises OSError: if it cannot be started.
        """
        with (
            open(directory / "stdout", "wb") as stdout,
            open(directory / "stderr", "wb") as stderr,
        ):
            process = subprocess.Popen(
                argv,
                cwd=directory,
                env={**environment, MARK: str(directory)},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self._add(process.pid, seconds)
        try:
            status = process.wait()
        finally:
            expired = self._remove(process.pid)
        return Ended(status, expired)

    def stop(self) -> None:
        """Kill what runs, and whatever would be started from now on."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for pid in running:
            _kill(pid)

    def _add(self, pid: int, seconds: float | None) -> None:
        with self._lock:
            self._running[pid] = None if seconds is None else time.monotonic() + seconds
            stopped = self._stopped
            if seconds is not None:
                if not self._watching:
                    self._watching = True
                    threading.Thread(target=self._watch, daemon=True).start()
                self._wake.notify()
        if stopped:
            _kill(pid)

    def _remove(self, pid: int) -> bool:
        _kill(pid)  # what it has left in the background
        with self._lock:
            del self._running[pid]
            expired = pid in self._expired
            self._expired.discard(pid)
        return expired

    def _watch(self) -> None:
        """Kill processes whose time is over."""
        with self._lock:
            while True:
                now = time.monotonic()
                ends = {pid: end for pid, end in self._running.items() if end is not None}
                for pid, end in ends.items():
                    if end <= now and pid not in self._expired:
                        self._expired.add(pid)
                        _kill(pid)
                later = [end - now for end in ends.values() if end > now]
                self._wake.wait(min(later) if later else None)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class Pool(Generic[T]):
    """Threads that do jobs, and what comes of them.

    :param number: how many work at once.
    """

    def __init__(self, number: int) -> None:
        self._jobs: SimpleQueue[Callable[[], T] | None] = SimpleQueue()
        self._results: SimpleQueue[T | BaseException] = SimpleQueue()
        self._free = number
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    @property
    def free(self) -> int:
        """Return how many jobs can begin at once."""
        return self._free

    def begin(self, job: Callable[[], T]) -> None:
        """Have a job done."""
        self._free -= 1
        self._jobs.put(job)

    def wait(self, seconds: float | None = None) -> T | None:
        """Wait for a job to end and return what comes of it; ``None`` after ``seconds``.

        :raises BaseException: what the job has raised.
        """
        from queue import Empty

        try:
            result = self._results.get(timeout=seconds)
        except Empty:
            return None
        self._free += 1
        if isinstance(result, BaseException):
            raise result
        return result

    def close(self) -> None:
        """End the threads, after what they do now."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._results.put(job())
            except BaseException as error:
                self._results.put(error)


def kill_leftovers(folder: Path) -> int:
    """Kill the jobs of a run that was killed itself; return how many there were.

    They are known by a variable of their environment.  Only Linux shows it; elsewhere such a job
    runs to its end, in a folder that nothing reads any more.
    """
    mark = f"{MARK}={folder}{os.sep}".encode("utf-8", "surrogateescape")
    found = 0
    with suppress(OSError):
        for entry in Path("/proc").iterdir():
            process = entry.name
            if process.isdigit() and int(process) != os.getpid() and _has(process, mark):
                with suppress(OSError):
                    os.kill(int(process), signal.SIGKILL)
                    found += 1
    return found


def _has(process: str, mark: bytes) -> bool:
    try:
        with open(f"/proc/{process}/environ", "rb") as file:
            return any(part.startswith(mark) for part in file.read().split(b"\0"))
    except OSError:
        return False
