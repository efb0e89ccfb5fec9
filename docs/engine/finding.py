"""How a reproduction says what it saw."""

import sys

HOLDS, NO_LONGER, NEITHER = 0, 3, 4
"""Exit statuses of a reproduction; any other means that it failed itself."""


def conclude(seen, *, documented, expected):
    """Say what was seen, and end: as documented, as one would expect, or neither."""
    print(f"expected:   {expected}")
    print(f"documented: {documented}")
    print(f"seen:       {seen}")
    sys.exit(HOLDS if seen == documented else NO_LONGER if seen == expected else NEITHER)
