"""The placeholders of prun's relatives, which prun leaves as they are.

pathena replaces ``%OUT`` and ``%MININ``, a bulk submission ``%DATASET_IN``; prun neither.  Which
ones they are is found by having panda-client replace them.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from urllib.parse import quote

from .client import panda_client

_DATASET = "user.qzalw.qzalw"


@lru_cache(maxsize=1024)
def is_pathenas(name: str) -> bool:
    """True if pathena replaces ``%name``, and prun does not (pandaclient/PsubUtils.py,
    ``convertParamStrToJediParam``, with ``includeIO`` and without).
    """
    return _left(name, True) == "" and _left(name, False) is None


def _left(name: str, with_files: bool) -> str | None:
    """Return what is left of ``%name`` after what replaces it; ``None`` if nothing does."""
    text = f"%{name}"
    inputs: dict[str, str] = defaultdict(lambda: _DATASET)
    with panda_client() as client:
        convert = client.module("PsubUtils").convertParamStrToJediParam
        items = convert(text, inputs, _DATASET, False, True, includeIO=with_files)
    made = "".join(item["value"] for item in items)
    return None if made == text else made.rpartition("}")[2]


@lru_cache(maxsize=1024)
def is_for_bulk(name: str) -> bool:
    """True if ``%name`` is replaced in a bulk submission only (pandaclient/PsubUtils.py,
    ``replaceInputOutput``).
    """
    text = quote(f"%{name}")
    names = {"dataset": "qzalw.log/", "container": "qzalw.log/", "value": "qzalw.log"}
    task = {
        "dsForIN": "qzalw",
        "taskName": "qzalw/",
        "log": names,
        "jobParameters": [{"type": "constant", "value": text}],
    }
    with panda_client() as client:
        made = client.module("PsubUtils").replaceInputOutput(task, _DATASET, _DATASET, 1)
    return text not in str(made["jobParameters"][0]["value"])
