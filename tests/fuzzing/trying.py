"""One mutant of each kind: from a seed to what is to hold."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import alw
from tests.importing.scripts import SCRIPTS

from .mutants import ROOT, json_mutant, mutant, sources
from .properties import (
    check_command,
    check_compile,
    check_fix,
    check_format,
    check_incremental,
    check_map,
)

PARAMETERS = {
    "json": '{"user": "me", "n": 3, "x": 1.5, "fast": true, "more": {"a": [1, 2]}}',
    "toml": 'user = "me"\nn = 3\nx = 1.5\nfast = true\nwhen = 2026-01-01\n[m]\na = [1, {b = 2}]\n',
    "yaml": (
        "user: &u me\nn: 3\nx: .5\nfast: yes\nagain: *u\nwhen: 2026-01-01\nb: !!binary aGk=\n"
        "base: &base {a: 1}\nmerged: {<<: *base, c: 2}\ntext: |\n  one\n  two\n? [k]\n: v\n"
    ),
}
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
TAKES = """workflow w {
  input user: string = "me"
  input n: int = 1
  input x: float = 1
  input fast: bool = true
  dataset = "user.{user}.w"
  task t { exec = "run {n} {x} {fast}" }
}
"""


@cache
def _sources() -> list[str]:
    return sources()


@cache
def _maps() -> list[str]:
    paths = sorted(ROOT.glob("samples/**/maps/*.json")) + sorted(ROOT.glob("tests/**/maps/*.json"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    for text in _sources():  # and what programs compile to
        for workflow in alw.compile_text(text).workflows.values():
            texts += [json.dumps(task) for task in workflow.tasks.values()]
    return texts


def _source(chance: random.Random) -> str:
    return mutant(chance.choice(_sources()), chance, _sources())


def compiled(chance: random.Random) -> None:
    check_compile(_source(chance))


def fixed(chance: random.Random) -> None:
    check_fix(_source(chance))


def laid_out(chance: random.Random) -> None:
    check_format(_source(chance))


def drawn(chance: random.Random) -> None:
    Path("x.alw").write_bytes(_source(chance).encode("utf-8", "surrogatepass"))
    check_command("graph", "x.alw", "--format", chance.choice(["mermaid", "dot", "svg"]))


def edited(chance: random.Random) -> None:
    text = chance.choice(_sources())
    edits = [text := mutant(text, chance, _sources()) for _ in range(3)]
    check_incremental(text, [*edits, chance.choice(_sources()) if chance.random() < 0.1 else text])


def mapped(chance: random.Random) -> None:
    Path("m.json").write_text(json_mutant(chance.choice(_maps()), chance))
    check_map(".")


def scripted(chance: random.Random) -> None:
    scripts = [script.text for script in SCRIPTS.values()]
    text = mutant(chance.choice(scripts), chance, scripts)
    Path("s.sh").write_bytes(text.encode("utf-8", "surrogatepass"))
    check_command("import", "s.sh", "-o", "s.alw")


def given(chance: random.Random) -> None:
    form = chance.choice(list(PARAMETERS))
    others = [*PARAMETERS.values(), LAUGHS]
    text = mutant(chance.choice([PARAMETERS[form], PARAMETERS[form], *others]), chance, others)
    Path(f"p.{form}").write_bytes(text.encode("utf-8", "surrogatepass"))
    Path("w.alw").write_text(TAKES)
    check_command("check", "w.alw", "--params", f"p.{form}")


def in_bytes(chance: random.Random) -> None:
    """UTF-8 that is cut, or has other bytes in it."""
    content = bytearray(_source(chance).encode("utf-8", "surrogatepass"))
    for _ in range(chance.randint(1, 3)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    Path("x.alw").write_bytes(content)
    check_command("check", "x.alw", "--fix")
    check_command("fmt", "x.alw")


KINDS: dict[str, Callable[[random.Random], None]] = {
    one.__name__: one
    for one in (compiled, fixed, laid_out, drawn, edited, mapped, scripted, given, in_bytes)
}
