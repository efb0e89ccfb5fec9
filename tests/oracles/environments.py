"""Pinned virtual environments for the oracles (the real engines we test against).

iDDS, JEDI and panda-client want contradicting and heavy dependencies, and none of them belongs to
the compiler.  Each oracle therefore runs in an environment of its own, made once per machine from
a pinned requirements file and reused until that file (or the interpreter) changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUILD_TIMEOUT = 1200.0
"""Seconds for one ``pip install``; a registry that hangs must not hang the tests."""

_OUTPUT_TAIL = 6000
_REPOSITORY = Path(__file__).resolve().parents[2]


class BrokenEnvironment(RuntimeError):
    """The environment could not be made; the message holds the tool's own output."""


def cache_directory() -> Path:
    """Where environments live: ``$ALW_ORACLE_CACHE``, else ``.cache/oracles`` in the repository."""
    configured = os.environ.get("ALW_ORACLE_CACHE")
    root = Path(configured) if configured else _REPOSITORY / ".cache" / "oracles"
    root = root.expanduser().absolute()
    root.mkdir(parents=True, exist_ok=True)
    (root / ".gitignore").write_text("*\n", "ascii")
    return root


def ensure_environment(name: str, requirements: Path) -> Path:
    """Return the python of the environment ``name`` holding ``requirements``, making it if needed.

    The folder's name carries a digest of the requirements and the interpreter, so that a changed
    pin makes a new environment and never edits one in use.  Environments cannot be moved (their
    scripts name their own folder), hence it is built in place, under a lock that makes a second
    process wait; the marker ``.complete`` is written last, so a build that was killed is redone.
    """
    folder = cache_directory() / f"{name}-{_digest(requirements)}"
    python = folder / "bin" / "python"
    marker = folder / ".complete"
    if marker.exists():
        return python
    with _locked(folder.with_name(folder.name + ".lock")):
        if not marker.exists():
            if folder.exists():
                shutil.rmtree(folder)
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([
                str(python), "-m", "pip", "install", "--quiet", "--no-input",
                "--disable-pip-version-check", "--requirement", str(requirements.absolute()),
            ])  # fmt: skip
            marker.touch()
    return python


def _digest(requirements: Path) -> str:
    """Ignore comments and blank lines: only what pip would see makes a new environment."""
    lines = [line.split("#")[0].strip() for line in requirements.read_text("utf-8").splitlines()]
    text = "\n".join([sys.version, os.path.realpath(sys.executable), *filter(None, lines)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock; the kernel drops it when its holder dies, so it cannot go stale."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str]) -> None:
    # PYTHONPATH and PIP_USER of a caller would leak into the environment or write outside it.
    dropped = {"PYTHONPATH", "PYTHONHOME", "PIP_USER"}
    clean = {key: value for key, value in os.environ.items() if key not in dropped}
    try:
        done = subprocess.run(
            command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=BUILD_TIMEOUT, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        message = f"no end after {BUILD_TIMEOUT:.0f} s: {' '.join(command)}"
        raise BrokenEnvironment(message) from error
    if done.returncode:
        raise BrokenEnvironment(
            f"exit status {done.returncode}: {' '.join(command)}\n{done.stdout[-_OUTPUT_TAIL:]}"
        )
