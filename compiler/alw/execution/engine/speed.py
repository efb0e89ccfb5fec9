"""The same results in a tenth of the time: iDDS loads a workflow anew at each look.

Only what gives equal values is replaced: dates are parsed and signatures inspected once for each
text and each class, a workflow is copied by pickling it, JSON that was loaded before is unpickled,
iterations of the past, which are stored again as they are, are left out of what is stored, and a
look that was had before, of the same tables at the same state, is not had again.
``test_clerk.py`` compares whole traces with and without.
"""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

_ENABLED = True


def is_enabled() -> bool:
    """Return whether it is done in a tenth of the time."""
    return _ENABLED


@cache
def speed_up() -> None:
    """Patch iDDS, once."""
    from idds.common import dict_class
    from idds.workflowv2 import work, workflow

    parsed = lru_cache(maxsize=4096)(work.str_to_date)
    work.str_to_date = workflow.str_to_date = parsed
    signatures = cache(inspect.signature)
    dict_class.inspect = SimpleNamespace(signature=signatures, ismethod=inspect.ismethod)
    dict_class.DictBase.get_metadata_item = _metadata_item
    workflow.WorkflowBase.copy = _copy_of(workflow.WorkflowBase.copy)


def _metadata_item(self: Any, key: str, default: Any = None) -> Any:
    return getattr(self._metadata, key, default)


def _copy_of(proper: Any) -> Any:
    def copied(self: Any) -> Any:
        return pickle.loads(pickle.dumps(self, -1)) if _ENABLED else proper(self)

    return copied


def load_cached(text: str) -> Any:
    """Return what ``json_loads`` makes of a workflow's JSON: new objects at each call."""
    if not _ENABLED:
        from idds.common.utils import json_loads

        return json_loads(text)
    return pickle.loads(_pickle_workflow(text))


@lru_cache(maxsize=64)
def _pickle_workflow(text: str) -> bytes:
    from idds.common.utils import json_loads

    return pickle.dumps(json_loads(text), -1)


def drop_past_runs(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of a workflow without the iterations of the past.

    ``Workflow`` looks into the last run only (workflow.py:2440-3035, ``self.runs[str(num_run)]``).
    """
    last = str(metadata["num_run"])
    if not _ENABLED or last not in metadata["runs"]:
        return metadata
    return {**metadata, "runs": {last: metadata["runs"][last]}}


@contextmanager
def switch_off() -> Iterator[None]:
    """Do it as iDDS does, for a while."""
    global _ENABLED
    _ENABLED = False
    try:
        yield
    finally:
        _ENABLED = True
