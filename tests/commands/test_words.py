"""A command keeps the words of the source, and values are words, whatever is in them."""

import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import alw
from tests.commands.programs import (
    SHELLS,
    available,
    codes,
    compile_task,
    exec_word,
    literal,
    recorded,
    sent_command,
    task_map,
    with_recorder,
)
from tests.oracles.worker_node import run_job

SPECIAL = "'\"\\$`%{}()<>|&;#~*?[]!=-+:,./ \t\néΩ😀"
#: Anything that a text can be, with much of what shells and wrappers read.
texts = st.text(st.one_of(st.sampled_from(SPECIAL), st.characters(codec="utf-8")), max_size=20)
#: What may stand in a value without a question.
printable = st.text(
    st.one_of(st.sampled_from(SPECIAL), st.characters(codec="utf-8", exclude_categories=["C"])),
    max_size=20,
)
PLACEHOLDER = re.compile(
    r"%(IN|(RNDM|DB|FIRSTEVENT)[:=]|SKIPEVENTS|MAXEVENTS|SEGMENT_NAME|CORE_NUMBER|PROC_NUMBER)"
    r"|\$\{(SEQNUMBER|DBR|SKIPEVENTS|FIRSTEVENT|MAXEVENTS|SEGMENT_NAME)"
)
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
quick = settings(max_examples=20, deadline=None)


@contextmanager
def sandbox() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield with_recorder(Path(name))


def argv_of(compilation: alw.Compilation, shell: str = "/bin/sh") -> list[str]:
    with sandbox() as directory:
        job = run_job(task_map(compilation), directory, shell=shell)
        assert job.ok, job
        (call,) = recorded(job.files["argv"])
        return call


def parses(command: str) -> bool:
    """Whether a shell can read the command, without running it."""
    try:
        done = subprocess.run(
            ["bash", "-n", "-c", command], capture_output=True, check=False, timeout=60
        )
    except ValueError:  # a NUL
        return False
    return done.returncode == 0 and b"here-document" not in done.stderr


# Literal commands


@given(texts)
@settings(max_examples=150, deadline=None)
@example('echo "a"')
@example("echo a\\\\")
@example("echo 'a'")
@example("echo ${HOME} $HOME")
@example("x\r")
def test_a_literal_command_is_what_is_sent(text: str) -> None:
    compilation = compile_task(literal(text))
    if compilation.ok:
        made = task_map(compilation)
        sent = text + " " if text.endswith(('"', "\\")) else text
        assert exec_word(made) == sent
        assert sent_command(made) == sent
        assert made["jobParameters"][-1]["value"] == '"'
        return
    assert compilation.diagnostics
    (code,) = codes(compilation)
    justified = {
        "shell-quoting": not text.strip() or text.endswith("\\") or not parses(text),
        "unrunnable-command": '"""' in text,
        "unsafe-value": bool(re.search("[\0\r\ud800-\udfff]", text)),
        "accidental-placeholder": bool(PLACEHOLDER.search(text)),
        "reserved-text": "___idds___" in text,
        "invalid-character": False,
    }
    assert justified.get(code), (code, text)


@given(st.lists(printable, min_size=1, max_size=9), st.sampled_from(SHELLS))
@quick
def test_quoted_words_arrive(words: list[str], shell: str) -> None:
    command = shlex.join(["./record", *words])
    compilation = compile_task(literal(command))
    if '"""' in command:
        assert codes(compilation) == {"unrunnable-command"}
    elif PLACEHOLDER.search(command):
        return
    elif available(shell):
        assert argv_of(compilation, shell) == words


@given(st.text("abcXYZ0189 _@+=:,./-éΩ", min_size=1))
@settings(max_examples=50, deadline=None)
def test_ordinary_commands_are_not_refused(text: str) -> None:
    assert compile_task(literal(f"python {text}")).ok


@pytest.mark.parametrize(
    "command",
    [
        "date +%Y-%m-%d",
        "python fit.py --label '95%CL' --frac 5%",
        "awk '{print $(NF), $1}' data.txt | sort -n > out.txt 2>&1",
        'for i in 1 2 3; do echo "$i"; done',
        "x=$(ls | wc -l); echo ${x} ${x:-none} ${#x} ${x%.root} $((x + 1))",
        "cat <<EOF > cfg\na = 'it\nEOF\npython run.py cfg",
        "test -f a && echo \"it's there\" || echo 'no \"a\"'  # it's a comment",
        "echo a\\ b \\\\ \\' \\\" # \\",
        "find . -name '*.root' -exec ls {} \\;",
        "echo `hostname` $$ $? $# $@",
        "case $x in a) echo 1;; *) echo 2;; esac",
        "(cd sub && python x.py)",
        'echo "say \\"hi\\""',
        "echo one \\\n two",
        "python -c 'import sys; print(sys.argv)' a__b ___ x___y",
        "seq 200 | head -1 2>/dev/null 1>&2",
    ],
)
def test_what_people_write_is_not_refused(command: str) -> None:
    made = task_map(compile_task(literal(command)))
    assert sent_command(made).rstrip(" ") == command.rstrip(" ")
    assert exec_word(made).rstrip(" ") == command.rstrip(" ")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("", "shell-quoting"),
        ("  ", "shell-quoting"),
        ("echo 'a", "shell-quoting"),
        ('echo "a', "shell-quoting"),
        ("echo a\\", "shell-quoting"),
        ('echo """a"""', "unrunnable-command"),
        ("echo a\rb", "unsafe-value"),
        ("echo a\0b", "unsafe-value"),
        ("echo ___idds___x___", "reserved-text"),
        ("echo ${SEQNUMBER}", "accidental-placeholder"),
        ("echo ${MAXEVENTS}", "accidental-placeholder"),
        ("echo %RNDM:1_%SKIPEVENTS", "accidental-placeholder"),
        ("source ${DBRELEASE}/setup.sh", "accidental-placeholder"),
    ],
)
def test_what_cannot_run_is_refused(command: str, code: str) -> None:
    assert codes(compile_task(literal(command))) == {code}


# Values


HOSTILE = [
    '"""', "a'\"\\$(x)`y`", "", "95%CL %41 %Y", "two\nlines\tand a tab", "$HOME ${HOME}", "a; echo",
    "* ? [a]", "~", "#x", "if", "a=b", "\\", "x\\", "!!", "{a,b}", "é😀", "$'", "\x85\xa0\u2028",
]  # fmt: skip


@given(st.lists(printable, min_size=4, max_size=4), st.sampled_from(SHELLS))
@settings(max_examples=25, deadline=None)
@example(HOSTILE, "/bin/sh")
@example(HOSTILE, "/bin/bash")
def test_a_value_is_one_word_wherever_it_stands(values: list[str], shell: str) -> None:
    kept = {f"x{n}": value for n, value in enumerate(values) if not refusable(value)}
    places = '{x} \\"{x}\\" \'{x}\' c\\"{x}\\"d=e{x} '
    written = "./record " + "".join(places.replace("x", name) for name in kept) + "end"
    if available(shell):
        words = [w for v in kept.values() for w in (v, v, v, f"c{v}d=e{v}")]
        assert argv_of(compile_task(written, kept), shell) == [*words, "end"]


def refusable(value: str) -> bool:
    """What a value may be refused for where any printable text fits."""
    return value.startswith("-") or bool(PLACEHOLDER.search(value)) or "___idds___" in value


REFUSED = ["-x", "%IN", "${MAXEVENTS}", "___idds___user_x___", "a\rb", "\0", "\x1b[31m", "\ud800"]


@pytest.mark.parametrize("value", REFUSED)
@pytest.mark.parametrize("place", ["{x}", '\\"{x}\\"', "'{x}'", "''{x}"])
def test_a_value_that_would_be_read_as_more_is_refused(value: str, place: str) -> None:
    found = codes(compile_task(f"./record {place}", {"x": value}))
    (code,) = found
    assert code in {"unsafe-value", "accidental-placeholder", "reserved-text", "input-value"}


@given(st.text(st.characters(), max_size=10))
@settings(max_examples=100, deadline=None)
@example("\ud800")
@example("a\rb")
@example("\x1b[31m")
def test_any_value_is_taken_or_refused_with_a_reason(value: str) -> None:
    compilation = compile_task("./record {x}", {"x": value})
    if compilation.ok:
        words = shlex.split(exec_word(task_map(compilation)))
        assert words == ["./record", value]
        assert sent_command(task_map(compilation)) == exec_word(task_map(compilation))
    else:
        assert all(d.message for d in compilation.diagnostics)
        assert NO_TEXT.search(value) or value.startswith("-") or PLACEHOLDER.search(value)


@pytest.mark.parametrize(
    ("types", "value", "word"),
    [
        ("int", -5, "-5"),
        ("float", -0.25, "-0.25"),
        ("float", 1e-7, "1e-07"),
        ("float", 3, "3.0"),
        ("bool", True, "True"),
    ],
)
def test_numbers_are_written_as_python_does(types: str, value: object, word: str) -> None:
    assert argv_of(compile_task("./record {x}", {"x": value}, types)) == [word]


def test_names_with_values_in_them() -> None:
    compilation = compile_task(
        "./record --label={x} {y}{x} {x}/{y}.root pre{x}post", {"x": "a b", "y": "c"}
    )
    assert argv_of(compilation) == ["--label=a b", "ca b", "a b/c.root", "prea bpost"]
