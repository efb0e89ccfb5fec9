"""The requests about one document: each function answers one.

A feature looks at a :class:`~..view.View`, asks :mod:`alw.editing`, and says the answer in the
words of the protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..view import View


class Refused(Exception):
    """An error: what was asked for cannot be done; the message tells the author why."""


@dataclass(frozen=True, slots=True)
class Feature:
    """An answer to a request about one document.

    :param answer: computes it, from the request's parameters.
    :param places: whether the question or the answer has places in the text that mean nothing
        in a later version; others are answered for the text as it is then.
    :param options: what the client is told about it.
    """

    method: str
    answer: Callable[[View, Any], Any]
    places: bool = False
    options: Any = None
