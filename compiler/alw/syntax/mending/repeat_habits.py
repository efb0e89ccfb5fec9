"""The bounds and conditions of loops in other words."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import FOREIGN_SYNTAX, SYNTAX_ERROR
from ...text.source import Span
from ..lexer import ITEMS
from .finding import Finding, edit
from .item_habits import put_spaced, span
from .scan import Lexeme, Scan

_UNITS = frozenset(
    (
        *("time", "times", "iteration", "iterations", "round", "rounds", "loop", "loops", "x"),
        *("step", "steps", "cycle", "cycles", "repetition", "repetitions"),
    )
)
_OPERATORS = {
    "=": "==", "===": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=",
    "≥": ">=", "≤": "<=", "≠": "!=", "&&": "and", "||": "or", "!": "not", "&": "and", "|": "or",
    "AND": "and", "OR": "or", "NOT": "not", "And": "and", "Or": "or", "Not": "not",
}  # fmt: skip
#: Words that may lead to a bound, longest first.
_BOUNDS = (
    ("at", "most"), ("at", "-", "most"), ("up", "to"), ("no", "more", "than"),
    ("not", "more", "than"),
    ("atmost",), ("at_most",), ("max",), ("maximum",), ("maximally",), ("limit",),
)  # fmt: skip


def find_repeats(scan: Scan) -> Iterator[Finding]:
    """Find bounds and conditions that are written in another way."""
    at = 0
    while at < len(scan) - 1:
        piece = scan[at]
        starts = piece.text == "repeat" and piece.kind == "WORD"
        bare = piece.text in ("while", "until") and piece.body == "loop" and scan.starts_item(at)
        if not (starts or bare) or piece.depth:
            at += 1
            continue
        end = _end(scan, at)
        yield from _repeat(scan, at, end)
        at = max(end, at + 1)


def _end(scan: Scan, at: int) -> int:
    """Return the number of the first piece after a ``repeat``."""
    body, at = scan[at].body, at + 1
    while scan[at].kind != "END" and scan[at].text != "}" and scan[at].body == body:
        piece = scan[at]
        if piece.text in ITEMS and (piece.first or piece.text == "repeat") and not piece.depth:
            break
        if piece.text == "{" or (
            piece.first and piece.kind == "WORD" and scan[at + 1].text in ("=", ":")
        ):
            break
        at += 1
    return at


def _repeat(scan: Scan, at: int, end: int) -> Iterator[Finding]:
    first = scan[at]
    bound = _bound(scan, at + 1, end)
    next_ = at + (1 if first.text == "repeat" else 0)
    if first.text == "repeat" and scan[next_].text == ":":
        yield _find_superfluous(scan, scan[next_])
        next_ += 1
    word = scan[next_]
    condition = -1
    if next_ < end and word.text in ("while", "until", "if", "when", "as") and word.kind == "WORD":
        condition = next_
    elif bound and bound[1] < end and scan[bound[1]].text in ("while", "until", "if", "when"):
        condition = bound[1]  # `at most 20 times while …`
    if condition < 0:
        if bound and (changed := _find_bound(scan, bound, False)):
            yield changed
        return
    word = scan[condition]
    stop = bound[0] if bound and bound[0] > condition else end
    if scan[stop - 1].text in (",", "for", "and") and stop > condition + 2 and bound:
        stop -= 1
    turned = bool(bound) and bound is not None and bound[0] < condition
    if scan[condition + 1].text == ":" and condition + 1 < stop:
        yield _find_superfluous(scan, scan[condition + 1])
    yield from _find_operators(scan, condition + 1, stop)
    if turned and bound:
        yield from _find_bound_before_condition(scan, bound, condition, stop)
    elif bound and (changed := _find_bound(scan, bound, True)):
        yield changed
    before = "" if first.text == "repeat" else "repeat "
    if word.text == "until" and stop > condition + 1:
        last = scan[stop - 1]
        edits = [
            edit(word.start, scan[condition + 1].start, f"{before}while not ("),
            edit(last.end, last.end, ")"),
        ]
        yield Finding(
            span(word),
            "there is no 'until'",
            tuple(edits),
            "write while not (…)",
            "a loop goes on while its condition holds: repeat while CONDITION",
            FOREIGN_SYNTAX,
        )
    elif word.text in ("if", "when"):
        yield Finding(
            span(word),
            f"'{word.text}' is written 'while'",
            (edit(word.start, word.end, f"{before}while"),),
            "write 'while'",
        )
    elif before:
        yield Finding(
            span(first),
            "'while' is written 'repeat while'",
            (edit(first.start, first.start, before),),
            "write 'repeat while'",
        )


def _find_superfluous(scan: Scan, piece: Lexeme) -> Finding:
    change = edit(piece.start, piece.end, "")
    if not scan.text[piece.end : piece.end + 1].isspace():
        change = edit(piece.start, piece.end, " ")
    message = f"'{piece.text}' is not allowed here"
    return Finding(span(piece), message, (change,), f"remove '{piece.text}'", rule=SYNTAX_ERROR)


def _bound(scan: Scan, at: int, end: int) -> tuple[int, int, int] | None:
    """Return where a bound starts and ends, and where its number is."""
    for start in range(at, end):
        if scan[start].depth or scan[start].kind == "STRING":
            continue
        for words in _BOUNDS:
            if not scan.kinds(start, *words) or start + len(words) >= end + 1:
                continue
            number = start + len(words)
            if scan[number].text in ("=", ":"):
                number += 1
            if _is_number(scan, number, words):
                return start, _unit_end(scan, number, end), number
        if start == at and scan[start].kind == "NUMBER" and _count(scan[start]):
            return start, _unit_end(scan, start, end), start  # `repeat 20 times`
    return None


def _is_number(scan: Scan, at: int, words: tuple[str, ...]) -> bool:
    piece = scan[at]
    if piece.kind == "NUMBER":
        return bool(_count(piece))
    unit = scan[at + 1].text in _UNITS and not scan[at + 1].first
    return piece.kind == "WORD" and unit and words in (("at", "most"), ("at", "-", "most"))


def _count(piece: Lexeme) -> str:
    """Return the number of ``20`` and of ``20x``."""
    digits = piece.text.removesuffix("x").removesuffix("X")
    return digits if digits.replace("_", "").isdigit() else ""


def _unit_end(scan: Scan, number: int, end: int) -> int:
    unit = number + 1
    return unit + 1 if unit < end and scan[unit].text in _UNITS and not scan[unit].first else unit


def _write_bound(scan: Scan, bound: tuple[int, int, int]) -> str:
    number = scan[bound[2]]
    return f"at most {_count(number) or number.text} times"


def _find_bound(scan: Scan, bound: tuple[int, int, int], conditioned: bool) -> Finding | None:
    """Find a bound in other words than ours."""
    start, end, number = bound
    ours = ["at", "most", scan[number].text, "times"]
    lead = scan[start - 1]
    low = scan[start].start
    leads = conditioned and lead.text in (",", "for", "and") and not scan[start].first
    if leads:
        low = lead.start
    if [piece.text for piece in scan.pieces[start:end]] == ours and not leads:
        following = scan[end]
        if following.text == "." and not following.first:
            return _find_superfluous(scan, following)
        return None
    place = _place(scan, bound, leads)
    before = "" if scan.text[low - 1 : low].isspace() else " "
    return Finding(
        place,
        f"expected 'at most N times', found '{scan.text[place.start : place.end][:30]}'",
        (edit(low, scan[end - 1].end, f"{before}{_write_bound(scan, bound)}"),),
        f"write {_write_bound(scan, bound)}",
        rule=SYNTAX_ERROR,
    )


def _place(scan: Scan, bound: tuple[int, int, int], leads: bool) -> Span:
    start, end, number = bound
    if leads:
        return span(scan[start - 1])
    if scan.kinds(start, "at", "most") and number == start + 2 and end > number + 1:
        return span(scan[end - 1])
    return Span(scan[start].start, scan[end - 1].end)


def _find_bound_before_condition(
    scan: Scan, bound: tuple[int, int, int], condition: int, stop: int
) -> Iterator[Finding]:
    start, end, _ = bound
    low, high = scan[start].start, scan[condition].start
    last = scan[stop - 1]
    yield Finding(
        Span(low, scan[end - 1].end),
        "the condition comes before the bound",
        (edit(low, high, ""), edit(last.end, last.end, f" {_write_bound(scan, bound)}")),
        f"write while … {_write_bound(scan, bound)}",
        "the order is: repeat while CONDITION at most N times",
        SYNTAX_ERROR,
    )


def _find_operators(scan: Scan, at: int, end: int) -> Iterator[Finding]:
    """Find the operators of other languages in a condition."""
    while at < end:
        piece = scan[at]
        ours = _OPERATORS.get(piece.text) if piece.kind in ("SIGN", "WORD") else None
        if piece.text == "is" and piece.kind == "WORD":
            negated = scan[at + 1].text == "not" and at + 1 < end
            last = scan[at + 1] if negated else piece
            yield _operator(scan, piece.start, last.end, "!=" if negated else "==")
            at += 2 if negated else 1
            continue
        if ours:
            yield _operator(scan, piece.start, piece.end, ours)
        at += 1


def _operator(scan: Scan, start: int, end: int, ours: str) -> Finding:
    theirs = scan.text[start:end]
    whole = Lexeme("SIGN", theirs, start, end, False, "", -1, 0)
    if theirs == "=":
        return Finding(
            Span(start, end),
            "'=' sets a value; a comparison is written '=='",
            (edit(start, end, ours),),
            "write '=='",
            rule=SYNTAX_ERROR,
        )
    change: Edit = put_spaced(scan, whole, ours) if ours.isalpha() else edit(start, end, ours)
    return Finding(
        Span(start, end), f"'{theirs}' is written '{ours}'", (change,), f"write '{ours}'"
    )


def find_logic(scan: Scan) -> Iterator[Finding]:
    """Find ``&&``, ``||`` and ``!`` anywhere else."""
    for at, piece in enumerate(scan.pieces):
        if piece.text in ("&&", "||", "!") and piece.kind == "SIGN":
            if at and scan[at - 1].text == "<":
                continue
            yield _operator(scan, piece.start, piece.end, _OPERATORS[piece.text])
