"""docs/tutorial.md, followed step by step: its files are saved, its commands run.

A mark before a block says what the reader does with it; the page as it is shown does not have it:

    <!-- file: NAME -->                  the block is saved as NAME
    <!-- edit: NAME: OLD => NEW -->      NAME is changed as the text says; there is no block
    <!-- interrupt after: TEXT -->       Ctrl-C is pressed once the command has printed TEXT

A block ``console`` has commands, each after ``$ ``, and what each prints.  What differs each time
is masked: a time (``2.3 s``, ``1 min 2 s``) with the bars of its line, the width of columns, and
the reader's folder, ``/home/me/massfit`` in the page.  ``…`` alone in a line of the page stands
for any lines, and ``^C`` for none.

    python -m tests.commands.tutorial    write into the page what its commands print now, but for
                                         outputs of which lines are left out
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
FOLDER = "/home/me/massfit"
_MARK = re.compile(r"<!-- (file|edit|interrupt after): (.*) -->")
_TIME = re.compile(r"\b(?:\d+ (?:h|min) )?\d+(?:\.\d+)?(?:e-\d+)? (?:s|min)\b")
_BARS = re.compile(r"[▁▂▃▄▅▆▇█]+")
#: How long a command may take before the test says that it hangs.
_PATIENCE = 240


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the page.

    :param at: the number of the line that has it, from 0.
    :param shown: the lines that follow it in the page.
    :param interrupt: what it prints before Ctrl-C is pressed; empty: it ends by itself.
    """

    at: int
    text: str
    shown: tuple[str, ...]
    interrupt: str = ""

    def prints(self, output: str) -> bool:
        """Return whether ``output`` is what the page shows."""
        parts = (
            "(?:.*\n)*?" if line == "…" else f"{re.escape(_masked(line))}\n"
            for line in self.shown
            if line != "^C"
        )
        return re.fullmatch("".join(parts), _masked(output)) is not None


@dataclass(frozen=True, slots=True)
class Save:
    """A file that the reader writes."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that the reader makes."""

    name: str
    old: str
    new: str


def steps(page: str) -> Iterator[Command | Save | Edit]:
    """Yield what the reader does, in order."""
    lines = page.splitlines()
    kind = rest = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        mark = _MARK.fullmatch(line)
        if mark is not None:
            kind, rest = mark.groups()
            if kind == "edit":
                name, _, change = rest.partition(": ")
                old, _, new = change.partition(" => ")
                yield Edit(name, old, new)
                kind = ""
        elif line.startswith("```"):
            end = lines.index("```", at + 1)
            if kind == "file":
                yield Save(rest, "\n".join([*lines[at + 1 : end], ""]))
            elif line == "```console":
                yield from _commands(lines, at + 1, end, rest if kind else "")
            kind, at = "", end
        at += 1


def _commands(lines: list[str], start: int, end: int, interrupt: str) -> Iterator[Command]:
    at = [number for number in range(start, end) if lines[number].startswith("$ ")]
    for number, after in zip(at, [*at[1:], end], strict=True):
        text, shown = lines[number][2:], tuple(lines[number + 1 : after])
        yield Command(number, text, shown, interrupt)


def run(command: Command, folder: Path) -> str:
    """Run a command in ``folder``; return what it prints, the reader's folder in it."""
    programs = Path(sys.executable).parent
    process = subprocess.Popen(
        ["bash", "-c", command.text],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "80",
            "LANG": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if command.interrupt and line.startswith(command.interrupt):
                os.killpg(process.pid, signal.SIGINT)
        process.wait(_PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return "".join(said).replace(str(folder.resolve()), FOLDER)


def take(step: Save | Edit, folder: Path) -> None:
    """Write a file, or change it."""
    path = folder / step.name
    if isinstance(step, Save):
        path.write_text(step.content, "utf-8")
        return
    text = path.read_text("utf-8")
    assert text.count(step.old) == 1, step
    path.write_text(text.replace(step.old, step.new), "utf-8")


def _masked(text: str) -> str:
    return "\n".join(map(_masked_line, text.split("\n")))


def _masked_line(line: str) -> str:
    if _TIME.search(line):
        line = _BARS.sub("", _TIME.sub("0 s", line))
    return re.sub("(?<=\\S) +", " ", line)


def _rewrite() -> None:
    page = PAGE.read_text("utf-8")
    lines: list[str] = page.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        new = []
        for step in steps(page):
            if not isinstance(step, Command):
                take(step, Path(folder))
                continue
            output = run(step, Path(folder))
            print(f"$ {step.text}\n{output}", end="")
            if not step.prints(output) and "…" in step.shown:
                print(f"** line {step.at + 1}: what the page shows of this is not right")
            elif not step.prints(output):
                new.append((step, output.splitlines()))
    for command, output_lines in reversed(new):
        after = command.at + 1
        lines[after : after + len(command.shown)] = output_lines
    PAGE.write_text("\n".join([*lines, ""]), "utf-8")
    print(f"{len(new)} outputs have changed")


if __name__ == "__main__":
    _rewrite()
