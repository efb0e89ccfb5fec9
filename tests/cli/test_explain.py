"""``alw explain``."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from alw.cli.verbs.explain.rule_pages import GROUPS
from alw.diagnostics.catalogue import all_rules

from .conftest import Invoke, Run, environment

RULES = all_rules()


@pytest.mark.parametrize("wanted", ["ALW203", "alw203", "203", "unbound-name", "Unbound-Name"])
def test_by_code_and_by_name(invoke: Invoke, wanted: str) -> None:
    result = invoke("explain", wanted)
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = result.stdout.split("\n")
    assert lines[0] == f"error[ALW203] unbound-name: {RULES['ALW203'].meaning}"
    assert [line for line in lines if line and line[0] != " "][1:] == ["Why", "Wrong", "Right"]
    assert "    workflow altest {" in lines
    assert "```" not in result.stdout


@pytest.mark.parametrize("code", sorted(RULES))
def test_everything_can_be_shown(invoke: Invoke, code: str) -> None:
    result = invoke("explain", code)
    assert result.exit_code == 0
    assert not re.search(r"[^\S\n]\n|\n\n\n|\N{NO-BREAK SPACE}", result.stdout)
    assert max(map(len, result.stdout.split("\n"))) <= 120


def test_a_value_that_is_given_is_shown(invoke: Invoke) -> None:
    lines = invoke("explain", "unknown-input").stdout.split("\n")
    assert "    $ alw check FILE --set nevent=5000" in lines


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("unbund-name", "did you mean 'unbound-name'?"),
        ("ALW999", "'alw explain' lists all"),
        ("999", "'alw explain' lists all"),
        ("quantum-foam", "'alw explain' lists all"),
        ("", "'alw explain' lists all"),
        ("../ALW203", "'alw explain' lists all"),
        ("\x1b[31m", "'alw explain' lists all"),
        ("²", "'alw explain' lists all"),
    ],
)
def test_an_unknown_one_is_a_wrong_usage(invoke: Invoke, wanted: str, hint: str) -> None:
    result = invoke("explain", wanted)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert hint in result.stderr
    assert "\x1b" not in result.stderr


def test_without_a_rule_all_are_listed(invoke: Invoke) -> None:
    result = invoke("explain")
    assert result.exit_code == 0
    rows = re.findall(r"^  (ALW\d+)  (\S+) +(error|warning) +(.*)$", result.stdout, re.M)
    assert rows == [rule[:4] for rule in RULES.values()]
    headings = re.findall(r"^(\d)xx (.*)$", result.stdout, re.M)
    assert dict(headings) == GROUPS
    assert len(result.stdout.splitlines()) == len(RULES) + 2 * len(GROUPS) - 1
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_no_colour_but_where_it_is_shown(run: Run) -> None:
    assert b"\x1b" not in run("explain", "ALW203").stdout
    assert b"\x1b[1mWhy\x1b[0m" in run("explain", "ALW203", env={"FORCE_COLOR": "1"}).stdout


def test_it_loads_no_compiler() -> None:
    script = (
        "import sys; from alw.cli.verbs.explain.rule_pages import explain;"
        "explain('ALW203'); explain(None);"
        "print([m for m in sys.modules if m.startswith(('alw.', 'lark', 'pandaclient'))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(re.findall(r"'([\w.]+)'", run.stdout.splitlines()[-1]))
    assert "alw.diagnostics.explanation" in loaded
    assert not {name for name in loaded if not name.startswith("alw.")}
    assert not loaded & {
        "alw.driver.pipeline",
        "alw.driver.loader",
        "alw.syntax",
        "alw.semantics",
    }


def _on_a_terminal(*arguments: str, lines: int) -> str:
    """What the command shows on a terminal of so many lines, whose pager marks its input."""
    leader, follower = pty.openpty()
    try:
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "alw", "explain", *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environment(PAGER="sed s/^/PAGED/"),
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(60) == 0
    finally:
        os.close(leader)
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_bold_headings_and_lines_of_its_width() -> None:
    shown = _on_a_terminal("ALW304", lines=200)
    assert "PAGED" not in shown
    assert "\x1b[1mWhy\x1b[0m\n" in shown
    prose = shown.partition("Wrong")[0].split("\n")[1:]
    assert max(len(line) for line in prose if "`" not in line) <= 80


def test_what_is_longer_than_the_screen_goes_through_the_pager() -> None:
    shown = _on_a_terminal(lines=20)
    assert shown.count("PAGED") == shown.rstrip("\n").count("\n") + 1
