"""A document that is edited says what a fresh reading of its text says."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.diagnostics.diagnostic import DiagnosticJson
from alw.driver.loader import beside
from alw.driver.pipeline import analyse
from alw.driver.result import Analysis
from alw.driver.session import Session
from alw.editing.completion import completions
from alw.editing.document import Document
from alw.editing.highlight import semantic_tokens
from alw.editing.hints import hints
from alw.editing.hover import hover
from alw.editing.lenses import lenses, runnable
from alw.editing.links import links
from alw.editing.outline import folds, outline
from alw.editing.reparse import Tree, read
from alw.editing.signature import signature
from alw.editing.symbols import CannotRename, definition, references, rename
from alw.syntax.parse import parse
from alw.text.source import Source
from alw.text.tracking import TrackedSource
from tests.engine.generate_programs import Program, programs

NAME = re.compile(r"[A-Za-z_]\w+")
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "samples").glob("*.alw"))
ERRORS = sorted((ROOT / "tests" / "errors").glob("ALW[2-7]*.alw"))
#: What people and their editors type.
SNIPPETS = [
    "x", " ", "\n", "{", "}", '"', "#", "# note\n", "{m1}", "{foo}", "0", "1", ".", "[", "]", "=",
    "task more { exec = \"run\" }\n", "task twin {\n exec = \"run {m1}\"\n outputs = [\"o\"]\n}\n",
    "n_jobs = 3\n", "param z: int = 1\n", "const c: int = 2\n", "after more\n", "and", " or ",
    "{simulate.outputs[0]}", "loop l { }\n", "}\n}\n", "workflow w { }\n", "input a: string\n",
    "\t", "\r\n", "é", "😀", "\\", "%", "$x", "# alw: ignore unused-input\n",
    "repeat at most 3 times\n",
]  # fmt: skip


def fresh(source: Source) -> Analysis:
    """The analysis of a fresh reading."""
    return analyse(Source(source.name, source.text), Session(reader=beside))


def said(document: Document) -> list[DiagnosticJson]:
    return [d.to_json() for d in document.diagnostics]


def answers(analysis: Analysis) -> Iterator[tuple[str, object]]:
    """All answers that an editor may ask for, at some places of the text."""
    yield "file", analysis.file
    yield "tokens", semantic_tokens(analysis)
    yield "outline", outline(analysis)
    yield "folds", list(folds(analysis))
    yield "hints", hints(analysis)
    yield "lenses", (lenses(analysis), runnable(analysis))
    yield "links", links(analysis)
    text = analysis.source.text
    dice = random.Random(len(text))
    names = [match.start() for match in NAME.finditer(text)]
    places = [
        *dice.sample(names, min(8, len(names))),
        *(dice.randrange(len(text) + 1) for _ in "12"),
    ]
    for at in places:
        yield f"hover {at}", hover(analysis, at)
        yield f"completions {at}", completions(analysis, at, beside)
        yield f"signature {at}", signature(analysis, at)
        yield f"definition {at}", definition(analysis, at)
        yield f"references {at}", references(analysis, at, True)
        try:
            yield f"rename {at}", rename(analysis, at, "quite_new")
        except CannotRename as refusal:
            yield f"rename {at}", refusal.message


def agrees(document: Document) -> None:
    expected = fresh(document.source)
    messages = [d.to_json() for d in expected.diagnostics]
    found = said(document)
    was_settled = document.settled
    if not was_settled:
        document.settle()
        assert said(document) == messages
        assert document.settled
        return
    assert found == messages
    for (asked, answer), (_, other) in zip(
        answers(document.analysis), answers(expected), strict=True
    ):
        assert answer == other, asked


def edits(text: str, dice: random.Random) -> Iterator[str]:
    """Texts, each an edit of the one before."""
    while True:
        start = dice.randrange(len(text) + 1)
        if dice.random() < 0.5:  # near a place of the last edit, as people type
            start = min(len(text), dice.choice((start, len(text) // 2)))
        end = start if dice.random() < 0.6 else min(len(text), start + dice.randrange(30))
        text = text[:start] + (dice.choice(SNIPPETS) if dice.random() < 0.8 else "") + text[end:]
        yield text


@pytest.mark.parametrize("path", [*SAMPLES, *ERRORS[::3]], ids=lambda path: path.stem)
@pytest.mark.slow
def test_after_any_edits(path: Path) -> None:
    dice = random.Random(path.stem)
    for _ in range(3):
        original = path.read_text(encoding="utf-8")
        document = Document(str(path), original, Session(reader=beside))
        agrees(document)
        for number, text in enumerate(edits(original, dice)):
            document.change(text)
            agrees(document)
            if number == 6:
                break
            document.change(original)  # and back
            agrees(document)


#: Options that do nothing, and a stream that the command does not use.
QUIET = ['destSE = "CERN-PROD_SCRATCHDISK"', 'n_files_per_job = 2 in_ds = "user.me.in"']


@pytest.mark.parametrize("option", QUIET)
@pytest.mark.parametrize("comes_first", [True, False])
def test_a_warning_that_an_error_held_back_comes_again(option: str, comes_first: bool) -> None:
    warned = f'  task warned {{ exec = "run" {option} }}\n'
    others = "".join(f'  task t{n} {{\n    exec = "run {n}"\n  }}\n' for n in range(9))
    body = warned + others if comes_first else others + warned
    text = f'workflow w {{\n  dataset = "user.me.w"\n{body}}}\n'
    place = text.index('exec = "run 4"')
    document = Document("w.alw", text)
    before = said(document)
    assert [d["severity"] for d in before] == ["warning"]
    document.change(text[:place] + text[place + 2 :])
    assert "warning" not in [d["severity"] for d in said(document)]
    document.change(text)
    assert said(document) == before


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(program=programs(), seed=st.integers(0, 10**6))
def test_of_any_program(program: Program, seed: int) -> None:
    document = Document("w.alw", program.text)
    for text, _ in zip(edits(program.text, random.Random(seed)), range(4), strict=False):
        document.change(text)
        agrees(document)
        document.change(program.text)
        agrees(document)


BIG = 'workflow big {{\n  dataset = "user.me.big"\n{tasks}}}\n'
TASK = '  task t{n} {{\n    exec = "run {n} {text} o.json"\n    outputs = ["o.json"]\n  }}\n'


def big(edited: str) -> str:
    tasks = [TASK.format(n=n, text=edited if n == 20 else "") for n in range(40)]
    return BIG.format(tasks="".join(tasks))


def test_typing_in_a_task_reads_that_task_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from alw.editing import reparse

    read: list[int] = []
    real = parse

    def counted(
        source: Source, collector: object, start: int = 0, end: int | None = None
    ) -> object:
        read.append((len(source.text) if end is None else end) - start)
        return real(source, collector, start, end)  # type: ignore[arg-type]

    monkeypatch.setattr(reparse, "parse", counted)
    document = Document("big.alw", big(""))
    assert said(document) == []
    for text in ("x", "x {t1.outputs[0]}", "x {foo}", "x {t19.outputs[0]}", ""):
        document.change(big(text))
        agrees(document)
        assert document.settled
    assert read[0] == len(big(""))
    assert all(length < 400 for length in read[1:])


def test_a_fault_that_is_typed_and_removed(tmp_path: Path) -> None:
    document = Document("big.alw", big(""))
    assert said(document) == []
    for text in ('x" y', "x {", "x {t1", "x {t1.", "x {t1.outputs[0]}"):
        document.change(big(text))
        agrees(document)


def test_an_empty_text_and_back() -> None:
    document = Document("big.alw", "")
    for text in ("", " ", big("x"), "", "workflow", big("")):
        document.change(text)
        agrees(document)


def test_a_sandbox_is_read_once_until_the_document_settles(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.py").write_text("1")
    source = tmp_path / "w.alw"
    text = big("a").replace(
        "  task t3 ", '  task a { exec = "python a.py" sandbox = "files" }\n  task t3 '
    )
    source.write_text(text)
    document = Document(str(source), text, Session(reader=beside))
    assert said(document) == []
    (tmp_path / "files" / "a.py").unlink()
    (tmp_path / "files").rmdir()
    document.change(text.replace("run 9 ", "run 99 "))
    assert said(document) == []
    document.settle()
    assert [d["code"] for d in said(document)] == ["ALW420"]


def test_a_comment_between_tasks_reads_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    text = big("")
    document = Document("big.alw", text)
    assert said(document) == []
    at = text.index("  task t7 ")
    for comment in ("# one\n", "\n\n  # two {m1} task\n", "#", "# three }\n"):
        document.change(text[:at] + comment + text[at:])
        agrees(document)
    for comment in ("# in front\n", "\n"):
        document.change(comment + text)
        agrees(document)
        document.change(text + comment)
        agrees(document)


def test_what_is_known_is_what_a_fresh_reading_knows() -> None:
    source = Source("w.alw", big("x {t1.outputs[0]}"))
    document = Document("w.alw", big(""))
    assert said(document) == []
    document.change(source.text)
    expected = analyse(source, Session())
    assert document.analysis.file == expected.file
    for (one, graph, planned), (other, same, planned_too) in zip(
        document.analysis.workflows, expected.workflows, strict=True
    ):
        assert one.tasks == other.tasks
        assert graph == same
        assert planned == planned_too


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_names_that_come_and_go(seed: int) -> None:
    """Tasks are renamed, become learners, take each other's names, and read each other."""
    dice = random.Random(seed)
    names = ["a", "b", "c", "d", "e", "f"]

    def task() -> str:
        keyword = dice.choice(["task"] * 5 + ["learn"])
        read = dice.choice(["", "{v}", "{w}"] + [f"{{{n}.outputs[0]}}" for n in names])
        after = f" after {dice.choice(names)}" if dice.random() < 0.3 else ""
        extra = (
            ' result "r.json" { m: int }' if keyword == "learn" else ' outputs = ["o"] n_jobs = 1'
        )
        return f'  {keyword} {dice.choice(names)} {{ exec = "run {read}"{extra}{after} }}\n'

    lines = [task() for _ in range(9)]
    lines[4:4] = ['  const v: string = "x{w}"\n', '  const w: string = "y"\n']

    def text() -> str:
        return 'workflow w {\n  dataset = "user.me.w"\n' + "".join(lines) + "}\n"

    document = Document("w.alw", text())
    agrees(document)
    for _ in range(40):
        number = dice.randrange(len(lines))
        kind = dice.random()
        if lines[number].startswith("  const"):
            lines[number] = lines[number].replace("x", "xx") if kind < 0.5 else lines[number]
        elif kind < 0.7:
            lines[number] = task()
        elif kind < 0.85:
            lines.insert(number, task())
        elif len(lines) > 6:
            del lines[number]
        document.change(text())
        agrees(document)


def test_a_message_names_the_line_of_now() -> None:
    """Of the first workflow of a name, however much was typed before."""
    task = ' {\n dataset = "user.me.w" task t { exec = "true" } }\n'
    head = "".join(f"workflow w{n}{task}" for n in range(20))
    text = head + f"workflow w{task}workflow v{task}workflow w{task}"
    document = Document("/x/a.alw", text)
    assert document.diagnostics is not None
    for old, new in (("workflow w {", "\n\nworkflow w {"), ("w5 {", "w5 { #\n")) * 3:
        text = text.replace(old, new, 1)
        document.change(text)
        agrees(document)
    (found,) = (d for d in document.diagnostics if d.code == "ALW506")
    line = text[: text.index("workflow w {")].count("\n") + 1
    (first,) = found.related
    assert first.source.position(first.span.start).line == line


def test_memory_of_tasks_that_were_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is typed leaves none of its beginnings behind."""
    text = big("simulate.py")
    document = Document("/x/a.alw", text)
    assert document.diagnostics is not None
    tasks = len(document.analysis.workflows[0][0].tasks)
    for n in range(60):
        document.change(text.replace("task t1 {", f"task t1_{n} {{", 1))
        assert document.diagnostics is not None
    planned = document._caches.planned(0)
    assert text != document.source.text
    assert len(planned._names) <= tasks and len(planned._plans) <= tasks


LOOPS = """workflow looping {
  input size: int = 3
  dataset = "user.me.looping"
  loop scan {
    param m: int = 1
    const far: int = size * 2
    task sim { exec = "run {m} {far} o.json" outputs = ["o.json"] n_jobs = far }
    learn step { exec = "learn {sim.outputs[0]} r.json" result "r.json" { m: int, x: float } }
    repeat while step.x > 0.5 at most 5 times
  }
  task after { exec = "plot {scan.m} {step.outputs[0]} p.json" outputs = ["p.json"] n_jobs = 1 }
}
"""
#: What stands in the text, and what is put after it.
HEADS = [
    ("loop scan", "x"), ("workflow big", "x"), ("workflow looping", "y"), ("param m", "q"),
    ("param m: int = 1", "0"), ("size: int = 3", "7"), ("const far: int = size * 2", " + 1"),
    ("task sim", "u"), ("learn step", "s"), ("x: float", "y"), ("loop scan", " #"),
    ("loop", "s"), ("loop scan {", "\n# note\n"), ("at most 5", "0"), ("task t7", "x"),
    ("task t7 {", "\n"), ("user.me.big", "x"), ("{scan.m}", " {scan.m}"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_heads_and_declarations(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What everything depends on is edited, mostly without a reading of the whole text."""
    whole: list[int] = []

    def count(source: TrackedSource) -> Tree:
        whole.append(1)
        return read(source)

    monkeypatch.setattr("alw.editing.document.read", count)
    dice = random.Random(seed)
    text = original = big("x {t1.outputs[0]}") + LOOPS
    document = Document("big.alw", text)
    agrees(document)
    for _ in range(12):
        found, more = dice.choice(HEADS)
        text = text.replace(found, found + more) if found in text else original
        document.change(text)
        agrees(document)
    document.change(original)
    agrees(document)
    assert len(whole) < 10
