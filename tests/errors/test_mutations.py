"""What peers let through, and what went wrong in the seed, is refused.

Each case breaks the accepted program :data:`~tests.errors.accepted.RICH` in one way; the compiler
must find exactly the fault that was made, and nothing that follows from it.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

import alw
from tests.engine.harmless import assert_harmless
from tests.errors.accepted import ACCEPTED, RICH


class Broken(NamedTuple):
    """One fault: what is replaced by what, and the code of the diagnostic."""

    item: str
    old: str
    new: str
    code: str


#: shared/design/panda.md, "What pchain … and native YAML let through", in its order.
PEERS = [
    Broken("undefined name in a command", "{scan.tag} ", "{tga} ", "ALW203"),
    Broken("iteration outside a loop", "{scan.tag} ", "{iteration} ", "ALW203"),
    Broken("undefined name in a loop's body", "--tag={tag}", "--tag={tga}", "ALW203"),
    Broken("wrong option in a loop's body", "n_jobs  = jobs", "n_jbs = jobs", "ALW401"),
    Broken("wrong type in a loop's body", "n_jobs  = jobs", "n_jobs = label", "ALW402"),
    Broken("a misspelt hint of the loop", "at most 4 times", "at msot 4 times", "ALW101"),
    Broken("a misspelt hint of the loop, 2", "repeat while", "repaet while", "ALW108"),
    Broken("the learner writes x for xxx", "{ m1: float,", "{ m: float,", "ALW207"),
    Broken("an output never produced", "{generate.outputs[1]}", "{generate.outputs[2]}", "ALW211"),
    Broken("an output of a task without", "{plot.outputs[0]}", "{skim.outputs[0]}", "ALW211"),
    Broken("a list in a command", "{seed} {iteration}", "{[seed, jobs]} {iteration}", "ALW205"),
    Broken("a result of no step", "merge.error", "merg.error", "ALW203"),
    Broken("a result that no step gives", "merge.error", "merge.eror", "ALW215"),
    Broken(
        "a parameter without a first value", "param m1: float = 0.5", "param m1: float", "ALW206"
    ),
    Broken("a parameter called 1", "param fast:", "param 1: int = 1\n    param fast:", "ALW101"),
    Broken("values spliced unquoted", 'string of "a-z0-9_"', "string", "ALW210"),
    Broken("values spliced unquoted, 2", '"a-z0-9_"', '"a-z;$"', "ALW210"),
    Broken("bad dataset characters", "it{iteration}.sim", "it({iteration}).sim", "ALW410"),
    Broken("unknown keys", "n_files_per_job = 5", "n_file_per_jobs = 5", "ALW401"),
    Broken("unknown keys of the workflow", "  dataset = ", '  scope = "x" dataset = ', "ALW401"),
    Broken("a cycle", "after skim", "after plot, skim", "ALW305"),
    Broken("a cycle of one", "after scan, final", "after scan, report", "ALW305"),
    Broken("an unbalanced quote", "'{label}'", "'{label}", "ALW407"),
    Broken(
        "to_continue from the learner itself",
        "error: float }",
        "error: float, to_continue: bool }",
        "ALW204",
    ),
]

#: The seed's own faults, and the traps of the engine (engine.md, sections 1 to 3).
ENGINE = [
    Broken(
        "a value where iDDS fills in none",
        "n_jobs  = jobs",
        'n_jobs = jobs container_image = "docker://a/b:{tag}"',
        "ALW414",
    ),
    Broken("a number that only the grid knows", "n_jobs  = jobs", "n_jobs = nevents", "ALW209"),
    Broken("a computed run-time value", "gen.py {m1}", "gen.py {m1 * 2}", "ALW209"),
    Broken("a parameter in a dataset's name", "it{iteration}.sim", "it{tag}.sim", "ALW209"),
    Broken("nothing bounds the loop", " at most 4 times", "", "ALW301"),
    Broken("a bound of nothing", "at most 4 times", "at most 0 times", "ALW205"),
    Broken("a bound that the learner moves", "at most 4 times", "at most nevents times", "ALW209"),
    Broken("a field of another type", "nevents: int, fast", "nevents: float, fast", "ALW208"),
    Broken("a task beside the learner", "after skim", "", "ALW304"),
    Broken(
        "a task before the loop",
        " after scan, final }",
        '} task early { exec = "setup" }',
        "ALW307",
    ),
    Broken(
        "two tasks of one name on the grid",
        "it{iteration}.sim",
        "darkz.generate.{iteration}",
        "ALW412",
    ),
    Broken("the engine's own mark", "skim {data}", "skim ___idds___user_m1___ {data}", "ALW409"),
    Broken("files that no job reads", "after skim", "after skim n_files_per_job = 2", "ALW309"),
    Broken("files that are skipped", "after skim", "after skim n_skip_files = 2", "ALW309"),
    Broken(
        "a learner with more outputs",
        "after skim",
        'after skim outputs = ["next.json", "more.json"]',
        "ALW310",
    ),
    Broken("a learner of several jobs", "after skim", "after skim n_jobs = 2", "ALW403"),
    Broken("a condition on data", "merge.error > 0.01", "plot.outputs[0] == data", "ALW308"),
    Broken(
        "a learner behind which nothing is checked",
        "python merge.py",
        "exec python merge.py",
        "ALW408",
    ),
]

#: The rows of panda.md's table that are decided before submission.
PANDA = [
    Broken("no owner", '"user.{user}.darkz"', '"{user}.darkz"', "ALW410"),
    Broken("another kind of owner", '"user.{user}.darkz"', '"users.{user}.darkz"', "ALW410"),
    Broken(
        "a group's name that is not official", '"user.{user}.darkz"', '"group.phys.darkz"', "ALW410"
    ),
    Broken("too long", "it{iteration}.sim", "it{iteration}." + "s" * 150, "ALW411"),
    Broken(
        "too long in the last iteration",
        "at most 4 times",
        "at most 1" + "0" * 90 + " times",
        "ALW101",
    ),
    Broken(
        "too many outputs",
        '["sim.root"]',
        str([f"o{n}" for n in range(11)]).replace("'", '"'),
        "ALW404",
    ),
    Broken("one output twice", '["sim.root"]', '["sim.root", "sim.root"]', "ALW416"),
    Broken("an output that is not ASCII", '["sim.root"]', '["sïm.root"]', "ALW404"),
    Broken("an output in a folder", '["sim.root"]', '["../sim.root"]', "ALW404"),
]

CASES = [*PEERS, *ENGINE, *PANDA]


def errors(compilation: alw.Compilation) -> set[str]:
    return {d.code for d in compilation.diagnostics if d.severity == "error"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.item)
def test_a_known_fault_is_refused(case: Broken) -> None:
    assert RICH.count(case.old) == 1
    compilation = alw.compile_text(RICH.replace(case.old, case.new))
    assert errors(compilation) == {case.code}
    assert not compilation.workflows


def test_a_loop_without_a_deciding_step_is_refused() -> None:
    start, end = RICH.index("    learn merge"), RICH.index("    task plot")
    text = RICH[:start] + RICH[end:]
    assert "ALW302" in errors(alw.compile_text(text))


def test_a_second_deciding_step_is_refused() -> None:
    start, end = RICH.index("    learn merge"), RICH.index("    task plot")
    second = RICH[start:end].replace("learn merge", "learn other").replace("next", "more")
    text = RICH[:end] + second.replace("after skim", "after merge") + RICH[end:]
    assert errors(alw.compile_text(text)) == {"ALW303"}


def test_a_second_loop_is_refused() -> None:
    loop = """loop again {
      learn judge { exec = "python j.py" result "j.json" { x: int } }
      repeat at most 2 times
    }"""
    behind = RICH.replace("  task final", loop + "\n  task final", 1)
    assert errors(alw.compile_text(behind)) == {"ALW306"}
    inside = RICH.replace("    task plot", loop + "\n    task plot", 1)
    assert "ALW107" in errors(alw.compile_text(inside))


@pytest.mark.parametrize("char", "%|;><?'\"()$@:=&^#\\[]{}`* é\t\n")
def test_a_character_that_no_dataset_has_is_refused(char: str) -> None:
    for name in ("{user}.darkz", "it{iteration}.sim"):
        written = char.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        written = written.replace("{", "{{").replace("}", "}}").replace("\t", "\\t")
        text = RICH.replace(f"{name}", f"a{written}{name}")
        assert text != RICH
        assert errors(alw.compile_text(text)) == {"ALW410"}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_broken_here_was_right(name: str) -> None:
    compilation = alw.compile_text(ACCEPTED[name])
    assert not errors(compilation)
    assert_harmless(compilation)
