"""The declarations of one workflow: the values of inputs and constants.

They are computed when they are first needed, and a constant that needs itself is
reported.
"""

from __future__ import annotations

from ..diagnostics.diagnostic import Label
from ..diagnostics.rules import DEPENDENCY_CYCLE, INPUT_VALUE, MISSING_INPUT, NO_FIRST_VALUE
from ..syntax.tree import Binary, Declaration, Expr, Index, ListOf, Logic, Ref, Text, Unary
from ..text.source import Span
from .expr import ErrorExpr, Known, TypedExpr
from .expressions import Expressions, known_text
from .initial import initial_value
from .input_values import Inputs, InputValue, read_input
from .references import References
from .scope import Scope, circle_text
from .type_names import DeclaredTypes
from .types import DATASET, DATASET_PATTERN, UNKNOWN, Type, brief, in_alphabet


class Declarations:
    """Gives every declaration its type and, if it is known before submission, its value."""

    def __init__(self, scope: Scope, given: Inputs) -> None:
        self.scope = scope
        self.types = DeclaredTypes(scope, self._text)
        self.expressions = Expressions(
            References(scope, self.value, self.types.of, self.types.of_fields)
        )
        self._given = given
        self._values: dict[str, TypedExpr] = {}
        self._computing: dict[str, None] = {}  # in the order begun

    def _text(self, expression: Expr) -> str | None:
        return known_text(self.expressions.resolve(expression, ""))

    def compute(self) -> None:
        """Compute all types and values, in the order of the source.

        What is wrong with them is then reported here, not where a task needs one first.
        """
        for name, item in self.scope.names.items():
            if isinstance(item, Declaration):
                self.types.of(item)
                self.value(name)

    def value(self, name: str) -> TypedExpr:
        """The value of an input or constant.

        What it needs is computed first, so that a long chain of constants does not make
        a deep recursion, in whichever order they are written.

        :returns: :class:`ErrorExpr` if there is none, or something in it was reported.
        """
        if name in self._values:
            return self._values[name]
        item = self._constant_called(name)
        if item is None:
            return ErrorExpr(Span(0, 0))
        if name in self._computing:
            begun = list(self._computing)
            circle = circle_text([*begun[begun.index(name) :], name])
            self.scope.report(
                DEPENDENCY_CYCLE,
                item.name.span,
                f"'{name}' is defined in terms of itself: {circle}",
                "break the cycle",
            )
            return ErrorExpr(item.span)
        todo = [(name, item, iter(_needed(item)))]
        self._computing[name] = None
        while todo:
            name, item, needed = todo[-1]
            for other in needed:
                found = self._constant_called(other)
                if found and other not in self._values and other not in self._computing:
                    todo.append((other, found, iter(_needed(found))))
                    self._computing[other] = None
                    break
            else:
                is_input = item.keyword == "input"
                value = self._input(item) if is_input else self._constant(item)
                self._values.setdefault(name, value)
                del self._computing[name]
                todo.pop()
        return self._values[name]

    def initial(self, item: Declaration, expression: Expr, wanted: Type) -> TypedExpr:
        """The value ``expression`` that ``item`` declares, :class:`ErrorExpr` if it is wrong."""
        term = self.expressions.resolve(expression, "")
        return initial_value(item, expression, term, wanted, self.scope)

    def _constant_called(self, name: str) -> Declaration | None:
        item = self.scope.meaning(name)
        return item if isinstance(item, Declaration) and item.keyword != "param" else None

    def _input(self, item: Declaration) -> TypedExpr:
        given, wanted = self._given.values.get(item.name.text), self.types.of(item)
        if given is None:
            if item.value is not None:
                return self.initial(item, item.value, wanted)
            if wanted != UNKNOWN and self._given.complete:
                self._report_missing(item)
            return ErrorExpr(item.span)
        if item.value is not None:
            self.initial(item, item.value, wanted)
        value = read_input(given, wanted)
        name, what = item.name.text, None
        if value is None:
            what = f"is {wanted}, but {given.origin} gives {brief(given.value)}"
        elif wanted == DATASET and not DATASET_PATTERN.match(str(value)):
            what = f"gets {brief(value)} from {given.origin}, which is not a dataset name"
        elif not in_alphabet(value, wanted):
            what = (
                f"gets {brief(value)} from {given.origin}, which has characters outside its "
                "alphabet"
            )
        if what is not None or value is None:
            if wanted != UNKNOWN:
                self._report_value(item, given, f"input '{name}' {what}")
            return ErrorExpr(item.span)
        return Known(wanted, value, item.name.span)

    def _report_missing(self, item: Declaration) -> None:
        scope, file = self.scope, self._given.file
        scope.collector.report(
            MISSING_INPUT,
            scope.source,
            item.name.span,
            f"input '{item.name.text}' has no value",
            f"give it a default here, or set it: --set {item.name.text}=VALUE",
            [Label(file, Span(0, 0), "not given in this file")] if file else (),
        )

    def _report_value(self, item: Declaration, given: InputValue, message: str) -> None:
        """Report a value that does not fit, where it is given if that is in a file."""
        source = self.scope.source
        if given.place is None:
            declared = Label(source, item.type.span, "declared here")
            labels = [declared] if item.type.alphabet is not None else []
            self.scope.collector.report(INPUT_VALUE, source, item.name.span, message, "", labels)
            return
        labels = [Label(source, item.name.span.to(item.type.span), "declared here")]
        place = given.place
        self.scope.collector.report(INPUT_VALUE, place.source, place.span, message, "", labels)

    def _constant(self, item: Declaration) -> TypedExpr:
        wanted = self.types.of(item)
        if item.value is not None:
            return self.initial(item, item.value, wanted)
        if wanted != UNKNOWN:
            name = item.name.text
            self.scope.report(
                NO_FIRST_VALUE,
                item.name.span,
                f"constant '{name}' has no value",
                f"write: const {name}: {wanted} = VALUE",
            )
        return ErrorExpr(item.span)


def _needed(item: Declaration) -> list[str]:
    """The names that the value and the type of ``item`` mention."""
    names: list[str] = []
    todo: list[object] = [item.value, item.type.alphabet]
    while todo:
        match todo.pop():
            case Ref(name):
                names.append(name)
            case Text(parts):
                todo += parts
            case ListOf(items):
                todo += items
            case Logic(operands=items):
                todo += items
            case Unary(operand=operand):
                todo.append(operand)
            case Binary(left=left, right=right):
                todo += (left, right)
            case Index(object=target, index=index):
                todo += (target, index)
    return names
