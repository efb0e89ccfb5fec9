"""The bytes of an archive are the same with every Python."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from alw.sandbox.folder_listing import list_files
from alw.sandbox.tar import tar_chunks, tar_length
from alw.text.disk import DiskFolder
from tests.conftest import ROOT
from tests.sandbox.folders import File, InMemory, Tree, archive

#: Names that do not fit, that fit in two parts, and that are not ASCII.
TREE: Tree = {
    "run.sh": File(b"#!/bin/sh\n", True),
    "empty": File(b""),
    "out": None,
    "lib/block": File(b"x" * 512),
    "lib/more": File(b"y" * 513, True),
    "d\xe9p\xf4t/\u6587\u4ef6 \U0001f600.txt": File("\xe4".encode()),
    "a" * 100: File(b"one hundred"),
    "b" * 101: File(b"one more"),
    "c" * 101 + "/file": File(b"in two parts"),
    "ab/" * 40 + "file": File(b"many slashes"),
    "d" * 156 + "/" + "e" * 100: File(b"too long before the slash"),
    "f" * 255: None,
    "\xe9" * 60: File(b"long in bytes alone"),
}
HASH = "a34ddca2ca0b0b6620ac5e52726ad29ef7df6a77425e392f09ca81daf2f4375e"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def content(tree: Tree) -> bytes:
    made = archive(InMemory(tree))
    raw = b"".join(tar_chunks(made.folder, made.members))
    assert len(raw) == tar_length(made.members)
    return raw


def test_the_bytes_stay_the_same() -> None:
    assert sha256(content(TREE)).hexdigest() == HASH


def test_a_link_is_sent_as_the_file_that_it_leads_to(tmp_path: Path) -> None:
    for number, folder in enumerate((tmp_path / "one", tmp_path / "other")):
        folder.mkdir()
        (folder / "a").write_bytes(b"content")
        (folder / "a").chmod(0o755)
        if number:
            (folder / "b").symlink_to("a")
        else:
            os.link(folder / "a", folder / "b")
    one, other = (
        b"".join(tar_chunks(found, list_files(found).members))
        for found in (DiskFolder(n, tmp_path / n, tmp_path / n) for n in ("one", "other"))
    )
    assert one == other == content({"a": File(b"content", True), "b": File(b"content", True)})


@pytest.mark.parametrize("version", VERSIONS)
def test_they_are_the_same_with_every_python(version: str) -> None:
    python = shutil.which(f"python{version}")
    # a shim of pyenv may stand for nothing
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no Python {version}")
    code = (
        "from types import SimpleNamespace as Given; from hashlib import sha256; import sys\n"
        "from alw.sandbox.folder_listing import ArchiveMember\n"
        "from alw.sandbox.tar import tar_chunks\n"
        "members, contents = eval(sys.stdin.read())\n"
        "folder = Given(chunks=lambda path: [contents[path]])\n"
        "print(sha256(b''.join(tar_chunks(folder, members))).hexdigest())"
    )
    made = archive(InMemory(TREE))
    contents = {path: file.content for path, file in TREE.items() if file is not None}
    done = subprocess.run(
        [python, "-c", code],
        input=repr((made.members, contents)),
        env={**os.environ, "PYTHONPATH": str(ROOT / "compiler"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == HASH, done.stderr


def test_tarfile_reads_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(content(TREE))) as file:
        found = {info.name: info for info in file}
    assert found.keys() == TREE.keys()
    assert all(info.mode in (0o644, 0o755) for info in found.values())
