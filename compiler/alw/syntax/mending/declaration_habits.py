"""Declarations: the type missing, first, or in brackets; words for them in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import FOREIGN_SYNTAX, SYNTAX_ERROR, Rule
from ..lexer import DECLARATIONS
from .finding import Finding, edit
from .item_habits import span
from .scan import QUOTED_NAME, TYPES, Lexeme, Scan

_LET = ("let", "var", "val", "def", "set")
_HELPS = {
    "const": "write: const NAME: TYPE = VALUE",
    "param": "write: param NAME: TYPE = VALUE",
}
_TITLED = {"parameter": "param", "params": "param", "constant": "const"}


@dataclass(frozen=True, slots=True)
class _Read:
    """The parts of a declaration after its keyword."""

    name: str
    type: str
    message: str
    place: Lexeme
    edits: tuple[Edit, ...]


def find_declarations(scan: Scan) -> Iterator[Finding]:
    """Find declarations that say all that is needed, in another order or spelling."""
    for at in range(len(scan) - 1):
        word = scan[at]
        if word.kind != "WORD" or not scan.starts_item(at) or scan[at + 1].first:
            continue
        if word.text in DECLARATIONS:
            if read := _read_declared(scan, at + 1):
                yield _finding(read, word.text)
        elif word.text in _LET or (word.text in _TITLED and word.body in ("workflow", "loop")):
            keyword = _TITLED.get(word.text) or ("param" if word.body == "loop" else "const")
            if word.body in ("workflow", "loop", ""):
                yield from _read_other_keyword(scan, at, keyword)
        elif word.body == "loop":
            yield from _read_without_keyword(scan, at)


def _finding(read: _Read, keyword: str, *more: Edit, rule: Rule = SYNTAX_ERROR) -> Finding:
    edits = sorted((*more, *read.edits), key=lambda e: e.span)
    title = f"write {keyword} {read.name}: {read.type}"
    return Finding(span(read.place), read.message, tuple(edits), title, rule=rule)


def _read_other_keyword(scan: Scan, at: int, keyword: str) -> Iterator[Finding]:
    """Read ``let X = 3``: another word for a constant or parameter, and perhaps no type."""
    word = scan[at]
    change = edit(word.start, word.end, keyword)
    message = (
        f"there is no '{word.text}'"
        if word.text in _LET
        else f"'{word.text}' is written '{keyword}'"
    )
    read = _read_declared(scan, at + 1)
    if read:
        yield Finding(
            span(word),
            message,
            tuple(sorted((change, *read.edits), key=lambda e: e.span)),
            f"write {keyword} {read.name}: {read.type}",
            _HELPS[keyword],
            FOREIGN_SYNTAX,
        )
    elif scan.kinds(at + 1, "WORD", ":", "WORD") and scan[at + 3].text in TYPES:
        yield Finding(
            span(word),
            message,
            (change,),
            f"write {keyword}",
            _HELPS[keyword],
            FOREIGN_SYNTAX,
        )


def _read_without_keyword(scan: Scan, at: int) -> Iterator[Finding]:
    """Read ``float m = 0.5``; in a loop, where only parameters are declared, ``m: float = 0.5``."""
    word = scan[at]
    insert = edit(word.start, word.start, "param ")
    if scan.kinds(at, "WORD", ":", "WORD") and scan[at + 2].text in TYPES:
        yield Finding(
            span(word),
            f"expected a declaration, found '{word.text}'",
            (insert,),
            f"write param {word.text}",
            "for a value that changes in each iteration, write: param NAME: TYPE = VALUE",
            SYNTAX_ERROR,
        )
    elif word.text in TYPES and (read := _read_declared(scan, at)):
        yield Finding(
            span(word),
            f"expected a declaration, found '{word.text}'",
            (
                edit(word.start, word.end, f"param {read.name}:"),
                *(e for e in read.edits if e.span.start != word.start),
            ),
            f"write param {read.name}: {read.type}",
            "for a value that changes in each iteration, write: param NAME: TYPE = VALUE",
            SYNTAX_ERROR,
        )


def _read_declared(scan: Scan, at: int) -> _Read | None:
    """Read what is after a keyword; return ``None`` if it is right, or not certain."""
    edits: list[Edit] = []
    place: Lexeme | None = None
    if scan[at].text == ":":
        place = scan[at]
        edits.append(edit(place.start, place.end, ""))
        at += 1
    name, next_ = scan[at], scan[at + 1]
    quoted = QUOTED_NAME.match(name.text) if name.kind == "STRING" else None
    if name.kind != "WORD" and not quoted:
        return None
    if quoted:
        place = place or name
        edits.append(edit(name.start, name.end, quoted[1]))
    text = quoted[1] if quoted else name.text
    same_line = not next_.first
    if text in TYPES and next_.kind == "WORD" and same_line and next_.text not in TYPES:
        of_type = scan[at + 2]
        if of_type.text == ":":
            return None
        message = f"write the name before its type: {next_.text}: {text}"
        edits += [
            edit(name.start, name.end, f"{next_.text}:"),
            edit(next_.start, next_.end, text),
        ]
        return _Read(next_.text, text, message, place or name, tuple(edits))
    if same_line and next_.kind == "WORD" and next_.text in TYPES:
        edits.append(edit(name.end, name.end, ":"))
        message = f"expected ':', found '{next_.text}'"
        return _read_type(scan, at + 1, text, message, place or next_, edits)
    if same_line and next_.text == "(" and scan.kinds(at + 2, "WORD", ")"):
        if scan[at + 2].text not in TYPES:
            return None
        edits += [
            edit(name.end, scan[at + 2].start, ": "),
            edit(scan[at + 3].start, scan[at + 3].end, ""),
        ]
        message = "expected ':', found '('"
        return _Read(text, scan[at + 2].text, message, place or next_, tuple(edits))
    if same_line and next_.text in ("=", ":=", ":"):
        value = at + 2
        kind = _type_of_literal(scan, value)
        if kind:
            edits.append(edit(name.end, scan[value].start, f": {kind} = "))
            message = f"expected ':', found '{next_.text}'" if next_.text != ":" else (
                f"expected a type, found '{scan[value].text}'"
            )  # fmt: skip
            return _Read(text, kind, message, place or next_, tuple(edits))
        if next_.text == ":" and scan[value].text in TYPES and not scan[value].first:
            return _read_type(scan, value, text, "", place, edits)
    return None


def _read_type(
    scan: Scan, at: int, name: str, message: str, place: Lexeme | None, edits: list[Edit]
) -> _Read | None:
    """Go on at the type: ``=`` may be missing after it."""
    kind, sign = scan[at], scan[at + 1]
    if not sign.first:
        if sign.text in (":", ":=", "=>", "==") and _type_of_literal(scan, at + 2):
            edits.append(edit(kind.end, scan[at + 2].start, " = "))
            message, place = message or f"expected '=', found '{sign.text}'", place or sign
        elif sign.text != "=" and _type_of_literal(scan, at + 1):
            edits.append(edit(kind.end, sign.start, " = "))
            message, place = message or f"expected '=', found '{sign.text}'", place or sign
    if not edits or place is None:
        return None
    message = message or f"expected a name, found '{place.text}'"
    return _Read(name, kind.text, message, place, tuple(edits))


def _type_of_literal(scan: Scan, at: int) -> str:
    """Return the type of a literal that is alone; empty if there is none."""
    piece = scan[at]
    if piece.first:
        return ""
    if piece.text in ("-", "+"):
        at += 1
        piece = scan[at]
        if piece.kind != "NUMBER":
            return ""
    following = scan[at + 1]
    alone = (
        following.first
        or following.kind == "END"
        or following.text in ("}", ",", ";")
        or (following.kind == "WORD" and following.text not in ("and", "or", "if", "x"))
    )
    if not alone:
        return ""
    if piece.kind == "NUMBER":
        if re.fullmatch(r"[0-9][0-9_]*", piece.text):
            return "int"
        number = r"[0-9][0-9_]*(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?"
        return "float" if re.fullmatch(number, piece.text) else ""
    if piece.kind in ("STRING", "QUOTED"):
        return "string"
    return "bool" if piece.text in ("true", "false", "True", "False") else ""


def find_lists(scan: Scan) -> Iterator[Finding]:
    """Find ``param a: int = 1, b: int = 2``: one keyword for several declarations."""
    keyword, line = "", -1
    for at in range(len(scan) - 1):
        piece = scan[at]
        if piece.first:
            keyword, line = (piece.text if piece.text in DECLARATIONS else ""), piece.start
        if (
            keyword
            and line >= 0
            and piece.text == ","
            and not piece.depth
            and piece.body in ("workflow", "loop")
            and not scan[at + 1].first
            and scan.kinds(at + 1, "WORD")
            and scan[at + 1].text not in DECLARATIONS
            and scan[at + 2].text in (":", "=", ":=")
            and scan[at - 2].text not in (keyword, ",")  # a name alone has no type of its own
        ):
            yield Finding(
                span(piece),
                f"every {keyword} is declared on its own",
                (edit(piece.start, piece.end, f" {keyword}"),),
                f"write {keyword} {scan[at + 1].text}",
                rule=SYNTAX_ERROR,
            )
