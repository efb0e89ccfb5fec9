"""Archives: nothing of them gets outside, and each job has its own copy."""

from __future__ import annotations

import io
import os
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from alw.execution.worker import WorkerError, unpack
from alw.execution.worker.trees import place


def member(name: str, text: str = "new", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(text)
    for key, value in more.items():
        setattr(info, key, value)
    if info.type != tarfile.REGTYPE:
        info.size = 0
    return info, text.encode()


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, type=kind, linkname=to)


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


HOSTILE: dict[str, list[tuple[tarfile.TarInfo, bytes]]] = {
    "above": [member("../victim")],
    "above, deep": [member("a/b/../../../victim")],
    "link to above": [link("a", "../victim")],
    "link to a file outside": [link("a", "/etc/passwd")],
    "through a link": [link("a", ".."), member("a/victim")],
    "through a link to inside": [member("d/x"), link("a", "d"), member("a/victim")],
    "a folder over a link": [
        link("a", ".."), member("a", type=tarfile.DIRTYPE), member("a/victim"),
    ],
    "link through a link": [
        member("d/e/f/x"), link("d/e/f/up", "../../.."), link("d/e/f/out", "up/../victim"),
    ],
    "hard link to outside": [link("a", "../victim", tarfile.LNKTYPE)],
    "hard link to nothing": [link("a", "b", tarfile.LNKTYPE)],
    "hard links in a circle": [link("a", "b", tarfile.LNKTYPE), link("b", "a", tarfile.LNKTYPE)],
    "pipe": [member("a", type=tarfile.FIFOTYPE)],
    "device": [member("a", type=tarfile.CHRTYPE, devmajor=1, devminor=3)],
    "no name": [member("./")],
    "a file as a folder": [member("a"), member("a/b")],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("once", [True, False], ids=["unpacked once", "for one job"])
def test_nothing_gets_outside(name: str, once: bool, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("old")
    file = archive(tmp_path / "a.tar.gz", *HOSTILE[name])
    with pytest.raises(WorkerError, match=r"a\.tar\.gz"):
        (unpack if once else place)(file, tmp_path / "tree")
    assert (tmp_path / "victim").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} <= {"victim", "a.tar.gz", "tree"}
    assert not once or not (tmp_path / "tree").exists()


@pytest.mark.parametrize(
    "how", [lambda data: b"", lambda data: b"no archive", lambda data: data[:60]]
)
def test_a_corrupt_archive(how: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = archive(tmp_path / "a.tar.gz", member("a", os.urandom(4000).hex()))
    file.write_bytes(how(file.read_bytes()))
    with pytest.raises(WorkerError, match="corrupt") as caught:
        unpack(file, tmp_path / "tree")
    assert caught.value.status == 9
    with pytest.raises(WorkerError):
        unpack(tmp_path / "missing.tar.gz", tmp_path / "tree")


def test_what_is_in_it_is_there(tmp_path: Path) -> None:
    file = archive(
        tmp_path / "a.tar.gz", member("/rooted/a", mode=0o4755), member("./b", "old"),
        member("b", "new"), link("to", "rooted/a"), link("hard", "b", tarfile.LNKTYPE),
        link("dangling", "nothing"), member("empty", type=tarfile.DIRTYPE), member("-x", mode=0),
    )  # fmt: skip
    tree = unpack(file, tmp_path / "tree")
    place(tree, tmp_path / "job")
    place(file, tmp_path / "direct")
    for folder in (tree, tmp_path / "job", tmp_path / "direct"):
        assert sorted(path.name for path in folder.iterdir()) == [
            "-x", "b", "dangling", "empty", "hard", "rooted", "to",
        ]  # fmt: skip
        assert (folder / "rooted/a").stat().st_mode & 0o7777 == 0o755
        assert (folder / "b").read_text() == (folder / "hard").read_text() == "new"
        assert (folder / "to").readlink() == Path("rooted/a")
    (tmp_path / "job/b").write_text("changed")
    (tmp_path / "job/to").write_text("changed")
    assert (tree / "b").read_text() == (tree / "rooted/a").read_text() == "new"


def test_many_may_unpack_it_at_once(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.tar.gz", *(member(f"d/{n}", "x" * 1000) for n in range(50)))
    found: list[int] = []

    def work() -> None:
        found.append(len(list((unpack(file, tmp_path / "tree") / "d").iterdir())))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [50] * 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz", "tree"]


def test_a_pipe_that_a_build_has_left_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    os.mkfifo(tmp_path / "tree/pipe")
    place(tmp_path / "tree", tmp_path / "job")
    assert (tmp_path / "job/pipe").is_fifo()
