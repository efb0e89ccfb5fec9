"""Packages from npm for the tests, installed once per machine from a pinned list.

A folder with ``package.json`` and ``package-lock.json`` names them.  They are put under the
repository's ``.cache``, in a folder whose name carries a digest of the two files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.oracles.environments import BrokenEnvironment, _locked, _run, cache_directory

HERE = Path(__file__).resolve().parent
EXTENSION = ROOT / "editors" / "vscode"
#: The least version of Node.js that the packages take.
LEAST = 20
GRAMMAR = ROOT / "grammar" / "alw.tmLanguage.json"


def installed(packages: Path = HERE, *within: str) -> Path:
    """The folder in which the packages that ``packages`` names are installed.

    Skips the test where node is not there, or where npm does not get them.

    :param within: folders of packages that bring a list of their own.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.removeprefix("v").partition(".")[0]) < LEAST:
        pytest.skip(f"node is {version.stdout.strip()}, older than {LEAST}")
    files = [packages / "package.json", packages / "package-lock.json"]
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]
    folder = cache_directory() / f"npm-{packages.name}-{digest}"
    marker = folder / ".complete"
    with _locked(folder.with_name(folder.name + ".lock")):
        if not marker.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in files:
                shutil.copy(file, folder)
            try:
                options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
                _run(["npm", "ci", *options, str(folder)])
                for path in within:  # whose lists need not be in step with their packages
                    _run(["npm", "install", "--omit=dev", *options, str(folder / path)])
            except BrokenEnvironment as error:
                pytest.skip(f"npm does not get the packages of {packages.name}: {error}")
            marker.touch()
    return folder


def packaged(copy: Path) -> Path:
    """The folder ``copy``, made one of the extension for VS Code in which it was packaged."""
    packages = installed(EXTENSION)
    leftovers = shutil.ignore_patterns("node_modules", "out", "syntaxes", "*.vsix")
    shutil.copytree(EXTENSION, copy, ignore=leftovers)
    (copy / "node_modules").symlink_to(packages / "node_modules")
    done = run(["npm", "run", "package"], copy, environment={"ALW_GRAMMAR": str(GRAMMAR)})
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def run(
    command: list[str],
    folder: Path,
    environment: dict[str, str] | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in ``folder``, with the programs of its packages at hand."""
    path = f"{folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={
            **os.environ,
            "NO_COLOR": "1",
            "FORCE_COLOR": "0",
            **(environment or {}),
            "PATH": path,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
