"""``alw check --fix`` and ``--diff``: safe fixes, written or shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from ....diagnostics.diagnostic import Diagnostic
from ....diagnostics.fixes import Repair, repair
from ....text.plural import count
from ....text.source import Source
from ....writing.atomic import replace_unchanged
from ...diffing import show_diff
from ...emit import diagnose_unwritable
from ...programs import Programs, is_ok


class Done(NamedTuple):
    """The result of fixing."""

    left: Sequence[Diagnostic]
    """The remaining problems."""
    ok: bool
    said: str
    """The number of fixes, in words; empty if there are none."""


def fix_files(programs: Programs) -> Done:
    """Fix the files; the text of standard input goes to standard output."""
    repaired = _repair(programs)
    failures: list[Diagnostic] = []
    sources: list[Source] = []
    numbers: list[int] = []
    for (name, old), new, number in zip(
        programs.readable, repaired.sources, repaired.fixes, strict=True
    ):
        try:
            if name == "-":
                click.echo(new.content().encode("utf-8"), nl=False)
            elif number:
                replace_unchanged(
                    name, old.content().encode("utf-8"), new.content().encode("utf-8")
                )
        except OSError as error:
            if name == "-":
                raise
            failures.append(diagnose_unwritable(error, name))
            sources.append(old)
        else:
            sources.append(new)
            numbers.append(number)
    after = programs.diagnose(sources) if failures else repaired.after
    left = [*failures, *after]
    return Done(left, is_ok(left), _summarize("fixed", numbers))


def show_changes(programs: Programs) -> Done:
    """Show what :func:`fix_files` would change, as a unified diff."""
    repaired = _repair(programs)
    changed: set[int] = set()
    for (_, old), new in zip(programs.readable, repaired.sources, strict=True):
        if old is not new:
            changed.add(id(old))
            show_diff(old, new)
    # in its place in the file as it is, not as it would be
    left = [
        d for d in repaired.before if d.fix is None or not d.fix.safe or id(d.source) not in changed
    ]
    ok = is_ok(repaired.after) and not changed
    return Done(left, ok, _summarize("would fix", repaired.fixes))


def _repair(programs: Programs) -> Repair:
    return repair([source for _, source in programs.readable], programs.diagnose)


def _summarize(verb: str, numbers: Sequence[int]) -> str:
    total, files = sum(numbers), sum(1 for number in numbers if number)
    return f"{verb} {count(total, 'problem')} in {count(files, 'file')}" if total else ""
