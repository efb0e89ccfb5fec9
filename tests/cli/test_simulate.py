"""``alw simulate``: what it prints, what it refuses, and its exit status."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from alw.execution.engine.idds_library import NotInstalled

from .conftest import BAD, GOOD, SAMPLE, Invoke
from .test_process import on_terminal

LOOP = """\
workflow scan {
  input top: float = 1
  dataset = "user.me.scan"
  loop points {
    param m: float = top
    task work { exec = "work {m} %RNDM:3 a.txt" outputs = ["a.txt"] n_jobs = 4 }
    learn decide {
      exec = "python decide.py r.json {m} {work.outputs[0]}"
      result "r.json" { m: float, on: bool }
    }
    repeat while decide.on at most 4 times
  }
}
"""
RESULTS = '[{"m": 2, "on": true}, {"m": 3.5, "on": false}]'
SHOWN = """\
workflow scan: at most 4 iterations; results of 'decide' from r.json

iteration 1: m = 1.0

  work: user.me.scan.work.1/, 4 jobs
    runs    work 1.0 %RNDM:3 a.txt
    writes  user.me.scan.work.1_a.txt/

  decide: user.me.scan.decide.1/, 1 job
    runs    python decide.py r.json 1.0 %IN
    reads   user.me.scan.work.1_a.txt/
    writes  user.me.scan.decide.1_r.json/
    result  m = 2.0, on = true

iteration 2: m = 2.0

  work: user.me.scan.work.2/, 4 jobs
    runs    work 2.0 %RNDM:3 a.txt
    writes  user.me.scan.work.2_a.txt/
    ends    finished in part

  decide: user.me.scan.decide.2/, 1 job
    runs    python decide.py r.json 2.0 %IN
    reads   user.me.scan.work.2_a.txt/
    writes  user.me.scan.decide.2_r.json/
    result  m = 3.5, on = false

ends: the condition is false in iteration 2 of 4
      2 iterations, 4 tasks; status of the request in iDDS: SubFinished
"""


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    (here / "loop.alw").write_text(LOOP)
    (here / "r.json").write_text(RESULTS)


def test_it_shows_each_iteration(invoke: Invoke) -> None:
    result = invoke("simulate", "loop.alw", "--results", "r.json", "--partly", "work.2")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == SHOWN


def test_a_workflow_without_a_loop(invoke: Invoke) -> None:
    result = invoke("simulate", "good.alw")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "workflow small: no loop\n\n  first: user.me.small.first/, 1 job"
    )
    assert result.stdout.endswith(
        "ends: all tasks are done\n      2 tasks; status of the request in iDDS: Finished\n"
    )


def test_the_whole_command_is_shown_if_asked_for(invoke: Invoke) -> None:
    result = invoke("simulate", "loop.alw", "--full", "-n", "1")
    assert "io.open" in result.stdout and "io.open" not in invoke("simulate", "loop.alw").stdout


@pytest.mark.slow
def test_few_iterations_are_shown_if_asked_for(invoke: Invoke) -> None:
    Path("loop.alw").write_text(LOOP.replace("while decide.on at most 4", "at most 40"))
    for most, numbers, left_out in (("1", [1], 39), ("2", [1, 40], 38), ("4", [1, 2, 3, 40], 36)):
        shown = invoke("simulate", "loop.alw", "-n", most).stdout
        lines = shown.splitlines()
        found = [int(x.split()[1].strip(":")) for x in lines if x.startswith("iteration")]
        assert found == numbers
        assert f"… {left_out} iterations left out; -n 40 shows all" in lines
        assert "40 iterations, 80 tasks" in shown
    shown = invoke("simulate", "loop.alw", "-n", "40").stdout
    assert "left out" not in shown and shown == invoke("simulate", "loop.alw").stdout
    terminal = on_terminal("simulate", "loop.alw", NO_COLOR="1").decode()
    assert terminal.count("\niteration ") == 10 and "30 iterations left out" in terminal


def test_colours_are_for_terminals(invoke: Invoke) -> None:
    assert b"\x1b[1miteration 1" in on_terminal("simulate", "loop.alw")
    assert "\x1b" not in invoke("simulate", "loop.alw").stdout


def test_records_for_programs(invoke: Invoke) -> None:
    arguments = ("simulate", "loop.alw", "--results", "r.json", "--fail", "work.2")
    lines = invoke(*arguments, "--format", "jsonl").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    kinds = [record.pop("record") for record in records]
    assert kinds == ["workflow", "iteration", "task", "task", "iteration", "task", "end"]
    (whole,) = json.loads(invoke(*arguments, "--format", "json").stdout)["workflows"]
    assert [task for i in whole["iterations"] for task in i["tasks"]] == [
        record for record, kind in zip(records, kinds, strict=True) if kind == "task"
    ]
    assert whole["iterations"][1]["tasks"][0]["state"] == "failed"
    assert whole["iterations"][0]["tasks"][1]["result"] == {"m": 2.0, "on": True}
    assert (whole["end"], whole["engine_status"]) == ("failure", "Failed")


def test_inputs_are_set(invoke: Invoke) -> None:
    assert "iteration 1: m = 2.5\n" in invoke("simulate", "loop.alw", "--set", "top=2.5").stdout


def test_seeds_give_other_results(invoke: Invoke) -> None:
    shown = {invoke("simulate", "loop.alw", "--seed", str(n)).stdout for n in (0, 1, 2, 1)}
    assert len(shown) == 3
    assert invoke("simulate", "loop.alw").stdout in shown


def test_an_outcome_that_does_not_come_is_told(invoke: Invoke) -> None:
    result = invoke("simulate", "loop.alw", "--results", "r.json", "--fail", "work.4")
    assert result.exit_code == 0
    assert result.stderr == "note: 'work.4' did not run, so it did not end as you say\n"


def test_several_workflows(invoke: Invoke) -> None:
    Path("two.alw").write_text(LOOP + GOOD)
    assert invoke("simulate", "two.alw").stdout.count("\nends: ") == 2
    only = invoke("simulate", "two.alw", "--workflow", "small").stdout
    assert only == invoke("simulate", "good.alw").stdout
    result = invoke("simulate", "two.alw", "--workflow", "smal")
    assert result.exit_code == 2 and "did you mean 'small'?" in result.stderr
    assert invoke("simulate", "two.alw", "--results", "r.json").exit_code == 0
    Path("two.alw").write_text(LOOP + LOOP.replace("scan", "other"))
    result = invoke("simulate", "two.alw", "--results", "r.json")
    assert result.exit_code == 2 and "choose with --workflow: scan, other" in result.stderr


REFUSED = [
    (("--fail", "wrok"), "there is no task 'wrok': did you mean 'work'?"),
    (("--fail", "work.5"), "the loop has at most 4 iterations"),
    (("--fail", "work", "--cancel", "work"), "cannot end in two ways"),
    (("--target", "idds-0.2"), "idds-0.2 cannot be simulated"),
    (("--target", "idds-3"), "'idds-3' is not one of"),
    (("--results", "r.json", "--seed", "1"), "--results and --seed exclude each other"),
    (("--diff", "good.alw", "--format", "json"), "--diff writes text"),
    (("--at-most", "0"), "0 is not in the range"),
    (("--workflow", "x\x1b[31m"), "there is no workflow 'x\\x1b[31m'"),
]


@pytest.mark.parametrize(("arguments", "says"), REFUSED)
def test_wrong_usage(invoke: Invoke, arguments: tuple[str, ...], says: str) -> None:
    result = invoke("simulate", "loop.alw", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr.replace("\n", " ")


def test_standard_input_is_read_once(invoke: Invoke) -> None:
    assert invoke("simulate", "-", input=LOOP).exit_code == 0
    assert invoke("simulate", "loop.alw", "--results", "-", input=RESULTS).exit_code == 0
    result = invoke("simulate", "-", "--results", "-", input=LOOP)
    assert result.exit_code == 2 and "standard input can be one of the files only" in result.stderr


UNFIT = [
    ('[{"m": 2, "on": true}]', "r.json has 1 result for 'decide', but the loop goes on"),
    ('[{"m": 2, "on": false}, {}]', "r.json has 2 results for 'decide', but the loop ends after"),
    ('[{"m": 2, "no": false}]', "'no' is not a field: did you mean 'on'?"),
    ('[{"m": "\\u001b[31m", "on": true}]', "not float but '\\x1b[31m'"),
    ("[", "r.json: it is not JSON"),
]


@pytest.mark.parametrize(("content", "says"), UNFIT)
def test_results_that_do_not_fit(invoke: Invoke, content: str, says: str) -> None:
    Path("r.json").write_text(content)
    result = invoke("simulate", "loop.alw", "--results", "r.json")
    assert result.exit_code == 1
    assert says in result.stderr and result.stderr.startswith("error: r.json")
    assert "\x1b" not in result.output


@pytest.mark.parametrize("name", ["missing.json", ".", "/dev/zero"])
def test_a_file_of_results_that_cannot_be_read(invoke: Invoke, name: str) -> None:
    result = invoke("simulate", "loop.alw", "--results", name)
    assert result.exit_code == 1 and f"cannot read '{name}'" in result.stderr


def test_results_are_left_over_without_a_fault_if_the_loop_fails(invoke: Invoke) -> None:
    result = invoke("simulate", "loop.alw", "--results", "r.json", "--fail", "work.1")
    assert (result.exit_code, result.stderr) == (0, "")


def test_errors_are_shown_as_by_compile(invoke: Invoke) -> None:
    wanted = invoke("compile", "bad.alw").stderr.replace(
        "nothing was written", "nothing is simulated"
    )
    result = invoke("simulate", "bad.alw")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", wanted)
    assert BAD != GOOD


def test_without_idds_it_says_what_to_install(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise NotInstalled("the workflow engine of iDDS is not installed")

    monkeypatch.setattr("alw.execution.engine.idds_library.library", missing)
    result = invoke("simulate", "loop.alw")
    assert result.exit_code == 1
    assert result.stderr == (
        "error: the workflow engine of iDDS is not installed\n   = help: pip install 'alw[run]'\n"
    )


# --diff


def test_a_difference_is_a_unified_diff(invoke: Invoke) -> None:
    new = LOOP.replace("work {m}", "work --mass {m}").replace("n_jobs = 4", "n_jobs = 5")
    Path("new.alw").write_text(new)
    result = invoke("simulate", "--diff", "loop.alw", "new.alw", "--results", "r.json")
    assert result.exit_code == 1 and result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[:3] == ["--- loop.alw", "+++ new.alw", "@@ -3,7 +3,7 @@ iteration 1"]
    assert "-  work: user.me.scan.work.2/, 4 jobs" in lines
    assert "+  work: user.me.scan.work.2/, 5 jobs" in lines
    assert "+    runs    work --mass 2.0 %RNDM:3 a.txt" in lines


def applied(patch: list[str], old: list[str]) -> list[str]:
    """Return what a unified diff makes of a text; its ranges must be right to the line."""
    new: list[str] = []
    at = 0
    wanted = [0, 0]
    for line in patch[2:]:
        if found := re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ \w", line):
            assert wanted == [0, 0], "a hunk has as many lines as it says"
            lengths = [int(found[2] or 1), int(found[4] or 1)]
            start = int(found[1]) - bool(lengths[0])
            new += old[at:start]
            at = start
            assert len(new) == int(found[3]) - bool(lengths[1])
            wanted = lengths
            continue
        if line[0] in " -":
            assert old[at] == line[1:]
            at += 1
            wanted[0] -= 1
        if line[0] in " +":
            new.append(line[1:])
            wanted[1] -= 1
    assert wanted == [0, 0]
    return new + old[at:]


@pytest.mark.parametrize("turned", [False, True])
def test_the_ranges_of_a_diff_are_right(invoke: Invoke, turned: bool) -> None:
    new = LOOP.replace("at most 4 times", "at most 9 times").replace("while decide.on ", "")
    Path("new.alw").write_text(
        new.replace("n_jobs = 4 }", 'n_jobs = 4 } task z { exec = "z" after decide }')
    )
    names = ["new.alw", "loop.alw"] if turned else ["loop.alw", "new.alw"]
    # the diff says nothing of where results come from
    said = "; results of 'decide' drawn with seed 0"
    old, new_text = (invoke("simulate", name).stdout.replace(said, "") for name in names)
    patch = invoke("simulate", "--diff", *names).stdout.splitlines()
    assert applied(patch, old.splitlines()) == new_text.splitlines()


def test_no_difference(invoke: Invoke) -> None:
    Path("new.alw").write_text("# a comment\n" + LOOP)
    result = invoke("simulate", "--diff", "loop.alw", "new.alw")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no difference\n")


def test_an_input_of_one_of_two_files_is_no_error(invoke: Invoke) -> None:
    Path("new.alw").write_text(LOOP.replace("top", "start"))
    result = invoke("simulate", "--diff", "loop.alw", "new.alw", "--set", "start=3")
    assert result.exit_code == 1 and "+iteration 1: m = 3.0" in result.stdout
    result = invoke("simulate", "--diff", "loop.alw", "new.alw", "--set", "strat=3")
    assert result.exit_code == 1 and "no workflow has an input 'strat'" in result.stderr


def test_workflows_are_compared_by_name(invoke: Invoke) -> None:
    Path("new.alw").write_text(LOOP.replace("work {m}", "work 0 {m}") + GOOD)
    lines = invoke("simulate", "--diff", "loop.alw", "new.alw").stdout.splitlines()
    assert [line for line in lines if line.startswith("+++")] == ["+++ new.alw", "+++ new.alw"]
    assert "+workflow small: no loop" in lines and "-workflow scan" not in "\n".join(lines)


def test_a_diff_has_the_colours_of_the_house() -> None:
    Path("new.alw").write_text(LOOP.replace("work {m}", "work 0 {m}"))
    shown = on_terminal("simulate", "--diff", "loop.alw", "new.alw")
    assert b"\x1b[32m+    runs    work 0 1.0" in shown and b"\x1b[31m-    runs " in shown


def test_a_check_loads_no_engine() -> None:
    code = (
        "import sys; from alw.cli.app import alw\n"
        "try: alw(['check', sys.argv[1]])\n"
        "finally: assert not [m for m in sys.modules if m.startswith(('alw.exec', 'idds', 'rich'))]"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SAMPLE)], capture_output=True)
    assert done.returncode == 0 and b"Assertion" not in done.stderr
