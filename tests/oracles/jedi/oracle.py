"""Ask JEDI: pass task parameter maps through the PanDA server's own code.

One call is one process of JEDI's environment, however many maps it is given: starting it costs
about as much as refining hundreds of maps.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.oracles.environments import ensure_environment
from tests.oracles.jedi.home import make_panda_home
from tests.oracles.jedi.model import Refined, Refused, Site, Split, SplitRule, from_json

__all__ = [
    "Refined", "Refused", "Site", "Split", "SplitCase", "SplitRule", "WorkerFailure",
    "count_jobs", "refine", "split_all",
]  # fmt: skip

TaskMap = Mapping[str, object]

_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parents[2]
_SECONDS = 60.0
_SECONDS_PER_MAP = 0.5
_SECONDS_PER_SPLIT = 30.0


class WorkerFailure(RuntimeError):
    """The worker process itself failed; a task that PanDA would refuse is a ``Refused``."""


@dataclass(frozen=True, slots=True)
class SplitCase:
    """A task, and the input it is to be cut into jobs for."""

    task_map: TaskMap
    n_files: int
    file_size_bytes: int
    datasets: int = 1
    """How many datasets hold the files of each input container: a task whose jobs ran at several
    sites leaves one for each site (``instantiateTmplSite``, AtlasAnalTaskRefiner.py:232-233)."""
    site: Site = field(default_factory=Site)
    contents: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The number of files in each dataset of an input container, by the container's name without
    the trailing slash; for those it holds ``n_files`` and ``datasets`` say nothing."""
    events_per_file: int | None = None
    """As the data catalogue knows it."""
    commands: bool = False
    """Whether to tell the files and the command line of each job."""


def refine(maps: Sequence[TaskMap]) -> list[Refined | Refused]:
    """What PanDA makes of each map after it was submitted, or why it would not take it."""
    if not maps:
        return []
    request = {"action": "refine", "maps": list(maps)}
    answers = _ask(request, _SECONDS + _SECONDS_PER_MAP * len(maps))
    return [_outcome(kind, values) for kind, values in answers]


def split_all(cases: Sequence[SplitCase]) -> list[Split | Refused]:
    """How PanDA would cut each task into jobs."""
    if not cases:
        return []
    request = {
        "action": "split",
        "cases": [
            {
                "map": case.task_map,
                "n_files": case.n_files,
                "file_size_bytes": case.file_size_bytes,
                "datasets": case.datasets,
                "site": asdict(case.site),
                "contents": {name: list(counts) for name, counts in case.contents.items()},
                "commands": case.commands,
                "events_per_file": case.events_per_file,
            }
            for case in cases
        ],
    }
    answers = _ask(request, _SECONDS + _SECONDS_PER_SPLIT * len(cases))
    return [
        from_json(Split, values) if kind == "Split" else from_json(Refused, values)
        for kind, values in answers
    ]


def count_jobs(
    task_map: TaskMap,
    n_files: int,
    file_size_bytes: int,
    *,
    datasets: int = 1,
    site: Site = Site(),  # noqa: B008 - immutable
) -> list[int]:
    """The number of input files in each job; a job without input counts 0.

    Use :func:`split_all` for many cases: each call here starts a process.
    """
    case = SplitCase(task_map, n_files, file_size_bytes, datasets, site)
    (answer,) = split_all([case])
    if isinstance(answer, Refused):
        raise ValueError(answer.reason)
    return list(answer.files_of_jobs)


def _outcome(kind: str, values: Mapping[str, Any]) -> Refined | Refused:
    if kind == "Refused":
        return from_json(Refused, values)
    return from_json(Refined, {**values, "split": from_json(SplitRule, values["split"])})


@cache
def _python() -> Path:
    return ensure_environment("jedi", _HERE / "requirements.txt")


def _ask(request: Mapping[str, object], seconds: float) -> list[tuple[str, Mapping[str, Any]]]:
    python = _python()
    with tempfile.TemporaryDirectory(prefix="jedi-") as folder:
        home = Path(folder) / "home"
        answer = Path(folder) / "answer.json"
        variables = make_panda_home(home)
        try:
            done = subprocess.run(
                [str(python), "-m", "tests.oracles.jedi.worker", str(answer)],
                input=json.dumps(request), env={**variables, "PYTHONPATH": str(_REPOSITORY)},
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise WorkerFailure(f"no answer after {seconds:.0f} s") from error
        if done.returncode or not answer.exists():
            raise WorkerFailure(f"exit status {done.returncode}\n{done.stdout[-6000:]}")
        tagged = json.loads(answer.read_text(encoding="utf-8"))
    return [(record["kind"], record["values"]) for record in tagged]
