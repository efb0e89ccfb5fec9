"""Resolve: bind every name to what defines it, and give every expression its type.

One workflow at a time.  Names are gathered first, so they may be used before they are
defined; inputs and constants are computed when they are first needed, and a constant
that needs itself is reported.  Nothing here knows about iDDS or PanDA.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..diagnostics import Collector
from ..names import did_you_mean
from ..rules import (
    CONDITION,
    CYCLE,
    DUPLICATE,
    INPUT_VALUE,
    LEARNER_OUTPUT,
    NO_FIRST_VALUE,
    NO_INPUT,
    RUN_TIME,
    TYPE,
    UNKNOWN_TYPE,
    UNSAFE_STRING,
)
from ..rules import DATASET as DATASET_RULE
from ..source import Source, Span
from ..syntax.tree import (
    After,
    Attribute,
    Binary,
    Block,
    Declaration,
    Expr,
    File,
    Index,
    ListOf,
    Logic,
    Ref,
    Repeat,
    Result,
    Text,
    TypeName,
    Unary,
)
from . import program
from .expressions import Expressions, known_text, result_of
from .scope import Scope, circle_text
from .terms import (
    FieldValue,
    Items,
    IterationNumber,
    Known,
    ParamValue,
    Template,
    Term,
    Unresolved,
    is_broken,
    operands,
)
from .types import (
    DATASET,
    DATASET_NAME,
    DECLARABLE,
    FILE_NAME,
    FLOAT,
    HARMLESS,
    INT,
    STRING,
    UNKNOWN,
    Type,
    Value,
    fits,
    read_value,
    same,
    type_of,
    usable,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value for an input, from outside the source."""

    value: object
    origin: str
    """Where it comes from, for messages: ``--set user=…``, ``params.toml``."""
    is_text: bool = False
    """Whether the value is text to be read by the input's type."""


def resolve(
    source: Source, file: File, given: Mapping[str, Given], collector: Collector
) -> tuple[program.Workflow, ...]:
    """The workflows of a file, resolved."""
    scope = Scope(source, collector)
    return tuple(
        _Workflow(source, block, given, collector).resolve()
        for block in scope.proper(file.items, "file")
        if isinstance(block, Block)
    )


class _Workflow:
    def __init__(
        self,
        source: Source,
        block: Block,
        given: Mapping[str, Given],
        collector: Collector,
    ) -> None:
        self._block = block
        self._given = given
        self._source = source
        self._scope = Scope(source, collector)
        self._values: dict[str, Term] = {}
        self._computing: dict[str, None] = {}  # in the order begun
        self._types: dict[int, Type] = {}
        self._fields: dict[int, Mapping[str, Type]] = {}
        self._expressions = Expressions(self._scope, self._value, self._type, self._field_types)

    def resolve(self) -> program.Workflow:
        scope, block = self._scope, self._block
        items = list(scope.proper(block.items, "workflow"))
        for item in items:
            if isinstance(item, Declaration | Block):
                defined = scope.define(item)
                if isinstance(item, Block) and item.keyword == "loop" and defined:
                    for inner in scope.proper(item.items, "loop"):
                        if isinstance(inner, Declaration | Block):
                            scope.define(inner, item.name.text)
        inputs: list[program.Input] = []
        tasks: dict[str, program.Task] = {}
        loops: list[program.Loop] = []
        for item in items:
            match item:
                case Declaration():
                    self._value(item.name.text)
                    if item.keyword == "input" and scope.names.get(item.name.text) is item:
                        inputs.append(
                            program.Input(item.name.text, self._type(item), item.name.span)
                        )
                case Block(keyword="task"):
                    self._task(item, False, tasks)
                case Block(keyword="loop") if scope.names.get(item.name.text) is item:
                    loops.append(self._loop(item, tasks))
        settings = self._settings(
            [item for item in items if isinstance(item, Attribute)], in_loop=False
        )
        if not block.whole and "dataset" not in settings:
            settings["dataset"] = _missing("dataset", block.head)
        return program.Workflow(
            self._source,
            block.name.text,
            block.name.span,
            block.head,
            tuple(inputs),
            settings,
            tasks,
            tuple(loops),
        )

    # Declarations

    def _type(self, declaration: Declaration) -> Type:
        return self._named_type(declaration.type)

    def _named_type(self, name: TypeName) -> Type:
        found = self._types.get(id(name))
        if found is None:
            found = self._types[id(name)] = self._read_type(name)
        return found

    def _read_type(self, name: TypeName) -> Type:
        known = DECLARABLE.get(name.name)
        if known is None:
            if name.name:
                self._scope.report(
                    UNKNOWN_TYPE,
                    name.span,
                    f"there is no type '{name.name}'",
                    did_you_mean(name.name, DECLARABLE),
                )
            return UNKNOWN
        if name.alphabet is None:
            return known
        alphabet = known_text(self._expressions.resolve(name.alphabet, False))
        letters = _alphabet(alphabet) if alphabet else None
        if known != STRING or letters is None:
            self._scope.report(
                UNKNOWN_TYPE,
                name.alphabet.span,
                "an alphabet lists the characters of a string, with ranges"
                if known == STRING
                else f"only a string has an alphabet, not {known}",
                'for example: string of "a-z0-9_"',
            )
            return UNKNOWN if known == STRING else known
        unsafe = "".join(sorted(c for c in letters if not HARMLESS.match(c)))
        if unsafe:
            self._scope.report(
                UNSAFE_STRING,
                name.alphabet.span,
                f"the alphabet has characters that a shell or PanDA reads: {unsafe!r}",
                "harmless are letters, digits and _ @ + = : , . / -",
            )
        return Type("string", letters)

    def _field_types(self, block: Block) -> Mapping[str, Type]:
        found = self._fields.get(id(block))
        if found is None:
            result = result_of(block)
            found = {f.name.text: self._named_type(f.type) for f in result.fields} if result else {}
            self._fields[id(block)] = found
        return found

    def _value(self, name: str) -> Term:
        """The value of an input or constant.

        What it needs is computed first, so that a long chain of constants does not make
        a deep recursion, in whichever order they are written.
        """
        if name in self._values:
            return self._values[name]
        item = self._constant_called(name)
        if item is None:
            return Unresolved(Span(0, 0))
        if name in self._computing:
            begun = list(self._computing)
            circle = circle_text([*begun[begun.index(name) :], name])
            self._scope.report(
                CYCLE,
                item.name.span,
                f"'{name}' is defined by itself: {circle}",
                "break the circle",
            )
            return Unresolved(item.span)
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

    def _constant_called(self, name: str) -> Declaration | None:
        item = self._scope.names.get(name)
        return item if isinstance(item, Declaration) and item.keyword != "param" else None

    def _input(self, item: Declaration) -> Term:
        given, wanted = self._given.get(item.name.text), self._type(item)
        if given is None:
            if item.value is not None:
                return self._initial(item, item.value, wanted)
            if wanted == UNKNOWN:
                return Unresolved(item.span)
            self._scope.report(
                NO_INPUT,
                item.name.span,
                f"input '{item.name.text}' has no value",
                f"give it a default here, or set it: --set {item.name.text}=VALUE",
            )
            return Unresolved(item.span)
        if item.value is not None:
            self._initial(item, item.value, wanted)
        value = self._given_value(given, wanted)
        if value is None:
            if wanted != UNKNOWN:
                self._scope.report(
                    INPUT_VALUE,
                    item.name.span,
                    f"input '{item.name.text}' is {wanted}, but {given.origin} "
                    f"gives {_shortened(given.value)}",
                    "",
                )
            return Unresolved(item.span)
        if wanted == DATASET and not DATASET_NAME.match(str(value)):
            self._scope.report(
                INPUT_VALUE,
                item.name.span,
                f"{given.origin} gives input '{item.name.text}' the value {_shortened(value)}, "
                "which is no dataset's name",
            )
            return Unresolved(item.span)
        if not _in_alphabet(value, wanted):
            self._scope.report(
                INPUT_VALUE,
                item.name.span,
                f"{given.origin} gives input '{item.name.text}' the value {_shortened(value)}, "
                "which is not made of its alphabet",
                "",
                (item.type.span, "declared here"),
            )
            return Unresolved(item.span)
        return Known(wanted, value, item.name.span)

    @staticmethod
    def _given_value(given: Given, wanted: Type) -> Value | None:
        value = given.value
        if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
            return None  # half a surrogate pair, as JSON can hold: no text, in no encoding
        if given.is_text and isinstance(value, str):
            return read_value(value, wanted)
        if wanted == FLOAT and type_of(value) == INT:
            assert isinstance(value, int)
            return float(value) if usable(value) else None
        if isinstance(value, int | float) and not usable(value):
            return None
        if isinstance(value, bool | int | float | str):
            found = type_of(value)
            return (
                value
                if same(found, wanted) or (found, wanted.name) == (STRING, "dataset")
                else None
            )
        return None

    def _constant(self, item: Declaration) -> Term:
        wanted = self._type(item)
        if item.value is not None:
            return self._initial(item, item.value, wanted)
        if wanted != UNKNOWN:
            name = item.name.text
            self._scope.report(
                NO_FIRST_VALUE,
                item.name.span,
                f"constant '{name}' has no value",
                f"write: const {name}: {wanted} = VALUE",
            )
        return Unresolved(item.span)

    def _initial(self, item: Declaration, expression: Expr, wanted: Type) -> Term:
        """A declared value: known before submission, and of the declared type."""
        term = self._expressions.resolve(expression, False)
        text = known_text(term) if isinstance(term, Template) else None
        if text is not None:
            term = Known(STRING, text, expression.span)
        if isinstance(term, Unresolved) or wanted == UNKNOWN:
            return Unresolved(expression.span)
        if is_broken(term):
            return Unresolved(expression.span)
        if not isinstance(term, Known | Items):
            self._scope.report(
                RUN_TIME, expression.span, f"the value of '{item.name.text}' is not known here"
            )
            return Unresolved(expression.span)
        is_dataset = wanted.name == "dataset" and same(term.type, STRING)
        if isinstance(term, Items) or (not fits(term.type, wanted) and not is_dataset):
            self._scope.report(
                TYPE,
                expression.span,
                f"'{item.name.text}' is {wanted}, but its value is {term.type}",
                _conversion(term, wanted),
                (item.type.span, f"declared {wanted} here"),
            )
            return Unresolved(expression.span)
        if wanted == DATASET and not DATASET_NAME.match(str(term.value)):
            self._scope.report(
                DATASET_RULE,
                expression.span,
                f"{_shortened(term.value)} is no dataset's name",
                "a dataset's name is made of letters, digits and . - _",
            )
            return Unresolved(expression.span)
        if not _in_alphabet(term.value, wanted):
            self._scope.report(
                TYPE,
                expression.span,
                f"the value of '{item.name.text}' is not made of its alphabet",
                "",
                (item.type.span, "declared here"),
            )
            return Unresolved(expression.span)
        value = float(term.value) if wanted == FLOAT else term.value
        return Known(wanted, value, expression.span)

    # Blocks

    def _loop(self, block: Block, tasks: dict[str, program.Task]) -> program.Loop:
        params: list[program.Param] = []
        names: list[str] = []
        repeats: list[program.Repeat] = []
        mine = self._scope.names
        for item in self._known_items(block):
            match item:
                case Declaration(keyword="param") if mine.get(item.name.text) is item:
                    params.append(self._param(item, block.name.text))
                case Declaration():
                    self._value(item.name.text)
                case Block():
                    names += self._task(item, True, tasks)
                case Repeat():
                    repeats.append(self._repeat(item))
        whole = block.whole and len(names) == sum(isinstance(i, Block) for i in block.items)
        return program.Loop(
            block.name.text, block.head, tuple(params), tuple(names), tuple(repeats), whole
        )

    def _known_items(self, block: Block) -> list[object]:
        silent = Scope(self._source, Collector())
        return list(silent.proper(block.items, "loop"))

    def _param(self, item: Declaration, loop: str) -> program.Param:
        name, wanted = item.name.text, self._type(item)
        first: Term = Unresolved(item.span)
        if item.value is not None:
            first = self._initial(item, item.value, wanted)
        elif wanted != UNKNOWN:
            self._scope.report(
                NO_FIRST_VALUE,
                item.name.span,
                f"parameter '{name}' has no value for the first iteration",
                f"write: param {name}: {wanted} = VALUE",
            )
        known = first if isinstance(first, Known) else None
        if wanted == STRING:
            self._scope.report(
                UNSAFE_STRING,
                item.type.span,
                f"the values of '{name}' come from the learner and are inserted unquoted",
                'name the characters they may have: string of "a-z0-9_"',
            )
        return program.Param(name, item.name.span, wanted, known, item.span)

    def _repeat(self, item: Repeat) -> program.Repeat:
        condition = None if item.condition is None else self._condition(item.condition)
        bound = None
        if item.bound is not None:
            term = self._expressions.resolve(item.bound, False)
            if isinstance(term, Known) and term.type == INT and int(term.value) >= 1:
                bound = int(term.value)
            elif not isinstance(term, Unresolved):
                self._scope.report(
                    TYPE if isinstance(term, Known) else RUN_TIME,
                    item.bound.span,
                    "the number of iterations is an int of at least 1, known before submission",
                )
        return program.Repeat(condition, bound, item.bound is not None, item.span)

    def _condition(self, expression: Expr) -> Term | None:
        """A loop's condition; ``None`` if something in it was reported.

        The learner's job evaluates it, which has the result, the parameters and the number
        of the iteration at hand, and nothing else.
        """
        condition = self._expressions.resolve(expression, True, condition=True)
        fine = True
        for operand in operands(condition):
            if isinstance(operand, Known | ParamValue | IterationNumber | FieldValue):
                continue
            fine = False
            if not is_broken(operand):
                self._scope.report(
                    CONDITION,
                    operand.span,
                    f"a condition cannot use a {operand.type} of values that only the grid knows"
                    if isinstance(operand, Template | Items)
                    else "a condition cannot look into a dataset",
                    "it sees the learner's result, the loop's parameters and 'iteration'",
                )
        return condition if fine else None

    def _task(self, block: Block, in_loop: bool, tasks: dict[str, program.Task]) -> list[str]:
        scope, name = self._scope, block.name.text
        items = list(scope.proper(block.items, block.keyword))
        settings = self._settings([i for i in items if isinstance(i, Attribute)], in_loop)
        after = tuple(
            program.Mention(n.text, n.span)
            for item in items
            if isinstance(item, After)
            for n in item.tasks
            if n.text and n.text not in scope.lost
        )
        results = tuple(self._result(item) for item in items if isinstance(item, Result))
        if scope.names.get(name) is not block:
            return []
        learns = block.keyword == "learn"
        if not block.whole:
            for attribute in ("exec",) if learns else ("exec", "outputs"):
                settings.setdefault(attribute, _missing(attribute, block.head))
        whole = (
            block.whole
            and name not in scope.lost
            and all(isinstance(scope.names.get(m.name), Block) for m in after)
            and not any(is_broken(setting.term) for setting in settings.values())
        )
        tasks[name] = program.Task(
            name, block.name.span, block.head, learns, in_loop, settings, after, results, whole
        )
        return [name]

    def _settings(self, attributes: list[Attribute], in_loop: bool) -> dict[str, program.Setting]:
        settings: dict[str, program.Setting] = {}
        for attribute in attributes:
            name = attribute.name.text
            term = self._expressions.resolve(attribute.value, in_loop)
            if name in settings:
                self._scope.report(
                    DUPLICATE,
                    attribute.name.span,
                    f"'{name}' is set twice",
                    "",
                    (settings[name].name_span, "first set here"),
                )
            elif name:
                settings[name] = program.Setting(name, attribute.name.span, term)
        return settings

    def _result(self, item: Result) -> program.Result:
        fields: dict[str, program.ResultField] = {}
        for field in item.fields:
            name = field.name.text
            if name in fields:
                self._scope.report(
                    DUPLICATE,
                    field.name.span,
                    f"the result has '{name}' twice",
                    "",
                    (fields[name].name_span, "first here"),
                )
            elif name == "to_continue":
                self._scope.report(
                    DUPLICATE,
                    field.name.span,
                    "'to_continue' is what the compiled learner tells iDDS",
                    "give the field another name and use it in 'repeat while'",
                )
            elif name:
                fields[name] = program.ResultField(
                    name, field.name.span, self._named_type(field.type)
                )
        term = self._expressions.resolve(item.file, False)
        file = known_text(term)
        if file is None and not is_broken(term):
            self._scope.report(
                RUN_TIME, item.file.span, "the result file's name is not known before submission"
            )
        elif file is not None and not FILE_NAME.match(file):
            # a folder, a pattern or a list: prun would refuse it, or make several outputs of it
            self._scope.report(
                LEARNER_OUTPUT,
                item.file.span,
                f"{_shortened(file)} is not the name of one file",
                "it is made of letters, digits and . - _, without a folder",
            )
            file = None
        whole = item.whole and file is not None
        return program.Result(file or "", item.file.span, tuple(fields.values()), item.span, whole)


def _in_alphabet(value: Value, wanted: Type) -> bool:
    """Whether ``value`` is what a declared alphabet allows: as strict as at run time."""
    letters = wanted.alphabet
    if letters is None:
        return True
    return isinstance(value, str) and value != "" and set(value) <= set(letters)


_BRIEF = reprlib.Repr()
_BRIEF.maxlevel = 2


def _shortened(value: object) -> str:
    # A parameter file can hold anything: nested aliases, numbers beyond what Python writes.
    try:
        text = repr(value[:60]) if isinstance(value, str) else _BRIEF.repr(value)
    except ValueError:
        text = "a number of very many digits"
    return text if len(text) <= 60 else text[:60] + "…"


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


def _missing(name: str, span: Span) -> program.Setting:
    """Stands for an attribute that may have been lost with what could not be read."""
    return program.Setting(name, span, Unresolved(span))


def _alphabet(text: str) -> str | None:
    """The characters of ``a-z0-9_``, sorted; ``None`` if it lists none or a range is empty."""
    letters: set[str] = set()
    at = 0
    while at < len(text):
        if at + 2 < len(text) and text[at + 1] == "-":
            first, last = ord(text[at]), ord(text[at + 2])
            if first > last or last > 0x7E:
                return None
            letters |= {chr(code) for code in range(first, last + 1)}
            at += 3
        else:
            letters.add(text[at])
            at += 1
    return "".join(sorted(letters)) or None


def _conversion(term: Known | Items, wanted: Type) -> str:
    if isinstance(term, Items):
        return ""
    if same(wanted, STRING) and term.type in (INT, FLOAT):
        return f'write "{term.value}"'
    if same(term.type, STRING) and read_value(str(term.value), wanted) is not None:
        return f"write {term.value} without quotes"
    if term.type == FLOAT and wanted == INT and float(term.value).is_integer():
        return f"write {int(term.value)}"
    return ""
