"""Our jobs of a task are those of JEDI: files, command lines, outputs.

Each run tries a part; with ``ALW_WHOLE_SWEEP`` a thousand programs.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import os
import random
from collections.abc import Sequence
from typing import Any

import pytest

from alw.execution.jedi import CannotPlan, JobPlan, NoInput, NotRetold, split_into_jobs
from alw.panda.client import prun_options
from tests.engine.one_job import values
from tests.execution.plans import Plan, of_text, plan, with_option, with_template
from tests.oracles.jedi.oracle import Refused, Split, SplitCase, split_all

pytestmark = pytest.mark.engine

WHOLE = bool(os.environ.get("ALW_WHOLE_SWEEP"))


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    source = random.Random(os.environ.get("ALW_SEED", "jedi"))
    found: list[Plan] = []
    while len(found) < (1000 if WHOLE else 40):
        made = plan(source)
        if made is not None:
            found.append(made)
    return found


def case(made: Plan) -> SplitCase:
    contents = {name: [count] for name, count in sorted(made.files.items())}
    return SplitCase(
        made.task_map, 0, made.size, contents=contents,
        events_per_file=made.events, commands=True,
    )  # fmt: skip


def ours(made: Plan) -> Sequence[JobPlan] | CannotPlan:
    try:
        return split_into_jobs(made.task_map, made.catalogue, known=made.files)
    except CannotPlan as why:
        return why


def differences(made: Plan, answer: Split | Refused) -> str:
    found = ours(made)
    if isinstance(answer, Refused):
        return "" if isinstance(found, CannotPlan) else f"refused: {answer.reason}"
    if isinstance(found, NotRetold) and made.events is None and "number of events" in str(found):
        return ""  # on the grid the catalogue would know
    if isinstance(found, NoInput) and (not answer.jobs or found.dataset not in made.files):
        return ""  # JEDI makes no job and says nothing; for the oracle every dataset exists
    if isinstance(found, CannotPlan):
        return f"{type(found).__name__}: {found}"
    if len(found) != len(answer.jobs):
        return f"{len(found)} jobs, JEDI makes {len(answer.jobs)}"
    for mine, theirs in zip(found, answer.jobs, strict=True):
        shown: dict[str, Any] = {
            "streams": {stream: list(names) for stream, names in mine.streams.items()},
            "parameters": mine.parameters,
            "outputs": {output.dataset: output.name for output in mine.outputs},
        }
        for key, value in shown.items():
            if value != theirs[key]:
                return f"job {mine.serial}, {key}: {value}\nJEDI: {theirs[key]}"
    return ""


def all_differences(plans: Sequence[Plan]) -> tuple[list[str], int]:
    answers = split_all([case(made) for made in plans])
    wrong = [
        f"{made.text}\n{dict(made.files)} {made.size} {made.events}\n{difference}"
        for made, answer in zip(plans, answers, strict=True)
        if (difference := differences(made, answer))
    ]
    return wrong, sum(isinstance(answer, Split) for answer in answers)


def test_the_jobs_are_those_of_jedi(plans: Sequence[Plan]) -> None:
    wrong, cut = all_differences(plans)
    assert not wrong, f"{len(wrong)} of {len(plans)}\n" + "\n\n".join(wrong[:5])
    assert cut > len(plans) / 2


def test_whatever_option_a_task_has() -> None:
    options = [
        (option.snake, value)
        for option in prun_options().values()
        if option.name != "prodSourceLabel"  # PanDA takes no task with a label of one's own
        for value in values(option)
    ]
    source = random.Random(os.environ.get("ALW_SEED", "options"))
    if not WHOLE:
        options = source.sample(options, 25)
    made = [found for option in options if (found := with_option(*option))]
    refused = [one for one in made if isinstance(ours(one), NotRetold)]
    wrong, cut = all_differences([one for one in made if one not in refused])
    assert not wrong, "\n\n".join(wrong[:5])
    assert cut > len(options) / 8
    assert len(refused) < len(made) / 4


def test_placeholders_that_prun_does_not_write() -> None:
    source = random.Random(os.environ.get("ALW_SEED", "templates"))
    made = [with_template(source) for _ in range(300 if WHOLE else 15)]
    wrong, cut = all_differences(made)
    assert not wrong, f"{len(wrong)} of {len(made)}\n" + "\n\n".join(wrong[:5])
    assert cut


def test_more_files_than_one_cycle_reads() -> None:
    """JEDI reads 5000, and makes the last job of a block again: it may be cut short."""
    texts = [
        'exec = "run %IN %RNDM:1 o" outputs = ["o"] in_ds = ["data.one"] n_files_per_job = 9',
        'exec = "run %IN %IN2 o" outputs = ["o"] in_ds = ["data.one"] max_n_files_per_job = 70'
        ' secondary_dss = "IN2:3:other.a"',
    ]
    if WHOLE:
        texts.append('exec = "run %RNDM:1 o" outputs = ["o"] n_jobs = 5_300')
    made = [of_text(text, {"data.one": 10_200, "other.a": 7}) for text in texts]
    wrong, cut = all_differences(made)
    assert not wrong, "\n\n".join(wrong)
    assert cut == len(made)


def test_files_that_several_jobs_share() -> None:
    made = [
        of_text(
            'exec = "run %IN %IN2 o" outputs = ["o"] in_ds = ["data.one"] n_files_per_job = 4'
            f' secondary_dss = "IN2:{each}:other.a" reusable_secondary = "IN2"',
            {"data.one": 70, "other.a": files},
        )
        for each in (1, 2, 3, 5)
        for files in (2, 4, 7, 30)
    ]
    ratios = itertools.cycle((0.5, 1.5, 2, 0.3))
    for one, ratio, repeated in zip(tuple(made) * 2, ratios, [0] * 16 + [1] * 16, strict=False):
        changed = copy.deepcopy(dict(one.task_map))
        items: Any = changed["jobParameters"]
        for item in items:
            if item.pop("nFilesPerJob", None):
                item["ratio"] = ratio
                if repeated:
                    item["attributes"] = "repeat"
                    del item["reusable"]
        made.append(dataclasses.replace(one, task_map=changed))
    wrong, cut = all_differences(made)
    assert not wrong, "\n\n".join(wrong)
    assert cut == len(made)
