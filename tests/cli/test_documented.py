"""docs/commands.md has every command and every option."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from alw.cli.verbs import load_command, verb_names

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text("utf-8")


def _command(name: str) -> click.Command:
    command = load_command(name)
    assert command and command.name == name
    return command


def _options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name in verb_names()
        for parameter in _command(name).params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
    ]


@pytest.mark.parametrize("command", verb_names())
def test_every_command_is_described(command: str) -> None:
    assert re.search(rf"^## .*\b{command}\b", PAGE, re.MULTILINE)
    assert f"`alw {command}" in PAGE or f"\nalw {command} " in PAGE


@pytest.mark.parametrize(("command", "option"), _options())
def test_every_option_is_described(command: str, option: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", PAGE), f"alw {command} {option}"


def test_every_option_on_the_page_exists() -> None:
    known = {option for _, option in _options()} | {"--help"}
    lines = [line for line in PAGE.splitlines() if re.match(r"alw | {10,}\[", line)]
    usage = [line.partition(" prun ")[0] for line in lines]
    assert usage and set(re.findall(r"(?<![\w-])--?[a-z]+(?:-[a-z]+)*", " ".join(usage))) <= known
