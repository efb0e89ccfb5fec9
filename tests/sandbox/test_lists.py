"""Lists of files and folders, and the folder of the source: what is sent, and what is refused."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

import alw
from alw.sandbox.folder_listing import ArchiveMember
from alw.sandbox.selection import NoMember, merge_files, select_files
from tests.commands.unpacking import unpack
from tests.oracles.worker_node import run_job
from tests.sandbox.folders import File, InMemory, compiled, set_times, the_archive, write
from tests.sandbox.test_maps import submitted

TREE = {
    "run.py": File(b"print(1)", True),
    "merge.py": File(b"2"),
    "lib/a.py": File(b"a"),
    "lib/deep/b.C": File(b"b"),
    "lib/.hidden": File(b"h"),
    "lib/big.root": File(b"r"),
    "data/x.root": File(b"x"),
    ".config": File(b"c"),
}


def sent(*names: str) -> list[str]:
    return [m.path for m in merge_files([select_files(InMemory(TREE), name) for name in names])]


@pytest.mark.parametrize(
    "names, paths",
    [
        ("run.py", "run.py"),
        ("./run.py", "run.py"),
        ("lib/a.py", "lib/a.py"),
        ("lib//./a.py", "lib/a.py"),
        ("lib", "lib/a.py lib/deep/b.C"),
        ("lib/", "lib/a.py lib/deep/b.C"),
        ("lib/deep", "lib/deep/b.C"),
        ("run.py run.py ./run.py", "run.py"),
        ("lib/a.py lib", "lib/a.py lib/deep/b.C"),
        ("lib lib/big.root", "lib/a.py lib/big.root lib/deep/b.C"),  # who names a file wants it
        ("data/x.root .config", ".config data/x.root"),
        ("*.py", "merge.py run.py"),
        ("m*.py lib/deep/*", "lib/deep/b.C merge.py"),
        ("*/*.py", "lib/a.py"),
        (".", "lib/a.py lib/deep/b.C merge.py run.py"),
    ],
)
def test_what_a_list_sends(names: str, paths: str) -> None:
    assert sent(*names.split(" ")) == paths.split(" ")


@pytest.mark.parametrize(
    "name, said, help",
    [
        ("", "it is empty", "name a file"),
        ("  ", "it is empty", ""),
        ("/etc/passwd", "absolute", "folder of the source"),
        ("..", "goes up", ""),
        ("lib/../run.py", "goes up", "folder of the source"),
        ("rum.py", "there is no 'rum.py' in the folder of the source", "'run.py'"),
        ("lib/aa.py", "there is no 'aa.py' in 'lib'", "'lib/a.py'"),
        ("./lbi//a.py", "there is no 'lbi'", "'lib//a.py'"),
        ("nothing.at.all", "there is no 'nothing.at.all'", ""),
        ("run.py/", "'run.py' is a file", "slash"),
        ("run.py/x", "'run.py' is not a folder", ""),
        ("*.sh", "no file matches", "part of a name"),
        ("lib/**", "'**'", "name the folder"),
        ("[rm]*.py", "no file matches", ""),
        ("https://pandacache.cern.ch/cache/x.tar.gz", "files and folders", "not in a list"),
    ],
)  # fmt: skip
def test_what_a_list_cannot_name(name: str, said: str, help: str) -> None:
    with pytest.raises(NoMember) as raised:
        select_files(InMemory(TREE), name)
    assert said in raised.value.message
    assert help in raised.value.help


def test_an_empty_folder_that_is_named_is_there() -> None:
    assert merge_files([select_files(InMemory({"out": None}), "out/")]) == (
        ArchiveMember("out", is_folder=True),
    )
    both = [
        select_files(InMemory({"out/a": File(b"")}), "out"),
        select_files(InMemory({"out": None}), "out"),
    ]
    assert [m.path for m in merge_files(both)] == ["out/a"]


def task(folder: Path, sandbox: str, more: str = "") -> alw.Compilation:
    text = f'task t {{ exec = "python run.py" sandbox = {sandbox} {more} }}'
    return compiled(folder, text)


def test_each_mistake_is_told_at_its_place(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    found = task(tmp_path, '["rum.py", "run.py", "../x", "/etc"]').diagnostics
    text = (tmp_path / "w.alw").read_text()
    assert [d.code for d in found] == ["ALW420"] * 3
    assert [text[d.span.start : d.span.end] for d in found] == ['"rum.py"', '"../x"', '"/etc"']
    fix = found[0].fix
    assert fix is not None and fix.edits[0].text == '"run.py"'


@pytest.mark.parametrize(
    "written, code",
    [
        ("[]", "ALW420"),
        ("[3]", "ALW402"),
        ('[["run.py"]]', "ALW402"),
        ('["run.py", nothing]', "ALW203"),
        ("[t.sandbox]", "ALW205"),
        ('["{iteration}.py"]', "ALW203"),
        ('"run.py"', "ALW420"),
        ('"merge.*"', "ALW420"),
    ],
)
def test_other_things_are_no_members(tmp_path: Path, written: str, code: str) -> None:
    write(TREE, tmp_path)
    assert code in {d.code for d in task(tmp_path, written).diagnostics}
    assert not task(tmp_path, written).ok


def test_a_file_alone_is_made_a_list(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (problem,) = task(tmp_path, '"run.py"').diagnostics
    assert 'sandbox = ["run.py"]' in problem.help
    assert problem.fix is not None and problem.fix.safe
    assert [edit.text for edit in problem.fix.edits] == ['["run.py"]']


def test_names_may_be_values(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    text = (
        'input script: string = "run" const all: string = "lib" '
        'task t { exec = "python {script}.py" sandbox = ["{script}.py", all] }'
    )
    _, archive = the_archive(compiled(tmp_path, text))
    assert [m.path for m in archive.members] == ["lib/a.py", "lib/deep/b.C", "run.py"]


def test_the_order_of_a_list_and_times_change_nothing(tmp_path: Path) -> None:
    made = []
    for number, names in enumerate(['["run.py", "lib"]', '["lib/", "./run.py", "run.py"]']):
        folder = write(TREE, tmp_path / str(number), backwards=bool(number))
        set_times(folder, 10**9 + number)
        made.append(task(folder, names))
    (name, one), (other_name, other) = map(the_archive, made)
    assert name == other_name
    assert one.read() == other.read()


def test_links(tmp_path: Path) -> None:
    project = write(TREE, tmp_path / "project")
    write({"secret": File(b"s")}, tmp_path / "outside")
    (project / "alias.py").symlink_to("lib/a.py")
    (project / "folder").symlink_to("lib")
    (project / "dead").symlink_to("nowhere")
    (project / "round").symlink_to("round")
    (project / "out").symlink_to("../outside/secret")
    (project / "outdir").symlink_to("../outside")
    _, archive = the_archive(task(project, '["run.py", "alias.py"]'))
    assert [(m.path, m.size) for m in archive.members] == [("alias.py", 1), ("run.py", 8)]
    for name in ("dead", "round", "out", "outdir", "outdir/secret", "folder/a.py", "o*"):
        (problem,) = task(project, f'["run.py", "{name}"]').diagnostics
        assert problem.code == "ALW420", name


def test_what_is_neither_a_file_nor_a_folder(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s.py"))
        for name in ("pipe.py", "s.py", "p*.py"):
            (problem,) = task(tmp_path, f'["run.py", "{name}"]').diagnostics
            assert "neither a file nor a folder" in problem.message


def test_the_rules_of_a_named_folder(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "lib" / ".alwignore").write_text("deep/\n!.hidden\nbig.root\n")
    (tmp_path / ".alwignore").write_text("a.py\nrun.py\n")
    _, archive = the_archive(task(tmp_path, '["lib", "run.py"]'))
    assert [m.path for m in archive.members] == ["lib/.hidden", "lib/a.py", "run.py"]


def test_what_prun_leaves_out_of_a_named_folder_is_told(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (problem,) = task(tmp_path, '["run.py", "lib"]').diagnostics
    assert (problem.code, problem.severity) == ("ALW425", "warning")
    assert "'lib/big.root'" in problem.message


def test_the_folder_of_the_source(tmp_path: Path) -> None:
    write({name: file for name, file in TREE.items() if not name.endswith(".root")}, tmp_path)
    first = task(tmp_path, '"."')
    name, archive = the_archive(first)
    assert [m.path for m in archive.members] == [
        "lib/a.py", "lib/deep/b.C", "merge.py", "run.py", "w.alw",
    ]  # fmt: skip
    # what is made on this machine for this machine is not sent
    first.write(tmp_path / "build")
    first.write(tmp_path / "elsewhere" / "out")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(
        {
            "env/pyvenv.cfg": File(b""),
            "env/lib/python3/site.py": File(b""),
            ".venv/pyvenv.cfg": File(b""),
            "__pycache__/run.cpython-311.pyc": File(os.urandom(20)),
            "lib/__pycache__/a.cpython-311.pyc": File(os.urandom(20)),
        },
        tmp_path,
    )
    again, other = the_archive(task(tmp_path, '"."'))
    assert again == name
    assert other.read() == archive.read()


def test_what_is_left_out_can_be_sent_after_all(tmp_path: Path) -> None:
    write({"run.py": File(b""), "env/pyvenv.cfg": File(b""), "env/a": File(b"")}, tmp_path)
    (tmp_path / ".alwignore").write_text("!env/\nw.alw\n")
    _, archive = the_archive(task(tmp_path, '"."'))
    assert [m.path for m in archive.members] == ["env/a", "env/pyvenv.cfg", "run.py"]


def test_a_folder_named_like_an_output_is_sent(tmp_path: Path) -> None:
    write({"run.py": File(b""), "build/x.py": File(b""), "b/workflow.json": File(b"")}, tmp_path)
    _, archive = the_archive(task(tmp_path, '["run.py", "build", "b"]'))
    assert [m.path for m in archive.members] == ["b/workflow.json", "build/x.py", "run.py"]


@pytest.mark.parametrize("written", ['"."', '["."]', '["run.py"]', '["*.py"]'])
def test_a_text_that_is_no_file_has_nothing_beside_it(written: str) -> None:
    text = f'workflow w {{ dataset = "user.me.w" task t {{ exec = "x" sandbox = {written} }} }}'
    assert [d.code for d in alw.compile_text(text).diagnostics] == ["ALW420"]


def test_jobs_find_the_files_under_their_paths(tmp_path: Path) -> None:
    write(
        {
            "run.py": File(
                b"import sys\nsys.path.insert(0, 'lib')\nimport a\nopen('o','w').write(a.X)"
            ),
            "lib/a.py": File(b"X = 'found'"),
        },
        tmp_path,
    )
    text = """task t { exec = "python run.py" outputs = ["o"] sandbox = ["run.py", "lib/"] }
    task u { exec = "./run.sh" sandbox = t.sandbox no_build = true }
    """
    (tmp_path / "lib" / "run.sh").write_text("")
    result = compiled(tmp_path, text.replace("./run.sh", "sh lib/run.sh"))
    assert result.ok and not result.diagnostics, result.diagnostics
    workflow = result.workflows["w"]
    assert len(workflow.sandboxes) == 1
    place = tmp_path / "job"
    place.mkdir()
    members = unpack(workflow, workflow.tasks["t"], place)
    assert members == ["lib/a.py", "lib/run.sh", "run.py"]
    job = run_job(workflow.tasks["t"], place)
    assert job.ok and job.files["o"] == b"found"


def test_learners_stored_maps_and_actuators(tmp_path: Path) -> None:
    write(TREE, tmp_path)
    (tmp_path / "m.json").write_text(json.dumps(submitted()))
    text = """workflow w {
      dataset = "user.me.w"
      loop l {
        param x: float = 0.5
        task s { map = "m.json" dataset = "user.me.s" sandbox = ["run.py"] }
        learn d {
          exec = "python merge.py r.json {x} {s.outputs[0]}"
          sandbox = ["merge.py"]
          result "r.json" { x: float }
        }
        repeat at most 3 times
      }
    }"""
    (tmp_path / "w.alw").write_text(text)
    result = alw.compile(tmp_path / "w.alw")
    assert result.ok, result.diagnostics
    workflow = result.workflows["w"]
    found = {tuple(m.path for m in a.members) for a in workflow.sandboxes.values()}
    assert found == {("run.py",), ("merge.py",)}
    actuated = text.replace(
        'exec = "python merge.py r.json {x} {s.outputs[0]}"',
        'executable = "python" arguments = "merge.py r.json {x} {s.outputs[0]}"',
    ).replace("repeat at most", "repeat while d.result at most")
    (tmp_path / "w.alw").write_text(actuated)
    result = alw.compile(tmp_path / "w.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    assert len(result.workflows["w"].sandboxes) == 2
