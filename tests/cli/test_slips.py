"""Slips on the command line: the message says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from alw.cli.app import alw


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hello.alw"], "'hello.alw' is not a command; write: alw compile hello.alw"),
        (["check", "hello"], "help: write: hello.alw"),
        (["check", "hello.alw", "n=3"], "help: to set an input, write: --set n=3"),
        (["check", "hello.alw", "--params", "n=3"], "help: to set an input, write: --set n=3"),
        (["check", "hello.alw", "--set", "n=3"], "help: there are no inputs"),
    ],
)
def test_a_slip_says_what_to_write(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = 'workflow hello { dataset = "user.me.hello" task t { exec = "true" } }'
    Path("hello.alw").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(alw, arguments)
    assert result.exit_code != 0
    assert said in result.output
