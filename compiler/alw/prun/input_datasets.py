"""The datasets that a task names in ``in_ds``, one, a list, or outputs of other tasks.

prun takes a comma list.  JEDI cuts the datasets of a list one by one, unless it gathers them first
(``consolidate``, pandajedi/jedirefine/TaskRefinerBase.py:576-603).  Names may hold values that only
the grid knows: iDDS inserts them into every text of the map and into the names of collections
(idds/atlas/workflowv2/atlaspandawork.py:257-291), not into the scope of a collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import INPUT_DATASET, OPTION_VALUE, RUN_TIME_VALUE, UNSAFE_VALUE
from ..semantics.expr import (
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    TypedExpr,
    is_broken,
    items_of,
    pieces,
)
from ..semantics.program import Setting, Task
from ..semantics.types import BOOL, DATASET, INT, STRING, as_text, brief, same
from ..text.source import Span
from .marked_text import MarkedText
from .plan_context import PlanContext

#: One dataset that exists, perhaps with its scope and with wildcards.
_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*:)?[A-Za-z0-9*][A-Za-z0-9._*/-]*\Z")
#: The characters of a value that is a part of one dataset's name.
_PART = re.compile(r"[A-Za-z0-9._-]+\Z")


@dataclass(frozen=True, slots=True)
class Input:
    """A dataset that a task reads."""

    text: MarkedText
    """Its name; of an output, that of its container."""
    span: Span
    output: OutputOf | None = None

    @property
    def known(self) -> str | None:
        """The name, if it is known before submission."""
        names = [part for part in self.text if isinstance(part, str)]
        return "".join(names) if len(names) == len(self.text) else None


def join_inputs(inputs: Sequence[Input]) -> MarkedText:
    """Return the names of ``inputs`` as prun takes them, with commas."""
    text: list[str | ParamValue | IterationNumber] = []
    for number, one in enumerate(inputs):
        text += [",", *one.text] if number else one.text
    return tuple(text)


def find_inputs(context: PlanContext, task: Task, setting: Setting) -> tuple[Input, ...] | Failed:
    """Return the datasets that ``setting`` of ``task`` names."""
    term = setting.term
    if is_broken(term):
        return context.failed_before(term.span, f"the value of '{setting.name}'")
    inputs: list[Input] = []
    for item in items_of(term):
        found = _inputs_in(context, setting, item)
        if isinstance(found, Failed):
            return found
        inputs += found
    if not inputs:
        return context.fail(
            OPTION_VALUE,
            term.span,
            f"'{setting.name}' of '{task.name}' names no dataset",
            "remove it if the task has no input",
        )
    return check_inputs(context, task, inputs) or tuple(inputs)


def split_inputs(value: Known) -> tuple[Input, ...]:
    """Return the datasets of a ``dataset`` value, which may be several with commas."""
    names = [name for name in str(value.value).split(",") if name]
    return tuple(Input((name,), value.span) for name in names)


def check_inputs(context: PlanContext, task: Task, inputs: Sequence[Input]) -> Failed | None:
    """Report inputs that ``task`` cannot read, or would not read as they are written."""
    seen = Counter(_bare(one.text) for one in inputs)
    for one in inputs:
        name = one.known
        if seen[_bare(one.text)] > 1:
            return context.fail(
                INPUT_DATASET,
                one.span,
                f"'{task.name}' lists a dataset twice; PanDA would read its files twice",
                "list it once",
            )
        if task.learns and name is not None and "*" in name:
            return context.fail(
                INPUT_DATASET,
                one.span,
                f"'{name}' may be several datasets, and PanDA makes a job for each of them; "
                f"learner '{task.name}' is exactly one job",
                'list them one by one: in_ds = ["FIRST", "SECOND"]',
            )
    return None


def _bare(text: MarkedText) -> MarkedText:
    """Return a name in the form in which two of them can be compared."""
    first, last = text[0], text[-1]
    if isinstance(last, str):
        text = (*text[:-1], last.removesuffix("/"))
    if isinstance(first, str) and ":" in first:
        head = text[0]
        text = (str(head).rpartition(":")[2], *text[1:])
    return text


def _inputs_in(context: PlanContext, setting: Setting, term: TypedExpr) -> list[Input] | Failed:
    """Return the datasets in one item of the list, which may hold several with commas."""
    if not (same(term.type, STRING) or same(term.type, DATASET)):
        return context.fail(
            OPTION_VALUE,
            term.span,
            f"'{setting.name}' takes dataset names, not {term.type}",
            "write dataset names or outputs of tasks: in_ds = [FIRST.outputs[0], "
            "SECOND.outputs[0]]",
        )
    names: list[list[str | TypedExpr]] = [[]]
    written = list(pieces(term))
    for piece in written:
        text = piece if isinstance(piece, str) else ""
        if isinstance(piece, Known) and len(written) == 1:
            text = as_text(piece.value)
        if not text:
            names[-1].append(piece)
            continue
        first, *others = text.split(",")
        names[-1].append(first)
        names += [[other] for other in others]
    inputs: list[Input] = []
    for name in names:
        found = _one_input(context, term.span, name)
        if isinstance(found, Failed):
            return found
        inputs.append(found)
    return inputs


def _one_input(
    context: PlanContext, span: Span, written: Sequence[str | TypedExpr]
) -> Input | Failed:
    # prun takes the blanks out (pandaclient/PrunScript.py:270)
    parts = _strip(written)
    outputs = [piece for piece in parts if isinstance(piece, OutputOf)]
    if outputs and len(parts) > 1:
        return context.fail(
            INPUT_DATASET,
            outputs[0].span,
            "an output must be the whole name of a dataset",
            "separate it from other names by a comma, or write a list",
        )
    if outputs:
        container = context.dataset_of(outputs[0])
        if isinstance(container, Failed):
            return container
        return Input((container,), outputs[0].span, outputs[0])
    text: list[str | ParamValue | IterationNumber] = []
    for piece in parts:
        match piece:
            case str():
                text.append(piece)
            case Known():
                value = as_text(piece.value)
                if not _PART.match(value) and len(parts) > 1:
                    return context.fail(
                        UNSAFE_VALUE,
                        piece.span,
                        f"the value {brief(piece.value)} would be more than a part of a "
                        "dataset's name",
                        "a dataset name consists of letters, digits and . - _",
                    )
                text.append(value)
            case ParamValue():
                failed = _check_value(context, piece)
                if failed:
                    return failed
                text.append(piece)
            case IterationNumber():
                text.append(piece)
            case _:
                return context.fail(
                    RUN_TIME_VALUE,
                    piece.span,
                    f"{context.capabilities.title} inserts values into names, it does not compute",
                )
    name = "".join(part if isinstance(part, str) else "0" for part in text)
    if not _NAME.match(name):
        return context.fail(
            INPUT_DATASET,
            span,
            f"{brief(name)} is not a dataset name" if name else "an empty dataset name",
            "a dataset name consists of letters, digits and . - _, perhaps with its scope, "
            "SCOPE:NAME, and * for anything",
        )
    return _with_known_scope(context, text, span)


def _strip(parts: Sequence[str | TypedExpr]) -> list[str | TypedExpr]:
    found = list(parts)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip(" ")
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip(" ")
    return [piece for piece in found if piece != ""]


def _check_value(context: PlanContext, value: ParamValue) -> Failed | None:
    """Report a parameter whose values need not be a part of a dataset's name."""
    if value.type in (INT, BOOL):
        return None
    if same(value.type, STRING) and value.type.alphabet and _PART.match(value.type.alphabet):
        return None
    kind = f"a {value.type}" if not value.type.alphabet else "a string of other characters"
    return context.fail(
        RUN_TIME_VALUE,
        value.span,
        f"'{value.name}' is {kind}: its value may not fit into a dataset name",
        f'declare which characters it has: param {value.name}: string of "a-z0-9_"',
    )


def _with_known_scope(
    context: PlanContext, text: Sequence[str | ParamValue | IterationNumber], span: Span
) -> Input | Failed:
    """Return the input, if the scope of its dataset is known before submission.

    iDDS takes the scope from the name (idds/common/utils.py, ``extract_scope_atlas``).
    """
    if not context.capabilities.needs_scope:
        return Input(tuple(text), span)
    known = list(takewhile(lambda part: isinstance(part, str), text))
    start = "".join(map(str, known))
    words = 2 if start.startswith(("user", "group")) else 1
    if len(known) < len(text) and ":" not in start and start.count(".") < words:
        return context.fail(
            RUN_TIME_VALUE,
            span,
            f"{context.capabilities.title} needs the scope of a dataset before submission: what is "
            "before the first dot of its name, of 'user.NAME' and 'group.NAME' before the second",
            "put values of the loop later in the name",
        )
    return Input(tuple(text), span)
