"""What makes a task a learner: one job, one result, and the check behind its command."""

from __future__ import annotations

import re

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    LEARNER_OUTPUT,
    OPTION_VALUE,
    RESERVED_OPTION,
    RESERVED_TEXT,
    UNKNOWN_FILE_COUNT,
    UNKNOWN_INTERPRETER,
    UNRUNNABLE_COMMAND,
)
from ..prun.command import Part
from ..prun.options import prun_settings
from ..prun.plan_context import Arguments, PlanContext
from ..prun.splitting import ANY_NUMBER
from ..semantics.expr import Known, items_of
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..text.source import Span
from .epilogue import LEAVING, interpreter_of, with_epilogue
from .reserved import only_proper_marks

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
#: What the shell takes as text, whatever words are in it.
_QUOTED = re.compile(r"""\\.|'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_ALL_FILES = "remove it: a learner is one job that reads every file"


def learner_command(
    context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
) -> tuple[Part, ...] | Failed:
    """Return a learner's command with the epilogue."""
    loop, result = context.workflow.loop, task.result
    if loop is None or result is None or not loop.repeats or loop.repeats[0].bound is None:
        return context.failed_before(task.head, f"the decision of learner '{task.name}'")
    if loop.repeats[0].has_condition and loop.repeats[0].condition is None:
        return context.failed_before(loop.repeats[0].span, "the condition of the loop")
    literal = "".join(part if isinstance(part, str) else "0" for part in parts)
    leaving = LEAVING.search(_QUOTED.sub("_", literal))
    if leaving:
        return context.fail(
            UNRUNNABLE_COMMAND,
            span,
            f"'{leaving[1]}' in a learner's command would skip the checks after it",
            "put the command into a script",
        )
    interpreter = interpreter_for(context, task, parts, span)
    if isinstance(interpreter, Failed):
        return interpreter
    repeat = loop.repeats[0]
    whole = with_epilogue(
        parts, interpreter, result, loop.params, repeat.condition, repeat.bound or 1
    )
    if not only_proper_marks(whole, context.placeholders):
        return context.fail(
            RESERVED_TEXT,
            result.file_span,
            f"'{context.placeholders.reserved.pattern}' is reserved: iDDS replaces text that "
            "contains it",
            "rename the result file",
        )
    return whole


def interpreter_for(
    context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
) -> str | Failed:
    """Return the Python that checks a learner's result."""
    setting = task.settings.get("interpreter")
    interpreter = known_text(setting.term) if setting else interpreter_of(parts)
    if interpreter is None or not interpreter.strip() or "'" in interpreter:
        return context.fail(
            UNKNOWN_INTERPRETER,
            setting.term.span if setting else span,
            f"no Python interpreter in the command of learner '{task.name}'",
            "the compiled check of the result needs one; "
            'name one that exists in the job: interpreter = "python3"',
        )
    return interpreter


def learner_options(
    context: PlanContext, task: Task, options: Arguments | Failed
) -> Arguments | Failed:
    """Return the options of a learner: it writes its result and nothing else, in one job."""
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
        elif option.name == "outputs" and task.result:
            named = [known_text(item) for item in items_of(setting.term)]
            if named != [task.result.file]:
                failed = context.fail(
                    LEARNER_OUTPUT,
                    setting.term.span,
                    f"learner '{task.name}' has outputs besides its result",
                    "iDDS parses every output of a learner as JSON and fails otherwise; "
                    "write further files from a task that follows it",
                    (task.result.file_span, "the result"),
                )
    if failed is not None or isinstance(options, Failed):
        return failed or options
    if task.result is None:
        return context.failed_before(task.head, f"the result of '{task.name}'")
    rest = tuple((name, text) for name, text in options if name != "outputs")
    return (("outputs", (task.result.file,)), *rest)


def one_job(
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
