"""An empty value takes no word away from the command of a stored map."""

from pathlib import Path

import pytest

from tests.commands.programs import sent_command
from tests.engine.stored import compiled, stored_map
from tests.safety.hostile_programs import Trial


@pytest.mark.parametrize(
    ("form", "stored"),
    [
        ("{v}", "run 0.5 MARK o"),
        ("{v}", "run MARK"),
        ("{v}", "MARK run o"),
        ("x {v}", "run MARK o"),
        ("{v} x", "run MARK o"),
        ("{v}{v}", "run MARK o"),
        ("{v}", "run $(run MARK) o"),
        ("{v}=x", "run MARK o"),
        ("{v}if", "run o; MARK"),
        ("{v}#", "run MARK o"),
    ],
)
def test_it_is_refused_where_it_would_be_a_word(form: str, stored: str) -> None:
    found = Trial("replace", "replace", form, stored, "task", "given", "").compile()
    assert {d.name for d in found.diagnostics if d.severity == "error"} == {"unsafe-value"}


@pytest.mark.parametrize(
    ("form", "stored", "meant"),
    [
        ("a{v}", "run MARK o", "run a o"),
        ("{v}b", "run MARK o", "run b o"),
        ("{v}", "run --x=MARK o", "run --x= o"),
        ("{v}", "run 'MARK' o", "run '' o"),
        ("{v}", "run aMARK o", "run a o"),
        ("{v}", "run MARKb o", "run b o"),
    ],
)
def test_it_may_be_a_part_of_one(form: str, stored: str, meant: str) -> None:
    found = Trial("replace", "replace", form, stored, "task", "given", "").compile()
    assert found.ok, found.diagnostics
    assert sent_command(found.workflows["w"].tasks["t"]) == meant


@pytest.mark.parametrize(("old", "right"), [("6.28", False), ("28", True)])
def test_nor_from_the_line_outside_the_command(tmp_path: Path, old: str, right: bool) -> None:
    words = ["--exec", "run o", "--outDS", "user.w.t", "--outputs", "o", "--rootVer", "6.28"]
    text = (
        'workflow w {\nconst v: string = ""\n'
        f'task t {{ map = "m.json" replace "{old}" with "{{v}}" }}\n}}\n'
    )
    found = compiled(tmp_path, text, m=stored_map(words))
    errors = {d.name for d in found.diagnostics if d.severity == "error"}
    assert errors == (set() if right else {"unsafe-value"})
