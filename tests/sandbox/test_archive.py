"""The same folder gives the same bytes, and what is unpacked is what was packed."""

from __future__ import annotations

import gzip
import io
import os
import struct
import subprocess
import tarfile
import tempfile
import tracemalloc
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.sandbox.folder_listing import ArchiveMember
from alw.sandbox.gz import MOST_STORED, gzip_chunks
from alw.sandbox.tar import tar_chunks, tar_length
from alw.text.disk import DiskFolder
from alw.text.source import Unreadable
from tests.sandbox.folders import File, InMemory, Tree, archive, compiled, set_times, the_archive
from tests.sandbox.folders import write as written

_NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=60,
).filter(
    lambda name: (
        name[0] != "."
        and len(name.encode()) <= 200
        and "jobReport" not in name
        and name not in ("__pycache__", "pyvenv.cfg", "run.db", "workflow.json")
    )
)
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_FILES = st.builds(File, st.binary(max_size=3000), st.booleans())


def _no_file_is_a_folder(tree: Tree) -> bool:
    return not any(a != b and b.startswith(f"{a}/") for a in tree for b in tree)


TREES = st.dictionaries(
    _PATHS.filter(lambda path: not path.endswith((".o", ".a", ".so", ".root"))),
    st.none() | _FILES,
    max_size=6,
).filter(_no_file_is_a_folder)

SMALL: Tree = {
    "run.py": File(b"print('hello')\n", True),
    "lib/a.py": File(b"x = 1\n"),
    "out": None,
}


def unpacked(content: bytes) -> dict[str, File | None]:
    found: dict[str, File | None] = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as file:
        for info in file:
            assert (info.uid, info.gid, info.uname, info.gname, info.mtime) == (0, 0, "", "", 0)
            stream = file.extractfile(info)
            found[info.name] = File(stream.read(), info.mode == 0o755) if stream else None
    return found


@given(tree=TREES)
@settings(deadline=None)
def test_what_is_packed_is_unpacked(tree: Tree) -> None:
    made = archive(InMemory(tree))
    raw = b"".join(tar_chunks(made.folder, made.members))
    assert len(raw) == tar_length(made.members)
    assert unpacked(raw) == dict(tree)
    assert gzip.decompress(made.read()) == raw
    assert (made.size, made.content) == (len(made.read()), sha256(raw).hexdigest())


@given(tree=TREES, order=st.randoms())
@settings(deadline=None)
def test_the_order_of_a_folder_does_not_matter(tree: Tree, order: object) -> None:
    names = list(tree)
    order.shuffle(names)  # type: ignore[attr-defined]
    other = archive(InMemory({name: tree[name] for name in names}))
    assert other.read() == archive(InMemory(tree)).read()


@given(one=TREES, other=TREES)
@settings(deadline=None)
def test_other_files_have_another_name(one: Tree, other: Tree) -> None:
    same = archive(InMemory(one)).identity == archive(InMemory(other)).identity
    assert same == (one == other)


@given(tree=TREES)
@settings(deadline=None, max_examples=15)
def test_the_tar_of_worker_nodes_reads_it(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "s.tar.gz").write_bytes(archive(InMemory(tree)).read())
        # panda-wnscript, src/rungen/runGen.py:313
        command = ["tar", "xvfzm", "s.tar.gz"]
        done = subprocess.run(command, cwd=place, capture_output=True, check=True)
        assert done.stderr == b""
        for path, file in tree.items():
            if file is not None:
                assert (Path(place) / path).read_bytes() == file.content
                assert os.access(Path(place) / path, os.X_OK) or not file.executable
            else:
                assert (Path(place) / path).is_dir()


def test_times_modes_places_and_orders_do_not_matter(tmp_path: Path) -> None:
    task = 'task t {{ exec = "run" sandbox = "{}" }}'
    found = []
    for number, mask in enumerate((0o022, 0o077, 0o000)):
        before = os.umask(mask)
        try:
            project = tmp_path / f"project {number}"
            folder = f"files-{number}"
            written(SMALL, project / folder, backwards=bool(number % 2))
        finally:
            os.umask(before)
        set_times(project, 10**9 * number)
        name, made = the_archive(compiled(project, task.format(folder)))
        found.append((name, made.read()))
    assert len(set(found)) == 1


def test_the_name_and_the_bytes_stay_the_same_between_versions() -> None:
    made = archive(InMemory(SMALL))
    assert made.identity == "27acef11-820a-4eab-fc55-1f0d9cdd712a"
    assert (
        sha256(made.read()).hexdigest()
        == "c449f754e9d02ee42a15c15f60829b5658b5d742dbafcf126913b55d7d049f82"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"run.py": File(b"print('hello')\n", False)},
        {"run.py": File(b"print('hellO')\n", True)},
        {"lib/a.py": None},
        {"new": None},
        {"new": File(b"")},
    ],
)
def test_whatever_a_job_could_see_changes_the_name(change: Tree) -> None:
    assert archive(InMemory({**SMALL, **change})).identity != archive(InMemory(SMALL)).identity


@given(content=st.binary(max_size=200_000), cut=st.integers(1, 70_000))
@settings(deadline=None, max_examples=30)
def test_gzip_stored_and_compressed(content: bytes, cut: int) -> None:
    chunks = [content[start : start + cut] for start in range(0, len(content), cut)]
    made = b"".join(gzip_chunks(chunks, len(content)))
    assert gzip.decompress(made) == content
    # pandaclient/Client.py:892
    assert struct.unpack("II", made[-8:]) == (zlib.crc32(content), len(content))


def test_gzip_does_not_depend_on_the_pieces() -> None:
    content = os.urandom(150_000)
    whole = b"".join(gzip_chunks([content], len(content)))
    assert b"".join(gzip_chunks([content[:7], b"", content[7:]], len(content))) == whole
    assert len(whole) == len(content) + 18 + 3 * 5


def test_a_large_archive_is_compressed() -> None:
    made = archive(InMemory({f"{n}.txt": File(b"a" * 10**6) for n in range(3)}))
    assert tar_length(made.members) > MOST_STORED > made.size
    assert len(made.read()) == made.size
    assert gzip.decompress(made.read()).count(b"a" * 10**6) == 3


@pytest.mark.slow
def test_files_are_not_kept_in_memory(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.bin").write_bytes(os.urandom(2**20))
    folder = DiskFolder("files", tmp_path, tmp_path)
    tracemalloc.start()
    try:
        made = archive(folder)
        assert sum(map(len, made.chunks())) == made.size > 40 * 2**20
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_file_that_changes_while_it_is_read(wrong: int) -> None:
    folder = InMemory(SMALL)
    with pytest.raises(Unreadable, match=r"'run\.py' has changed"):
        b"".join(tar_chunks(folder, [ArchiveMember("run.py", 15 + wrong)]))


@pytest.mark.parametrize("length_of_name", [99, 100, 101, 155, 156, 200, 256, 300, 5000])
@pytest.mark.parametrize("cut", [0, 50, 100, 101])
def test_long_names(length_of_name: int, cut: int) -> None:
    name = "x" * length_of_name
    path = f"{name[:cut]}/{name[cut:]}" if 0 < cut < len(name) else name
    tree: Tree = {path: File(b"content"), f"{path}-folder": None}
    made = archive(InMemory(tree))
    assert unpacked(gzip.decompress(made.read())) == dict(tree)
