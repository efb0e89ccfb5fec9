"""What comes from outside stays a value.

Values come from ``--set``, from parameter files, and from learners.  None of them adds a word to a
command or an option to prun, names a file outside the output directory, or reaches the datasets of
another task; tests that try.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import alw
from tests.engine.soundness import command, datasets, run, written
from tests.errors.outside import HOSTILE, PLACES, WAYS, Way, by_set, compiled, compiled_with
from tests.oracles.shell_words import shell_words


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_a_value_adds_no_word_to_a_command(way: Way, place: str, tmp_path: Path) -> None:
    accepted = 0
    for value in HOSTILE:
        made = compiled(f'task t {{ exec = "run {place} end" }}', value, way, tmp_path)
        if not made.ok:
            assert not made.workflows
            continue
        accepted += 1
        assert not value.startswith("-") or place[0] in "x-" or "'a " in place, "an option"
        assert value.isprintable() or value in ("a\nb", "a\tb")
        task_map = made.workflows["w"].tasks["t"]
        bare = re.sub(r"^(['\"])(.*)\1$", r"\2", place.replace("\\", ""))
        words = ["run", bare.replace("{v}", value), "end"]
        assert shell_words(command(task_map)) == words
        whole = shell_words(task_map["cliParams"])
        assert whole[:2] == ["prun", "--exec"] and whole[3:] == ["--outDS", "user.me.w.t"]
        assert shell_words(whole[2]) == words
    assert accepted >= 15


@pytest.mark.parametrize("kind", ["int", "float", "bool", 'string of "a-z"', "dataset"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_hostile_text_is_a_value_of_a_narrow_type(way: Way, kind: str, tmp_path: Path) -> None:
    for value in HOSTILE:
        made = compiled('task t { exec = "run {v}" }', value, way, tmp_path, kind)
        harmless = kind == "dataset" and re.fullmatch(r"[a-z],b|a:b", value)
        assert not made.ok or harmless, value


OPTIONS = ("cmt_config", "root_ver", "persistent_file", "queue_data")


@pytest.mark.parametrize("option", OPTIONS)
def test_a_value_adds_no_word_to_the_job_behind_an_option(option: str, tmp_path: Path) -> None:
    for value in HOSTILE:
        made = compiled(f'task t {{ exec = "run" {option} = "{{v}}" }}', value, by_set, tmp_path)
        if made.ok and value:
            items = made.workflows["w"].tasks["t"]["jobParameters"]
            fixed = [i["value"] for i in items if value in str(i.get("value")) and i["type"] != "x"]
            for text in fixed:
                for word in (word for word in shell_words(text) if value in word):
                    assert not set(word) & set(" \t\n;&|<>()$`\"'*?[~#!\\"), word
    fine = f'task t {{ exec = "run" {option} = "{{v}}" }}'
    assert compiled(fine, "x86_64-el9", by_set, tmp_path).ok


def test_a_value_adds_no_option_to_prun(tmp_path: Path) -> None:
    for value in HOSTILE:
        body = 'task t { exec = "run" dest_se = "{v}" working_group = "{v}" }'
        made = compiled(body, value, by_set, tmp_path)
        if made.ok:
            words = shell_words(made.workflows["w"].tasks["t"]["cliParams"])
            assert len(words) in range(5, 10)
            assert {w.split("=")[0] for w in words if w.startswith("--") and w != value} <= {
                "--exec",
                "--outDS",
                "--destSE",
                "--workingGroup",
            }


# Other tasks' names


def test_a_value_makes_no_further_output(tmp_path: Path) -> None:
    for value in [*HOSTILE, "a.root,b.root", "other:a.root", "b_f:x", "regex|.*", "a*"]:
        for written_ in ('["{v}"]', "[v]", '["x{v}.root"]', "v"):
            made = compiled(
                f'task t {{ exec = "x" outputs = {written_} }}', value, by_set, tmp_path
            )
            if made.ok:
                found = datasets(made.workflows["w"].tasks["t"], "output")
                name = found[0] if found else None
                stem = {'["x{v}.root"]': f"x{value}.root"}.get(written_, value)
                assert name == (f"user.me.w.t_{stem}/" if stem else None)
    assert compiled('task t { exec = "x" outputs = ["{v}"] }', "a.root", by_set, tmp_path).ok


def test_a_value_reaches_no_dataset_of_another_task(tmp_path: Path) -> None:
    body = """
      task one { exec = "x" outputs = ["z.json", "b"] dataset = "user.me.w.{v}" }
      task two { exec = "x" outputs = ["y_z.json"] dataset = "user.me.w.a" }
    """
    tried = ["b", "a", "a_y", "a/", "a.log", "a_y_z.json", "1", *HOSTILE]
    outcomes = []
    for value in tried:
        made = compiled(body, value, by_set, tmp_path)
        outcomes.append(made.ok)
        if made.ok:
            tasks = made.workflows["w"].tasks.values()
            for names in ([n for t in tasks for n in written(t)], [t["taskName"] for t in tasks]):
                assert len(names) == len(set(names)), value
                assert all(re.fullmatch(r"user\.me\.w\.[\w./-]+", n, re.ASCII) for n in names)
    assert outcomes[:3] == [True, False, False]


# The first value of a parameter, and a learner's


LOOP = """workflow w {
  input v: string
  dataset = "user.me.w"
  loop scan {
    param tag: string of "a-z_=-" = v
    learn d { exec = "python d.py {tag} end" result "r.json" { tag: string, note: string } }
    repeat at most 3 times
  }
}"""


def test_a_value_from_outside_is_no_worse_than_a_learner_s() -> None:
    for value in [*HOSTILE, "a_", "a__b", "a___b", "_", "___", "--x=y"]:
        made = alw.compile_text(LOOP, {"v": value})
        assert made.ok == bool(re.fullmatch(r"(?![-_])(?!.*___)[a-z_=-]*[a-z=-]", value)), value


def _always(result: bytes) -> Callable[[int], bytes]:
    return lambda iteration: result


@pytest.mark.slow
def test_a_learner_adds_no_word_to_the_next_command() -> None:
    made = alw.compile_text(LOOP, {"v": "ab"}).workflows["w"]
    for value in [*HOSTILE, "a___b", 7, None, True, ["a"], {"a": 1}]:
        for key in ("tag", "note"):
            result = {"tag": "cd", "note": "x", "user_tag": "; id", "v": "$(id)", key: value}
            text = json.dumps(result).encode()
            done = run(made, _always(text))
            seen = [shell_words(command(s.task_map)) for s in done.trace.submissions]
            assert {" ".join(words[words.index("d.py") :][:3]) for words in seen} <= {
                "d.py ab end",
                "d.py cd end",
            }
            storable = isinstance(value, str) and not re.search("[\0\ud800]", value)
            if key == "note" and storable:
                assert len(seen) == 3
            else:
                assert len(seen) == 1 and done.answers == {1: None}, value


# Files


@pytest.mark.parametrize(
    "name",
    ["../up", "..", ".", "/tmp/x", "a/b", "a\\b", "-o", "a b", "~", "$HOME", "a\0b", "a.b", "é"],
)
def test_no_name_leaves_the_output_directory(name: str, tmp_path: Path) -> None:
    for text in (
        f'workflow {name} {{ dataset = "user.me.w" task a {{ exec = "x" }} }}',
        f'workflow w {{ dataset = "user.me.w" task {name} {{ exec = "x" }} }}',
        f'workflow "{name}" {{ dataset = "user.me.w" task a {{ exec = "x" }} }}',
    ):
        assert not alw.compile_text(text).ok


@pytest.mark.slow
def test_files_are_written_below_the_output_directory_only(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "x.alw"
    source.write_text(
        'workflow w { input v: string dataset = "user.me.{v}" task a { exec = "run {v}" } }'
    )
    before = set(tmp_path.rglob("*"))
    tried = [v for v in HOSTILE if "\0" not in v and "\ud800" not in v]
    for number, value in enumerate(["fine", *tried[::4], "../../out", "/x"]):
        out = tmp_path / "out"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "alw",
                "compile",
                str(source),
                "-o",
                str(out),
                "--set",
                f"v={value}",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path / "in",
            timeout=120,
            check=False,
        )
        assert done.returncode in (0, 1) and "Traceback" not in done.stderr
        assert done.returncode == 0 or number
        made = set(tmp_path.rglob("*")) - before
        assert {str(path.relative_to(tmp_path)) for path in made} <= {
            "out",
            "out/w",
            "out/w/.alw.json",
            "out/w/workflow.json",
            "out/w/tasks",
            "out/w/tasks/a.json",
        }


def test_a_parameter_file_runs_nothing(tmp_path: Path) -> None:
    target = tmp_path / "made"
    file = tmp_path / "p.yaml"
    file.write_text(f'v: !!python/object/apply:os.system ["touch {target}"]')
    text = 'workflow w { input v: string dataset = "user.me.w" task t { exec = "run {v}" } }'
    assert not compiled_with(text, [], file).ok
    assert not target.exists()
