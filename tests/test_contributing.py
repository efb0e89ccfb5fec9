"""CONTRIBUTING.md and what it speaks of agree."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.skipif(not (ROOT / ".ci").is_dir(), reason="no checkout")
def test_steps_of_ci_are_named_as_its_headings() -> None:
    steps = re.findall(r'^step "([^"$]+)"$', (ROOT / ".ci" / "run").read_text("utf-8"), re.M)
    headings = re.findall(r"^## (.+)$", PAGE, re.M)
    assert steps == [heading for heading in headings if heading in steps]


def test_every_folder_of_tests_is_on_its_map() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    assert rows == {p.parent.name for p in (ROOT / "tests").glob("*/*.py")}


def test_the_files_that_it_names_exist() -> None:
    links = re.findall(r"\]\(([^):#]+)\)", PAGE)
    paths = re.findall(r"`((?:compiler|tests|docs)/[\w./]+)`", PAGE)
    assert len(links) + len(paths) > 10
    known = [name for name in [*links, *paths] if "NAME" not in name and "999" not in name]
    assert [name for name in known if not (ROOT / name).exists()] == []
