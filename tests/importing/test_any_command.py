"""Whatever the command: what is imported compiles to an equal map."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import alw
from alw.importing.command_words import guess_words
from alw.importing.from_map import NotImported, from_command
from alw.panda.client import prun
from alw.syntax.spelling import spell_string
from tests.schemas.documents import PRUN

from .maps import as_typed, compiled_map, essence, submitted
from .test_imported import REFUSED, SPELLINGS, of_map

pytestmark = pytest.mark.slow

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12).map(shlex.quote)
PIECES = st.sampled_from(
    [
        "%IN", "%RNDM:1", "${HOME}", "$(ls *)", "> out", "&& x", "| y", "{}", "{{a}}", "${a:-{b}}",
        "'{\"a\": 1}'", '"a  b"', '"it\'s"', "\\$x", "a*", "\\\\", "'a\nb'", "\t", "# x", "--a=b",
        '"', "'", "100%", "é", "%MAXEVENTS", '""',
    ]
)  # fmt: skip
COMMANDS = st.lists(WORDS | PIECES, min_size=1, max_size=6).map(" ".join)
OPTIONS = st.lists(
    st.sampled_from([case for name, case in PRUN.items() if name not in REFUSED]), max_size=3
).map(lambda cases: [word for case in cases for word in case])


def is_runnable(command: str) -> bool:
    """Whether alw compiles the command; what it refuses is tested elsewhere."""
    text = f'workflow w {{ task t {{ exec = {spell_string(command)} dataset = "user.me.x" }} }}'
    return alw.compile_text(text).ok


@settings(max_examples=150, deadline=None)
@given(COMMANDS, OPTIONS)
@example('echo "a"', [])
@example("-x", [])
@example('echo "a b" --outDS x', [])
def test_any_command_line(command: str, options: list[str]) -> None:
    arguments = [f"--exec={command}", "--outDS", "user.me.x", *options]
    try:
        expected = prun(arguments).map
    except Exception:
        return
    try:
        source = from_command(arguments)
    except NotImported:
        assert options or not is_runnable(command)
        return
    assert essence(compiled_map(source)) == essence(expected)


@settings(max_examples=150, deadline=None)
@given(COMMANDS, st.sampled_from(["panda-client", "shell"]), st.booleans())
@example('echo "a b" "c"', "panda-client", False)
@example('echo "a" --nJobs 3 "', "panda-client", True)
@example('x " --outputs "y', "panda-client", False)
@example('"" a%RNDM:3,b "c d" %MAXEVENTS "', "panda-client", False)
def test_any_map(command: str, spelling: str, equals: bool) -> None:
    option = [f"--exec={command}"] if equals else ["--exec", command]
    arguments = [*option, "--outDS", "user.me.x", "--outputs", "a b,c", "--nJobs", "3"]
    try:
        task_map = submitted(arguments, SPELLINGS[spelling](arguments))
    except Exception:
        return
    try:
        source = of_map(task_map)
    except NotImported as error:
        if is_runnable(command) and spelling == "shell":
            raise AssertionError(error.message) from None
        return
    assert essence(compiled_map(source)) == essence(task_map)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=5), st.text(max_size=8) | st.none())
def test_any_text_has_readings(words: list[str], command: str | None) -> None:
    for text in (" ".join(["prun", *words]), as_typed(words), shlex.join(["prun", *words])):
        for reading in guess_words(text, re.escape(command or "")):
            assert all(isinstance(word, str) for word in reading)
    assert next(guess_words(shlex.join(["prun", *words]), None)) == words
