"""Limits of a run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ..text.plural import count


def count_processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a run.

    :param at_once: so many jobs run at once; by default as many as there are processors.
    :param seconds: the limit of a job's time.
    :param memory_mb: the limit of a job's memory, in MB.
    :param attempts: how often a job is tried.
    :param jobs: only the first jobs of each task run, so many; ``None``: all.
    :param iterations: after so many the loop ends; ``None``: by itself.
    """

    at_once: int = field(default_factory=count_processors)
    seconds: float | None = None
    memory_mb: int | None = None
    attempts: int = 1
    jobs: int | None = None
    iterations: int | None = None

    def __str__(self) -> str:
        """Say what is left out, in words; nothing for a whole run."""
        said = []
        if self.jobs is not None:
            said.append(f"at most {count(self.jobs, 'job')} per task")
        if self.iterations is not None:
            said.append(f"at most {count(self.iterations, 'iteration')}")
        return ", ".join(said)
