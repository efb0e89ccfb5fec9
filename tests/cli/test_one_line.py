"""Names of files and values never break a line of a report, in any format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import GOOD, Invoke

MAPPED = 'workflow w {{ dataset = "user.me.w" task t {{ map = "{}" }} }}'


@pytest.mark.parametrize("name", ["new\nline", "tab\tbed", "\x1b[31mred", "é", "a'b", "per%cent"])
@pytest.mark.parametrize("form", ["text", "concise", "json", "jsonl", "sarif", "github"])
def test_no_name_of_a_file_breaks_a_line(invoke: Invoke, name: str, form: str) -> None:
    Path(f"{name}.json").write_text("{")
    Path(f"{name}.alw").write_text(GOOD.replace("{count} b", "{cuont} b"))
    escaped = name.replace("\n", "\\n").replace("\t", "\\t").replace("\x1b", "")
    Path("w.alw").write_text(MAPPED.format(f"{escaped}.json"))
    arguments = [f"{name}.alw", "w.alw", f"{name}2.alw", "--format", form]
    done = invoke("check", *arguments, "--params", f"{name}.json")
    assert done.exit_code == 1
    shown = done.stdout
    assert shown
    assert not [c for c in shown if c != "\n" and not c.isprintable()]
    if form == "github":
        assert all(line.startswith("::") for line in shown.splitlines())
    if form == "concise":
        assert all(": error[" in line or ": warning[" in line for line in shown.splitlines())
