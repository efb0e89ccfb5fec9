"""``alw import``: sources from files and from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import alw
from tests.engine.stored import SEED, stored_map

from .conftest import Invoke, Run, tree


@pytest.fixture(autouse=True)
def stored(here: Path) -> None:
    """``maps/simulate.json``, and one in the folder above."""
    Path("maps").mkdir()
    text = json.dumps(stored_map(SEED))
    Path("maps/simulate.json").write_text(text)
    Path("maps/other.json").write_text(text.replace('"nEvents": 10', '"nEvents": 11'))


def test_a_map_becomes_a_source_that_compiles(invoke: Invoke) -> None:
    result = invoke("import", "maps/simulate.json", "-o", "simulate.alw")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "wrote simulate.alw\n")
    compiled = alw.compile("simulate.alw")
    assert compiled.ok
    assert compiled.workflows["altest1234"].tasks["run"]["nEvents"] == 10
    printed = invoke("import", "maps/simulate.json")
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout == Path("simulate.alw").read_text()


@pytest.mark.parametrize(
    ("output", "named"), [("w.alw", "maps/other.json"), ("maps/w.alw", "other.json")]
)
def test_the_map_is_named_from_where_the_source_will_be(
    invoke: Invoke, output: str, named: str
) -> None:
    assert invoke("import", "maps/other.json", "-o", output).exit_code == 0
    text = Path(output).read_text()
    assert f'map = "{named}"' in text
    assert "nEvents: 11 in the map, 10 from the options" in text
    assert alw.compile(output).ok


def test_a_source_cannot_name_what_is_not_below_it(invoke: Invoke) -> None:
    Path("elsewhere").mkdir()
    result = invoke("import", "maps/other.json", "-o", "elsewhere/w.alw")
    assert result.exit_code == 1
    assert "not in the folder of the source or below it" in result.stderr
    assert list(Path("elsewhere").iterdir()) == []


def test_a_map_from_standard_input(invoke: Invoke) -> None:
    text = Path("maps/simulate.json").read_text()
    assert invoke("import", "-", input=text).stdout == invoke(
        "import", "maps/simulate.json"
    ).stdout.replace("map simulate.json", "map of standard input")


def test_a_command_line(run: Run) -> None:
    result = run("import", "-o", "w.alw", "--", "prun", *SEED)
    assert (result.returncode, result.stderr) == (0, b"wrote w.alw\n")
    assert alw.compile("w.alw").ok
    assert 'exec    = "python simplescript.py 0.5 0.5 200 output.json"' in Path("w.alw").read_text()


def test_a_file_with_a_command_line(invoke: Invoke) -> None:
    Path("submit.sh").write_text(
        "#!/bin/sh\ncd /afs\n"
        "prun --exec 'python simplescript.py 0.5 0.5 200 output.json' \\\n"
        "  --outDS user.wguan.altest1234 --outputs output.json --nJobs=10  # simulate\n"
    )
    from_file = invoke("import", "submit.sh")
    assert from_file.exit_code == 0
    assert from_file.stdout == invoke("import", "--", "prun", *SEED).stdout


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (["none.json"], None, "cannot read 'none.json': No such file"),
        (["x"], "{", "it is not JSON: Expecting property name"),
        (["x"], "[" * 100_000, "it is not JSON: it is nested too deeply"),
        (["x"], "{}", "it is not a task parameter map: it has no taskName"),
        (["x"], "hello", "neither JSON nor a command line of prun: there is no prun command"),
        (["x"], "prun --outDS user.$USER.x", "prun refuses it: you need to give --exec"),
        (["x"], "\udcff", "is not UTF-8"),
        (["--", "prun"], None, "prun refuses it: you need to give --exec"),
        (["--", "prun", "--exec", "a", "--outDS", "x"], None, "ALW410"),
        (["--", "prun", "--exec", "a'", "--outDS", "user.me.x"], None, "ALW407"),
        (["--", "prun", "--exec", "a", "--outDS", "user.me.x", "--inDsTxt", "in"], None, "'in'"),
        (["--", "prun", "--none"], None, "prun refuses it: there is no option --none"),
        (["--", "prun", "--loadJson", "a.json"], None, "'a.json'"),
    ],
)
def test_what_cannot_be_imported(
    invoke: Invoke, here: Path, arguments: list[str], text: str | None, said: str
) -> None:
    if text is not None:
        Path("x").write_text(text, encoding="utf-8", errors="surrogateescape")
    before = tree(here)
    result = invoke("import", "-o", "w.alw", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert tree(here) == before


def test_a_map_that_no_task_can_start_from(invoke: Invoke) -> None:
    broken = {**stored_map(SEED), "vo": 3}
    Path("broken.json").write_text(json.dumps(broken))
    result = invoke("import", "broken.json")
    assert result.exit_code == 1
    assert "ALW418" in result.stderr
    assert "--> broken.json:1:" in result.stderr


SCRIPT = """\
for ds in mc.1 mc.2; do
  prun --exec 'go %IN' --inDS $ds --outDS user.$USER.$ds --outputs o.root
done
prun --exec "fit %IN" --inDS user.$USER.mc.1_o.root/ --outDS user.$USER.fit --cloud US
"""
SOURCE = """\
# From command lines of prun.
# user is $USER of the shell: set it with --set user=…
workflow submit {
  input user: string

  task mc_1 {
    exec    = "go %IN"
    in_ds   = "mc.1"
    outputs = ["o.root"]
    dataset = "user.{user}.mc.1"
  }

  task mc_2 {
    exec    = "go %IN"
    in_ds   = "mc.2"
    outputs = ["o.root"]
    dataset = "user.{user}.mc.2"
  }

  # Left out because prun dropped it: --cloud
  task fit {
    exec    = "fit %IN"
    in_ds   = mc_1.outputs[0]
    dataset = "user.{user}.fit"
  }
}
"""


def test_a_script_becomes_a_workflow(invoke: Invoke) -> None:
    Path("submit.sh").write_text(SCRIPT)
    assert invoke("import", "submit.sh", "-o", "submit.alw").exit_code == 0
    assert Path("submit.alw").read_text() == SOURCE
    assert invoke("compile", "submit.alw", "--set", "user=me").exit_code == 0
    assert invoke("import", "-", input=SCRIPT).stdout == SOURCE.replace("submit", "imported")


def test_some_calls_of_a_script(invoke: Invoke) -> None:
    Path("submit.sh").write_text(SCRIPT)
    one = invoke("import", "submit.sh", "--task", "2")
    assert one.exit_code == 0
    assert "workflow mc_2 {" in one.stdout
    assert one.stdout.count("  task ") == 1
    two = invoke("import", "submit.sh", "--task", "3", "--task", "1")
    assert two.stdout.count("  task ") == 2
    assert "mc_1.outputs[0]" in two.stdout
    none = invoke("import", "submit.sh", "--task", "4")
    assert (none.exit_code, none.stdout) == (1, "")
    assert "there is no call 4 of prun: there are 3 calls" in none.stderr
    assert invoke("import", "submit.sh", "--task", "0").exit_code == 2
    assert invoke("import", "maps/simulate.json", "--task", "1").exit_code == 1


def test_files_are_looked_for_beside_the_script(invoke: Invoke) -> None:
    line = "prun --exec 'go %IN' --outDS user.me.x --inDsTxt in/list.txt\n"
    Path("scripts/in").mkdir(parents=True)
    Path("scripts/submit.sh").write_text(line)
    missing = invoke("import", "scripts/submit.sh")
    assert missing.exit_code == 1
    assert "cannot read 'in/list.txt', which --inDsTxt names: No such file" in missing.stderr
    Path("in").mkdir()
    Path("in/list.txt").write_text("mc.1\n")
    assert 'in_ds   = "mc.1"' in invoke("import", "scripts/submit.sh").stdout
    Path("scripts/in/list.txt").write_text("mc.2\nmc.3\n")
    assert 'in_ds   = "mc.2,mc.3"' in invoke("import", "scripts/submit.sh").stdout
    Path("scripts/submit.sh").write_text(line.replace("in/list.txt", "list.txt"))
    assert invoke("import", "scripts/submit.sh").exit_code == 1
    Path("scripts/submit.sh").write_text("cd in\n" + line.replace("in/list.txt", "list.txt"))
    assert 'in_ds   = "mc.2,mc.3"' in invoke("import", "scripts/submit.sh").stdout
    Path("scripts/in/list.txt").write_bytes(b"\xff")
    assert "it is not UTF-8" in invoke("import", "scripts/submit.sh").stderr
    words = line.replace("'go %IN'", "go").split()
    Path("in/list.txt").write_text("mc.4\n")
    assert '"mc.4"' in invoke("import", "--", *words).stdout


def test_a_command_line_in_quotes(invoke: Invoke) -> None:
    result = invoke("import", "$ prun --exec 'a b' --outDS user.$USER.x")
    assert result.exit_code == 0
    assert 'exec    = "a b"' in result.stdout


@pytest.mark.parametrize(
    "words", [["--", "pathena", "a.py", "--nFiles=3"], ["pathena a.py --nFiles 3"]]
)
def test_pathena_leads_on(invoke: Invoke, words: list[str]) -> None:
    result = invoke("import", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        "it is a command line of pathena, and only those of prun can be imported" in result.stderr
    )
    assert 'exec                = "athena a.py %IN"' in result.stderr
    assert "n_files             = 3" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["-o", "", "x"]])
def test_wrong_usage(invoke: Invoke, arguments: list[str]) -> None:
    assert invoke("import", *arguments).exit_code == 2


def test_a_source_that_cannot_be_written(invoke: Invoke) -> None:
    result = invoke("import", "maps/simulate.json", "-o", "none/w.alw")
    assert result.exit_code == 1
    assert "not in the folder" not in result.stderr
    assert "cannot write 'none/w.alw'" in result.stderr
