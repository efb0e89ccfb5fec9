"""Which placeholders get files: what the compiler says, against what the wrapper does.

``ALW_RUNGEN`` may name a checkout of PanDAWMS/panda-wnscript; its own ``runGen`` is then run, too.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

import alw
from alw.panda.maps import Request, task_map
from alw.panda.placeholders import is_for_bulk, is_pathenas
from tests.commands.programs import codes, literal
from tests.oracles.worker_node import (
    WrapperArguments,
    apply_pilot,
    command_text,
    job_parameters,
    wrapper_arguments,
)

TOKENS = ("%IN", "%IN2", "%IN3", "%IN_MINH", "%DATA", "%INPUT", "%INFO", "%IN2x", "%X")
PLACES = (
    "run T", "run T x", "run (T)", "run T; b", "run 'T'", 'run "T"', "run T,b", "run --in=T.root",
    "run T\nb", "run Tx", "run T T", "run T %IN", "run $(cat T)", "run T/x", "run T\tx",
)  # fmt: skip
DECLARED: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "one": {"IN": "a.root"},
    "two": {"IN": "a.root", "IN2": "b.root"},
    "named": {"IN": "a.root", "IN_MINH": "c.root", "DATA": "d.root"},
    "secondary only": {"IN2": "b.root"},
}
_TOKEN = re.compile(r"%([A-Za-z_]\w*)")
_MEANT = re.compile(r"IN([0-9]+|_[A-Z0-9_]+)?")


def options(streams: Mapping[str, str]) -> tuple[str | None, str | None]:
    more = ",".join(f"{name}:1:user.me.{name.lower()}" for name in streams if name != "IN")
    return ("user.me.in" if "IN" in streams else None), more or None


def source(command: str, streams: Mapping[str, str]) -> str:
    in_ds, more = options(streams)
    first = f'in_ds = "{in_ds}"' if in_ds else ""
    rest = f'secondary_dss = "{more}"' if more else ""
    return (
        f'workflow w {{ dataset = "user.me.w"\n'
        f'task t {{ exec = "{literal(command)}"\n{first}\n{rest} }} }}'
    )


def arguments(command: str, streams: Mapping[str, str]) -> WrapperArguments:
    in_ds, more = options(streams)
    made = task_map(
        Request(command, "user.me.w", in_ds, (("secondaryDSs", more),) if more else ())
    ).map
    files = {name: [file] for name, file in streams.items()}
    return wrapper_arguments(apply_pilot(job_parameters(made, files)))


def meant(command: str, streams: Mapping[str, str]) -> str | None:
    """The text that the author wants; ``None`` if a placeholder means nothing."""
    fine = True

    def filled(match: re.Match[str]) -> str:
        nonlocal fine
        fine = fine and (match[1] in streams or not _MEANT.fullmatch(match[1]))
        return streams.get(match[1], match[0])

    text = _TOKEN.sub(filled, command)
    return text if fine else None


@pytest.mark.slow
@pytest.mark.parametrize("declared", DECLARED)
def test_what_compiles_is_replaced_and_what_does_not_is_not(declared: str, tmp_path: Path) -> None:
    streams = DECLARED[declared]
    for file in streams.values():
        (tmp_path / file).touch()
    tried: set[bool] = set()
    for token in TOKENS:
        for place in PLACES:
            command = place.replace("T", token)
            found = alw.compile_text(source(command, streams))
            text = command_text(arguments(command, streams), tmp_path)
            is_right = text.lstrip() == meant(command, streams)
            is_said = not found.ok or "nothing-read" in {d.name for d in found.diagnostics}
            assert is_said != is_right, (command, text, found.diagnostics)
            assert found.ok or codes(found) <= {
                "no-stream", "accidental-placeholder", "unrunnable-command",
            }  # fmt: skip
            tried.add(is_said)
    assert tried == {True, False}


@pytest.mark.skipif("ALW_RUNGEN" not in os.environ, reason="no checkout of panda-wnscript")
@pytest.mark.parametrize("declared", DECLARED)
def test_the_wrapper_itself_does_so(declared: str, tmp_path: Path) -> None:
    streams = DECLARED[declared]
    checkout = Path(os.environ["ALW_RUNGEN"]).resolve()
    for number, token in enumerate(TOKENS):
        for place in PLACES[number % 2 :: 2]:
            command = place.replace("T", token)
            job = tmp_path / f"{number}-{PLACES.index(place)}"
            job.mkdir()
            for file in streams.values():
                (job / file).touch()
            words = arguments(command, streams)
            inputs = ["-i", str(list(words.inputs))] if words.inputs else []
            if words.streams:
                inputs += ["--inMap", str(dict(words.streams))]
            done = subprocess.run(
                [sys.executable, str(checkout / "src/rungen/runGen.py"), "-j", "", "-r", ".",
                 "-p", quote(command), *inputs],
                cwd=job, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(checkout)},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60,
                text=True,
            )  # fmt: skip
            # it prints the file that it runs
            match = re.search(r'os\.system\(r""" (.*?)"""\)', done.stdout, re.DOTALL)
            assert match, done.stdout[-2000:]
            assert match[1] == command_text(words, job).lstrip(), command


def test_a_value_makes_no_placeholder() -> None:
    declared = 'in_ds = "user.me.in" secondary_dss = "DATA:1:user.me.d"'
    for written, value in (("%{x}", "DATA"), ("{x}", "%DATA"), ("%DA{x}", "TA")):
        found = alw.compile_text(
            f'workflow w {{ dataset = "user.me.w" input x: string\n'
            f'task t {{ exec = "run {written} %IN %DATA"\n{declared} }} }}',
            {"x": value},
        )
        assert codes(found) == {"accidental-placeholder"}, (written, found.diagnostics)


def test_a_brace_and_a_named_stream() -> None:
    found = alw.compile_text(
        'workflow w { dataset = "user.me.w"\n'
        'task a { exec = "a" outputs = ["o"] n_jobs = 2 }\n'
        'task b { exec = "b" outputs = ["p"] n_jobs = 2 }\n'
        'task c { exec = "c {a.outputs[0]} %MORE" secondary_dss = "MORE:1:{b.outputs[0]}" } }'
    )
    assert found.ok and not found.diagnostics


def test_whose_a_placeholder_is() -> None:
    assert [n for n in ("OUT", "MININ", "CAVIN", "OUTPUT", "RNDM", "DATA") if is_pathenas(n)] == [
        "OUT", "MININ", "CAVIN",
    ]  # fmt: skip
    assert is_for_bulk("DATASET_IN") and is_for_bulk("BULKSEQNUMBER") and not is_for_bulk("DATA")
