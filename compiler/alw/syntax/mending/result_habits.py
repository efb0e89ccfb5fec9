"""The result of a learner and its fields."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import SYNTAX_ERROR
from .finding import Finding, edit
from .item_habits import remove, span
from .scan import QUOTED_NAME, TYPES, Lexeme, Scan


def find_results(scan: Scan) -> Iterator[Finding]:
    """Find ``result = "f" { … }`` and ``result("f") { … }``."""
    for at in range(len(scan) - 1):
        if scan[at].text != "result" or scan[at].kind != "WORD" or scan[at].depth:
            continue
        edits: list[Edit] = []
        place: Lexeme | None = None
        next_ = at + 1
        if scan[next_].text in ("=", ":", ":=", "("):
            place = scan[next_]
            edits.append(remove(scan, place))
            next_ += 1
        if scan[next_].kind != "STRING":
            continue
        while scan[next_].kind == "STRING":
            next_ += 1
        if place and place.text == "(":
            if scan[next_].text != ")":
                continue
            edits.append(remove(scan, scan[next_]))
            next_ += 1
        if scan[next_].text in ("=", ":", ":=", "=>", "->", ","):
            place = place or scan[next_]
            edits.append(remove(scan, scan[next_]))
            next_ += 1
        if not edits or place is None or scan[next_].text != "{":
            continue
        yield Finding(
            span(place),
            f"expected a string, found '{place.text}'"
            if place.start < scan[at + 2].start
            else f"expected '{{', found '{place.text}'",
            tuple(edits),
            'write result "FILE" { … }',
            'write a result as: result "FILE" { NAME: TYPE, … }',
            SYNTAX_ERROR,
        )


def find_fields(scan: Scan) -> Iterator[Finding]:
    """Find fields with their type first, without a colon, in quotes, or after a semicolon."""
    at = 0
    while at < len(scan) - 1:
        if scan[at].body != "result" or scan[at].text in (",", ";", "}"):
            at += 1
            continue
        end = at
        while scan[end].body == "result" and scan[end].text not in (",", ";", "}"):
            if end - at >= 2 and scan[end + 1].text == ":" and scan[at + 1].text == ":":
                break  # the next field, after no comma
            end += 1
        separator = scan[end]
        found = _field(scan, at, end)
        if separator.text == ";":
            last = scan[end + 1].text == "}"
            change = remove(scan, separator) if last else edit(separator.start, separator.end, ",")
            yield Finding(
                span(separator),
                "expected ',', found ';'",
                (change,),
                "remove ';'" if last else "write ','",
                rule=SYNTAX_ERROR,
            )
        elif separator.body == "result" and separator.text not in (",", "}") and end > at:
            before = scan[end - 1]
            yield Finding(
                span(separator),
                f"expected ',', found '{separator.text}'",
                (edit(before.end, before.end, ","),),
                "write ','",
                rule=SYNTAX_ERROR,
            )
        if found:
            yield found
        at = max(end, at + 1)


def _field(scan: Scan, at: int, end: int) -> Finding | None:
    texts = [_unquote(piece) for piece in scan.pieces[at:end]]
    if None in texts:
        return None
    edits = [
        edit(piece.start, piece.end, text)
        for piece, text in zip(scan.pieces[at:end], texts, strict=True)
        if text is not None and text != piece.text
    ]
    place = scan[at]
    match texts:
        case [str(a), ":", str(b)] if edits and b in TYPES:
            message = f"expected a name, found '{place.text}'"
        case [str(a), "=" | ":=" | "=>" as sign, str(b)] if b in TYPES:
            place = scan[at + 1]
            edits.append(edit(place.start, place.end, ":"))
            message = f"expected ':', found '{sign}'"
        case [str(a), str(b)] if b in TYPES and a not in TYPES and a.isidentifier():
            place = scan[at + 1]
            edits.append(edit(scan[at].end, scan[at].end, ":"))
            message = f"expected ':', found '{place.text}'"
        case [str(a), str(b)] if a in TYPES and b not in TYPES and b.isidentifier():
            first, second = scan[at], scan[at + 1]
            edits = [
                edit(first.start, first.end, f"{b}:"),
                edit(second.start, second.end, a),
            ]
            message = f"write the name before its type: {b}: {a}"
        case _:
            return None
    edits.sort(key=lambda e: e.span)
    title = f"write {a}: {b}" if b in TYPES else f"write {b}: {a}"
    return Finding(span(place), message, tuple(edits), title, rule=SYNTAX_ERROR)


def _unquote(piece: Lexeme) -> str | None:
    if piece.kind == "STRING":
        match = QUOTED_NAME.match(piece.text)
        return match[1] if match else None
    return piece.text
