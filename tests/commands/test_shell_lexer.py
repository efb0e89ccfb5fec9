"""The one lexer of shell commands: bash and dash split a command into the same words."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alw.prun.file_words import file_words
from alw.prun.shell_words import shell_words, simple_commands
from alw.text.shell_lexer import tokenize
from alw.text.shell_tokens import (
    ArithmeticExpansion,
    CommandSubstitution,
    Literal,
    NotUnderstood,
    Operator,
    ParameterExpansion,
    ShellWord,
)

#: Prints its words, so that calls and words can be told apart.
_SHOW = 'set -f; show() { printf "%s\\1" "$@"; printf "\\2"; }\n'
_PIECES = st.sampled_from(
    [
        "a", "bc", " ", "  ", "\t", "'", '"', "\\", "''", '""', "' '", '" "', "\\\n", "\\ ", "\\\\",
        "#", " # ", "=", "*", "\\$", "\\`", "'$a'", "'`a`'", "\"a'b\"", "'a\"b'", '"\\""', '"\\a"',
        "a\\", "é", "-", "--x=", "'\n'", '"\n"', "1", "\\'", '"\\\\"', "\\#", "\\;", "';'", '"|"',
        "; show ", "\nshow ", " && show ", ";show 2", " #\nshow ",
    ]
)  # fmt: skip


def split_by(shell: str, text: str) -> list[list[str]] | None:
    """The words of each call of ``show``; ``None`` if the shell refuses the text."""
    done = subprocess.run([shell, "-c", _SHOW + text], capture_output=True)
    if done.returncode or done.stderr:
        return None
    calls = done.stdout.decode().split("\2")[:-1]
    return [call.split("\1")[:-1] or [""] for call in calls]


def split(text: str) -> list[list[str]]:
    commands = ([word.text for word in words] for words, _ in simple_commands(shell_words(text)))
    # printf prints one empty word for none
    return [words[1:] or [""] for words in commands if words]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=9).map(lambda pieces: f"show {''.join(pieces)}"))
def test_bash_splits_a_command_into_these_words(text: str) -> None:
    words = [token for token in tokenize(text, lenient=True) if isinstance(token, ShellWord)]
    assume(all(isinstance(s, Literal) for word in words for s in word.segments))
    # at the end of several lines, bash drops a backslash, and dash does not
    assume((len(text) - len(text.rstrip("\\"))) % 2 == 0)
    for shell in ("bash", "dash"):
        if shell == "dash" and ("$'" in text or '$"' in text):
            continue  # only bash has these quotes
        said = split_by(shell, text)
        if said is not None:
            assert split(text) == said, (shell, text)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_quoted_words_come_back(words: list[str]) -> None:
    text = shlex.join(["x", *words])
    assert [word.text for word in shell_words(text)] == ["x", *words]
    assert [token.spelled for token in tokenize(text) if isinstance(token, ShellWord)] == [
        "x",
        *words,
    ]


@given(
    st.lists(_PIECES | st.text(max_size=3) | st.sampled_from(["$(", "`", "${", "<(", ")", "$'"]))
)
def test_a_single_command_is_read_to_its_end(pieces: list[str]) -> None:
    text = "".join(pieces)
    tokenize(text, lenient=True)
    list(shell_words(text))
    file_words(text)


@pytest.mark.parametrize("text", ["'a", 'b "a', "$'a", '$"a', "`a", "$(a", "${a", "a=(b", "<(a"])
def test_a_script_is_refused_where_a_command_is_not(text: str) -> None:
    with pytest.raises(NotUnderstood, match="in line 1 has no end"):
        tokenize(text)
    assert tokenize(text, lenient=True)
    assert file_words(f"./run.py {text}") == ()


def test_a_word_knows_what_was_quoted_and_what_is_expanded() -> None:
    (word,) = tokenize("a\"b$C\"'d'${E:-f}$(g h)`i`$((1 + 2))$'\\n'")
    assert isinstance(word, ShellWord)
    assert word.segments == (
        Literal("a", False),
        Literal("b", True),
        ParameterExpansion("C", "$C", True),
        Literal("d", True),
        ParameterExpansion("E:-f", "${E:-f}", False),
        CommandSubstitution("g h", "$(g h)", False),
        CommandSubstitution("i", "`i`", False),
        ArithmeticExpansion("1 + 2", "$((1 + 2))", False),
        Literal("\n", True),
    )
    assert word.unquoted is None
    assert [w.unquoted for w in tokenize("done") if isinstance(w, ShellWord)] == ["done"]


def test_lines_of_a_document_are_commands_of_no_script() -> None:
    text = "cat <<'END' >o\na 'b\nEND\nrun x"
    words = [(t.text if isinstance(t, Operator) else t.spelled, t.line) for t in tokenize(text)]
    assert words == [
        ("cat", 1), ("<<", 1), ("END", 1), (">", 1), ("o", 1), ("\n", 1), ("run", 4), ("x", 4)
    ]  # fmt: skip


def flat(text: str) -> str:
    return " ".join(word.text for word in shell_words(text))


def test_commands_of_substitutions_are_among_the_words() -> None:
    assert flat("a$(b 'c d')e") == "a$ ( b c d ) e"
    assert flat("a`b 'c d'`e") == "a` ( b c d ) e"
    assert flat("a <(b c)") == "a <( b c )"
    assert flat('"a$(b c)e"') == "a$(b c)e"
    (word,) = shell_words('"$A${B}"$((C))')
    assert word.variables == {"A", "B"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# first\n./run.py", ["./run.py"]),
        ("./a.sh # not b.py\n./c.sh", ["./a.sh", "./c.sh"]),
        ("FILES=(a.py b.py)\n./c.sh", ["./c.sh"]),
        ("bash <(echo a)", []),
        ("./a.sh 2>err.txt <in.txt", ["./a.sh", "in.txt"]),
    ],
)
def test_files_of_a_command(text: str, words: list[str]) -> None:
    assert [found.word for found in file_words(text)] == words
