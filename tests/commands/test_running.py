"""Commands as people write them, run through the retold worker node."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.programs import (
    SHELLS,
    available,
    compile_task,
    exec_word,
    literal,
    recorded,
    sent_command,
    task_map,
    with_recorder,
)
from tests.oracles.worker_node import run_job

pytestmark = pytest.mark.parametrize("shell", [s for s in SHELLS if available(s)])

ARGUMENTS = [
    ('./record "a"', [["a"]]),
    ("./record 'a'", [["a"]]),
    ("./record a\\\\", [["a\\"]]),
    ("./record a\\'", [["a'"]]),
    ('./record "a" # a comment"', [["a"]]),
    ("./record a;", [["a"]]),
    ("./record a; ./record b", [["a"], ["b"]]),
    ("true && ./record a", [["a"]]),
    ("false || ./record a", [["a"]]),
    ("(./record a)", [["a"]]),
    ("{ ./record a; }", [["a"]]),
    ("X=5; ./record $X ${X} '$X' \"$X\" \\$X", [["5", "5", "$X", "5", "$X"]]),
    ("./record $(echo a b) `echo c`", [["a", "b", "c"]]),
    ("echo a b | xargs ./record", [["a", "b"]]),
    ("echo 'a b' > f; ./record \"$(cat f)\" < f 2>&1", [["a b"]]),
    ("mkdir sub && cd sub && ../record a && mv argv ..", [["a"]]),
    ("record a", [["a"]]),
    ("./record %s %d 100% %%", [["%s", "%d", "100%", "%%"]]),
    ("./record '{}' {a} '[x]'", [["{}", "{a}", "[x]"]]),
    ("./record 'a\nb' a\\\nb\n", [["a\nb", "ab"]]),
    ('cat <<EOF > f\n\'a\nEOF\n./record "$(cat f)"', [["'a"]]),
    ("./record <<EOF\nx\nEOF", [[]]),
    ("for i in 1 2; do ./record $i; done", [["1"], ["2"]]),
    ("f() { ./record \"$@\"; }; f a 'b c'", [["a", "b c"]]),
    ("./record a & wait", [["a"]]),
]


@pytest.mark.parametrize(("command", "calls"), ARGUMENTS)
def test_arguments(command: str, calls: list[list[str]], shell: str, tmp_path: Path) -> None:
    made = task_map(compile_task(literal(command)))
    job = run_job(made, with_recorder(tmp_path), shell=shell)
    assert job.ok, job
    assert recorded(job.files["argv"]) == calls


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("touch argv; exit 3", 3),
        ("touch argv; false", 1),
        ("touch argv; kill -9 $$", 9),
        ("touch argv; no-such-program", 127),
        ("touch argv; echo )", 2),
        ("touch argv; (exit 65)", 65),
    ],
)
def test_a_failure_fails_the_job(command: str, status: int, shell: str, tmp_path: Path) -> None:
    job = run_job(task_map(compile_task(literal(command))), tmp_path, shell=shell)
    assert not job.ok
    assert job.files == {}
    assert job.status == status or (status == 2 and job.status)  # a syntax error: 1 to bash -c


def test_255_is_a_success_to_the_wrapper(shell: str, tmp_path: Path) -> None:
    """A fault of the wrapper (``%= 255``), which no task but a learner is kept from."""
    assert run_job(task_map(compile_task("touch argv; exit 255")), tmp_path, shell=shell).ok


def test_a_missing_output_fails_the_job(shell: str, tmp_path: Path) -> None:
    job = run_job(task_map(compile_task("true")), tmp_path, shell=shell)
    assert (job.status, job.missing, job.ok) == (0, ("argv",), False)


def test_the_first_word_is_made_executable(shell: str, tmp_path: Path) -> None:
    script = with_recorder(tmp_path) / "record"
    script.chmod(0o644)
    assert run_job(task_map(compile_task("record")), tmp_path, shell=shell).ok
    assert script.stat().st_mode & 0o100


def test_in_a_container(shell: str, tmp_path: Path) -> None:
    made = task_map(compile_task(literal("./record \"a\" '$X'; ./record b")))
    job = run_job(made, with_recorder(tmp_path), shell=shell, container=True)
    assert job.ok, job
    assert recorded(job.files["argv"]) == [["a", "$X"], ["b"]]
    failed = run_job(task_map(compile_task("exit 255")), tmp_path, shell=shell, container=True)
    assert failed.status == 255


# prun's placeholders


def template(made: Any) -> list[dict[str, Any]]:
    return [i for i in made["jobParameters"] if i["type"] == "template" and "padding" in i]


def test_random_numbers(shell: str, tmp_path: Path) -> None:
    written = literal("./record a\\\\b_%RNDM:10.root 'x %RNDM:10' --seed=%RNDM:10 $HOME/%RNDM:10")
    made = task_map(compile_task(written, more="n_jobs = 3"))
    assert {i["offset"] for i in template(made)} == {10}
    assert {i["dataset"] for i in template(made)} == {"seq_number"}
    job = run_job(
        made, with_recorder(tmp_path), shell=shell, serial=2, environment={"HOME": "/home/w"}
    )
    words = ["a\\b_12.root", "x 12", "--seed=12", "/home/w/12"]
    assert recorded(job.files["argv"]) == [words]


@pytest.mark.parametrize("value", ["a\\b", "%41", "$HOME", "`id`", "\\$HOME", "a b", "'", "{}"])
def test_values_beside_placeholders(value: str, shell: str, tmp_path: Path) -> None:
    """prun does not quote what stands beside its placeholder: the compiler does."""
    written = "./record {x}_%RNDM:1 \\\"{x}_%RNDM:1\\\" '{x}%RNDM:1'"
    made = task_map(compile_task(written, {"x": value}, more="n_jobs = 3"))
    job = run_job(made, with_recorder(tmp_path), shell=shell)
    assert job.ok, job
    assert recorded(job.files["argv"]) == [[f"{value}_2", f"{value}_2", f"{value}2"]]


def test_numbers_of_events(shell: str, tmp_path: Path) -> None:
    written = "./record %SKIPEVENTS,%MAXEVENTS %CORE_NUMBER"
    made = task_map(compile_task(written, more='in_ds = "user.w.in/" n_events_per_job = 5'))
    assert [i["value"] for i in template(made)] == ["${SKIPEVENTS}", "${MAXEVENTS}"]
    (tmp_path / "a").touch()
    job = run_job(made, with_recorder(tmp_path), shell=shell, inputs={"IN": ["a"]})
    assert recorded(job.files["argv"]) == [["0,-1", "1"]]


def test_input_files(shell: str, tmp_path: Path) -> None:
    written = "./record %IN '%IN' x=%IN \\\"%IN\\\"%IN.2"
    made = task_map(compile_task(written, more='in_ds = "user.w.in/" n_files_per_job = 2'))
    assert "%IN" in exec_word(made)
    assert "%IN" in sent_command(made)
    for name in "ab":
        (tmp_path / name).touch()
    job = run_job(made, with_recorder(tmp_path), shell=shell, inputs={"IN": ["b", "a"]})
    assert recorded(job.files["argv"]) == [["a,b", "a,b", "x=a,b", "a,ba,b.2"]]


def test_several_streams(shell: str, tmp_path: Path) -> None:
    written = "./record %IN %IN2 '%IN2,%IN' %INFO %IN2x"
    made = task_map(
        compile_task(written, more='in_ds = "user.w.in/" secondary_dss = "IN2:1:user.w.more/"')
    )
    for name in "abc":
        (tmp_path / name).touch()
    job = run_job(
        made, with_recorder(tmp_path), shell=shell, inputs={"IN": ["a", "b"], "IN2": ["c"]}
    )
    assert recorded(job.files["argv"]) == [["a,b", "c", "c,a,b", "%INFO", "%IN2x"]]


def test_placeholders_without_a_meaning(shell: str, tmp_path: Path) -> None:
    """Without input ``%IN`` stays.  ``%RNDM`` without a number would, too: that is ALW430."""
    made = task_map(compile_task("./record %IN"))
    job = run_job(made, with_recorder(tmp_path), shell=shell)
    assert recorded(job.files["argv"]) == [["%IN"]]
