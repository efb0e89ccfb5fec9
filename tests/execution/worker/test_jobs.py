"""What is around the command: folders, environment, limits, what is said."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from alw.execution.worker import (
    Launch,
    WorkerError,
    WorkerJob,
    Wrapper,
    exit_status,
    prepare,
    stage_out,
    wait_for_writers,
    wrapper_of,
)
from alw.execution.worker.pilot import apply_pilot

pytestmark = pytest.mark.slow


def parameters(command: str, more: str = "", below: str = ".") -> str:
    return f'-j "" --sourceURL https://127.0.0.1:1 -r {below} -p "{quote(command)}" {more}'


def started(launch: Launch) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        launch.argv, cwd=launch.directory, env={**launch.environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def said(launch: Launch) -> str:
    stdout, stderr = started(launch).communicate(timeout=60)
    return (stdout + stderr).decode()


def job(tmp_path: Path, command: str, more: str = "", **rest: Any) -> WorkerJob:
    return WorkerJob(parameters(command, more), tmp_path / "job", **rest)


def test_the_environment_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALW_MINE", "it's $HOME\n")
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "python")
    before = dict(os.environ)
    launch = prepare(job(tmp_path, "true"))
    assert dict(os.environ) == before
    own = {"TestArea", "TRF_EXEC_HOME_DIR", "PATH"}
    left = {name: value for name, value in launch.environment.items() if name not in own}
    before.pop("__PYVENV_LAUNCHER__")
    assert left == {name: value for name, value in before.items() if name not in own}
    assert launch.environment["TestArea"] == str(tmp_path / "job/workDir") == str(launch.directory)
    assert launch.environment["TRF_EXEC_HOME_DIR"] == str(tmp_path / "job")
    assert launch.environment["PATH"].split(":")[0] == "."


def test_python_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    (programs / "pwd").symlink_to("/bin/pwd")
    monkeypatch.setenv("PATH", str(programs))
    assert said(prepare(job(tmp_path, "python -c 'print(7)'"))) == "7\n"
    (programs / "python").write_text("#!/bin/sh\necho own\n")
    (programs / "python").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:")
    assert said(prepare(WorkerJob(parameters("python"), tmp_path / "2"))) == "own\n"
    assert not (tmp_path / "2/tmp_bin").exists()


def test_cores(tmp_path: Path) -> None:
    launch = prepare(job(tmp_path, "echo %CORE_NUMBER $ATHENA_PROC_NUMBER %PROC_NUMBER", cores=8))
    assert said(launch) == "8 8 8\n"


@pytest.mark.skipif(sys.platform != "linux", reason="no limit of virtual memory")
@pytest.mark.parametrize("wrapper", [Wrapper.RUN_GEN, Wrapper.RUN_GEN_IN_CONTAINER])
def test_memory(wrapper: Wrapper, tmp_path: Path) -> None:
    command = f"{sys.executable} -c 'len(bytearray(1 << 30)); print(\"it had it\")'; ulimit -v"
    out = said(prepare(job(tmp_path, command, wrapper=wrapper, memory_mb=500)))
    assert "MemoryError" in out and "512000\n" in out and "it had" not in out
    free = said(prepare(WorkerJob(parameters(command), tmp_path / "2", wrapper)))
    assert free.startswith("it had it")


def test_what_is_only_on_worker_nodes_is_said(tmp_path: Path) -> None:
    more = "--rootVer 6.28 --cmtConfig x --useAthenaPackages --useCMake"
    launch = prepare(job(tmp_path, "echo ran", more))
    assert said(launch) == "ran\n"
    assert len(launch.notes) == 2 and "ROOT" in " ".join(launch.notes)
    assert not prepare(WorkerJob(parameters("true", "--cmtConfig x"), tmp_path / "2")).notes


@pytest.mark.parametrize(
    ("command", "more", "words"),
    [
        ('./a "b"', "", "double quote"),
        ("./a \\", "", "backslash"),
        ('a"""+__import__("os").getcwd()+"""', "", "would be run as Python"),
        ('a""", r"""b', "", "would be run as Python"),
        ("a", "--noExpandDBR", "noExpandDBR"),
        ("a", "-o \"{'../o': 'n'}\"", "'../o'"),
        ("a", "-o \"{'o': '/n'}\"", "'/n'"),
        ("a", "-o \"{'..': 'n'}\"", "'..'"),
        ("a", "-o \"{'o': 1}\"", "cannot do anything"),
        ("a", "-o \"{'o'\"", "does not read"),
        ("a", "-i \"['x']\"", "no input file"),
        ("", "", "no command"),
        ("a" * 140_000, "", "KiB"),
        ("a\0b", "", "Python cannot read it"),
        ("a", "'", "bash cannot read"),
        ("a", "\ud800", "Unicode"),
        ("a", "\0", "zero byte"),
        ("a", "-r ../..", "outside"),
        ("a", "-r /etc", "outside"),
        ("a", "-r x/y", "no such folder"),
        ("a", "-r ''", "-r is empty"),
        ("%IN", "-i \"['in']\" --writeInputToTxt IN:../../stolen", "outside"),
        ("o( o", "-o \"{'o(': 'n'}\" --execWithRealFileNames", "regular expression"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_said(command: str, more: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("")
    with pytest.raises(WorkerError, match=words.replace("(", r"\(")) as caught:
        prepare(job(tmp_path, command, more, inputs={"in": tmp_path / "in"}))
    assert caught.value.status
    assert {path.name for path in tmp_path.iterdir()} <= {"in", "job"}


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "$(touch pwned)",
        "a;b",
        "-rf",
        "../x",
        "a,b",
        "'",
        "a\nb",
        "*",
        "%IN",
        "a`b`",
        "",
        ".",
    ],
)
def test_a_file_name_reaches_no_shell_unquoted(name: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    more = f"-i {shlex.quote(repr([name]))}"
    with pytest.raises(WorkerError, match="cannot be in a dataset"):
        prepare(job(tmp_path, "echo %IN", more, inputs={name: tmp_path / "data"}))


def test_the_first_word_is_made_executable_in_the_folder_only(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("")
    outside.chmod(0o644)
    sandbox = tmp_path / "sandbox"
    sandbox.mkdir()
    (sandbox / "to").symlink_to(outside)
    for number, word in enumerate((str(outside), "../../outside", "./to")):
        prepare(WorkerJob(parameters(f"{word} x"), tmp_path / str(number), sandbox=sandbox))
    assert not outside.stat().st_mode & stat.S_IXUSR


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s $(here); "a" %IN'
    sandbox = tmp_path / "box"
    sandbox.mkdir()
    (sandbox / "a b").write_text("#!/bin/sh\npwd\n")
    for wrapper in (Wrapper.RUN_GEN, Wrapper.RUN_GEN_IN_CONTAINER):
        mine = WorkerJob(
            parameters('sh "../a b"; echo "$TestArea"; ', below="new"),
            folder / wrapper.name, wrapper, sandbox,
        )  # fmt: skip
        (sandbox / "new").mkdir(exist_ok=True)
        launch = prepare(mine)
        work = folder / wrapper.name / "workDir"
        assert said(launch) == f"{work}/new\n{work}\n"


def test_the_script_of_a_container(tmp_path: Path) -> None:
    """No Python file is around it: quotes may stand anywhere, and 255 is a failure."""
    launch = prepare(
        job(tmp_path, 'printf \'%s\\n\' "a"; exit 255 # """', wrapper=Wrapper.RUN_GEN_IN_CONTAINER)
    )
    process = started(launch)
    assert process.communicate()[0] == b"a\n"
    assert launch.exit_status(process.returncode) == 255


@pytest.mark.parametrize(
    ("code", "wrapper", "status"),
    [
        (255, Wrapper.RUN_GEN, 0), (254, Wrapper.RUN_GEN, 254), (-9, Wrapper.RUN_GEN, 9),
        (255, Wrapper.RUN_GEN_IN_CONTAINER, 255), (-9, Wrapper.RUN_GEN_IN_CONTAINER, 137),
        (255, Wrapper.BUILD_GEN, 0), (-9, Wrapper.BUILD_GEN, 246),
    ],
)  # fmt: skip
def test_exit_statuses(code: int, wrapper: Wrapper, status: int) -> None:
    assert exit_status(code, wrapper) == status


@pytest.mark.parametrize(
    ("task_map", "wrapper"),
    [
        ({"processingType": "panda-client-jedi-run"}, Wrapper.RUN_GEN),
        ({"processingType": "panda-client-jedi-run", "multiStepExec": {}},
         Wrapper.RUN_GEN_IN_CONTAINER),
        ({"transPath": "http://x/trf/user/runGen-00-00-02"}, Wrapper.RUN_GEN),
        ({"processingType": "panda-client-jedi-cont"}, None),
        ({"processingType": "panda-client-jedi-athena"}, None),
        ({"transPath": "http://x/mine.sh"}, None),
    ],
)  # fmt: skip
def test_which_wrapper(task_map: Mapping[str, object], wrapper: Wrapper | None) -> None:
    if wrapper is None:
        with pytest.raises(WorkerError, match=r"runs? here|not run here"):
            wrapper_of(task_map)
    else:
        assert wrapper_of(task_map) is wrapper


def test_bash_reads_what_shlex_cannot(tmp_path: Path) -> None:
    assert apply_pilot('-p "a" # it\'s') == ["-p", "a"]
    assert apply_pilot("-p \"it's\" '$HOME'") == ["-p", "it's", "$HOME"]
    assert apply_pilot("a $((1 + 1))") == ["a", "2"]  # no option: left as it is
    assert apply_pilot("-p a --overwriteQueueData {} -r .") == ["-p", "a", "-r", "."]


@pytest.mark.parametrize(
    ("command", "seconds", "is_waited_for"),
    [
        ("(sleep 0.4; echo late) &", 0.35, True),
        ("(sleep 30) > /dev/null 2>&1 &", 0, False),
        ("true", 0, False),
    ],
)
def test_what_is_left_running(
    command: str, seconds: float, is_waited_for: bool, tmp_path: Path
) -> None:
    launch = prepare(job(tmp_path, command))
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            launch.argv, cwd=launch.directory, env={**launch.environment}, stdout=file,
            stderr=file, start_new_session=True,
        )  # fmt: skip
        process.wait()
    begun = time.monotonic()
    try:
        assert wait_for_writers(launch, process.pid, [log])
        took = time.monotonic() - begun
        assert took >= seconds and (took > 0.3) == is_waited_for
        assert log.read_text() == ("late\n" if is_waited_for else "")
    finally:
        if not is_waited_for and "sleep" in command:
            os.killpg(process.pid, 9)


def test_waiting_can_be_given_up(tmp_path: Path) -> None:
    launch = prepare(job(tmp_path, "sleep 30 &"))
    with (tmp_path / "log").open("wb") as file:
        process = subprocess.Popen(launch.argv, stdout=file, start_new_session=True)
        process.wait()
    assert not wait_for_writers(launch, process.pid, [tmp_path / "log"], lambda: True)
    os.killpg(process.pid, 9)


OUT = "-o \"{'o': 'n.1.o'}\""


def ended(tmp_path: Path, command: str, more: str = OUT, **rest: Any) -> Launch:
    launch = prepare(job(tmp_path, command, more, **rest))
    assert launch.exit_status(started(launch).wait(60)) == 0
    return launch


def test_outputs(tmp_path: Path) -> None:
    launch = ended(tmp_path, "echo 1 > o")
    staged = stage_out(launch, {"n.1.o": tmp_path / "data"})
    assert staged.files == {"n.1.o": (tmp_path / "data/n.1.o",)} and not staged.missing
    assert (tmp_path / "data/n.1.o").read_text() == "1\n"
    assert not (launch.run_directory / "o").exists()


def test_a_missing_output_moves_nothing(tmp_path: Path) -> None:
    launch = ended(tmp_path, "echo 1 > o", "-o \"{'o': 'n.o', 'p': 'n.p', 'q': 'n.q'}\"")
    staged = stage_out(launch, dict.fromkeys(["n.o", "n.p", "n.q"], tmp_path / "data"))
    assert staged.missing == ("p", "q") and not staged.files
    assert not (tmp_path / "data").exists() and (launch.run_directory / "o").exists()


def test_an_output_that_may_be_missing(tmp_path: Path) -> None:
    launch = ended(tmp_path, "echo 1 > o", "-o \"{'o': 'n.o', 'p': 'n.p'}\" --allowNoOutput=n.p")
    staged = stage_out(launch, dict.fromkeys(["n.o", "n.p"], tmp_path / "data"))
    assert not staged.missing and set(staged.files) == {"n.o"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("mkdir o", "no file"), ("mkfifo o", "no file"), ("ln -s / o", "no file"),
        ("echo 1 > x; ln -s x o", "copy the file"),
        ("echo 1 > x; ln -s $PWD/x o", "copy the file"),
    ],
)  # fmt: skip
def test_an_output_that_pandas_pilot_would_not_send(
    command: str, words: str, tmp_path: Path
) -> None:
    launch = ended(tmp_path, command)
    with pytest.raises(WorkerError, match=words):
        stage_out(launch, {"n.1.o": tmp_path / "data"})
    assert not (tmp_path / "data").exists()


def test_a_link_to_an_input_is_stored_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("input")
    launch = ended(tmp_path, "ln -s in o", f"{OUT} -i \"['in']\"", inputs={"in": tmp_path / "in"})
    stage_out(launch, {"n.1.o": tmp_path / "data"})
    stored = tmp_path / "data/n.1.o"
    assert stored.read_text() == "input" and not stored.is_symlink()
    assert (tmp_path / "in").read_text() == "input"


def test_another_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launch = ended(tmp_path, "echo 1 > o")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.parent != Path(target).parent:
            raise OSError(18, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    stage_out(launch, {"n.1.o": tmp_path / "data"})
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["n.1.o"]


def test_an_output_without_a_dataset(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="no dataset for the output 'o'"):
        stage_out(ended(tmp_path, "echo 1 > o"), {})


@pytest.mark.filterwarnings("error")
def test_a_pattern_makes_no_warning_on_the_terminal(tmp_path: Path) -> None:
    pattern = r"regex|x\.\d+\\\\'"
    launch = prepare(job(tmp_path, "true", f"-o {shlex.quote(str({'o': 'n'}))}"))
    assert launch.outputs == {"o": "n"}
    written = "{'" + pattern.replace("'", r"\'") + "': 'n'}"
    launch = prepare(WorkerJob(parameters("true", f"-o {shlex.quote(written)}"), tmp_path / "2"))
    assert launch.outputs == {pattern.replace("\\\\", "\\"): "n"}


def test_two_jobs_with_the_same_name(tmp_path: Path) -> None:
    more = "-o \"{'regex|x.*': 'regex|x.*'}\""
    to = {"regex|x.*": tmp_path / "data"}
    first = ended(tmp_path / "1", "echo 1 > x1; ln -s x1 x2; mkdir x3", more)
    assert [path.name for path in stage_out(first, to).files["regex|x.*"]] == ["x1"]
    again = ended(tmp_path / "2", "echo 1 > x1", more)  # the same job, a second time
    assert stage_out(again, to).files
    other = ended(tmp_path / "3", "echo 2 > x1", more)
    with pytest.raises(WorkerError, match="another job has written 'x1'"):
        stage_out(other, to)
    assert (tmp_path / "data/x1").read_text() == "1\n"


def test_many_at_once(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("x\n")

    def run(number: int) -> bytes:
        launch = prepare(
            WorkerJob(
                parameters(f"cat %IN > o; echo {number} >> o", f"{OUT} -i \"['in']\""),
                tmp_path / str(number), inputs={"in": tmp_path / "in"},
            )
        )  # fmt: skip
        assert started(launch).wait(60) == 0
        [file] = stage_out(launch, {"n.1.o": tmp_path / f"data{number}"}).files["n.1.o"]
        return file.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(64))) == [b"x\n%d\n" % n for n in range(64)]
