"""Command lines of the kinds that people publish: each leads on.

Either to a source whose map is that of prun, or to words that say what to write.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alw.importing.from_map import NotImported
from alw.panda.client import PrunError
from alw.panda.releases import ask_prun
from alw.panda.texts import lend_texts

from .maps import essence
from .scripts import Script
from .shell import calls_of_bash
from .test_scripts import compiled, imported

LINES = [
    line
    for line in (Path(__file__).parent / "prun-lines.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
FILES = {
    "lists/signal.txt": "mc.1\n# no\nmc.2\n",
    "pairs.json": json.dumps(
        [{"inDS": "mc.1", "outDS": "user.me.p1"}, {"inDS": "mc.2", "outDS": "user.me.p2/"}]
    ),
    "opts.json": json.dumps({"exec": "run %IN", "inDS": "mc.1", "outDS": "user.me.l"}),
}
INPUTS: dict[str, object] = {
    "user": "me",
    "uuidgen": "0ca6-a2fb",
    "cmt_config": "x86_64-el9-gcc13-opt",
    "athena_tag": "25.2.1",
}
#: Words of the answer, by a part of a line that prun refuses, or asks for, itself.
REFUSED = {
    "--inDSTxt": "did you mean --inDsTxt?",
    "--eventPickEvtList": "pick them first",
    "pathena": "only those of prun can be imported",
}
#: Lines whose author means single quotes, and what bash would replace in them.
MEANT = {"`echo %IN | tr , ' '`", "`echo %IN | sed 's/,/ /g'`"}


def meant(line: str) -> str:
    """``line`` with what its author means to be left to the job."""
    for text in MEANT:
        line = line.replace(text, text.replace("`", "\\`"))
    return line.removeprefix("$ ")


@pytest.mark.parametrize("line", LINES)
def test_a_line_leads_on(line: str) -> None:
    refused = next((REFUSED[text] for text in REFUSED if text in line), None)
    try:
        source = imported(Script(line, files=FILES))
    except NotImported as error:
        assert refused is not None, error.message
        assert refused in error.message
        return
    assert refused is None, source
    made = compiled(source, INPUTS)
    submitted = calls_of_bash(meant(line), {"USER": "me"}, FILES)
    if "pairs.json" in line:
        assert [m["dsForIN"] for m in made] == ["mc.1", "mc.2"]
        assert [m["taskName"] for m in made] == ["user.me.p1/", "user.me.p2/"]
        made = made[:1]
    assert len(submitted) == len(made)
    for words, task_map in zip(submitted, made, strict=True):
        more = [
            f"--{name}={INPUTS[key]}"
            for key, name in (("cmt_config", "cmtConfig"), ("athena_tag", "athenaTag"))
            if f"{{{key}}}" in source
        ]
        with lend_texts(FILES):
            expected = ask_prun([*words[1:], *more], "x").map
        if "pairs.json" in line:  # prun leaves out the slash of a pair of several
            expected["taskName"] += "/"
        assert essence(task_map) == essence(expected), source


def test_the_lines_of_the_corpus_are_all_here() -> None:
    assert len(LINES) == 20


@pytest.mark.parametrize("line", [line for line in LINES if "thena" in line])
def test_a_release_that_no_option_names_becomes_an_input(line: str) -> None:
    if "pathena" in line:
        return
    source = imported(Script(line, files=FILES))
    assert ("input cmt_config" in source) == ("--cmtConfig" not in line)
    assert ("input athena_tag" in source) == ("--athenaTag" not in line)
    made = compiled(source, INPUTS)
    with pytest.raises((PrunError, AssertionError)):
        words = calls_of_bash(line)[0][1:]
        assert essence(ask_prun(words).map) == essence(made[0])
