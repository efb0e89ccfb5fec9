"""Expressions: types checked, known values computed."""

from __future__ import annotations

from ..diagnostics.rules import ARITHMETIC_ERROR, NO_SUCH_OUTPUT, RUN_TIME_VALUE, TYPE_MISMATCH
from ..syntax.tree import (
    Binary,
    Block,
    Boolean,
    Broken,
    Expr,
    Index,
    ListOf,
    Logic,
    Member,
    Number,
    Ref,
    Text,
    Unary,
)
from . import evaluate
from .expr import ErrorExpr, Items, Known, OutputOf, SandboxOf, Template, TypedExpr
from .references import References
from .types import BOOL, FLOAT, INT, STRING, as_text, same

#: Longest string: a shell takes no word longer than 128 KiB, which holds a whole command.
MAX_TEXT = 100_000


class Expressions:
    """Resolves the expressions of one workflow."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._scope = references.scope

    def resolve(self, expression: Expr, loop: str, condition: bool = False) -> TypedExpr:
        """The term that ``expression`` means.

        :param loop: the loop in whose body it is; empty outside of loops.
        :param condition: whether it is a loop's condition, which sees result fields.
        """
        match expression:
            case Number(value=int()):
                return Known(INT, expression.value, expression.span)
            case Number():
                return Known(FLOAT, expression.value, expression.span)
            case Boolean():
                return Known(BOOL, expression.value, expression.span)
            case Text():
                return self._text(expression, loop, condition)
            case Ref():
                return self._references.value(expression, loop, condition)
            case Member():
                return self._member(expression, loop, condition)
            case Index():
                return self._index(expression, loop)
            case ListOf():
                items = tuple(self.resolve(i, loop, condition) for i in expression.items)
                return Items(items, expression.span)
            case Unary():
                operands = (expression.operand,)
            case Binary():
                operands = (expression.left, expression.right)  # type: ignore[assignment]
            case Logic():
                operands = expression.operands  # type: ignore[assignment]
            case Broken():
                return ErrorExpr(expression.span)
        terms = [_fold_text(self.resolve(o, loop, condition)) for o in operands]
        try:
            return evaluate.apply(expression.operator, terms, expression.span)
        except evaluate.Wrong as wrong:
            rule = ARITHMETIC_ERROR if isinstance(wrong, evaluate.Incomputable) else TYPE_MISMATCH
            self._scope.report(rule, expression.span, str(wrong))
            return ErrorExpr(expression.span)

    def sandbox(self, expression: Expr, loop: str) -> TypedExpr:
        """Resolve the value of ``sandbox``: the only place where ``TASK.sandbox`` has a meaning."""
        match expression:
            case Member(object=Ref(name=owner), name="sandbox"):
                item = self._scope.meaning(owner)
                if isinstance(item, Block) and item.keyword in ("task", "learn"):
                    self._scope.mention(expression.object.span, item)
                    return SandboxOf(owner, expression.span)
        return self.resolve(expression, loop)

    def _text(self, text: Text, loop: str, condition: bool) -> TypedExpr:
        parts: list[str | TypedExpr] = []
        for part in text.parts:
            term = part if isinstance(part, str) else self.resolve(part, loop, condition)
            if isinstance(term, Items):
                self._scope.report(
                    TYPE_MISMATCH, term.span, "a list cannot be inserted into a string"
                )
                term = ErrorExpr(term.span)
            parts.append(term)
        length = sum(map(_length, parts))
        if length > MAX_TEXT:
            self._scope.report(
                ARITHMETIC_ERROR,
                text.span,
                f"the string has {length} characters; at most {MAX_TEXT} are allowed",
            )
            return ErrorExpr(text.span)
        if len(parts) <= 1 and all(isinstance(p, str) for p in parts):
            return Known(STRING, str(parts[0]) if parts else "", text.span)
        return Template(tuple(parts), text.span)

    def _member(self, member: Member, loop: str, condition: bool) -> TypedExpr:
        if not isinstance(member.object, Ref):
            if not isinstance(self.resolve(member.object, loop, condition), ErrorExpr):
                self._references.no_members(member)
            return ErrorExpr(member.span)
        return self._references.member(member, member.object.name, loop, condition)

    def _index(self, index: Index, loop: str) -> TypedExpr:
        scope, span = self._scope, index.span
        target = index.object
        if not (
            isinstance(target, Member)
            and isinstance(target.object, Ref)
            and target.name == "outputs"
        ):
            if not isinstance(self.resolve(target, loop), ErrorExpr):
                scope.report(TYPE_MISMATCH, span, "only 'TASK.outputs' can be indexed")
            return ErrorExpr(span)
        owner = target.object
        item = scope.meaning(owner.name)
        if not (isinstance(item, Block) and item.keyword in ("task", "learn")):
            return self._member(target, loop, False)
        scope.mention(owner.span, item)
        number = self.resolve(index.index, loop)
        if isinstance(number, ErrorExpr):
            return ErrorExpr(span)
        if not isinstance(number, Known) or number.type != INT:
            scope.report(
                RUN_TIME_VALUE if not isinstance(number, Known) else TYPE_MISMATCH,
                index.index.span,
                "the index of an output must be an int known before submission",
            )
            return ErrorExpr(span)
        if int(number.value) < 0:
            scope.report(NO_SUCH_OUTPUT, index.index.span, "outputs are numbered from 0")
            return ErrorExpr(span)
        return OutputOf(owner.name, int(number.value), span)


def _length(part: str | TypedExpr) -> int:
    match part:
        case str() as text:
            return len(text)
        case Known():
            return len(as_text(part.value))
        case Template(parts=parts):
            return sum(map(_length, parts))
        case ErrorExpr():
            return 0
    return 20


def _fold_text(term: TypedExpr) -> TypedExpr:
    """A string whose parts are all known as one value: what operators compare."""
    text = known_text(term) if isinstance(term, Template) else None
    return term if text is None else Known(STRING, text, term.span)


def known_text(term: TypedExpr) -> str | None:
    """The text of a term all of whose parts are known, else ``None``."""
    match term:
        case Known():
            return as_text(term.value)
        case Template():
            texts = [p if isinstance(p, str) else known_text(p) for p in term.parts]
            return None if None in texts else "".join(t for t in texts if t is not None)
    return None


def literal_text(term: TypedExpr) -> str:
    """The text of a string, with a digit for every value in it."""
    match term:
        case Template(parts=parts):
            return "".join(literal_text(p) if isinstance(p, Template) else _part(p) for p in parts)
        case Known() if same(term.type, STRING):
            return as_text(term.value)
    return "0"


def _part(part: str | TypedExpr) -> str:
    return part if isinstance(part, str) else "0"
