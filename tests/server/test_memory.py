"""Memory stays flat while somebody types and never pauses."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from alw.server import dependencies
from alw.server.client_capabilities import Client
from alw.server.documents import Documents, OpenDocument
from alw.server.garbage import Garbage
from alw.server.problems import convert_diagnostics
from alw.server.settings import Settings
from alw.server.worker import Worker

SOURCE = 'workflow w {\n dataset = "user.me.w"\n task t { exec = "echo x" sandbox = "" }\n}\n'
YOUNG = 2000


@pytest.fixture
def uncollected() -> Iterator[None]:
    """As in the server: Python collects nothing by itself."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def typed(documents: Documents, opened: OpenDocument, number: int, before: str, text: str) -> None:
    at = opened.text.lines.position(opened.text.lines.text.index(before))
    change = types.TextDocumentContentChangePartial(types.Range(at, at), text)
    documents.change(opened.uri, number, [change])


def test_circles_are_collected(uncollected: None) -> None:
    garbage = Garbage(YOUNG)
    for round in range(100):
        for _ in range(YOUNG // 10):
            circle: list[Any] = []
            circle.append(circle)
        kept = circle  # the last one outlives a look, and dies old
        garbage.tidy()
        assert len(gc.get_objects()) < 4 * YOUNG, round
    assert kept


def test_old_circles_are_collected(uncollected: None) -> None:
    garbage = Garbage(YOUNG)
    for round in range(100):
        # alive at each look, and garbage after it
        circles: list[list[Any]] = [[] for _ in range(YOUNG + 10)]
        for circle in circles:
            circle.append(circle)
        garbage.tidy()
        assert len(gc.get_objects()) < 6 * YOUNG, round


def test_edits_without_a_pause(uncollected: None) -> None:
    documents, settings, client = Documents(), Settings(), Client()
    opened = documents.open("file:///x/a.alw", 0, SOURCE)
    worker = Worker()
    worker.garbage = Garbage(YOUNG)
    grown: list[int] = []

    async def go() -> None:
        for number in range(150):
            typed(documents, opened, number, 'x" sand', "ab"[number % 2])
            view = await worker.do(lambda: opened.view(settings, client))
            convert_diagnostics(view)
            _ = view.analysis
            del view
            grown.append(len(gc.get_objects()))

    asyncio.run(go())
    assert max(grown[100:]) < max(grown[:50]) + 2 * YOUNG


def test_paths_that_were_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dependencies, "MOST", 20)
    documents, settings, client = Documents(), Settings(), Client()
    opened = documents.open((tmp_path / "a.alw").as_uri(), 0, SOURCE)
    for number in range(100):
        typed(documents, opened, number, '" }\n}', "x")
        opened.view(settings, client)
        assert len(opened.files._places) <= 22
    assert opened.files.concerns(tmp_path / ("x" * 100))
