"""A tar archive whose bytes depend on the names, contents and execute bits of its files only.

Owner, group and time are 0: the worker node unpacks with ``tar xvfzm``, which sets the time anew
(panda-wnscript, src/rungen/runGen.py).  The headers are :mod:`tarfile`'s, POSIX' ``ustar`` with
``pax`` for names that do not fit; a sandbox is named after these bytes, so
``tests/sandbox/test_tar.py`` pins them for every Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..text.source import Folder, Unreadable
from .folder_listing import ArchiveMember

_BLOCK = 512
#: Archives are padded to whole records of this length.
_RECORD = 20 * _BLOCK


def tar_length(members: Iterable[ArchiveMember]) -> int:
    """Return the length of the archive of ``members``."""
    total = 2 * _BLOCK
    for member in members:
        total += len(_make_headers(member)) + _pad(member.size)
    return total + -total % _RECORD


def tar_chunks(folder: Folder, members: Sequence[ArchiveMember]) -> Iterator[bytes]:
    """Yield the archive of ``members`` of ``folder``, piece by piece.

    :raises Unreadable: if a file cannot be read, or has another size than it had.
    """
    total = 0
    for member in members:
        yield (headers := _make_headers(member))
        read = 0
        for chunk in () if member.is_folder else folder.chunks(member.path):
            read += len(chunk)
            if read > member.size:
                break
            yield chunk
        if read != member.size:
            raise Unreadable(f"'{member.path}' has changed while it was read")
        padding = _pad(read) - read
        yield bytes(padding)
        total += len(headers) + read + padding
    yield bytes(2 * _BLOCK + -(total + 2 * _BLOCK) % _RECORD)


def _pad(size: int) -> int:
    return size + -size % _BLOCK


def _make_headers(member: ArchiveMember) -> bytes:
    import tarfile  # with it come bz2, lzma and shutil, which only a task that sends files needs

    info = tarfile.TarInfo(member.path)
    info.size = member.size
    info.mode = 0o755 if member.executable or member.is_folder else 0o644
    info.type = tarfile.DIRTYPE if member.is_folder else tarfile.REGTYPE
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")
