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

from tests.oracles.environments import BrokenEnvironment, _locked, _run, cache_directory

HERE = Path(__file__).resolve().parent


def installed(packages: Path = HERE) -> Path:
    """The folder in which the packages that ``packages`` names are installed.

    Skips the test where node is not there, or where npm does not get them.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")
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
                _run([
                    "npm", "ci", "--silent", "--no-audit", "--no-fund",
                    "--prefix", str(folder),
                ])  # fmt: skip
            except BrokenEnvironment as error:
                pytest.skip(f"npm does not get the packages of {packages.name}: {error}")
            marker.touch()
    return folder


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
