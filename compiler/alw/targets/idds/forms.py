"""The forms of a workflow that iDDS runs, whatever the release.

One loop at top level, whose learner decides with all values in its hands; everything else runs
after it.  The rules are of the engine, not of the language.
"""

from __future__ import annotations

from collections.abc import Callable

from ...check.context import CheckContext
from .learner_order import learner_waits
from .outside_tasks import outside_tasks_follow
from .single_loop import one_loop

FORMS: tuple[Callable[[CheckContext], None], ...] = (one_loop, learner_waits, outside_tasks_follow)
"""The checks of these rules."""


def check_form(context: CheckContext) -> None:
    """Report a workflow of another form."""
    for rule in FORMS:
        rule(context)
