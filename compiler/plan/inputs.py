"""Which datasets a task reads, and how prun is told."""

from __future__ import annotations

from ..diagnostics import Failed
from ..rules import INPUT_COUNT, OPTION_VALUE, RESERVED
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..semantics.terms import Known, OutputOf, Unresolved, is_broken
from ..source import Span
from .command import stream_name
from .desk import Arguments, Desk
from .learner import one_job
from .options import prun_settings


def inputs_of(
    desk: Desk, task: Task, read: list[OutputOf | Known], span: Span
) -> tuple[str | None, Arguments] | Failed:
    """Return the dataset for ``--inDS``, if there is one, and the arguments for the others."""
    own = next((s for o, s in prun_settings(task) if o.name == "inDS"), None)
    if own is not None:
        if read:
            return desk.fail(
                RESERVED,
                own.name_span,
                f"'{own.name}' is set by the dataset that the command uses",
                "leave it out, or write %IN in the command",
                (read[0].span, "used here"),
            )
        term = own.term
        in_dataset = desk.dataset_of(term) if isinstance(term, OutputOf) else known_text(term)
        if isinstance(in_dataset, Failed):
            return in_dataset
        if in_dataset is None or isinstance(term, Unresolved):
            if is_broken(term):
                return desk.failed_before(term.span, f"the value of '{own.name}'")
            return desk.fail(
                OPTION_VALUE,
                term.span,
                f"'{own.name}' is one dataset, known before submission",
                "name one, or an output of a task: in_ds = TASK.outputs[0]",
            )
        if not task.learns:
            return in_dataset, ()
        counts = [desk.file_count(term) if isinstance(term, OutputOf) else None]
        more = one_job(desk, task, counts, own.term.span)
        return more if isinstance(more, Failed) else (in_dataset, more)
    names: list[str] = []
    for dataset in read:
        name = desk.name_of(dataset)
        if isinstance(name, Failed):
            return name
        names.append(name)
    if not read:
        return None, ()
    if not task.learns:
        if len(read) > 1:
            return desk.fail(
                INPUT_COUNT,
                read[1].span,
                f"the command of '{task.name}' reads a second dataset: how many of its "
                "files belong to one job?",
                'name it in secondary_dss = "IN2:FILES_PER_JOB:{…}" and write %IN2 in the command',
                (read[0].span, "the first dataset"),
            )
        return names[0], ()
    counts = [desk.file_count(dataset) for dataset in read]
    more = one_job(desk, task, counts, span)
    if isinstance(more, Failed):
        return more
    if len(read) > 1:
        streams_ = ",".join(f"{stream_name(i)}:{counts[i]}:{names[i]}" for i in range(1, len(read)))
        more = (*more, ("secondaryDSs", (streams_,)), ("notExpandSecDSs", None))
    return names[0], more
