"""Dataset names: unique in every iteration, and short enough in the last one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..check.capabilities import Placeholders
from ..diagnostics.rules import DATASET_NAME, NAME_TOO_LONG, NO_DATASET
from ..panda.client import check_out_ds
from ..semantics.expr import Apply, IterationNumber, Known, Template, TypedExpr
from ..semantics.program import Setting, Task, Workflow
from ..semantics.types import STRING, as_text, brief
from ..text.source import Span
from .marked_text import MarkedText
from .same_names import NUMBER

#: pandaserver/dataservice/DataServiceUtils.py:50
_PANDA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/]{1,255}\Z")
_OWNER = re.compile(r"(?:user\.([^.]+)|group(?:\d\d)?\.([^.]+))\..")
#: pandaclient/PsubUtils.py, ``checkTaskParam``: of every output and log dataset.
MAX_CONTAINER = 132


@dataclass(frozen=True, slots=True)
class DatasetName:
    """The ``outDS`` of a task, without the trailing slash."""

    text: MarkedText
    span: Span

    @property
    def numbered(self) -> str:
        """The name with :data:`NUMBER` in the place of the iteration's number."""
        return "".join(part if isinstance(part, str) else NUMBER for part in self.text)

    def for_iteration(self, iteration: int) -> str:
        """Return the name in a certain iteration."""
        return "".join(p if isinstance(p, str) else str(iteration) for p in self.text)


class UnusableName(Exception):
    """A name that cannot be used; carries a report's rule, span, message and help."""


def make_dataset_name(
    workflow: Workflow, task: Task, numbered: bool, stored: str | None = None
) -> DatasetName | None:
    """Return the dataset name of ``task``.

    Its own ``dataset``, the one of its stored map, or the workflow's and the task's name.  In
    a loop the number of the iteration is part of it: PanDA takes a task of a known name for
    the old one (panda.md, ``uniqueTaskName``).

    :param numbered: whether the engine has a number for the iteration.
    :param stored: ``outDS`` of the stored map.
    :returns: ``None`` if a part of it is known at run time only or was wrong, which a check
        reports (:func:`~..check.language.known_names.report_run_time_datasets`).
    :raises UnusableName: if neither gives a name.
    """
    own = _name_setting(task.settings)
    if own is None and stored is not None:
        span = task.settings["map"].term.span
        own = Known(STRING, stored, span), span
    base = own or _name_setting(workflow.settings)
    if base is None:
        raise UnusableName(
            NO_DATASET,
            task.head,
            f"'{task.name}' has no dataset for its outputs",
            'add to the workflow: dataset = "user.NICKNAME.NAME"',
        )
    term, span = base
    text = _text(term)
    if text is None:
        return None
    if own is None:
        text = (*_trim(text), f".{task.name}")
    if numbered and task.in_loop and not any(isinstance(part, IterationNumber) for part in text):
        text = (*text, ".", IterationNumber(span))
    return DatasetName(_trim(text), span)


def _name_setting(settings: Mapping[str, Setting]) -> tuple[TypedExpr, Span] | None:
    setting = settings.get("outDS")
    return None if setting is None else (setting.term, setting.term.span)


def _text(term: TypedExpr) -> MarkedText | None:
    match term:
        case Known():
            return (as_text(term.value),)
        case IterationNumber():
            return (term,)
        case Template():
            parts: list[str | IterationNumber] = []
            for part in term.parts:
                if isinstance(part, str):
                    parts.append(part)
                elif isinstance(part, Known | IterationNumber | Template):
                    inner = _text(part)
                    if inner is None:
                        return None
                    parts += inner  # type: ignore[arg-type]
                else:
                    return None
            return tuple(parts)
        case Apply():
            return None
    return None


def _trim(text: MarkedText) -> MarkedText:
    """Return ``text`` without a trailing slash: prun adds one itself."""
    if text and isinstance(text[-1], str) and text[-1].endswith("/"):
        return (*text[:-1], text[-1][:-1])
    return text


def check_name(
    name: DatasetName,
    task: Task,
    longest: int,
    options: Iterable[str],
    placeholders: Placeholders,
) -> None:
    """Check the name of a task's dataset as prun and PanDA do, in its longest iteration.

    :param options: prun's own names of the options that the task sets.
    :raises UnusableName: if it is refused.
    """
    text = name.for_iteration(longest)
    official = "official" in options
    owner = _OWNER.match(text)
    if owner is None or (owner[1] is None) != official:
        raise UnusableName(
            DATASET_NAME,
            name.span,
            f"the dataset of '{task.name}' would be '{text}'",
            "name a dataset 'user.NICKNAME.…', or with 'official = true' 'group.GROUP.…'",
        )
    merges = "mergeOutput" in options
    said = check_out_ds(text + "/", owner[1] or owner[2], official, merges)
    if said is not None:
        rule = NAME_TOO_LONG if "too long" in said else DATASET_NAME
        raise UnusableName(
            rule, name.span, f"the dataset of '{task.name}': {said}", _show_name(text)
        )
    if not _PANDA_NAME.match(text) or "/" in text or placeholders.reserved.search(text):
        raise UnusableName(
            DATASET_NAME,
            name.span,
            f"the dataset of '{task.name}' would be '{text}'",
            "a dataset name consists of letters, digits and . - _",
        )


def _show_name(text: str) -> str:
    return f"it would be '{text}'"


def check_containers(
    name: DatasetName,
    task: Task,
    longest: int,
    containers: Iterable[str],
    placeholders: Placeholders,
) -> None:
    """Check the length of the output and log containers that prun derives.

    :param containers: their names, with the iteration's placeholder.
    :raises UnusableName: if one is too long.
    """
    for container in containers:
        text = container.replace(placeholders.iteration(), str(longest))
        if not _PANDA_NAME.match(text) or placeholders.reserved.search(text):
            raise UnusableName(
                DATASET_NAME,
                name.span,
                f"a dataset of '{task.name}' would be {brief(text)}",
                "a dataset name consists of letters, digits and . - _",
            )
        if len(text) > MAX_CONTAINER:
            raise UnusableName(
                NAME_TOO_LONG,
                name.span,
                f"the container '{text}' of '{task.name}' has {len(text)} characters",
                f"PanDA allows {MAX_CONTAINER}; shorten the dataset name",
            )
