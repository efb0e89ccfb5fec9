"""Attempts: sources that are compiled, and compared with what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..diagnostics.diagnostic import Diagnostic
from ..driver.pipeline import compile_sources
from ..driver.result import Compilation
from ..driver.session import Session
from ..panda.client import Given as Option
from ..panda.client import Map
from ..semantics.input_values import Inputs, InputValue
from ..text.source import Reader, Source, nothing
from .compare import Difference

#: Options that say how prun works on the machine it runs on, and nothing about the task.
OF_THE_MACHINE = frozenset(
    {
        "devSrv", "dumpJson", "dumpTaskParams", "excludeFile", "extFile", "followLinks",
        "gluePackages", "inTarBall", "intrSrv", "loadJson", "maxFileSize", "noSubmit",
        "outTarBall", "tmpDir", "useHomeDir", "verbose", "voms", "workDir",
    }
)  # fmt: skip
#: The most differences that are listed.
MOST = 5


class NotImported(Exception):
    """Raised if there is no source.

    :param diagnostics: what the compiler says of the one there might be.
    :param advice: lines that lead on.
    """

    def __init__(
        self, message: str, diagnostics: Sequence[Diagnostic] = (), advice: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.diagnostics = tuple(diagnostics)
        self.advice = tuple(advice)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A source, what it compiles to, and where that differs from what is wanted."""

    text: str
    compiled: Compilation
    differences: Sequence[Difference]

    @property
    def is_equal(self) -> bool:
        """True if it is a source for what is wanted."""
        return self.compiled.ok and not self.differences

    def find_objections(self) -> list[str]:
        """Return the reasons why it is not."""
        if not self.compiled.ok:
            errors = [d for d in self.compiled.diagnostics if d.severity == "error"]
            return [f"{d.rule.code}: {d.message}" for d in errors]
        return [d.describe("in the map", "from the options") for d in self.differences]


def compile_source(
    name: str,
    text: str,
    reader: Reader = nothing,
    inputs: Mapping[str, object] | None = None,
) -> Compilation:
    """Compile ``text`` with these values of inputs."""
    given = {key: InputValue(value, "import") for key, value in (inputs or {}).items()}
    return compile_sources([Source(name, text)], Session(Inputs(given), reader=reader))


def comment_on_left_out(given: Sequence[Option], task: Sequence[Option]) -> list[str]:
    """Return a comment that names the options that are not in ``task``."""
    names = [f"--{g.option.name}" for g in given if g not in task]
    return [f"Left out because they do not affect the task: {', '.join(names)}"] if names else []


def to_words(given: Sequence[Option]) -> list[str]:
    """Return options as words of prun."""
    words: list[str] = []
    for one in given:
        if one.value is None:
            words.append(f"--{one.option.name}")
        else:
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            words += [f"--{one.option.name}={value}" for value in values]
    return words


def get_task_maps(result: Compilation) -> dict[str, Map]:
    """Return the maps of the only workflow, by task."""
    (workflow,) = result.workflows.values()
    return {name: dict(task_map) for name, task_map in workflow.tasks.items()}
