"""The state of a run on disk: one SQLite database, written from the first moment.

What is stored are the jobs: each when it starts and when it has ended, with everything that its
outcome depends on.  The engine's own state is not: a run that is resumed begins anew, and each
job that has run before, with the same command, files and scripts, is not run again but taken
from here.  So nothing can be stored in part, and an edit of a script has the effect that it
should have.

A lock that the system takes back when the process ends, however it ends, keeps a second run out.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "run.db"
LOCK = "run.lock"
_VERSION = 1
_TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table job (
    task text not null,
    serial integer not null,
    attempts integer not null,
    state text not null,
    basis text not null,
    directory text not null,
    started real,
    ended real,
    exit_status integer,
    reason text not null default '',
    outputs text not null default '{}',
    primary key (task, serial)
) without rowid;
"""


class LockedStore(Exception):
    """Another process runs in the folder."""


class UnusableStore(Exception):
    """The folder holds something that is not the state of a run, or of another release of alw."""


@dataclass(frozen=True, slots=True)
class Basis:
    """All that the outcome of a job depends on: with the same basis it need not run again.

    :param command: its command line, with the values of the parameters in it.
    :param inputs: a mark of each input file, by its name: it changes with the file.
    :param files: a mark of each file that the job is sent, by its path.
    :param setting: whatever else it depends on, such as the image of its container.
    """

    command: str
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    setting: str = ""

    def why_not(self, before: Basis) -> str:
        """Return why a job that ran on ``before`` must run again; empty if it need not."""
        if self == before:
            return ""
        if changed := _list_differences(self.files, before.files):
            return f"{changed} changed"
        if changed := _list_differences(self.inputs, before.inputs):
            return f"its input {changed} changed"
        if self.command != before.command:
            return "its command changed"
        return "its container changed"


def _list_differences(now: Mapping[str, str], before: Mapping[str, str]) -> str:
    """Return the names of what differs, in words."""
    names = sorted(name for name in {*now, *before} if now.get(name) != before.get(name))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A job as it is stored.

    :param outputs: marks of the files that it has made, by dataset and by name.
    """

    task: str
    serial: int
    attempts: int
    state: str
    basis: Basis
    directory: str
    started: float | None
    ended: float | None
    exit_status: int | None
    reason: str
    outputs: Mapping[str, Mapping[str, str]]

    def why_again(self, basis: Basis) -> str:
        """Return why it must run again, on ``basis`` now; empty if it need not."""
        if self.state == "running":
            return "it was interrupted"
        if self.state != "finished":
            return "it had failed"
        return basis.why_not(self.basis)


class Store:
    """The database of a run; open while the run goes on."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    # The run as a whole

    def get(self, key: str) -> Any:
        """Return what is stored under ``key``, or ``None``."""
        row = self._database.execute("select value from meta where key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, **values: Any) -> None:
        """Store values, all at once."""
        rows = [text for key, value in values.items() for text in (key, json.dumps(value))]
        places = ", ".join(["(?, ?)"] * len(values))
        self._database.execute(f"insert or replace into meta values {places}", rows)

    # Jobs

    def job(self, task: str, serial: int) -> Stored | None:
        """Return what is stored of a job."""
        row = self._database.execute(
            "select * from job where task = ? and serial = ?", (task, serial)
        ).fetchone()
        return None if row is None else _read_row(row)

    def begin(
        self, task: str, serial: int, attempts: int, basis: Basis, directory: Path, started: float
    ) -> None:
        """Store that a job starts."""
        self._database.execute(
            "insert or replace into job (task, serial, attempts, state, basis, directory, started)"
            " values (?, ?, ?, 'running', ?, ?, ?)",
            (task, serial, attempts, json.dumps(asdict(basis)), str(directory), started),
        )

    def end(
        self,
        task: str,
        serial: int,
        state: str,
        ended: float,
        exit_status: int | None,
        reason: str,
        outputs: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Store how a job has ended."""
        self._database.execute(
            "update job set state = ?, ended = ?, exit_status = ?, reason = ?, outputs = ?"
            " where task = ? and serial = ?",
            (state, ended, exit_status, reason, json.dumps(outputs), task, serial),
        )


def _read_row(row: tuple[Any, ...]) -> Stored:
    task, serial, attempts, state, basis, directory, started, ended, status, reason, outputs = row
    return Stored(
        task,
        serial,
        attempts,
        state,
        Basis(**json.loads(basis)),
        directory,
        started,
        ended,
        status,
        reason,
        json.loads(outputs),
    )


@contextmanager
def open_store(folder: Path, anew: bool = False) -> Iterator[Store]:
    """Open the store of the run in ``folder``, which exists, or make it.

    :param anew: remove what is stored there, whatever it is.
    :raises Locked: if another process has it open.
    :raises Unusable: if its file is not what alw has written.
    :raises OSError: if the folder cannot be written.
    """
    with _lock(folder / LOCK):
        if anew:
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                (folder / name).unlink(missing_ok=True)
        database = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
        try:
            yield Store(_prepare_database(database, folder / FILE))
        finally:
            with suppress(sqlite3.Error):
                database.close()


def _prepare_database(database: sqlite3.Connection, file: Path) -> sqlite3.Connection:
    try:
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        (version,) = database.execute("pragma user_version").fetchone()
        if version == 0:
            database.executescript(f"begin; {_TABLES} pragma user_version = {_VERSION}; commit;")
        elif version != _VERSION:
            raise UnusableStore(f"'{file}' was written by another release of alw")
    except sqlite3.DatabaseError as error:
        raise UnusableStore(f"'{file}' cannot be used: {error}") from None
    return database


@contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Hold a lock that ends with the process.

    :raises Locked: if another process holds it.
    """
    import fcntl

    held = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise LockedStore(str(file)) from None
    try:
        yield
    finally:
        os.close(held)
