"""Completion of the files and folders that ``sandbox`` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from alw.driver.loader import beside
from alw.editing.completion import completions
from tests.editing.marked import analysed


@pytest.mark.parametrize(
    "written, offered, not_offered",
    [
        ('["‸', "merge.py simplescript.py detector/ maps/", ""),
        ('["merge.py", "sim‸"]', "merge.py simplescript.py", ""),
        ('["detector/‸"]', "measure.py adjust.py", "merge.py"),
        ('["detector/m‸', "measure.py", "merge.py"),
        ('"‸"', "detector maps", "merge.py merge.py/ detector/"),
        ('["/‸"]', "", "etc/ merge.py detector/"),
        ('["../‸"]', "", "README.md grammar/"),
        ('["nowhere/‸"]', "", "merge.py"),
        ('["{‸"]', "", "merge.py"),
    ],
)
def test_files_of_a_sandbox(written: str, offered: str, not_offered: str) -> None:
    text = 'workflow w {\n  dataset = "user.me.w"\n  task t {\n    exec = "x"\n'
    text += f"    sandbox = {written}"
    offset = text.index("‸")
    analysis = analysed(text.replace("‸", ""))
    found = {item.label: item for item in completions(analysis, offset, beside)}
    assert set(offered.split()) <= found.keys()
    assert found.keys().isdisjoint(not_offered.split())
    for name in offered.split():
        span = found[name].span
        assert span.end == offset
        assert "/" not in text[span.start : span.end] and '"' not in text[span.start : span.end]


def test_no_files_elsewhere() -> None:
    for written in ('exec = "‸"', 'outputs = ["‸"]', 'map = "‸"'):
        text = f'workflow w {{\n  dataset = "user.me.w"\n  task t {{\n    {written}'
        offset = text.index("‸")
        found = completions(analysed(text.replace("‸", "")), offset, beside)
        assert "merge.py" not in {item.label for item in found}
    assert (Path(__file__).parents[2] / "samples" / "merge.py").is_file()
