"""The files of a folder that are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..text.source import Entry, EntryKind, Folder, Source, Unreadable
from .ignore import IGNORE_FILE, Ignore, Verdict, read_ignore_rules

#: prun starts a process for each file; more than this is no sandbox, but a mistake.
MOST_FILES = 100_000
#: Largest ``.alwignore``, in bytes.
_LONGEST = 2**20


class ArchiveMember(NamedTuple):
    """A file, or an empty folder."""

    path: str
    size: int = 0
    executable: bool = False
    is_folder: bool = False


@dataclass(slots=True)
class Listing:
    """The files that are sent, and what is wrong."""

    members: list[ArchiveMember] = field(default_factory=list)
    """Sorted by the bytes of their paths."""
    missed: list[ArchiveMember] = field(default_factory=list)
    """The files that prun's rules leave out, though they may be needed."""
    broken: list[str] = field(default_factory=list)
    """The links that lead to nothing, which are left out."""
    faults: list[str] = field(default_factory=list)
    """The things that cannot be sent, and why."""


def list_files(folder: Folder) -> Listing:
    """Return the files of ``folder`` that are sent.

    prun also sends empty folders (pandaclient/PrunScript.py:736-749), and the
    files that links lead to, but it follows no link to a folder (``os.walk``).

    :raises Unreadable: if the folder or its ``.alwignore`` cannot be read.
    :raises ~.ignore.BadPattern: if the latter has a line that is no pattern.
    """
    found = Listing()
    top = list(folder.entries(""))
    ignore = read_ignore_rules(_read_ignore_file(folder, top))
    todo = [("", [entry for entry in top if entry.name != IGNORE_FILE])]
    while todo:
        prefix, entries = todo.pop()
        for entry in entries:
            path = prefix + entry.name
            if not _is_utf8(entry.name):
                found.faults.append(f"the name {path!a} is not UTF-8")
            elif entry.kind is EntryKind.FOLDER:
                todo += _below(folder, path, ignore, found)
            elif entry.kind is not EntryKind.LEFT:
                _add(entry, path, ignore, found)
        if len(found.members) > MOST_FILES:
            raise Unreadable(f"it has more than {MOST_FILES:,} files")
    for members in (found.members, found.missed):
        members.sort(key=lambda member: member.path.encode("utf-8"))
    found.broken.sort()
    found.faults.sort()
    return found


def _below(
    folder: Folder, path: str, ignore: Ignore, found: Listing
) -> Iterator[tuple[str, list[Entry]]]:
    if not ignore.enters(path):
        return
    try:
        entries = list(folder.entries(path))
    except Unreadable as error:
        found.faults.append(str(error))
        return
    if _is_made(entries) and not ignore.keeps(path):
        return
    if entries:
        yield f"{path}/", entries
    else:
        found.members.append(ArchiveMember(path, is_folder=True))


def _is_made(entries: list[Entry]) -> bool:
    """True if it is a folder of files made on this machine for this machine: a virtual environment
    (PEP 405), a workflow that alw has written, or a run of one.
    """
    kinds = {entry.name: entry.kind for entry in entries}
    is_written = (
        kinds.get("workflow.json") is EntryKind.FILE and kinds.get("tasks") is EntryKind.FOLDER
    )
    is_run = kinds.get("run.db") is EntryKind.FILE and kinds.get("run.lock") is EntryKind.FILE
    return is_written or is_run or "pyvenv.cfg" in kinds


def _add(entry: Entry, path: str, ignore: Ignore, found: Listing) -> None:
    verdict = ignore.judge(path, entry.size)
    if verdict is Verdict.LEFT_OUT:
        return
    member = ArchiveMember(path, entry.size, entry.executable)
    if entry.kind is EntryKind.LEADS_OUT:
        found.faults.append(f"the link '{path}' points outside the folder of the source")
    elif entry.kind is EntryKind.BROKEN:
        found.broken.append(path)
    elif entry.kind is EntryKind.SPECIAL:
        found.faults.append(f"'{path}' is neither a file nor a folder")
    elif verdict is Verdict.MISSED:
        found.missed.append(member)
    else:
        found.members.append(member)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _read_ignore_file(folder: Folder, entries: list[Entry]) -> Source | None:
    entry = next((e for e in entries if e.name == IGNORE_FILE), None)
    if entry is None or entry.kind in (EntryKind.FOLDER, EntryKind.LEFT):
        return None
    if entry.kind is not EntryKind.FILE:
        raise Unreadable(
            f"cannot read '{IGNORE_FILE}': it is not a regular file in the folder of the source"
        )
    content = b""
    for chunk in folder.chunks(IGNORE_FILE):
        content += chunk
        if len(content) > _LONGEST:
            raise Unreadable(f"'{IGNORE_FILE}' is larger than 1 MiB")
    try:
        return Source(f"{folder.name.rstrip('/')}/{IGNORE_FILE}", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(f"'{IGNORE_FILE}' is not UTF-8") from None
