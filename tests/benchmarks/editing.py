"""How long an editor waits for diagnostics after an edit: from didChange to publishDiagnostics.

    python tests/benchmarks/editing.py [--tasks 1000] [--edits 40]

Starts the real server, opens a generated workflow, and types: into a command, a number, a name,
a comment; an error and its correction.  Every edit waits for the diagnostics of its version.
``answers.py`` has the costs of all answers.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.generate import campaign, source
from tests.server.editor import Editor, session

URI = "untitled:Untitled-1"
Edit = tuple[int, int, str]


def kinds(text: str) -> Iterator[tuple[str, list[Edit]]]:
    """What is typed, one keystroke after the other, and taken back."""
    middle = text.index("task ", len(text) // 2)

    def inside(needle: str, typed: str, *, start: int = middle) -> list[Edit]:
        at = text.index(needle, start) + len(needle)
        there = [(at + i, at + i, c) for i, c in enumerate(typed)]
        back = [(at + i, at + i + 1, "") for i in reversed(range(len(typed)))]
        return [*there, *back]

    yield "in a command", inside('exec    = "', "time ")
    yield "in a number", inside("memory = 2", "50")
    yield "in the name of a task that others read", inside("task evgen_sig", "x")
    yield "in a comment", inside("{\n", "# note\n")
    yield "a brace too many, and its correction", inside("  task ", "{")
    yield "in the first line", inside("workflow ", "my", start=0)
    yield "in the default of an input", inside('user: string = "', "ab", start=0)


async def typed(editor: Editor, edits: list[Edit], times: int) -> list[float]:
    """The milliseconds that each edit took."""
    took = []
    for start, end, text in edits * max(1, times // len(edits)):  # all is taken back
        began = time.perf_counter()
        editor.change(URI, start, end, text)
        await editor.checked(URI)
        took.append((time.perf_counter() - began) * 1000)
        editor.heard.clear()
        await asyncio.sleep(0.05)  # nobody types faster
    return took


async def measure(tasks: int, edits: int) -> None:
    text = source(campaign(tasks))
    lines = text.count("\n")
    print(f"{tasks} tasks, {lines} lines, {len(text)} characters; milliseconds")
    async with session() as editor:
        began = time.perf_counter()
        editor.open(URI, text)
        await editor.checked(URI)
        print(f"{'opened':45} {(time.perf_counter() - began) * 1000:8.1f}")
        print(f"{'':45} {'median':>8} {'p95':>8} {'most':>8}")
        for kind, changes in kinds(text):
            took = sorted(await typed(editor, changes, edits))
            p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
            print(f"{kind:45} {statistics.median(took):8.1f} {p95:8.1f} {took[-1]:8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=40)
    given = parser.parse_args()
    asyncio.run(measure(given.tasks, given.edits))


if __name__ == "__main__":
    main()
