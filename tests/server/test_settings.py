"""What editors send as settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.server.settings import read_settings
from alw.targets import TARGETS
from alw.text.source import Source
from tests.conftest import ROOT

VSCODE = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
DECLARED = VSCODE["contributes"]["configuration"]["properties"]


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """``{"alw.server.path": …}`` as VS Code answers for the section ``alw``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")[1:]
        inner = found
        for word in path:
            inner = inner.setdefault(word, {})
        inner[last] = value
    return found


def test_the_defaults_of_vs_code_say_nothing() -> None:
    found = read_settings(nested({name: d["default"] for name, d in DECLARED.items()}), None)
    assert found.problems == ()
    assert found.target == TARGETS[0]
    assert not found.given.values


def test_vs_code_offers_every_setting_and_target() -> None:
    for name, value in {"target": "idds-0.2", "inputs": {"a": 1}, "params": "p.json"}.items():
        assert f"alw.{name}" in DECLARED
        found = read_settings({name: value}, None)
        assert not any("there is no setting" in problem for problem in found.problems)
    assert set(DECLARED["alw.target"]["enum"]) == {"", *TARGETS}


@pytest.mark.parametrize("name", ["inputs2", "Target"])
def test_a_slip_is_told(name: str) -> None:
    assert read_settings({name: 1}, None).problems == (f"there is no setting 'alw.{name}'",)


def test_a_value_that_another_file_wants_is_no_error() -> None:
    text = 'workflow w { dataset = "user.me.w" task a { exec = "run" } }'
    given = read_settings({"inputs": {"other": "x"}}, None).given
    assert analyse(Source("w.alw", text), Session(given)).diagnostics == ()
