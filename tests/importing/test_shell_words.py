"""Words of a script, as bash reads them."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from alw.importing.interpreter import find_calls
from alw.importing.pasted_text import restore_typed
from alw.importing.shell_values import Reference, to_text
from alw.text.shell_tokens import NotUnderstood

from .shell import calls_of_bash


def words_of(text: str) -> list[list[str] | None]:
    """The words of each call; ``None`` where a part is known to the shell alone."""
    found: list[list[str] | None] = []
    for call in find_calls(text, lambda name: None):
        texts = [to_text(word) for word in call.words]
        found.append(None if None in texts else [t for t in texts if t is not None])
    return found


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
        ("prun a#b {c} d~ e[", ["a#b", "{c}", "d~", "e["]),
        ("setup && prun --exec a && echo ok", ["--exec", "a"]),
        ("prun", []),
        ("prun *.root a? >b <c 2>&1 &", ["*.root", "a?"]),
        ("(prun a)", ["a"]),
        ("{ prun a; }", ["a"]),
        ("! prun a", ["a"]),
        ("case $X in a) prun a;; esac", ["a"]),
        ("if true; then prun a; else :; fi", ["a"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == [words]


@pytest.mark.parametrize(
    "text", ["", "echo prun", "prunx a", "'prun x'", "# prun a", "cat <<X\nprun a\nX\n", "a=prun"]
)
def test_no_call(text: str) -> None:
    assert words_of(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prun 'a", "the quote in line 1 has no end"),
        ('\nprun "a', "the quote in line 2 has no end"),
        ("prun `a", "the backtick in line 1 has no end"),
        ("prun $(a", "the bracket in line 1 has no end"),
        ("prun ${a", "the brace in line 1 has no end"),
        ("x=(a\nprun b", "the bracket in line 1 has no end"),
        ("for ((;;)); do prun a; done", "'for ((;;))' is not understood"),
        ("f() { f; }; f", "a function calls itself"),
        ("for i in {1..900}; do prun a; done", "more than 200 calls"),
        ("{ " * 100 + "prun a", "it is nested too deeply"),
        ("A=x; for i in {1..99}; do A=$A$A; done", "the variable 'A' becomes too long"),
        ('L=(x); for i in {1..99}; do L=("${L[@]}" "${L[@]}"); done', "'L' becomes too long"),
        ("a=" + "{a,b}''" * 40 + "; prun " + "{a,b}''" * 40, "too many words"),
        ("for i in {1..999}; do for j in {1..999}; do :; done; done", "too many steps"),
        ("for i in {1..999}; do for j in {1..999}; do done; done", "too many steps"),
        ("f() { f; f; }; f", "a function calls itself"),
        ("C=\"prun --exec $X\"; $C", "of which only the shell knows the words"),
        ("C=\"prun --exec $X\"; eval $C", "write the command line itself"),
    ],
)  # fmt: skip
def test_what_is_not_understood(text: str, said: str) -> None:
    with pytest.raises(NotUnderstood) as error:
        words_of(text)
    assert said in str(error.value)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_quoted_words_come_back(words: list[str]) -> None:
    if "\r" not in "".join(words):
        assert words_of(shlex.join(["prun", *words])) == [words]


#: But for a dollar sign alone, after which bash 5.2 does not split ``$A$``.
_PIECES = st.sampled_from(
    [
        "a", "b c", " ", "  ", "'", '"', "\\", "\n", ";", "#", "=", "~", "{a,b}", "{1..3}", "{x}",
        "$A", "${A}", '"$A"', "'$A'", "${B:-d e}", '"${B:-d}"', "${A%c}", "${A#*b}", "${A/b/x}",
        "${#A}", "$((1+2))", "$((N*3))", "`echo $A`", "$(echo 'x  y')", '"$(echo a  b)"', "$N",
        "${L[@]}", '"${L[@]}"', '"${L[*]}"', "${L[1]}", "${#L[@]}", "$'\\n'", "\\$A", "\\\n",
        "|", "&", ">x ", "(", ")", "*", "?", "[", "!", "$(seq 1 3)", "\t", "--x=", "é",
        "$(basename /a/b.c .c)", "${A:1:2}", "${A^^}", "; prun z", "; A=q",
        "\nfor i in 1 2; do prun $i; done\n",
        "${E}", '"$E"', '"$A"x"$N"',
    ]
)  # fmt: skip
_BEFORE = "A='ab bc'\nN=7\nL=('p q' r \"\")\nE=\n"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=7))
@example(["$A", '"$A"'])
@example(["x", "${L[@]}", "y"])
@example(['"${L[@]}"', "z"])
@example(["$A", "x", "$A"])
@example(["{a,b}", "$N", "{1..3}"])
@example(["  ", "$E", " ", '"$E"'])
@example(["{x}", ">x "])
@pytest.mark.slow
def test_never_other_words_than_those_of_bash(pieces: list[str]) -> None:
    """Variables have values, functions of the shell too; each call is what bash calls."""
    # bash 5.2 pairs braces also across escaped ones: \\${A}\\{a,b}
    assume("\\" not in pieces or not any("{" in piece for piece in pieces))
    assume(not pieces or pieces[-1] != "\\")  # nothing follows that it could escape
    # most words are no programs, so that bash does not come to what follows
    assume("&&" not in "".join(pieces))
    text = f"{_BEFORE}prun {''.join(pieces)}"
    script = restore_typed(text)
    try:
        found = words_of(script)
    except NotUnderstood:
        return
    if subprocess.run(["bash", "-n", "-c", script], capture_output=True).returncode:
        return
    said = calls_of_bash(script)
    known = [words for words in found if words is not None]
    expected = [words[1:] for words in said if words[0] == "prun"]
    if len(known) == len(found) and not {"|", "&", "(", ")"} & set(pieces):
        assert known == expected, script
    else:  # in pipes and background jobs the order is by chance
        assert sorted(known) == sorted(expected) or len(known) != len(found), script


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_any_text_has_calls_or_a_reason(text: str) -> None:
    for script in (text, f"prun {text}", f"for x in {text}; do prun $x; done", f"f() {{ {text}"):
        try:
            found = find_calls(restore_typed(script), lambda name: "a b\n")
        except NotUnderstood as error:
            assert str(error)
            continue
        for call in found:
            for word in call.words:
                assert all(isinstance(part, str | Reference) for part in word)
