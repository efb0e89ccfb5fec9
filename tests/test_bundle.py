"""The requests that a workflow becomes, with everything that each needs."""

from __future__ import annotations

from pathlib import Path

import pytest

import alw
from alw.driver.output import files_of
from alw.targets import TARGETS
from alw.targets.bundle import Bundle, BundledRequest
from tests.conftest import ROOT

SAMPLE = ROOT / "samples" / "active_learning.alw"


@pytest.mark.parametrize("target", TARGETS)
def test_a_workflow_is_one_request(target: str) -> None:
    (compiled,) = alw.compile(SAMPLE, target=target).workflows.values()
    (request,) = compiled.bundle.requests
    assert request.name == compiled.name
    assert request.setup is None and request.after == ()
    assert compiled.workflow is request.workflow
    assert compiled.tasks is request.tasks and compiled.sandboxes is request.sandboxes
    assert list(request.tasks) == ["simulate", "merge"][: len(request.tasks)]


def test_what_is_written_is_in_the_bundle(tmp_path: Path) -> None:
    (compiled,) = alw.compile(SAMPLE).workflows.values()
    request = compiled.bundle.only
    written = [path for path, _ in files_of(compiled)]
    assert written == [
        "altest/workflow.json",
        *(f"altest/tasks/{name}.json" for name in request.tasks),
        *(f"altest/sandboxes/{name}" for name in request.sandboxes),
    ]


def test_of_several_requests_none_is_the_only_one() -> None:
    first = BundledRequest("first", {})
    second = BundledRequest("second", {}, after=("first",))
    with pytest.raises(ValueError):
        _ = Bundle((first, second)).only
