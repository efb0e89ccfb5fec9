"""Internal ids: 8 hex digits, as iDDS makes them, but from names instead of chance."""

from __future__ import annotations

from hashlib import sha256


class Ids:
    """The internal ids of one workflow.

    An id depends on the names alone, so that the same source gives the same bytes
    everywhere.  Two names whose ids would be equal (of 10,000 tasks, one time in ten)
    are told apart by the order in which they are asked for, which is the source's.
    """

    def __init__(self, *scope: str) -> None:
        self._scope = scope
        self._given: dict[tuple[str, ...], str] = {}
        self._used: set[str] = set()

    def of(self, *names: str) -> str:
        """Return the id of what is called ``names``; the same at every call."""
        found = self._given.get(names)
        attempt = 0
        while found is None:
            text = "\0".join([*self._scope, *names, *([str(attempt)] if attempt else [])])
            digits = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            attempt += 1
            if digits not in self._used:
                self._used.add(digits)
                found = self._given[names] = digits
        return found
