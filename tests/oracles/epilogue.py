"""The compiled check of a learner's result, run in this process.

``tests/commands`` proves on a worker node that the check runs behind the learner's command; here
its code runs alone, a hundred times as fast, so that thousands of iterations can be tried.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.oracles.shell_words import shell_words

_HEAD, _TAIL = "; exit $?", "$?"


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner's command, taken apart."""

    code: str
    """What the epilogue's interpreter runs."""
    arguments: tuple[str, ...]
    """What it gets behind the exit status: the iteration, and values of parameters."""
    words: tuple[str, ...]
    """The words that the author wrote."""
    file: str
    """Where the result is moved once it is checked."""


def taken_apart(command: str) -> Learner:
    """The parts of a learner's command, as a worker node gets it."""
    words = shell_words(command)
    ended, check = words.index("EXIT"), words[words.index("trap") + 1]
    assert check.startswith("alw $? ") and check.endswith(_HEAD), check
    _, _, *arguments = shell_words(check.removesuffix(_HEAD))
    # behind the author's words: ) alw=$? if test $alw = 0 then mv -f -- CHECKED RESULT || …
    move = len(words) - words[::-1].index("mv") - 1
    end = move - len([")", "alw=$?", "if", "test", "$alw", "=", "0", "then"])
    assert words[end] == ")", words[end:]
    return Learner(
        words[words.index("-c") + 1],
        tuple(arguments),
        tuple(words[ended + 1 : end]),
        words[move + 4],
    )


def checked(learner: Learner, result: bytes | None, status: int = 0) -> dict[str, object] | None:
    """What is left of ``result`` for iDDS to read.

    :param result: the content of the file that the learner wrote, if it wrote one.
    :param status: how the learner's command ended.
    :returns: ``None`` if the job fails: then nothing is left.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if result is not None:
            (folder / learner.file).write_bytes(result)
        with _inside(folder, [str(status), *learner.arguments]):
            try:
                exec(compile(learner.code, "epilogue", "exec"), {"__name__": "epilogue"})
            except SystemExit as stopped:
                assert stopped.code, "the check stops and says that all is well"
                return None
        found = json.loads((folder / ".alw.json").read_text("utf-8"))
        assert isinstance(found, dict)
        return found


@contextlib.contextmanager
def _inside(folder: Path, arguments: Sequence[str]) -> Iterator[None]:
    """In ``folder``, with these arguments; what the code changes is changed back."""
    before = Path.cwd(), sys.argv, sys.path
    os.chdir(folder)
    sys.argv, sys.path = ["-c", *arguments], list(sys.path)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        os.chdir(before[0])
        sys.argv, sys.path = before[1:]
