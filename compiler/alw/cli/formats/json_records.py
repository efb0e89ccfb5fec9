"""Diagnostics as the records of ``schemas/diagnostics.schema.json``, in ASCII."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """One object that holds them all."""
    return json.dumps({"diagnostics": [d.to_json() for d in diagnostics]}, indent=2)


def as_jsonl(diagnostics: Sequence[Diagnostic]) -> str:
    """One object on each line."""
    return "\n".join(json.dumps(d.to_json()) for d in diagnostics)
