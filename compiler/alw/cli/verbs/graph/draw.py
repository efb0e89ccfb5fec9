"""``alw graph``: workflows as people draw them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import click

from ....diagnostics.rules import (
    FOREIGN_SYNTAX,
    INVALID_CHARACTER,
    INVALID_ESCAPE,
    NESTED_TOO_DEEPLY,
    SYNTAX_ERROR,
    UNTERMINATED_STRING,
)
from ....drawing.chart import Drawing, Links
from ....drawing.chart_builder import build_drawing
from ....driver.loader import beside
from ....driver.pipeline import analyse
from ....driver.session import Session
from ....text.display import clean
from ....writing.atomic import is_same_file, replace_file
from ...emit import diagnose_unwritable, show_report
from ...programs import Programs
from ...wording import summarize

FORMATS = ("mermaid", "dot", "svg")
_SUFFIXES = {
    ".dot": "dot", ".gv": "dot", ".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid",
    ".md": "mermaid",
}  # fmt: skip
#: Endings of pictures that alw does not draw.
_PICTURES = {".png", ".pdf", ".jpg", ".jpeg", ".gif", ".eps", ".ps", ".webp", ".tif", ".tiff"}
#: Errors after which nobody knows what else was meant.
_UNPARSED = {
    SYNTAX_ERROR,
    INVALID_CHARACTER,
    UNTERMINATED_STRING,
    INVALID_ESCAPE,
    NESTED_TOO_DEEPLY,
    FOREIGN_SYNTAX,
}


def draw(programs: Programs, form: str, output: str | None, link: str | None) -> bool:
    """Draw the one program of ``programs``.

    Of a source that can be parsed, what is known is drawn even if it has errors.

    :param form: one of :data:`FORMATS`.
    :param output: the file for the picture; else it is printed.
    :param link: the address of a line, with ``{file}``, ``{path}`` and ``{line}`` in it.
    :returns: whether all is well; else it is reported.
    :raises click.UsageError: if the picture would replace a file that is read.
    """
    if output is not None and any(is_same_file(output, name) for name in programs.read):
        raise click.UsageError(f"the picture would replace {output!r}, which is read")
    found = programs.found.sorted([])
    if programs.found.has_errors or not programs.readable:
        show_report(found, "text", f"{summarize(found, 1)}; nothing was written", err=True)
        return False
    name, source = programs.readable[0]
    known = analyse(source, Session(programs.given, programs.target, beside))
    diagnostics = (*found, *known.diagnostics)
    errors = [d for d in diagnostics if d.severity == "error"]
    if not known.workflows or any(d.rule in _UNPARSED for d in errors):
        show_report(
            diagnostics, "text", f"{summarize(diagnostics, 1)}; nothing was written", err=True
        )
        return False
    text = _choose_writer(form)(build_drawing(known.workflows, _make_links(name, output, link)))
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            replace_file(output, text)
        except OSError as error:
            show_report(
                [diagnose_unwritable(error, output)], "text", "nothing was written", err=True
            )
            return False
    if errors:
        closing = f"{summarize(errors, 1)}; drew what is known"
        show_report(errors, "text", closing, err=True)
    if output is not None:
        click.echo(f"wrote {clean(output)}", err=True)
    return not errors


def choose_form(form: str | None, output: str | None) -> str:
    """Return the kind of picture: ``form``, else what the name of ``output`` ends in.

    :raises click.UsageError: if that is no kind of picture.
    """
    if output is None or str(output).startswith("/dev/"):
        return form or FORMATS[0]
    suffix = Path(output).suffix.lower()
    named = _SUFFIXES.get(suffix)
    if form is None and named is None:
        what = f"{suffix!r} is not a format" if suffix else "the name has no ending"
        raise click.UsageError(
            f"cannot draw {output!r}: {what}; write .svg, .dot or .mmd, or give --format"
        )
    if form is not None and (suffix in _PICTURES or named not in (None, form)):
        ending = next(one for one, kind in _SUFFIXES.items() if kind == form)
        raise click.UsageError(
            f"--format {form} does not fit {output!r}: end the name in {ending}, "
            "or leave --format out"
        )
    return form or named or FORMATS[0]


def _choose_writer(form: str) -> Callable[[Drawing], str]:
    if form == "svg":
        from ....drawing.svg import write_svg

        return write_svg
    if form == "dot":
        from ....drawing.dot import write_dot

        return write_dot
    from ....drawing.mermaid import write_mermaid

    return write_mermaid


def _make_links(name: str, output: str | None, link: str | None) -> Links:
    """Return the addresses of the lines of the file ``name``, seen from the picture."""
    if name == "-":
        return Links()
    path = Path(os.path.realpath(name)).as_posix()
    file = name
    if output is not None:
        folder = Path(os.path.realpath(output)).parent
        try:
            file = os.path.relpath(path, folder)
        except ValueError:  # on another drive
            file = path
    address = _quote_path(Path(file).as_posix())
    if link is None:
        return Links(f"{address}#L{{line}}")
    return Links(link.replace("{file}", address).replace("{path}", _quote_path(path)))


def _quote_path(path: str) -> str:
    # without braces and colons: the first would be filled in, the second could name a protocol
    return quote(os.fsencode(path))
