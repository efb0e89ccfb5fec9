"""A tar archive whose bytes depend on the names, contents and execute bits of its files only.

The headers are those of POSIX' ``ustar``; a name that does not fit into one is in a ``pax`` header
before it.  Owner, group and time are 0: the worker node unpacks with ``tar xvfzm``, which sets the
time anew (panda-wnscript, src/rungen/runGen.py).

The headers are not made by Python's ``tarfile``, because a sandbox is named after these bytes, and
those of ``tarfile`` are nobody's promise: Python 3.9 began to leave the numbers of the device
empty.  It also splits a long name at another slash, and its ``pax`` headers have another name and
mode.
``tests/sandbox/test_tar.py`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..text.source import Folder, Unreadable
from .files import Member

_BLOCK = 512
#: Archives are padded to whole records of this length.
_RECORD = 20 * _BLOCK
_FILE, _FOLDER, _PAX = b"0", b"5", b"x"


def tar_length(members: Iterable[Member]) -> int:
    """Return the length of the archive of ``members``."""
    total = 2 * _BLOCK
    for member in members:
        total += len(_make_headers(member)) + _pad(member.size)
    return total + -total % _RECORD


def tar_chunks(folder: Folder, members: Sequence[Member]) -> Iterator[bytes]:
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


def _make_headers(member: Member) -> bytes:
    name = member.path.encode("utf-8") + (b"/" if member.is_folder else b"")
    kind = _FOLDER if member.is_folder else _FILE
    mode = 0o755 if member.executable or member.is_folder else 0o644
    split = _split(name)
    if split is not None:
        return _make_header(split[0], split[1], mode, member.size, kind)
    record = _make_record(b"path", name)
    return (
        _make_header(b"", b"@PaxHeader", 0o644, len(record), _PAX)
        + record.ljust(_pad(len(record)), b"\0")
        + _make_header(b"", b"@LongName", mode, member.size, kind)
    )


def _split(name: bytes) -> tuple[bytes, bytes] | None:
    """Return ``name`` as prefix and name, which have room for 155 and 100 bytes."""
    if len(name) <= 100:
        return b"", name
    at = name.rfind(b"/", 0, min(156, len(name) - 1))
    return None if at <= 0 or len(name) - at - 1 > 100 else (name[:at], name[at + 1 :])


def _make_header(prefix: bytes, name: bytes, mode: int, size: int, kind: bytes) -> bytes:
    fields = (
        (name, 100),
        (b"%07o\0" % mode, 8),
        (b"%07o\0" % 0, 8),  # owner
        (b"%07o\0" % 0, 8),  # group
        (b"%011o\0" % size, 12),
        (b"%011o\0" % 0, 12),  # time
        (b" " * 8, 8),  # checksum
        (kind, 1),
        (b"", 100),  # where a link leads
        (b"ustar\x0000", 8),
        (b"", 32),  # owner's name
        (b"", 32),  # group's name
        (b"%07o\0" % 0, 8),  # device
        (b"%07o\0" % 0, 8),
        (prefix, 155),
    )
    block = b"".join(value.ljust(width, b"\0") for value, width in fields).ljust(_BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _make_record(key: bytes, value: bytes) -> bytes:
    """Return ``LENGTH key=value``; the length counts its own digits."""
    rest = b" %b=%b\n" % (key, value)
    size = len(rest)
    while len(b"%d" % size) + len(rest) != size:
        size = len(b"%d" % size) + len(rest)
    return b"%d" % size + rest
