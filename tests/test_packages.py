"""What is installed is all of it: a checkout runs with packages that a wheel would lack."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.mark.skipif(not (ROOT / "compiler").is_dir(), reason="no checkout")
def test_every_package_is_listed() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    folders = {path.parent for path in (ROOT / "compiler").rglob("*.py")}
    found = {".".join(("alw", *f.relative_to(ROOT / "compiler").parts)) for f in folders}
    assert found <= set(setup["setuptools"]["packages"])
