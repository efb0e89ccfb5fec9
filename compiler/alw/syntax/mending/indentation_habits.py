"""Bodies that are told by their indentation, as in Python and YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...diagnostics.rules import SYNTAX_ERROR
from ...text.source import Span
from ..lexer import BLOCKS
from .finding import Finding, edit
from .scan import Scan

_HEAD = re.compile(
    rf"^(?P<margin>[ \t]*)(?:{'|'.join(BLOCKS)})[ \t]+[A-Za-z_]\w*[ \t]*(?P<colon>:)"
    r"(?P<more>[ \t]*(?:#[^\n]*)?)(?=\r?$)",
    re.MULTILINE,
)


def find_indented_bodies(scan: Scan) -> Iterator[Finding]:
    """Find heads that end in a colon; all of a file are one habit."""
    text = scan.text
    heads = list(_HEAD.finditer(text))
    if not heads:
        return
    edits = []
    closings: dict[int, list[str]] = {}
    for match in heads:
        margin = match["margin"]
        end = _end(text, match.end(), margin)
        if end is None:
            return
        at = match.start("colon")
        space = "" if text[at - 1].isspace() else " "
        edits.append(edit(at, at + 1, f"{space}{{"))
        closings.setdefault(end, []).insert(0, margin)
    for end, margins in closings.items():
        closed = "".join(f"\n{margin}}}" for margin in margins)
        edits.append(edit(end, end, closed))
    edits.sort(key=lambda e: e.span)
    at = heads[0].start("colon")
    yield Finding(
        Span(at, at + 1),
        "expected '{', found ':'",
        tuple(edits),
        "write braces around each body",
        "braces, not indentation, mark a body",
        SYNTAX_ERROR,
    )


def _end(text: str, at: int, margin: str) -> int | None:
    """Return the end of the last line that is indented deeper; ``None`` if no line is."""
    end = None
    for line in re.compile(r"\n([ \t]*)([^\r\n]*)").finditer(text, at):
        if not line[2].strip():
            continue
        if not (line[1].startswith(margin) and len(line[1]) > len(margin)):
            return None if line[2].startswith("}") else end
        end = line.end()
    return end
