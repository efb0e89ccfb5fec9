"""Habits of other languages: one message at the slip, a fix, and nothing that follows from it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from alw.diagnostics.diagnostic import Diagnostic
from alw.diagnostics.fixes import Repair, repair
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.text.source import Source

from .expectation import FOLDER
from .test_mutants import KINDS

RIGHT = {
    "workflow": "",
    "param": "param m1: float = 0.5",
    "exec": 'exec = "python sim.py {m1} {user} o.json"',
    "task": "n_jobs = 10",
    "after": "after one",
    "result": 'result "fit.json" { m1: float, n: int }',
    "repeat": "repeat while fit.n > 0 at most 20 times",
}
_TEXT = """workflow w {{
  input user: string = "me"
  dataset = "user.me.w"
  {workflow}
  loop scan {{
    {param}
    task one {{ exec = "python one.py" outputs = ["i.json"] }}
    task sim {{
      {exec}
      outputs = ["o.json"]
      {task}
      {after}
    }}
    learn fit {{
      exec = "python fit.py fit.json {{m1}} {{sim.outputs[0]}}"
      {result}
    }}
    {repeat}
  }}
}}
"""
#: Where, what is written, and what --fix makes of it; other white space is the same.
SLIPS = (
    ("after", "after = one", "after one"),
    ("after", "after: one", "after one"),
    ("after", "after = [one]", "after one"),
    ("after", 'after = ["one"]', "after one"),
    ("after", "after (one)", "after one"),
    ("task", "n_jobs: 10", "n_jobs = 10"),
    ("task", "n_jobs := 10", "n_jobs = 10"),
    ("task", "n_jobs => 10", "n_jobs = 10"),
    ("task", "n_jobs == 10", "n_jobs = 10"),
    ("task", "n_jobs 10", "n_jobs = 10"),
    ("task", '"n_jobs" = 10', "n_jobs = 10"),
    ("task", "n_jobs = 10;", "n_jobs = 10"),
    ("task", "n_jobs = 10,", "n_jobs = 10"),
    ("task", "n_jobs = 10  // ten jobs, no more", "n_jobs = 10  # ten jobs, no more"),
    ("task", "n_jobs = 10  /* ten */", "n_jobs = 10  # ten "),
    ("task", "--nJobs 10", "n_jobs = 10"),
    ("task", "--nJobs=10", "n_jobs = 10"),
    ("task", "-nJobs 10", "n_jobs = 10"),
    ("task", "--n_jobs 10", "n_jobs = 10"),
    ("task", "--nJobs 10 \\", "n_jobs = 10"),
    ("task", "--nJobs 10  # ten", "n_jobs = 10  # ten"),
    ("task", "--verbose", "verbose = true"),
    ("task", "--site CERN-PROD --memory=2000", 'site = "CERN-PROD"\n memory = 2000'),
    ("task", "--site 'CERN-PROD'", 'site = "CERN-PROD"'),
    ("task", "container_image = docker://atlas/x:1", 'container_image = "docker://atlas/x:1"'),
    ("task", "dataset = user.{user}.x", 'dataset = "user.{user}.x"'),
    ("task", "dataset: user.{user}.x  # mine", 'dataset = "user.{user}.x"  # mine'),
    ("task", "site = 'CERN'", 'site = "CERN"'),
    ("task", "site = “CERN”", 'site = "CERN"'),
    ("task", "dataset = user.me.x", 'dataset = "user.me.x"'),
    ("task", "dataset: user.me.x", 'dataset = "user.me.x"'),
    ("task", "dest_se = CERN-PROD_SCRATCHDISK", 'dest_se = "CERN-PROD_SCRATCHDISK"'),
    ("task", "no_build = yes", "no_build = true"),
    ("task", "no_build = FALSE", "no_build = false"),
    *(
        ("exec", f"exec = {asked}", 'exec = "x {one.outputs[0]} {m1}"')
        for asked in (
            '"x {one.outputs["i.json"]} {m1}"',
            "\"x {one.outputs['i.json']} {m1}\"",
            '"x {one.outputs[\\"i.json\\"]} {m1}"',
        )
    ),
    ("exec", "exec = python x.py {m1}", 'exec = "python x.py {m1}"'),
    ("exec", "exec: python x.py {m1}", 'exec = "python x.py {m1}"'),
    ("exec", 'exec = "python x.py {m1} \\\n  -n 3"', 'exec = "python x.py {m1} " "-n 3"'),
    ("exec", 'exec = "x.py \\\n  {m1}\\\n  -n"', 'exec = "x.py " "{m1} " "-n"'),
    ("exec", 'exec = "\\\n  x.py {m1}\\\n/a"', 'exec = "" "x.py {m1}" "/a"'),
    ("exec", 'exec = python x.py {m1}"', 'exec = "python x.py {m1}"'),
    ("exec", 'exec = python "x y.py" {m1}"', 'exec = "python \\"x y.py\\" {m1}"'),
    ("exec", 'exec = python "x y.py" {m1}', 'exec = "python \\"x y.py\\" {m1}"'),
    ("exec", "exec = python 'x y.py' {m1}", "exec = \"python 'x y.py' {m1}\""),
    ("exec", 'exec: "python x.py {m1}"', 'exec = "python x.py {m1}"'),
    ("exec", 'exec "python x.py {m1}"', 'exec = "python x.py {m1}"'),
    ("exec", "exec = 'python x.py {m1}'", 'exec = "python x.py {m1}"'),
    ("exec", 'exec = f"python x.py {m1}"', 'exec = "python x.py {m1}"'),
    ("exec", "exec = f'python x.py {m1}'", 'exec = "python x.py {m1}"'),
    ("exec", "exec = 'python \"x y.py\" {m1}'", 'exec = "python \\"x y.py\\" {m1}"'),
    ("exec", 'exec = "x {m1}", memory = 2', 'exec = "x {m1}" memory = 2'),
    ("result", 'result = "f" { m1: float, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result: "f" { m1: float, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result("f") { m1: float, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result "f" = { m1: float, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result "f" { m1: float; n: int; }', 'result "f" { m1: float, n: int }'),
    ("result", 'result "f" { m1 float, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result "f" { float m1, n: int }', 'result "f" { m1: float, n: int }'),
    ("result", 'result "f" { m1 = float, n: int }', 'result "f" { m1 : float, n: int }'),
    ("result", 'result "f" { "m1": "float", n: int }', 'result "f" { m1: float, n: int }'),
    ("param", "param m1 = 0.5", "param m1: float = 0.5"),
    ("param", "param m1 = -0.5", "param m1: float = -0.5"),
    ("param", "param m1 := 0.5", "param m1: float = 0.5"),
    ("param", "param m1: 0.5", "param m1: float = 0.5"),
    ("param", "param float m1 = 0.5", "param m1: float = 0.5"),
    ("param", "param m1 float = 0.5", "param m1: float = 0.5"),
    ("param", "param m1: float 0.5", "param m1: float = 0.5"),
    ("param", "param m1(float) = 0.5", "param m1: float = 0.5"),
    ("param", 'param "m1": float = 0.5', "param m1: float = 0.5"),
    ("param", "parameter m1: float = 0.5", "param m1: float = 0.5"),
    ("param", "float m1 = 0.5", "param m1: float = 0.5"),
    ("param", "m1: float = 0.5", "param m1: float = 0.5"),
    ("param", "param m1: float = .5", "param m1: float = 0.5"),
    ("param", "param m1: float = 1.", "param m1: float = 1.0"),
    ("workflow", "input string name = 'x'", 'input name: string = "x"'),
    ("workflow", 'input name = "x"', 'input name: string = "x"'),
    ("workflow", "const X = true", "const X: bool = true"),
    ("workflow", "const X = 3", "const X: int = 3"),
    ("workflow", "let X = 3", "const X: int = 3"),
    ("workflow", "/* a comment */", "# a comment "),
    ("workflow", "// it's a comment; isn't it", "# it's a comment; isn't it"),
    ("workflow", "-- a comment", "# a comment"),
    *(
        ("repeat", f"repeat while fit.n > 0 {bound}", RIGHT["repeat"])
        for bound in (
            *("at most 20 iterations", "at most 20 time", "at most 20", "max 20 times"),
            *("maximum 20", "up to 20 times", ", at most 20 times", "and at most 20 times"),
            *("at most 20x", "at-most 20 times", "atmost 20 times", "limit 20"),
        )
    ),
    *(
        ("repeat", f"{written} at most 20 times", f"repeat while {ours} at most 20 times")
        for written, ours in (
            ("while fit.n > 0", "fit.n > 0"),
            ("repeat if fit.n > 0", "fit.n > 0"),
            ("repeat: while fit.n > 0", "fit.n > 0"),
            ("repeat until fit.n == 0", "not (fit.n == 0)"),
            ("until fit.n == 0", "not (fit.n == 0)"),
            ("repeat while fit.n > 0 && m1 < 3", "fit.n > 0 and m1 < 3"),
            ("repeat while fit.n > 0 || m1 < 3", "fit.n > 0 or m1 < 3"),
            ("repeat while !(fit.n > 0)", "not (fit.n > 0)"),
            ("repeat while fit.n > 0 AND m1 < 3", "fit.n > 0 and m1 < 3"),
            ("repeat while fit.n => 1", "fit.n >= 1"),
            ("repeat while fit.n = 1", "fit.n == 1"),
            ("repeat while fit.n === 1", "fit.n == 1"),
            ("repeat while fit.n <> 1", "fit.n != 1"),
            ("repeat while fit.n is not 1", "fit.n != 1"),
            ("repeat while fit.n ≥ 1", "fit.n >= 1"),
        )
    ),
    ("repeat", "repeat at most 20 times while fit.n > 0", RIGHT["repeat"]),
    ("repeat", "repeat 20 times while fit.n > 0", RIGHT["repeat"]),
)


def program(place: str, written: str) -> str:
    return _TEXT.format(**{**RIGHT, place: written})


def diagnosed(sources: Sequence[Source]) -> Sequence[Diagnostic]:
    return compile_sources(sources, Session()).diagnostics


def fixed(text: str) -> Repair:
    return repair([Source("s.alw", text)], diagnosed)


def meant(text: str) -> set[str]:
    """The names and values that a message about their meaning puts others in the place of."""
    found: set[str] = set()

    def diagnose(sources: Sequence[Source]) -> Sequence[Diagnostic]:
        result = diagnosed(sources)
        for d in result:
            if d.fix and d.fix.safe and d.code >= "ALW2":
                spans = [edit.span for edit in d.fix.edits]
                assert all("\n" not in d.source.text[s.start : s.end] for s in spans)
                for span in spans:
                    found.update(words(d.source.text[span.start : span.end], True))
        return result

    repair([Source("s.alw", text)], diagnose)
    return found


def errors(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [d for d in found if d.severity == "error"]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(("place", "written", "ours"), SLIPS, ids=[s[1] for s in SLIPS])
def test_a_slip_is_one_message_with_a_fix(place: str, written: str, ours: str) -> None:
    text = program(place, written)
    repaired = fixed(text)
    found = errors(repaired.before)
    line = text[: text.index(written)].count("\n") + 1
    assert {d.start.line for d in found} == {line}, found
    assert all(d.fix and d.fix.safe for d in found)
    assert len(found) == 1 or (len(found), place) == (2, "result") or "'x'" in written
    assert plain(repaired.sources[0].text) == plain(program(place, ours))
    assert not errors(repaired.after)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("outputs = [o.json]", 'outputs = ["o.json"]'),
        ('outputs = ["p.json", o.json]', 'outputs = ["p.json", "o.json"]'),
        ("outputs = [sim.json]", 'outputs = ["sim.json"]'),  # the task's own name
        ("outputs = sim.json", 'outputs = "sim.json"'),
        ("outputs = [scan.json]", None),
    ],
)
def test_a_file_name_gets_quotes(written: str, wanted: str | None) -> None:
    text = program("exec", 'exec = "python sim.py {m1} {user} o.json p.json sim.json"')
    text = text.replace('outputs = ["o.json"]', written)
    repaired = fixed(text)
    assert len(errors(repaired.before)) == 1
    assert (repaired.sources[0].text == text.replace(written, wanted or "")) == bool(wanted)


def test_a_slip_in_a_replacement_is_one_message() -> None:
    text = 'workflow w {\n  task a { map = "a.json" replace "x" "y" }\n}\n'
    (found,) = (d for d in errors(diagnosed([Source("s", text)])) if d.code != "ALW418")
    assert found.code == "ALW101"


def test_the_right_program_is_right() -> None:
    for place in RIGHT:
        assert not errors(diagnosed([Source("s", program(place, RIGHT[place]))]))


def test_bodies_by_indentation_get_braces() -> None:
    text = (
        "workflow w:\n  dataset: user.me.w\n\n  task a:  # first\n    exec: python a.py\n"
        "    n_jobs: 3\n  task b:\n    exec: python b.py\n    after: a\n"
    )
    repaired = fixed(text)
    assert not errors(repaired.after)
    assert "task a {  # first\n" in repaired.sources[0].text
    assert repaired.sources[0].text.endswith("    after a\n  }\n}\n")
    assert len([d for d in repaired.before if "found ':'" in d.message]) < 5


PRUN = 'prun --exec "python x.py" --outDS user.me.x --nJobs 10'


@pytest.mark.parametrize(
    "text",
    [
        PRUN,
        f"$ {PRUN}\n",
        "#!/bin/bash\nsource setup.sh\nfor i in 1 2; do\n"
        '  prun --exec "python x.py" \\\n    --outDS user.me.x\ndone\n',
        f'{PRUN}\nworkflow w {{ dataset = "user.me.w" task a {{ exec = "x" }} }}',
        program("task", PRUN),
        program("task", f"lxplus$ {PRUN}"),
        program("exec", 'prun --exec "python \\\n x.py" \\\n  --outDS user.me.x \\\n  --nJobs 3'),
    ],
)
def test_a_command_line_of_prun_is_one_message(text: str) -> None:
    [found] = errors(diagnosed([Source("s", text)]))
    assert "alw import" in found.help and found.fix is None
    assert "prun" in text.split("\n")[found.start.line - 1]


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("param", "param m1, m2: float = 0.5"),
        ("param", "param m0: float = 1, m1, m2: float = 0.5"),
        ("exec", "exec = <<EOF\npython sim.py {m1} o.json\nEOF"),
    ],
)
def test_what_has_no_certain_meaning_is_not_changed(place: str, written: str) -> None:
    text = program(place, written)
    kept = written.split("\n")[0].split(", ")[-1]
    assert f"{kept}\n" in fixed(text).sources[0].text


@pytest.mark.parametrize("option", ["--nosuch 5", "--nFilesPerJb=10", "--nJobs x"])
def test_an_option_that_is_none_stays(option: str) -> None:
    repaired = fixed(program("task", option))
    assert len(errors(repaired.before)) == 1
    assert option in repaired.sources[0].text


# Properties of all fixes

#: Words that a fix may put another word in the place of: the same, in the other spelling.
_RENAMED = frozenset(
    (
        *(
            "time",
            "iteration",
            "iterations",
            "rounds",
            "loop",
            "loops",
            "max",
            "maximum",
            "up",
            "to",
        ),
        *("limit", "atmost", "20x", "at", "most", "and", "for", "until", "if", "when", "while"),
        *("is", "not", "f", "r", "u", "b", "let", "var", "val", "def", "set", "parameter"),
        *("constant", "step", "job", "process", "rule", "stage", "str", "double", "integer"),
        *("boolean", "number", "real", "text", "and", "or", "prun", "o", "json"),
    )
)
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|#[^\n]*')


def words(text: str, with_comments: bool) -> Counter[str]:
    if not with_comments:
        text = _COMMENT.sub(lambda m: m[1] or "", text)
    text = re.sub(r"\\[nt]", " ", re.sub(r"\.0\b", "", text))  # 1.0 as an int is 1
    found = re.findall(r"\w+", text)
    return Counter(word.replace("_", "").lower() for word in found)


def corpus() -> list[tuple[str, str]]:
    root = FOLDER.parents[1]
    files = [*FOLDER.glob("*.alw"), *(root / "samples").rglob("*.alw")]
    found = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(files)]
    return found + [(s[1], program(s[0], s[1])) for s in SLIPS]


def mutants(number: int) -> list[tuple[str, str]]:
    chance = random.Random(5)
    texts = [text for _, text in corpus() if text.startswith("workflow")]
    made: list[tuple[str, str]] = []
    while len(made) < number:
        text = chance.choice(texts)
        for mutate in chance.sample(KINDS, 2):
            try:
                text = mutate(text, chance)
            except (IndexError, ValueError):
                continue
        at = chance.randrange(len(text) + 1)
        borrowed = chance.choice([";", ",", ":", " = ", " // a b", "'", '"', "--nJobs 3", " of "])
        made.append((f"mutant {len(made)}", text[:at] + borrowed + text[at:]))
    return made


def lost(before: str, repaired: Repair) -> list[str]:
    """The words that are gone, or have become comments."""
    after = repaired.sources[0].text
    renamed = _RENAMED | meant(before)
    ignored = re.findall(r"# alw: ignore[^\n]*", before)
    renamed |= {w for text in ignored for w in words(text, True)}
    code = words(before, False) - words(after, False)
    everything = words(before, True) - words(after, True)
    commented = (
        words(after, True) - words(after, False) - (words(before, True) - words(before, False))
    )
    foreign = [
        *re.findall(r"(?://|--\s|;\s)[^\n]*", before),
        *re.findall(r"/\*.*?\*/", before, re.DOTALL),
    ]
    said = {w for text in foreign for w in words(text, True)}
    gone = [w for w in everything if w not in renamed]
    return gone + [w for w in code if w in commented and w not in renamed | said]


CASES = [*corpus(), *mutants(150)]


@pytest.mark.parametrize(("name", "text"), CASES, ids=[name for name, _ in CASES])
@pytest.mark.slow
def test_fixes_lose_nothing_and_come_to_an_end(name: str, text: str) -> None:
    repaired = fixed(text)
    assert not lost(text, repaired)
    again = fixed(repaired.sources[0].text)
    assert again.sources[0].text == repaired.sources[0].text, "not idempotent"
    offered = [d for d in repaired.after if d.fix and d.fix.safe]
    assert not offered, "offered, and not applied"
    faults = [
        sum(d.code < "ALW2" for d in errors(found)) for found in (repaired.before, repaired.after)
    ]
    assert faults[1] <= faults[0]


def test_a_word_that_is_lost_is_noticed() -> None:
    text = program("task", "--nJobs 10")
    bad = text.replace("--nJobs 10", "#nJobs 10")
    source = (Source("s", bad),)
    assert lost(text, fixed(text)._replace(sources=source))
    gone = (Source("s", text.replace("--nJobs 10", "")),)
    assert lost(text, fixed(text)._replace(sources=gone))


@pytest.mark.parametrize("written", sorted({slip[1] for slip in SLIPS}))
@pytest.mark.parametrize(
    "around", ["{}", "workflow w {{\n{}\n}}", "task {{ {} }}", "{} {}", "{{{}"]
)
def test_a_slip_where_nothing_else_is(around: str, written: str) -> None:
    assert errors(fixed(around.format(written, written)).before)


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("repeat", "repeat at most 20 times # mine\n while fit.n > 0"),
        ("repeat", "repeat 20 times # mine\n while fit.n > 0"),
        ("repeat", "repeat until # mine\n fit.n == 0 at most 20 times"),
        ("repeat", "repeat while fit.n > 0 max # mine\n 20"),
        ("param", "param m1: float # mine\n 0.5"),
        ("after", "after # mine\n = one"),
        ("after", "after [ # mine\n one # mine\n ]"),
        ("result", 'result = # mine\n "f" { m1: float, n: int }'),
        ("task", "site = # mine\n 'CERN'"),
        ("exec", "exec = f # mine\n 'x {m1}'"),
    ],
)
def test_a_fix_keeps_the_comments_between(place: str, written: str) -> None:
    [after] = fixed(program(place, written)).sources
    assert after.text.count("# mine") == written.count("# mine"), after.text
