"""Values as other languages write them: text without quotes, other quotes, prefixes, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import SYNTAX_ERROR, UNTERMINATED_STRING
from ...text.source import Span
from ..borrowed import PREFIX
from ..lexer import ITEMS
from .finding import Finding, edit
from .scan import Lexeme, Scan

_QUOTES = 'write strings in plain double quotes: "…"'
_PREFIX = re.compile(rf"(?:{PREFIX})\Z")
#: Braces around what may be a value of ours, or doubled.
_BRACES = re.compile(r"\$?\{[A-Za-z_][\w.\[\]]*\}|\{\{|\}\}")
_ESCAPE = re.compile(r"\\(?![\"\\nt])")
_ALIKE = {"“": "”", "„": "“", "”": "”", "‘": "’", "’": "’", "'": "'", "`": "`"}
#: What may be before a string.
_BEFORE = frozenset((*"=:,([{+<>}", ":=", "=>", "==", "!=", "with", "of", "and", "or", "not"))
#: What text without quotes does not begin with.
_NO_TEXT = frozenset("[({|><\"'`“”„‘’")
_TEXTS = ("exec", "arguments", "executable", "interpreter", "sandbox", "map", "dataset")
_FLOAT = re.compile(r"(\.[0-9]+|[0-9]+\.)([eE][+-]?[0-9]+)?\Z")
#: Up to the quote that opens a string, and what a string holds up to what may end it.
_OPENED = re.compile(r"[^\n\"'#-]*[=:][ \t]*\"")
_HELD = re.compile(r"[^\"\\\n]*(?:\\[^\n][^\"\\\n]*)*")


def _find_continued(text: str) -> Iterator[Span]:
    """Yield the insides of strings that a backslash continues, in linear time."""
    done, at = 0, text.find("\\\n")
    while at >= 0:
        line = max(text.rfind("\n", 0, at) + 1, done)
        opened = _OPENED.match(text, line, at)
        held = _HELD.match(text, opened.end(), at + 2) if opened else None
        end = at
        if opened and held and held.end() == at:
            while text.startswith("\\\n", end):
                following = _HELD.match(text, end + 2)
                end = following.end() if following else len(text)
            if text.startswith('"', end):
                yield Span(opened.end(), end)
        done = end
        at = text.find("\\\n", max(end, at + 2))


def find_continued(scan: Scan) -> Iterator[Finding]:
    """Find strings that go on after a backslash at the end of a line."""
    for span in _find_continued(scan.text):
        start, body = span.start, scan.text[span.start : span.end]
        edits: list[Edit] = []
        for line in re.finditer(r"(?<!\\)(?:\\\\)*(\\\n)([ \t]*)", body):
            at, end = start + line.start(1), start + line.end()
            blank = scan.text[at - 1].isspace() or scan.text[at - 1] == '"' or not line[2]
            edits.append(edit(at, at + 1, '"' if blank else ' "'))
            edits.append(edit(end, end, '"'))
        pieces = re.split(r"\\\n", body)
        if any(piece.count("'") % 2 or _ESCAPE.search(piece) for piece in pieces):
            continue
        yield Finding(
            Span(edits[0].span.start, edits[0].span.end),
            "a string ends on the line where it starts",
            tuple(edits),
            "close the string on each line",
            "strings written one after the other are joined; no backslash is needed",
            UNTERMINATED_STRING,
        )


def find_unquoted(scan: Scan) -> Iterator[Finding]:
    """Find text without quotes: ``athena_tag = Athena,24.0.20``."""
    for at in range(len(scan) - 1):
        if not (scan.starts_item(at) and scan[at].kind == "WORD"):
            continue
        sign, value = scan[at + 1], scan[at + 2]
        if sign.first or value.first or sign.text not in ("=", ":", ":="):
            continue
        if value.kind in ("STRING", "QUOTED", "TRIPLE") or value.text in _NO_TEXT:
            continue
        if not _takes_text(scan[at].text):
            continue
        end = _value_end(scan, value)
        rest = scan.text[value.start : end]
        prefixed = _PREFIX.match(value.text) and scan[at + 3].kind in ("STRING", "QUOTED", "TRIPLE")
        if prefixed or not rest or not _is_quotable(rest):
            continue
        if scan.reads(rest) and not (sign.text == ":" and _is_name(scan, rest)):
            continue
        marks = list(re.finditer(r'["\\]', rest))
        edits = [edit(value.start, value.start, '"'), edit(end, end, '"')]
        if rest.endswith('"') and sum(m[0] == '"' for m in marks) % 2:
            del marks[-1], edits[-1]  # the closing quote is there
        if sign.text != "=":
            space = "" if scan.text[sign.start - 1].isspace() else " "
            following = "" if scan.text[sign.end : sign.end + 1].isspace() else " "
            edits[:1] = [edit(sign.start, value.start, f'{space}= {following and ""}"')]
        edits[1:1] = [edit(value.start + m.start(), value.start + m.start(), "\\") for m in marks]
        help = f"the value of '{scan[at].text}' is text"
        yield Finding(
            Span(value.start, end),
            "text must be in double quotes",
            tuple(edits),
            "write double quotes",
            help,
            SYNTAX_ERROR,
        )


def _takes_text(name: str) -> bool:
    from ...panda.attributes import canonical, option

    if name in _TEXTS:
        return True
    own = canonical(name, False) or canonical(name, True)
    found = option(own) if own else None
    return found is not None and found.kind in ("string", "list")


def _value_end(scan: Scan, value: Lexeme) -> int:
    """Return where text without quotes ends: at the end of its line, or before what closes."""
    text = scan.text
    line = text.find("\n", value.start)
    end = scan.comment_free(value.start, line if line >= 0 else len(text))
    depth = 0
    for at in range(value.start, end):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth < 0:
            end = at
            break
    return value.start + len(text[value.start : end].rstrip().rstrip(",;").rstrip())


def _is_quotable(rest: str) -> bool:
    """True if text is surely one value: no further setting in it, and braces as in a string."""
    if re.search(r"(?<!\S)[A-Za-z_]\w*\s*(?<!=)=(?!=)\s", rest):
        return False
    return not re.search(r"[{}]", _BRACES.sub("", rest))


def _is_name(scan: Scan, rest: str) -> bool:
    """True if an expression, ``user.me.x`` or ``CERN-PROD``, is meant as a text."""
    if not re.fullmatch(r"[A-Za-z_]\w*(?:[.-]\w+)+", rest):
        return False
    root, sign = re.split(r"(?=[.-])", rest)[0], re.search(r"[.-]", rest)
    kinds = "task|learn|loop" if sign and sign[0] == "." else "input|const|param"
    return not re.search(rf"\b(?:{kinds})\s+{root}\b", scan.text)


def find_other_quotes(scan: Scan) -> Iterator[Finding]:
    """Find strings in single, typographic and other quotes."""
    for at, piece in enumerate(scan.pieces):
        if piece.kind != "QUOTED" or not _can_be_string(scan, at):
            continue
        inside = piece.text[1:-1]
        plain = not re.search(r"[{}]", _BRACES.sub("", inside))
        single = piece.text[0] == "'"
        if not plain or _ESCAPE.search(inside.replace("\\'", "") if single else inside):
            continue
        start = piece.start
        if at and _PREFIX.match(scan[at - 1].text) and scan[at - 1].end == start:
            start = scan[at - 1].start
            if "r" in scan[at - 1].text.lower() and re.search(r"[\\{}]", inside):
                continue
        edits = [edit(start, piece.start + 1, '"'), edit(piece.end - 1, piece.end, '"')]
        for match in re.finditer(r"\\.|\"" if single else r"\\.|(?<!\\)\"", inside):
            place = piece.start + 1 + match.start()
            if match[0] == '"':
                edits.append(edit(place, place, "\\"))
            elif match[0] == "\\'":
                edits.append(edit(place, place + 1, ""))
        edits.sort(key=lambda e: e.span)
        yield Finding(
            Span(start, piece.end),
            _QUOTES,
            tuple(edits),
            "write double quotes",
            "other quotes inside the string reach the shell unchanged",
        )


def _can_be_string(scan: Scan, at: int) -> bool:
    if at == 0 or scan[at].first:
        return True
    before = scan[at - 1]
    return (
        before.text in _BEFORE
        or before.text in ITEMS
        or before.kind in ("STRING", "QUOTED")
        or (bool(_PREFIX.match(before.text)) and before.end == scan[at].start)
    )


def find_prefixes(scan: Scan) -> Iterator[Finding]:
    """Find ``f"…"`` and its like."""
    for at, piece in enumerate(scan.pieces):
        string = scan[at + 1]
        if (
            piece.kind == "WORD"
            and string.kind == "STRING"
            and piece.end == string.start
            and _PREFIX.match(piece.text)
            and not ("r" in piece.text.lower() and re.search(r"[\\{}]", string.text))
        ):
            yield Finding(
                Span(piece.start, piece.end),
                "strings have no prefix",
                (edit(piece.start, piece.end, ""),),
                f"remove '{piece.text}'",
                "in every string, {name} inserts a value, {{ is a brace, and \\\\ a backslash",
            )


def find_numbers(scan: Scan) -> Iterator[Finding]:
    """Find ``.5`` and ``1.``."""
    for piece in scan.pieces:
        match = _FLOAT.match(piece.text) if piece.kind == "NUMBER" else None
        if match is None:
            continue
        digits = f"0{match[1]}" if match[1][0] == "." else f"{match[1]}0"
        right = f"{digits}{match[2] or ''}"
        yield Finding(
            Span(piece.start, piece.end),
            f"'{piece.text}' is neither a number nor a name",
            (edit(piece.start, piece.end, right),),
            f"write {right}",
            "write numbers as 20, 1_000, 0.5 or 1.5e-3; a name starts with a letter",
            SYNTAX_ERROR,
        )
