"""The options of a learner: one job, which reads every file and writes one result."""

from __future__ import annotations

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    OPTION_VALUE,
    RESERVED_OPTION,
    UNKNOWN_FILE_COUNT,
)
from ..prun.job_counts import ANY_NUMBER
from ..prun.options import prun_settings
from ..prun.plan_context import Arguments, PlanContext
from ..semantics.expr import Known
from ..semantics.program import Task
from ..text.source import Span

#: Options that make several jobs of a task, or a further one.  What each value of every option
#: of prun does to a learner is shown with JEDI's splitter (``tests/engine/test_one_job.py``).
_SPLITTING = frozenset(
    [
        "nJobs",
        "split",
        "nEvents",
        "nEventsPerJob",
        "nFiles",
        "nfiles",
        "nGBPerJob",
        "maxNFilesPerJob",
        "respectLB",
        "addNthFieldOfInFileToLFN",
        "mergeOutput",
        "mergeScript",
        "nGBPerMergeJob",
    ]
)
#: Options that keep files from a task, or let it start before they are there
#: (``parentTaskID``: pandajedi/jediorder/ContentsFeeder.py:170-189).
_SKIPPING = frozenset(["nSkipFiles", "skipFilesUsedBy", "parentTaskID"])
#: Options that say how many files of further datasets a job reads.
_SECONDARY = frozenset(["secondaryDSs", "reusableSecondary", "useNumFilesInSecDSsAsRatio"])
#: Options that a learner cannot have.
NOT_FOR_LEARNERS = _SPLITTING | _SKIPPING | _SECONDARY
_ALL_FILES = "remove it: a learner is one job that reads every file"


def plan_learner_options(
    context: PlanContext, task: Task, options: Arguments | Failed
) -> Arguments | Failed:
    """Return the options of a learner: it writes its result, in one job."""
    failed = options if isinstance(options, Failed) else None
    for option, setting in prun_settings(task):
        if isinstance(setting.term, Known) and setting.term.value is False:
            continue
        if option.name in _SPLITTING:
            failed = context.fail(
                RESERVED_OPTION,
                setting.name_span,
                f"'{setting.name}' would split learner '{task.name}', which must be exactly one "
                "job",
                _ALL_FILES,
            )
        elif option.name in _SECONDARY:
            failed = context.fail(
                RESERVED_OPTION,
                setting.name_span,
                f"'{setting.name}' would select files for learner '{task.name}', which must read "
                "all",
                "remove it, and use every dataset in the command: {NAME} {TASK.outputs[0]}",
            )
        elif option.name in _SKIPPING:
            failed = context.fail(
                UNKNOWN_FILE_COUNT,
                setting.name_span,
                f"'{setting.name}' would skip files of learner '{task.name}', which must read all",
                f"{_ALL_FILES}; to select files by name, use match and anti_match",
            )
    if failed is not None or isinstance(options, Failed):
        return failed or options
    if task.result is None:
        return context.failed_before(task.head, f"the result of '{task.name}'")
    result = "outputs", (task.result.file,)
    return result, *(pair for pair in options if pair != result)


def plan_one_job(
    context: PlanContext, task: Task, count: int | None, span: Span
) -> tuple[Arguments, int | None] | Failed:
    """Return what makes a learner one job that reads every file, however many there are.

    :param count: how many files its first stream has at most.
    :returns: the arguments, and how many files the first stream has, if only the learner says it.
    """
    given = task.settings.get("nFilesPerJob")
    number = given.term.value if given and isinstance(given.term, Known) else None
    if given and isinstance(number, int) and number < 1:
        return context.fail(
            OPTION_VALUE,
            given.term.span,
            f"'{given.name}' is at least 1, not {number}",
            _ALL_FILES,
        )
    if given and isinstance(number, int) and count is not None and number < count:
        return context.fail(
            UNKNOWN_FILE_COUNT,
            given.term.span,
            f"'{task.name}' reads up to {count} files in its one job, not {number} in each of "
            "several",
            _ALL_FILES,
            (span, "read here"),
        )
    arguments: Arguments = (
        ("nFilesPerJob", (str(ANY_NUMBER),)),
        ("maxNFilesPerJob", (str(ANY_NUMBER),)),
        ("notExpandInDS", None),
        # The learner opens its files: without this they are URLs at some sites.
        ("forceStaged", None),
    )
    return arguments, number if isinstance(number, int) and count is None else None
