"""Which names of fields iDDS carries, asked of its own class for learners."""

from __future__ import annotations

import pytest

import alw
from alw.execution.engine.idds_library import library

PROGRAM = """workflow w {{
  dataset = "user.me.w"
  loop scan {{
    param m: float = 0.5
    param {name}: int = 1
    learn fit {{
      exec = "python3 fit.py {{m}} {{{name}}}"
      result "fit.json" {{ m: float, {name}: int }}
    }}
    repeat at most 3 times
  }}
}}
"""


def _learner() -> object:
    library()
    from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork

    log = {"dataset": "user.me.w.log/", "value": "x", "type": "template", "param_type": "log"}
    parameters = {"taskName": "user.me.w/", "prodSourceLabel": "user", "log": log}
    work = ATLASLocalPandaWork(task_parameters={**parameters, "jobParameters": []})
    work.sync_global_parameters({"user_m": 0.5, "user_n": 1})
    return work


def _state(work: object) -> dict[str, str]:
    """All that an object holds, in words."""
    return {key: repr(value) for key, value in vars(work).items() if key != "_metadata"}


NAMES = sorted(
    {name for name in dir(_learner()) if name.isidentifier()}
    | {"m", "n", "user", "users", "user_", "user_m", "user_user_m", "num_run", "iteration"}
)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_sets_what_it_is_called(name: str) -> None:
    """No field but one called ``user_…`` changes a parameter of another name, or anything else."""
    work = _learner()
    before = _state(work)
    work.set_output_data({"m": 1.5, name: 7, "to_continue": True})  # type: ignore[attr-defined]
    after = _state(work)
    assert {key for key in after if after[key] != before.get(key)} == {
        "user_m", f"user_{name}", "user_to_continue",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_takes_the_value_of_its_field(name: str) -> None:
    """And with a name that begins with ``user_`` another one does: it is refused."""
    work = _learner()
    # as the epilogue writes it: the keys are sorted
    data = dict(sorted({"m": 1.5, name: 7, "to_continue": True}.items()))
    work.set_output_data(data)  # type: ignore[attr-defined]
    mixed_up = False
    for param in ("m", "n"):
        found, value = work.get_global_parameter_from_output_data(f"user_{param}")  # type: ignore[attr-defined]
        if not found:
            value = getattr(work, f"user_{param}")
        wanted = {"m": 1.5, "n": 1, name: 7}[param]
        mixed_up = mixed_up or value != wanted
    if mixed_up:
        assert name.startswith("user_")
    if name.startswith("user_"):
        assert not alw.compile_text(PROGRAM.format(name=name)).ok


def test_the_mix_up_is_there() -> None:
    """Why the rule exists: a key ``user_m`` beside ``m`` gives its value to every parameter."""
    work = _learner()
    work.set_output_data({"m": 1.5, "user_m": 9})  # type: ignore[attr-defined]
    get = work.get_global_parameter_from_output_data  # type: ignore[attr-defined]
    assert get("user_n") == (True, 1.5)


@pytest.mark.parametrize("name", ["num_run", "status", "task_parameters", "work_name", "username"])
def test_names_of_attributes_are_fine(name: str) -> None:
    result = alw.compile_text(PROGRAM.format(name=name))
    assert result.ok, result.diagnostics


@pytest.mark.parametrize("name", ["user_m", "user_", "user_num_run", "to_continue", "iteration"])
def test_what_is_mixed_up_is_refused(name: str) -> None:
    assert not alw.compile_text(PROGRAM.format(name=name)).ok
