"""Names that prun makes by chance, and the compiler of what no other run has."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID


def unique_name(dataset: str) -> str:
    """Return what stands for prun's random UUID in the map of the task that writes ``dataset``.

    PanDA's cache is one folder for everybody, in which ``--persistentFile`` is written over what
    lies there (``sources.UUID.__ow__``, pandaserver/api/v1/file_server_api.py:325).  So it is made
    of the dataset's name, which no other run has.  All iterations share it, as they share prun's
    (pandaserver/workflow/workflow_utils.py:380 asks once for a whole loop): the file is there to
    hand something on from one to the next.

    :param dataset: without the trailing slash, with the placeholder of the iteration.
    """
    return str(UUID(bytes=sha256(dataset.encode("utf-8", "surrogatepass")).digest()[:16]))


def dataset_in(arguments: Sequence[str]) -> str:
    """Return the dataset that a command line of prun names."""
    named = ""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word == "--outDS":
            named = following
        elif word.startswith("--outDS="):
            named = word.partition("=")[2]
    return named.removesuffix("/")
