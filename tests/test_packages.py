"""What is installed is all of it: a checkout runs with files that a wheel would lack."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(not (ROOT / "compiler").is_dir(), reason="no checkout")
def test_a_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path)]
    subprocess.run([*pip, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("alw/")}
    listed = subprocess.run(
        ["git", "ls-files", "compiler/alw", "grammar", "schemas"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    expected = {
        name.removeprefix("compiler/") if name.startswith("compiler/") else f"alw/{name}"
        for name in listed
        if not name.endswith(".md") or name.startswith("compiler/")
    }
    assert packed == expected
