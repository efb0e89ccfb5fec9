"""The archive of a folder: named after what is in it, made when it is needed.

Compiling reads the files once, to know the name and the size.  Their content is not kept: it is
read again when the archive is written, and must be the same then.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from ..text.source import Folder, Unreadable
from .folder_listing import ArchiveMember
from .gz import gzip_chunks
from .tar import tar_chunks, tar_length


@dataclass(frozen=True, slots=True)
class Archive:
    """A ``.tar.gz`` file of the files of a folder."""

    folder: Folder = field(repr=False)
    members: tuple[ArchiveMember, ...]
    """Sorted, with paths relative to the folder."""
    content: str
    """The SHA-256 of the tar file in it, in hexadecimal."""
    size: int
    """The size of the ``.tar.gz`` file in bytes."""

    @property
    def identity(self) -> str:
        """The identity of the content, for the archive's name; it looks like prun's UUIDs."""
        digits = self.content[:32]
        return "-".join(
            digits[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
        )

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file, piece by piece.

        :raises OSError: if a file cannot be read any more, or has changed.  This may be found
            out at the very end.
        """
        digest = sha256()
        try:
            yield from gzip_chunks(
                _tee(tar_chunks(self.folder, self.members), digest.update), tar_length(self.members)
            )
        except Unreadable as error:
            raise OSError(errno.EBUSY, str(error), self.folder.name) from None
        if digest.hexdigest() != self.content:
            message = "its files have changed since it was compiled"
            raise OSError(errno.EBUSY, message, self.folder.name)

    def read(self) -> bytes:
        """Return all bytes of the file.

        :raises OSError: as :meth:`chunks`.
        """
        return b"".join(self.chunks())


def pack(folder: Folder, members: tuple[ArchiveMember, ...]) -> Archive:
    """Return the archive of ``members`` of ``folder``.

    :raises Unreadable: if one of them cannot be read.
    """
    digest = sha256()
    content = _tee(tar_chunks(folder, members), digest.update)
    size = sum(map(len, gzip_chunks(content, tar_length(members))))
    return Archive(folder, members, digest.hexdigest(), size)


def _tee(content: Iterable[bytes], note: Callable[[bytes], object]) -> Iterator[bytes]:
    for chunk in content:
        note(chunk)
        yield chunk
