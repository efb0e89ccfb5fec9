"""Parsing: text to syntax tree, never failing.

The grammar (``grammar/alw.lark``) is LALR(1).  Lark runs it, with tables that are computed once and
shipped (:mod:`.tables`), and calls :class:`~.tree_builder.Builder` for every reduction: no other
tree is made in between.  Lark's lexer is contextual: where only a name fits, a keyword is a name,
so that a new keyword breaks no program in which it is the name of a field or an attribute.

**In strings.**  For the grammar a string is one token.  The builder takes it apart
(:mod:`.strings`), and each expression in its braces is parsed by the same Lark, from its start
symbol ``expression``, as a slice of the text: so its spans are those of the source.

**With faults.**  There are up to three readings:

1. Lark reads the text.  Most texts have no faults, and this is all.
2. Lark stopped, or the text has something that Lark reads but nobody means.  :mod:`.mending` looks
   for habits from other languages that have one certain meaning, and edits the text.  The edits
   are reported as fixes, and Lark reads the edited text.
3. Lark stopped again: :mod:`.recovery` reads the edited text token by token, and goes on after each
   fault.

After the second and third reading, all spans are translated into places of the author's text.  What
was reported by a reading that stopped is forgotten, as the next one finds it again.

**Limits.**  Expressions nest at most :data:`~.tree_builder.MAX_DEPTH` deep, so that later phases
may recurse over them; bodies nest to any depth, and items are walked over without recursion.
One Lark parser serves all threads; what belongs to one parse is in a ``threading.local``
(:class:`~.tree_builder.Run`).

Everything that looks at a text as it is written uses :mod:`.lexer` instead.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias, cast

from lark import Lark, TextSlice
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from ..diagnostics.diagnostic import Collector, Fix
from ..diagnostics.rules import SYNTAX_ERROR, Rule
from ..text.source import Source, Span
from .tables import compute_parser, load_parser
from .tree import Broken, Expr, File
from .tree_builder import Builder, Run

_run = Run()
#: What nobody means although it may be right: a line that starts with an option of prun, as
#: `["x"]` before it makes an expression of both, and outputs by name.
_SUSPECT = re.compile(r"^[ \t]*--[A-Za-z]|\.outputs\[ *[\\\"']", re.MULTILINE)
Problem: TypeAlias = tuple[Rule, Span, str, str, "Fix | None"]
#: ``m1:.3f``, ``m1!r``: a value with a format of Python.
_FORMAT = re.compile(r"\s*[\w.]+(?:\[\d+\])?\s*(?::[^{}]*|![rsa](?::.*)?)")


class _Uncounted(str):
    """A text in which Lark finds no lines: it would count those before every slice of it."""

    __slots__ = ()

    def count(self, *args: object) -> int:
        """Return 0: spans are offsets, and lines are counted where they are shown."""
        return 0


@cache
def _lark() -> Lark:
    builder = Builder(_run)
    return load_parser(builder) or compute_parser(builder)


def parse(source: Source, collector: Collector, start: int = 0, end: int | None = None) -> File:
    """Return the syntax tree of ``source``.

    Syntax errors go to ``collector``; the tree then holds what could be read.

    :param start: with ``end``, the part of the text to read, which holds whole items.
    """
    problems: list[Problem] = []
    _prepare(source.text, problems)
    try:
        if _SUSPECT.search(source.text, start, len(source.text) if end is None else end):
            tree = None
        else:
            uncounted = _Uncounted(source.text)
            part = source.text if end is None else TextSlice(uncounted, start, end)
            tree = cast(File, _lark().parse(part, start="start"))
    except UnexpectedInput:
        tree = None
    if tree is None:
        text = source.text if end is None else " " * start + source.text[start:end]
        tree, problems = _mend(text)
    for rule, span, message, help, fix in problems:
        collector.report(rule, source, span, message, help, fix=fix)
    return tree


def _prepare(text: str, problems: list[Problem]) -> None:
    """Prepare the builder for ``text``; it reports to ``problems``."""
    uncounted = _Uncounted(text)

    def report(rule: Rule, span: Span, message: str, help: str, fix: Fix | None = None) -> None:
        problems.append((rule, span, message, help, fix))

    def expression(start: int, end: int) -> Expr:
        outside, _run.nested = _run.nested, []
        try:
            result = _lark().parse(TextSlice(uncounted, start, end), start="expression")
        except UnexpectedInput as error:
            place: int | None = error.pos_in_stream
            at = start if place is None or not start <= place < end else place
            what = "character" if isinstance(error, UnexpectedCharacters) else "part"
            written = text[start:end]
            if _FORMAT.fullmatch(written):
                message = f"'{{{written}}}': values have no format"
                help = f"write {{{written[: at - start].strip()}}}, and format it in the script"
                help += " or with printf in the command"
            else:
                message = f"'{{{written}}}' is not an expression: unexpected {what}"
                help = "for literal braces in the command, write {{ and }}"
            report(SYNTAX_ERROR, Span(at, at + 1), message, help)
            return Broken(Span(start, end))
        finally:
            _run.nested = outside
        return result  # type: ignore[return-value]

    _run.report, _run.expression, _run.lost, _run.nested = report, expression, set(), []


def _mend(text: str) -> tuple[File, list[Problem]]:
    """Read a text with faults: mend those of one certain meaning, and go on after the others."""
    from .mending.mend import MendedText  # only a text with faults needs it
    from .recovery.recover import Recovery

    _prepare("", [])
    mended = MendedText(text, _is_expression)
    problems: list[Problem] = []
    _prepare(mended.text, problems)
    _run.lost |= mended.lost
    try:
        tree = cast(File, _lark().parse(mended.text, start="start"))
    except UnexpectedInput:
        problems.clear()
        _run.nested = []
        report = _run.report
        tree = Recovery(_lark(), mended.text, report, _run.lost).read()
    found = [(p.rule, p.span, p.message, p.help, p.fix) for p in mended.problems]
    found += [
        (rule, mended.span(span), message, help, mended.fix(fix))
        for rule, span, message, help, fix in problems
    ]
    return mended.node(tree), found


def _is_expression(text: str) -> bool:
    """True if ``text`` is an expression."""
    _prepare(text, [])  # what is in its strings is read from it, too
    try:
        _lark().parse(text, start="expression")
    except UnexpectedInput:
        return False
    return True
