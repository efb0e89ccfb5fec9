"""How the problems of error files are shown: reviewed snapshots, of the files that have one.

``pytest tests/errors --update-goldens`` stores what is shown now; read the difference before you
commit it.  A new error file needs a snapshot only if its problems are shown in a new way: create
an empty one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alw.cli.formats.text import as_text

from .expectation import FOLDER, read

SNAPSHOTS = sorted((FOLDER / "rendered").glob("*.txt"))
_EXPECTATIONS = re.compile(r"[ \t]*#!\^? ALW\d.*")


@pytest.mark.parametrize("stored", SNAPSHOTS, ids=lambda stored: stored.stem)
def test_rendered(stored: Path, updates_goldens: bool) -> None:
    file = FOLDER / f"{stored.stem}.alw"
    case = read(file.read_text(encoding="utf-8"))
    case.text = _EXPECTATIONS.sub("", case.text)
    shown = as_text(case.compile(file.name).diagnostics) + "\n"
    if updates_goldens:
        stored.write_text(shown, encoding="utf-8")
    assert shown == stored.read_text(encoding="utf-8")
