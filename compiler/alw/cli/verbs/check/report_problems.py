"""``alw check``: look, perhaps repair, and report."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ....diagnostics.diagnostic import Diagnostic
from ....writing.atomic import is_same_file
from ...emit import diagnose_unwritable, find_exit_status, show_report, write_report
from ...formats import FOR_PROGRAMS
from ...programs import Programs, is_ok
from ...wording import summarize


def check(programs: Programs, form: str, output: str | None, fix: bool, diff: bool) -> int:
    """Report the problems of ``programs``.

    :param output: the file for the report; else it is printed.
    :param fix: whether to apply safe fixes first.
    :param diff: whether to show what they would change instead.
    :returns: the exit status.
    :raises click.UsageError: if the report would replace a file that is read.
    """
    if output is not None and any(is_same_file(output, name) for name in programs.read):
        raise click.UsageError(f"the report would replace {output!r}, which is read")
    if not (fix or diff):
        found: Sequence[Diagnostic] = programs.compile().diagnostics
        if any(d.fix is not None and d.fix.safe for d in found):
            from ....diagnostics.fixes import repair

            # a fix that is shown is one that --fix applies
            sources = [source for _, source in programs.readable]
            found = repair(sources, programs.diagnose).before
        closing = summarize(found, len(programs.files))
        reported = _report(found, form, closing, output, err=False)
        return find_exit_status(found, reported and is_ok(found))
    from .fixing import fix_files, show_changes

    done = show_changes(programs) if diff else fix_files(programs)
    closing = "" if diff and done.said else summarize(done.left, len(programs.files))
    err = diff or "-" in programs.files  # standard output has the changes or the fixed text
    reported = _report(done.left, form, closing, output, err)
    if done.said and (output is not None or not err or form not in FOR_PROGRAMS):
        click.echo(done.said, err=True)
    return find_exit_status(done.left, reported and done.ok)


def _report(
    diagnostics: Sequence[Diagnostic], form: str, closing: str, output: str | None, err: bool
) -> bool:
    """Store or print the report; return whether that was possible."""
    if output is None:
        show_report(diagnostics, form, closing, err)
        return True
    try:
        write_report(diagnostics, form, closing, output)
    except OSError as error:
        failure = diagnose_unwritable(error, output)
        show_report([failure, *diagnostics], form, closing, err)
        return False
    return True
