"""Learners written as actuators: ``executable`` and ``arguments`` instead of ``exec``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..diagnostics.rules import DUPLICATE_NAME, NO_COMMAND, TYPE_MISMATCH
from ..syntax.tree import Attribute, Expr, Ref, Text
from . import program
from .expr import ErrorExpr, Known, Template, TypedExpr
from .scope import Scope
from .types import DATASET, STRING, as_text, same


def actuator(
    settings: dict[str, program.Setting], written: Mapping[str, Attribute], scope: Scope
) -> program.Actuator | None:
    """The actuator of a learner; ``settings`` then hold its whole command as ``exec``.

    :param written: the attributes that the settings come from.
    """
    executable, arguments = (settings.pop(name, None) for name in ("executable", "arguments"))
    given = [setting for setting in (executable, arguments) if setting is not None]
    if not given:
        return None
    first, last = given[0], given[-1]
    if "exec" in settings:
        scope.report(
            DUPLICATE_NAME,
            first.name_span,
            f"'exec' and '{first.name}' both set the learner's command",
            "remove one of them",
            (settings["exec"].name_span, "the other one"),
        )
        return None
    settings["exec"] = program.Setting("exec", first.name_span, ErrorExpr(first.term.span))
    if executable is None:
        message = "there are arguments, but no executable"
        scope.report(NO_COMMAND, first.name_span, message, 'add: executable = "python"')
        return None
    wrong = [s for s in given if not same(s.term.type, STRING)]
    for setting in wrong:
        if not isinstance(setting.term, ErrorExpr):
            message = f"'{setting.name}' is a string, not {setting.term.type}"
            scope.report(TYPE_MISMATCH, setting.term.span, message)
    if wrong:
        return None
    command: list[str | TypedExpr] = [executable.term]
    parts: tuple[str | program.Argument, ...] = ()
    if arguments is not None:
        command += [" ", *_parts(arguments.term)]
        parts = tuple(_name_parts(written["arguments"].value, arguments.term))
    whole = Template(tuple(command), last.term.span)
    settings["exec"] = program.Setting("exec", first.name_span, whole)
    return program.Actuator(executable.term, parts, last.term.span, first.name_span)


def _parts(term: TypedExpr) -> tuple[str | TypedExpr, ...]:
    """The words of ``arguments`` are the shell's, also if they stand in a constant."""
    match term:
        case Template():
            return term.parts
        case Known():
            return (as_text(term.value),)
    return (term,)


def _name_parts(expression: Expr, term: TypedExpr) -> Iterator[str | program.Argument]:
    """The parts of ``arguments``, each value with the name it is written with."""
    names: list[str] = []
    if isinstance(expression, Text) and isinstance(term, Template):
        names = [part.name if isinstance(part, Ref) else "" for part in expression.parts]
    for part, name in zip(_parts(term), names or [""], strict=False):
        if isinstance(part, str):
            yield part
        elif part.type == DATASET:
            yield program.Argument("dataset", part)
        else:
            yield program.Argument(name, part)
