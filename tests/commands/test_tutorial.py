"""The tutorial, followed to the letter; :mod:`.tutorial` says by which rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands.tutorial import PAGE, Command, Edit, Save, run, steps, take

pytestmark = pytest.mark.slow

TEXT = PAGE.read_text("utf-8")
STEPS = tuple(steps(TEXT))
SETUP = """\
python3 -m venv ~/alw
source ~/alw/bin/activate
pip install -q '/path/to/this/repository[run]'
mkdir massfit && cd massfit
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, str]]:
    """The reader's folder after all steps, and what each command has printed, by its line."""
    folder = tmp_path_factory.mktemp("massfit")
    printed = {}
    for step in STEPS:
        if isinstance(step, Command):
            printed[step.at] = run(step, folder)
        else:
            take(step, folder)
    return folder, printed


@pytest.mark.parametrize(
    "command",
    [step for step in STEPS if isinstance(step, Command)],
    ids=lambda command: f"line {command.at + 1}: {command.text}",
)
def test_a_command_prints_what_the_page_shows(
    done: tuple[Path, dict[int, str]], command: Command
) -> None:
    output = done[1][command.at]
    assert command.prints(output), output


def test_the_loop_finds_the_mass(done: tuple[Path, dict[int, str]]) -> None:
    """The peak was put at 125.3 GeV, with 400 events and a width of 15 GeV."""
    history = json.loads((done[0] / "runs" / "massfit" / "history.json").read_text("utf-8"))
    result = next(t for t in history["iterations"][-1]["tasks"] if t["is_learner"])["result"]
    assert abs(result["mass"] - 125.3) < 2
    assert history["end"] == "condition"
    assert (done[0] / "runs" / "massfit" / "report.html").is_file()


def test_what_it_compiles_can_be_submitted(done: tuple[Path, dict[int, str]]) -> None:
    (block,) = re.findall(r"^```python\n(from idds.*?)^```$", TEXT, re.M | re.S)
    path = re.search(r'open\("(.*?)"\)', block)
    assert path is not None
    compile(block, "tutorial.md", "exec")
    assert json.loads((done[0] / path[1]).read_text("utf-8"))["class"] == "Workflow"


def test_the_page_has_no_other_commands_than_those_that_are_run() -> None:
    """But for the set-up, which needs a network: the tests run in an environment made like it."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S)
    assert blocks == [SETUP]
    kinds = set(re.findall(r"^```(\w+)$", TEXT, re.M))
    assert kinds <= {"sh", "console", "alw", "python", "text", "json"}
    assert TEXT.count("<!-- ") == len(
        [step for step in STEPS if isinstance(step, Save | Edit) or step.interrupt]
    )


def test_times_and_left_out_lines_do_not_count_and_everything_else_does() -> None:
    command = Command(0, "x", ("a in 2.3 s", "…", "^C", "end"))
    assert command.prints("a in 41 s\nb\nc\nend\n")
    assert command.prints("a in 0.1 s\nend\n")
    bars = Command(0, "x", ("fit  ███  0.3 s", "m  ▁█  5", " x    time"))
    assert bars.prints("fit ▁▂▃▄▅▆▇█ 1 min 03 s\nm ▁█ 5\n x      time\n")
    assert not bars.prints("fit ▁ 1 s\nm ▁█▁ 5\n x time\n")
    assert not bars.prints("fit ▁ 1 s\nm ▁█ 5\nx time\n")
    for other in ("a in 2.3 m\nend\n", "a in 2.3 s\n", "b in 2.3 s\nend\n", "a in 2.3 s\nend\n\n"):
        assert not command.prints(other)
