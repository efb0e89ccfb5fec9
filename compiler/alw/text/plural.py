"""Numbers of things, in words."""

from __future__ import annotations


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 job``, ``2 jobs``, ``1,000 jobs``.

    :param plural: where it is not ``noun`` with an ``s``.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
