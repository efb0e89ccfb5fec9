from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import alw

ROOT = Path(__file__).resolve().parent.parent


def on_its_own(text: str) -> str:
    """The text of a sample without the files that it sends: for where there are none beside it."""
    return "".join(line for line in text.splitlines(True) if "sandbox = [" not in line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="store what golden files should hold"
    )


#: What the tests of a folder need; those of others are fast, if they are not marked as slow.
_CLASSES = {
    "editors": "editors",
    "engine": "engine",
    "oracles": "engine",
    "schemas": "engine",
    "server": "server",
}


def pytest_configure(config: pytest.Config) -> None:
    """Keep byte code also where the environment forbids it, away from the sources.

    Hundreds of tests start a process; each would compile the package again.
    """
    if sys.dont_write_bytecode and getattr(config, "cache", None) is not None:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the folders without a fast test, if these are what is asked for."""
    parts = collection_path.relative_to(ROOT).parts if collection_path != ROOT else ()
    is_fast = config.getoption("markexpr") == "fast"
    return True if is_fast and len(parts) > 1 and parts[1] in _CLASSES else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its class, for ``-m``."""
    for item in items:
        folder = item.path.relative_to(ROOT).parts[1]
        if folder in _CLASSES:
            item.add_marker(_CLASSES[folder])
        elif "run" in getattr(item, "fixturenames", ()):  # in a process of its own
            item.add_marker("slow")
        elif not any(item.get_closest_marker(name) for name in ("slow", *_CLASSES.values())):
            item.add_marker("fast")


@pytest.fixture(scope="session")
def updates_goldens(request: pytest.FixtureRequest) -> bool:
    """True if golden files are to be stored, before they are compared."""
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "samples"


@pytest.fixture(scope="session")
def sample(samples: Path) -> alw.CompiledWorkflow:
    """The seed's workflow, compiled without options."""
    compilation = alw.compile(samples / "active_learning.alw")
    assert compilation.ok, compilation.diagnostics
    return compilation.workflows["altest"]
