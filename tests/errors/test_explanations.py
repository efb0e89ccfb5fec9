"""Every rule is explained, and the examples of its explanation give what they say."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

import alw
from alw.cli.app import alw as command
from alw.diagnostics.catalogue import all_rules, declarations, find_rule
from alw.diagnostics.explanation import Example, parse_page
from alw.diagnostics.rule import Rule
from alw.diagnostics.rules import INTERNAL_ERROR

RULES = all_rules()
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
#: A place where a reason was read: a product, its version, a line of a file, and a part of it.
SOURCE = re.compile(r"- (?P<product>\S+) (?P<version>\S+), `(?P<file>\S+):(?P<line>\d+)`: `(.+)`")
#: The products that the tests' environment has.
DISTRIBUTIONS = {"iDDS": "idds-workflow", "panda-client": "panda-client"}
PRODUCTS = {*DISTRIBUTIONS, "idds-server", "panda-server", "panda-wnscript", "panda-database"}


def _found(example: Example, folder: Path) -> set[str]:
    """The codes that an example gives."""
    if example.kind == "console":
        return _said_by_commands(example.text, folder)
    arguments = ["check", "--format", "json", "-", *example.options]
    result = CliRunner().invoke(command, arguments, input=example.text, catch_exceptions=False)
    return {found["code"] for found in json.loads(result.stdout)["diagnostics"]}


def _said_by_commands(text: str, folder: Path) -> set[str]:
    """Run commands where the samples lie, and read what the last one says."""
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    lines = text.split("\n")
    assert all(line.startswith("$ ") for line in lines)
    script = "\n".join(line[2:] for line in lines)
    definition = f'alw() {{ "{sys.executable}" -m alw "$@"; }}\n'
    run = subprocess.run(
        ["sh", "-c", definition + script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    codes = set(re.findall(r"^(?:error|warning)\[(ALW\d+)\]", run.stdout + run.stderr, re.M))
    assert run.returncode == bool(codes), run.stderr
    return codes


def test_the_catalogue_holds_the_rules_that_modules_declare() -> None:
    declared: dict[str, Rule] = {}
    root = Path(alw.__file__).parent
    for path in root.rglob("*.py"):
        if "rule(" not in path.read_text(encoding="utf-8"):
            continue
        parts = path.relative_to(root).with_suffix("").parts
        for name, value in vars(importlib.import_module(".".join(("alw", *parts)))).items():
            if isinstance(value, Rule):
                assert name == value.name.replace("-", "_").upper()
                assert declared.setdefault(value.code, value) is value
    assert declared == RULES


def test_a_declaration_is_found() -> None:
    for rule, path, line in declarations().values():
        text = path.read_text(encoding="utf-8").split("\n")
        assert text[line - 1] == f"{rule.name.replace('-', '_').upper()} = rule("
        assert find_rule(rule.code) == find_rule(rule.name) == rule
    assert find_rule("no-such-rule") is None


#: A fault of the compiler has no example that gives it.
OF_SOURCES = sorted(RULES.keys() - {INTERNAL_ERROR.code})


@pytest.mark.slow
@pytest.mark.parametrize("code", OF_SOURCES)
def test_the_wrong_example_gives_the_code_and_no_other(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    assert _found(parse_page(RULES[code].page).wrong, tmp_path) == {code}


@pytest.mark.slow
@pytest.mark.parametrize("code", OF_SOURCES)
def test_the_right_example_gives_nothing(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    assert _found(parse_page(RULES[code].page).right, tmp_path) == set()


@pytest.mark.parametrize("code", sorted(RULES))
def test_sources_say_what_is_quoted(code: str) -> None:
    why = parse_page(RULES[code].page).why.replace("\n  ", " ")
    for line in why.split("\n"):
        if not line.startswith("- "):
            continue
        source = SOURCE.fullmatch(line)
        assert source, line
        product, release, file, number, quoted = source.groups()
        assert product in PRODUCTS
        distribution = DISTRIBUTIONS.get(product)
        if distribution is None or version(distribution) != release:
            continue  # not here, or another release, whose lines differ
        package, _, path = file.partition("/")
        spec = find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        text = (Path(spec.submodule_search_locations[0]) / path).read_text(encoding="utf-8")
        assert quoted in text.split("\n")[int(number) - 1], line


@pytest.mark.parametrize("code", sorted(RULES))
def test_lines_fit_on_a_screen(code: str) -> None:
    for line in RULES[code].page.split("\n"):
        assert len(line) <= 98 or line.startswith(("- ", "  "))


LAYOUT = """\
What it means.

## Why

The reason.

## Wrong

```alw set=a=1=2 set=b=
wrong {
}
```

## Right

```console
$ alw check
```
"""


def test_layout() -> None:
    text = parse_page(LAYOUT)
    assert (text.meaning, text.why) == ("What it means.", "The reason.")
    assert text.wrong == Example("alw", ("--set", "a=1=2", "--set", "b="), "wrong {\n}")
    assert text.right == Example("console", (), "$ alw check")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What", "# some-name\n\nWhat"),
        ("What it means.\n\n", ""),
        ("## Why", "## Reason"),
        ("The reason.\n\n", ""),
        ("```console\n$ alw check\n```\n", ""),
        ("```console", "```sh"),
        ("set=b=", "set=b"),
        ("set=b=", "fragment"),
        ("$ alw check\n```\n", "$ alw check\n```\n\nmore\n"),
    ],
)
def test_another_layout_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"laid out|what is"):
        parse_page(LAYOUT.replace(old, new))
