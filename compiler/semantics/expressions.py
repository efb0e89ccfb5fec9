"""Expressions: names bound, types checked, known values computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..names import did_you_mean
from ..rules import ARITHMETIC, MEMBER, OUTPUT, RUN_TIME, TYPE, UNBOUND
from ..source import Span
from ..syntax.tree import (
    Binary,
    Block,
    Boolean,
    Broken,
    Declaration,
    Expr,
    Index,
    ListOf,
    Logic,
    Member,
    Name,
    Number,
    Ref,
    Result,
    Text,
    Unary,
)
from . import evaluate
from .scope import BUILT_IN, Scope
from .terms import (
    FieldValue,
    Items,
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    Template,
    Term,
    Unresolved,
)
from .types import BOOL, FLOAT, INT, STRING, Type, as_text

#: Longest string: a shell takes no word longer than 128 KiB, which holds a whole command.
MAX_TEXT = 100_000
_TOO_EARLY = "'{}' changes with every iteration; this value is needed before the first one"


@dataclass(frozen=True, slots=True)
class Expressions:
    """Resolves the expressions of one workflow.

    :param constants: the value of an input or constant, computed when first asked for.
    :param types: the declared type of an input, constant, parameter or field.
    """

    scope: Scope
    constants: Callable[[str], Term]
    types: Callable[[Declaration], Type]
    field_types: Callable[[Block], Mapping[str, Type]]

    def resolve(self, expression: Expr, in_loop: bool, condition: bool = False) -> Term:
        """The term that ``expression`` means.

        :param in_loop: whether it stands in the body of a loop.
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
                return self._text(expression, in_loop, condition)
            case Ref():
                return self._ref(expression, in_loop)
            case Member():
                return self._member(expression, in_loop, condition)
            case Index():
                return self._index(expression, in_loop)
            case ListOf():
                items = tuple(self.resolve(i, in_loop, condition) for i in expression.items)
                return Items(items, expression.span)
            case Unary():
                operands = (expression.operand,)
            case Binary():
                operands = (expression.left, expression.right)  # type: ignore[assignment]
            case Logic():
                operands = expression.operands  # type: ignore[assignment]
            case Broken():
                return Unresolved(expression.span)
        terms = [_folded(self.resolve(o, in_loop, condition)) for o in operands]
        try:
            return evaluate.apply(expression.operator, terms, expression.span)
        except evaluate.Wrong as wrong:
            rule = ARITHMETIC if isinstance(wrong, evaluate.Incomputable) else TYPE
            self.scope.report(rule, expression.span, str(wrong))
            return Unresolved(expression.span)

    def _text(self, text: Text, in_loop: bool, condition: bool) -> Term:
        parts: list[str | Term] = []
        for part in text.parts:
            term = part if isinstance(part, str) else self.resolve(part, in_loop, condition)
            if isinstance(term, Items):
                self.scope.report(TYPE, term.span, "a list cannot stand in a string")
                term = Unresolved(term.span)
            parts.append(term)
        length = sum(map(_length, parts))
        if length > MAX_TEXT:
            self.scope.report(
                ARITHMETIC, text.span, f"a string of {length} characters; {MAX_TEXT} are allowed"
            )
            return Unresolved(text.span)
        if len(parts) <= 1 and all(isinstance(p, str) for p in parts):
            return Known(STRING, str(parts[0]) if parts else "", text.span)
        return Template(tuple(parts), text.span)

    def _ref(self, ref: Ref, in_loop: bool) -> Term:
        name, span, scope = ref.name, ref.span, self.scope
        if name in BUILT_IN:
            if in_loop:
                return IterationNumber(span)
            if scope.loop_around(span):
                scope.report(RUN_TIME, span, _TOO_EARLY.format(name))
            else:
                scope.report(UNBOUND, span, f"'{name}' exists only in the body of a loop")
            return Unresolved(span)
        item = scope.names.get(name)
        match item:
            case Declaration(keyword="param"):
                if in_loop:
                    return ParamValue(self.types(item), name, span)
                loop = scope.in_loop[name]
                if scope.loop_around(span) == loop:
                    scope.report(
                        RUN_TIME,
                        span,
                        _TOO_EARLY.format(name),
                        "",
                        (item.name.span, "defined here"),
                    )
                    return Unresolved(span)
                scope.report(
                    UNBOUND,
                    span,
                    f"'{name}' is a parameter of loop '{loop}'",
                    f"behind the loop its last value is '{loop}.{name}'",
                    (item.name.span, "defined here"),
                )
            case Declaration():
                return _moved(self.constants(name), span)
            case Block() if name in scope.lost:
                pass
            case Block(keyword="task" | "learn"):
                what = "learner" if item.keyword == "learn" else "task"
                scope.report(
                    TYPE,
                    span,
                    f"'{name}' is a {what}, not a value",
                    f"its output is '{name}.outputs[0]'; to wait for it, write 'after {name}'",
                )
            case Block():
                scope.report(TYPE, span, f"'{name}' is a {item.keyword}, not a value")
            case None if name in scope.lost:
                pass
            case None:
                others = scope.suggest(Name(name, span), lambda n, i: isinstance(i, Declaration))
                if name in ("True", "False"):
                    others = f"write '{name.lower()}'"
                scope.report(
                    UNBOUND,
                    span,
                    f"nothing is called '{name}'",
                    others or "define it: input, const, or param in a loop",
                )
        return Unresolved(span)

    def _member(self, member: Member, in_loop: bool, condition: bool) -> Term:
        scope, span = self.scope, member.span
        if not isinstance(member.object, Ref):
            if not isinstance(self.resolve(member.object, in_loop, condition), Unresolved):
                scope.report(MEMBER, member.name_span, "only tasks and loops have members")
            return Unresolved(span)
        owner, name = member.object.name, member.name
        item = scope.names.get(owner)
        match item:
            case Block(keyword="loop"):
                params = {
                    text: other
                    for text, other in scope.names.items()
                    if isinstance(other, Declaration)
                    and other.keyword == "param"
                    and scope.in_loop.get(text) == owner
                }
                if name in params:
                    return ParamValue(self.types(params[name]), name, span)
                self._no_member(member, f"loop '{owner}' has no parameter '{name}'", params)
            case Block(keyword="task" | "learn"):
                fields = self.field_types(item)
                if name in fields:
                    if condition:
                        return FieldValue(fields[name], owner, name, span)
                    self._too_early(owner, name, span, in_loop)
                    return Unresolved(span)
                if name == "outputs":
                    scope.report(
                        OUTPUT, span, f"'{owner}.outputs' is a list", f"write '{owner}.outputs[0]'"
                    )
                    return Unresolved(span)
                if not item.whole or not all(r.whole for r in _results(item)):
                    return Unresolved(span)
                what = "learner" if item.keyword == "learn" else "task"
                message = f"{what} '{owner}' has no '{name}'"
                self._no_member(member, message, [*fields, "outputs"])
            case _ if owner in scope.lost:
                pass
            case None:
                tasks = scope.suggest(
                    Name(owner, span), lambda n, i: isinstance(i, Block), "define the task"
                )
                scope.report(UNBOUND, member.object.span, f"nothing is called '{owner}'", tasks)
            case _:
                scope.report(
                    MEMBER,
                    member.name_span,
                    f"'{owner}' is a value and has no members",
                    "",
                    (item.name.span, "defined here"),
                )
        return Unresolved(span)

    def _no_member(self, member: Member, message: str, known: object) -> None:
        help = did_you_mean(member.name, known)  # type: ignore[arg-type]
        self.scope.report(MEMBER, member.name_span, message, help)

    def _too_early(self, owner: str, name: str, span: Span, in_loop: bool) -> None:
        """Report a result field outside a condition."""
        scope = self.scope
        param = scope.names.get(name)
        loop = scope.in_loop.get(owner, "")
        help = f"declare 'param {name}' in the loop: the next iteration sees the value there"
        if isinstance(param, Declaration) and param.keyword == "param":
            help = f"the next iteration sees it as '{name}'"
            if not in_loop and not scope.loop_around(span):
                help = f"behind the loop its value is '{loop}.{name}'"
        scope.report(RUN_TIME, span, f"'{owner}.{name}' exists only when '{owner}' has run", help)

    def _index(self, index: Index, in_loop: bool) -> Term:
        scope, span = self.scope, index.span
        target = index.object
        if not (
            isinstance(target, Member)
            and isinstance(target.object, Ref)
            and target.name == "outputs"
        ):
            if not isinstance(self.resolve(target, in_loop), Unresolved):
                scope.report(TYPE, span, "only the outputs of a task are numbered")
            return Unresolved(span)
        owner = target.object
        item = scope.names.get(owner.name)
        if not (isinstance(item, Block) and item.keyword in ("task", "learn")):
            return self._member(target, in_loop, False)
        number = self.resolve(index.index, in_loop)
        if isinstance(number, Unresolved):
            return Unresolved(span)
        if not isinstance(number, Known) or number.type != INT:
            scope.report(
                RUN_TIME if not isinstance(number, Known) else TYPE,
                index.index.span,
                "the number of an output is an int known before submission",
            )
            return Unresolved(span)
        if int(number.value) < 0:
            scope.report(OUTPUT, index.index.span, "outputs count from 0")
            return Unresolved(span)
        return OutputOf(owner.name, int(number.value), span)


def _length(part: str | Term) -> int:
    match part:
        case str() as text:
            return len(text)
        case Known():
            return len(as_text(part.value))
        case Template(parts=parts):
            return sum(map(_length, parts))
        case Unresolved():
            return 0
    return 20


def _moved(term: Term, span: Span) -> Term:
    """A defined value where it is used."""
    return replace(term, span=span)


def _folded(term: Term) -> Term:
    """A string whose parts are all known as one value: what operators compare."""
    text = known_text(term) if isinstance(term, Template) else None
    return term if text is None else Known(STRING, text, term.span)


def known_text(term: Term) -> str | None:
    """The text of a term all of whose parts are known, else ``None``."""
    match term:
        case Known():
            return as_text(term.value)
        case Template():
            texts = [p if isinstance(p, str) else known_text(p) for p in term.parts]
            return None if None in texts else "".join(t for t in texts if t is not None)
    return None


def result_of(block: Block) -> Result | None:
    """The first result a learner declares."""
    return next(iter(_results(block)), None)


def _results(block: Block) -> list[Result]:
    return [item for item in block.items if isinstance(item, Result)]
