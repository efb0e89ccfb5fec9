"""What each answer of an editor costs after an edit, as a share of an analysis from nothing.

    python tests/benchmarks/answers.py [--tasks 1000] [--edits 6]

Each edit is made, then one answer is asked for: its time includes the analysis that it needs.  The
ratios say what the machine does not: 1.00 is the time of an analysis of the whole text.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from alw.driver.pipeline import analyse
from alw.driver.result import Analysis
from alw.editing.completion import completions
from alw.editing.document import Document
from alw.editing.highlight import semantic_tokens
from alw.editing.hints import hints
from alw.editing.hover import hover
from alw.editing.lenses import lenses
from alw.editing.links import links
from alw.editing.outline import folds, outline
from alw.editing.symbols import references, rename
from alw.formatting import NotFormatted, format_source
from alw.text.source import Source
from tests.benchmarks.generate import campaign, source

LOOP = """
workflow fitting {
  dataset = "user.me.fitting"
  loop scan {
    param mass: int = 20
    param width: float = 0.5
    task toy { exec = "python toy.py {mass} {width} toy.json" outputs = ["toy.json"] n_jobs = 3 }
    learn step {
      exec = "python step.py {toy.outputs[0]} step.json"
      result "step.json" { mass: int, width: float }
    }
    repeat while step.width > 0.1 at most 5 times
  }
}
"""
#: An edit: where, what is taken out, and what is put in.
Edit = tuple[int, str, str]


def edits(text: str) -> Iterator[tuple[str, Edit]]:
    middle = text.index("task ", len(text) // 2)
    command = text.index('exec    = "', middle) + len('exec    = "')
    yield "in a command", (command, "", "x")
    yield "a task's name", (text.index("evgen_sig", middle) + len("evgen_sig"), "", "x")
    yield "the loop's name", (text.index("loop scan") + len("loop scan"), "", "x")
    yield "a parameter", (text.index("mass: int = 20") + len("mass: int = 2"), "0", "1")
    yield "the first line", (text.index("workflow ") + len("workflow "), "", "x")
    yield "a quote that opens", (command, "", '"')
    yield "a brace", (middle + len("task "), "", "{")
    yield "an input", (text.index('user: string = "') + len('user: string = "'), "", "x")


def _formatted(analysis: Analysis) -> object:
    try:
        return format_source(Source("w.alw", analysis.source.text))
    except NotFormatted:
        return None


Answer = Callable[[Analysis, int], object]
ANSWERS: dict[str, Answer] = {
    "diagnostics": lambda analysis, at: analysis.diagnostics,
    "hover": hover,
    "completion": completions,
    "tokens": lambda analysis, at: semantic_tokens(analysis),
    "outline": lambda analysis, at: (outline(analysis), folds(analysis)),
    "hints": lambda analysis, at: hints(analysis),
    "lenses": lambda analysis, at: lenses(analysis),
    "links": lambda analysis, at: links(analysis),
    "references": lambda analysis, at: references(analysis, at, True),
    "rename": lambda analysis, at: _renamed(analysis, at),
    "formatting": lambda analysis, at: _formatted(analysis),
}


def _renamed(analysis: Analysis, at: int) -> object:
    from alw.editing.symbols import CannotRename

    try:
        return rename(analysis, at, "quite_new")
    except CannotRename:
        return None


def _wait(document: Document, text: str, at: int, answer: Answer) -> float:
    began = time.thread_time()
    document.change(text)
    _ = document.diagnostics
    answer(document.analysis, at)
    return (time.thread_time() - began) * 1000


def measure(tasks: int, times: int) -> None:
    text = source(campaign(tasks)) + LOOP
    began = time.thread_time()
    _ = analyse(Source("w.alw", text))
    nothing = (time.thread_time() - began) * 1000
    print(f"{tasks} tasks, {len(text)} characters; from nothing: {nothing:.0f} ms = 1.00")
    print(f"{'':18}" + "".join(f"{name[:11]:>12}" for name in ANSWERS))
    for kind, (at, old, new) in edits(text):
        changed = text[:at] + new + text[at + len(old) :]
        document = Document("w.alw", text)
        _ = document.analysis
        row = []
        for answer in ANSWERS.values():
            took = [
                _wait(document, wanted, at, answer)
                for _ in range(times)
                for wanted in (changed, text)
            ]
            row.append(statistics.median(took))
        print(f"{kind:18}" + "".join(f"{ms / nothing:6.2f}{ms:6.0f}" for ms in row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=6)
    given = parser.parse_args()
    gc.disable()  # a server collects garbage in pauses
    measure(given.tasks, given.edits)


if __name__ == "__main__":
    main()
