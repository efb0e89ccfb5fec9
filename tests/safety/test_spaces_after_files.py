"""The space that the compiler writes after the files of an output changes no command.

Each command is written without the space and with it; the wrapper's own text of both is run by
real shells.  ``ALW_SWEEP=all`` tries all of them, which takes a minute.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

import alw
from tests.commands.programs import literal, sent_command
from tests.oracles.worker_node import WrapperArguments, command_text, run_job
from tests.safety.real_shell import SHELLS, run_lines

#: A prime, so that all that stands before and after comes up.
_STEP = 7
FILES = {"IN": ["a.root", "a2.root"], "IN2": ["b.root"]}
BEFORE = (
    "run ", "( run ", "{ run ", "run <", "run < ", "run x>x ", "run --in=", "run x,", "X=",
    "run 'x'", 'run "x" ', "run \\\n", "true && run ", "! run ", "for f in ",
    "case ", "run x | run ",
    "if run ", "run a; run ", "(run a; (run ", "run # ", "run x# ", "run >all ",
    "run 2>&1 ", "run $X ",
    "run \\' ", "run <(run ",
)  # fmt: skip
#: Where a space is not written, as it would be text, or as nobody follows the quotes.
QUOTED = (
    'run "', "run '", "run $(run ", 'run "$(run ', "run `run ", "run ${X:-", 'run "${X:-',
    "run $((1+", "run <<E\n", "run $'x' ",
)  # fmt: skip
PARTED = (";", "|", "&", ")", "<", ">", "\n")
AFTER = (
    "; run y", ";run y", "| run y", "|run y", "|| run y", "& run y", "&& run y", "&& run y)", ")",
    ");run y", "))", ") | run y", "> all", ">all", ">>all", ">&2", ">| all", "< a.root", "<a.root",
    "<<E\ny\nE", "\nrun y", "\n\n run y", ";do run $f;done", "\ndo run \"$f\"; done", ";}", "\n}",
    "; then run y; fi", ";;", "&", ";", "\n", ">all;run y", "&>all", "<>all", ")&&run y",
    "<(run y)",
)  # fmt: skip


def sent(command: str) -> tuple[str | None, set[str]]:
    """The text that a shell gets for a learner's command, and the errors."""
    made = alw.compile_text(
        'workflow w {\ndataset = "user.w.t"\nloop s {\nparam m: float = 1.0\n'
        'task a { exec = "run {m} o" outputs = ["o"] }\ntask b { exec = "run {m} o" '
        'outputs = ["o"] }\n'
        f'learn l {{ exec = "{command}" interpreter = "python3" result "r.json" {{ m: float }} }}\n'
        "repeat while l.m < 1 at most 3 times\n} }"
    )
    if not made.ok:
        return None, {d.code for d in made.diagnostics if d.severity == "error"}
    return sent_command(made.workflows["w"].tasks["l"]), set()


def written(before: str, after: str, files: str = "a") -> str:
    """A command that reads both outputs; ``files`` are those that something follows."""
    first, second = ("a", "b") if files == "b" else ("b", "a")
    begin = f"run {{{first}.outputs[0]}} \n" if files != "first" else ""
    return (
        literal(begin).replace("{{", "{").replace("}}", "}")
        + f"{literal(before)}{{{second}.outputs[0]}}{literal(after)}"
    )


def shell_text(command: str, directory: Path) -> str:
    """The command after the wrapper put the names of the files in."""
    return command_text(WrapperArguments(command, streams=FILES), directory)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with the input files."""
    for name in ("a.root", "a2.root", "b.root"):
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize("files", ["a", "b"])
@pytest.mark.slow
def test_commands_run_as_with_a_space(files: str, there: Path) -> None:
    pairs: list[tuple[str, str, str]] = []
    chosen = list(product(BEFORE, AFTER))[:: 1 if os.environ.get("ALW_SWEEP") == "all" else _STEP]
    for before, after in chosen:
        own, errors = sent(written(before, after, files))
        spaced, spaced_errors = sent(written(before, f" {after}", files))
        if own is None or spaced is None:
            assert before.endswith("# ") or errors == spaced_errors, (before, after, errors)
            continue
        pairs.append((f"{before}…{after}", own, spaced))
    assert len(pairs) > 0.5 * len(chosen)
    texts = [shell_text(text, there) for _, *both in pairs for text in both]
    assert not any("%IN" in text for text in texts)
    for shell in SHELLS:
        differing = list(range(len(pairs)))
        for _ in range(20):  # what runs in the background ends at any time
            if not differing:
                break
            both = [text for number in differing for text in texts[2 * number : 2 * number + 2]]
            ran = run_lines(both, there / "shell", shell)
            if len(differing) == len(pairs):
                assert sum(len(one.calls) > 1 for one in ran) > 0.3 * len(ran)
            differing = [
                number
                for number, one, other in zip(differing, ran[::2], ran[1::2], strict=True)
                if sorted(one.calls) != sorted(other.calls) or set(one.files) != set(other.files)
            ]
        assert not differing, [pairs[number][0] for number in differing]


@pytest.mark.parametrize("before", QUOTED)
@pytest.mark.parametrize("after", PARTED)
def test_no_space_is_written_into_a_text(before: str, after: str) -> None:
    command, errors = sent(written(before, f"{after} x"))
    assert command is None
    assert errors & {"ALW407", "ALW408"}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("( cat {a.outputs[0]}); cat {b.outputs[0]}", "a.rootb.root"),
        ("cat {a.outputs[0]}>all; cat {b.outputs[0]}", "b.root"),
        ("cat {a.outputs[0]}|cat;cat {b.outputs[0]}", "a.rootb.root"),
        ("(cat {a.outputs[0]}&&cat {b.outputs[0]})", "a.rootb.root"),
        ("for f in {a.outputs[0]};do cat $f; done\\ncat <{b.outputs[0]}\\n", "a.rootb.root"),
        ("cat {a.outputs[0]}\\ncat {b.outputs[0]}", "a.rootb.root"),
    ],
)
def test_a_job_reads_its_files(command: str, meant: str, shell: str, there: Path) -> None:
    made = alw.compile_text(
        'workflow w {\ndataset = "user.w.t"\nloop s {\nparam m: float = 1.0\n'
        'task a { exec = "run {m} o" outputs = ["o"] }\n'
        'task b { exec = "run {m} o" outputs = ["o"] }\n'
        f'learn l {{ exec = "{command}\\necho; echo \'{{{{\\"m\\": 2}}}}\' > r.json" '
        'interpreter = "python3" result "r.json" { m: float } }\n'
        "repeat while l.m < 1 at most 3 times\n} }"
    )
    assert made.ok, made.diagnostics
    job = run_job(
        made.workflows["w"].tasks["l"],
        there,
        inputs={"IN": ["a.root"], "IN2": ["b.root"]},
        shell=shell,
        values={"m": 1.0},
        iteration=1,
    )
    assert job.ok, (job.stdout, job.stderr)
    assert job.stdout.splitlines()[0] == meant
