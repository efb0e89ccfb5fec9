"""The TextMate grammar has the words of the Lark grammar, and reads what the parser reads."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from alw.semantics.scope import BUILT_IN
from alw.semantics.types import DECLARABLE
from tests.conftest import ROOT

from .kinds import blanks, keywords, operators, parsed
from .node import HERE, installed, run
from .sources import EDGES, programs, sources

PATH = ROOT / "grammar" / "alw.tmLanguage.json"
GRAMMAR: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
#: The beginnings of scopes, by the kind that they show.
KINDS = {
    "invalid.": "!",
    "punctuation.section.interpolation": "x",
    "keyword.operator.logical": "k",
    "keyword.operator": "o",
    "keyword.": "k",
    "storage.type": "k",
    "constant.language": "b",
    "constant.numeric.float": "f",
    "constant.numeric.integer": "i",
    "constant.character.escape": "e",
    "constant.other.placeholder": "s",
    "constant.other.rule": "c",
    "support.other.silence": "c",
    "support.type": "n",
    "entity.": "n",
    "variable.": "n",
    "punctuation.definition.string": "s",
    "punctuation.definition.comment": "c",
    "punctuation.": "p",
    "comment.": "c",
    "meta.embedded": "_",
    "string.": "s",
    "source.": "_",
}
#: A TextMate grammar sees one line, so what a keyword is must show on it.
ANY = programs(lines=False) | programs(keywords_as_names=False)


def kind(scopes: list[str]) -> str:
    """What the innermost scope that has a meaning shows."""
    return next(
        letter
        for scope in reversed(scopes)
        for beginning, letter in KINDS.items()
        if scope.startswith(beginning)
    )


Shown = Callable[[str], str]


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """Gives the kinds of the characters of a text, as VS Code's own library finds them."""
    folder = installed()
    with subprocess.Popen(
        ["node", str(HERE / "tokens.mjs"), str(PATH)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        into, out = node.stdin, node.stdout
        assert into is not None and out is not None

        def ask(text: str) -> str:
            into.write(json.dumps(text) + "\n")
            into.flush()
            return _kinds(text, json.loads(out.readline()))

        yield ask
        into.close()
        assert node.wait(timeout=30) == 0


def _kinds(text: str, lines: list[list[tuple[int, int, list[str]]]]) -> str:
    found = []
    for line, tokens in zip(text.split("\n"), lines, strict=True):
        # The library counts the end of a line, too.
        kinds = "".join(kind(scopes) * (end - start) for start, end, scopes in tokens)
        found.append(kinds[: len(line)])
    return blanks(text, "_".join(found))


@pytest.mark.parametrize("text", sources() + EDGES)
def test_it_shows_what_the_parser_reads(shown: Shown, text: str) -> None:
    assert shown(text) == parsed(text)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY)
def test_it_shows_what_the_parser_reads_of_any_program(shown: Shown, text: str) -> None:
    assert shown(text) == parsed(text), text


def _rules(node: object) -> Iterator[dict[str, Any]]:
    """The rules of the grammar that match something, those in captures included."""
    if isinstance(node, dict):
        if "match" in node or "begin" in node:
            yield node
        for value in node.values():
            yield from _rules(value)
    elif isinstance(node, list):
        for value in node:
            yield from _rules(value)


def _shown_as(*scopes: str) -> set[str]:
    """All words or marks that rules with one of these scopes match."""
    found: set[str] = set()
    for rule in _rules(GRAMMAR):
        name = rule.get("name") or rule.get("beginCaptures", {}).get("1", {}).get("name", "")
        if name.startswith(scopes):
            regexp = rule.get("match") or rule["begin"]
            inside = re.fullmatch(r"\(?(?:\?:)?(.*?)\)?(?:\\b)?", regexp)
            assert inside is not None
            found |= {word.replace("\\", "") for word in inside[1].split("|")}
    return found


def test_its_keywords_are_those_of_the_lark_grammar() -> None:
    assert _shown_as("keyword.control", "keyword.other", "storage.", "constant.language",
                     "keyword.operator.logical") == keywords()  # fmt: skip


def test_its_operators_are_those_of_the_lark_grammar() -> None:
    marks = ("keyword.operator.comparison", "keyword.operator.arithmetic")
    assert _shown_as(*marks, "keyword.operator.assignment") == operators()


def test_its_types_and_built_in_names_are_those_of_the_language() -> None:
    assert _shown_as("support.type") == set(DECLARABLE)
    assert _shown_as("variable.language") == BUILT_IN


def test_every_rule_is_reached() -> None:
    included = set(re.findall(r'"#([a-z-]+)"', PATH.read_text("utf-8")))
    assert included == set(GRAMMAR["repository"])


@pytest.mark.parametrize("path", sorted((HERE / "tmgrammar").glob("*.alw")), ids=lambda p: p.stem)
def test_scopes(path: Path) -> None:
    done = run(["vscode-tmgrammar-test", "-g", str(PATH), str(path)], installed())
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_scope_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.alw"
    wrong.write_text('# SYNTAX TEST "source.alw"\ntask t {}\n# <---- comment.line.alw\n', "utf-8")
    done = run(["vscode-tmgrammar-test", "-g", str(PATH), str(wrong)], installed())
    assert done.returncode != 0, done.stdout + done.stderr
    assert "comment.line.alw" in done.stdout + done.stderr
