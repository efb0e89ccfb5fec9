"""Addresses of documents, and the paths of their files."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path


def to_path(uri: str) -> str | None:
    """Return the path of the file at ``uri``, or ``None`` if that is no file of this machine.

    pygls raises an exception for ``file://[``, takes the host for a folder, and hands on paths
    that no file can have.
    """
    try:
        path = to_fs_path(uri.replace("://localhost/", ":///", 1))
    except ValueError:
        return None
    if path is None or "\0" in path or not Path(path).is_absolute():
        return None
    return None if path.startswith("//") else path


def to_uri(path: str) -> str:
    """Return the address of the file at the absolute ``path``.

    Unlike pygls's, it keeps the bytes of a name that is not UTF-8.
    """
    return Path(path).as_uri()


def to_key(uri: str) -> str:
    """Return what is the same for all spellings of one address."""
    return to_path(uri) or uri
