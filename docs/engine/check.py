#!/usr/bin/env python3
"""Run every reproduction of ``docs/engine.md`` and say which findings still hold.

    python docs/engine/check.py                      with the iDDS of this Python
    python docs/engine/check.py --release 2.6.20     with that release, from PyPI

Each reproduction runs in a process of its own.  ``holds``: it saw what is documented; ``no
longer``: it saw what one expects; ``changed``: it saw something else; ``error``: it failed itself,
for instance because the release has no such class.  Exit status 0: all hold; 1: some do not;
2: the release could not be installed.

A release is installed once, into a folder of its own below ``--environments``, with the sources of
its server, which do not run: ``clerk.py`` stands in for the clerk of 2.6.21, and the last line says
whether the release has another one.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
HELPERS = {"check", "clerk", "finding"}
PACKAGES = ("idds-common", "idds-workflow", "idds-atlas", "idds-client")
ENVIRONMENTS = Path(tempfile.gettempdir()) / "idds-releases"
RULES = {
    "agents/clerk/clerk.py": ("get_workflow_status", "handle_update_request_real"),
    "orm/base/models.py": ("request_metadata",),
}
"""What ``clerk.py`` repeats, in the files of idds-server."""

RULES_OF_2_6_21 = "5c84026f5310a2b1"
SERVER = "server"
"""Where its files are in an environment; beside the classes they would make a server of it."""

TIMEOUT = 120.0
VERDICTS = {0: "holds", 3: "no longer", 4: "changed"}


@dataclass(frozen=True)
class Result:
    """What a reproduction said."""

    script: str
    title: str
    verdict: str
    output: str


def scripts() -> list[Path]:
    """The reproductions, by name."""
    return [path for path in sorted(FOLDER.glob("*.py")) if path.stem not in HELPERS]


def title(script: Path) -> str:
    """The finding in one sentence: the first line of the script's docstring."""
    return script.read_text("utf-8").splitlines()[0].strip('"')


def run(python: str, script: Path) -> Result:
    """Run one reproduction, with no settings of the caller's and without a network."""
    with tempfile.TemporaryDirectory() as home:
        # Where idds-server is installed, even the classes want a configuration.
        config = Path(home) / "idds.cfg"
        config.write_text("[common]\nloglevel = ERROR\n[rest]\nhost = https://127.0.0.1:1\n")
        environment = {
            "IDDS_CONFIG": str(config),
            "HOME": home,
            "PATH": os.environ.get("PATH", ""),
            "PANDA_BEHIND_REAL_LB": "1",  # else panda-client resolves a name when imported
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
        }
        try:
            done = subprocess.run(
                [python, str(script)],
                cwd=home,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                timeout=TIMEOUT,
                check=False,
            )
            verdict, output = VERDICTS.get(done.returncode, "error"), done.stdout
        except subprocess.TimeoutExpired:
            verdict, output = "error", f"no end after {TIMEOUT:.0f} s\n"
    return Result(script.stem, title(script), verdict, output)


def check(python: str = sys.executable) -> list[Result]:
    """Run all reproductions, two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda script: run(python, script), scripts()))


def installed(python: str) -> str:
    """The release of iDDS that this Python imports."""
    code = "from importlib.metadata import version; print(version('idds-workflow'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "none"


def rules(folder: Path) -> str:
    """A digest of the text of the functions in ``RULES``, below a folder ``idds``."""
    found = hashlib.sha256()
    for name, functions in RULES.items():
        text = (folder / name).read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name in functions:
                found.update(str(ast.get_source_segment(text, node)).encode())
    return found.hexdigest()[:16]


def clerk_of(python: str) -> str:
    """Whether the clerk of this environment follows the rules of 2.6.21, in words."""
    code = "import idds; print(list(idds.__path__)[0])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    folders = [Path(python).parent.parent / SERVER / "idds", Path(done.stdout.strip())]
    folder = next((f for f in folders if all((f / name).exists() for name in RULES)), None)
    if folder is None:
        return "the clerk was not compared: idds-server is not installed"
    if rules(folder) == RULES_OF_2_6_21:
        return "the clerk is that of 2.6.21"
    return "the clerk is not that of 2.6.21: read what has changed before you trust the above"


def install(release: str, environments: Path) -> str:
    """Return the Python of an environment with this release; make it if it is not there."""
    folder = environments / release
    python = folder / "bin" / "python"
    complete = folder / ".complete"
    if not complete.exists():
        print(f"installing iDDS {release} into {folder} …", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(
            [
                str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                *(f"{package}=={release}" for package in PACKAGES),
            ],
            check=True,
        )  # fmt: skip
        subprocess.run(
            [
                str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-deps", "--target", str(folder / SERVER), f"idds-server=={release}",
            ],
            check=True,
        )  # fmt: skip
        complete.touch()
    return str(python)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description="Which findings about iDDS still hold?")
    parser.add_argument("--release", help="of iDDS, for instance 2.6.20; else what is installed")
    parser.add_argument(
        "--environments", type=Path, default=ENVIRONMENTS, help="where releases are installed"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show what each one saw")
    chosen = parser.parse_args(arguments)
    python = sys.executable
    if chosen.release:
        try:
            python = install(chosen.release, chosen.environments.absolute())
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"iDDS {chosen.release} cannot be installed: {error}", file=sys.stderr)
            return 2
    results = check(python)
    print(f"iDDS {installed(python)}")
    for result in results:
        print(f"{result.verdict:<10} {result.script:<26} {result.title}")
        if chosen.verbose or result.verdict in ("changed", "error"):
            print("".join(f"    {line}\n" for line in result.output.splitlines()[-8:]), end="")
    holding = sum(result.verdict == "holds" for result in results)
    print(f"{holding} of {len(results)} findings hold")
    print(clerk_of(python))
    return 0 if holding == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
