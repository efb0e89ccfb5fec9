"""Learners in the environments that worker nodes and their own scripts make."""

import json
import shlex
from pathlib import Path

import pytest

import alw
from tests.commands.nodes import GOOD, NODES, Node, checked, give, stopped
from tests.commands.programs import task_map
from tests.oracles.worker_node import run_job

pytestmark = pytest.mark.parametrize("node", NODES, ids=str)


@pytest.mark.slow
def test_a_learner_sets_up_its_own_python(node: Node, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python9").write_text(f'#!/bin/sh\nexec {node.python} "$@"\n')
    (tmp_path / "bin" / "python9").chmod(0o755)
    (tmp_path / "env.sh").write_text('PATH="$PWD/bin:$PATH"\nexport PATH\n')
    give(tmp_path, GOOD)
    learn = "import shutil; shutil.copy('given', 'r.json')"
    (tmp_path / "learn.py").write_text(learn)
    for command in (
        ". ./env.sh && python9 learn.py",
        "export PATH=$PWD/bin:$PATH; python9 learn.py",
    ):
        assert checked(node.run(tmp_path, command, more="")) == {**GOOD, "to_continue": True}
    if node.shell.endswith("bash"):
        found = node.run(tmp_path, "source ./env.sh && python9 learn.py", more="")
        assert checked(found) == {**GOOD, "to_continue": True}


def test_a_script_without_the_execute_bit(node: Node, tmp_path: Path) -> None:
    give(tmp_path, GOOD)
    script = tmp_path / "learn.sh"
    script.write_text("#!/bin/sh\ncp given r.json\n")
    script.chmod(0o644)
    assert checked(node.run(tmp_path, "./learn.sh")) == {**GOOD, "to_continue": True}


def test_modules_beside_the_learner_are_not_the_standard_ones(node: Node, tmp_path: Path) -> None:
    for name in ("json", "io", "re", "sys"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(0)")
    give(tmp_path, GOOD)
    assert checked(node.run(tmp_path)) == {**GOOD, "to_continue": True}


def test_without_the_interpreter_the_job_fails(node: Node, tmp_path: Path) -> None:
    give(tmp_path, GOOD)
    job = node.run(tmp_path, more='interpreter = "python4.2"')
    stopped(job, tmp_path)
    assert job.status == 127


def test_in_a_directory_with_an_odd_name(node: Node, tmp_path: Path) -> None:
    directory = tmp_path / 'it\'s a $HOME "x"'
    directory.mkdir()
    give(directory, GOOD)
    assert checked(node.run(directory)) == {**GOOD, "to_continue": True}


def test_in_a_plain_locale(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONUTF8", "0")
    give(tmp_path, json.dumps(GOOD, ensure_ascii=False).encode())
    assert checked(node.run(tmp_path)) == {**GOOD, "to_continue": True}
    give(tmp_path, json.dumps({**GOOD, "s": "é😀"}, ensure_ascii=False).encode())
    stopped(node.run(tmp_path), tmp_path, "field s")


# Two streams


def test_a_learner_of_two_tasks(node: Node, tmp_path: Path) -> None:
    compilation = alw.compile_text(
        'workflow w { dataset = "user.w.x"\nloop scan {\nparam x: float = 0.5\n'
        'task a { exec = "a {x}" outputs = ["a.json"] n_jobs = 2 }\n'
        'task b { exec = "b {x}" outputs = ["b.json"] n_jobs = 1 }\n'
        'learn step { exec = "./learn {b.outputs[0]} {a.outputs[0]} \\"{a.outputs[0]}\\" {x}'
        ' {b.outputs[0]}"\n'
        f'interpreter = "{node.python}"\nresult "r.json" {{ x: float }} }}\n'
        "repeat while step.x < 2 at most 3 times\n} }"
    )
    (tmp_path / "learn").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > said\ncat $1 > /dev/null\necho \'{"x": 1}\' > r.json\n'
    )
    for name in ("a1", "a2", "b1"):
        (tmp_path / name).touch()
    made = task_map(compilation, "step")
    job = run_job(
        made, tmp_path, inputs={"IN": ["b1"], "IN2": ["a2", "a1"]}, shell=node.shell,
        values={"x": 0.5}, iteration=2,
    )  # fmt: skip
    assert checked(job) == {"x": 1.0, "to_continue": True}
    assert (tmp_path / "said").read_text().split() == ["b1", "a1,a2", "a1,a2", "0.5", "b1"]
    assert shlex.split(made["cliParams"]).count("--secondaryDSs") == 1
