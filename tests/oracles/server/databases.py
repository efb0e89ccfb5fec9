"""A PostgreSQL cluster and a Redis of the test's own, on loopback, gone when it ends."""

import os
import re
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.oracles.server.processes import Child, ServerError, find_program, free_port, run

START_TIMEOUT = 60.0
_CLUSTER_USER = "postgres"


@contextmanager
def running_postgres(workdir: Path) -> Iterator[str]:
    """Run a new cluster; yield the URL of its database.

    ``initdb`` and ``postgres`` refuse to run as root, so then they run as the user that Debian's
    package makes; that user cannot enter pytest's private folders, hence the data is in a
    temporary folder beside them.  The log stays in ``workdir``.
    """
    # Debian keeps the server's programs off PATH, in a folder for each version.
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    initdb, postgres, pg_isready = (
        find_program(name, "postgresql", folders) for name in ("initdb", "postgres", "pg_isready")
    )
    user = _CLUSTER_USER if os.geteuid() == 0 else None
    base = Path(tempfile.mkdtemp(prefix="alw-postgres-"))
    try:
        password = secrets.token_hex(16)
        password_file = base / "password"
        password_file.write_text(password, "ascii")
        if user is not None:
            _give_to(base, user)
        run(
            [
                initdb, "--pgdata", base / "data", "--username", "idds", "--auth", "scram-sha-256",
                "--pwfile", password_file, "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ],
            timeout=START_TIMEOUT, user=user, cwd=base,
        )  # fmt: skip
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            # Nothing here has to survive a crash.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
        }
        command: list[str | Path] = [postgres, "-D", base / "data"]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        # SIGQUIT is PostgreSQL's immediate shutdown.
        server = Child(
            "postgres", command, workdir / "postgres.log",
            stop_signal=signal.SIGQUIT, user=user, cwd=base,
        )  # fmt: skip
        try:
            server.wait_until(lambda: _accepts(pg_isready, port, base), START_TIMEOUT)
            yield f"postgresql://idds:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def running_redis(workdir: Path) -> Iterator[int]:
    """Run a Redis that keeps nothing on disk; yield its port."""
    program = find_program("redis-server", "redis-server")
    port = free_port()
    server = Child(
        "redis",
        [
            program, "--bind", "127.0.0.1", "--port", str(port), "--save", "",
            "--appendonly", "no", "--dir", workdir,
        ],
        workdir / "redis.log", cwd=workdir,
    )  # fmt: skip
    try:
        server.wait_until(lambda: _answers_ping(port), START_TIMEOUT)
        yield port
    finally:
        server.stop()


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))


def _give_to(folder: Path, user: str) -> None:
    try:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user, user)
    except LookupError as error:
        raise ServerError(
            f"running as root, and the user {user!r} is missing: install the Debian package"
            " 'postgresql'"
        ) from error


def _accepts(pg_isready: Path, port: int, cwd: Path) -> bool:
    try:
        run([pg_isready, "-q", "-h", "127.0.0.1", "-p", str(port)], timeout=10.0, cwd=cwd)
    except ServerError:
        return False
    return True


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
