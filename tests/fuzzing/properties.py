"""What holds for every input, checked in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unicodedata import category

from click.testing import CliRunner

import alw
from alw.cli.app import alw as group
from alw.cli.formats import format_diagnostics
from alw.diagnostics.diagnostic import Collector, Diagnostic
from alw.diagnostics.fixes import repair
from alw.diagnostics.rules import INTERNAL_ERROR
from alw.driver.loader import beside
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.editing.document import Document
from alw.formatting import NotFormatted, format_source
from alw.syntax.parse import parse
from alw.text.source import Source
from tests.hanging import ending

#: Longest time of one input, in seconds of the processor.
LIMIT = 5


def check_said(diagnostics: Sequence[Diagnostic]) -> None:
    """What is said has a place in the text, and stands on one line."""
    for d in diagnostics:
        assert d.rule is not INTERNAL_ERROR, d.message
        for source, span in ((d.source, d.span), *((r.source, r.span) for r in d.related)):
            assert 0 <= span.start <= span.end <= len(source.text) + 1, d
        assert all(c.isprintable() for c in d.message), ascii(d.message)
        for edit in d.fix.edits if d.fix else ():
            assert 0 <= edit.span.start <= edit.span.end <= len(d.source.text), d
    for form in ("text", "concise", "json", "sarif", "github"):
        shown = format_diagnostics(diagnostics, form)
        shown.encode("utf-8")
        assert all(c == "\n" or _is_shown(c) for c in shown), form
    concise = format_diagnostics(diagnostics, "concise")
    assert len(concise.splitlines()) == len(diagnostics)


def _errors(source: Source) -> int:
    collector = Collector()
    parse(source, collector)
    return collector.errors


def check_compile(text: str) -> alw.Compilation:
    with ending(LIMIT):
        result = alw.compile_text(text)
    check_said(result.diagnostics)
    return result


def check_format(text: str) -> None:
    """Formatting is idempotent, and keeps the tree."""
    source = Source("x.alw", text)
    with ending(LIMIT):
        try:
            once = format_source(source)
        except NotFormatted as error:
            assert error.diagnostics
            return
        assert format_source(Source("x.alw", once)) == once
        one, two = Collector(), Collector()
        assert parse(source, one) == parse(Source("x.alw", once), two)
        assert not two.has_errors


def check_fix(text: str) -> None:
    """Fixes leave no more errors of syntax than there were, and have an end."""
    source = Source("x.alw", text)

    def diagnosed(sources: Sequence[Source]) -> Sequence[Diagnostic]:
        return compile_sources(sources, Session()).diagnostics

    with ending(2 * LIMIT):
        done = repair([source], diagnosed)
    (fixed,) = done.sources
    assert _errors(fixed) <= _errors(source), fixed.text
    check_said(done.after)


def check_incremental(text: str, edits: Sequence[str]) -> None:
    """A document that was edited says what a fresh one says, once it is settled."""
    with ending(3 * LIMIT):
        document = Document("x.alw", text)
        _ = document.diagnostics
        for edited in edits:
            document.change(edited)
            check_said(document.diagnostics)
        if not document.settled:
            document.settle()
        said = [d.to_json() for d in document.diagnostics]
        fresh = [d.to_json() for d in Document("x.alw", edits[-1]).diagnostics]
    assert said == fresh


def check_command(*arguments: str) -> str:
    """A command ends with 0 or 1, and says what it says in lines."""
    with ending(LIMIT):
        done = CliRunner().invoke(group, list(arguments), catch_exceptions=False)
    assert done.exit_code in (0, 1), done.output
    assert all(c == "\n" or _is_shown(c) for c in done.stderr), ascii(done.stderr)
    return done.stdout


def _is_shown(character: str) -> bool:
    """Whether a terminal may get it; excerpts show other spaces as they are."""
    return character.isprintable() or category(character) == "Zs"


def check_map(folder: str) -> None:
    """Import the map in the current folder, and start a task from it."""
    source = Source(str(Path(folder, "w.alw")), MAPPED)
    with ending(LIMIT):
        result = compile_sources([source], Session(reader=beside))
    check_said(result.diagnostics)
    for workflow in result.workflows.values():
        from alw.driver.output import files_of

        for _, content in files_of(workflow):
            if isinstance(content, str):
                content.encode("utf-8")
    check_command("import", "m.json", "-o", "out.alw")


MAPPED = """workflow w {
  dataset = "user.me.w"
  task t { map = "m.json" replace "output" with "autput" }
  task u { map = "m.json" after t dataset = "user.me.u" }
}
"""
