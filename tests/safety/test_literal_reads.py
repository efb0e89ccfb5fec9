"""Datasets of a workflow that come into its tasks by name, with a stored map."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.stored import SEED, compiled, stored_map

TWO = """workflow w {
  task first { map = "a.json" }
  task second { map = "b.json" dataset = "user.me.second" }
}
"""


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("user.wguan.altest1234_output.json/", "does not wait for it => write {first.outputs[0]} instead"),
        ("user.wguan:user.wguan.altest1234_output.json", "first.outputs[0]"),
        ("user.wguan.altest1234*", "first.outputs[0]"),
        ("x.y,user.wguan.altest1234.log/", "after first"),
        ("user.me.second_output.json/", "'second' would read"),
        ("user.wguan.other_output.json/", ""),
        ("user.wguan.altest1234_other.json/", ""),
    ],
)
def test_a_stored_map_reads_what_another_one_writes(tmp_path: Path, read: str, found: str) -> None:
    reading = stored_map([*SEED[:-1], "--inDS", read, "--nFilesPerJob", "5"])
    result = compiled(tmp_path, TWO, a=stored_map(SEED), b=reading)
    told = [f"{d.code} {d.message} => {d.help}" for d in result.diagnostics]
    if not found:
        assert result.ok, told
        return
    (said,) = told
    assert said.startswith("ALW314") and found in said
    (one,) = result.diagnostics
    assert TWO.splitlines()[one.start.line - 1][one.start.column - 1 :].startswith('"b.json"')


def test_logs_of_a_task_that_was_waited_for(tmp_path: Path) -> None:
    reading = stored_map([*SEED[:-1], "--inDS", "user.wguan.altest1234.log/", "--nFiles", "5"])
    text = TWO.replace('"user.me.second"', '"user.me.second" after first')
    assert compiled(tmp_path, text, a=stored_map(SEED), b=reading).ok
