"""What is installed is complete: a checkout runs with files that a package could lack."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

#: Files at the top that only a checkout needs.
_DEVELOPMENT = {".gitignore"}


@pytest.fixture(scope="module")
def listed() -> set[str]:
    """The files of the checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in output.split("\0") if name and (ROOT / name).exists()}


@pytest.fixture(scope="module")
def packages(listed: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a source distribution and of the wheel that was built from it."""
    source = tmp_path_factory.mktemp("source")
    for name in listed:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
    folder = tmp_path_factory.mktemp("packages")
    # With the build tools that are installed, as there may be no network.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Deprecat" not in done.stderr + done.stdout
    return folder


def test_a_wheel_holds_every_file_of_the_package(listed: set[str], packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {n.removeprefix("compiler/") for n in listed if n.startswith("compiler/alw/")}
    data = {f"alw/{n}" for n in listed if n.startswith(("grammar/", "schemas/"))}
    assert packed == package | {name for name in data if not name.endswith(".md")}


def test_a_source_distribution_holds_every_file_of_the_checkout(
    listed: set[str], packages: Path
) -> None:
    (sdist,) = packages.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = (member.name.partition("/")[2] for member in archive if not member.isdir())
        packed = {name for name in names if ".egg-info/" not in name}
    wanted = {n for n in listed if not n.startswith(".ci/") and not _is_linked_folder(ROOT / n)}
    assert packed - {"PKG-INFO", "setup.cfg"} == wanted - _DEVELOPMENT


def _is_linked_folder(path: Path) -> bool:
    """True for what setuptools cannot pack."""
    return path.is_symlink() and path.is_dir()
