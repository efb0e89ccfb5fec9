"""JSON as a database gives it back: PostgreSQL's ``jsonb`` is not the text that was stored.

Keys come back by length, then by bytes (so iDDS goes through works and conditions in an order of
its own), numbers are decimal without an exponent (``1e+16`` comes back as an integer), and what
``jsonb`` has no place for is refused.  Oracle, which ATLAS uses, keeps the text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any


class RefusedError(ValueError):
    """The database does not take it; the server answers with an error."""


def to_jsonb(value: Any) -> Any:
    """Return JSON ``value`` as a column of type ``jsonb`` gives it back.

    https://www.postgresql.org/docs/current/datatype-json.html: keys, numbers, ``\\u0000``.
    """
    if isinstance(value, str):
        if "\0" in value:
            raise RefusedError("jsonb has no U+0000")
        return value
    if isinstance(value, dict):
        return {key: to_jsonb(value[key]) for key in sorted(value, key=_length_first)}
    if isinstance(value, list):
        return [to_jsonb(item) for item in value]
    return _number(value) if isinstance(value, float) else value


def _length_first(key: str) -> tuple[int, bytes]:
    text = key.encode()
    return len(text), text


def _number(value: float) -> float | int:
    if value != value or value in (float("inf"), float("-inf")):
        raise RefusedError(f"jsonb has no {value}")
    text = format(Decimal(repr(value)), "f")
    # PostgreSQL's numeric knows no negative zero.
    return (float(text) or 0.0) if "." in text else int(text)
