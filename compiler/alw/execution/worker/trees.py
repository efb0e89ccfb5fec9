"""Sandboxes: an archive is unpacked once, and each job gets a copy of what was in it.

An archive comes from somewhere: nothing of it gets outside its folder, neither by a member's name
nor through a link.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zlib
from pathlib import Path

from .specs import WorkerError

_CHUNK = 1 << 20


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack ``archive`` into ``folder``, which is made, and return it; if it is there, that is it.

    As ``tar xvfzm`` (runGen.py:283, 313): a leading slash is taken off, modification times are
    those of now.  The folder appears when everything is in it.

    :raises WorkerError: for an archive that tar could not unpack, or that reaches outside.
    """
    if folder.is_dir():
        return folder
    making = folder.with_name(f".{folder.name}.{os.getpid()}.{os.urandom(4).hex()}")
    making.mkdir(parents=True)
    try:
        _extract(archive, making)
        try:
            making.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def place(sandbox: Path, folder: Path) -> None:
    """Make ``folder`` of a sandbox: an archive, or the folder that :func:`unpack` made of one."""
    if sandbox.is_dir():
        _copy(sandbox, folder)
    else:
        folder.mkdir()
        _extract(sandbox, folder)


def _extract(archive: Path, folder: Path) -> None:
    links: set[str] = set()
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                _extract_member(tar, member, folder, links)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise WorkerError(f"the archive {archive} is corrupt: {error}", 9) from error
    except OSError as error:
        raise WorkerError(f"the archive {archive} cannot be unpacked: {error}", 9) from error
    root = os.path.realpath(folder)
    for link in links:
        path = folder / link
        if path.is_symlink() and not is_below(os.path.realpath(path), root):
            target = os.readlink(path)
            raise WorkerError(
                f"the archive {archive} has a link, '{link}', that leads out of it, to '{target}'"
            )


def _extract_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, links: set[str]
) -> None:
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    name = "/".join(parts)
    if ".." in parts or "\0" in name:
        raise WorkerError(f"the archive {tar.name!s} has a member outside of it, '{member.name}'")
    if any("/".join(parts[:end]) in links for end in range(1, len(parts))):
        raise WorkerError(f"the archive {tar.name!s} writes through a link, '{member.name}'")
    path = folder / name
    if member.isdir():
        if name in links:
            raise WorkerError(f"the archive {tar.name!s} writes through a link, '{member.name}'")
        path.mkdir(parents=True, exist_ok=True)
        return
    if not parts:
        raise WorkerError(f"the archive {tar.name!s} has a member without a name")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.exists():
        path.unlink()
        links.discard(name)
    if member.issym():
        path.symlink_to(member.linkname)
        links.add(name)
    elif member.isreg() or member.islnk():
        _write(tar, member, path)
    else:
        raise WorkerError(f"the archive {tar.name!s} has a device or a pipe, '{member.name}'")


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    try:
        source = tar.extractfile(member)  # of a hard link: the member that it is
    except (KeyError, RecursionError) as error:
        raise WorkerError(
            f"the archive {tar.name!s} has a link, '{member.name}', to nothing"
        ) from error
    if source is None:
        raise WorkerError(f"the archive {tar.name!s} has a link, '{member.name}', to no file")
    mode = member.mode & 0o755 | stat.S_IRUSR | stat.S_IWUSR
    with source, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        shutil.copyfileobj(source, file, _CHUNK)


def is_below(path: str, root: str) -> bool:
    """Return whether a path is ``root`` or below it; both are resolved."""
    return path == root or path.startswith(f"{root.rstrip('/')}/")


def _copy(source: Path | str, target: Path | str) -> None:
    os.mkdir(target)
    with os.scandir(source) as entries:
        for entry in entries:
            path = f"{target}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), path)
            elif entry.is_dir():
                _copy(entry.path, path)
            elif entry.is_file():
                _copy_file(entry.path, path, entry.stat().st_mode)
            elif stat.S_ISFIFO(entry.stat().st_mode):
                os.mkfifo(path)


def _copy_file(source: str, target: str, mode: int) -> None:
    read = os.open(source, os.O_RDONLY)
    try:
        written = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o755)
        try:
            while data := os.read(read, _CHUNK):
                view = memoryview(data)
                while view:
                    view = view[os.write(written, view) :]
        finally:
            os.close(written)
    finally:
        os.close(read)
