"""One attribute, whatever its spelling: ``dataset``, ``out_ds`` and ``outDS`` are one thing."""

from __future__ import annotations

from itertools import product

import pytest

import alw
from alw.panda.attributes import canonical
from alw.panda.client import prun_options

OUT = ("dataset", "out_ds", "outDS")

LOOP = """
workflow w {{
  {workflow}
  loop l {{
    param m: float = 1
    task t {{ exec = "run {{m}}" {jobs} = 2 outputs = ["o.root"] {task} }}
    learn d {{ exec = "python d.py {{t.outputs[0]}} {{m}}" result "r.json" {{ m: float }} }}
    repeat while d.m > 1 at most 3 times
  }}
  task last {{ exec = "last %IN" {in_} = d.outputs[0] }}
}}
"""


def _compiled(**parts: str) -> alw.CompiledWorkflow:
    made = alw.compile_text(LOOP.format(**parts))
    assert made.ok, made.diagnostics
    return made.workflows["w"]


@pytest.mark.parametrize(("workflow", "task"), list(product(OUT, OUT)))
def test_every_spelling_compiles_to_the_same(workflow: str, task: str) -> None:
    wanted = _compiled(
        workflow='dataset = "user.me.w"',
        task='dataset = "user.me.x.{iteration}"',
        jobs="n_jobs",
        in_="in_ds",
    )
    found = _compiled(
        workflow=f'{workflow} = "user.me.w"',
        task=f'{task} = "user.me.x.{{iteration}}"',
        jobs="nJobs",
        in_="inDS",
    )
    assert found.tasks == wanted.tasks
    assert found.workflow == wanted.workflow


@pytest.mark.parametrize("name", OUT)
def test_every_spelling_is_checked(name: str) -> None:
    made = alw.compile_text(
        LOOP.format(
            workflow='dataset = "user.me.w"',
            task=f'{name} = "user.me.{{m}}"',
            jobs="n_jobs",
            in_="in_ds",
        )
    )
    assert [d.code for d in made.diagnostics if d.severity == "error"] == ["ALW209"]


@pytest.mark.parametrize(("one", "two"), [p for p in product(OUT, OUT) if p[0] != p[1]])
def test_two_spellings_of_one_attribute_are_set_twice(one: str, two: str) -> None:
    made = alw.compile_text(
        f'workflow w {{ task t {{ exec = "run" {one} = "user.me.a" {two} = "user.me.b" }} }}'
    )
    assert [d.code for d in made.diagnostics] == ["ALW401"]


def test_every_option_has_one_canonical_name() -> None:
    for name, option in prun_options().items():
        assert canonical(name, learner=False) == name
        assert canonical(option.snake, learner=True) in prun_options()
