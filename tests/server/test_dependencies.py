"""Which changes on disk concern a document."""

from __future__ import annotations

from pathlib import Path

from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.server.dependencies import DependencyTracker
from alw.text.source import Source


def checked(folder: Path, text: str) -> DependencyTracker:
    tracker = DependencyTracker()
    compile_sources([Source(str(folder / "a.alw"), text)], Session(reader=tracker))
    return tracker


def test_what_a_source_names_concerns_it(tmp_path: Path) -> None:
    (tmp_path / "code" / "lib").mkdir(parents=True)
    (tmp_path / "maps").mkdir()
    (tmp_path / "codes").mkdir()
    (tmp_path / "build").mkdir()
    tracker = checked(
        tmp_path,
        'workflow w { dataset = "user.me.w"\n'
        'task a { map = "maps/a.json" }\n'
        'task b { exec = "python a.py" sandbox = "code" }\n'
        'task c { exec = "python a.py" sandbox = "later" }\n}',
    )
    for path in (
        "maps/a.json",
        "maps",
        "code",
        "code/a.py",
        "code/lib/b.py",
        "code/new/b.py",
        "later",
        "later/a/b",
    ):
        assert tracker.concerns(tmp_path / path), path
    for path in ("maps/b.json", "codes/a.py", "build/w/workflow.json"):
        assert not tracker.concerns(tmp_path / path), path


def test_a_folder_beside_the_source_may_change_inside(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    tracker = checked(
        tmp_path, 'workflow w { dataset = "user.me.w" task b { exec = "python a.py" } }'
    )
    assert tracker.concerns(tmp_path / "a.py")
    assert tracker.concerns(tmp_path / "new" / "a.py")
    assert tracker.concerns(tmp_path / "build")
    assert not tracker.concerns(tmp_path / "build" / "w" / "workflow.json")
