"""``alw fmt``: what becomes of files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Invoke, Run, tree
from .test_fixing import patched

LAID_OUT = '# é\nworkflow w {\n  dataset = "user.me.w"\n  task t { exec = "true" }\n}\n'
WRITTEN = '# é\nworkflow w{\n\tdataset="user.me.w"\n\n  task t {exec="true"}\n\n\n}'
WANTED = LAID_OUT.replace("  task", "\n  task")
BROKEN = "workflow {"


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    for path in here.iterdir():
        path.unlink()
    Path("written.alw").write_text(WRITTEN)
    Path("good.alw").write_text(LAID_OUT)
    Path("broken.alw").write_text(BROKEN)


def test_files_are_formatted(invoke: Invoke) -> None:
    before = Path("good.alw").stat().st_ino
    result = invoke("fmt", "written.alw", "good.alw")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "formatted 1 of 2 files\n"
    assert Path("written.alw").read_text() == WANTED
    assert Path("good.alw").stat().st_ino == before
    result = invoke("fmt", "written.alw", "good.alw")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "2 files unchanged\n")


def test_errors_of_syntax_are_reported_and_the_other_files_formatted(invoke: Invoke) -> None:
    result = invoke("fmt", "broken.alw", "written.alw", "missing.alw")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[ALW101] syntax-error" in result.stderr
    assert "broken.alw:1:10" in result.stderr
    assert "error[ALW501]" in result.stderr
    assert "formatted 1 of 3 files" in result.stderr
    assert Path("broken.alw").read_text() == BROKEN
    assert Path("written.alw").read_text() == WANTED


def test_other_errors_do_not_hinder(invoke: Invoke) -> None:
    Path("written.alw").write_text(WRITTEN.replace("true", "{nothing}"))
    assert invoke("fmt", "written.alw").exit_code == 0
    assert Path("written.alw").read_text() == WANTED.replace("true", "{nothing}")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_byte_order_mark_stay(invoke: Invoke, mark: bytes, end: str) -> None:
    Path("written.alw").write_bytes(mark + WRITTEN.replace("\n", end).encode())
    assert invoke("fmt", "written.alw").exit_code == 0
    assert Path("written.alw").read_bytes() == mark + WANTED.replace("\n", end).encode()


def test_what_is_not_utf_8_stays(invoke: Invoke) -> None:
    Path("written.alw").write_bytes(WRITTEN.encode("latin-1"))
    result = invoke("fmt", "written.alw")
    assert result.exit_code == 1
    assert "ALW106" in result.stderr
    assert Path("written.alw").read_bytes() == WRITTEN.encode("latin-1")


def test_permissions_and_links_stay(invoke: Invoke, here: Path) -> None:
    Path("written.alw").chmod(0o640)
    Path("link.alw").symlink_to("written.alw")
    before = set(tree(here))
    assert invoke("fmt", "link.alw", "written.alw").exit_code == 0
    assert Path("link.alw").is_symlink()
    assert Path("written.alw").read_text() == WANTED
    assert Path("written.alw").stat().st_mode & 0o777 == 0o640
    assert set(tree(here)) == before


def test_a_failure_to_write_is_reported_and_the_others_formatted(
    invoke: Invoke, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def fail(source: Path, place: Path) -> None:
        if Path(place).name == "written.alw":
            raise PermissionError(13, "not today", str(source), None, str(place))
        real(source, place)

    monkeypatch.setattr(os, "replace", fail)
    Path("other.alw").write_text(WRITTEN)
    before = set(tree(here))
    result = invoke("fmt", "written.alw", "other.alw")
    assert result.exit_code == 1
    assert "ALW508" in result.stderr
    assert "formatted 1 of 2 files" in result.stderr
    assert Path("written.alw").read_text() == WRITTEN
    assert Path("other.alw").read_text() == WANTED
    assert set(tree(here)) == before


# Folders


def test_a_folder_stands_for_the_sources_below_it(invoke: Invoke) -> None:
    below = [Path("sub/a/b.alw"), Path("sub/c.alw")]
    others = [Path("sub/c.txt"), Path("sub/.hidden/d.alw"), Path("e.alw")]
    for path in (*below, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WRITTEN)
    result = invoke("fmt", "--check", "sub", "sub/c.alw")
    assert result.stdout.splitlines() == ["sub/c.alw", "sub/a/b.alw"]
    assert invoke("fmt", "sub").exit_code == 0
    assert {path.read_text() for path in below} == {WANTED}
    assert {path.read_text() for path in others} == {WRITTEN}


def test_a_folder_without_sources(invoke: Invoke) -> None:
    Path("sub").mkdir()
    result = invoke("fmt", "sub")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "there are no .alw files\n"


# --check and --diff


def test_check_lists_what_would_change(invoke: Invoke, here: Path) -> None:
    before = tree(here)
    result = invoke("fmt", "--check", "good.alw", "written.alw")
    assert (result.exit_code, result.stdout) == (1, "written.alw\n")
    assert result.stderr == "would format 1 of 2 files\n"
    assert tree(here) == before


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_nothing_would_change(invoke: Invoke, option: str) -> None:
    result = invoke("fmt", option, "good.alw")
    assert (result.exit_code, result.stdout) == (0, "")
    result = invoke("fmt", option, "good.alw", "broken.alw")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ALW101" in result.stderr


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("options", [("--diff",), ("--diff", "--check")])
def test_the_diff_is_what_would_be_done(
    run: Run, here: Path, end: str, options: tuple[str, ...]
) -> None:
    Path("written.alw").write_bytes(WRITTEN.replace("\n", end).encode())
    before = tree(here)
    result = run("fmt", *options, "written.alw", "good.alw")
    assert result.returncode == 1
    assert result.stderr == b"would format 1 of 2 files\n"
    assert tree(here) == before
    assert patched(result.stdout.decode(), "written.alw") == WANTED.replace("\n", end).encode()


# Standard input


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    content = b"\xef\xbb\xbf" + WRITTEN.replace("\n", "\r\n").encode()
    result = run("fmt", "-", input=content)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout == b"\xef\xbb\xbf" + WANTED.replace("\n", "\r\n").encode()


def test_standard_input_with_errors_comes_back(run: Run) -> None:
    result = run("fmt", "-", input=BROKEN.encode())
    assert (result.returncode, result.stdout) == (1, BROKEN.encode())
    assert b"<stdin>:1:10" in result.stderr


def test_standard_input_is_checked(run: Run) -> None:
    result = run("fmt", "--check", "-", input=WRITTEN.encode())
    assert (result.returncode, result.stdout) == (1, b"<stdin>\n")
    result = run("fmt", "--diff", "-", input=WRITTEN.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"--- <stdin>\n+++ <stdin>\n@@ ")
    result = run("fmt", "--check", "-", input=LAID_OUT.encode())
    assert (result.returncode, result.stdout) == (0, b"")


# What it is


@pytest.mark.parametrize("arguments", [(), ("--fix", "good.alw"), ("--strict", "good.alw")])
def test_wrong_usage(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    assert invoke("fmt", *arguments).exit_code == 2


@pytest.mark.parametrize("name", ["x" * 5000, "good.alw/x", "a\nb", "/dev/null/x"])
def test_names_of_nothing(invoke: Invoke, name: str) -> None:
    result = invoke("fmt", name)
    assert result.exit_code == 1
    assert "ALW501" in result.stderr


def test_it_loads_no_compiler() -> None:
    script = (
        "import sys; from alw.cli.verbs.fmt.format_files import fmt;"
        "fmt(['written.alw'], False, False);"
        "print([m for m in sys.modules if m.startswith(('alw.', 'pandaclient'))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(re.findall(r"'([\w.]+)'", run.stdout.splitlines()[-1]))
    assert "alw.formatting" in loaded
    assert not loaded & {
        "alw.driver.pipeline",
        "alw.check",
        "alw.plan",
        "alw.targets",
        "alw.panda",
    }
    assert not {name for name in loaded if not name.startswith("alw.")}
    assert "alw.syntax.recovery" not in loaded
