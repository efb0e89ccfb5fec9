"""The cost of `alw simulate` by the number of iterations: seconds, and memory that must not grow.

    python tests/benchmarks/simulating.py [--iterations 100,1000]

The workflow is the sample with another bound and no condition.  Every number is of a whole
process, as in run.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generate import SAMPLE
from run import alw, measured


def main() -> None:
    """Print a line for each number of iterations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", default="100,1000")
    wanted = [int(number) for number in parser.parse_args().iterations.split(",")]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for script in SAMPLE.parent.glob("*.py"):
            (work / script.name).write_bytes(script.read_bytes())
        for number in [1, *wanted]:
            source = work / "source.alw"
            text = SAMPLE.read_text().replace(
                "while merge.nevents > 0 at most 20", f"at most {number}"
            )
            source.write_text(text)
            cost = measured([*alw(), "simulate", str(source)], work)
            assert f"{number} iteration" in (work / "log").read_text(), "all were simulated"
            print(
                f"{number:>6} iterations: {cost.wall:6.2f} s, {cost.cpu:6.2f} s of CPU, "
                f"{1000 * cost.wall / number:7.1f} ms each, {cost.memory:5.0f} MB"
            )


if __name__ == "__main__":
    main()
