"""The command as a process: streams, terminals, signals, what it imports."""

from __future__ import annotations

import os
import pty
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.cli.formats import FORMATS

from .conftest import BAD, GOOD, Invoke, Run, environment

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "alw"]


def on_terminal(*arguments: str, **variables: str) -> bytes:
    """What a command shows on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(**variables),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that nobody has the other end open
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait(60)
    return shown


@pytest.mark.parametrize("command", ["check", "compile"])
def test_colour_on_a_terminal_and_not_in_a_pipe(run: Run, command: str) -> None:
    assert b"\x1b[31m" in on_terminal(command, "bad.alw")
    result = run(command, "bad.alw")
    assert b"\x1b" not in result.stdout + result.stderr
    assert b"cuont" in result.stdout + result.stderr


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_terminals_without_colour(variable: dict[str, str]) -> None:
    shown = on_terminal("check", "bad.alw", **variable)
    assert b"\x1b" not in shown
    assert b"cuont" in shown


def test_colour_in_a_pipe_if_asked_for(run: Run) -> None:
    assert b"\x1b[31m" in run("check", "bad.alw", env={"FORCE_COLOR": "1"}).stdout
    both = {"FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert b"\x1b" not in run("check", "bad.alw", env=both).stdout
    assert b"\x1b" not in run("check", "bad.alw", env={"FORCE_COLOR": ""}).stdout


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "github"])
def test_formats_for_programs_have_no_colour(form: str) -> None:
    shown = on_terminal("check", "--format", form, "bad.alw")
    assert b"ALW203" in shown
    assert b"\x1b" not in shown


# Streams that end


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    Path("many.alw").write_text("workflow w {" + "§ \n" * 5_000)
    with subprocess.Popen(
        [*COMMAND, "check", "many.alw"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_control_c_ends_quietly() -> None:
    with subprocess.Popen(
        [*COMMAND, "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        # More than a pipe holds: when it is written, the process reads, and soon waits.
        process.stdin.write(b"\n" * 2**20)
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stdout.read() == b""
        assert process.stderr.read() == b""
        process.stdin.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("check", "bad.alw"), ("schema", "workflow")])
def test_output_that_cannot_be_written(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_encodings_that_lack_characters(run: Run, encoding: str) -> None:
    Path("wide.alw").write_text("workflow w { 日本語 }\n", encoding="utf-8")
    result = run("check", "wide.alw", env={"PYTHONIOENCODING": encoding})
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert b"wide.alw" in result.stdout


def test_names_of_files_that_are_no_text() -> None:
    name = b"caf\xe9\x1b[31m.alw"
    Path(os.fsdecode(name)).write_text(BAD)
    result = subprocess.run(
        [*map(os.fsencode, COMMAND), b"check", name],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert result.returncode == 1
    assert b"cuont" in result.stdout
    assert b"\x1b" not in result.stdout


def test_closed_standard_input() -> None:
    result = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "-"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert result.returncode == 1
    assert b"ALW501" in result.stdout
    assert b"Traceback" not in result.stderr


# What is loaded


HEAVY = (
    "lark",
    "pandaclient",
    "yaml",
    "tomllib",
    "alw.driver.pipeline",
    "alw.syntax",
    "alw.targets",
)


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("schema",), ("schema", "workflow"), ("check", "-h")]
)
def test_light_commands_load_no_compiler(arguments: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "alw", *arguments],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in result.stderr.splitlines()}
    assert "alw.cli.app" in loaded
    assert not [n for n in loaded for heavy in HEAVY if n == heavy or n.startswith(heavy + ".")]


# Sources of every kind


def _line_of_ten_megabytes() -> bytes:
    return b"workflow w {} " + b"x" * 10_000_000


SOURCES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 1),
    "blanks": (b" \t\r\n\n", 1),
    "CRLF": (GOOD.replace("\n", "\r\n").encode(), 0),
    "CRLF and an error": (BAD.replace("\n", "\r\n").encode(), 1),
    "CR": (BAD.replace("\n", "\r").encode(), 1),
    "BOM": (b"\xef\xbb\xbf" + GOOD.encode(), 0),
    "BOM and an error": (b"\xef\xbb\xbf" + BAD.encode(), 1),
    "BOM alone": (b"\xef\xbb\xbf", 1),
    "UTF-16": (GOOD.encode("utf-16"), 1),
    "latin-1": (GOOD.replace("me", "m\xe9").encode("latin-1"), 1),
    "tabs": (BAD.replace("  ", "\t\t").encode(), 1),
    "other scripts": (("# 日本語 e\u0301 \U0001f600 \u202e\n" + BAD).encode(), 1),
    "surrogates": (b"workflow w { \xed\xa0\x80 }", 1),
    "control characters": (bytes(range(1, 32)) + b"\x7f\xc2\x9b" + BAD.encode(), 1),
    "NUL": (b"\0" * 1000, 1),
    "NUL inside": (GOOD.encode().replace(b"me", b"m\0e"), 1),
    "a long line": (_line_of_ten_megabytes(), 1),
    "a long comment": (b"#" * 10_000_000 + b"\n" + GOOD.encode(), 0),
    "an open string": (b'workflow w { dataset = "' + b"x" * 1_000_000, 1),
    "deep": (b"workflow w { const a: int = " + b"(" * 100_000, 1),
    "deep lists": (b"workflow w { dataset = " + b"[" * 100_000 + b"]" * 100_000 + b"}", 1),
    "deep blocks": (b"workflow w {" + b"loop l {" * 20_000, 1),
    "random bytes": (random.Random(1).randbytes(100_000), 1),
    "random ASCII": (bytes(random.Random(2).choices(range(32, 127), k=20_000)), 1),
}


@pytest.mark.parametrize("name", SOURCES)
def test_any_source_gets_an_answer(run: Run, name: str) -> None:
    content, code = SOURCES[name]
    result = run("check", "-", input=content)
    assert result.stderr == b""
    assert result.returncode == code
    assert b"\x1b" not in result.stdout
    assert result.stdout.endswith(b"\n")
    assert len(result.stdout) < 5_000_000


_words = st.sampled_from([*BAD.split(" "), "{", "}", '"', "\\", "\n", "\0", "\x1b[31m", "é", "日"])


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(_words).map(lambda w: " ".join(w).encode())))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    from click.testing import CliRunner

    from alw.cli.app import alw

    for form in FORMATS:
        arguments = ["check", "-", "--format", form]
        result = CliRunner().invoke(alw, arguments, input=content, catch_exceptions=False)
        assert result.exit_code in (0, 1)
        assert "\x1b" not in result.output


def test_the_pieces_of_a_program_in_any_number_of_files(invoke: Invoke) -> None:
    for number in range(len(BAD) // 20):
        Path(f"{number}.alw").write_text(BAD[: number * 20])
    names = [str(path) for path in Path().glob("[0-9]*.alw")]
    result = invoke("check", "--format", "concise", *names)
    assert result.exit_code == 1
    assert all(any(line.startswith(f"{n}:") for line in result.stdout.splitlines()) for n in names)
