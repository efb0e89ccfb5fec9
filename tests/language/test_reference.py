"""What the reference shows is what is compiled, and nothing of the language is left out."""

from __future__ import annotations

import re

import pytest
from lark import Lark, Token, Tree

from alw.diagnostics.catalogue import all_rules
from alw.resources import grammar_text
from alw.semantics.scope import BUILT_IN, OPERATORS
from alw.semantics.types import DECLARABLE

from .reference import REFERENCE, Example, command, dataset, examples, sandbox

TEXT = REFERENCE.read_text(encoding="utf-8")
EXAMPLES = examples()
GRAMMAR = Lark(grammar_text(), parser="lalr", start=["start", "expression"])
SHOW = {"command": command, "dataset": dataset, "sandbox": sandbox}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line-{example.line}")
def test_example(example: Example) -> None:
    compilation = example.compile()
    found = [f"{d.code} {d.start.line}: {d.message}" for d in compilation.diagnostics]
    assert sorted(d.code for d in compilation.diagnostics) == example.errors, found
    assert bool(compilation.workflows) == (not example.errors)


@pytest.mark.parametrize(
    ("example", "line", "kind", "task", "shown"),
    [pytest.param(e, *shown, id=f"line-{shown[0]}") for e in EXAMPLES for shown in e.shown],
)
def test_what_is_shown(example: Example, line: int, kind: str, task: str, shown: str) -> None:
    (workflow,) = example.compile().workflows.values()
    assert SHOW[kind](workflow, task) == shown


def _rules_of(tree: Tree[Token]) -> set[str]:
    return {str(node.data) for node in tree.iter_subtrees()}


def _interpolated(text: str) -> set[str]:
    """The grammar's rules that the expressions in strings use."""
    used: set[str] = set()
    for string in re.findall(r'"(?:\\.|[^"\\\n])*"', text):
        for expression in re.findall(r"(?<![{$])\{([^{}]+)\}", string):
            used |= _rules_of(GRAMMAR.parse(expression, start="expression"))
    return used


def test_every_rule_of_the_grammar_is_in_an_example() -> None:
    used: set[str] = set()
    for example in EXAMPLES:
        if not example.errors:
            used |= _rules_of(GRAMMAR.parse(example.text, start="start"))
            used |= _interpolated(example.text)
    rules = {
        str(rule.alias or rule.options.template_source or rule.origin.name)
        for rule in GRAMMAR.rules
        if not str(rule.origin.name).startswith("_") and not rule.options.expand1
    } | {str(rule.alias) for rule in GRAMMAR.rules if rule.alias}
    assert rules
    assert not rules - used


def test_every_word_of_the_grammar_is_in_an_example() -> None:
    used = {
        str(token)
        for example in EXAMPLES
        if not example.errors
        for token in GRAMMAR.lex(example.text)
    }
    words = {t.pattern.value for t in GRAMMAR.terminals if t.pattern.type == "str"}
    assert not words - used


@pytest.mark.parametrize("word", sorted({*DECLARABLE, *BUILT_IN, *OPERATORS}))
def test_every_type_and_word_is_explained(word: str) -> None:
    assert f"`{word}`" in TEXT
    assert any(re.search(rf"\b{word}\b", e.text) for e in EXAMPLES if not e.errors)


@pytest.mark.parametrize(
    "word",
    ["workflow", "input", "const", "task", "loop", "param", "learn", "after", "result", "repeat"],
)
def test_every_keyword_is_explained(word: str) -> None:
    assert re.search(rf"`{word}\b", TEXT)


def test_every_operator_is_explained() -> None:
    for operator in ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "//", "%"):
        assert f"`{operator}`" in TEXT


def test_every_escape_is_explained() -> None:
    for escape in ('\\"', "\\\\", "\\n", "\\t", "{{", "}}"):
        assert f"`{escape}`" in TEXT


def test_messages_that_are_named_exist() -> None:
    assert set(re.findall(r"ALW\d+", TEXT)) <= all_rules().keys()


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([^)]*)\)", TEXT):
        assert target in headings
