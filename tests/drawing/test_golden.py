"""The samples are drawn as is stored.

``pytest tests/drawing --update-goldens`` stores how they are drawn now: beside the sample what
the README shows, in golden/ the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alw.drawing.chart import Drawing
from alw.drawing.dot import write_dot
from alw.drawing.mermaid import write_mermaid
from alw.drawing.svg import write_svg
from tests.conftest import ROOT
from tests.drawing.charts import BROKEN, FIVE, drawn, drawn_file

GOLDEN = Path(__file__).parent / "golden"
WRITERS: dict[str, Callable[[Drawing], str]] = {
    "mmd": write_mermaid,
    "dot": write_dot,
    "svg": write_svg,
}
SAMPLES = sorted((ROOT / "samples").glob("*.alw"))
SHOWN = ROOT / "samples" / "active_learning.svg"


def compare(stored: Path, text: str, updates_goldens: bool) -> None:
    if updates_goldens:
        stored.write_bytes(text.encode())
    assert stored.read_bytes().decode() == text


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_drawn_as_stored(path: Path, suffix: str, updates_goldens: bool) -> None:
    place = path.with_suffix(".svg")
    stored = place if (place, suffix) == (SHOWN, "svg") else GOLDEN / f"{path.stem}.{suffix}"
    compare(stored, WRITERS[suffix](drawn_file(path)), updates_goldens)


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name, text", [("five", FIVE), ("broken", BROKEN)], ids=["five", "broken"])
def test_a_source_is_drawn_as_stored(
    name: str, text: str, suffix: str, updates_goldens: bool
) -> None:
    compare(GOLDEN / f"{name}.{suffix}", WRITERS[suffix](drawn(text)), updates_goldens)


def test_the_readme_shows_the_stored_picture() -> None:
    assert f"({SHOWN.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text()
