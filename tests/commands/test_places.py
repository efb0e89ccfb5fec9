"""Values in every place that literal text can make, judged by the shells themselves.

A command is compiled once with a plain word for a value, and once with a hostile one.  Whatever the
literal text around it means, the arguments that the recorder sees must differ by that word only.
"""

import os
import re
import select
import subprocess
import tempfile
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
    literal,
    recorded,
    sent_command,
    task_map,
    with_recorder,
)
from tests.oracles.worker_node import run_job

PLAIN = "QQQQ"
VALUES = [
    "a b", "; record HACK", "$(record HACK)", "`record HACK`", "' record HACK '",
    "'; record HACK #", '" record HACK "', '"; record HACK #', "\\", "x\\", "\\$(record HACK)",
    "\\'; record HACK #", "#", "| record HACK", "&", "a=b", "if", "*", "~", "2", "$HOME", "${HOME}",
    "(", ")", "\nrecord HACK\n", "'", '"', "x'\"y", "!", "é😀", "EOF", "<", "> f", "%d %s",
]  # fmt: skip
PIECES = [
    "'", '"', "\\", "$", " ", " ", "#", "\n", "a", "b=", ";", "&", "|", ">f", "<f", "$(", ")", "`",
    "<<EOF\n", "\nEOF\n", "${", "}", "$HOME", "{", "record ", "record ", "2", "1>", "\t", "\xa0",
    "-",
]  # fmt: skip
#: The number of the shell's process, and an assignment of which the plain word is a part.
UNSTEADY = re.compile(r"\$\{?\$|QQQQ\w*=")
pieces = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


def compiled(before: str, after: str, value: str) -> str | None:
    """The command; ``None`` if it is refused."""
    written = f"record {literal(before)}{{x}}{literal(after)}"
    compilation = compile_task(written, {"x": value})
    return sent_command(task_map(compilation)) if compilation.ok else None


def calls(command: str, shell: str) -> list[list[str]]:
    """What the recorder was called with."""
    with tempfile.TemporaryDirectory() as name:
        programs, directory = Path(name, "bin"), Path(name, "work")
        programs.mkdir()
        directory.mkdir()
        with_recorder(programs)
        (directory / "f").touch()
        ended, held = os.pipe()  # held by what runs in the background, too
        process = subprocess.Popen(
            [shell, "-c", command], cwd=directory, pass_fds=[held],
            env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": "/home/w"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(held)
        process.wait(60)
        select.select([ended], [], [], 60)
        os.close(ended)
        argv = directory / "argv"
        return recorded(argv.read_bytes()) if argv.exists() else []


@given(pieces, pieces, st.sampled_from(VALUES), st.sampled_from(SHELLS[1:]))
@settings(max_examples=400, deadline=None)
@example("\\", " b", "; record HACK", "/bin/dash")
@example('"\\', '" b', "$(record HACK)", "/bin/dash")
@example('"$', '"', "HOME", "/bin/dash")
@example("$'\\'' ", " 'b", "; record HACK #", "/bin/bash")
@example("", ">f", "2", "/bin/bash")
@example("a # b ", "", "\nrecord HACK", "/bin/dash")
@example("${HOME:-", "}", "$(record HACK)", "/bin/dash")
@example('"${HOME:+', '}"', "'; record HACK", "/bin/bash")
@example("a\\\n#'", "' record b", "a b", "/bin/dash")
@example("# a\n", "", "#", "/bin/dash")
@example("#", "\n#'\nrecord '", "#", "/bin/bash")
@example("; ", " record", "if", "/bin/bash")
@example("; ", " record b", "a=b", "/bin/bash")
@pytest.mark.slow
def test_a_value_changes_nothing_but_its_own_word(
    before: str, after: str, value: str, shell: str
) -> None:
    hostile, plain = compiled(before, after, value), compiled(before, after, PLAIN)
    if hostile is None or plain is None or UNSTEADY.search(plain) or not available(shell):
        return
    expected = [[word.replace(PLAIN, value) for word in call] for call in calls(plain, shell)]
    found = calls(hostile, shell)
    assert sorted(found) == sorted(expected), (plain, hostile)  # a pipe's parts run together
    assert not any("HACK" in call[:1] for call in found)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("record \\\\{x}", "a"),
        ('record \\"\\\\{x}\\"', "a"),
        ('record $" "{x}', "a"),
        ("record $HOME{x}", "a"),
        ('record \\"$HOME_{x}\\"', "a"),
        ("record {x}>f", "2"),
        ("record 1{x}<f", "2"),
        ("record $(record {x})", "a b"),
        ("record `record {x}`", "a b"),
        ("record `{x}`", "if"),
        ("record \\\"$({x} b)\\\"", "a=b"),
        ("record \\\"$(record {x})\\\"", "-r"),
        ("record \\\"$(record \\\"{x}\\\")\\\"", "-r"),
        ("cat <<EOF\\n{x}\\nEOF", "a b"),
        ("record $'{x}'", "a b"),
        ("record a # {x}", "a\nb"),
        ("record \\\"{x}\\\"", "-r"),
    ],
)  # fmt: skip
def test_places_where_a_value_is_refused(written: str, value: str) -> None:
    found = compile_task(written, {"x": value})
    assert codes(found) <= {"shell-quoting", "unsafe-value"}
    assert not found.ok
    assert all(d.source.text[d.span.start : d.span.end] for d in found.diagnostics)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("record '\\\\{x}'", "a b"),
        ("record \\\\\\\\{x}", "a b"),
        ("record {x} >f", "2"),
        ("record f{x}>f", "2"),
        ("record $(record {x})", "a.b"),
        ('record \\"$(record a={x} {x})\\"', "b-c"),
        ("record 'it`s $(' {x}", "a b"),
        ("record a {x} # $( {x}", "a b"),
        ("record -{x} --y={x}", "-r"),
        ("record ${HOME}{x} $HOME/{x} $1{x}", "a"),
    ],
)
def test_places_where_a_value_is_not_refused(written: str, value: str) -> None:
    assert compile_task(written, {"x": value}).ok


RUN_TIME = [
    ("record {m} {n} {iteration}", ["0.25", "7", "3"]),
    ("record '{m}' \\\"{n}\\\" x{iteration}y", ["0.25", "7", "x3y"]),
    ("record {m}{n}_{m}___{n}", ["0.257_0.25___7"]),
    ("record 100%{n} {m}% {b} {s}", ["100%7", "0.25%", "True", "ab_c"]),
    ("record {s}{s}_{s} __{s}__", ["ab_cab_c_ab_c", "__ab_c__"]),
]


@pytest.mark.parametrize(("written", "words"), RUN_TIME)
def test_values_of_the_run_time(written: str, words: list[str], tmp_path: Path) -> None:
    compilation = compile_loop(f"./{written}")
    job = run_job(
        task_map(compilation), with_recorder(tmp_path), iteration=3,
        values={"m": 0.25, "n": 7, "b": True, "s": "ab_c"},
    )  # fmt: skip
    assert job.ok, job
    assert recorded(job.files["argv"]) == [words]


@pytest.mark.parametrize(
    "written",
    [
        "record {n}>f",
        "record {iteration}>f",
        "record \\\\{m}",
        'record $" "{m}',
        "record $HOME{m}",
        "record %RNDM:{n}",
        "record %{s}",
        "record ___idds{m}",
        "record {m}idds___ {m}",
    ],
)
def test_run_time_values_in_wrong_places(written: str) -> None:
    found = codes(compile_loop(written))
    assert found
    assert found <= {"shell-quoting", "accidental-placeholder", "reserved-text"}


def compile_loop(written: str) -> alw.Compilation:
    return alw.compile_text(
        'workflow w { dataset = "user.w.l"\nloop scan {\nparam m: float = 0.5\nparam n: int = 2\n'
        'param b: bool = true\nparam s: string of "A-Za-z_" = "x"\n'
        f'task t {{ exec = "{written}"\noutputs = ["argv"] n_jobs = 1 }}\n'
        'learn l { exec = "python l.py {t.outputs[0]}"\n'
        'result "r.json" { m: float, n: int, b: bool, s: string of "A-Za-z_" } }\n'
        "repeat while l.n > 0 at most 3 times\n} }"
    )


def test_no_text_of_ours_is_replaced() -> None:
    """Whatever the parts, only the author's own placeholders are left in a compiled command."""
    made = task_map(compile_loop("record {m}"), "l")
    command = sent_command(made)
    assert re.findall("%[A-Za-z]+", command) == ["%IN"]
    assert "${" not in command
    assert '"""' not in command
