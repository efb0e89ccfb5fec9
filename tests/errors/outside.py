"""Values from outside, each by every way that it can come, and hostile ones to try."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import alw
from alw.diagnostics.diagnostic import Collector
from alw.driver.loader import given_values
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.text.source import Source

HOSTILE = [
    "a b",
    "a;id",
    "a&&id",
    "a|id",
    "$(id)",
    "`id`",
    "${HOME}",
    "$HOME",
    "'",
    '"',
    "a'b\"c",
    "\\",
    "a\\",
    "a\nb",
    "a\tb",
    "*",
    "?",
    "~",
    "#",
    "!",
    "%41",
    "%20id",
    "{m}",
    "{{m}}",
    "%IN",
    "%RNDM:1",
    "${SN}",
    "${SEQNUMBER}",
    "-rf",
    "--site=X",
    "",
    " ",
    "\0",
    "\r",
    "\x1b[31m",
    "\ud800",
    "é",
    "a,b",
    "a:b",
    "../x",
    "/etc/passwd",
    "___idds___user_m___",
    "___idds___num_run___",
    '"""',
    "a'; id; '",
]
PLACES = ("{v}", "'{v}'", '\\"{v}\\"', "x{v}y", "--v={v}", "'a {v}'")
Handed = list[tuple[str, str]] | Path
Way = Callable[[str, Path], Handed]


def compiled_with(text: str, settings: list[tuple[str, str]], file: Path | None) -> alw.Compilation:
    collector = Collector()
    given = given_values(settings, str(file) if file else None, collector)
    return compile_sources([Source("x.alw", text)], Session(given), collector=collector)


def by_set(value: str, folder: Path) -> Handed:
    return [("v", value)]


def by_json(value: str, folder: Path) -> Handed:
    file = folder / "p.json"
    file.write_text(json.dumps({"v": value}))
    return file


def by_toml(value: str, folder: Path) -> Handed:
    file = folder / "p.toml"
    file.write_bytes(b"v = " + json.dumps(value).encode())
    return file


def by_yaml(value: str, folder: Path) -> Handed:
    file = folder / "p.yaml"
    file.write_text("v: " + json.dumps(value))
    return file


WAYS = (by_set, by_json, by_toml, by_yaml)


def compiled(
    body: str, value: str, way: Way, folder: Path, kind: str = "string"
) -> alw.Compilation:
    """A workflow with an input ``v`` that gets ``value`` in a certain way."""
    text = f'workflow w {{ input v: {kind} dataset = "user.me.w" {body} }}'
    handed = way(value, folder)
    if isinstance(handed, Path):
        return compiled_with(text, [], handed)
    assert isinstance(handed, list)
    return compiled_with(text, handed, None)
