"""The extension for VS Code: what it declares is there, it can be built, and its client works."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.conftest import ROOT

from .node import EXTENSION, GRAMMAR, packaged, run

DESCRIBED: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
CONTRIBUTED = DESCRIBED["contributes"]
#: Those of the Marketplace that may fit.
CATEGORIES = {"Programming Languages", "Linters", "Formatters", "Visualization", "Snippets"}
SNIPPETS = json.loads((EXTENSION / "snippets" / "alw.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension in which it was packaged."""
    return packaged(tmp_path_factory.mktemp("vscode") / "extension")


def test_the_package_holds_what_the_extension_needs(extension: Path) -> None:
    with zipfile.ZipFile(extension / "alw.vsix") as vsix:
        names = {
            name.removeprefix("extension/") for name in vsix.namelist() if "extension/" in name
        }
        grammar = vsix.read("extension/syntaxes/alw.tmLanguage.json")
    assert {name.lower() for name in DESCRIBED["files"]} | {"package.json"} == {
        name.lower() for name in names
    }
    assert grammar == GRAMMAR.read_bytes()
    assert all(path.removeprefix("./") in names for path in _paths())


def _paths() -> list[str]:
    """The files that the description names."""
    return [
        DESCRIBED["main"],
        *(language["configuration"] for language in CONTRIBUTED["languages"]),
        *(part["path"] for part in CONTRIBUTED["grammars"] + CONTRIBUTED["snippets"]),
    ]


def test_it_can_be_published(extension: Path) -> None:
    """As the Marketplace wants it: code.visualstudio.com/api/references/extension-manifest."""
    assert "private" not in DESCRIBED  # vsce would refuse
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", DESCRIBED["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", DESCRIBED["version"])
    assert DESCRIBED["publisher"] and DESCRIBED["repository"]["url"].startswith("https://")
    assert DESCRIBED["repository"]["directory"] == EXTENSION.relative_to(ROOT).as_posix()
    assert 5 <= len(DESCRIBED["keywords"]) <= 30
    assert set(DESCRIBED["categories"]) <= CATEGORIES
    banner = DESCRIBED["galleryBanner"]
    assert re.fullmatch("#[0-9a-f]{6}", banner["color"]) and banner["theme"] in ("dark", "light")
    assert (EXTENSION / "LICENSE.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert f"## {DESCRIBED['version']}\n" in (EXTENSION / "CHANGELOG.md").read_text("utf-8")
    icon = (EXTENSION / DESCRIBED["icon"]).read_bytes()
    assert icon.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", icon[16:24])
    assert width == height >= 128
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (EXTENSION / "README.md").read_text("utf-8"))
    assert pictures and all(name.endswith(".png") for name in pictures)  # no SVG is allowed
    with zipfile.ZipFile(extension / "alw.vsix") as vsix:
        manifest = vsix.read("extension.vsixmanifest").decode()
        names = {name.lower() for name in vsix.namelist()}
        readme = vsix.read(next(n for n in vsix.namelist() if n.lower().endswith("readme.md")))
    assert {f"extension/{name}" for name in pictures} <= names
    assert "](https://" in readme.decode() and "](images/" not in readme.decode()
    for part in ("License", "Content.Changelog", "Services.Icons.Default", "Content.Details"):
        assert part in manifest, part


def test_the_client_works(extension: Path) -> None:
    done = run(["npm", "test"], extension)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# skipped 0" in done.stdout


def test_the_client_is_well_typed(extension: Path) -> None:
    done = run(["npm", "run", "check"], extension)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_contributed_is_for_the_one_language() -> None:
    (language,) = CONTRIBUTED["languages"]
    assert (language["id"], language["extensions"]) == ("alw", [".alw"])
    parts = CONTRIBUTED["grammars"] + CONTRIBUTED["snippets"]
    assert {part["language"] for part in parts} == {language["id"]}
    (grammar,) = CONTRIBUTED["grammars"]
    assert grammar["scopeName"] == json.loads(GRAMMAR.read_text("utf-8"))["scopeName"]


def test_every_setting_that_the_client_reads_is_described() -> None:
    source = (EXTENSION / "src" / "extension.js").read_text("utf-8")
    read = {f"alw.{name}" for name in re.findall(r'settings\.get\("([\w.]+)"', source)}
    # vscode-languageclient reads this one, the server those (compiler/alw/server/settings.py).
    read |= {"alw.trace.server", "alw.target", "alw.inputs", "alw.params", "alw.lastRun"}
    assert read == set(CONTRIBUTED["configuration"]["properties"])
    properties = CONTRIBUTED["configuration"]["properties"]
    assert properties["alw.server.arguments"]["default"] == ["lsp"]


def _configuration() -> dict[str, Any]:
    text = (EXTENSION / "language-configuration.json").read_text("utf-8")
    configuration: dict[str, Any] = json.loads(text)
    return configuration


@pytest.mark.parametrize(
    ("line", "indents"),
    [
        ("task t {", True),
        ("  outputs = [  # two", True),
        ('exec = "a {x}" n = f(', True),
        ("task t { }", False),
        ('exec = "awk {{"', False),
        ("# task t {", False),
        ('exec = "a"  # {', False),
    ],
)
def test_the_line_behind_a_bracket_is_indented(line: str, indents: bool) -> None:
    pattern = _configuration()["indentationRules"]["increaseIndentPattern"]
    assert bool(re.search(pattern, line)) == indents


def test_comments_and_words_are_those_of_the_language() -> None:
    configuration = _configuration()
    assert configuration["comments"] == {"lineComment": "#"}
    assert re.findall(configuration["wordPattern"], "a.b_1 = 2x") == ["a", "b_1", "x"]


TASK = 'task t { exec = "a {user}" }'
#: What stands before and behind each snippet.
AROUND = {
    "workflow": ("", ""),
    "task": ("", ""),
    "loop": ("", ""),
    "input": ("", TASK),
    "ignore": ("const user: int = 1 input a: int = 1", TASK),
}


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=lambda snippet: snippet["prefix"])
def test_a_snippet_compiles_as_it_is_inserted(snippet: dict[str, Any], tmp_path: Path) -> None:
    text = "\n".join(snippet["body"])
    text = re.sub(r"\$\{\d+\|(\w+)[^}]*\|\}", r"\1", text)
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
    assert "$" not in text
    source = tmp_path / "snippet.alw"
    before, behind = AROUND[snippet["prefix"]]
    items = f"{before} {text}\n{behind}"
    if snippet["prefix"] != "workflow":
        items = f'workflow w {{ dataset = "user.me.w"\n{items}\n}}'
    source.write_text(items, "utf-8")
    compilation = alw.compile(source)
    assert [d.message for d in compilation.diagnostics if d.severity == "error"] == []
    # The comment silences the warning that it names.
    if snippet["prefix"] == "ignore":
        assert compilation.diagnostics == ()
