"""The releases of panda-client that alw knows, and what happens with another one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module, metadata
from inspect import signature
from pathlib import Path

import pytest

from alw.panda.isolation import CHECKED
from tests.conftest import ROOT


def test_the_installed_one_is_known() -> None:
    assert metadata.version("panda-client") in CHECKED


def test_the_bounds_are_those_of_the_package() -> None:
    found = re.search(r'"panda-client>=([\d.]+),<([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert found is not None
    low, high = (tuple(map(int, bound.split("."))) for bound in found.groups())
    assert all(low <= tuple(map(int, release.split("."))) < high for release in CHECKED)


@pytest.mark.parametrize(
    ("module", "name", "parameters"),
    [
        ("Client", "getTaskParamsMap", []),
        ("Client", "use_oidc", []),
        ("Client", "_x509_proxy_path", []),
        ("Client", "_HttpClient._send", ["self"]),
        ("Client", "_HttpClient.get", ["self", "url", "data"]),
        ("openidc_utils", "OpenIdConnect_Utils.run_device_authorization_flow", ["self"]),
        ("openidc_utils", "OpenIdConnect_Utils.check_token", ["self"]),
        ("openidc_utils", "OpenIdConnect_Utils.get_device_code", ["self"]),
    ],
)
def test_what_is_used_to_fetch_a_map(
    module: str, name: str, parameters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of these are private (alw/panda/fetch_child.py)."""
    monkeypatch.setenv("PANDA_BEHIND_REAL_LB", "1")  # else the import asks for a name
    found = import_module(f"pandaclient.{module}")
    for part in name.split("."):
        found = getattr(found, part)
    assert list(signature(found).parameters)[: len(parameters)] == parameters  # type: ignore[arg-type]


def other_client(place: Path, module: str, line: str) -> Path:
    """Another release, in which a line is added to a module."""
    package = Path(str(import_module("pandaclient").__file__)).parent
    shutil.copytree(package, place / "pandaclient", ignore=shutil.ignore_patterns("__pycache__"))
    file = place / "pandaclient" / f"{module}.py"
    file.write_text(f"{line}\n{file.read_text('utf-8')}", "utf-8")
    return place


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import multiprocessing", "it imports the module 'multiprocessing'"),
        ("from requests import get", "it imports the module 'requests'"),
        ("from . import NoSuch", "ModuleNotFoundError: No module named 'pandaclient.NoSuch'"),
        ("open('/etc/hostname')", "it reads or writes the file '/etc/hostname'"),
    ],
)
def test_another_one_is_refused(tmp_path: Path, line: str, said: str) -> None:
    place = other_client(tmp_path, "PrunScript", line)
    done = subprocess.run(
        [sys.executable, "-m", "alw", "check", str(ROOT / "samples" / "hello.alw")],
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    release = metadata.version("panda-client")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"error: alw cannot use panda-client {release}: {said}\n"
        f"   = help: install a release that alw was checked with: {', '.join(CHECKED)}\n"
    )
