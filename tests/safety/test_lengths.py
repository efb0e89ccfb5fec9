"""How long a string may become, and with it the command line of a job."""

from __future__ import annotations

import subprocess

import pytest

import alw

PROGRAM = """workflow w {{
  {inputs}
  dataset = "user.me.w"
  loop scan {{
    {params}
    task a {{ exec = "run {values} {more}" outputs = ["o.json"] n_jobs = 2 }}
    learn fit {{
      exec = "python3 fit.py {{a.outputs[0]}}"
      result "next.json" {{ {fields} }}
    }}
    repeat at most 3 times
  }}
}}
"""


def _program(count: int, more: str = "", inputs: str = "") -> str:
    names = [f"s{n}" for n in range(count)]
    return PROGRAM.format(
        inputs=inputs,
        params="\n".join(f'param {name}: string of "a-z" = "a"' for name in names),
        values=" ".join(f"{{{name}}}" for name in names),
        fields=", ".join(f"{name}: string" for name in names),
        more=more,
    )


def _codes(text: str, **inputs: object) -> list[str]:
    found = alw.compile_text(text, inputs).diagnostics
    return [d.code for d in found if d.severity == "error"]


def test_a_shell_takes_what_is_let_through() -> None:
    """And no more: one argument of 128 KiB is the limit."""
    for length, fine in ((120_000, True), (131_072, False)):
        try:
            subprocess.run(["/bin/sh", "-c", ": " + "x" * (length - 2)], check=True)
            ran = True
        except OSError:
            ran = False
        assert ran is fine


@pytest.mark.parametrize(("count", "codes"), [(1, []), (100, []), (125, ["ALW408"])])
def test_values_are_counted_at_their_longest(count: int, codes: list[str]) -> None:
    assert _codes(_program(count)) == codes


def test_a_long_command_is_refused() -> None:
    text = _program(1, "{v}", "input v: string")
    assert _codes(text, v="x" * 99_000) == []
    assert _codes(text, v=";" * 50_000) == ["ALW408"]  # %3B
    # an apostrophe takes twelve bytes, URL-quoted, in its quotes
    assert _codes(text, v="'" * 20_000) == ["ALW408"]


@pytest.mark.parametrize(("length", "codes"), [(1000, []), (1001, ["ALW205"])])
def test_first_values(length: int, codes: list[str]) -> None:
    text = _program(1, inputs='input v: string of "x"').replace('of "a-z" = "a"', 'of "x" = v')
    assert _codes(text, v="x" * length) == codes
