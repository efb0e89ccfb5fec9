"""From Lark's reductions to the syntax tree, while parsing.

Lark calls :class:`Builder` for every reduction, so no intermediate tree exists; spans come
from the tokens.  One parser, and with it one builder, serves all threads: what differs
between two parses is kept in :class:`Run`, which the thread sets before it starts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

from lark import Token, Transformer

from ..diagnostics.rules import NESTED_TOO_DEEPLY, SYNTAX_ERROR
from ..text.source import Span
from .nesting import count_levels, measure_depth
from .report import Report
from .strings import join_strings, read_string
from .tree import (
    After,
    Attribute,
    Binary,
    Block,
    Boolean,
    Broken,
    Declaration,
    Expr,
    Field,
    File,
    Index,
    Item,
    ListOf,
    Logic,
    Member,
    Name,
    Number,
    Ref,
    RepeatClause,
    ReplaceClause,
    ResultClause,
    Text,
    TypeName,
    Unary,
)

#: Deepest nesting of an expression.  Later phases recurse over expressions.
MAX_DEPTH = 60
#: Longest number, in digits: more than iDDS, JSON readers and shells agree on.
MAX_DIGITS = 18

Node: TypeAlias = Item | Expr | Field | TypeName | Token


_LEAVES = frozenset((Number, Boolean, Ref, Text, Broken))


class Run(threading.local):
    """The state of one thread's current parse."""

    report: Report
    expression: Callable[[int, int], Expr]
    nested: list[tuple[int, int]]
    """The places of the parentheses and signs that leave nothing in the tree, from inside out."""
    lost: set[int]
    """Offsets of the opening braces of bodies in which something could not be read."""


def _of(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


def _name(token: Token) -> Name:
    return Name(str(token), _of(token))


def _at(node: Node) -> Span:
    return _of(node) if isinstance(node, Token) else node.span


class Builder(Transformer[Token, File]):
    """One method per grammar rule; children come without the tokens the rule drops."""

    def __init__(self, run: Run) -> None:
        super().__init__(visit_tokens=False)
        self._run = run

    def _limited(self, expression: Node) -> Expr:
        run = self._run
        end = _at(expression).end
        inside = [place for place in run.nested if place[0] < end]
        run.nested = [place for place in run.nested if place[0] >= end]
        is_leaf = type(expression) in _LEAVES
        deepest = 0 if is_leaf else measure_depth(expression)  # type: ignore[arg-type]
        if deepest <= MAX_DEPTH and (len(inside) <= MAX_DEPTH or count_levels(inside) <= MAX_DEPTH):
            return expression  # type: ignore[return-value]
        self._run.report(
            NESTED_TOO_DEEPLY,
            _at(expression),
            f"the expression is nested more than {MAX_DEPTH} levels deep",
            "name parts of it with const",
        )
        return Broken(_at(expression))

    def start(self, items: list[Item]) -> File:
        span = items[0].span.to(items[-1].span) if items else Span(0, 0)
        return File(tuple(items), span)

    def expression(self, children: list[Expr]) -> Expr:
        return self._limited(children[0])

    # Declarations

    def block(self, children: list[Node]) -> Block:
        keyword, name, open_, *items, close = children
        assert isinstance(keyword, Token) and isinstance(name, Token)
        head = _of(keyword).to(_of(name) if name else _of(keyword))
        return Block(
            str(keyword),
            _name(name),
            tuple(items),  # type: ignore[arg-type]
            head,
            head.to(_at(close)),
            _at(open_).start not in self._run.lost,
        )

    def declaration(self, children: list[Node]) -> Declaration:
        keyword, name, _, type_name, *value = children
        assert isinstance(keyword, Token) and isinstance(name, Token)
        assert isinstance(type_name, TypeName)
        return Declaration(
            str(keyword),
            _name(name),
            type_name,
            self._limited(value[1]) if value else None,
            _of(keyword).to(_at(children[-1])),
        )

    def attribute(self, children: list[Node]) -> Attribute:
        name, _, value = children
        assert isinstance(name, Token)
        return Attribute(_name(name), self._limited(value), _of(name).to(_at(value)))

    def after(self, children: list[Token]) -> After:
        names = tuple(_name(child) for child in children if child.type == "NAME")
        return After(names, _of(children[0]).to(_of(children[-1])))

    def replacement(self, children: list[Node]) -> ReplaceClause:
        _, old, _, new, *times = children
        assert isinstance(old, Text) and isinstance(new, Text)
        number = times[0] if times else None
        count = self._number(number, int) if isinstance(number, Token) else None
        return ReplaceClause(
            old,
            new,
            count if isinstance(count, Number) else None,
            _at(children[0]).to(_at(children[-1])),
        )

    def result(self, children: list[Node]) -> ResultClause:
        file = children[1]
        assert isinstance(file, Text)
        fields = tuple(child for child in children if isinstance(child, Field))
        whole = _at(children[2]).start not in self._run.lost
        return ResultClause(file, fields, _at(children[0]).to(_at(children[-1])), whole)

    def field(self, children: list[Node]) -> Field:
        name, _, type_name = children
        assert isinstance(name, Token) and isinstance(type_name, TypeName)
        return Field(_name(name), type_name, _of(name).to(type_name.span))

    def repeat(self, children: list[Node]) -> RepeatClause:
        condition = bound = None
        for word, value in zip(children, children[1:], strict=False):
            if word == "while":
                condition = self._limited(value)
            elif word == "most":
                bound = self._limited(value)
        return RepeatClause(condition, bound, _at(children[0]).to(_at(children[-1])))

    def type(self, children: list[Node]) -> TypeName:
        name, *alphabet = children
        assert isinstance(name, Token)
        text = alphabet[1] if alphabet else None
        assert text is None or isinstance(text, Text)
        return TypeName(str(name), text, _of(name).to(_at(children[-1])))

    # Expressions

    def disjunction(self, operands: list[Expr]) -> Logic:
        return Logic("or", tuple(operands), operands[0].span.to(operands[-1].span))

    def conjunction(self, operands: list[Expr]) -> Logic:
        return Logic("and", tuple(operands), operands[0].span.to(operands[-1].span))

    def negation(self, children: list[Node]) -> Unary:
        word, operand = children
        return Unary("not", operand, _at(word).to(_at(operand)))  # type: ignore[arg-type]

    def minus(self, children: list[Node]) -> Expr:
        sign, operand = children
        span = _at(sign).to(_at(operand))
        if isinstance(operand, Number):
            self._run.nested.append((span.start, span.end))
            return Number(-operand.value if sign == "-" else operand.value, span)
        return Unary(str(sign), operand, span)  # type: ignore[arg-type]

    def binary(self, children: list[Node]) -> Binary:
        left, operator, right = children
        span = _at(left).to(_at(right))
        return Binary(str(operator), left, right, span)  # type: ignore[arg-type]

    def member(self, children: list[Node]) -> Expr:
        value, name = children
        assert isinstance(name, Token)
        span = _at(value).to(_of(name))
        if not name:
            return Broken(span)
        return Member(value, str(name), _of(name), span)  # type: ignore[arg-type]

    def index(self, children: list[Node]) -> Index:
        value, _, index, close = children
        return Index(value, index, _at(value).to(_at(close)))  # type: ignore[arg-type]

    def group(self, children: list[Node]) -> Expr:
        opening, inner, closing = children
        self._run.nested.append((_at(opening).start, _at(closing).end))
        return inner  # type: ignore[return-value]

    def sequence(self, children: list[Node]) -> ListOf:
        items = tuple(child for child in children if not isinstance(child, Token))
        return ListOf(items, _at(children[0]).to(_at(children[-1])))  # type: ignore[arg-type]

    def ref(self, children: list[Token]) -> Expr:
        span = _of(children[0])
        return Ref(str(children[0]), span) if children[0] else Broken(span)

    def boolean(self, children: list[Token]) -> Boolean:
        return Boolean(children[0] == "true", _of(children[0]))

    def integer(self, children: list[Token]) -> Expr:
        return self._number(children[0], int)

    def floating(self, children: list[Token]) -> Expr:
        return self._number(children[0], float)

    def _number(self, token: Token, convert: Callable[[str], int | float]) -> Expr:
        digits = token.replace("_", "")
        value = convert(digits) if len(digits) <= 400 else float("inf")
        if not value < (10**MAX_DIGITS if convert is int else 1e308):
            self._run.report(SYNTAX_ERROR, _of(token), "the number is too large", "")
            return Broken(_of(token))
        return Number(value, _of(token))

    def text(self, children: list[Token]) -> Text:
        run = self._run
        pieces = [
            Text(
                read_string(str(token), token.start_pos or 0, run.expression, run.report)
                if token
                else (Broken(_of(token)),),
                _of(token),
            )
            for token in children
        ]
        return join_strings(pieces, _of(children[0]).to(_of(children[-1])))
