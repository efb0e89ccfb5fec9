"""``alw fmt``: one layout for files, written, listed or shown."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ....diagnostics.diagnostic import Collector, Diagnostic
from ....driver.loader import load
from ....formatting import NotFormatted, format_source
from ....text.display import clean
from ....text.plural import count
from ....text.source import Source
from ....writing.atomic import replace_unchanged
from ...diffing import show_diff
from ...emit import diagnose_unwritable, show_report
from ...source_files import find_sources
from ...wording import summarize


def fmt(names: Sequence[str], check: bool, diff: bool) -> bool:
    """Give files the one layout; standard input goes to standard output.

    :param names: files, ``-``, and folders, which mean the sources below them.
    :param check: whether to list the files that would change instead.
    :param diff: whether to show what would change instead.
    :returns: whether all is well: no errors, and nothing to change if nothing is to be written.
    """
    files = find_sources(names)
    problems: list[Diagnostic] = []
    changed = 0
    for name in files:
        both = _format_source(name, problems)
        if both is None:
            continue
        old, new = both
        changes = old.text != new.text
        if changes and diff:
            show_diff(old, new)
        elif changes and check:
            click.echo(clean(old.name))
        elif not (diff or check):
            changes = _write_change(name, old, new, problems)
        changed += changes
    said = _summarize(changed, len(files), check or diff)
    _report(problems, "" if files == ("-",) or (problems and not changed) else said)
    return not problems and not (changed and (check or diff))


def _format_source(name: str, problems: list[Diagnostic]) -> tuple[Source, Source] | None:
    """Return a source as it is and formatted; twice as it is if it has errors of syntax.

    What is wrong goes to ``problems``; ``None`` if the source cannot be read.
    """
    collector = Collector()
    source = load(name, collector)
    problems += collector.sorted([])
    if source is None:
        return None
    try:
        return source, source.with_text(format_source(source))
    except NotFormatted as error:
        problems += error.diagnostics
        return source, source


def _write_change(name: str, old: Source, new: Source, problems: list[Diagnostic]) -> bool:
    """Write a changed source; return whether it has changed and could be written."""
    content = new.content().encode("utf-8")
    if name == "-":
        click.echo(content, nl=False)
    elif old.text != new.text:
        try:
            replace_unchanged(name, old.content().encode("utf-8"), content)
        except OSError as error:
            problems.append(diagnose_unwritable(error, name))
            return False
    return old.text != new.text


def _report(problems: Sequence[Diagnostic], said: str) -> None:
    if problems:
        show_report(problems, "text", summarize(problems, 0), err=True)
    if said:
        click.echo(said, err=True)


def _summarize(changed: int, files: int, only: bool) -> str:
    """Return the number of files that changed, in words."""
    if not files:
        return "there are no .alw files"
    if not changed:
        return f"{count(files, 'file')} unchanged"
    return f"{'would format' if only else 'formatted'} {changed} of {count(files, 'file')}"
