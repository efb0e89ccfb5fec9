"""Writing is all or nothing, whatever fails and wherever."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import alw
from alw.driver.output import write
from alw.writing import exchange, lock

from .conftest import GOOD, Invoke, tree

NEWER = "newer.alw"


@pytest.fixture(autouse=True)
def newer(here: Path) -> None:
    """A program that writes other contents to the files of ``good.alw``."""
    Path(NEWER).write_text(GOOD.replace("int = 3", "int = 4").replace("'me'", "'you'"))


@pytest.mark.parametrize("obstacle", ["workflow.json", "tasks/first.json", "tasks/second.json"])
def test_a_directory_in_the_place_of_a_file(invoke: Invoke, here: Path, obstacle: str) -> None:
    invoke("compile", "good.alw")
    place = Path("build/small", obstacle)
    place.unlink()
    place.mkdir()
    before = tree(here)
    result = invoke("compile", NEWER)
    assert result.exit_code == 1
    assert f"build/small/{obstacle}" in result.stderr
    assert "wrote" not in result.stderr
    assert tree(here) == before


@pytest.mark.parametrize("obstacle", ["build", "build/small", "build/small/tasks"])
def test_a_file_in_the_place_of_a_directory(invoke: Invoke, here: Path, obstacle: str) -> None:
    Path(obstacle).parent.mkdir(parents=True, exist_ok=True)
    Path(obstacle).write_text("mine")
    before = tree(here)
    result = invoke("compile", "good.alw", "--format", "concise")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{obstacle}:1:1: error[ALW508]")
    assert tree(here) == before


def test_a_file_far_up_the_path(invoke: Invoke, here: Path) -> None:
    before = tree(here)
    assert invoke("compile", "good.alw", "-o", "good.alw/a/b").exit_code == 1
    assert tree(here) == before


def test_files_are_replaced_not_written_through(invoke: Invoke, here: Path) -> None:
    invoke("compile", "good.alw")
    place = Path("build/small/workflow.json")
    Path("elsewhere").write_text("mine")
    place.unlink()
    place.symlink_to(here / "elsewhere")
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("elsewhere").read_text() == "mine"
    assert not place.is_symlink()


def test_what_else_lies_there_stays(invoke: Invoke) -> None:
    for name in ("build/mine", "build/small/mine", "build/small/tasks/mine"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    invoke("compile", "good.alw")
    assert sorted(p.name for p in Path("build").rglob("*") if p.is_file()) == [
        ".alw.json",
        "first.json",
        "mine",
        "mine",
        "mine",
        "second.json",
        "workflow.json",
    ]


def test_the_same_input_gives_the_same_bytes(invoke: Invoke) -> None:
    invoke("compile", "good.alw", "-o", "one")
    invoke("compile", "good.alw", "-o", "two")
    assert tree(Path("one")) == tree(Path("two"))


def test_what_is_no_longer_compiled_is_removed(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    for name in ("tasks/mine.json", "mine/first.json", "mine/empty/"):
        place = Path("build/small", name)
        place.parent.mkdir(exist_ok=True)
        place.mkdir() if name.endswith("/") else place.write_text("mine")
    Path("less.alw").write_text("\n".join(x for x in GOOD.splitlines() if "second" not in x) + "\n")
    assert invoke("compile", "less.alw").exit_code == 0
    assert sorted(p.name for p in Path("build/small/tasks").iterdir()) == [
        "first.json",
        "mine.json",
    ]
    assert Path("build/small/mine/first.json").read_text() == "mine"
    assert Path("build/small/mine/empty").is_dir()


@pytest.mark.parametrize("manifest", ["", "[]", '{"files": 3}', '{"files": [null, "../x"]}', "\0"])
def test_a_manifest_that_says_nothing_removes_nothing(invoke: Invoke, manifest: str) -> None:
    invoke("compile", "good.alw")
    Path("build/small/mine").touch()
    Path("build/x").touch()
    Path("build/small/.alw.json").write_text(manifest)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small/mine").exists()
    assert Path("build/x").exists()


def test_the_folder_may_be_a_link(invoke: Invoke, here: Path) -> None:
    Path("far").mkdir()
    Path("far/mine").touch()
    Path("build").mkdir()
    Path("build/small").symlink_to(here / "far")
    assert invoke("compile", "good.alw").exit_code == 0
    assert Path("build/small").is_symlink()
    assert sorted(p.name for p in Path("far").iterdir()) == [
        ".alw.json", "mine", "tasks", "workflow.json",
    ]  # fmt: skip
    assert not list(here.rglob(".alw-*"))


def test_permissions_stay(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    Path("build/small").chmod(0o2750)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small").stat().st_mode & 0o7777 == 0o2750


# Links, records, leftovers, turns


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_workflow_s_folder_may_be_a_link(invoke: Invoke) -> None:
    Path("data/place").mkdir(parents=True)
    Path("data/place/mine").write_text("mine")
    Path("build").mkdir()
    Path("build/small").symlink_to("../data/place")
    for _ in range(2):
        assert invoke("compile", "good.alw").exit_code == 0
        assert Path("build/small").is_symlink()
        assert Path("data/place/workflow.json").is_file()
        assert Path("data/place/mine").read_text() == "mine"
        assert names("data") == ["place"]
        assert names("build") == ["small"]


def test_a_link_in_the_place_of_a_folder_in_it_is_refused(invoke: Invoke, here: Path) -> None:
    Path("build/small").mkdir(parents=True)
    Path("elsewhere").mkdir()
    Path("build/small/tasks").symlink_to(here / "elsewhere")
    before = tree(here)
    result = invoke("compile", "good.alw")
    assert result.exit_code == 1
    assert "build/small/tasks': it is a link" in result.stderr
    assert tree(here) == before


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"source": 1, "files": 2}',
        '{"source": "../../good.alw", "files": ["../../mine", "../mine", "/etc/x", "tasks/../mine",'
        ' "mine/.", "..", ".", "tasks", "link/mine"]}',
    ],
)
def test_a_record_names_nothing_outside(invoke: Invoke, here: Path, record: str) -> None:
    places = ["mine", "build/mine", "build/small/mine", "build/other/mine", "away/mine"]
    for name in places:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("mine")
    Path("build/small/link").symlink_to(here / "away")
    for name in ("small", "other"):
        Path("build", name, ".alw.json").write_text(record)
    assert invoke("compile", "good.alw").exit_code == 0
    assert [Path(name).read_text() for name in places] == ["mine"] * 5
    assert Path("build/small/link").is_symlink()


def test_a_renamed_workflow_leaves_nothing(invoke: Invoke) -> None:
    invoke("compile", "good.alw", "bad.alw")
    invoke("compile", "good.alw")
    Path("good.alw").write_text(GOOD.replace("workflow small", "workflow large"))
    result = invoke("compile", "good.alw")
    assert "removed the files in build/small" in result.stderr
    assert names("build") == ["large"]


def test_other_sources_keep_their_workflows(invoke: Invoke) -> None:
    Path("other.alw").write_text(GOOD.replace("workflow small", "workflow large"))
    invoke("compile", "good.alw")
    invoke("compile", "other.alw")
    invoke("compile", "-", input=GOOD.replace("workflow small", "workflow typed"))
    invoke("compile", "-", input=GOOD.replace("workflow small", "workflow typed2"))
    assert names("build") == ["large", "small", "typed", "typed2"]


def test_leftovers_of_earlier_releases_are_cleared(invoke: Invoke) -> None:
    for folder in ("build/.alw-abc_1234", "build/.alw-xyz_1234"):
        Path(folder).mkdir(parents=True)
        Path(folder, "0.new").touch()
    Path("build/.alw-xyz_1234/mine").touch()
    assert invoke("compile", "good.alw").exit_code == 0
    assert names("build") == [".alw-xyz_1234", "small"]


def test_permissions_of_folders_stay(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    Path("build/small").chmod(0o750)
    Path("build/small/tasks").chmod(0o700)
    invoke("compile", NEWER)
    assert Path("build/small").stat().st_mode & 0o7777 == 0o750
    assert Path("build/small/tasks").stat().st_mode & 0o7777 == 0o700


def test_one_waits_for_another(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compilation = alw.compile("good.alw")
    said: list[str] = []
    monkeypatch.setattr(lock, "TELL_AFTER", 0.05)
    monkeypatch.setattr(lock, "GIVE_UP_AFTER", 0.2)
    Path("build").mkdir()
    with (
        lock.hold_lock(Path("build"), lambda: None),
        pytest.raises(OSError, match="another alw has been writing"),
    ):
        write(compilation.workflows.values(), "build", lambda: said.append("waits"))
    assert said == ["waits"]
    assert names("build") == []
    assert write(compilation.workflows.values(), "build").files
    assert names("build") == ["small"]


def test_a_file_system_without_locks(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    alw.compile("good.alw").write("build")
    assert names("build") == ["small"]


@pytest.mark.slow
def test_two_at_a_time_do_not_mix(here: Path) -> None:
    script = "import sys, alw\nc = alw.compile(sys.argv[1])\nfor _ in range(25): c.write('build')\n"
    Path("newer.alw").write_text(GOOD.replace("= 3", "= 4").replace("second", "third"))
    alw.compile("good.alw").write("good")
    alw.compile("newer.alw").write("newer")
    writers = [
        subprocess.Popen([sys.executable, "-c", script, name], cwd=here)
        for name in ("good.alw", "newer.alw")
    ]
    wanted = [tree(Path("good/small")), tree(Path("newer/small"))]
    looks = 0
    folder = Path("build/small")
    while any(writer.poll() is None for writer in writers):
        with suppress(FileNotFoundError):  # of the first compilation, or when it is switched
            before = folder.stat().st_ino
            found = set(tree(folder))
            if folder.stat().st_ino == before:
                assert found in map(set, wanted)
                looks += 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert looks
    assert tree(Path("build/small")) in wanted
    assert names("build") == ["small"]


def test_folders_of_users_stay_what_they_are(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    results = Path("build/small/results")
    results.mkdir(0o700)
    (results / "log").write_text("mine")
    before = [(p.stat().st_ino, p.stat().st_mode) for p in (results, results / "log")]
    invoke("compile", NEWER)
    assert [(p.stat().st_ino, p.stat().st_mode) for p in (results, results / "log")] == before


def test_what_users_write_during_the_switch_stays(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("compile", "good.alw")
    Path("build/small/notes").write_text("old")
    real = exchange.exchange

    def write_meanwhile(staged: Path, place: Path, aside: Path) -> None:
        Path("build/small/late").write_text("late")
        Path("build/small/tasks/late").write_text("late")
        Path("build/small/.notes").write_text("saved")
        os.utime("build/small/.notes", (2**31, 2**31))
        os.replace("build/small/.notes", "build/small/notes")  # as editors save
        real(staged, place, aside)

    monkeypatch.setattr("alw.writing.switch.exchange", write_meanwhile)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small/late").read_text() == "late"
    assert Path("build/small/tasks/late").read_text() == "late"
    assert Path("build/small/notes").read_text() == "saved"
    assert names("build") == ["small"]


def test_a_file_system_without_hard_links(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    invoke("compile", "good.alw")
    Path("build/small/notes").write_text("mine")
    monkeypatch.setattr(os, "link", refuse)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small/notes").read_text() == "mine"


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EBUSY])
def test_a_folder_that_cannot_be_switched_is_named(
    invoke: Invoke, here: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(one: Path, other: Path) -> bool:
        raise OSError(number, os.strerror(number), str(one), None, str(other))

    invoke("compile", "good.alw")
    before = tree(here)
    monkeypatch.setattr(exchange, "_by_one_rename", refuse)
    result = invoke("compile", NEWER, "--format", "concise")
    assert result.exit_code == 1
    assert result.stderr.startswith("build/small:1:1: error[ALW508]")
    assert "it cannot be replaced as a whole" in result.stderr
    assert tree(here) == before


def test_a_full_disk_names_the_place_that_the_user_knows(invoke: Invoke, here: Path) -> None:
    resource = pytest.importorskip("resource")
    invoke("compile", "good.alw")
    before = tree(here)
    result = subprocess.run(
        [sys.executable, "-B", "-m", "alw", "compile", NEWER, "--format", "concise"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("build/small:1:1: error[ALW508]")
    assert os.strerror(errno.EFBIG) in result.stderr
    assert ".alw-" not in result.stderr
    assert tree(here) == before
