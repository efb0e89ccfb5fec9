"""A file that a task is to write and nothing names is a warning; a script may name it itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import alw


def warned(folder: Path, attributes: str, script: str) -> bool:
    (folder / "fit.py").write_text(script)
    (folder / "w.alw").write_text(
        f'workflow w {{ dataset = "user.me.w" task t {{ {attributes} outputs = ["fit.json"] }} }}'
    )
    compilation = alw.compile(folder / "w.alw")
    assert compilation.ok
    codes = {d.code for d in compilation.diagnostics}
    assert codes <= {"ALW623"}
    return bool(codes)


SENT = 'exec = "python fit.py {words}" sandbox = ["fit.py"]'


@pytest.mark.parametrize(
    ("words", "script"),
    [
        ("out.json", "write(sys.argv[1])"),
        ("7", "# python fit.py RESULT.json\nwrite(sys.argv[1])"),
        ("fit.jsn", "write(sys.argv[1])"),
    ],
)
def test_nothing_names_it(tmp_path: Path, words: str, script: str) -> None:
    assert warned(tmp_path, SENT.replace("{words}", words), script)


@pytest.mark.parametrize(
    ("words", "script"),
    [
        ("fit.json", ""),
        ("--out=fit.json", ""),
        ("-ofit.json", ""),
        ("7 > fit.json", ""),
        ("7", 'open("fit.json", "w")'),
        ("7", 'open("fit" + suffix, "w"); suffix = ".json"'),
        ("fit", 'open(sys.argv[1] + ".json", "w")'),
        ("$NAME.json", ""),
    ],
)
def test_something_names_it(tmp_path: Path, words: str, script: str) -> None:
    assert not warned(tmp_path, SENT.replace("{words}", words), script)


def test_what_runs_is_known_on_the_grid_alone(tmp_path: Path) -> None:
    assert not warned(tmp_path, 'exec = "./run.sh 7" container_image = "docker://x:1"', "")
    assert not warned(tmp_path, 'exec = "run"', "")
