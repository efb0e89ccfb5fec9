"""The names of the library."""

from __future__ import annotations

import pytest

import alw


@pytest.mark.parametrize("name", alw.__all__)
def test_every_name_of_the_library_is_there(name: str) -> None:
    assert getattr(alw, name).__module__.startswith("alw")
