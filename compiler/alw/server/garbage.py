"""Memory: objects that refer to each other in a circle, which only a collection frees.

The command line turns Python's own collector off (:mod:`alw.cli`): it would stop the server at
any time, for as long as it takes to look at everything.  Here young objects are looked at after
so many new ones, which takes no noticeable time, and all of them when those that outlived this
have become many beside the ones of the last full look: as Python does it, but between two jobs.
"""

from __future__ import annotations

import gc

#: So many new objects are worth a look for circles among them.
YOUNG = 50_000


class Garbage:
    """A collector of garbage; for one thread.

    :param young: so many new objects lead to a collection.
    """

    def __init__(self, young: int = YOUNG) -> None:
        self._young = young
        self._pending = 0
        self._old = 0

    def tidy(self) -> None:
        """Collect if there may be enough to collect; called after every job."""
        if gc.get_count()[0] > self._young:
            new = gc.get_count()[0]
            self._pending += max(new - gc.collect(1), 0)
            if self._pending > max(self._young, self._old // 4):
                self.collect()

    def collect(self) -> None:
        """Collect all."""
        gc.collect()
        self._pending, self._old = 0, len(gc.get_objects())
