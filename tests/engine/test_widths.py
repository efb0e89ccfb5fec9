"""How many works may stand beside each other in a loop: at the limit it runs, beyond it is cut.

All that can happen between two looks does happen, so as many works as possible end at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

import alw
from alw.targets.idds2.tail import GATHERED, Together, find_crowd, list_names, split_tail
from tests.oracles.clerk import Ending, Order, Submission, Trace, run
from tests.oracles.clerk.forms import Form, made

RUNS = 3
#: PanDA takes and ends everything between two looks; or a good deal of it.
BUSY = [Order(seed=seed, idle=0.0, burst=1000, slow=0.0) for seed in range(3)]
MIXED = [Order(seed=seed, idle=0.2, burst=8, slow=0.2) for seed in range(2)]


def answer(submission: Submission) -> dict[str, object]:
    return {"m": 1.5 * submission.run, "to_continue": submission.run < RUNS}


def traces(
    workflow: dict[str, object], orders: list[Order], fails: tuple[str, ...] = ()
) -> Iterator[Trace]:
    def ends(submission: Submission) -> Ending:
        name = submission.name.split(".")[3 if submission.name.startswith("user.me") else 2]
        return Ending.FAILED if name in fails else Ending.FINISHED

    for order in orders:
        yield run(workflow, answer, ends, order, 4000)


def layers(*counts: int) -> Form:
    """Layers of works, of which each waits for all of the layer before it, and a learner."""
    works: dict[str, str | Form] = {}
    releases: list[str] = []
    before: list[str] = []
    for level, count in enumerate(counts):
        names = [f"w{level}_{number}" for number in range(count)]
        works |= dict.fromkeys(names, "")
        if before:
            asked = " ".join(f"{name}.is_processed" for name in before)
            releases.append(f"{asked} -> {' '.join(names)}")
        before = names
    works["learn"] = "to_continue"
    releases.append(" ".join(f"{name}.is_processed" for name in before) + " -> learn")
    return Form(works, releases, "learn", {"m": 0.5})


def _parents(*counts: int) -> dict[str, list[str]]:
    """The same as a graph."""
    parents: dict[str, list[str]] = {}
    before: list[str] = []
    for level, count in enumerate(counts):
        names = [f"w{level}_{number}" for number in range(count)]
        parents |= {name: list(before) for name in names}
        before = names
    return {**parents, "learn": before}


@pytest.mark.parametrize("counts", [(7,), (7, 7), (55, 1), (47, 2), (40, 8 - 5 - 1)])
def test_what_is_allowed_before_a_learner_runs(counts: tuple[int, ...]) -> None:
    assert not find_crowd("learn", _parents(*counts))
    for trace in traces(made(layers(*counts)), BUSY):
        assert trace.finished and not trace.errors
        assert len(trace.submissions) == RUNS * (sum(counts) + 1)


@pytest.mark.parametrize("counts", [(8,), (12,), (56, 1), (1, 8)])
def test_beyond_that_a_loop_is_cut_short(counts: tuple[int, ...]) -> None:
    assert find_crowd("learn", _parents(*counts))
    cut = [
        trace
        for trace in traces(made(layers(*counts)), BUSY)
        if len(trace.submissions) < RUNS * (sum(counts) + 1)
    ]
    assert cut and all(trace.status == "Finished" for trace in cut)


def beside(count: int) -> Form:
    """A workflow without a loop after the learner, of works beside each other."""
    inner = Form({f"p{number}": "" for number in range(count)})
    return Form(
        {"learn": "to_continue", "inner": inner},
        ["learn.is_processed -> inner"],
        "learn",
        {"m": 0.5},
    )


@pytest.mark.parametrize("count", [GATHERED, GATHERED + 1])
def test_a_workflow_holds_three_works(count: int) -> None:
    whole = RUNS * (count + 1)
    lengths = [len(trace.submissions) for trace in traces(made(beside(count)), BUSY)]
    assert all(length == whole for length in lengths) is (count <= GATHERED)


LOOP = """
workflow w {{
  dataset = "user.me.w"
  loop l {{
    param m: float = 0.5
    task sim {{ exec = "sim {{m}}" outputs = ["a.root"] n_jobs = 2 }}
    learn d {{ exec = "python d.py {{sim.outputs[0]}} {{m}}" result "r.json" {{ m: float }} }}
    {body}
    repeat while d.m > 0 at most 9 times
  }}
  {after}
}}
"""


def compiled(after: dict[str, str], behind: dict[str, str] | None = None) -> dict[str, object]:
    body = " ".join(f'task {n} {{ exec = "{n} {{m}}" after {p} }}' for n, p in after.items())
    rest = " ".join(
        f'task {n} {{ exec = "{n} {{l.m}}" after {p} }}' for n, p in (behind or {}).items()
    )
    compilation = alw.compile_text(LOOP.format(body=body, after=rest))
    assert compilation.ok, compilation.diagnostics
    return dict(compilation.workflows["w"].workflow)


def commands(trace: Trace) -> Counter[str]:
    return Counter(
        f"{s.run} {s.task_map['cliParams'].split(chr(39))[1]}"
        for s in trace.submissions
        if not s.learns
    )


def expected(after: dict[str, str], behind: dict[str, str] | None = None) -> Counter[str]:
    values = [0.5, *(1.5 * number for number in range(1, RUNS + 1))]
    found = Counter(f"{number} sim {values[number - 1]}" for number in range(1, RUNS + 1))
    found += Counter(f"{n} {name} {values[n]}" for n in range(1, RUNS + 1) for name in after)
    return found + Counter(f"{RUNS} {name} {values[RUNS]}" for name in behind or {})


SHAPES = {
    "one": {"a": "d"},
    "a chain": {"a": "d", "b": "a", "c": "b"},
    "two": {"a": "d", "b": "d"},
    "four": dict.fromkeys("abce", "d"),
    "ten": dict.fromkeys("abcefghijk", "d"),
    "a chain, then four": {"a": "d", "b": "a", **dict.fromkeys("cefg", "b")},
    "pairs": {"a": "d", "b": "a", "c": "d", "e": "c", "f": "d"},
    "a diamond": {"a": "d", "b": "a", "c": "a", "e": "b, c"},
    "a join": {"a": "d", "b": "d", "c": "a, b", "e": "d"},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("behind", [{}, {"x": "l"}, {"x": "l", "y": "l", "z": "x"}], ids=len)
def test_followers_run_in_every_iteration(shape: str, behind: dict[str, str]) -> None:
    after = SHAPES[shape]
    for trace in traces(compiled(after, behind), [*BUSY, *MIXED]):
        assert trace.finished
        assert commands(trace) == expected(after, behind)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_follower_that_fails_stops_its_own_followers_only(shape: str) -> None:
    after = SHAPES[shape]
    lost = {name for name, parents in after.items() if "a" in parents.split(", ")}
    while more := {n for n, p in after.items() if lost & set(p.split(", "))} - lost:
        lost |= more
    wanted = expected({name: parent for name, parent in after.items() if name not in lost})
    for trace in traces(compiled(after), [*BUSY, *MIXED], fails=("a",)):
        assert trace.settled and trace.status == "SubFinished"
        assert commands(trace) == wanted


def test_after_the_loop_any_number_may_stand_beside_each_other() -> None:
    behind = {f"x{number}": "l" for number in range(20)}
    for trace in traces(compiled({"a": "d", "b": "d"}, behind), BUSY):
        assert trace.finished
        assert commands(trace) == expected({"a": "d", "b": "d"}, behind)


def test_tails() -> None:
    parents = {"a": ["d"], "b": ["a", "d"], "c": ["b"], "e": ["b"], "f": ["c", "s"], "g": ["b"]}
    found = split_tail(parents, parents)
    assert found.chain == ("a", "b")
    assert found.groups == (("c", "f"), ("e",), ("g",))
    assert found.together == Together((Together(("c", "f")), "e", "g"))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9, 10, 28, 100])
def test_every_workflow_holds_three_at_most(count: int) -> None:
    names = [f"t{number}" for number in range(count)]
    together = split_tail(names, {name: ["d"] for name in names}).together
    if count == 1:
        assert together is None  # it is a chain
        return
    assert together is not None
    assert sorted(list_names(together)) == sorted(names)
    todo = [together]
    for one in todo:
        assert 2 <= len(one.members) <= GATHERED
        todo += [member for member in one.members if isinstance(member, Together)]
