"""Running jobs as processes, some at once.

Each job is a process in a session of its own, so that what it leaves in the background ends with
it.  A thread waits for each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, TypeVar

from .worker import Launch, wait_for_writers

#: The environment variable by which a job is known as one of a run: the job's folder.
MARK = "ALW_JOB"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended.

    :param status: its exit status; negative: the signal that killed it.
    :param expired: whether it was killed because its time was over.
    """

    status: int
    expired: bool


class Processes:
    """The processes that run now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[_Running] = set()
        self._stopped = False
        self._wake = threading.Condition(self._lock)
        self._watching = False

    def run(self, launch: Launch, folder: Path, seconds: float | None = None) -> Ended:
        """Run a process to its end, and what it leaves running with its output.

        :param folder: the job's, where its output goes, to ``stdout`` and ``stderr``.
        :param seconds: after so long it is killed.
        :raises OSError: if it cannot be started.
        """
        logs = (folder / "stdout", folder / "stderr")
        with open(logs[0], "wb") as stdout, open(logs[1], "wb") as stderr:
            process = subprocess.Popen(
                launch.argv,
                cwd=launch.directory,
                env={**launch.environment, MARK: str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        running = _Running(
            process.pid, launch.stop, None if seconds is None else time.monotonic() + seconds
        )
        self._add(running)
        try:
            status = process.wait()
            wait_for_writers(launch, process.pid, logs, lambda: self._stopped or running.expired)
        finally:
            self._remove(running)
        return Ended(status, running.expired)

    def stop(self) -> None:
        """Kill what runs, and whatever would be started from now on."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for process in running:
            process.kill()

    def _add(self, process: _Running) -> None:
        with self._lock:
            self._running.add(process)
            stopped = self._stopped
            if process.end is not None:
                if not self._watching:
                    self._watching = True
                    threading.Thread(target=self._watch, daemon=True).start()
                self._wake.notify()
        if stopped:
            process.kill()

    def _remove(self, process: _Running) -> None:
        process.kill_group()  # what it has left in the background
        with self._lock:
            self._running.discard(process)

    def _watch(self) -> None:
        """Kill processes whose time is over."""
        with self._lock:
            while True:
                now = time.monotonic()
                over, later = [], []
                for process in self._running:
                    if process.end is not None and not process.expired:
                        if process.end <= now:
                            process.expired = True
                            over.append(process)
                        else:
                            later.append(process.end - now)
                for process in over:
                    process.kill()
                self._wake.wait(min(later) if later else None)


@dataclass(eq=False, slots=True)
class _Running:
    """A process that runs.

    :param stop: the command that stops what is not in its group: a container.
    :param end: when its time is over.
    """

    pid: int
    stop: tuple[str, ...]
    end: float | None
    expired: bool = False

    def kill(self) -> None:
        if self.stop:
            with suppress(OSError):
                quiet = subprocess.DEVNULL
                subprocess.Popen(self.stop, stdin=quiet, stdout=quiet, stderr=quiet)
        self.kill_group()

    def kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


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
            if process.isdigit() and int(process) != os.getpid() and _has_process(process, mark):
                with suppress(OSError):
                    os.kill(int(process), signal.SIGKILL)
                    found += 1
    return found


def _has_process(process: str, mark: bytes) -> bool:
    try:
        with open(f"/proc/{process}/environ", "rb") as file:
            return any(part.startswith(mark) for part in file.read().split(b"\0"))
    except OSError:
        return False
