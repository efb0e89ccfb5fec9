"""A parameter file is checked like the source: every problem has its place in that file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from alw.diagnostics.diagnostic import Collector, Diagnostic
from alw.driver.loader import given_values
from alw.driver.parameter_files import parameters
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.text.source import Source

PROGRAM = Source(
    "w.alw",
    """workflow w {
  input n: int
  input mass: float = 1
  input tag: string of "a-z" = "a"
  input read: dataset = "user.me.read"
  dataset = "user.me.x"
  task a { exec = "run {n} {mass} {tag} {read} " }
}
""",
)

#: What is wrong: the name, and the marked part of the file, in each format.
WRONG = {
    "a type": ("ALW504", "n", {"json": '{"n": <"x">}', "toml": 'n = <"x"> # c', "yaml": "n: <x>"}),
    "a truth": (
        "ALW504",
        "n",
        {"json": '{"n": <true>}', "toml": "n = <true>", "yaml": "n: <true>"},
    ),
    "an alphabet": (
        "ALW504",
        "tag",
        {
            "json": '{"n": 1, "tag": <"A">}',
            "toml": "n = 1\n'tag' = <'A'>",
            "yaml": "n: 1\ntag: <A>",
        },
    ),
    "a dataset": (
        "ALW504",
        "read",
        {
            "json": '{"read": <"a b">,\n "n": 1}',
            "toml": 'read=<"a b">\nn=1\n',
            "yaml": "read: <a b>\nn: 1",
        },
    ),
    "a list": (
        "ALW504",
        "mass",
        {
            "json": '{"n":1,"mass":<[1, 2]>}',
            "toml": "n=1\nmass = <[1, 2]>",
            "yaml": "n: 1\nmass: <[1, 2]>",
        },
    ),
    "an unknown name": (
        "ALW503",
        "masss",
        {
            "json": '{"n": 1, <"masss">: 1}',
            "toml": "n = 1\n<masss> = 1",
            "yaml": "n: 1\n<masss>: 1",
        },
    ),
    "a name twice": (
        "ALW505",
        "n",
        {"json": '{"n": 1, <"n">: 1}', "yaml": "n: 1\n<n>: 1"},
    ),
}
CASES = [
    pytest.param(code, name, ending, marked, id=f"{what}, {ending}")
    for what, (code, name, files) in WRONG.items()
    for ending, marked in files.items()
]


def _checked(path: Path, text: str) -> tuple[Diagnostic, ...]:
    path.write_text(text, encoding="utf-8")
    collector = Collector()
    given = given_values([], str(path), collector)
    return compile_sources([PROGRAM], Session(given), collector=collector).diagnostics


@pytest.mark.parametrize(("code", "name", "ending", "marked"), CASES)
def test_a_problem_has_its_place(
    code: str, name: str, ending: str, marked: str, tmp_path: Path
) -> None:
    before, rest = marked.split("<")
    inside, behind = rest.split(">")
    path = tmp_path / f"p.{ending}"
    (found,) = _checked(path, before + inside + behind)
    assert (found.code, found.source.name) == (code, str(path))
    assert f"'{name}'" in found.message
    assert (found.span.start, found.span.end) == (len(before), len(before + inside))


def test_a_missing_name_is_missing_from_the_file(tmp_path: Path) -> None:
    (found,) = _checked(tmp_path / "p.yaml", "mass: 2")
    assert found.code == "ALW502"
    assert [label.source.name for label in found.related] == [str(tmp_path / "p.yaml")]


def test_all_problems_in_one_run(tmp_path: Path) -> None:
    found = _checked(tmp_path / "p.json", '{"tag": 1, "read": "", "no": 1}')
    assert [d.code for d in found] == ["ALW504", "ALW504", "ALW503", "ALW502"]


@pytest.mark.parametrize("text", ["{", "[1]", '{"n": 1} x'])
def test_an_unusable_file_leaves_nothing_missing(text: str, tmp_path: Path) -> None:
    """Whether a value is missing is not known; the source is still checked."""
    faulty = Source("w.alw", PROGRAM.text.replace("{mass}", "{maß}").replace("{read}", "{raed}"))
    path = tmp_path / "p.json"
    path.write_text(text)
    collector = Collector()
    given = given_values([], str(path), collector)
    found = compile_sources([faulty], Session(given), collector=collector).diagnostics
    assert {d.code for d in found} == {"ALW505", "ALW101", "ALW203"}


def test_a_lost_declaration_makes_no_name_unknown() -> None:
    broken = Source("w.alw", PROGRAM.text.replace("input n: int", "input n int"))
    given = given_values([("n", "1")], None, Collector())
    assert {d.code for d in compile_sources([broken], Session(given)).diagnostics} == {"ALW101"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("true", True), ("False", False),
        ("010", 10), ("0o10", 8), ("0x1F", 31), ("1e3", 1000.0), (".5", 0.5), ("-3", -3),
        ("1:30", "1:30"), ("2020-01-02", "2020-01-02"), ("1_000", "1_000"), ("~", None),
        ("null", None), ("", None), ("'1'", "1"), (".inf", float("inf")), ("1.5", 1.5),
    ],
)  # fmt: skip
def test_yaml_is_read_as_version_1_2(text: str, value: object) -> None:
    found = parameters(Source("p.yaml", f"x: {text}"), Collector())
    assert found is not None
    assert found["x"].value == value
    assert type(found["x"].value) is type(value)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@examples(st.dictionaries(st.text(), _VALUES, max_size=5), st.sampled_from([None, 0, 2, "\t"]))
def test_json_is_read_as_it_was_written(
    values: dict[str, object], indent: int | str | None
) -> None:
    source = Source("p.json", json.dumps(values, indent=indent))
    found = parameters(source, Collector())
    assert found is not None
    assert {name: given.value for name, given in found.items()} == values
    for name, given in found.items():
        assert given.key is not None and given.place is not None
        key, place = given.key.span, given.place.span
        assert json.loads(source.text[key.start : key.end]) == name
        assert json.loads(source.text[place.start : place.end]) == values[name]


@examples(st.text(), st.sampled_from(["json", "toml", "yaml"]))
def test_any_text_is_read_or_reported(text: str, ending: str) -> None:
    collector = Collector()
    found = parameters(Source(f"p.{ending}", text), collector)
    assert (found is None) <= collector.has_errors
    for d in collector.sorted():
        assert 0 <= d.span.start <= d.span.end <= len(text) + 1
