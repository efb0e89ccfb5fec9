"""The check in a learner's compiled command, extracted and run in this process.

:mod:`alw.targets.idds.epilogue` has compiled it: a Python program that reads the result, decides,
and writes what iDDS may read.  Here it runs alone, without a shell, a directory or a new process.
"""

from __future__ import annotations

import ast
import builtins
import io
import json
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, SimpleNamespace
from typing import Any

from ..targets.idds.epilogue import CHECKED

_CODE = re.compile(r"""alw \(\) \{\ncd "\$alw" && [^']* -c '([^']*)' "\$@"\n\}\n""")
_TRAP = re.compile(r"^trap 'alw \$\? (.*); exit \$\?' EXIT$", re.MULTILINE)
_BOUND = re.compile(r"^name, shown, bound = .*, (\d+)$", re.MULTILINE)
_ALWAYS = "\n    go_on = True\n"
_SAID = re.compile(
    r"^alw: iteration (\d+) of at most (\d+), condition (True|False): the loop (goes on|ends)$",
    re.MULTILINE,
)
_STOPPED = re.compile(r"^alw: (.*): the loop stops here$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LearnerVerdict:
    """The last line of a check: how the loop goes on.

    :param condition: whether the loop's condition holds; true if it has none.
    :param goes_on: whether there is to be another iteration: ``to_continue``.
    """

    iteration: int
    bound: int
    condition: bool
    goes_on: bool


def find_verdict(log: str) -> LearnerVerdict | None:
    """Return what a check says in the standard error of a learner's job; ``None`` if nothing.

    >>> verdict_in("alw: iteration 3 of at most 20, condition True: the loop goes on")
    Verdict(iteration=3, bound=20, condition=True, goes_on=True)
    """
    found = _SAID.findall(log)
    if not found:
        return None
    number, bound, condition, says = found[-1]  # an earlier line may be the command's own
    return LearnerVerdict(int(number), int(bound), condition == "True", says == "goes on")


def find_reason(log: str) -> str:
    """Return why a check has failed the learner's job, in its own words; empty if it has not.

    >>> reason_in("alw: r.json has no field m1: the loop stops here")
    'r.json has no field m1'
    """
    found = _STOPPED.findall(log)
    return str(found[-1]) if found else ""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """The type of a field of a result.

    :param name: ``int``, ``float``, ``bool`` or ``string``.
    :param letters: the characters that a string may have; ``None`` for any.
    """

    name: str
    letters: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of a check.

    :param fields: what iDDS reads, ``to_continue`` among it; ``None`` if the job fails.
    :param reason: why it fails.
    """

    fields: Mapping[str, object] | None
    verdict: LearnerVerdict | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """The check in a learner's command."""

    code: str
    arguments: tuple[str, ...] = ()
    """The number of the iteration, and the values of parameters that the condition uses."""

    @classmethod
    def of(cls, command: str) -> Check | None:
        """Return the check in ``command``, as a job runs it; ``None`` if there is none.

        Before iDDS has filled it in, its arguments are placeholders.
        """
        code = _CODE.match(command)
        trap = _TRAP.search(command, code.end()) if code else None
        return cls(code[1], tuple(shlex.split(trap[1]))) if code and trap else None

    @property
    def bound(self) -> int:
        """Return the greatest number of iterations."""
        found = _BOUND.search(self.code)
        assert found, "the check has its bound in it"
        return int(found[1])

    @property
    def has_condition(self) -> bool:
        """True if anything but the bound ends the loop."""
        return _ALWAYS not in self.code

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """Return the fields of the result, by name, with what is checked of each."""
        return _find_fields(self.code)

    def judge(self, result: object, status: int = 0) -> Judged:
        """Check ``result``, a value that JSON can hold.

        :param status: the exit status of the learner's own command.
        """
        return self.judge_file(json.dumps(result), status)

    def judge_file(self, content: str | None, status: int = 0) -> Judged:
        """Check a result file.

        :param content: what is in it; ``None`` if there is no file.
        """
        job = _Job(content, (str(status), *self.arguments))
        try:
            exec(_compile_code(self.code), job.names())
        except SystemExit:
            return Judged(None, None, find_reason(job.said.getvalue()))
        return Judged(json.loads(job.written.text), find_verdict(job.said.getvalue()))


class _Job:
    """All that a check sees of the world: its arguments and one file."""

    def __init__(self, content: str | None, arguments: Sequence[str]) -> None:
        self._content = content
        self._arguments = arguments
        self.said = io.StringIO()
        self.written = _KeptText()

    def names(self) -> dict[str, Any]:
        """Return the global names of a program, in which ``sys`` and ``io`` are stand-ins."""
        modules = {
            "sys": SimpleNamespace(
                argv=["-c", *self._arguments], path=[], stderr=self.said, exit=sys.exit
            ),
            "io": SimpleNamespace(open=self._open),
        }

        def imported(name: str, *more: Any) -> Any:
            return modules.get(name) or builtins.__import__(name, *more)

        return {"__name__": "check", "__builtins__": {**vars(builtins), "__import__": imported}}

    def _open(self, name: str, mode: str = "r", encoding: str = "") -> io.StringIO:
        if name == CHECKED and mode == "w":
            return self.written
        if self._content is None:
            raise FileNotFoundError(name)
        return io.StringIO(self._content)


class _KeptText(io.StringIO):
    """A file whose text outlives its end."""

    text = ""

    def close(self) -> None:
        self.text = self.getvalue()
        super().close()


@lru_cache(maxsize=64)
def _compile_code(code: str) -> CodeType:
    return compile(code, "<check>", "exec", dont_inherit=True)


@lru_cache(maxsize=64)
def _find_fields(code: str) -> Mapping[str, FieldKind]:
    """Find ``fields["m1"] = field("m1", "float")`` in a check."""
    found: dict[str, FieldKind] = {}
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="fields"))],
                value=ast.Call(func=ast.Name(id="field"), args=arguments),
            ):
                values = [ast.literal_eval(argument) for argument in arguments]
                found[values[0]] = FieldKind(*values[1:])
    return found
