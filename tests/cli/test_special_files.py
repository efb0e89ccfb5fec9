"""Only regular files are read, whatever names them: nothing blocks, and each is named."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """\
workflow w {{
  dataset = "user.me.w"
  task a {{ {attributes} }}
}}
"""
#: A place where a file is named: the files of the project, and the command.
PLACES = {
    "source": ({}, ["check", "it"]),
    "source to format": ({}, ["fmt", "it"]),
    "source to fix": ({}, ["check", "--fix", "it"]),
    "source to compile": ({}, ["compile", "it"]),
    "source to draw": ({}, ["graph", "it"]),
    "in a folder": ({}, ["fmt", "."]),
    "map": ({"w.alw": 'map = "it"'}, ["check", "w.alw"]),
    "sandbox": ({"w.alw": 'exec = "true" sandbox = "files"'}, ["check", "w.alw"]),
    "sandbox folder": ({"w.alw": 'exec = "true" sandbox = "it"'}, ["check", "w.alw"]),
    "member": ({"w.alw": 'exec = "true" sandbox = ["it"]'}, ["check", "w.alw"]),
    "ignore file": ({"w.alw": 'exec = "true" sandbox = "ignoring"'}, ["check", "w.alw"]),
    "parameters": ({"w.alw": 'exec = "true"'}, ["check", "--params", "it.json", "w.alw"]),
    "import": ({}, ["import", "it"]),
    "inDsTxt": ({}, ["import", "--", "prun", "--exec", "a", "--outDS", "user.me.x",
                     "--inDsTxt", "it"]),
    "loadJson": ({}, ["import", "--", "prun", "--loadJson", "it"]),
}  # fmt: skip


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(place.name)  # a whole path may be too long for one


def _device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def _circle(place: Path) -> None:
    place.symlink_to(place.name)


def _nowhere(place: Path) -> None:
    place.symlink_to("nowhere")


KINDS = (_pipe, _socket, _device, _circle, _nowhere)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__[1:])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file(
    place: str, kind: object, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("good.alw", "bad.alw"):
        (here / name).unlink()
    files, command = PLACES[place]
    for name, attributes in files.items():
        (here / name).write_text(PROGRAM.format(attributes=attributes))
    name = {
        "in a folder": "it.alw",
        "sandbox": "files/it",
        "ignore file": "ignoring/.alwignore",
        "parameters": "it.json",
    }.get(place, "it")
    (here / name).parent.mkdir(exist_ok=True)
    (here / "files").mkdir(exist_ok=True)
    (here / "files" / "run.py").write_text("")
    monkeypatch.chdir((here / name).parent)
    kind(here / name)  # type: ignore[operator]
    done = subprocess.run(
        [sys.executable, "-m", "alw", *command], cwd=here, capture_output=True, text=True,
        timeout=60, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1), said
    if done.returncode == 0:  # a link to nothing in a folder that is sent is a warning
        assert kind in (_circle, _nowhere)
        assert place in ("sandbox", "ignore file")
    assert Path(name).name in said
    assert not (here / "build").exists()
