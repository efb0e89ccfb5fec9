"""Datasets of the workflow itself, read by their name.

A name says nothing of who writes the dataset: iDDS would not wait, and in a loop the name is the
one of a single iteration, so that the others read stale data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..diagnostics import Failed
from ..rules import LITERAL_DATASET
from ..semantics.expressions import known_text
from ..semantics.program import Task, fact
from ..semantics.terms import Known, leaves
from ..semantics.types import DATASET
from ..source import Span
from .desk import Desk

#: Options whose text holds names of datasets.
_NAMING = ("inDS", "secondaryDSs")
_DIGITS = re.compile(r"\d+")


def literal_reads(desk: Desk, iteration: str) -> Failed | None:
    """Report the tasks that name a dataset which the workflow writes.

    :param iteration: the placeholder in the names of datasets.
    """
    named = [found for task in desk.workflow.tasks.values() for found in _named(task)]
    if not named:
        return None
    written = {
        _shape(container, iteration): (task, number)
        for task, containers in desk.datasets.items()
        for number, container in enumerate(containers)
    }
    failed: Failed | None = None
    for name, span in named:
        writer, number = written.get(_shape(name, iteration), ("", 0))
        if not writer or not _is_written(desk, writer, number, name, iteration):
            continue
        looping = desk.workflow.tasks[writer].in_loop
        failed = desk.fail(
            LITERAL_DATASET,
            span,
            f"'{writer}' writes '{name}', "
            + ("in one iteration only" if looping else "and nothing says to wait for it"),
            f"read it as {writer}.outputs[{number}]",
            (desk.workflow.tasks[writer].head, "written here"),
        )
    return failed


@lru_cache(maxsize=1 << 16)  # an editor asks again after every edit
def _shape(container: str, iteration: str) -> str:
    """What the names of a container have in common in all iterations."""
    return _DIGITS.sub("#", container.replace(iteration, "1")).removesuffix("/")


def _is_written(desk: Desk, writer: str, number: int, name: str, iteration: str) -> bool:
    container = desk.datasets[writer][number].removesuffix("/")
    pattern = r"\d+".join(map(re.escape, container.split(iteration)))
    return bool(re.fullmatch(pattern, name))


@fact
def _named(task: Task) -> tuple[tuple[str, Span], ...]:
    """The datasets that ``task`` names, without the trailing slash."""
    return tuple(_names(task))


def _names(task: Task) -> Iterator[tuple[str, Span]]:
    texts = [task.settings[name].term for name in _NAMING if name in task.settings]
    for text in texts:
        for term in getattr(text, "items", (text,)):
            for word in re.split(r"[,:\s]", known_text(term) or ""):
                yield word.removesuffix("/"), term.span
    seen = {id(leaf) for text in texts for leaf in leaves(text)}
    for leaf in task.leaves:
        if isinstance(leaf, Known) and leaf.type == DATASET and id(leaf) not in seen:
            yield str(leaf.value).removesuffix("/"), leaf.span
