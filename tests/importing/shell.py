"""bash as the oracle: the calls of prun that it comes to when it runs a script."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_STUB = """#!/bin/bash
{ printf '%s\\0' "${0##*/}" "$#" "$@"; } >> "$CALLS"
"""
#: Programs of which scripts use the output, which differs from time to time.
PRINTED = {"uuidgen": "0ca6-a2fb", "date": "20261125", "hostname": "lxplus701", "voms": "x"}


def calls_of_bash(
    script: str,
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    *,
    seconds: float = 20,
) -> list[list[str]]:
    """Return the words of each call of prun, the program's name first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs, place = folder / "bin", folder / "run"
        programs.mkdir()
        place.mkdir()
        for program in ("prun", "pathena"):
            (programs / program).write_text(_STUB)
        for program, text in PRINTED.items():
            (programs / program).write_text(f"#!/bin/sh\necho {text}\n")
        for path in programs.iterdir():
            path.chmod(0o755)
        for file, text in (files or {}).items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text)
        (folder / "script").write_text(script)
        calls = folder / "calls"
        calls.touch()
        subprocess.run(
            ["bash", str(folder / "script")],
            cwd=place,
            env={
                "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin",
                "CALLS": str(calls),
                "HOME": "/home/me",
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
        )
        said = calls.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    found: list[list[str]] = []
    while said:
        count = int(said[1])
        found.append([said[0], *said[2 : 2 + count]])
        said = said[2 + count :]
    return found
