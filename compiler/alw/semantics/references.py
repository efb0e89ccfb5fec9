"""References: what names, and the members of tasks and loops, stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..diagnostics.diagnostic import Edit, Fix, suggest_rename
from ..diagnostics.rules import (
    NO_SUCH_MEMBER,
    NO_SUCH_OUTPUT,
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
    UNBOUND_NAME,
)
from ..syntax.tree import Block, Declaration, Member, Name, Ref
from ..text.source import Span
from ..text.suggest import suggest
from .expr import ErrorExpr, FieldValue, IterationNumber, ParamValue, ResultOf, TypedExpr
from .scope import BUILT_IN, Scope
from .type_names import field_called, results_of
from .types import Type

_TOO_EARLY = "'{}' changes with every iteration; this value is needed before the first one"


#: What people call the number of the iteration.
_COUNTERS = {"i", "it", "iter", "n_iter", "iteration_number", "iterations", "step", "round"}
#: What people write before the name of a value.
_KINDS = {
    "input", "inputs", "param", "params", "parameters", "const", "constants", "workflow", "self",
    "var", "vars", "env", "config",
}  # fmt: skip
_EXTENSIONS = {
    "bin", "csv", "dat", "gz", "h5", "hdf5", "html", "json", "log", "npy", "npz", "pdf", "pkl",
    "png", "py", "root", "sh", "tar", "tgz", "txt", "xml", "yaml", "yml", "zip",
}  # fmt: skip


def _change(span: Span, text: str) -> Fix:
    return Fix(f"change to '{text}'", (Edit(span, text),))


@dataclass(frozen=True, slots=True)
class References:
    """Resolves the references of one workflow.

    :param constants: the value of an input or constant, computed when first asked for.
    :param types: the declared type of an input, constant or parameter.
    :param field_types: the declared types of the fields of a learner's result.
    """

    scope: Scope
    constants: Callable[[str], TypedExpr]
    types: Callable[[Declaration], Type]
    field_types: Callable[[Block], Mapping[str, Type]]
    _owners: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False)
    """The learners that have a field of a name in their results."""

    def value(self, ref: Ref, loop: str, condition: bool = False) -> TypedExpr:
        """Return what a name alone means.

        :param loop: the loop in whose body it is; empty outside of loops.
        :param condition: whether it stands in a loop's condition.
        """
        name, span, scope = ref.name, ref.span, self.scope
        if name in BUILT_IN:
            if loop:
                return IterationNumber(span)
            if scope.loop_around(span):
                scope.report(RUN_TIME_VALUE, span, _TOO_EARLY.format(name))
            else:
                scope.report(UNBOUND_NAME, span, f"'{name}' exists only in the body of a loop")
            return ErrorExpr(span)
        item = scope.meaning(name)
        scope.mention(span, item)
        match item:
            case Declaration(keyword="param"):
                home = scope.in_loop[name]
                if loop == home:
                    return ParamValue(self.types(item), name, span)
                if scope.loop_around(span) == home:
                    scope.report(
                        RUN_TIME_VALUE,
                        span,
                        _TOO_EARLY.format(name),
                        "",
                        (item.name.span, "defined here"),
                    )
                    return ErrorExpr(span)
                scope.report(
                    UNBOUND_NAME,
                    span,
                    f"'{name}' is a parameter of loop '{home}'",
                    f"after the loop, its last value is '{home}.{name}'",
                    (item.name.span, "defined here"),
                    fix=Fix(f"change to '{home}.{name}'", (Edit(span, f"{home}.{name}"),)),
                )
            case Declaration():
                scope.used.add(name)
                return replace(self.constants(name), span=span)
            case Block() if name in scope.unresolvable:
                pass
            case Block(keyword="task" | "learn"):
                what = "learner" if item.keyword == "learn" else "task"
                braces = scope.source.text[span.start - 1 : span.start] == "{"
                output = f"{{{name}.outputs[0]}}" if braces else f"{name}.outputs[0]"
                help = f"to read its output, write {output}; to wait for it, write 'after {name}'"
                if condition:
                    fields = ", ".join(f"{name}.{field}" for field in self.field_types(item))
                    help = f"its values are {fields}" if fields else ""
                scope.report(TYPE_MISMATCH, span, f"'{name}' is a {what}, not a value", help)
            case Block():
                help = f"its parameters are written {name}.PARAMETER; to wait for it: after {name}"
                scope.report(
                    TYPE_MISMATCH, span, f"'{name}' is a {item.keyword}, not a value", help
                )
            case None if name in scope.unresolvable:
                pass
            case None:
                help, fix = self._unknown(name, span, loop, condition)
                scope.report(UNBOUND_NAME, span, f"nothing is called '{name}'", help, fix=fix)
        return ErrorExpr(span)

    def _unknown(self, name: str, span: Span, loop: str, condition: bool) -> tuple[str, Fix | None]:
        """Return what may be meant by a name that nothing defines, and the change."""
        scope = self.scope
        fields = self._fields_called(name)
        if fields and condition:
            wanted = f"{fields[0]}.{name}"
            return f"the learner's field is '{wanted}'", _change(span, wanted)
        if name in ("True", "False"):
            return f"write '{name.lower()}'", _change(span, name.lower())
        near = scope.suggest(Name(name, span), lambda n, i: isinstance(i, Declaration))
        if loop and name.lower() in _COUNTERS and (near.name is None or len(name) < 3):
            return "the number of the iteration is called 'iteration'", _change(span, "iteration")
        if near.name is None and fields:
            return (
                f"'{fields[0]}' gives it to the next iteration: declare 'param {name}' in the loop",
                None,
            )
        help = near.help or "define it: input, const, or param in a loop"
        return help, suggest_rename(span, name, near.name)

    def _fields_called(self, name: str) -> list[str]:
        """Return the learners whose result has a field ``name``."""
        if not self._owners:
            self._owners[""] = []  # found, even if there are no fields
            for owner, item in self.scope.names.items():
                if isinstance(item, Block) and item.keyword == "learn":
                    for field_name in self.field_types(item):
                        self._owners.setdefault(field_name, []).append(owner)
        return self._owners.get(name, [])

    def _unknown_owner(self, member: Member, owner: str, condition: bool) -> tuple[str, Fix | None]:
        """Return what may be meant by ``owner.name`` where nothing is called ``owner``."""
        scope, name, span = self.scope, member.name, member.object.span
        near = scope.suggest(
            Name(owner, span), lambda n, i: isinstance(i, Block) and i is not scope.around
        )
        if not condition and (file := self._as_file(member, owner)):
            return file
        if near.name:
            return near.help, suggest_rename(span, owner, near.name)
        item = scope.names.get(name)
        if isinstance(item, Declaration) and owner.lower() in _KINDS:
            return f"to use its value, write '{name}'", _change(member.span, name)
        fields = self._fields_called(name)
        if fields and condition:
            return f"the learner's field is '{fields[0]}.{name}'", _change(span, fields[0])
        known = f"; {near.help}" if near.help else ""
        return f"members are written TASK.outputs[0] and LOOP.PARAMETER{known}", None

    def _as_file(self, member: Member, owner: str) -> tuple[str, Fix | None] | None:
        """Return how the name of a file is written, if ``owner.name`` looks like one."""
        file, span, text = f"{owner}.{member.name}", member.span, self.scope.source.text
        if member.name.lower() not in _EXTENSIONS:
            return None
        if text[span.start - 1 : span.start] == "{":
            return f"write a file name without braces: {file}", None
        if text[span.start : span.end] != file:
            return None
        quoted = f'"{file}"'
        return f"write {quoted}", Fix("write double quotes", (Edit(span, quoted),))

    def no_members(self, member: Member) -> None:
        """Report a member of a member."""
        help = "write TASK.outputs[0] or LOOP.PARAMETER"
        inner = member.object
        fix: Fix | None = None
        if isinstance(inner, Member) and isinstance(inner.object, Ref) and inner.name == "result":
            wanted = f"{inner.object.name}.{member.name}"
            help, fix = f"a field of a result is written '{wanted}'", _change(member.span, wanted)
        message = "only tasks and loops have members"
        self.scope.report(NO_SUCH_MEMBER, member.name_span, message, help, fix=fix)

    def member(self, member: Member, owner: str, loop: str, condition: bool) -> TypedExpr:
        """Return what ``owner.name`` means.

        :param loop: the loop in whose body it is; empty outside of loops.
        :param condition: whether it stands in a loop's condition, which sees result fields.
        """
        scope, name, span = self.scope, member.name, member.span
        item = scope.meaning(owner)
        scope.mention(member.object.span, item)
        match item:
            case Block(keyword="loop"):
                scope.sought.add(name)
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
                    self._too_early(owner, name, span, loop)
                    return ErrorExpr(span)
                if name == "result" and item.keyword == "learn":
                    if condition:
                        return ResultOf(owner, span)
                    scope.report(
                        RUN_TIME_VALUE,
                        span,
                        f"'{owner}.result' exists only when '{owner}' has run",
                        "use it in the loop's condition: it says whether the result is not empty",
                    )
                    return ErrorExpr(span)
                if name == "outputs":
                    scope.report(
                        NO_SUCH_OUTPUT,
                        span,
                        f"'{owner}.outputs' is a list",
                        f"write '{owner}.outputs[0]'",
                    )
                    return ErrorExpr(span)
                if name == "sandbox":
                    scope.report(
                        TYPE_MISMATCH,
                        span,
                        f"'{owner}.sandbox' is not a value",
                        f"give it to another task: sandbox = {owner}.sandbox",
                    )
                    return ErrorExpr(span)
                if not item.is_complete or not all(r.is_complete for r in results_of(item)):
                    return ErrorExpr(span)
                what = "learner" if item.keyword == "learn" else "task"
                message = f"{what} '{owner}' has no '{name}'"
                others = [other for other in self._fields_called(name) if other != owner]
                if condition and others:
                    self.scope.report(
                        NO_SUCH_MEMBER,
                        member.name_span,
                        message,
                        f"the learner's field is '{others[0]}.{name}'",
                        fix=_change(member.object.span, others[0]),
                    )
                elif isinstance(scope.names.get(name), Declaration):
                    help = f"to use its value, write '{name}'"
                    scope.report(
                        NO_SUCH_MEMBER, member.name_span, message, help, fix=_change(span, name)
                    )
                elif name.lower() in ("output", "out", "file", "files", "outputs"):
                    self._no_output(member, message, owner)
                elif not condition and (file := self._as_file(member, owner)):
                    scope.report(NO_SUCH_MEMBER, member.name_span, message, file[0], fix=file[1])
                else:
                    known = [*fields, "result"] if condition else [*fields, "outputs", "sandbox"]
                    self._no_member(member, message, known)
            case _ if owner in scope.unresolvable:
                pass
            case None if owner in BUILT_IN:
                message = f"'{owner}' is a number and has no members"
                scope.report(
                    NO_SUCH_MEMBER, member.name_span, message, f"its value is '{owner}' alone"
                )
            case None:
                help, fix = self._unknown_owner(member, owner, condition)
                where = member.object.span
                scope.report(UNBOUND_NAME, where, f"nothing is called '{owner}'", help, fix=fix)
            case _:
                scope.report(
                    NO_SUCH_MEMBER,
                    member.name_span,
                    f"'{owner}' is a value and has no members",
                    f"its value is '{owner}' alone",
                    (item.name.span, "defined here"),
                )
        return ErrorExpr(span)

    def _no_output(self, member: Member, message: str, owner: str) -> None:
        """Report ``task.output``, which is written ``task.outputs[0]``."""
        end = member.name_span.end
        wanted = "outputs" if self.scope.source.text[end : end + 1] == "[" else "outputs[0]"
        self.scope.report(
            NO_SUCH_MEMBER,
            member.name_span,
            message,
            f"an output is written '{owner}.outputs[0]'",
            fix=_change(member.name_span, wanted),
        )

    def _no_member(self, member: Member, message: str, known: Iterable[str]) -> None:
        near = suggest(member.name, known)
        fix = suggest_rename(member.name_span, member.name, near.name)
        self.scope.report(NO_SUCH_MEMBER, member.name_span, message, near.help, fix=fix)

    def _too_early(self, owner: str, name: str, span: Span, loop: str) -> None:
        """Report a result field outside a condition."""
        scope = self.scope
        param = scope.meaning(name)
        home = scope.in_loop.get(owner, "")
        help = f"declare 'param {name}' in the loop: the next iteration reads the value there"
        if isinstance(param, Declaration) and param.keyword == "param":
            help = f"the next iteration reads it as '{name}'"
            if not loop and not scope.loop_around(span):
                help = f"after the loop, its value is '{home}.{name}'"
        scope.report(
            RUN_TIME_VALUE, span, f"'{owner}.{name}' exists only when '{owner}' has run", help
        )
