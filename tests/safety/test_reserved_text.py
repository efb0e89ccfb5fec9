"""What each engine puts out is what was written, whatever looks like a mark in it."""

from __future__ import annotations

import json
import random
import re
import shlex
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alw
from alw.execution.engine import load
from alw.targets.bundle import Bundle, BundledRequest
from tests.commands.programs import literal
from tests.oracles.idds02.oracle import Run, run_all

#: Pieces of the marks of both engines, and of what they are made of on the way.
HOSTILE = [
    "___", "__", "_", "idds", "___idds___", "id", "ds", "___alw_", "alw_", "alw", "n", "s",
    "user_", "user_n", "num_run", "num_run___", "___idds___user_n___", "___alw_n___", "{n}", "{",
    "}", "{{", "{0}", "{s!r}", "%7Bn%7D", "%5F", "x", ".", " ", "0",
]  # fmt: skip
VALUES = ["{n}", "{s}", "{t}"]
FORMED = {"n": 7, "s": "idds", "t": "n"}

PROGRAM = """workflow w {{
  dataset = "user.me.w"
  loop scan {{
    param n: int = 7
    param s: string of "a-z0-9_" = "{s}"
    param t: string of "a-z0-9_" = "{t}"
    task a {{ exec = "run {written}" outputs = ["o.json"] n_jobs = 2 }}
    learn fit {{
      exec = "python3 fit.py next.json {{a.outputs[0]}}"
      result "next.json" {{ n: int, s: string, t: string }}
    }}
    repeat while fit.result at most 3 times
  }}
}}
"""


def _written(pieces: Sequence[str]) -> str:
    """The pieces in a string of the source; those among :data:`VALUES` are values."""
    return "".join(p if p in VALUES else literal(p) for p in _split(pieces))


def _split(pieces: Sequence[str]) -> list[str]:
    # "{n}" is text where it is meant as such: it stands in two pieces of the list
    return list(pieces)


def _meant(pieces: Sequence[str], values: dict[str, Any]) -> str:
    texts = [str(values[p[1:-1]]) if p in VALUES else p for p in pieces]
    return "run " + "".join(texts)


PIECES = [piece for piece in HOSTILE if piece not in VALUES] + VALUES


def _compiled(pieces: Sequence[str], target: str, values: dict[str, Any]) -> Any:
    text = PROGRAM.format(written=_written(pieces), s=values["s"], t=values["t"])
    result = alw.compile_text(text, target=target)
    assert {d.code for d in result.diagnostics if d.severity == "error"} <= {"ALW409", "ALW415"}, (
        result.diagnostics
    )
    return result.workflows["w"] if result.ok else None


def _command(task_map: Any) -> str:
    values = [item["value"] for item in task_map["jobParameters"]]
    start = values.index('-p "')
    return unquote("".join(values[start + 1 : values.index('"', start)]))


@contextmanager
def _in_time() -> Iterator[None]:
    """iDDS looks for ever where it cannot get rid of a mark."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _carried(text: str) -> bool:
    """Whether the check of a learner's result lets ``text`` through."""
    return bool(text) and "_" not in (text[0], text[-1]) and "___" not in text


STRINGS = (
    st.lists(st.sampled_from(["_", "__", "idds", "id", "ds", "n", "num_run", "s", "0"]), max_size=4)
    .map("".join)
    .filter(_carried)
)


def _renewed(workflow: Any, values: dict[str, Any]) -> Any:
    """The map of ``a``, as iDDS 2.6.21 fills it."""
    loaded = load(workflow.workflow)
    works = loaded.template.works.values()
    (work,) = (w for w in works if ".a." in w.task_parameters["taskName"])
    work.num_run = 3
    work.sync_global_parameters({f"user_{name}": value for name, value in values.items()})
    with _in_time():
        work.renew_parameters_from_attributes()
    return work.task_parameters


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8), STRINGS, STRINGS)
@pytest.mark.slow
def test_what_idds_2_puts_out_was_written(pieces: list[str], s: str, t: str) -> None:
    workflow = _compiled(pieces, "idds-2", FORMED)
    if workflow is None:
        return
    values = {"n": 7, "s": s, "t": t}
    made = _renewed(workflow, values)
    assert _command(made) == _meant(pieces, values)
    words = shlex.split(made["cliParams"])
    assert words[words.index("--exec") + 1] == _meant(pieces, values)


def test_the_hazard_is_there() -> None:
    """Without the rule, a value would become a mark of iDDS 2.6.21, and be replaced."""
    workflow = _compiled(["{s}"], "idds-2", FORMED)
    made = json.loads(
        json.dumps(workflow.workflow).replace(
            "run%20___idds___user_s___", "run%20______idds___user_s______num_run___"
        )
    )
    request = BundledRequest("w", made, tasks=workflow.tasks)
    changed = alw.CompiledWorkflow("w", Bundle((request,)))
    assert _command(_renewed(changed, FORMED)) == "run 3"
    assert _compiled(["___", "{s}", "___", "num_run___"], "idds-2", FORMED) is None


@pytest.mark.slow
def test_what_idds_02_puts_out_was_written() -> None:
    """In the command line of the task; its jobs see no values (ALW702)."""
    chance = random.Random(2026)
    runs: list[Run] = []
    meant = []
    while len(runs) < 8:
        pieces = [chance.choice(PIECES) for _ in range(chance.randint(1, 8))]
        workflow = _compiled(pieces, "idds-0.2", FORMED)
        if workflow is not None:
            runs.append(Run(json.loads(json.dumps(workflow.workflow)), [json.dumps(FORMED), "{}"]))
            meant.append(_meant(pieces, FORMED))
    for trace, wanted in zip(run_all(runs), meant, strict=True):
        submissions = [s for s in trace.submissions if s.kind == "ATLASPandaWork"]
        assert len(submissions) == 2
        for submission in submissions:
            assert not submission.errors
            words = shlex.split(submission.command)
            assert words[words.index("--exec") + 1] == wanted


@pytest.mark.parametrize(
    ("target", "piece", "refused"),
    [
        ("idds-2", "___idds___", True), ("idds-2", "___alw_n___", False), ("idds-2", "{n", False),
        ("idds-0.2", "___idds___user_n___", False), ("idds-0.2", "___alw_n___", True),
        ("idds-0.2", "___alw_", True), ("idds-0.2", "user.me.w.a", True),
        ("idds-0.2", "user.me.w.b", False), ("idds-2", "user.me.w.a", False),
    ],
)  # fmt: skip
def test_each_target_reserves_its_own(target: str, piece: str, refused: bool) -> None:
    assert (_compiled([piece], target, FORMED) is None) is refused


OPTIONS = """workflow w {{
  const x: string = "___"
  dataset = "user.me.w"
  loop scan {{
    param n: int = 7
    task a {{ exec = "run {{n}}" outputs = ["o.json"] n_jobs = 2 {option} }}
    learn fit {{
      exec = "python3 fit.py {{a.outputs[0]}}"
      result "{file}" {{ n: int }}
    }}
    repeat while fit.result at most 3 times
  }}
}}
"""


@pytest.mark.parametrize(
    ("target", "mark"), [("idds-2", "idds___num_run___"), ("idds-0.2", "alw_n___")]
)
@pytest.mark.parametrize(
    "option",
    ['cmt_config = "{}"', 'comment = "{}"', 'bexec = "make {}"', 'outputs = ["a{}"]',
     'secondary_dss = "IN2:1:x.{}"', 'excluded_site = ["{}"]', 'dataset = "user.me.{}"',
     'sandbox = "https://pandaserver.cern.ch/cache/sources.{}.tar.gz"'],
)  # fmt: skip
def test_options_hold_no_mark(target: str, mark: str, option: str) -> None:
    for written in (f"___{mark}", f"{{x}}{mark}"):
        text = OPTIONS.format(option=option.replace("{}", written), file="next.json")
        text = text.replace('outputs = ["o.json"] n_jobs = 2 outputs', "n_jobs = 2 outputs")
        made = alw.compile_text(text, target=target)
        if made.ok:  # an option that comes into no map
            assert f"___{mark}" not in json.dumps(made.workflows["w"].workflow)
            assert not re.search(r"\{n\}.*\{n\}", json.dumps(made.workflows["w"].workflow))


@pytest.mark.parametrize("file", ["___idds___num_run___.json", "a___idds___"])
def test_the_result_file_holds_no_mark(file: str) -> None:
    text = OPTIONS.format(option="", file=file)
    assert {d.code for d in alw.compile_text(text).diagnostics} == {"ALW409"}
