"""Which datasets a task reads, and how prun is told."""

from __future__ import annotations

from ..rules import INPUT_COUNT, RESERVED
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..semantics.terms import Known, OutputOf
from ..source import Span
from .command import stream_name
from .desk import Arguments, Desk
from .learner import one_job
from .options import prun_settings


def inputs_of(
    desk: Desk, task: Task, read: list[OutputOf | Known], span: Span
) -> tuple[str | None, Arguments] | None:
    """The dataset for ``--inDS`` and the arguments for the further ones.

    :returns: ``None`` if something was reported.
    """
    own = next((s for o, s in prun_settings(task) if o.name == "inDS"), None)
    if own is not None:
        if read:
            desk.report(
                RESERVED,
                own.name_span,
                f"'{own.name}' is set by the dataset that the command uses",
                "leave it out, or write %IN in the command",
                (read[0].span, "used here"),
            )
            return None
        term = own.term
        in_dataset = desk.dataset_of(term) if isinstance(term, OutputOf) else known_text(term)
        if in_dataset is None:
            return None
        if not task.learns:
            return in_dataset, ()
        counts = [desk.file_count(term) if isinstance(term, OutputOf) else None]
        more = one_job(desk, task, counts, own.term.span)
        return None if more is None else (in_dataset, more)
    names = [desk.name_of(dataset) for dataset in read]
    if not all(names):
        return None
    if not read:
        return None, ()
    if not task.learns:
        if len(read) > 1:
            desk.report(
                INPUT_COUNT,
                read[1].span,
                f"the command of '{task.name}' reads a second dataset: how many of its "
                "files belong to one job?",
                'name it in secondary_dss = "IN2:FILES_PER_JOB:{…}" and write %IN2 in the command',
                (read[0].span, "the first dataset"),
            )
            return None
        return names[0], ()
    counts = [desk.file_count(dataset) for dataset in read]
    more = one_job(desk, task, counts, span)
    if more is None:
        return None
    if len(read) > 1:
        streams_ = ",".join(f"{stream_name(i)}:{counts[i]}:{names[i]}" for i in range(1, len(read)))
        more = (*more, ("secondaryDSs", (streams_,)), ("notExpandSecDSs", None))
    return names[0], more
