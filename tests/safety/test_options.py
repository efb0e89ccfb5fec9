"""Values in options, and what follows the files of an output."""

import pytest

import alw
from tests.commands.programs import codes, compile_task, sent_command


def compiled(option: str, value: str) -> alw.Compilation:
    return alw.compile_text(
        'workflow w {\ninput v: string\ndataset = "user.w.t"\ntask t { exec = "run %IN o" '
        f'in_ds = "user.me.d" outputs = ["o"]\n{option} }} }}',
        {"v": value},
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ('root_ver = "{v}"', "6.28/00; touch PWNED"),
        ('root_ver = "{v}"', "6.28/00 x"),
        ("root_ver = v", "6.28/$(touch PWNED)"),
        ('write_input_to_txt = "{v}"', "IN:f%; touch PWNED"),
        ('write_input_to_txt = "IN:{v}"', "%a b"),
        ('bexec = "make {v}"', "a; touch PWNED"),
        ('merge_script = "merge.py {v}"', "a; touch PWNED"),
        ('queue_data = "{v}"', "a b"),
        ('persistent_file = "{v}"', "a`touch PWNED`"),
        ("tarBallViaDDM = v", "a;b"),
    ],
)
def test_a_value_changes_no_words(option: str, value: str) -> None:
    found = {d.name for d in compiled(option, value).diagnostics if d.severity == "error"}
    assert found == {"unsafe-value"}


def test_a_list_of_good_runs_stands_in_place_of_a_dataset() -> None:
    source = (
        'workflow w {{ dataset = "user.w.t" task t {{ exec = "run" good_run_list_xml = "{}" }} }}'
    )
    assert alw.compile_text(source.format("good.xml")).ok
    found = alw.compile_text(source.format("a.xml; touch PWNED")).diagnostics
    assert "unsafe-value" in {d.name for d in found}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ('root_ver = "{v}"', "6.28/00"),
        ('write_input_to_txt = "%IN:{v}"', "f.txt"),
        ('bexec = "make -j 2; echo {v}"', "a"),
        ('match = "{v}"', "*.root"),
    ],
)
def test_a_harmless_value_stays(option: str, value: str) -> None:
    made = compiled(option, value)
    assert made.ok, made.diagnostics


def test_an_output_has_a_name() -> None:
    made = alw.compile_text(
        'workflow w { dataset = "user.w.t"\ntask t { exec = "run" outputs = [""] } }'
    )
    assert {d.name for d in made.diagnostics} == {"outputs"}


def command(written: str) -> alw.Compilation:
    return alw.compile_text(
        'workflow w {\ndataset = "user.w.t"\nloop s {\nparam m: float = 1.0\n'
        'task t { exec = "run {m} o" outputs = ["o"] }\n'
        f'learn l {{ exec = "{written}" result "r.json" {{ m: float }} }}\n'
        "repeat while l.m < 1 at most 3 times\n} }"
    )


@pytest.mark.parametrize("after", ["; echo", "\\n", "|cat", ">f", "&& echo", "<f"])
def test_the_compiler_parts_files_from_operators(after: str) -> None:
    made = command(f"python3 d.py {{t.outputs[0]}}{after}")
    assert made.ok, made.diagnostics
    sent = sent_command(made.workflows["w"].tasks["l"])
    assert "d.py %IN " in sent


@pytest.mark.parametrize("after", [".x", "/a", "x"])
def test_it_does_not_part_words(after: str) -> None:
    assert not command(f"python3 d.py {{t.outputs[0]}}{after}").ok


@pytest.mark.parametrize("word", ["exec", "trap"])
def test_quoted_words_leave_no_shell(word: str) -> None:
    assert command(f"python3 d.py 'a; {word} b' {{t.outputs[0]}}").ok
    assert command(f'python3 d.py \\"a; {word} b\\" {{t.outputs[0]}}').ok
    assert not command(f"python3 d.py {{t.outputs[0]}} ; {word} b").ok


@pytest.mark.parametrize(
    ("written", "value", "sent"),
    [
        ("a{v} run o", "=b", "a'=b' run o"),
        ("a{v} run o", "+=b", "a'+=b' run o"),
        ("X=1 >f a{v} run o", "=b", "X=1 >f a'=b' run o"),
        ("if true; then a{v} o; fi", "=b", "if true; then a'=b' o; fi"),
        ("run a{v} o", "=b", "run a=b o"),
        ("--x={v} o", "a=b", "--x=a=b o"),
        ("X={v} run o", "a=b", "X=a=b run o"),
        ("w{v} o", "hile", "w'hile' o"),
        ("run w{v} o", "hile", "run while o"),
        ("run {v}", "", "run ''"),
        ("run ${{X:-{v}}}", "", "run ${X:-''}"),
        ('run \\"$(run a{v})\\"', "", 'run "$(run a)" '),
    ],
)
def test_a_value_makes_no_assignment(written: str, value: str, sent: str) -> None:
    made = compile_task(written, {"v": value})
    assert made.ok, made.diagnostics
    assert sent_command(made.workflows["w"].tasks["t"]) == sent


def test_an_empty_value_in_a_substitution_in_quotes() -> None:
    assert codes(compile_task('run \\"$(run {v})\\"', {"v": ""})) == {"unsafe-value"}


def test_quotes_in_an_option_are_refused() -> None:
    assert codes(compiled('persistent_file = "{v}"', 'a"; touch PWNED; "')) == {"unsafe-value"}


def test_spaces_at_the_ends_are_refused() -> None:
    assert codes(compiled('root_ver = "{v}"', "6.28 ")) == {"unsafe-value"}


@pytest.mark.parametrize("value", ["x.xml;a", ">PWNED", "$(touch PWNED)", "{a,b}", "{1..3}"])
def test_an_option_that_goes_without_input_is_guarded(value: str) -> None:
    made = alw.compile_text(
        'workflow w {\ninput v: string\ndataset = "user.w.t"\n'
        'task t { exec = "run o" outputs = ["o"] good_run_list_xml = v } }',
        {"v": value},
    )
    assert codes(made) == {"unsafe-value"}


def test_a_list_in_a_command_of_an_option_is_inserted() -> None:
    assert codes(compiled('bexec = [v, "a"]', "a; touch PWNED")) == {"unsafe-value"}


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("merge.py `date` $X; ls | cat", True),
        ("merge.py 'a b'", True),
        ('merge.py \\\\\\"a b\\\\\\"', True),
        ('merge.py \\"a b\\"', False),
        ('merge.py \\"', False),
    ],
)
def test_a_command_that_the_author_wrote_stays_in_its_quotes(written: str, right: bool) -> None:
    found = codes(compiled(f'merge_script = "{written}"', "a"))
    assert found == (set() if right else {"unsafe-value"})


def test_a_value_is_not_rewritten() -> None:
    assert codes(compiled('write_input_to_txt = "IN:{v}"', "%s")) == {"unsafe-value"}
    assert codes(compiled('write_input_to_txt = "%IN:{v}"', "s")) == set()
