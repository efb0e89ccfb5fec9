"""The command of a task as the author wrote it, in its compiled map."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

#: A quote inside quotes, as ``shlex.quote`` writes it.
_QUOTE = "'\"'\"'"
_QUOTED = re.compile(rf"""prun --exec '([^']*(?:{_QUOTE}[^']*)*)'(?= |\Z)""")


def read_exec(task_map: Mapping[str, Any]) -> str | None:
    """Return what ``--exec`` says on prun's command line, as the map keeps it.

    A learner's has the check of its result after it.
    """
    line = task_map.get("cliParams")
    if not isinstance(line, str):
        return None
    if found := _QUOTED.match(line):  # as alw writes it; a hundred times as fast as a lexer
        return found[1].replace(_QUOTE, "'")
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    for word, value in zip(words, words[1:], strict=False):
        if word == "--exec":
            return value
    return next((word[7:] for word in words if word.startswith("--exec=")), None)
