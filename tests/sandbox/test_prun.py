"""prun itself archives the same files, and puts the archive's name into the same places."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from alw.panda.archives import builds, find_place, set_archive
from alw.panda.client import prun
from alw.panda.maps import normalise
from alw.sandbox.gz import gzip_chunks
from tests.sandbox.folders import File, Tree, compiled, the_archive
from tests.sandbox.folders import write as written

PRUN = Path(__file__).with_name("real_prun.py")
ARGUMENTS = ["--exec", "python run.py out.json", "--outDS", "user.me.w.t", "--outputs", "out.json"]
CONTAINER = ["--containerImage", "docker://a/b"]
CASES: dict[str, tuple[list[str], str]] = {
    "build": ([], ""),
    "no build": (["--noBuild"], "no_build = true"),
    "no compile": (["--noCompile"], "no_compile = true"),
    "container": (CONTAINER, 'container_image = "docker://a/b"'),
    "old container": (
        [*CONTAINER, "--oldContMode", "--useSandbox"],
        'container_image = "docker://a/b" old_cont_mode = true use_sandbox = true',
    ),
    "merge": (["--mergeOutput"], "merge_output = true"),
    "merge, no build": (["--mergeOutput", "--noBuild"], "merge_output = true no_build = true"),
    "new code": (["--useNewCode"], "use_new_code = true"),
    "new code, no build": (["--useNewCode", "--noBuild"], "use_new_code = true no_build = true"),
    "vo": (["--vo", "other"], 'vo = "other"'),
}
TREE: Tree = {
    "run.py": File(b"#!/usr/bin/env python\n", True),
    "a/b/c.txt": File(b"c"),
    "empty": None,
    "a/none": None,
    "only hidden/.x": File(b""),
    "only skipped/x.o": File(b""),
    ".git/config": File(b""),
    "a/.env": File(b"SECRET=1"),
    ".1": File(b""),
    "..a": File(b""),
    "jobReport.json": File(b""),
    "a/myjobReport.txt.old": File(b""),
    "hist.root": File(b""),
    "hist.root.1": File(b""),
    "rootfile": File(b""),
    "x.root.txt": File(b""),
    "lib.so": File(b""),
    "lib.a": File(b""),
    "x.o": File(b""),
    "x.so.1": File(b""),
    "large": File(bytes(2**20 + 1)),
    "just": File(bytes(2**20)),
    "with blank": File(b"x"),
    "é": File(b"x"),
}


def real(folder: Path, place: Path | None, arguments: Sequence[str]) -> dict[str, Any]:
    """What prun would submit from ``folder``; its archive is at ``place`` then, if it makes one."""
    command = [sys.executable, str(PRUN), str(place or ""), *ARGUMENTS, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def unpacked(place: Path) -> dict[str, bytes | None]:
    with tarfile.open(place) as file:
        return {
            info.name: stream.read() if (stream := file.extractfile(info)) else None
            for info in file
        }


def test_the_same_files(tmp_path: Path) -> None:
    folder = written(TREE, tmp_path / "project" / "files")
    (folder / "link").symlink_to("run.py")
    (folder / "dead").symlink_to("nowhere")
    (folder / "linked").symlink_to("a")
    _, made = the_archive(compiled(tmp_path / "project", 'task t { exec = "x" sandbox = "files" }'))
    (tmp_path / "ours.tar.gz").write_bytes(made.read())
    real(folder, tmp_path / "prun.tar.gz", [])
    ours = unpacked(tmp_path / "ours.tar.gz")
    assert ours == unpacked(tmp_path / "prun.tar.gz")
    assert "link" in ours
    assert "a/.env" not in ours


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_same_map(case: str, tmp_path: Path) -> None:
    arguments, options = CASES[case]
    folder = written({"run.py": File(b"")}, tmp_path / "files")
    theirs = real(folder, tmp_path / "prun.tar.gz", arguments)
    place = find_place(theirs)
    assert place is not None
    dry = prun([*ARGUMENTS, *arguments]).map
    assert find_place(dry) is None
    filled = set_archive(dry, place.name, None)
    for made in (filled, theirs):
        for key in ("cliParams", "osInfo"):
            del made[key]
    assert filled == theirs
    # and so does the compiler, but for the name, which begins alike
    text = f"""task t {{
      exec = "python run.py out.json" outputs = ["out.json"] sandbox = "files" {options}
    }}"""
    compilation = compiled(tmp_path, text)
    name, found = the_archive(compilation)
    assert name == f"{place.name.split('.')[0]}.{found.identity}.tar.gz"
    assert len(name) == len(place.name)
    ours = dict(compilation.workflows["w"].tasks["t"])
    del ours["cliParams"]
    assert ours == normalise({**set_archive(theirs, name, None)})
    assert builds(ours) == name.startswith("sources.")


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--noBuild"], ["--useNewCode", "--mergeOutput"]])
def test_the_same_map_with_a_sandbox_in_a_dataset(options: list[str], tmp_path: Path) -> None:
    arguments = [*options, "--tarBallViaDDM", "user.me:my.tgz"]
    theirs = real(tmp_path, None, arguments)
    ours = prun([*ARGUMENTS, *arguments]).map
    for made in (ours, theirs):
        for key in ("cliParams", "osInfo"):
            del made[key]
    assert ours == theirs


def test_prun_reads_the_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``putFile`` asks the server for a file of the same checksum and size."""
    monkeypatch.setenv("PANDA_BEHIND_REAL_LB", "1")
    script = """
import sys, json
from pandaclient import Client
asked = []
class Http:
    def __getattr__(self, name): return None
    def post(self, url, data, **more):
        asked.append(data); return 0, {"success": True, "message": "FOUND:host:sources.x.tar.gz"}
Client._HttpClient, Client._x509_proxy_path = Http, lambda: ""
answer = Client.putFile(sys.argv[1], reuseSandbox=True)
print(json.dumps([answer, asked]))
"""
    import zlib

    content = b"".join(gzip_chunks([b"x" * 100_000], 100_000))
    (tmp_path / "sources.x.tar.gz").write_bytes(content)
    command = [sys.executable, "-c", script, "sources.x.tar.gz"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    answer, (asked,) = json.loads(done.stdout.splitlines()[-1])
    assert answer == [0, "NewFileName:sources.x.tar.gz"]
    assert asked == {"file_size": len(content), "checksum": zlib.crc32(b"x" * 100_000)}
