"""The files and folders that a list names, each by its path from the folder of the source.

The jobs find them under the same paths.  A file that is named is sent, whatever prun's rules leave
out elsewhere, as with prun's ``--extFile`` (pandaclient/PrunScript.py:705-711); in a folder they
decide, and so does its ``.alwignore``.  A ``*`` stands for characters of a name, as there
(:434).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from re import compile as compiled

from ..text.source import Entry, EntryKind, Folder
from ..text.suggest import nearest
from .folder_listing import ArchiveMember, Listing, list_files

_ADDRESS = "://"


class NoMember(Exception):
    """An error: a list names what cannot be sent.

    :param message: what is wrong with the name.
    :param help: what to write instead.
    :param name: the name that is likely meant, if there is one.
    """

    def __init__(self, message: str, help: str = "", name: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.name = name


@dataclass(frozen=True, slots=True)
class _Below:
    """A folder below another one (a :class:`~..source.Folder`)."""

    above: Folder
    path: str

    @property
    def name(self) -> str:
        return f"{self.above.name.rstrip('/')}/{self.path}"

    def entries(self, path: str) -> Iterable[Entry]:
        return self.above.entries(f"{self.path}/{path}" if path else self.path)

    def chunks(self, path: str) -> Iterator[bytes]:
        return self.above.chunks(f"{self.path}/{path}")


def select_files(folder: Folder, name: str) -> Listing:
    """Return the files that the member ``name`` of a list stands for.

    :param folder: the folder of the source.
    :raises NoMember: if there is none, or it cannot be sent.
    :raises Unreadable: if a folder cannot be read.
    :raises ~.ignore.BadPattern: if a line of its ``.alwignore`` is no pattern.
    """
    words = _split_name(name)
    if not words:
        return list_files(folder)
    if "*" in name:
        return _match(folder, name, words)
    path = "/".join(words)
    entry = _find_entry(folder, words, name)
    if entry.kind is EntryKind.FOLDER:
        return _below(folder, path)
    if name.endswith("/"):
        raise NoMember(f"'{path}' is a file", "leave out the slash at its end", path)
    return Listing([ArchiveMember(path, entry.size, entry.executable)])


def merge_files(found: Iterable[Listing]) -> tuple[ArchiveMember, ...]:
    """Return the members of all, each once, sorted by the bytes of their paths."""
    members = {member.path: member for one in found for member in one.members}
    parents = {path.rpartition("/")[0] for path in members}
    while more := {path.rpartition("/")[0] for path in parents} - parents:
        parents |= more
    kept = [m for m in members.values() if not (m.is_folder and m.path in parents)]
    return tuple(sorted(kept, key=lambda member: member.path.encode("utf-8")))


def _split_name(name: str) -> list[str]:
    if not name.strip():
        raise NoMember("it is empty", "name a file or a folder")
    if _ADDRESS in name:
        raise NoMember(
            "a list contains only files and folders", "write an address alone, not in a list"
        )
    if name.startswith("/"):
        raise NoMember(
            "its path is absolute",
            "write it relative to the folder of the source: only files there are sent",
        )
    words = [word for word in name.split("/") if word not in ("", ".")]
    if ".." in words:
        raise NoMember(
            "its path goes up with '..'",
            "write it relative to the folder of the source: only files there are sent",
        )
    return words


def _find_entry(folder: Folder, words: list[str], name: str) -> Entry:
    """Return the file or folder at a path."""
    for number in range(len(words)):
        entry = _step(folder, words[:number], words[number], name)
        if number < len(words) - 1 and entry.kind is not EntryKind.FOLDER:
            raise NoMember(f"'{'/'.join(words[: number + 1])}' is not a folder")
    return entry


def _step(folder: Folder, above: list[str], word: str, name: str) -> Entry:
    path = "/".join([*above, word])
    entries = {entry.name: entry for entry in folder.entries("/".join(above))}
    entry = entries.get(word)
    if entry is None:
        close = nearest(word, entries)
        where = f"'{'/'.join(above)}'" if above else "the folder of the source"
        instead = None
        if close is not None:
            instead = "/".join([*above, close]) + name[_find_end(name, [*above, word]) :]
        raise NoMember(
            f"there is no '{word}' in {where}",
            f"did you mean '{instead}'?" if instead else "",
            instead,
        )
    _check_kind(path, entry)
    return entry


def _find_end(name: str, words: list[str]) -> int:
    """Return the offset in ``name`` at which its first ``words`` end."""
    at = 0
    for word in words:
        while name[at:].startswith(("/", "./")):
            at = name.index("/", at) + 1
        at += len(word)
    return at


def _check_kind(path: str, entry: Entry) -> None:
    """Check that what a list names is a file or a folder.

    :raises NoMember: if it is not.
    """
    match entry.kind:
        case EntryKind.LEADS_OUT:
            raise NoMember(f"the link '{path}' points outside the folder of the source")
        case EntryKind.LEFT:
            raise NoMember(
                f"the link '{path}' leads to a folder",
                "neither alw nor prun follows such links: name the folder it leads to",
            )
        case EntryKind.BROKEN:
            raise NoMember(f"the link '{path}' leads to nothing", "repair it, or leave it out")
        case EntryKind.SPECIAL:
            raise NoMember(f"'{path}' is neither a file nor a folder")


def _below(folder: Folder, path: str) -> Listing:
    found = list_files(_Below(folder, path))
    if not found.members and not found.missed and not found.faults:
        found.members.append(ArchiveMember("", is_folder=True))
    return Listing(
        [_move_below(member, path) for member in found.members],
        [_move_below(member, path) for member in found.missed],
        [f"{path}/{link}" for link in found.broken],
        found.faults,
    )


def _move_below(member: ArchiveMember, path: str) -> ArchiveMember:
    return member._replace(path=f"{path}/{member.path}" if member.path else path)


def _match(folder: Folder, name: str, words: list[str]) -> Listing:
    if any("**" in word for word in words):
        raise NoMember(
            "'**' means the same as '*', which does not match '/'",
            "name the folder: everything in it is sent",
        )
    found = Listing(list(_find_matches(folder, [], words)))
    if not found.members:
        raise NoMember("no file matches", "'*' matches part of a name, but never '/'")
    return found


def _find_matches(folder: Folder, above: list[str], words: list[str]) -> Iterator[ArchiveMember]:
    word, *rest = words
    pattern = compiled(translate(word.replace("[", "[[]").replace("?", "[?]")))
    for entry in sorted(folder.entries("/".join(above)), key=lambda entry: entry.name):
        if not pattern.match(entry.name):
            continue
        if entry.name.startswith(".") and not word.startswith("."):
            continue  # as a shell does
        here = [*above, entry.name]
        if rest and entry.kind is EntryKind.FOLDER:
            yield from _find_matches(folder, here, rest)
        elif not rest and entry.kind not in (EntryKind.FOLDER, EntryKind.LEFT):
            _check_kind("/".join(here), entry)
            yield ArchiveMember("/".join(here), entry.size, entry.executable)
