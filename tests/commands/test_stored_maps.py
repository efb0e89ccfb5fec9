"""Stored maps: parts of the command replaced in both places, names changed throughout."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alw
from alw.panda.maps import name_consolidated
from alw.plan.renaming import rename_datasets
from tests.engine.stored import SEED, compiled, stored_map
from tests.schemas.documents import PRUN, prun_arguments

ONE = """workflow w {{
  {declared}
  task a {{ map = "m.json" dataset = "user.you.other" {replace} }}
}}
"""


def _named(case: str, name: str) -> list[str]:
    """The arguments of a case, with ``name`` for ``outDS``."""
    words = prun_arguments(PRUN[case])
    while "--outDS" in words:
        at = words.index("--outDS")
        del words[at : at + 2]
    return [*words, "--outDS", name]


@pytest.mark.parametrize("case", [case for case in PRUN if "group" not in case])
@pytest.mark.parametrize("new", ["user.me.next", "user.you.other.3"])
def test_a_renamed_map_is_the_one_that_prun_makes(case: str, new: str) -> None:
    if case == "official":
        pytest.skip("an official name is no user's")
    old = "user.me.first"
    wanted = stored_map(_named(case, new))
    made = rename_datasets(stored_map(_named(case, old)), old, new)
    for task_map in (made, wanted):
        name_consolidated(task_map, new)
    assert made == wanted


def test_what_the_task_reads_keeps_its_name() -> None:
    reading = [*SEED, "--inDS", "user.wguan.altest1234.in/"]
    made = rename_datasets(stored_map(reading), "user.wguan.altest1234", "user.me.x")
    assert made["dsForIN"] == "user.wguan.altest1234.in/"
    inputs = [i["dataset"] for i in made["jobParameters"] if i.get("param_type") == "input"]
    assert inputs == ["user.wguan.altest1234.in/"]
    assert "--inDS user.wguan.altest1234.in/" in made["cliParams"]


def _command(task: alw.CompiledWorkflow) -> tuple[str, str]:
    """The command in ``cliParams``, and the one of the job."""
    made = task.tasks["a"]
    words = shlex.split(made["cliParams"])
    values = [item["value"] for item in made["jobParameters"]]
    start = values.index('-p "')
    job = unquote("".join(values[start + 1 : values.index('"', start)]))
    return words[words.index("--exec") + 1], job


_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r{}$%\\\"'"), min_size=1)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=_WORDS, old=_WORDS, new=_WORDS, behind=_WORDS)
def test_any_part_of_a_command_is_replaced_in_both_places(
    tmp_path: Path, before: str, old: str, new: str, behind: str
) -> None:
    text = f"run {before}<{old}>{behind}"
    replace = f'replace "<{old}>" with "[{new}]"'
    stored = stored_map(["--exec", text, *SEED[2:]])
    result = compiled(tmp_path, ONE.format(declared="", replace=replace), m=stored)
    if stored["cliParams"].count(f"<{old}>") != 1:  # prun's command line is shell-quoted
        assert {d.code for d in result.diagnostics} == {"ALW419"}
        return
    assert result.ok, result.diagnostics
    wanted = text.replace(f"<{old}>", f"[{new}]")
    assert _command(result.workflows["w"]) == (wanted, wanted)


def test_values_are_put_in(tmp_path: Path) -> None:
    declared = "input n: int = 300 const x: float = 0.25"
    replace = 'replace "0.5 0.5 200" with "{x} {x + 1} {n}"'
    result = compiled(tmp_path, ONE.format(declared=declared, replace=replace), m=stored_map(SEED))
    wanted = "python simplescript.py 0.25 1.25 300 output.json"
    assert _command(result.workflows["w"]) == (wanted, wanted)


@pytest.mark.parametrize("value", ["a b", "'", "$(id)", "--exec", "%20", "a\nb", 'x"', "`id`"])
def test_a_value_adds_no_words(tmp_path: Path, value: str) -> None:
    text = ONE.format(declared="input v: string", replace='replace "200" with "{v}"')
    compiled(tmp_path, text, m=stored_map(SEED))
    result = alw.compile(tmp_path / "w.alw", inputs={"v": value})
    assert [d.code for d in result.diagnostics] == ["ALW216"]


def test_a_part_is_not_found_inside_of_an_escape(tmp_path: Path) -> None:
    """``200`` is in ``%200.5``, but not in the command."""
    replace = 'replace "200" with "300"'
    result = compiled(tmp_path, ONE.format(declared="", replace=replace), m=stored_map(SEED))
    wanted = "python simplescript.py 0.5 0.5 300 output.json"
    assert _command(result.workflows["w"]) == (wanted, wanted)


def test_a_part_that_stands_several_times(tmp_path: Path) -> None:
    replace = 'replace "0.5" with "1.5" 2 times'
    result = compiled(tmp_path, ONE.format(declared="", replace=replace), m=stored_map(SEED))
    assert _command(result.workflows["w"])[1] == "python simplescript.py 1.5 1.5 200 output.json"


def test_a_part_in_one_of_the_places_only(tmp_path: Path) -> None:
    stored = stored_map(SEED)
    item = next(i for i in stored["jobParameters"] if i["value"].startswith("python"))
    item["value"] = item["value"].replace(quote(" 200 "), quote(" 300 "))
    text = ONE.format(declared="", replace='replace "0.5 200" with "1 2"')
    (found,) = compiled(tmp_path, text, m=stored).diagnostics
    assert found.code == "ALW419"
    assert {label.source.name for label in found.related} == {str(tmp_path / "m.json")}
    assert [label.message for label in found.related] == ["once", "nowhere"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("{", 1), ("[]", 1), ('{"taskName":\n 1}', 1), ("[" * 100_000, 1), ("", 1), ("\xff", 1)],
)
def test_what_is_wrong_in_a_map_has_its_place_there(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "m.json").write_text(text, encoding="latin-1")
    (tmp_path / "w.alw").write_text(ONE.format(declared="", replace=""))
    found = alw.compile(tmp_path / "w.alw").diagnostics
    assert {d.code for d in found} == {"ALW418"}
    places = {(d.source.name, d.start.line) for d in found}
    in_map = (str(tmp_path / "m.json"), line)
    assert in_map in places or text == "\xff"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
@pytest.mark.slow
def test_any_map_is_compiled_or_reported(tmp_path: Path, data: st.DataObject) -> None:
    """A map of prun in which any value is replaced by another."""
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=4,
    )
    stored = stored_map(SEED)
    key = data.draw(st.sampled_from([*stored, "other"]))
    if key == "jobParameters" and data.draw(st.booleans()):
        item = data.draw(st.sampled_from(stored[key]))
        item[data.draw(st.sampled_from([*item, "other"]))] = data.draw(values)
    else:
        stored[key] = data.draw(values)
    result = compiled(tmp_path, ONE.format(declared="", replace='replace "200" with "3"'), m=stored)
    if result.ok:
        result.write(tmp_path / "out")


@pytest.mark.parametrize("depth", [50, 70, 300, 900, 5000])
def test_a_deep_map_is_compiled_or_reported(tmp_path: Path, depth: int) -> None:
    text = json.dumps(stored_map(SEED))[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}"
    (tmp_path / "m.json").write_text(text)
    (tmp_path / "w.alw").write_text(ONE.format(declared="", replace=""))
    result = alw.compile(tmp_path / "w.alw")
    assert [d.code for d in result.diagnostics] == ([] if depth == 50 else ["ALW418"])
    if result.ok:
        result.write(tmp_path / "out")


@pytest.mark.parametrize("path", ["/etc/hostname", "../m.json", "sub/../../m.json", "link.json"])
def test_no_file_outside_of_the_folder_is_read(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "m.json").write_text("{}")
    (folder / "link.json").symlink_to(tmp_path / "m.json")
    (folder / "w.alw").write_text(ONE.format(declared="", replace="").replace("m.json", path))
    (found,) = alw.compile(folder / "w.alw").diagnostics
    assert found.code == "ALW418"
    assert "outside" in found.message


def test_a_text_has_no_files_beside_it() -> None:
    (found,) = alw.compile_text(ONE.format(declared="", replace="")).diagnostics
    assert found.code == "ALW418"
