"""Warnings of files that jobs would not find, and none of what they find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import alw
from alw.prun.file_words import UNKNOWN, file_words
from tests.sandbox.folders import File, compiled, write

PROJECT = {
    name: File(b"")
    for name in (
        "run.py", "merge.py", "setup.sh", "cfg.yaml", "data.txt", "macro.C", "python", "root", "ls",
        "o.root", "lib/a.py", "detector/run.py", "Reco_tf.py", "run.log", "a b.py",
    )
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(PROJECT, tmp_path)


def said(project: Path, command: str, more: str = "") -> list[tuple[str, str]]:
    """The codes and the texts of what is said of a command, at its place."""
    written = command.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    text = (
        'const script: string = "run.py" const n: int = 3 '
        'task first { exec = "x {script} {n}" outputs = ["o.root"] bexec = "make" } '
        f'task t {{ exec = "{written}" {more} }}'
    )
    result = compiled(project, text)
    assert result.ok, result.diagnostics
    source = (project / "w.alw").read_text()
    found = [d for d in result.diagnostics if d.code in ("ALW630", "ALW631")]
    return [(d.code, source[d.span.start : d.span.end]) for d in found]


@pytest.mark.parametrize(
    "command, word",
    [
        ("python run.py", "run.py"),
        ("python3.9 -u run.py 1 2", "run.py"),
        ("python ./run.py", "./run.py"),
        ("./run.py", "./run.py"),
        ("run.py 1", "run.py"),  # '.' is in the PATH of a job
        ("lib/a.py", "lib/a.py"),
        ("python lib/a.py {first.outputs[0]} > out", "lib/a.py"),
        ("A=1 B='x y' time nice -n 5 python run.py", "run.py"),
        ("env A=1 python run.py", "run.py"),
        ("timeout 60 python run.py", "run.py"),
        ("for i in 1 2; do python run.py $i; done", "run.py"),
        ("if true; then python run.py; fi", "run.py"),
        ("(python run.py)", "run.py"),
        ("source /cvmfs/x/setup.sh && python run.py", "run.py"),
        ("asetup 24.0.20; python run.py", "run.py"),
        ("export A=1 && python run.py", "run.py"),
        ("source setup.sh", "setup.sh"),
        (". ./setup.sh", "./setup.sh"),
        ("bash setup.sh && true", "setup.sh"),
        ("prog --config cfg.yaml", "cfg.yaml"),
        ("prog < cfg.yaml", "cfg.yaml"),
        ("root -l -b -q macro.C", "macro.C"),
        ("root -l -b -q 'macro.C+(1, \"a\")'", "macro.C"),
        ("athena run.py", "run.py"),
        ("python '{script}'", "python '{script}'"),
        ("cp data.txt x.txt && prog x.txt", "data.txt"),
        ("python run.py | tee out.log", "run.py"),
        ("true\npython run.py", "run.py"),
        ("mpirun -n 4 python run.py", "run.py"),
        ("python 'a b.py'", "a b.py"),
    ],
)
def test_what_is_not_sent(project: Path, command: str, word: str) -> None:
    ((code, place),) = said(project, command)
    assert code == "ALW630"
    assert place in (word, f'"{word}"')


HARMLESS = [
    "python", "root", "ls", "ls run.py", "python --version", "echo run.py",
    "/usr/bin/python /x/run.py",
    "python /cvmfs/x/run.py", "python ../run.py", "python ~/run.py", "python $HOME/run.py",
    "python -m run.py", "python -c 'import run.py'", "bash -c 'python run.py'", "prog --x=run.py",
    "prog -o run.py", "prog --output-file run.py", "prog > run.py", "prog >> run.py",
    "prog 2> run.py && python run.py", "echo 'x' > run.py; python run.py",
    "cp /cvmfs/x/run.py run.py && python run.py", "cp /cvmfs/x/run.py . && python run.py",
    "cp /cvmfs/x/run.py lib/ && python lib/run.py", "wget https://x.org/run.py && python run.py",
    "curl -O https://x.org/run.py; python run.py", "tar xzf x.tgz; python run.py",
    "git clone https://x.org/y && cd y && python run.py", "cd lib && python run.py",
    "make && ./run.py", "xrdcp root://x//run.py . && python run.py", "rm -f run.py", "touch run.py",
    "Reco_tf.py --maxEvents 3", "Reco_tf.py --preExec=run.py", "prog o.root", "prog run.log",
    "prog detector", "prog lib", "prog *.py", "prog {first.outputs[0]}", "prog %IN",
    "prog run.py{n}", "mpirun -n 4 python -m mod", "prog python ls",
    "prog x/run.py", "prog https://x.org/run.py", "sim data.txt && reco data.txt",
    "docker run x python run.py", "singularity exec img python run.py", "prog $(cat run.py)",
    "python <<EOF\nrun.py\nEOF", "# python run.py", "prog # run.py", "prog 'python run.py'",
    "prog run.p[y]", "prog run.py,merge.py", "export X=run.py", "test -f run.py",
]  # fmt: skip


@pytest.mark.parametrize("command", HARMLESS)
def test_no_false_alarm(project: Path, command: str) -> None:
    assert said(project, command, 'outputs = ["o.root"]') == []


@pytest.mark.parametrize(
    "more",
    [
        'bexec = "make"',
        'container_image = "docker://a/b"',
        'outputs = ["run.py"]',
        'outputs = ["*.py"]',
        'sandbox = "."',
        'sandbox = ["run.py"]',
        'sandbox = ["*.py"]',
        'sandbox = "detector"',
        'sandbox = "https://pandacache.cern.ch/cache/sources.x.tar.gz"',
        'ext_file = "run.py"',
    ],
)
def test_what_is_sent_or_made_otherwise(project: Path, more: str) -> None:
    assert said(project, "python run.py", more) == []


@pytest.mark.parametrize(
    "command, more, word, help",
    [
        ("python rum.py", 'sandbox = ["run.py"]', "rum.py", "did you mean 'run.py'?"),
        ("python run.py", 'sandbox = ["merge.py"]', "run.py", "add it to the list"),
        ("python run.py cfg.yaml", 'sandbox = ["run.py"]', "cfg.yaml", "add it to the list"),
        ("python detector/run.py", 'sandbox = "detector"', "detector/run.py", "'run.py'"),
        ("python a.py", 'sandbox = ["lib/"]', "a.py", "'lib/a.py'"),
        ("python other.py", 'sandbox = ["run.py"]', "other.py", "it contains 'run.py'"),
        ("python merge.py", 'sandbox = "detector"', "merge.py", "add it to the sandbox"),
    ],
)
def test_what_the_sandbox_lacks(
    project: Path, command: str, more: str, word: str, help: str
) -> None:
    assert said(project, command, more) == [("ALW631", word)]
    found = alw.compile(project / "w.alw").diagnostics
    assert help in next(d.help for d in found if d.code == "ALW631")


@pytest.mark.parametrize(
    "command",
    ["make_it 3; python other.py", "prog other.py", "prog 1 > other.py; python other.py",
     "./prog 1",
     "python run.py out.json", "python run.py 0.5 other.txt"],
)  # fmt: skip
def test_no_false_alarm_with_a_sandbox(project: Path, command: str) -> None:
    assert said(project, command, 'sandbox = ["run.py"]') in ([], [("ALW631", "./prog")])


def test_a_program_that_is_a_path_may_be_built() -> None:
    assert [w.word for w in file_words("make; ./prog 1")] == []


def test_links_and_special_files_are_no_scripts(tmp_path: Path) -> None:
    write({"lib/a.py": File(b"")}, tmp_path / "project")
    project = tmp_path / "project"
    (tmp_path / "out.py").touch()
    (project / "out.py").symlink_to("../out.py")
    (project / "dead.py").symlink_to("nowhere")
    (project / "far").symlink_to(tmp_path)
    os.mkfifo(project / "pipe.py")
    for name in ("out.py", "dead.py", "far/out.py", "pipe.py"):
        assert said(project, f"python {name}") == []
    (project / "near.py").symlink_to("lib/a.py")
    assert said(project, "python near.py") == [("ALW630", "near.py")]


@pytest.mark.parametrize(
    "before, after",
    [
        (
            'task t { exec = "python run.py" }',
            'task t { exec = "python run.py" sandbox = ["run.py"] }',
        ),
        (
            'task t {\n    exec = "python run.py"\n  }',
            'task t {\n    exec = "python run.py"\n    sandbox = ["run.py"]\n  }',
        ),
        (
            'task t {\n    exec = "python run.py"  # it\n  }',
            'task t {\n    sandbox = ["run.py"]\n    exec = "python run.py"  # it\n  }',
        ),
        (
            'task t { exec = "python run.py" sandbox = ["lib/a.py"] }',
            'task t { exec = "python run.py" sandbox = ["lib/a.py", "run.py"] }',
        ),
    ],
)  # fmt: skip
def test_the_fix_sends_the_file(project: Path, before: str, after: str) -> None:
    (problem,) = compiled(project, before).diagnostics
    assert problem.fix is not None and problem.fix.safe
    text = (project / "w.alw").read_text()
    for edit in problem.fix.edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert after in text
    (project / "w.alw").write_text(text)
    assert alw.compile(project / "w.alw").diagnostics == ()


def test_one_warning_names_all_files(project: Path) -> None:
    (problem,) = compiled(
        project, 'task t { exec = "python run.py cfg.yaml data.txt" }'
    ).diagnostics
    assert "'run.py', 'cfg.yaml' and 'data.txt' are not sent" in problem.message
    assert problem.fix is not None and not problem.fix.safe  # data.txt may be written


def test_a_text_has_nothing_beside_it() -> None:
    text = 'workflow w { dataset = "user.me.w" task t { exec = "python README.md" } }'
    assert alw.compile_text(text).diagnostics == ()


def test_a_value_of_the_grid_is_in_no_name() -> None:
    assert file_words(f"python run{UNKNOWN}.py") == ()
    assert [w.word for w in file_words(f"python a.py {UNKNOWN}")] == ["a.py"]


@pytest.mark.parametrize(
    "text", ["'", '"', "\\", "'a\" b", "a\\", "\n", "", "((", "&&", "# x", "< >"]
)
def test_what_no_shell_reads_has_no_words(text: str) -> None:
    file_words(text)
