"""The text of the program that checks a learner's result."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import alw
from alw.targets.idds import epilogue
from tests.commands.programs import PYTHON2

SOURCE = Path(epilogue.__file__).with_name("learner_check.py")


def test_it_is_a_program_of_python_3() -> None:
    compile(SOURCE.read_text(encoding="utf-8"), SOURCE.name, "exec")


@pytest.mark.skipif(not PYTHON2.exists(), reason="needs Python 2.7")
def test_it_is_a_program_of_python_2() -> None:
    code = "import sys; compile(open(sys.argv[1]).read(), 'check', 'exec')"
    subprocess.run([PYTHON2, "-c", code, SOURCE], check=True)


@pytest.mark.parametrize("text", ["'", "%", "${", '"""'])
def test_nothing_in_it_is_read_on_its_way_to_the_job(text: str) -> None:
    assert text not in epilogue._read_program()


def test_a_command_holds_its_lines_without_comments() -> None:
    lines = epilogue._read_program().splitlines()
    assert all(line.strip() and not line.lstrip().startswith("#") for line in lines)
    assert lines == [line for line in SOURCE.read_text("utf-8").splitlines() if line in lines]


def test_it_is_read_but_not_imported() -> None:
    result = alw.compile([Path("samples/active_learning.alw")])
    assert result.ok
    assert "alw.targets.idds.learner_check" not in sys.modules
