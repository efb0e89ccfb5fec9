"""What CONTRIBUTING.md says of the code holds: the rooms, the names, the docstrings."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGE = ROOT / "compiler" / "alw"
pytestmark = pytest.mark.skipif(not PACKAGE.is_dir(), reason="no checkout")

#: Words that begin a question, not what a thing does or is.
QUESTIONS = {"How", "What", "When", "Where", "Whether", "Which", "Who", "Why"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def definitions() -> Iterator[tuple[Path, ast.Module | ast.ClassDef | ast.FunctionDef]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                yield path, node


def test_the_page_lists_the_rooms_in_the_order_that_is_enforced() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page.split("\n## ", 1)[0], re.MULTILINE)
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = setup["tool"]["importlinter"]["contracts"]
    rooms = [name for name in contract["layers"] if (PACKAGE / name).is_dir()]
    assert listed == rooms[::-1]
    assert set(listed) == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_a_module_has_a_name_of_its_own() -> None:
    names = Counter(path.stem for path in modules() if not path.stem.startswith("__"))
    assert [name for name, times in names.items() if times > 1] == []


def test_a_class_has_a_name_of_its_own() -> None:
    names = Counter(
        node.name
        for _, node in definitions()
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_docstrings_say_what_a_thing_does() -> None:
    asking = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
        for path, node in definitions()
        if (text := ast.get_docstring(node)) and text.split(maxsplit=1)[0].strip(",") in QUESTIONS
    ]
    assert asking == []
