"""Child processes of the harness: their programs, their logs, their certain end."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

STOP_TIMEOUT = 10.0
_LINE_LENGTH = 400
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ServerError(RuntimeError):
    """The harness or a server in it failed; the message ends with the lines of its log."""


class MissingProgram(ServerError):
    """A program that the machine must have is not there; the message names its package."""


def find_program(name: str, package: str, folders: Sequence[Path] = ()) -> Path:
    """Find a program in ``folders`` or else on PATH; if it is missing say what to install."""
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise MissingProgram(
            f"the program {name!r} is missing: install the Debian package {package!r}"
            f" (apt-get install -y {package})"
        )
    return Path(found)


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(path: Path, lines: int = 40) -> str:
    """The last lines of a log, with its name, for an error message."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        return f"--- {path}: {error}"
    return _excerpt(f"--- {path}", text.splitlines(), lines)


def errors(path: Path, lines: int = 40) -> str:
    """The last lines of an iDDS log that report an error, or nothing."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
    found = [line for line in text.splitlines() if "\tERROR\t" in line or "\tCRITICAL\t" in line]
    return _excerpt(f"--- errors in {path}", found, lines) if found else ""


def _excerpt(title: str, lines: Sequence[str], count: int) -> str:
    """The last lines, cut short: the agents log whole workflows on one line."""
    return "\n".join([title, *(line[:_LINE_LENGTH] for line in lines[-count:])])


class Child:
    """A process in a group of its own, writing to a log.

    ``stop`` ends the whole group.  If the test process is killed, the kernel sends
    ``stop_signal`` in its place (``PR_SET_PDEATHSIG``), so that no server outlives a test run.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._stop_signal = stop_signal

        def die_with_parent() -> None:
            if _LIBC is not None:
                _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal))

        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=None if env is None else dict(env),
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def check(self) -> None:
        """Raise if the process has ended."""
        status = self._process.poll()
        if status is not None:
            raise ServerError(f"{self.name} ended with status {status}\n{tail(self.log)}")

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Return when ``ready`` says so; raise when the process ends or time is up."""
        end = time.monotonic() + timeout
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise ServerError(f"{self.name} is not ready after {timeout} s\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the process and whatever it started."""
        if self._process.poll() is None:
            self._signal(self._stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def run(
    command: Sequence[str | Path],
    *,
    timeout: float,
    user: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return its standard output; raise with all its output if it fails."""
    text = [str(part) for part in command]
    try:
        done = subprocess.run(
            text,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=cwd,
            env=None if env is None else dict(env),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ServerError(f"no end after {timeout} s: {' '.join(text)}") from error
    if done.returncode:
        raise ServerError(
            f"exit status {done.returncode}: {' '.join(text)}\n{done.stdout}\n{done.stderr}"
        )
    return done.stdout
