"""Which files are sent, and which cannot be."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import alw
from alw.sandbox import folder_listing
from alw.sandbox.folder_listing import list_files
from alw.sandbox.ignore import LARGEST_FILE
from alw.text import disk as disk
from alw.text.source import Entry
from tests.sandbox.folders import File, InMemory, Tree, compiled, the_archive, write

TASK = 'task t { exec = "run" sandbox = "files" }'


def sent(tree: Tree) -> list[str]:
    return [member.path for member in list_files(InMemory(tree)).members]


def paths(*names: str) -> Tree:
    return {name: File(b"") for name in names}


def found(folder: Path) -> list[str]:
    return [member.path for member in the_archive(compiled(folder, TASK))[1].members]


# prun's rules


def test_hidden_files_and_reports_are_left_out() -> None:
    tree = paths(".git/config", ".env", "a/.hidden/x", "jobReport.json", "a/jobReport.txt", "a/b")
    assert sent({**tree, ".1": File(b""), "..x": File(b"")}) == ["..x", ".1", "a/b"]


def test_what_prun_skips_is_missed() -> None:
    tree = dict(paths("a.root", "b.root.1", "c.o", "d.a", "e.so", "rootfile", "f.root.txt"))
    tree["large"] = File(bytes(LARGEST_FILE + 1))
    tree["just"] = File(bytes(LARGEST_FILE))
    result = list_files(InMemory(tree))
    assert [m.path for m in result.members] == ["f.root.txt", "just", "rootfile"]
    assert [m.path for m in result.missed] == ["a.root", "b.root.1", "c.o", "d.a", "e.so", "large"]


def test_folders_without_anything_are_sent() -> None:
    assert sent({"out": None, "a/b": None, ".hidden": None}) == ["a/b", "out"]


# .alwignore


def ignoring(text: str, *names: str) -> list[str]:
    return sent({".alwignore": File(text.encode()), **paths(*names)})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ["a.log", "a.py", "data/x", "data/y.log"]),
        ("*.log\n", ["a.py", "data/x"]),
        ("data/\n", ["a.log", "a.py"]),
        ("/a.*", ["data/x", "data/y.log"]),
        ("*.log\n!y.log", ["a.py", "data/x", "data/y.log"]),
        ("data\n!data/x", ["a.log", "a.py"]),  # as in git: the folder is left out
        ("data/*\n!data/x", ["a.log", "a.py", "data/x"]),
        ("# *\r\n\r\n*.log\r\n", ["a.py", "data/x"]),
        ("\ufeff*.log", ["a.py", "data/x"]),
        ("*", []),
    ],
)
def test_patterns_of_gitignore(text: str, left: list[str]) -> None:
    assert ignoring(text, "a.log", "a.py", "data/x", "data/y.log") == left


def test_what_is_named_is_sent_after_all() -> None:
    names = ("model.so", "lib/other.so", ".config/x", ".env", "jobReport.json")
    text = "!*.so\n!.config/\n!jobReport.json"
    assert ignoring(text, *names) == [".config/x", "jobReport.json", "lib/other.so", "model.so"]


def test_what_is_left_out_on_purpose_is_not_missed() -> None:
    tree = {".alwignore": File(b"*.root"), "a.root": File(b""), "b.so": File(b"")}
    assert [m.path for m in list_files(InMemory(tree)).missed] == ["b.so"]


TREE = paths(
    "a", "a.log", "b/a", "b/c/a", "b/c/d.log", "e/f/g", "e/f/h", "x y", "[z]", "d.d/d.d/a", "#a"
)  # fmt: skip


def by_git(place: Path, text: str) -> list[str]:
    """The files below ``place`` that a .gitignore with ``text`` does not leave out."""
    (place / ".gitignore").write_bytes(text.encode())
    shown = subprocess.run(
        ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=place, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return sorted({*shown.split("\0")} - {"", ".gitignore"}, key=str.encode)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = write(TREE, tmp_path_factory.mktemp("repository"))
    subprocess.run(["git", "init", "-q", "."], cwd=place, check=True)
    return place


_PATTERNS = st.lists(
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["", "", "!"]),
            st.sampled_from(["", "", "/", "**/", "b/", "e/", "d.d/"]),
            st.sampled_from(["a", "*", "b", "c", "f", "g", "d.d", "*.log", "?", "[a-c]", "e/f"]),
            st.sampled_from(["", "", "/", "/*", "/**"]),
        ).filter(lambda parts: (parts[1], parts[3]) != ("**/", "/*")),
    ),
    max_size=4,
).map("\n".join)


@pytest.mark.slow
@given(text=_PATTERNS)
@example("*\n!*/\n!g")
@example("*\n!*.log")
@example("b/c\n!b/c/a")
@example("e/*\n!e/f")
@example("*.d\n!d.d/")
@example("x\\ y\n\\[z\\]\n#a\n\\#a\na \n")
@settings(deadline=None, max_examples=150)
def test_git_agrees(repository: Path, text: str) -> None:
    """The patterns mean what they mean in a .gitignore."""
    assert sent({".alwignore": File(text.encode()), **TREE}) == by_git(repository, text)


@pytest.mark.parametrize(("text", "line"), [("!", 1), ("# fine\n*.log\n\\", 3), ("a\n[z-a]", 2)])
def test_a_line_that_is_no_pattern_is_shown(tmp_path: Path, text: str, line: int) -> None:
    write({".alwignore": File(text.encode()), "run": File(b"")}, tmp_path / "files")
    (problem,) = compiled(tmp_path, TASK).diagnostics
    assert (problem.code, problem.start.line) == ("ALW420", line)
    assert problem.source.name == str(tmp_path / "files" / ".alwignore")
    assert problem.related[0].source.name == str(tmp_path / "w.alw")


def test_pathspec_is_loaded_when_it_is_needed(tmp_path: Path) -> None:
    script = "import alw, sys; assert alw.compile('w.alw').ok; print('pathspec' in sys.modules)"
    for tree, loaded in ((paths("a"), False), (paths("a", ".alwignore"), True)):
        write(tree, tmp_path / "files")
        compiled(tmp_path, TASK)
        run = [sys.executable, "-c", script]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout == f"{loaded}\n"


# Links


def test_links_are_followed_inside_the_project_only(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write({"files/a": File(b"a"), "common.py": File(b"common"), "lib/b": File(b"b")}, project)
    (tmp_path / "secret").write_text("secret")
    folder = project / "files"
    (folder / "common.py").symlink_to("../common.py")
    (folder / "b").symlink_to(project / "lib" / "b")
    (folder / "lib").symlink_to("../lib")
    (folder / "dead").symlink_to("nowhere")
    (folder / "circle").symlink_to("circle")
    (folder / "outer").symlink_to(tmp_path)
    assert found(project) == ["a", "b", "common.py"]
    content = the_archive(compiled(project, TASK))[1].read()
    assert b"common" in content
    assert b"secret" not in content
    (folder / "secret").symlink_to("../../secret")
    (problem,) = compiled(project, TASK).diagnostics
    assert (problem.code, "'secret' points outside" in problem.message) == ("ALW420", True)
    (folder / ".alwignore").write_text("secret")
    assert found(project) == ["a", "b", "common.py"]


def test_a_link_that_is_changed_later_is_not_followed(tmp_path: Path) -> None:
    project = write({"files/a": File(b"secret")}, tmp_path / "project")
    (tmp_path / "b").write_text("secret")
    _, made = the_archive(compiled(project, TASK))
    (project / "files" / "a").unlink()
    (project / "files" / "a").symlink_to(tmp_path / "b")
    with pytest.raises(OSError, match="outside"):
        made.read()


@pytest.mark.parametrize("name", ["../outside", "link", "/tmp", "files/../..", "inside/../.."])
def test_no_folder_outside_of_the_project(tmp_path: Path, name: str) -> None:
    project = write({"inside/a": File(b"")}, tmp_path / "project")
    (tmp_path / "outside").mkdir()
    (project / "link").symlink_to("../outside")
    (problem,) = compiled(project, f'task t {{ exec = "run" sandbox = "{name}" }}').diagnostics
    assert problem.code == "ALW420"
    assert not problem.source.name.startswith(str(tmp_path / "outside"))


def test_a_link_to_a_folder_inside_may_be_named(tmp_path: Path) -> None:
    write({"real/a": File(b"")}, tmp_path)
    (tmp_path / "files").symlink_to("real")
    assert found(tmp_path) == ["a"]


# What cannot be sent


def test_special_files(tmp_path: Path) -> None:
    folder = write(paths("a"), tmp_path / "files")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        problems = compiled(tmp_path, TASK).diagnostics
    assert [d.code for d in problems] == ["ALW420"] * 2
    assert {name for d in problems for name in ("pipe", "socket") if name in d.message} == {
        "pipe", "socket",
    }  # fmt: skip


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    folder = write(paths("a"), tmp_path / "files")
    (folder / os.fsdecode(b"caf\xe9")).touch()
    (problem,) = compiled(tmp_path, TASK).diagnostics
    assert problem.code == "ALW420"
    assert "is not UTF-8" in problem.message
    problem.message.encode()


@pytest.mark.parametrize(
    "name", ["new\nline", "'; rm -rf ~; '", "-rf", "a b", "$(id)", "é", "\x1b[31m"]
)
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    write({name: File(b"x")}, tmp_path / "files")
    assert found(tmp_path) == [name]


class _Forbidden(disk.DiskFolder):
    def entries(self, path: str) -> Iterator[Entry]:
        if path == "closed":
            raise disk._unreadable(path, PermissionError(13, "Permission denied"))
        return super().entries(path)

    def chunks(self, path: str) -> Iterator[bytes]:
        if path == "private":
            raise disk._unreadable(path, PermissionError(13, "Permission denied"))
        return super().chunks(path)


@pytest.mark.parametrize("name", ["closed/x", "private"])
def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write({name: File(b"x"), "a": File(b"")}, tmp_path / "files")
    monkeypatch.setattr(disk, "DiskFolder", _Forbidden)
    (problem,) = compiled(tmp_path, TASK).diagnostics
    assert problem.code == "ALW420"
    assert f"cannot read '{name.split('/')[0]}': Permission denied" in problem.message


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_listing, "MOST_FILES", 10)
    write(paths(*map(str, range(11))), tmp_path / "files")
    (problem,) = compiled(tmp_path, TASK).diagnostics
    assert "more than 10 files" in problem.message


def test_more_than_gzip_can_count(tmp_path: Path) -> None:
    folder = write(paths("a"), tmp_path / "files")
    (folder / ".alwignore").write_text("!huge")
    with (folder / "huge").open("wb") as file:
        file.truncate(2**32)  # takes no room
    (problem,) = compiled(tmp_path, TASK).diagnostics
    assert problem.code == "ALW422"
    assert "4,294,9" in problem.message
    assert "'huge' (4,294,967,296)" in problem.help


def test_deep_folders(tmp_path: Path) -> None:
    path = "/".join(["d"] * 1500)
    assert sent({f"{path}/x": File(b"")}) == [f"{path}/x"]


def test_a_text_has_no_folders_beside_it() -> None:
    (problem,) = alw.compile_text(
        'workflow w { dataset = "user.me.w" task t { exec = "x" sandbox = "files" } }'
    ).diagnostics
    assert problem.code == "ALW420"


@pytest.mark.parametrize("written", ["", "files/a", "a\\0b", "x" * 5000])
def test_what_is_no_folder(tmp_path: Path, written: str) -> None:
    write(paths("a"), tmp_path / "files")
    text = written.replace("\\0", "\0")
    (problem,) = compiled(tmp_path, f'task t {{ exec = "x" sandbox = "{text}" }}').diagnostics
    assert problem.code == "ALW420"


@pytest.mark.parametrize("change", ["vanishes", "grows", "shrinks", "becomes a pipe", "a folder"])
def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Between the look into the folder and the reading."""
    folder = write({"a": File(b"x" * 100)}, tmp_path / "files")

    class Changing(disk.DiskFolder):
        def chunks(self, path: str) -> Iterator[bytes]:
            (folder / "a").unlink(missing_ok=True)
            match change:
                case "grows" | "shrinks":
                    (folder / "a").write_bytes(b"x" * (1000 if change == "grows" else 10))
                case "becomes a pipe":
                    os.mkfifo(folder / "a")
                case "a folder":
                    (folder / "a").mkdir(exist_ok=True)
            return super().chunks(path)

    monkeypatch.setattr(disk, "DiskFolder", Changing)
    result = compiled(tmp_path, TASK)
    (problem,) = result.diagnostics
    assert problem.code == "ALW420"
    assert "'a'" in problem.message
    assert not result.workflows
