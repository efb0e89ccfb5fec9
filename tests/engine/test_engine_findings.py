"""What docs/engine.md says of iDDS holds for the release that alw is for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracles.server import server_python

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "engine.md").read_text("utf-8")
FOLDER = ROOT / "docs" / "engine"
sys.path.insert(0, str(FOLDER))
import check  # noqa: E402

sys.path.remove(str(FOLDER))
SECTIONS = dict(re.findall(r"^### (.+)\n\n(\[`engine/.+)$", PAGE, re.M))
"""The headings of findings, and the line after each."""


@pytest.fixture(scope="module")
def results() -> dict[str, check.Result]:
    return {result.script: result for result in check.check()}


def test_the_installed_release_is_the_documented_one() -> None:
    assert check.installed(sys.executable) == "2.6.21"


def test_the_reproductions_look_as_the_clerk_of_the_server_does() -> None:
    (folder,) = server_python().parents[1].glob("lib/*/site-packages/idds")
    assert check.rules(folder) == check.RULES_OF_2_6_21


@pytest.mark.parametrize("script", [path.stem for path in check.scripts()])
def test_a_finding_holds(results: dict[str, check.Result], script: str) -> None:
    result = results[script]
    assert result.verdict == "holds", result.output


def test_each_finding_has_a_script_and_each_script_a_finding() -> None:
    assert len(SECTIONS) == len(re.findall(r"^### ", PAGE, re.M))
    named = {title: re.match(r"\[`engine/(\w+)\.py`\]\(engine/\1\.py\)", line)
             for title, line in SECTIONS.items()}  # fmt: skip
    documented = {match[1]: title for title, match in named.items() if match}
    written = {path.stem: check.title(path).rstrip(".") for path in check.scripts()}
    assert documented == written


def test_each_finding_says_what_is_expected_what_happens_and_what_helps() -> None:
    for section in re.split(r"^### ", PAGE, flags=re.M)[1:]:
        for part in ("*Expected:*", "*Seen:*", "*Fix:*"):
            assert section.count(part) == 1, section


def test_the_command_tells_what_no_longer_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    conclusions = {
        "holds": "conclude(1, documented=1, expected=2)",
        "cured": "conclude(2, documented=1, expected=2)",
        "other": "conclude(3, documented=1, expected=2)",
        "broken": "raise TypeError('no such class')",
    }
    for name, text in conclusions.items():
        program = f'"""Finding {name}."""\nimport sys\nsys.path.insert(0, {str(FOLDER)!r})\n'
        program += f"from finding import conclude\n{text}\n"
        (tmp_path / f"{name}.py").write_text(program, "utf-8")
    monkeypatch.setattr(check, "FOLDER", tmp_path)
    assert check.main([]) == 1
    output = capsys.readouterr().out
    assert [line.split("  ")[0] for line in output.splitlines() if "Finding" in line] == [
        "error",
        "no longer",
        "holds",
        "changed",
    ]
    assert "TypeError: no such class" in output and "1 of 4 findings hold" in output
    for name in ("cured", "other", "broken"):
        (tmp_path / f"{name}.py").unlink()
    assert check.main([]) == 0


def test_the_command_runs_as_the_page_says() -> None:
    command = [sys.executable, "docs/engine/check.py", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "--release" in done.stdout
