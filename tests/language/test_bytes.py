"""Any bytes end in output or in diagnostics, from a file and through the command line.

``ALW_FUZZ=N`` tries N random examples of each kind, different ones each time.  What is large or
deep is tried in :mod:`tests.language.test_hostile`; here each run of the command has a limit of
memory and must end.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alw
from tests.language.hostile import SOURCES
from tests.language.test_fuzz import SAMPLE, ending, fuzz

pytestmark = pytest.mark.slow

HANGS = 600
MEMORY = 4 << 30
_BYTES = SAMPLE.encode()


@st.composite
def damaged_bytes(draw: st.DrawFn) -> bytes:
    """The sample with bytes replaced, put in and cut out."""
    found = bytearray(_BYTES)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(found)))
        found[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(found[: draw(st.integers(0, len(found)))] if draw(st.booleans()) else found)


def run(source: bytes, *arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "alw", *arguments],
        input=source,
        capture_output=True,
        timeout=HANGS,
        cwd=folder,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


@fuzz
@given(st.binary(max_size=200) | damaged_bytes() | st.binary(max_size=40).map(_BYTES.__add__))
def test_any_bytes_in_a_file(tmp_path_factory: pytest.TempPathFactory, source: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.alw"
    file.write_bytes(source)
    with ending():
        result = alw.compile(file)
    assert bool(result.workflows) == result.ok
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        assert [d.code for d in result.diagnostics] == ["ALW106"]
    else:
        assert "ALW106" not in {d.code for d in result.diagnostics}


NASTY = {
    "nothing": b"",
    "every byte": bytes(range(256)),
    "a BOM twice": b"\xef\xbb\xbf" * 2 + _BYTES,
    "UTF-16": SAMPLE.encode("utf-16"),
    "half a surrogate": _BYTES.replace(b"wguan", b"\xed\xa0\x80"),
    "overlong": _BYTES.replace(b"wguan", b"\xc0\xaf"),
    "NULs": _BYTES.replace(b" ", b"\0"),
    "carriage returns": _BYTES.replace(b"\n", b"\r"),
    "DOS": _BYTES.replace(b"\n", b"\r\n"),
    "escape sequences": _BYTES.replace(b"wguan", b"\x1b]0;x\x07"),
    "a line of 2 MB": b"x " * 1_000_000,
    "10 MB of any bytes": bytes(range(255, -1, -1)) * 40_000,
    "larger than allowed": b"#" * (65 << 20),
}


@pytest.mark.parametrize(
    ("name", "way"),
    [(n, w) for w in ("stdin", "file") for n in NASTY if w == "stdin" or len(NASTY[n]) < 1 << 20],
)
def test_the_command_ends_and_explains(name: str, way: str, tmp_path: Path) -> None:
    source = NASTY[name]
    if way == "file":
        (tmp_path / "x.alw").write_bytes(source)
    where = "-" if way == "stdin" else "x.alw"
    done = run(source, "check", where, "--format", "concise", folder=tmp_path)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    said = done.stdout + done.stderr
    assert b"Traceback" not in said
    assert (done.returncode == 0) == (name == "DOS"), said[-500:]
    assert done.returncode == 0 or b"ALW" in said
    assert b"\x1b]" not in said


@pytest.mark.parametrize("name", ["open braces", "unbound names"])
def test_the_largest_sources_through_the_command(name: str, tmp_path: Path) -> None:
    """100,000 braces, 50,000 errors: all are told, in bounded memory."""
    done = run(SOURCES[name][0]().encode(), "check", "-", "--format", "concise", folder=tmp_path)
    assert done.returncode == 1, done.stderr[-2000:]
    assert b"Traceback" not in done.stderr
    assert SOURCES[name][1].encode() in done.stdout + done.stderr
