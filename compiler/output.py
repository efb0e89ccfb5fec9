"""Writing what was compiled: every file whole, all files or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .compilation import CompiledWorkflow


def to_json(value: Mapping[str, Any]) -> str:
    """``value`` as the text of a file: readable, sorted, with a final line end."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def files_of(workflow: CompiledWorkflow) -> Iterator[tuple[str, str]]:
    """The files of a workflow: paths below the output directory, and texts."""
    yield f"{workflow.name}/workflow.json", to_json(workflow.workflow)
    for name, task_map in workflow.tasks.items():
        yield f"{workflow.name}/tasks/{name}.json", to_json(task_map)


def write(
    workflows: Iterable[CompiledWorkflow], directory: str | os.PathLike[str]
) -> list[str]:
    """Write the files of ``workflows`` below ``directory``.

    Everything is written beside its place first and then moved there; if a move fails,
    the moves before it are taken back.

    :returns: the paths of the files.
    :raises OSError: if something cannot be written; nothing has changed then.
    """
    root = Path(directory)
    existed = root.exists()
    root.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".alw-", dir=root))
    try:
        staged: list[tuple[Path, Path, Path]] = []
        made: set[Path] = set()
        for workflow in workflows:
            for number, (relative, text) in enumerate(files_of(workflow)):
                fresh = staging / f"{workflow.name}-{number}"
                fresh.write_text(text, encoding="utf-8", newline="\n")
                fresh.chmod(0o666 & ~_umask())
                place = root / relative
                staged.append((fresh, place, staging / f"{workflow.name}-{number}.old"))
                made.add(place.parent)
        for parent in sorted(made):
            parent.mkdir(parents=True, exist_ok=True)
        _move(staged)
        return [str(place) for _, place, _ in staged]
    except BaseException:
        if not existed:
            shutil.rmtree(staging, ignore_errors=True)
            _remove_empty(root)
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move(staged: list[tuple[Path, Path, Path]]) -> None:
    done: list[tuple[Path, Path]] = []
    try:
        for fresh, place, old in staged:
            if place.exists():
                os.link(place, old)
            done.append((place, old))
            os.replace(fresh, place)
    except BaseException:
        for place, old in reversed(done):
            if old.exists():
                os.replace(old, place)
            else:
                place.unlink(missing_ok=True)
        raise


def _umask() -> int:
    # The only way to read it is to set it; tempfile makes files private otherwise.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _remove_empty(root: Path) -> None:
    for folder in sorted(root.rglob("*"), reverse=True):
        if folder.is_dir():
            folder.rmdir()
    root.rmdir()
