"""``python -m tests.fuzzing KIND NUMBER FIRST``: try so many mutants, and list what fails."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import traceback

from .trying import KINDS


def main(kind: str, number: int, first: int) -> None:
    """Print each failure once, by the place where it fails."""
    found: dict[str, list[int]] = {}
    started, slowest = time.process_time(), (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for seed in range(first, first + number):
            before = time.process_time()
            try:
                KINDS[kind](random.Random(f"{kind} {seed}"))
            except (Exception, TimeoutError) as error:
                frames = traceback.extract_tb(error.__traceback__)[-3:]
                place = " < ".join(f"{f.filename[-40:]}:{f.lineno}" for f in reversed(frames))
                key = f"{type(error).__name__} {place} {ascii(str(error))[:150]}"
                if key not in found:
                    print(f"{kind} {seed}: {key}", flush=True)
                found.setdefault(key, []).append(seed)
            slowest = max(slowest, (time.process_time() - before, seed))
        os.chdir("/")
    spent = time.process_time() - started
    failed = sum(map(len, found.values()))
    print(f"{kind}: {number} tried, {failed} failed, {spent:.0f} s, slowest {slowest}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
