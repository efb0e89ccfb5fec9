"""The stored parser tables are those of the grammar."""

from __future__ import annotations

from alw.syntax.tables import stored


def test_the_stored_tables_are_used() -> None:
    assert stored(None) is not None, "run: python -m alw.syntax.tables"
