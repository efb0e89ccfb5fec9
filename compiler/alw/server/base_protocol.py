"""Messages in the client's bytes (LSP 3.17, "Base Protocol").

pygls reads them too (``pygls.io_.run_async``), but passes over what is not a header as it expects
one: after a length that cannot be read, client and server wait for each other.  Here that is the
end of the conversation, and no length makes the server wait for more than it would take.
"""

from __future__ import annotations

import re
from asyncio import IncompleteReadError, LimitOverrunError, StreamReader

#: The longest message, in bytes: room for a source of the greatest size, escaped as JSON.
LONGEST = 512 * 2**20
#: The longest header, in bytes; for the limit of the stream.
LONGEST_HEADER = 8192
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*\r?\n\Z")
_LENGTH = re.compile(rb"[0-9]{1,18}\Z")


class Unframed(Exception):
    """An error: the bytes are no messages."""


async def read_message(stream: StreamReader) -> bytes | None:
    """Return the content of the next message; ``None`` at the end of the input.

    :raises Unframed: if there can be none.
    """
    try:
        length = await _read_header(stream)
        return None if length is None else await stream.readexactly(length)
    except IncompleteReadError:
        raise Unframed("it ends inside a message") from None
    except LimitOverrunError:
        raise Unframed(f"a header is longer than {LONGEST_HEADER} bytes") from None


async def _read_header(stream: StreamReader) -> int | None:
    """Return the length of the next message; ``None`` at the end of the input."""
    size = 0
    length: int | None = None
    while size <= LONGEST_HEADER:
        try:
            line = await stream.readuntil(b"\n")
        except IncompleteReadError as error:
            if error.partial or size:
                raise
            return None
        if line in (b"\r\n", b"\n"):
            if size and length is None:
                raise Unframed("a header has no Content-Length")
            if length is not None:  # an empty line before a header does no harm
                return length
            continue
        size += len(line)
        found = _parse_field(line)
        if found is not None and length not in (None, found):
            raise Unframed("a header has two lengths")
        length = length if found is None else found
    raise Unframed(f"a header is longer than {LONGEST_HEADER} bytes")


def _parse_field(line: bytes) -> int | None:
    """Return the length that a field gives; ``None`` if it is another field."""
    field = _FIELD.match(line)
    if field is None:
        raise Unframed(f"{_shorten(line)} is not a header")
    if field[1].lower() != b"content-length":
        return None
    if not _LENGTH.match(field[2]):
        raise Unframed(f"Content-Length is not a number: {_shorten(field[2])}")
    length = int(field[2])
    if length > LONGEST:
        raise Unframed(f"a message of {length} bytes is longer than {LONGEST}")
    return length


def _shorten(line: bytes) -> str:
    text = line[:40].decode("ascii", "replace").rstrip("\r\n")
    return ascii(text + ("…" if len(line) > 40 else ""))
