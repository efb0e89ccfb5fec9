"""The one prun command of a file, as a shell reads it."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.importing.words import NotWords, prun_command


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prun --exec 'a b' --outDS=x", ["--exec", "a b", "--outDS=x"]),
        ("cd /afs/; prun --exec 'a' --outDS x", ["--exec", "a", "--outDS", "x"]),
        ("#!/bin/sh\n# prun is next\nprun --exec a  # prun\n\necho done\n", ["--exec", "a"]),
        ("prun \\\n  --exec a \\\n  --outDS x\\\ny", ["--exec", "a", "--outDS", "xy"]),
        ("A=1 B='2 3' /usr/bin/prun --exec a=b", ["--exec", "a=b"]),
        ('prun --exec "a \\"b\\" \\$X \\\\ \\n $" x', ["--exec", 'a "b" $X \\ \\n $', "x"]),
        ("prun --exec a\\ b'c d'\"e f\"", ["--exec", "a bc de f"]),
        ("prun '' \"\"", ["", ""]),
        ("prun a#b {c} d~ e[", None),
        ("setup && prun --exec a && echo ok", ["--exec", "a"]),
        ("prun", []),
    ],
)
def test_words(text: str, words: list[str] | None) -> None:
    assert prun_command(text) == (words if words is not None else ["a#b", "{c}", "d~", "e["])


@pytest.mark.parametrize(
    "text",
    [
        "prun $X", 'prun "$X"', 'prun "${X}"', "prun `x`", 'prun "`x`"', "prun $(x)",
        "prun *.root", "prun ~/x", "prun a > b", "prun a < b", "prun (a)", "prun a?", "prun 'a",
        'prun "a', "prun a\\",
        "prun a &> b", "prun a; prun b", "", "echo prun", "'prun", "prunx a",
    ],
)  # fmt: skip
def test_what_only_that_shell_knew(text: str) -> None:
    with pytest.raises(NotWords):
        prun_command(text)


@settings(max_examples=150, deadline=None)
@given(st.text("ab '\"\\\n;#=~$`{}[]*?&|<>()\t", max_size=12))
def test_never_other_words_than_the_shells(tail: str) -> None:
    """What is taken for words is what a shell calls prun with."""
    try:
        words = prun_command(f"prun {tail}")
    except NotWords:
        return
    with tempfile.NamedTemporaryFile() as said:
        script = f'prun() {{ printf "%s\\0" $# "$@" >> {said.name}; }}\nprun {tail}\nwait\n'
        if subprocess.run(["bash", "-n", "-c", script], capture_output=True).returncode:
            return
        subprocess.run(["bash", "-c", script], capture_output=True, cwd="/proc/self")
        count, *rest = Path(said.name).read_text().split("\0")
    assert rest[: int(count)] == words


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_quoted_words_come_back(words: list[str]) -> None:
    assert prun_command(shlex.join(["prun", *words])) == words
