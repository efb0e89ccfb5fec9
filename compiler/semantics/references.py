"""References: what names, and the members of tasks and loops, stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ..diagnostics import Edit, Fix, renaming
from ..names import Suggestion, suggestion
from ..rules import MEMBER, OUTPUT, RUN_TIME, TYPE, UNBOUND
from ..source import Span
from ..syntax.tree import Block, Declaration, Member, Name, Ref
from .declared import field_called, results_of
from .scope import BUILT_IN, Scope
from .terms import FieldValue, IterationNumber, ParamValue, ResultOf, Term, Unresolved
from .types import Type

_TOO_EARLY = "'{}' changes with every iteration; this value is needed before the first one"


@dataclass(frozen=True, slots=True)
class References:
    """Resolves the references of one workflow.

    :param constants: the value of an input or constant, computed when first asked for.
    :param types: the declared type of an input, constant or parameter.
    :param field_types: the declared types of the fields of a learner's result.
    """

    scope: Scope
    constants: Callable[[str], Term]
    types: Callable[[Declaration], Type]
    field_types: Callable[[Block], Mapping[str, Type]]

    def value(self, ref: Ref, in_loop: bool) -> Term:
        """What a name alone means.

        :param in_loop: whether it stands in the body of a loop.
        """
        name, span, scope = ref.name, ref.span, self.scope
        if name in BUILT_IN:
            if in_loop:
                return IterationNumber(span)
            if scope.loop_around(span):
                scope.report(RUN_TIME, span, _TOO_EARLY.format(name))
            else:
                scope.report(UNBOUND, span, f"'{name}' exists only in the body of a loop")
            return Unresolved(span)
        item = scope.meaning(name)
        scope.mention(span, item)
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
                    f"after the loop, its last value is '{loop}.{name}'",
                    (item.name.span, "defined here"),
                    fix=Fix(f"change to '{loop}.{name}'", (Edit(span, f"{loop}.{name}"),)),
                )
            case Declaration():
                scope.used.add(name)
                return replace(self.constants(name), span=span)
            case Block() if name in scope.lost:
                pass
            case Block(keyword="task" | "learn"):
                what = "learner" if item.keyword == "learn" else "task"
                scope.report(
                    TYPE,
                    span,
                    f"'{name}' is a {what}, not a value",
                    f"to read its output, write {{{name}.outputs[0]}}; to wait for it, write "
                    f"'after {name}'",
                )
            case Block():
                scope.report(TYPE, span, f"'{name}' is a {item.keyword}, not a value")
            case None if name in scope.lost:
                pass
            case None:
                near = scope.suggest(Name(name, span), lambda n, i: isinstance(i, Declaration))
                if name in ("True", "False"):
                    near = Suggestion(f"write '{name.lower()}'", name.lower())
                scope.report(
                    UNBOUND,
                    span,
                    f"nothing is called '{name}'",
                    near.help or "define it: input, const, or param in a loop",
                    fix=renaming(span, name, near.name),
                )
        return Unresolved(span)

    def member(self, member: Member, owner: str, in_loop: bool, condition: bool) -> Term:
        """What ``owner.name`` means.

        :param in_loop: whether it stands in the body of a loop.
        :param condition: whether it stands in a loop's condition, which sees result fields.
        """
        scope, name, span = self.scope, member.name, member.span
        item = scope.meaning(owner)
        scope.mention(member.object.span, item)
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
                    scope.mention(member.name_span, params[name])
                    return ParamValue(self.types(params[name]), name, span)
                self._no_member(member, f"loop '{owner}' has no parameter '{name}'", params)
            case Block(keyword="task" | "learn"):
                fields = self.field_types(item)
                if name in fields:
                    scope.mention(member.name_span, field_called(item, name))
                    if condition:
                        return FieldValue(fields[name], owner, name, span)
                    self._too_early(owner, name, span, in_loop)
                    return Unresolved(span)
                if name == "result" and item.keyword == "learn":
                    if condition:
                        return ResultOf(owner, span)
                    scope.report(
                        RUN_TIME,
                        span,
                        f"'{owner}.result' exists only when '{owner}' has run",
                        "use it in the loop's condition: it says whether the result is not empty",
                    )
                    return Unresolved(span)
                if name == "outputs":
                    scope.report(
                        OUTPUT, span, f"'{owner}.outputs' is a list", f"write '{owner}.outputs[0]'"
                    )
                    return Unresolved(span)
                if name == "sandbox":
                    scope.report(
                        TYPE,
                        span,
                        f"'{owner}.sandbox' is not a value",
                        f"give it to another task: sandbox = {owner}.sandbox",
                    )
                    return Unresolved(span)
                if not item.whole or not all(r.whole for r in results_of(item)):
                    return Unresolved(span)
                what = "learner" if item.keyword == "learn" else "task"
                message = f"{what} '{owner}' has no '{name}'"
                self._no_member(member, message, [*fields, "outputs", "sandbox"])
            case _ if owner in scope.lost:
                pass
            case None:
                near = scope.suggest(
                    Name(owner, span),
                    lambda n, i: isinstance(i, Block) and i is not scope.around,
                    "define the task",
                )
                scope.report(
                    UNBOUND,
                    member.object.span,
                    f"nothing is called '{owner}'",
                    near.help,
                    fix=renaming(member.object.span, owner, near.name),
                )
            case _:
                scope.report(
                    MEMBER,
                    member.name_span,
                    f"'{owner}' is a value and has no members",
                    "",
                    (item.name.span, "defined here"),
                )
        return Unresolved(span)

    def _no_member(self, member: Member, message: str, known: Iterable[str]) -> None:
        near = suggestion(member.name, known)
        fix = renaming(member.name_span, member.name, near.name)
        self.scope.report(MEMBER, member.name_span, message, near.help, fix=fix)

    def _too_early(self, owner: str, name: str, span: Span, in_loop: bool) -> None:
        """Report a result field outside a condition."""
        scope = self.scope
        param = scope.meaning(name)
        loop = scope.in_loop.get(owner, "")
        help = f"declare 'param {name}' in the loop: the next iteration reads the value there"
        if isinstance(param, Declaration) and param.keyword == "param":
            help = f"the next iteration reads it as '{name}'"
            if not in_loop and not scope.loop_around(span):
                help = f"after the loop, its value is '{loop}.{name}'"
        scope.report(RUN_TIME, span, f"'{owner}.{name}' exists only when '{owner}' has run", help)
