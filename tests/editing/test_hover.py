"""Hover: what a thing is, what it is worth, and what it compiles to."""

from __future__ import annotations

import pytest

from alw.editing.hover import hover
from alw.panda.client import prun_options
from tests.editing.marked import ROOT, at_cursor, read

SAMPLE = read(ROOT / "samples" / "active_learning.alw")


def said(place: str, text: str = SAMPLE, **inputs: object) -> tuple[str, str]:
    """The text that is hovered over, and what is shown of it."""
    plain = place.replace("‸", "")
    assert text.count(plain) == 1, place
    analysis, offset = at_cursor(text.replace(plain, place), **inputs)
    found = hover(analysis, offset)
    assert found is not None
    return analysis.source.text[found.span.start : found.span.end], found.markdown


def test_a_parameter_has_a_type_a_first_value_and_a_source() -> None:
    for place in ("param m‸1", "script.py {‸m1}"):
        span, markdown = said(place)
        assert span == "m1"
        assert "param m1: float = 0.5" in markdown
        assert "`scan`" in markdown and "`0.5`" in markdown and "`merge`" in markdown
        assert "line 9" in markdown


def test_an_input_shows_the_value_in_force() -> None:
    assert '`"wguan"`' in said("user.{us‸er}")[1]
    assert '`"me"`' in said("user.{us‸er}", user="me")[1]


def test_a_task_shows_its_compiled_command() -> None:
    span, markdown = said("task simu‸late")
    assert span == "simulate"
    assert "\npython simplescript.py 0.5 0.5 " in markdown
    assert "`user.wguan.altest1234.simulate.{iteration}`" in markdown


def test_a_learner_shows_the_command_that_was_written() -> None:
    markdown = said("learn mer‸ge")[1]
    assert "\npython merge.py merge.json 0.5 " in markdown
    assert "%IN\n" in markdown and "trap" not in markdown
    assert "waits for `simulate`" in markdown


def test_an_actuator_shows_what_idds_runs() -> None:
    text = read(ROOT / "samples" / "existing_task.alw")
    name = text[text.index("learn ") :].split()[1]
    markdown = said(f"learn {name[0]}‸{name[1:]}", text)[1]
    assert "python merge.py" in markdown


def test_an_option_shows_pruns_own_help() -> None:
    span, markdown = said("n_jo‸bs")
    assert span == "n_jobs" and prun_options()["nJobs"].help in markdown


def test_the_command_is_shown_at_exec() -> None:
    assert "simplescript.py 0.5" in said('ex‸ec    = "python simplescript')[1]


def test_an_output_shows_its_dataset() -> None:
    for place in ("simulate.out‸puts[0]", "outputs[‸0]"):
        markdown = said(place)[1]
        assert "simulate.outputs[0]" in markdown
        assert "`user.wguan.altest1234.simulate.{iteration}_output.json/`" in markdown


def test_a_field_says_that_it_is_a_parameter() -> None:
    assert "parameter `nevents`" in said("merge.nev‸ents")[1]


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("re‸peat while", "repeat while CONDITION at most N times"),
        ("repeat wh‸ile", "repeat while CONDITION at most N times"),
        ("20 tim‸es", "repeat while CONDITION at most N times"),
        ("res‸ult \"", 'result "FILE" { NAME: TYPE, … }'),
        ("lo‸op scan", "loop NAME { … }"),
        ("par‸am m1", "param NAME: TYPE = VALUE"),
    ],
)  # fmt: skip
def test_a_keyword_shows_its_form(place: str, form: str) -> None:
    assert form in said(place)[1]


@pytest.mark.parametrize("place", ["float    = 0.‸5", "0.5  # va‸lue", "outputs ‸= ["])
def test_what_says_itself_has_no_hover(place: str) -> None:
    plain = place.replace("‸", "")
    at = SAMPLE.index(plain)
    analysis, offset = at_cursor(SAMPLE[:at] + place + SAMPLE[at + len(plain) :])
    assert hover(analysis, offset) is None


def test_types_and_the_iteration_are_explained() -> None:
    assert "whole number" in said("nevents: in‸t =")[1]
    text = SAMPLE.replace("{nevents} output.json", "{iteration} output.json")
    assert "number of the iteration" in said("{itera‸tion}", text)[1]
