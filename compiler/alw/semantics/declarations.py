"""The declarations of one workflow: the values of inputs and constants, checked.

What a value needs is computed before it, and a constant that needs itself is reported.
"""

from __future__ import annotations

from ..diagnostics.diagnostic import Edit, Fix, Label
from ..diagnostics.rules import (
    DATASET_NAME,
    DEPENDENCY_CYCLE,
    INPUT_VALUE,
    MISSING_INPUT,
    NO_FIRST_VALUE,
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
)
from ..syntax.tree import Binary, Declaration, Expr, Index, ListOf, Logic, Ref, Text, Unary
from ..text.source import Span
from .expr import ErrorExpr, Items, Known, Template, TypedExpr, is_broken
from .expressions import Expressions, known_text
from .input_values import Inputs, InputValue, read_input
from .references import References
from .scope import Scope, circle_text
from .type_names import DeclaredTypes
from .types import (
    BOOL,
    DATASET,
    DATASET_PATTERN,
    FLOAT,
    INT,
    STRING,
    UNKNOWN,
    Type,
    brief,
    explain_uncarried,
    fits,
    in_alphabet,
    read_value,
    same,
)


class Declarations:
    """The types and values of declarations.

    Gives every declaration its type and, if it is known before submission, its value.
    """

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
        """Return the value of an input or constant.

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
        todo = [(name, item, iter(_find_needed(item)))]
        self._computing[name] = None
        while todo:
            name, item, needed = todo[-1]
            for other in needed:
                found = self._constant_called(other)
                if found and other not in self._values and other not in self._computing:
                    todo.append((other, found, iter(_find_needed(found))))
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
        """Return the value that ``item`` declares, :class:`ErrorExpr` if it is wrong."""
        term = self.expressions.resolve(expression, "")
        return _initial_value(item, expression, term, wanted, self.scope)

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


def _find_needed(item: Declaration) -> list[str]:
    """Return the names that the value and the type of ``item`` mention."""
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


def _initial_value(
    item: Declaration, expression: Expr, term: TypedExpr, wanted: Type, scope: Scope
) -> Known | ErrorExpr:
    """Return the declared value of ``item``: known before submission, and of the declared type.

    :param term: what ``expression``, the value as written, means.
    :param wanted: the declared type.
    :returns: :class:`ErrorExpr` if the value is none, which was reported.
    """
    text = known_text(term) if isinstance(term, Template) else None
    if text is not None:
        term = Known(STRING, text, expression.span)
    if wanted == UNKNOWN or is_broken(term):
        return ErrorExpr(expression.span)
    if not isinstance(term, Known | Items):
        scope.report(
            RUN_TIME_VALUE, expression.span, f"the value of '{item.name.text}' is not known here"
        )
        return ErrorExpr(expression.span)
    is_dataset = wanted.name == "dataset" and same(term.type, STRING)
    if isinstance(term, Items) or (not fits(term.type, wanted) and not is_dataset):
        right = _conversion(term, wanted)
        scope.report(
            TYPE_MISMATCH,
            expression.span,
            f"'{item.name.text}' is {wanted}, but its value is {term.type}",
            f"write {right}{' without quotes' if term.type == STRING else ''}"
            if right
            else _otherwise(term, wanted),
            (item.type.span, f"declared {wanted} here"),
            fix=Fix(f"write {right}", (Edit(expression.span, right),)) if right else None,
        )
        return ErrorExpr(expression.span)
    if wanted == DATASET and not DATASET_PATTERN.match(str(term.value)):
        scope.report(
            DATASET_NAME,
            expression.span,
            f"{brief(term.value)} is not a dataset name",
            "a dataset name consists of letters, digits and . - _",
        )
        return ErrorExpr(expression.span)
    if not in_alphabet(term.value, wanted):
        scope.report(
            TYPE_MISMATCH,
            expression.span,
            f"the value of '{item.name.text}' has characters outside its alphabet",
            "",
            (item.type.span, "declared here"),
        )
        return ErrorExpr(expression.span)
    value = float(term.value) if wanted == FLOAT else term.value
    if item.keyword == "param" and (why := explain_uncarried(value)):
        scope.report(TYPE_MISMATCH, expression.span, f"the value of '{item.name.text}' {why}")
        return ErrorExpr(expression.span)
    return Known(wanted, value, expression.span)


def _conversion(term: Known | Items, wanted: Type) -> str | None:
    """Return how the value is written as one of type ``wanted``, if it can be."""
    if isinstance(term, Items):
        return None
    if same(wanted, STRING) and term.type in (INT, FLOAT):
        return f'"{term.value}"'
    if same(term.type, STRING):
        value = read_value(str(term.value), wanted)
        return None if value is None else str(value).lower()
    if term.type == FLOAT and wanted == INT and float(term.value).is_integer():
        return str(int(term.value))
    return None


def _otherwise(term: Known | Items, wanted: Type) -> str:
    """Return what to write where the value itself is no value of type ``wanted``."""
    if isinstance(term, Items):
        return "a list is written where it is used, in an option of a task"
    if wanted == BOOL:
        return "write true or false"
    if wanted == INT and term.type == FLOAT:
        return "declare it float, or write a whole number; // divides and rounds down"
    return ""
