"""The arguments that commands share, and their validation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from .formats import FORMATS

Command = TypeVar("Command", bound=Callable[..., object])
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _settings(
    ctx: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> list[tuple[str, str]]:
    settings = []
    for setting in values:
        name, equals, value = setting.partition("=")
        if not equals or not _NAME.match(name):
            raise click.BadParameter(f"{setting!r} is not NAME=VALUE")
        if not _is_text(value):
            raise click.BadParameter(f"the value of {name!r} is not UTF-8")
        settings.append((name, value))
    return settings


def _is_text(value: str) -> bool:
    """True if the bytes of an argument could be decoded."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def choose_target(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Return the target that is named, or the usual one: a callback."""
    from ..targets import DEFAULT, TARGETS

    if value is not None and value not in TARGETS:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(TARGETS)}")
    return value or DEFAULT


def check_place(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return the name of a file or a directory to write, if it is not empty: a callback."""
    if value == "":  # an unset variable of a script, more often than the current directory
        raise click.BadParameter("the name is empty")
    return value


def _distinct(
    ctx: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def split_data(
    ctx: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Split ``NAME=FILES``, the files of a dataset: a callback."""
    found = []
    for value in values:
        name, equals, files = value.partition("=")
        if not equals or not name or not files:
            raise click.BadParameter(f"{value!r} is not NAME=FILES")
        found.append((name, files))
    return tuple(found)


writes = click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(readable=False),
    callback=check_place,
    help="Write to FILE instead of standard output.",
)

FILE = click.Path(readable=False, allow_dash=True)
"""The type of the name of a file that is read."""


_inputs = (
    click.option(
        "--params",
        metavar="FILE",
        type=FILE,
        help="Read input values from a .json, .toml or .yaml file.",
    ),
    click.option(
        "--set",
        "settings",
        metavar="NAME=VALUE",
        multiple=True,
        callback=_settings,
        help="Set an input; overrides --params.  May be repeated.",
    ),
)


def given(command: Command) -> Command:
    """Add the arguments that say what programs are compiled with."""
    for option in (
        click.option(
            "--target",
            metavar="NAME",
            callback=choose_target,
            help="The engine to compile for.  [default: idds-2]",
        ),
        *_inputs,
    ):
        command = option(command)
    return command


files = click.argument(
    "files", metavar="FILE|DIR...", nargs=-1, required=True, type=FILE, callback=_distinct
)


def compiles(command: Command) -> Command:
    """Add the arguments of commands that read programs."""
    for option in (
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="The format of the report.",
        ),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        given,
        files,
    ):
        command = option(command)
    return command


def runs(command: Command) -> Command:
    """Add the arguments of commands that run one workflow; only one engine can."""
    for option in (
        click.option(
            "--workflow",
            metavar="NAME",
            help="The workflow to run, where FILE has several.",
        ),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        *_inputs,
        click.argument("file", metavar="FILE", type=FILE),
    ):
        command = option(command)
    return command
