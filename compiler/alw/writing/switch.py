"""The one switch from a folder's old content to its new one, and what kills leave of it.

A folder is made anew in ``.alw-staging-…`` beside its place and exchanged with the old one there.
The stage has ``new/NAME``: the new folder, after the switch the old one; and ``old/NAME``: the old
one for a moment, where the system cannot exchange folders.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from .atomic import create_file
from .carrying import carry, copy_status, discard, link_others
from .exchange import exchange
from .manifest import FOLDERS, NAME, Manifest, read_manifest

if TYPE_CHECKING:
    from ..sandbox.archive import Archive

_STAGE = ".alw-staging-"
#: The leftovers of earlier releases of alw.
_FORMER = re.compile(r"\.alw-[a-z0-9_]{8}\Z")
_FORMER_FILE = re.compile(r"[0-9]+\.(?:new|old)\Z")


@dataclass(frozen=True, slots=True)
class Switch:
    """A folder that is ready to take its place.

    :param place: where it belongs, links resolved.
    :param shown: how users know the place.
    :param identity: the device and number of the new folder.
    :param is_new: true if there was none.
    """

    place: Path
    shown: Path
    stage: Path
    identity: tuple[int, int]
    is_new: bool

    @property
    def staged(self) -> Path:
        """The new folder; after the switch the old one."""
        return self.stage / "new" / self.place.name

    @property
    def aside(self) -> Path:
        """The place of the old folder for a moment, if need be."""
        return self.stage / "old" / self.place.name

    @property
    def is_done(self) -> bool:
        """True while the new folder is in its place."""
        try:
            return _identity(self.place) == self.identity
        except OSError:
            return False

    def do(self) -> None:
        """Put the new folder in its place."""
        try:
            if self.is_new:
                self.staged.rename(self.place)
            else:
                exchange(self.staged, self.place, self.aside)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.shown)) from None

    def undo(self) -> None:
        """Put the old folder back, with what was carried over."""
        if self.is_done:
            if self.is_new:
                self.place.rename(self.staged)
            else:
                exchange(self.staged, self.place, self.aside)
                carry(self.staged, self.place)


def _identity(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino


def make_stage(parent: Path) -> Path:
    """Make a stage in the folder ``parent``."""
    stage = parent / f"{_STAGE}{token_hex(8)}"
    try:
        for folder in (stage, stage / "new", stage / "old"):
            folder.mkdir(0o700)
    except BaseException:
        clear(stage)
        raise
    return stage


def prepare(
    place: Path, shown: Path, stage: Path, manifest: Manifest, files: Mapping[str, str | Archive]
) -> Switch:
    """Make the new folder for ``place`` in ``stage``, with what users have in the old one.

    :raises OSError: if it cannot be made, or something is in its way.
    """
    exists = os.path.lexists(place)
    if exists:
        _check_places(place, shown, files)
    staged = stage / "new" / place.name
    try:
        staged.mkdir()
        create_file(staged / NAME, manifest.text())  # first: it says what is alw's
        for folder in dict.fromkeys(path.rpartition("/")[0] for path in files):
            (staged / folder).mkdir(exist_ok=True)
        for path, content in files.items():
            create_file(staged / path, content if isinstance(content, str) else content.chunks())
        if exists:
            link_others(place, staged, {*read_manifest(place).files, *files})
            for folder in ("", *FOLDERS):
                if (staged / folder).is_dir() and (place / folder).is_dir():
                    copy_status(staged / folder, place / folder)
    except OSError as error:
        name = str(error.filename) if error.filename is not None else ""
        if not name or name.startswith(str(staged)):
            name = str(shown) + name.removeprefix(str(staged))
        raise OSError(error.errno, error.strerror, name) from None
    return Switch(place, shown, stage, _identity(staged), not exists)


def _check_places(place: Path, shown: Path, files: Mapping[str, object]) -> None:
    """Check that folders and files are in the places of such.

    :raises OSError: if they are not.
    """
    if not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(shown))
    # the switch replaces it, but would not ask
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(shown))
    for folder in FOLDERS:
        with suppress(FileNotFoundError):
            mode = (place / folder).lstat().st_mode
            if stat.S_ISLNK(mode):
                raise OSError(errno.ENOTDIR, "it is a link; remove it", str(shown / folder))
            if not stat.S_ISDIR(mode) and any(path.startswith(f"{folder}/") for path in files):
                error = os.strerror(errno.ENOTDIR)
                raise NotADirectoryError(errno.ENOTDIR, error, str(shown / folder))
    for path in files:
        if (place / path).is_dir() and not (place / path).is_symlink():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(shown / path))


def perform(switches: Sequence[Switch]) -> None:
    """Do all switches, or none if one fails.

    :raises OSError: if one fails.
    """
    try:
        for switch in switches:
            switch.do()
        for switch in switches:
            if not switch.is_new:
                try:
                    carry(switch.staged, switch.place)
                except OSError as error:
                    name = str(error.filename or "").removeprefix(str(switch.staged))
                    raise OSError(error.errno, error.strerror, str(switch.shown) + name) from None
    except BaseException:
        for switch in reversed(switches):
            with suppress(OSError):
                switch.undo()
        raise


def clear(stage: Path) -> None:
    """Remove a stage, of this process or of one that was killed.

    What is in it and in no other place goes to its place first: the old folder, if the process
    was killed between two renames, and what belongs to users.
    """
    for inner in ("old", "new"):
        with suppress(OSError):
            for old in list((stage / inner).iterdir()):
                place = stage.parent / old.name
                with suppress(OSError):
                    if inner == "old" and not os.path.lexists(place):
                        old.rename(place)
                    else:
                        carry(old, place)
                        discard(old, place)
    for folder in (stage / "old", stage / "new", stage):
        with suppress(OSError):
            folder.rmdir()


def clear_leftovers(parent: Path) -> None:
    """Clear the stages that killed processes left in ``parent``, whose lock is held."""
    with os.scandir(parent) as found:
        names = [e.name for e in found if e.name.startswith(".alw-") and e.is_dir()]
    for name in names:
        stage = parent / name
        if stage.is_symlink():
            continue
        if name.startswith(_STAGE):
            clear(stage)
        elif _FORMER.match(name) and all(_FORMER_FILE.match(file.name) for file in stage.iterdir()):
            shutil.rmtree(stage, ignore_errors=True)
