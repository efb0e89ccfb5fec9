"""The hooks for pre-commit and the workflow for GitHub Actions do what is said of them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from alw.cli.verbs import verb_names
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ["bash", "git", "xargs"])), reason="there is no bash, git or xargs"
)

README = (ROOT / "editors" / "README.md").read_text("utf-8")
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
GOOD = (ROOT / "samples" / "hello.alw").read_text("utf-8")
BAD = (
    GOOD.replace("echo hello", "echo {hello}")
    .replace("workflow hello", "workflow other")
    .replace("wguan.hello", "wguan.other")  # PanDA would take one task for the other
)


def _block(part: str) -> Any:
    section = README.split(f"## {part}\n")[1].split("\n## ")[0]
    found = re.search(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found is not None
    return yaml.safe_load(found[1])


JOBS: dict[str, Any] = _block("GitHub Actions")["jobs"]
COMMANDS = [
    step["run"] for job in JOBS.values() for step in job["steps"] if "alw " in step.get("run", "")
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two workflows, one of which is wrong; a third one is not in it."""
    folder = tmp_path / "a project"
    (folder / "sub folder").mkdir(parents=True)
    (folder / "good.alw").write_text(GOOD, "utf-8")
    (folder / "sub folder" / "bad.alw").write_text(BAD, "utf-8")
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (folder / "untracked.alw").write_text("nonsense", "utf-8")
    return folder


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as GitHub does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _command(part: str) -> str:
    (command,) = (command for command in COMMANDS if part in command)
    return str(command)


def test_errors_become_annotations(project: Path) -> None:
    done = _run(_command("--format github"), project)
    assert done.returncode != 0
    (line,) = done.stdout.splitlines()
    assert line.startswith("::error file=sub folder/bad.alw,line=4,")
    assert "unbound-name" in line


def test_the_report_for_code_scanning_is_written(project: Path) -> None:
    done = _run(_command("--format sarif"), project)
    (upload,) = (step for step in JOBS["scan"]["steps"] if "upload-sarif" in step.get("uses", ""))
    report = json.loads((project / upload["with"]["sarif_file"]).read_text("utf-8"))
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["ALW203"]
    # The step behind it runs all the same.
    assert done.returncode != 0
    assert upload["if"].startswith("always()")
    assert JOBS["scan"]["permissions"]["security-events"] == "write"


def test_what_is_not_formatted_fails(project: Path) -> None:
    command = _command("fmt --check")
    assert _run(command, project).returncode == 0
    good = project / "good.alw"
    good.write_text(GOOD.replace("\n  dataset", "\n        dataset"), "utf-8")
    assert _run(command, project).returncode != 0


@pytest.mark.parametrize("part", ["--format github", "--format sarif", "fmt --check"])
def test_a_repository_without_workflows_passes(tmp_path: Path, part: str) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = _run(_command(part), tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_hooks_that_the_reference_names_are_there() -> None:
    (repository,) = _block("pre-commit")["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in HOOKS}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_on_sources(hook: dict[str, Any]) -> None:
    name, command, *_ = shlex.split(hook["entry"])
    assert name == "alw"
    assert re.search(hook["files"], "a/b.alw")
    assert not re.search(hook["files"], "a/b.alw.txt")
    assert command in verb_names()
    assert hook["language"] == "python"


def _git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_pre_commit_runs_the_hooks(project: Path, tmp_path: Path) -> None:
    """As the reference has it; only the repository is a copy of the files here."""
    copy = tmp_path / "alw.git"
    elsewhere = shutil.ignore_patterns(".*", "tests", "editors", "samples", "build", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=elsewhere)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", copy)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "alw"]):
        _git(copy, *words)
    configuration = _block("pre-commit")
    (repository,) = configuration["repos"]
    repository.update(repo=str(copy), rev=_git(copy, "rev-parse", "HEAD"))
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), "utf-8")
    (project / "good.alw").write_text(GOOD.replace(" = ", "=", 1), "utf-8")
    _git(project, "add", ".pre-commit-config.yaml", "good.alw")
    environment = f"PRE_COMMIT_HOME={shlex.quote(str(tmp_path / 'home'))}"
    run = f"{environment} python -m pre_commit run --all-files"
    done = _run(run, project)
    assert done.returncode == 1
    assert "sub folder/bad.alw:4" in done.stdout
    assert "untracked" not in done.stdout
    assert (project / "good.alw").read_text("utf-8") == GOOD
    (project / "sub folder" / "bad.alw").write_text(BAD.replace("{hello}", "hello"), "utf-8")
    _git(project, "add", "--update")
    done = _run(run, project)
    assert done.returncode == 0, done.stdout + done.stderr
