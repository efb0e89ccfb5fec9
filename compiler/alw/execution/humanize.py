"""Values, times and verdicts in words."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime

from ..drawing.labels import shorten
from ..text.display import escape_unprintable
from ..text.plural import count
from .history import End, History, JobRecord, State

HEADLINES = {
    None: "Running",
    End.CONDITION: "Converged",
    End.BOUND: "Bound reached",
    End.DONE: "Done",
    End.FAILURE: "Failed",
    End.CUT: "Cut short",
    End.INTERRUPTED: "Interrupted",
}
#: The state whose colour and sign an end has.
LOOKS = {
    None: State.RUNNING,
    End.CONDITION: State.FINISHED,
    End.BOUND: State.PARTLY,
    End.DONE: State.FINISHED,
    End.FAILURE: State.FAILED,
    End.CUT: State.PARTLY,
    End.INTERRUPTED: State.CANCELLED,
}
_LONGEST = 60


def format_value(given: object, most: int = _LONGEST) -> str:
    """Return a value as people write it, with at most six digits, on one line."""
    if given is None:
        return ""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, float):
        return format_number(given)
    if isinstance(given, int):
        # str() refuses numbers of thousands of digits
        return str(given) if abs(given) < 10**15 else format_number(_as_float(given))
    return shorten(
        escape_unprintable(given if isinstance(given, str) else format_json(given)), most
    )


def format_json(given: object) -> str:
    """Return a list or an object as one line of JSON."""
    return json.dumps(given, ensure_ascii=False, default=str)


def _as_float(given: int) -> float:
    try:
        return float(given)
    except OverflowError:
        return math.copysign(math.inf, given)


def format_number(given: float) -> str:
    """Return a number with at most six digits."""
    text = f"{given:.6g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def format_duration(seconds: float | None) -> str:
    """Return a time that something took."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    seconds = max(seconds, 0.0)
    if seconds < 9.995:
        digits = 1 if seconds >= 0.995 else 2 if seconds >= 0.01 or not seconds else 3
        return f"{seconds:.{digits}f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours < 48:
        return f"{hours} h {minutes:02} min"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours:02} h"


def format_moment(epoch: float) -> str:
    """Return a moment in the local time."""
    try:
        return datetime.fromtimestamp(epoch).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
    except (OverflowError, ValueError, OSError):
        return ""


def format_jobs(done: int, failed: int, all_: int, unit: str = "job") -> str:
    """Return how many jobs are done, in words; without the word where ``unit`` is empty."""
    every = count(all_, unit) if unit else f"{all_:,}"
    if done == all_ and not failed:
        return every
    return f"{done:,} of {every}" + (f", {failed:,} failed" if failed else "")


def format_progress(history: History) -> str:
    """Return how many iterations there were, of how many; empty without a loop."""
    if not history.has_loop:
        return ""
    made = len(history.iterations)
    if history.bound is None:
        return f"{made:,}"
    return f"{made:,} of at most {history.bound:,}"


def format_verdict(history: History) -> str:
    """Return why the run ended, in a sentence; the one that the run has made, if there is one."""
    if history.verdict:
        return escape_unprintable(history.verdict)
    after = f" after {count(len(history.iterations), 'iteration')}" if history.has_loop else ""
    if history.end is End.FAILURE:
        failed = [t for i in history.iterations for t in i.tasks if t.state is State.FAILED]
        where = f" in iteration {failed[-1].iteration}" if history.has_loop and failed else ""
        return (
            f"Task {escape_unprintable(failed[-1].name)} failed{where}."
            if failed
            else "A task failed."
        )
    return {
        None: f"The run goes on; so far {count(len(history.iterations), 'iteration')}.",
        End.CONDITION: f"The loop's condition is false{after}.",
        End.BOUND: f"The loop's condition still holds{after}, and no more are allowed.",
        End.DONE: "Every task is done.",
        End.CUT: f"--fast ended the loop{after}.",
        End.INTERRUPTED: f"The run was interrupted{after}; alw run --resume goes on.",
    }[history.end]


def format_failure(job: JobRecord) -> str:
    """Return how a job failed, in a few words."""
    status = "" if job.exit_status is None else f"exit status {job.exit_status}"
    reason = escape_unprintable(job.reason)
    if not reason or re.search(rf"status\b.*\b{job.exit_status}\b", reason):
        return reason or status or "failed"
    return f"{status}: {reason}" if status else reason


def format_state(state: State, ended: bool) -> str:
    """Return the state of a task in words; a task that waits after the end never ran.

    :param ended: whether the run has ended.
    """
    if ended and state is State.WAITING:
        return "not run"
    return state.value


def elapsed_seconds(history: History, now: float) -> float:
    """Return how long the run has taken."""
    return max((now if history.ended is None else history.ended) - history.started, 0)
