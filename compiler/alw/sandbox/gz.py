"""gzip without a date, of one member, as PanDA's cache reads it.

The last eight bytes are the checksum and length of the content: by them the cache knows a file
that it has already (pandaclient/Client.py:887-897).

Compressors differ: zlib, zlib-ng and others make different bytes of the same content.  What is
small is therefore stored as it is, and is the same bytes on every machine.  What is larger is
compressed, with the same result wherever zlib is the same; names are made of the content
(:mod:`.archive`), so they are the same everywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

#: Up to this length the content is stored: of what prun sends, the length of one file.
MOST_STORED = 1024 * 1024
#: Longest content whose length gzip can state.
MOST = 2**32 - 1
_LEVEL = 6
_BLOCK = 2**16 - 1
#: deflate, no flags, no date, no level, unknown system (RFC 1952, 2.3.1).
_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


def gzip_chunks(content: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield ``content``, which has ``length`` bytes, as a gzip file, piece by piece."""
    yield _HEAD
    checksum = 0
    deflate = _store if length <= MOST_STORED else _compress

    def read() -> Iterator[bytes]:
        nonlocal checksum
        for chunk in content:
            checksum = zlib.crc32(chunk, checksum)
            yield chunk

    yield from deflate(read())
    yield checksum.to_bytes(4, "little") + length.to_bytes(4, "little")


def _compress(content: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    for chunk in content:
        if packed := compressor.compress(chunk):
            yield packed
    yield compressor.flush()


def _store(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks that are not compressed, all but the last of full length (RFC 1951, 3.2.4)."""
    waiting = b""
    for chunk in content:
        waiting += chunk
        while len(waiting) > _BLOCK:
            yield _block(waiting[:_BLOCK], last=False)
            waiting = waiting[_BLOCK:]
    yield _block(waiting, last=True)


def _block(content: bytes, last: bool) -> bytes:
    size = len(content)
    head = bytes([last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
    return head + content
