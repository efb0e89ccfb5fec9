"""HTML: text that cannot be taken for markup, addresses, and signs of states."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from urllib.parse import quote

from ...drawing.marks import LOOKS, SIGNS
from ...text.display import escape_unprintable
from ..history import State

#: The names of states among the looks of a drawing.
LOOK = {state: state.value.partition(" ")[0] for state in State}


_LEFT = ' class="l"'


def text(given: str) -> str:
    """Return ``given`` as HTML text, on one line; what cannot be seen is escaped as in Python."""
    return escape(escape_unprintable(given))


def lines(given: str) -> str:
    """Return ``given`` as HTML text, of several lines."""
    return "\n".join(text(line) for line in given.expandtabs(4).splitlines())


def address(target: Path, folder: Path) -> str:
    """Return the address of ``target`` for a page in ``folder``, as the value of ``href``."""
    try:
        path = os.path.relpath(target, folder)
    except ValueError:  # on another drive
        return escape(target.absolute().as_uri())
    # also colons: the first part of a path could be taken for a protocol
    return escape(quote(os.fsencode(Path(path).as_posix())))


def link(target: Path, folder: Path, shown: str) -> str:
    """Return a link to ``target``; ``shown`` is HTML."""
    return f'<a href="{address(target, folder)}">{shown}</a>'


def heading(shown: str, left: bool = False) -> str:
    """Return the heading of a column; ``shown`` is HTML."""
    return f'<th scope="col"{_LEFT if left else ""}>{shown}</th>'


def row_heading(shown: str, left: bool = False) -> str:
    """Return the heading of a row; ``shown`` is HTML."""
    return f'<th scope="row"{_LEFT if left else ""}>{shown}</th>'


def table(caption: str, head: str, body: str, style: str = "all") -> str:
    """Return a table that can be wider than the page; ``head`` and ``body`` are HTML."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}">'
        f'<table class="{style}"><caption>{text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def note(shown: str) -> str:
    """Return a remark; ``shown`` is HTML."""
    return f'<p class="note">{shown}</p>'


def sign(state: State) -> str:
    """Return the small sign of a state."""
    return (
        f'<svg class="sign s-{LOOK[state]}" aria-hidden="true"><use href="#s-{LOOK[state]}"/></svg>'
    )


def symbols() -> str:
    """Return the definitions of the signs."""
    drawn = "".join(
        f'<symbol id="s-{look}" viewBox="-8 -8 16 16"><circle r="7.5"/><path d="{SIGNS[look]}"/>'
        "</symbol>"
        for look in LOOKS
    )
    return f'<svg width="0" height="0" class="symbols" aria-hidden="true">{drawn}</svg>'


def section_head(title: str, beside: str = "") -> str:
    """Return the heading of a section.

    :param beside: HTML that is shown next to it.
    """
    return f'<div class="head"><h2>{title}</h2>{beside}</div>'
