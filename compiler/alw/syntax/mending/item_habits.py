"""Items of a body: attributes, ``after``, heads of blocks, and separators."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import INVALID_CHARACTER, SYNTAX_ERROR
from ...text.source import Span
from ..lexer import BLOCKS, ITEMS, KEYWORDS
from .finding import Finding, edit, join_findings
from .scan import QUOTED_NAME, TYPES, Lexeme, Scan

_EQUAL = (":", ":=", "=>", "==", "<-", "->")
_KEYWORDS = frozenset(KEYWORDS) - {"true", "false"}


def span(piece: Lexeme) -> Span:
    """Return the span of ``piece``."""
    return Span(piece.start, piece.end)


def put_spaced(scan: Scan, piece: Lexeme, text: str) -> Edit:
    """Return the edit that puts ``text`` in the place of ``piece``, with spaces around it."""
    before = "" if scan.text[piece.start - 1 : piece.start].isspace() else " "
    space = "" if scan.text[piece.end : piece.end + 1].isspace() else " "
    return edit(piece.start, piece.end, f"{before}{text}{space}")


def remove(scan: Scan, piece: Lexeme) -> Edit:
    """Return the edit that takes ``piece`` away, and the space that it leaves."""
    before, next_ = (
        scan.text[piece.start - 1 : piece.start],
        scan.text[piece.end : piece.end + 1],
    )
    if before in (" ", "\t") and next_ in (" ", "\t"):
        return edit(piece.start, piece.end + 1, "")
    glued = before.isalnum() and (next_.isalnum() or next_ == '"')
    return edit(piece.start, piece.end, " " if glued else "")


def find_attributes(scan: Scan) -> Iterator[Finding]:
    """Find ``n_jobs: 10``, ``n_jobs := 10``, ``"n_jobs": 10`` and ``exec "run"``."""
    for at in range(len(scan) - 1):
        name, sign, value = scan[at], scan[at + 1], scan[at + 2]
        if name.depth or name.body not in ("task", "learn", "workflow", "") or sign.first:
            continue
        quoted = QUOTED_NAME.match(name.text) if name.kind == "STRING" else None
        if not (name.kind == "WORD" and name.text not in _KEYWORDS) and not quoted:
            continue
        before = scan[at - 1] if at else None
        glued = before is not None and not name.first and before.text not in ("{", "}", ";", ",")
        if quoted and (glued or sign.text not in ("=", ":")):
            continue
        if glued and (sign.text != ":" or not _ends_value(scan, at - 1)):
            continue
        if not (name.body or name.first):
            continue
        keys = [edit(name.start, name.end, quoted[1])] if quoted else []
        if sign.text in _EQUAL and _is_value(value) and not _is_type(scan, at):
            yield Finding(
                span(sign),
                f"expected '=', found '{sign.text}'",
                (*keys, put_spaced(scan, sign, "=")),
                "write '='",
                rule=SYNTAX_ERROR,
            )
        elif quoted and sign.text == "=":
            yield Finding(
                span(name),
                "write the name of an option without quotes",
                tuple(keys),
                f"write {quoted[1]}",
                rule=SYNTAX_ERROR,
            )
        elif (
            (sign.kind in ("STRING", "NUMBER") or sign.text in ("true", "false", "["))
            and name.body
            and scan.starts_item(at)
            and _is_setting(name.text)
        ):
            yield Finding(
                span(sign),
                f"expected '=', found '{sign.text[:20]}{'…' if len(sign.text) > 20 else ''}'",
                (edit(sign.start, sign.start, "= "),),
                "write '='",
                rule=SYNTAX_ERROR,
            )


def _is_value(piece: Lexeme) -> bool:
    return not piece.first and (
        piece.kind in ("STRING", "QUOTED", "NUMBER", "TRIPLE", "WORD") or piece.text in "[(-"
    )


def _is_type(scan: Scan, at: int) -> bool:
    """True if ``NAME: TYPE`` is at ``at``: part of a declaration or of a field."""
    return scan[at + 1].text == ":" and (
        scan[at + 2].text in ("int", "float", "string", "bool", "dataset")
        or (at > 0 and scan[at - 1].text in ("input", "const", "param"))
    )


def _ends_value(scan: Scan, at: int) -> bool:
    piece = scan[at]
    return piece.kind in ("STRING", "QUOTED", "NUMBER") or piece.text in ("]", ")", "true", "false")


def _is_setting(name: str) -> bool:
    from ...panda.attributes import canonical

    return canonical(name, False) is not None or canonical(name, True) is not None


def find_afters(scan: Scan) -> Iterator[Finding]:
    """Find ``after = x``, ``after = [a, b]``, ``after: a``, ``after a b``."""
    for at in range(len(scan) - 1):
        after, next_ = scan[at], scan[at + 1]
        if after.text != "after" or after.kind != "WORD" or after.depth or next_.first:
            continue
        if not (scan.starts_item(at) or _ends_value(scan, at - 1) or scan[at].body in BLOCKS):
            continue
        yield from _after(scan, at)


def _after(scan: Scan, at: int) -> Iterator[Finding]:
    edits: list[Edit] = []
    place: Lexeme | None = None
    close = {"[": "]", "(": ")"}
    next_ = at + 1
    if scan[next_].text in ("=", *_EQUAL):
        place = scan[next_]
        edits.append(remove(scan, place))
        next_ += 1
    closing = close.get(scan[next_].text)
    if closing:
        place = place or scan[next_]
        edits.append(remove(scan, scan[next_]))
        next_ += 1
    names = 0
    while True:
        piece = scan[next_]
        quoted = QUOTED_NAME.match(piece.text) if piece.kind == "STRING" else None
        if quoted:
            place = place or piece
            edits.append(edit(piece.start, piece.end, quoted[1]))
        elif (
            piece.kind != "WORD"
            or piece.text in _KEYWORDS
            or (not closing and ((piece.first and names) or scan[next_ + 1].text in ("=", ":")))
        ):
            break
        names += 1
        next_ += 1
        mark = scan[next_]
        if mark.text == ",":
            next_ += 1
            if closing and scan[next_].text == closing:
                edits.append(remove(scan, mark))
        elif mark.text in ("and", "&", ";") and mark.depth == piece.depth and not mark.first:
            if scan[next_ + 1].kind != "WORD" or scan[next_ + 1].first:
                break
            place = place or mark
            edits.append(edit(piece.end, mark.end, ","))
            next_ += 1
        elif mark.kind == "WORD" and not mark.first and mark.text not in _KEYWORDS:
            if scan[next_ + 1].text in ("=", ":"):
                break
            place = place or mark
            edits.append(edit(piece.end, piece.end, ","))
        elif mark.kind != "STRING":
            break
    if closing:
        if scan[next_].text != closing:
            return
        edits.append(remove(scan, scan[next_]))
    if names and edits and place:
        edits.sort(key=lambda e: e.span)
        yield Finding(
            span(place),
            f"expected a name, found '{place.text}'" if place.kind == "SIGN" else
            f"expected ',', found '{place.text}'",
            tuple(edits),
            "write after NAME, NAME",
            "write the tasks to wait for as: after NAME, NAME",
            SYNTAX_ERROR,
        )  # fmt: skip


def find_heads(scan: Scan) -> Iterator[Finding]:
    """Find ``task "a" {``, ``task a = {``, ``task: a {``, ``task a() {``."""
    for at in range(len(scan) - 1):
        if scan[at].text not in BLOCKS or scan[at].kind != "WORD" or not scan.starts_item(at):
            continue
        edits: list[Edit] = []
        next_ = at + 1
        place: Lexeme | None = None
        if scan[next_].text == ":":
            place = scan[next_]
            edits.append(remove(scan, place))
            next_ += 1
        name = scan[next_]
        quoted = QUOTED_NAME.match(name.text) if name.kind == "STRING" else None
        if quoted:
            place = place or name
            edits.append(edit(name.start, name.end, quoted[1]))
        elif name.kind != "WORD":
            continue
        next_ += 1
        if scan.kinds(next_, "(", ")"):
            place = place or scan[next_]
            edits.append(edit(scan[next_].start, scan[next_ + 1].end, ""))
            next_ += 2
        if scan[next_].text in ("=", ":", ":=", "=>", "->") and scan[next_ + 1].text == "{":
            place = place or scan[next_]
            edits.append(edit(scan[next_].start, scan[next_].end, ""))
            next_ += 1
        if edits and place and scan[next_].text == "{":
            expected = (
                "a name"
                if place is name or (place.text == ":" and place.start < name.start)
                else "'{'"
            )
            yield Finding(
                span(place),
                f"expected {expected}, found '{place.text}'",
                tuple(edits),
                f"write {scan[at].text} {quoted[1] if quoted else name.text} {{",
                rule=SYNTAX_ERROR,
            )


def find_separators(scan: Scan) -> Iterator[Finding]:
    """Find semicolons and commas between items."""
    semicolons, commas = [], []
    for at in range(len(scan) - 1):
        piece = scan[at]
        if piece.depth or piece.body == "result" or at == 0:
            continue
        if piece.text == ";":
            semicolons.append(Finding(span(piece), "", (remove(scan, piece),)))
        elif piece.text == "," and _ends_item(scan, at):
            commas.append(Finding(span(piece), "", (remove(scan, piece),)))
    yield from join_findings(
        semicolons, "';' is not used after an item", "remove ';'", INVALID_CHARACTER
    )
    yield from join_findings(commas, "',' is not used between items", "remove ','", SYNTAX_ERROR)


def _ends_item(scan: Scan, at: int) -> bool:
    """True if a comma ends an item: another follows, or nothing."""
    next_, name = scan[at + 1], scan[at + 2]
    if next_.text == "}" or next_.kind == "END":
        return True
    if next_.text in ITEMS:
        return scan.starts_item(at + 1) or next_.text in ("after", "result")
    if name.text == ":" and scan[at + 3].text in TYPES:
        return False
    starts = next_.kind == "WORD" or (next_.kind == "STRING" and QUOTED_NAME.match(next_.text))
    return bool(starts) and name.text in ("=", ":", ":=") and not name.first
