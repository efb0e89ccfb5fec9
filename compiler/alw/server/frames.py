"""Where a message begins and ends in the client's bytes (LSP 3.17, "Base Protocol").

A header whose length cannot be told leaves no way to find the next message, so it is the end of
the conversation, said as soon as it is seen: nothing waits for the rest of a line that is no
header, and no length makes the server wait for more than it would take.
"""

from __future__ import annotations

import re

#: The longest message, in bytes: room for a source of the greatest size, escaped as JSON.
LONGEST = 512 * 2**20
#: The longest header, in bytes.
LONGEST_HEADER = 8192
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*\r?\n\Z")
#: How a field may begin, as far as it has come.
_BEGINNING = re.compile(rb"\r|[!#$%&'*+.^_`|~0-9A-Za-z-]+(?::[^\r\n\0]*\r?)?\Z")
_LENGTH = re.compile(rb"[0-9]{1,18}\Z")


class Unframed(Exception):
    """The bytes are no messages; the message says why."""


class Frames:
    """Takes bytes as they come, and gives messages."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._header = 0
        self._length: int | None = None
        self._body = False

    def feed(self, chunk: bytes) -> None:
        """Take more bytes."""
        self._unread += chunk

    def next(self) -> bytes | None:
        """The next message; ``None`` if it is not there yet.

        :raises Unframed: if there can be none.
        """
        while not self._body:
            line = self._line()
            if line is None:
                return None
            self._take(line)
        assert self._length is not None
        if len(self._unread) < self._length:
            return None
        body = bytes(self._unread[: self._length])
        del self._unread[: self._length]
        self._header, self._length, self._body = 0, None, False
        return body

    def end(self) -> None:
        """There are no more bytes.

        :raises Unframed: if a message has begun.
        """
        if self._unread or self._header:
            raise Unframed("it ends inside a message")

    def _line(self) -> bytes | None:
        end = self._unread.find(b"\n", 0, LONGEST_HEADER) + 1
        line = bytes(self._unread[: end or LONGEST_HEADER])
        if end == 0 and line and not _BEGINNING.match(line):
            raise Unframed(f"{_shown(line)} is not a header")
        if len(line) + self._header >= LONGEST_HEADER:
            raise Unframed(f"a header is longer than {LONGEST_HEADER} bytes")
        if end == 0:
            return None
        del self._unread[:end]
        return line

    def _take(self, line: bytes) -> None:
        if line in (b"\r\n", b"\n"):
            if self._header and self._length is None:
                raise Unframed("a header has no Content-Length")
            self._body = self._header > 0  # an empty line before a header does no harm
            return
        field = _FIELD.match(line)
        if field is None:
            raise Unframed(f"{_shown(line)} is not a header")
        self._header += len(line)
        if field[1].lower() != b"content-length":
            return
        if not _LENGTH.match(field[2]):
            raise Unframed(f"Content-Length is not a number: {_shown(field[2])}")
        length = int(field[2])
        if length > LONGEST:
            raise Unframed(f"a message of {length} bytes is longer than {LONGEST}")
        if self._length not in (None, length):
            raise Unframed("a header has two lengths")
        self._length = length


def _shown(line: bytes) -> str:
    text = line[:40].decode("ascii", "replace").rstrip("\r\n")
    return ascii(text + ("…" if len(line) > 40 else ""))
