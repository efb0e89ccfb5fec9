"""``alw check --fix`` and ``--diff``: what becomes of files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import alw

from .conftest import BAD, GOOD, Invoke, Run, tree

FIXED = "# é\n" + GOOD
#: Two needless silences in one comment: the second goes when the first is gone.
FIXABLE = "# é" + "  # alw: ignore-file unused-task, unused-field\n" + GOOD
#: One to fix, one to report.
MIXED = "# é  # alw: ignore-file unused-task\n" + BAD.replace("outputs", "Outputs", 1)
MIXED_FIXED = "# é  # alw: ignore-file unused-task\n" + BAD


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    Path("fixable.alw").write_text(FIXABLE)
    Path("mixed.alw").write_text(MIXED)


def test_the_examples_have_what_they_are_for() -> None:
    safe = [d.fix.safe for d in alw.compile("fixable.alw").diagnostics if d.fix]
    assert safe == [True, True]
    assert not alw.compile_text(FIXED).diagnostics
    mixed = alw.compile("mixed.alw").diagnostics
    assert sorted(d.fix.safe for d in mixed if d.fix) == [False, True]


def test_safe_fixes_are_applied_until_there_are_none(invoke: Invoke) -> None:
    result = invoke("check", "--fix", "fixable.alw")
    assert result.exit_code == 0
    assert Path("fixable.alw").read_text() == FIXED
    assert result.stdout == "no problems in 1 file\n"
    assert "2 problems in 1 file" in result.stderr


def test_what_is_left_is_reported(invoke: Invoke) -> None:
    Path("other.alw").write_text(MIXED.replace("small", "other"))
    result = invoke("check", "--fix", "mixed.alw", "other.alw", "--format", "json")
    assert result.exit_code == 1
    assert Path("mixed.alw").read_text() == MIXED_FIXED
    assert Path("other.alw").read_text() == MIXED_FIXED.replace("small", "other")
    assert "2 problems in 2 files" in result.stderr
    found = json.loads(result.stdout)["diagnostics"]
    assert [(d["code"], d["file"]) for d in found] == [
        ("ALW203", "mixed.alw"),
        ("ALW203", "other.alw"),
    ]


def test_nothing_to_fix_writes_nothing(invoke: Invoke, here: Path) -> None:
    before = {p: p.stat().st_ino for p in here.iterdir()}
    result = invoke("check", "--fix", "good.alw", "bad.alw", "missing.alw")
    assert result.exit_code == 1
    assert "cuont" in result.stdout
    assert result.stderr == ""
    assert {p: p.stat().st_ino for p in here.iterdir()} == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark_stay(
    invoke: Invoke, mark: bytes, end: str, last: bool
) -> None:
    def encoded(text: str) -> bytes:
        text = text if last else text.rstrip("\n")
        return mark + text.replace("\n", end).encode()

    Path("fixable.alw").write_bytes(encoded(FIXABLE))
    assert invoke("check", "--fix", "fixable.alw").exit_code == 0
    assert Path("fixable.alw").read_bytes() == encoded(FIXED)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_permissions_stay(invoke: Invoke, mode: int) -> None:
    Path("fixable.alw").chmod(mode)
    os.utime("fixable.alw", (1, 1))
    invoke("check", "--fix", "fixable.alw")
    stat = Path("fixable.alw").stat()
    assert stat.st_mode & 0o777 == mode
    assert stat.st_mtime > 1


def test_links_are_followed_and_stay(invoke: Invoke, here: Path) -> None:
    Path("sub").mkdir()
    Path("fixable.alw").rename("sub/real.alw")
    Path("sub/link.alw").symlink_to("real.alw")
    Path("link.alw").symlink_to("sub/link.alw")
    before = set(tree(here))
    assert invoke("check", "--fix", "link.alw").exit_code == 0
    assert Path("link.alw").readlink() == Path("sub/link.alw")
    assert Path("sub/link.alw").readlink() == Path("real.alw")
    assert Path("sub/real.alw").read_text() == FIXED
    assert set(tree(here)) == before


def test_a_file_by_two_names_is_fixed_once(invoke: Invoke) -> None:
    Path("link.alw").symlink_to("fixable.alw")
    Path("first.alw").write_text(FIXABLE)
    result = invoke("check", "--fix", "link.alw", "fixable.alw", "--format", "concise")
    assert Path("fixable.alw").read_text() in (FIXED, FIXABLE)
    assert "ALW508" not in result.stdout


def test_a_failure_is_a_diagnostic_and_the_others_are_fixed(
    invoke: Invoke, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def fail(source: Path, place: Path) -> None:
        if Path(place).name == "fixable.alw":
            raise PermissionError(13, "not today", str(source), None, str(place))
        real(source, place)

    monkeypatch.setattr(os, "replace", fail)
    before = set(tree(here))
    Path("other.alw").write_text(FIXABLE.replace("small", "other"))
    result = invoke("check", "--fix", "fixable.alw", "other.alw", "--format", "concise")
    assert result.exit_code == 1
    assert Path("fixable.alw").read_text() == FIXABLE
    assert Path("other.alw").read_text() == FIXED.replace("small", "other")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fixable.alw:1:1: error[ALW508]")
    assert sum("ALW109" in line for line in lines) == 2  # those are still there
    assert "2 problems in 1 file" in result.stderr
    assert set(tree(here)) == before | {"other.alw"}


def test_a_write_protected_file_stays(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = invoke("check", "--fix", "fixable.alw", "--format", "concise")
    assert result.exit_code == 1
    assert "ALW508" in result.stdout
    assert Path("fixable.alw").read_text() == FIXABLE


def test_a_file_that_changes_meanwhile_stays(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alw.cli.programs import Programs

    real = Programs.compile

    def compile(self: Programs, *arguments: object) -> object:
        Path("fixable.alw").write_text("mine")
        return real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Programs, "compile", compile)
    result = invoke("check", "--fix", "fixable.alw", "--format", "concise")
    assert result.exit_code == 1
    assert "ALW508" in result.stdout
    assert Path("fixable.alw").read_text() == "mine"


# Standard input


def test_the_fixed_text_goes_to_standard_output(run: Run) -> None:
    content = b"\xef\xbb\xbf" + FIXABLE.replace("\n", "\r\n").encode()
    result = run("check", "--fix", "-", input=content)
    assert result.returncode == 0
    assert result.stdout == b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()
    assert b"2 problems" in result.stderr


@pytest.mark.parametrize("content", [GOOD, BAD, MIXED, "workflow {", ""])
def test_standard_input_comes_back_whatever_is_wrong(run: Run, content: str) -> None:
    result = run("check", "--fix", "-", "--format", "json", input=content.encode())
    assert result.stdout.decode() == (MIXED_FIXED if content == MIXED else content)
    found = json.loads(result.stderr)["diagnostics"]
    assert bool(found) == (content != GOOD)
    assert result.returncode == (content != GOOD)


# --diff


def patched(diff: str, name: str) -> bytes:
    """The file after its diff was applied to it."""
    command = ["git", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(command, input=diff.encode(), check=True, env={"PATH": os.environ["PATH"]})
    return Path(name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FIXABLE, FIXED),
        (FIXABLE.replace("\n", "\r\n"), FIXED.replace("\n", "\r\n")),
        (FIXABLE.rstrip("\n"), FIXED.rstrip("\n")),
        ("\ufeff" + FIXABLE, "\ufeff" + FIXED),
        (GOOD + "# alw: ignore-file unused-task", GOOD),
    ],
)
def test_the_diff_is_what_fix_would_do(run: Run, here: Path, before: str, after: str) -> None:
    Path("fixable.alw").write_bytes(before.encode())
    files = tree(here)
    result = run("check", "--diff", "fixable.alw")
    assert tree(here) == files
    assert result.returncode == 1
    assert b"problem" in result.stderr
    assert patched(result.stdout.decode(), "fixable.alw") == after.encode()


def test_without_changes_there_is_no_diff(invoke: Invoke) -> None:
    result = invoke("check", "--diff", "good.alw")
    assert (result.exit_code, result.stdout) == (0, "")
    result = invoke("check", "--diff", "bad.alw", "--format", "concise")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ALW203" in result.stderr


def test_the_diff_leaves_the_report_what_it_does_not_solve(invoke: Invoke) -> None:
    result = invoke("check", "--fix", "--diff", "mixed.alw", "--format", "json")
    assert result.exit_code == 1
    assert result.stdout.startswith("--- mixed.alw\n+++ mixed.alw\n@@ ")
    assert Path("mixed.alw").read_text() == MIXED
    found = json.loads(result.stderr)["diagnostics"]
    assert "ALW203" in {d["code"] for d in found}
    assert not any(d["fix"]["safe"] for d in found if d["fix"])


def test_a_diff_on_a_terminal_is_harmless() -> None:
    from .test_process import on_terminal

    Path("fixable.alw").write_text("# \x1b]0;title\x07\n" + FIXABLE)
    assert b"\x1b" not in on_terminal("check", "--diff", "fixable.alw", NO_COLOR="1")
    shown = on_terminal("check", "--diff", "fixable.alw")
    assert b"\x1b[32m" in shown
    assert b"\x1b]" not in shown


# -o


@pytest.mark.parametrize("form", ["text", "concise", "json", "jsonl", "sarif", "github"])
@pytest.mark.parametrize("name", ["good.alw", "bad.alw"])
@pytest.mark.slow
def test_a_report_in_a_file_is_the_one_printed(run: Run, form: str, name: str) -> None:
    printed = run("check", "--format", form, name)
    Path("report").write_text("old")
    stored = run("check", "--format", form, name, "-o", "report", env={"FORCE_COLOR": "1"})
    assert stored.returncode == printed.returncode
    assert stored.stdout == stored.stderr == b""
    assert Path("report").read_bytes() == printed.stdout


def test_a_new_report_has_the_usual_permissions(invoke: Invoke) -> None:
    Path("ordinary").touch()
    invoke("check", "bad.alw", "-o", "report")
    assert Path("report").stat().st_mode == Path("ordinary").stat().st_mode


@pytest.mark.parametrize("place", ["folder", "missing/report", "good.alw/report", "x" * 300])
@pytest.mark.parametrize("name", ["good.alw", "bad.alw"])
def test_a_report_that_cannot_be_written(invoke: Invoke, here: Path, place: str, name: str) -> None:
    Path("folder").mkdir()
    before = tree(here)
    result = invoke("check", name, "-o", place, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)["diagnostics"]
    assert (found[0]["code"], found[0]["file"]) == ("ALW508", place)
    assert [d["code"] for d in found[1:]] == (["ALW203"] if name == "bad.alw" else [])
    assert tree(here) == before


@pytest.mark.parametrize("place", ["./bad.alw", "link", "p.json"])
def test_a_report_replaces_nothing_that_is_read(invoke: Invoke, here: Path, place: str) -> None:
    Path("link").symlink_to("bad.alw")
    Path("p.json").write_text("{}")
    before = tree(here)
    result = invoke("check", "bad.alw", "--params", "p.json", "-o", place)
    assert result.exit_code == 2
    assert tree(here) == before


def test_a_report_into_a_pipe(run: Run) -> None:
    os.mkfifo("pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    result = run("check", "bad.alw", "-o", "pipe")
    assert result.returncode == 1
    assert b"cuont" in reader.communicate(timeout=60)[0]
    assert Path("pipe").is_fifo()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_a_report_to_standard_output_by_name(here: Path) -> None:
    with open("log", "wb") as log:
        log.write(b"before\n")
        log.flush()
        command = [sys.executable, "-m", "alw", "check", "bad.alw", "-o", "/dev/stdout"]
        subprocess.run(command, stdout=log, check=False, timeout=60)
        subprocess.run(["echo", "after"], stdout=log, check=True)
    shown = Path("log").read_text()
    assert shown.startswith("before\n")
    assert "cuont" in shown
    assert shown.endswith("1 error\nafter\n")


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="needs /dev/stdin")
def test_a_file_that_is_standard_input_by_name() -> None:
    command = [sys.executable, "-m", "alw", "check", "--fix", "/dev/stdin"]
    with open("fixable.alw", "rb") as content:
        subprocess.run(command, stdin=content, check=True, timeout=60, stdout=subprocess.DEVNULL)
    assert Path("fixable.alw").read_text() == FIXED
    piped = subprocess.run(command, input=FIXABLE.encode(), capture_output=True, check=False)
    assert piped.returncode == 1
    assert b"ALW501" in piped.stdout


def test_fixes_with_the_report_in_a_file(invoke: Invoke) -> None:
    result = invoke("check", "--fix", "mixed.alw", "-o", "report", "--format", "json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "1 problem in 1 file" in result.stderr
    assert json.loads(Path("report").read_text())["diagnostics"]
