"""Text in drawings: harmless, of bounded length, and wide as the widest usual font draws it."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_CUT = "…"
_COLUMNS = 40
#: Widths of DejaVu Sans, the widest of the usual fonts without serifs, in em.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.29), **dict.fromkeys("Ift.,:;!/\\()[] -`", 0.42),
    **dict.fromkeys("rs\"*_?zcJ{}", 0.57), **dict.fromkeys("mMW@%—…", 1.03), "w": 0.84,
    **dict.fromkeys("ABCDGHKNOQRUVXY+<>=~#&", 0.85),
}  # fmt: skip
_USUAL = 0.66
_WIDE = 1.1
_BOLD = 1.12
#: A character of a font in which all have the same width.
_MONO = 0.61


def clean_label(text: str) -> str:
    """Return ``text`` on one line, with a sign for every character that cannot be shown."""
    shown = (
        " " if c.isspace() else c if _is_shown(c) else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return " ".join("".join(shown).split())


def _is_shown(character: str) -> bool:
    # XML has no place for surrogates and the last two of a plane, an editor none for controls;
    # marks that turn the direction of text would turn that of the picture.
    return category(character) not in ("Cc", "Cf", "Cs", "Cn", "Co")


def shorten(text: str, most: int) -> str:
    """Return at most ``most`` characters of ``text``; those in the middle are left out."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 3
    return f"{text[: most - 1 - tail]}{_CUT}{text[len(text) - tail :]}"


def join_labels(labels: tuple[str, ...], most: int) -> str:
    """Return ``a, b, c``; if that is longer than ``most``, the number of those left out."""
    shown = [clean_label(label) for label in labels]
    whole = ", ".join(shown)
    if len(whole) <= most or len(shown) < 2:
        return shorten(whole, most)
    for kept in range(len(shown) - 1, 0, -1):
        text = f"{', '.join(shown[:kept])} +{len(shown) - kept}"
        if len(text) <= most:
            return text
    more = f" +{len(shown) - 1}"
    return shorten(shown[0], max(most - len(more), 4)) + more


def wrap_text(text: str, columns: int, most: int) -> list[str]:
    """Break ``text`` into at most ``most`` lines of at most ``columns`` characters."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
        if len(lines[-1]) > columns:
            lines[-1] = lines[-1][: columns - 1] + _CUT
    return [shorten(line, columns) for line in lines]


def wrap_condition(text: str) -> list[str]:
    """Break a condition into lines, of which the last is the bound."""
    first, at_most, bound = text.rpartition(" at most ")
    if not at_most or len(text) <= _COLUMNS:
        return wrap_text(text, _COLUMNS, 4)
    return [*wrap_text(first, _COLUMNS, 4), f"at most {bound}"]


def measure_width(text: str, size: float, bold: bool = False, mono: bool = False) -> float:
    """Return the width of ``text`` in letters of ``size``, at most."""
    em = sum(map(_measure_mono if mono else _measure_proportional, text))
    return em * size * (_BOLD if bold else 1)


def _measure_proportional(character: str) -> float:
    return _measure_other(character, _WIDTHS.get(character, _USUAL))


def _measure_mono(character: str) -> float:
    return _measure_other(character, _MONO)


def _measure_other(character: str, usual: float) -> float:
    if character.isascii():
        return usual
    if category(character) in ("Mn", "Me"):
        return 0
    return _WIDE if east_asian_width(character) in "WFA" else max(usual, 0.85)
