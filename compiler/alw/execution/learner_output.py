"""The result of a learner that has ended, as iDDS reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class UnreadableResult(Exception):
    """iDDS cannot read the result: it has the learner failed."""


def read_result(
    task_map: Mapping[str, Any], files: Iterable[tuple[str, Path]]
) -> dict[str, object]:
    """Return the result of a learner, as ``ATLASLocalPandaWork.process_outputs`` reads it.

    Of each output the last file whose name matches is downloaded and parsed; without one there
    is nothing to read and no error; what is not an object is ignored
    (idds/atlas/workflowv2/atlaslocalpandawork.py of 2.6.21, ``ping_output_files``,
    ``parse_output_files``).

    :param files: those in its output datasets, by their names there.
    :raises UnreadableResult: if a file is not JSON.
    """
    from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork

    there = list(files)
    result: dict[str, object] = {}
    for item in task_map["jobParameters"]:
        if item.get("param_type") != "output" or "dataset" not in item or "value" not in item:
            continue
        matching = [
            path
            for name, path in there
            if ATLASLocalPandaWork.match_pattern_file(None, item["value"], name)
        ]
        if not matching:
            continue
        try:
            made = json.loads(matching[-1].read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UnreadableResult(f"its result cannot be read: {error}") from None
        if isinstance(made, dict):
            result.update(made)
    return result
