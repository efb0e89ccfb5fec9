"""Measures pictures of large workflows: seconds of CPU to draw them, and the size of the SVG.

    python tests/benchmarks/drawings.py

Reading and checking the source is not counted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from alw.drawing.svg import write_svg
from tests.drawing.charts import chain, dense, drawn, fan, two_hundred, wide

CASES = {
    "chain of 500": chain(500),
    "chain of 1,000": chain(1000),
    "chain of 2,000": chain(2000),
    "100, each after all before": dense(100),
    "200, each after all before": dense(200),
    "50, each reads all before": dense(50, files=True),
    "100, each reads all before": dense(100, files=True),
    "2,000 beside each other": wide(2000),
    "fan of 1,000": fan(1000),
    "49 chains in a loop": two_hundred(),
}


def main() -> None:
    print(f"{'workflow':28} {'seconds':>8} {'kB':>8}")
    for name, text in CASES.items():
        drawing = drawn(text)
        start = time.process_time()
        picture = write_svg(drawing)
        seconds = time.process_time() - start
        print(f"{name:28} {seconds:8.2f} {len(picture) / 1000:8.0f}", flush=True)


if __name__ == "__main__":
    main()
