"""Comments of other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...text.source import Span
from .finding import Finding, edit, join_findings
from .scan import Scan

_LINE = re.compile(r"^[ \t]*(?P<sign>//+|--+(?!\w)|;+(?=[ \t]))", re.MULTILINE)
_BLOCK = re.compile(
    r"^(?P<margin>[ \t]*)(?P<body>/\*.*?\*/)(?P<more>[ \t]*(?:#[^\n]*)?$)?", re.M | re.S
)
_UNCLOSED = re.compile(r"^[ \t]*(?P<body>/\*(?:(?!\*/).)*)\Z", re.MULTILINE | re.DOTALL)
_MESSAGE = "a comment starts with '#'"
_TITLE = "write '#'"


def find_comments(scan: Scan) -> Iterator[Finding]:
    """Find ``// …``, ``-- …``, ``; …`` and ``/* … */``."""
    text = scan.text
    blocks = [(m, _block(m)) for m in _BLOCK.finditer(text)]
    yield from (finding for _, finding in blocks)
    inside = [m.span() for m, _ in blocks]
    lines: dict[str, list[Finding]] = {}
    for match in _LINE.finditer(text):
        start, end = match.span("sign")
        if any(low <= start < high for low, high in inside):
            continue
        change = edit(start, end, "#" if text[end : end + 1].isspace() else "# ")
        found = Finding(Span(start, start + min(2, end - start)), _MESSAGE, (change,), _TITLE)
        lines.setdefault(match["sign"][0], []).append(found)
    for alike in lines.values():
        yield from join_findings(alike, _MESSAGE, _TITLE)
    if (unclosed := _UNCLOSED.search(text)) is not None:
        start, end = unclosed.span("body")
        blank = re.sub(r"[^\n]", " ", unclosed["body"])
        yield Finding(Span(start, start + 2), _MESSAGE, (edit(start, end, blank),), lost=-1)


def _block(match: re.Match[str]) -> Finding:
    start, end = match.span("body")
    margin, body = match["margin"], match["body"]
    edits = [edit(start, start + 2, "#")]
    for line in re.finditer(r"\n([ \t]*)(\*(?!/))?(?=[^\n])", body):
        at = start + line.end(1)
        if at >= end - 2:  # the closing sign stands on a line of its own
            continue
        edits.append(edit(at, start + line.end(), "#" if line[2] else "# "))
    tail = body[:-2].rpartition("\n")
    if match["more"] is None:
        edits.append(edit(end - 2, end, f"\n{margin}"))
    elif tail[1] and not tail[2].strip():
        edits.append(edit(end - 2, end, "#"))
    else:
        edits.append(edit(end - 2, end, ""))
    return Finding(Span(start, start + 2), _MESSAGE, tuple(edits), _TITLE)


def find_trailing(scan: Scan) -> Iterator[Finding]:
    """Find comments after code: ``n_jobs = 10  // ten of them``."""
    text = scan.text
    at = 0
    while at < len(scan) - 1:
        piece = scan[at]
        line = text.find("\n", piece.start)
        end = line if line >= 0 else len(text)
        at += 1
        if piece.first or piece.kind != "SIGN" or text[piece.start - 1] not in " \t":
            continue
        sign = "--" if scan.kinds(at - 1, "-", "-") and scan[at].start == piece.end else piece.text
        rest = text[piece.start + 2 : end]
        if sign == "/*" and rest.rstrip().endswith("*/") and rest.count("*/") == 1:
            close = piece.start + 2 + rest.rindex("*/")
            edits = [edit(piece.start, piece.start + 2, "#"), edit(close, close + 2, "")]
        elif sign in ("//", "--") and rest[:1] in (" ", "\t") and _is_prose(scan, rest):
            edits = [edit(piece.start, piece.start + 2, "#")]
        else:
            continue
        yield Finding(Span(piece.start, piece.start + 2), _MESSAGE, tuple(edits), _TITLE)
        while scan[at].start < end and scan[at].kind != "END":
            at += 1


def _is_prose(scan: Scan, rest: str) -> bool:
    if re.search(r"[{}=]", rest):
        return False
    return bool(re.match(r"\s*[^\W\d]+\s+[^\W\d]", rest)) and not scan.reads(rest)
