"""Addresses of documents, and the paths of their files."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:(?:/|\Z)")
_WINDOWS = os.name == "nt"


def path_of(uri: str, windows: bool = _WINDOWS) -> str | None:
    """The path of the file at ``uri``, or ``None`` if that is no file of this machine."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme.lower() != "file" or not path.startswith("/") or "\0" in path:
        return None
    host = "" if parts.netloc.lower() == "localhost" else unquote(parts.netloc)
    if not windows:
        return None if host else path
    if host:
        return "\\\\" + host + path.replace("/", "\\")
    if _DRIVE.match(path):  # editors disagree on the case of the letter
        path = path[1].lower() + path[2:]
    return path.replace("/", "\\")


def uri_of(path: str, windows: bool = _WINDOWS) -> str:
    """The address of the file at the absolute ``path``."""
    plain = (PureWindowsPath(path) if windows else PurePosixPath(path)).as_posix()
    if windows and plain.startswith("//"):
        host, _, rest = plain[2:].partition("/")
        return f"file://{quote(host)}/{quote(rest)}"
    if windows and not plain.startswith("/"):
        plain = "/" + plain
    if windows and _DRIVE.match(plain):
        return f"file:///{plain[1].lower()}%3A{quote(plain[3:])}"
    return "file://" + _quoted(plain)


def _quoted(path: str) -> str:
    # what is no text in the name of a file stays the bytes that it is
    return quote(os.fsencode(path))


def key_of(uri: str) -> str:
    """What is the same for all spellings of one address."""
    return path_of(uri) or uri
