"""The samples compile without options to what is stored beside them.

``pytest tests/test_samples.py --update-goldens`` stores what they compile to now.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import alw
from tests.conftest import ROOT

SAMPLES = sorted(path.stem for path in (ROOT / "samples").glob("*.alw"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".alw")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_compiles_to_the_stored_files(
    name: str, tmp_path: Path, updates_goldens: bool
) -> None:
    compilation = alw.compile(ROOT / "samples" / f"{name}.alw")
    assert compilation.diagnostics == ()
    expected = ROOT / "samples" / "expected" / name
    if updates_goldens:
        compilation.write(expected)
    compilation.write(tmp_path / "out")
    assert files(tmp_path / "out") == files(expected)


def test_equal_input_gives_equal_bytes_wherever_it_lies(tmp_path: Path) -> None:
    samples = ROOT / "samples"
    source = (samples / "active_learning.alw").read_bytes()
    results = []
    for folder in ("a", "a long/er path"):
        place = tmp_path / folder
        place.mkdir(parents=True)
        for script in ("simplescript.py", "merge.py"):
            (place / script).write_bytes((samples / script).read_bytes())
        (place / "other name.alw").write_bytes(source)
        alw.compile(place / "other name.alw").write(place / "out")
        results.append(files(place / "out"))
    assert results[0] == results[1]
    for text in results[0].values():
        assert str(tmp_path).encode() not in text


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    paths = [ROOT / "samples" / f"{name}.alw" for name in SAMPLES]
    alw.compile(paths).write(tmp_path / "one")
    alw.compile(paths[::-1]).write(tmp_path / "other")
    assert files(tmp_path / "one") == files(tmp_path / "other")
