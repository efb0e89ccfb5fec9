"""What the oracle is asked and what it answers; read on both sides, hence the library alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The seed's script, with what varies in it."""

    task_map: Json
    executable: str = "python"
    arguments: str = "merge.py {output_json} {events} {dataset}"
    output_json: str = "merge.json"
    events: int = 200
    stamp: int = 1
    """Ends the name of the learner's output dataset; the seed takes the time."""
    initialize: bool = True
    """Whether ``initialize_work`` is called, as the seed does."""
    first: Json | None = None
    """``parameters`` of the processing work; the seed gives none."""


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow for the server, and what PanDA and the cluster make of its works."""

    workflow: Json
    outputs: list[str | None] = field(default_factory=list)
    """What each learner, in the order of submission, writes as its ``output_json``; ``None``, and
    what comes after the list, writes no file."""
    states: list[str] = field(default_factory=list)
    """The final state of each PanDA task in the order of submission; ``done`` after the list."""
    repaired: bool = True
    """Whether the clerk is repaired (see the package); without it only initial works run."""
    submissions: int = 40
    """After how many submissions the run is broken off."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One work as the carrier submitted it."""

    kind: str
    """The name of the work's class."""
    template: str
    """The key of ``works_template`` that the work was made from."""
    sequence: int
    parameters: Any
    task_map: Json | None
    """What ``insertTaskParams`` got, for a PanDA task."""
    script: str | None
    """The job on iDDS's cluster, for a learner."""
    inputs: list[str]
    outputs: list[str]
    errors: list[str]
    """What the work noted; nothing looks at it."""

    @property
    def command(self) -> str:
        """``cliParams`` of a task, the learner's command: the last but one line of its job."""
        if self.task_map is not None:
            command: str = self.task_map["cliParams"]
            return command
        assert self.script is not None
        return self.script.rstrip().splitlines()[-2]

    @property
    def job_command(self) -> str:
        """What the jobs of a PanDA task would execute, URL-quoted."""
        assert self.task_map is not None
        items = self.task_map["jobParameters"]
        return "".join(item["value"] for item in items if item.get("padding") is False)

    @property
    def downloads(self) -> list[str]:
        """The datasets that a learner's job fetches."""
        assert self.script is not None
        lines = self.script.splitlines()
        return [line.split()[-1] for line in lines if line.startswith("rucio download")]


@dataclass(frozen=True, slots=True)
class Trace:
    """What the server did with a workflow."""

    submissions: list[Submission]
    status: str
    """Of the request, in the end: ``Transforming`` if it never ended, ``NotSubmitted`` if the
    client itself fails on the workflow."""
    errors: list[str]
    """What the agents logged as errors, one line each."""

    @property
    def commands(self) -> list[str]:
        return [submission.command for submission in self.submissions]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What ``ATLASPandaWork`` finds in a map."""

    inputs: list[str]
    outputs: list[str]
    logs: list[str]
    sandbox: str | None
    output_dataset_name: str | None
    task_map: Json
    """The map afterwards."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A map that the class cannot read, and the exception it raises."""

    reason: str
