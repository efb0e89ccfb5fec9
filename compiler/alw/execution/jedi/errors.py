"""Reasons why a task cannot be planned on this machine."""


class CannotPlan(ValueError):
    """The jobs of a task cannot be made.  The message says why, and what to do."""


class NotRetold(CannotPlan):
    """The task asks for something of PanDA that is not done on this machine, or never."""


class NoInput(CannotPlan):
    """A dataset that the task reads is unknown, or none of its files is to be read."""

    def __init__(self, dataset: str, why: str = "is unknown here") -> None:
        super().__init__(f"the input dataset '{dataset}' {why}")
        self.dataset = dataset


class Unfilled(CannotPlan):
    """A placeholder is left: JEDI would make no job, or the job would run with it."""
