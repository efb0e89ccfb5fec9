"""The section of the page on jobs that failed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ...drawing.labels import shorten
from ..history import History, JobRecord, State, TaskRecord
from ..humanize import format_failure, format_value
from ..logs import find_log_tail
from .markup import lines, link, note, section_head, sign, text
from .page_tables import MOST_COLUMNS
from .times import count_jobs, every_task, list_failures

_MOST_FAILURES = 12


def failures_section(history: History, folder: Path) -> Iterator[str]:
    """Yield the section on jobs that failed, if there are any."""
    found = list(islice(list_failures(history), _MOST_FAILURES))
    if not found:
        return
    failed = count_jobs(every_task(history)).failed
    more = ""
    if failed > len(found):
        more = note(f"The last {len(found)} of {failed:,} jobs that failed.")
    shown = "\n".join(_render_failure(history, folder, task, job) for task, job in found)
    yield f'<section class="long">{section_head("What failed")}{more}{shown}</section>'


def _render_failure(history: History, folder: Path, task: TaskRecord, job: JobRecord | None) -> str:
    name = text(shorten(task.name, 60))
    where = f", iteration {task.iteration:,}" if history.has_loop else ""
    told = f", job {job.serial:,} of {task.jobs:,}" if job else ""
    facts: list[tuple[str, str]] = []
    if job is not None:
        facts.append(("Why", text(shorten(format_failure(job), 400))))
        if job.attempts > 1:
            facts.append(("Attempts", str(job.attempts)))
    if task.reason and job is None:
        facts.append(("Why", text(shorten(task.reason, 400))))
    if task.values:
        named = list(task.values.items())[:MOST_COLUMNS]
        given = ", ".join(f"{text(key)} = {text(format_value(v))}" for key, v in named)
        facts.append(("Values", given))
    if job is not None and job.command:
        facts.append(("Command", f"<code>{text(shorten(job.command, 400))}</code>"))
    source = text(Path(history.source).name)
    if task.line and source:
        facts.append(("Defined in", f"{source}, line {task.line}"))
    log, end = find_log_tail(job.directory) if job else ("", [])
    place = job.directory if job else task.directory
    links = [link(place, folder, "folder of the job" if job else "folder of the task")]
    if log:
        links.insert(0, link(place / log, folder, log))
    facts.append(("Logs", " &middot; ".join(links)))
    written = lines("\n".join(shorten(line, 300) for line in end))
    shown = f'<pre tabindex="0" aria-label="The end of {log}">{written}</pre>' if end else ""
    listed = "".join(f"<dt>{key}</dt><dd>{fact}</dd>" for key, fact in facts)
    return (
        f'<article class="failure"><h3>{sign(State.FAILED)} {name}{where}{told}</h3>'
        f"<dl>{listed}</dl>{shown}</article>"
    )
