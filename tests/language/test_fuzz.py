"""Any text ends in output or in diagnostics; the same program gives the same bytes.

``ALW_FUZZ=N`` tries N random examples of each kind, different ones each time.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alw
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.resources import grammar_text
from alw.semantics.input_values import Inputs, InputValue
from alw.syntax.lexer import KEYWORDS, MARKS, TRIVIA, tokenize
from alw.text.source import Source
from tests.conftest import on_its_own
from tests.hanging import ending

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = on_its_own((ROOT / "samples" / "active_learning.alw").read_text(encoding="utf-8"))
ERRORS = sorted((ROOT / "tests" / "errors").glob("*.alw"))

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# What is to hold -----------------------------------------------------------------------


def check(text: str) -> alw.Compilation:
    """Compile ``text`` and check what holds for every text."""
    with ending():
        result = alw.compile_text(text)
    places = []
    for d in result.diagnostics:
        assert 0 <= d.span.start <= d.span.end <= len(text) + 1
        assert d.message
        assert "\n" not in d.message
        assert len(d.message) < 2000 + len(text)
        json.dumps(d.to_json())
        places.append(d.span.start)
    assert places == sorted(places)
    assert result.ok == all(d.severity != "error" for d in result.diagnostics)
    assert bool(result.workflows) == result.ok
    for workflow in result.workflows.values():
        json.dumps(workflow.workflow)
        json.dumps(workflow.tasks)
    return result


# What to try ---------------------------------------------------------------------------

_WORDS = [
    *KEYWORDS,
    *MARKS,
    *("==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "//", "/", "%"),
    *("0", "1", "20", "0.5", "1e3", "1_000", "0x1", "1.", ".5", "1e999", "9" * 30),
    *("w", "a", "b", "m", "exec", "outputs", "dataset", "n_jobs", "in_ds", "site", "iteration"),
    *("int", "float", "bool", "string", "list", "outputs[0]", "a.outputs[0]", "fit.m", "_"),
    *('"x"', '"user.me.x"', '"{m}"', '"{a.outputs[0]}"', '"{"', '"}"', '"{}"', '"{1 +}"', '"\\d"'),
    *('"{{"', '"${X}"', '"%IN"', '"%RNDM:1"', '"\'"', '"___idds___"', '"a-z"', '"python x"', '""'),
    *("#", "'x'", '"', "'", '"""', "//", "/*", "*/", "&&", "||", "!", ";", "é", "\0", "\\", "$"),
    *("for", "if", "let", "import", "taks", "step", "f", "True", "None"),
]
_BLANKS = st.sampled_from([" ", " ", " ", "\n", "\n  ", "", "\t", " # c\n"])
_TEXTS = st.text() | st.text(
    alphabet=st.sampled_from("{}[]()\"'\\=:,.#\n a0-+*/<>!%$_"), max_size=60
)


@st.composite
def token_sequences(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(_WORDS), max_size=60))
    return "".join(word + draw(_BLANKS) for word in words)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Programs whose braces are right and whose contents are anything."""
    kind = st.sampled_from(["workflow", "loop", "task", "learn"])
    simple = token_sequences() | st.sampled_from(
        ['exec = "python x {m}"', "param m: float = 0.5", 'result "r.json" { m: float }', "after a"]
    )
    nested = st.recursive(
        simple,
        lambda inner: st.builds(
            lambda word, name, items: f"{word} {name} {{\n{chr(10).join(items)}\n}}",
            kind,
            st.sampled_from("abwm"),
            st.lists(inner, max_size=4),
        ),
        max_leaves=12,
    )
    return "\n".join(draw(st.lists(nested, max_size=4)))


def _split(text: str) -> list[str]:
    """The tokens of ``text`` and what is between them."""
    at, pieces = 0, []
    for token in tokenize(text, skip=TRIVIA):
        pieces += [text[at : token.start], token.text]
        at = token.end
    return [*pieces, text[at:]]


@st.composite
def damaged(draw: st.DrawFn, original: str) -> str:
    """``original`` with tokens or characters deleted, doubled, swapped or replaced."""
    pieces = _split(original) if draw(st.booleans()) else list(original)
    for _ in range(draw(st.integers(1, 6))):
        if not pieces:
            break
        at, other = (draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
        match draw(st.sampled_from(["delete", "double", "swap", "replace", "insert", "cut"])):
            case "delete":
                del pieces[at]
            case "double":
                pieces.insert(at, pieces[at])
            case "swap":
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case "replace":
                pieces[at] = draw(st.sampled_from(_WORDS))
            case "insert":
                pieces.insert(at, draw(st.sampled_from(_WORDS) | st.characters(codec="utf-8")))
            case "cut":
                del pieces[min(at, other) : max(at, other) if draw(st.booleans()) else at + 3]
    return "".join(pieces)


@fuzz
@given(_TEXTS)
def test_any_text(text: str) -> None:
    check(text)


@fuzz
@given(st.text(alphabet=st.characters(), max_size=20))
def test_any_text_in_a_string(text: str) -> None:
    check(f'workflow w {{ dataset = "user.me.x" task a {{ exec = "run {text}" }} }}')


@fuzz
@given(st.text(alphabet=st.characters(), max_size=20))
def test_any_value_of_an_input(value: str) -> None:
    text = 'workflow w { input v: string dataset = "user.me.x" task a { exec = "run {v}" } }'
    with ending():
        result = alw.compile_text(text, {"v": value})
    assert bool(result.workflows) == result.ok


@fuzz
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    ),
    st.sampled_from(["int", "float", "bool", "string", 'string of "a-z"', "dataset", "list"]),
)
def test_any_value_of_any_type(value: object, kind: str) -> None:
    source = (
        f'workflow w {{ input v: {kind} dataset = "user.me.x" task a {{ exec = "run {{v}}" }} }}'
    )
    for given_value in (
        InputValue(value, "--set v", is_text=isinstance(value, str)),
        InputValue(value, "v"),
    ):
        with ending():
            result = compile_sources([Source("x", source)], Session(Inputs({"v": given_value})))
        assert bool(result.workflows) == result.ok


@fuzz
@given(token_sequences())
def test_any_tokens(text: str) -> None:
    check(text)


@fuzz
@given(bodies())
def test_any_bodies(text: str) -> None:
    check(text)


@fuzz
@given(damaged(SAMPLE))
def test_damaged_sample(text: str) -> None:
    check(text)


@fuzz
@given(st.sampled_from([p.read_text(encoding="utf-8") for p in ERRORS]).flatmap(damaged))
def test_damaged_error_tests(text: str) -> None:
    check(text)


@pytest.mark.parametrize("step", [1, 7])
def test_every_beginning_of_the_sample(step: int) -> None:
    for end in range(0, len(SAMPLE), step if step > 1 else 11):
        check(SAMPLE[:end])


def test_the_sample_without_any_one_token() -> None:
    pieces = _split(SAMPLE)
    for at in range(1, len(pieces), 2):
        check("".join(pieces[:at] + pieces[at + 1 :]))


def test_every_word_of_the_grammar_is_tried() -> None:
    assert all(f'"{word}"' in grammar_text() for word in (*KEYWORDS, *MARKS))


# The same program, the same bytes ------------------------------------------------------

PROGRAM = r"""
workflow one {
  input user: string = "me"
  input old: dataset = "user.x.old"
  const z: float = 1.5
  dataset = "user.{user}.one"
  loop scan {
    param m: float = 0.5
    param s: string of "a-z" = "low"
    task sim { exec = "run {m} {s} {z}" outputs = ["a.root", "b.root"] n_jobs = 4 }
    task side { exec = "run {old} {m}" outputs = ["c.root"] n_files_per_job = 20 after sim }
    learn fit {
      exec = "python fit.py {sim.outputs[0]} {sim.outputs[1]}"
      result "fit.json" { m: float, s: string, chi2: float }
      after side
    }
    repeat while fit.chi2 > 1.5 and m < 3 at most 7 times
  }
  task final { exec = "plot {scan.m} {scan.s}" outputs = ["p.png"] }
}
"""
_SAY = """
import json, sys, alw
c = alw.compile(sys.argv[1:])
print(json.dumps([d.to_json() for d in c.diagnostics]))
print(json.dumps([[n, w.workflow, w.tasks] for n, w in c.workflows.items()]))
"""


def _files(folder: Path) -> list[str]:
    names = {"b.alw": PROGRAM, "a.alw": SAMPLE, "c.alw": PROGRAM.replace("one", "two")}
    for name, text in names.items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(names)


def _said(folder: Path, files: list[str], seed: str = "0") -> str:
    run = subprocess.run(
        [sys.executable, "-c", _SAY, *files],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert run.returncode == 0, run.stderr
    return hashlib.sha256(run.stdout.encode()).hexdigest() + run.stdout


def test_same_bytes_in_any_order_of_files(tmp_path: Path) -> None:
    files = _files(tmp_path)
    said = {_said(tmp_path, list(order)) for order in itertools.permutations(files)}
    assert len(said) == 1
    assert '"simulate"' in said.pop()


@pytest.mark.slow
def test_same_bytes_with_any_hash_seed(tmp_path: Path) -> None:
    files = [*_files(tmp_path), *map(str, ERRORS)]
    for chosen in (files[:3], files):
        assert len({_said(tmp_path, chosen, seed) for seed in ("0", "4711")}) == 1


def test_same_bytes_twice_in_one_process() -> None:
    def bytes_of() -> str:
        result = alw.compile_text(PROGRAM)
        assert result.ok, result.diagnostics
        return json.dumps([[n, w.workflow, w.tasks] for n, w in result.workflows.items()])

    first = bytes_of()
    for path in ERRORS[:20]:  # nothing of another program is remembered
        alw.compile_text(path.read_text(encoding="utf-8"))
    assert bytes_of() == first


@fuzz
@given(damaged(PROGRAM))
def test_same_diagnostics_twice(text: str) -> None:
    assert [d.to_json() for d in check(text).diagnostics] == [
        d.to_json() for d in check(text).diagnostics
    ]
