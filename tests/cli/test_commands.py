"""What the commands do: exit codes, files, inputs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import alw
from alw.diagnostics import rules
from alw.diagnostics.diagnostic import Collector
from alw.syntax.parse import parse
from alw.syntax.tree import File
from alw.text.source import Source, Span

from .conftest import BAD, GOOD, SAMPLE, Invoke, tree


def test_compile_writes_the_workflow_and_every_task(invoke: Invoke) -> None:
    result = invoke("compile", str(SAMPLE), "-o", "out")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "out/altest/workflow.json" in result.stderr
    files = [name for name, content in tree(Path("out")).items() if content is not None]
    sandboxes = [name for name in files if name.startswith("altest/sandboxes/")]
    assert len(sandboxes) == 2
    assert [name for name in files if name not in sandboxes] == [
        "altest/.alw.json",
        "altest/tasks/merge.json",
        "altest/tasks/simulate.json",
        "altest/workflow.json",
    ]
    compiled = alw.compile(str(SAMPLE)).workflows["altest"]
    assert json.loads(Path("out/altest/workflow.json").read_text()) == compiled.workflow
    task = json.loads(Path("out/altest/tasks/merge.json").read_text())
    assert task == compiled.tasks["merge"]


def test_the_output_goes_to_build_if_nothing_else_is_said(invoke: Invoke) -> None:
    assert invoke("compile", "good.alw").exit_code == 0
    assert Path("build/small/workflow.json").is_file()


def test_quiet_says_nothing_of_success(invoke: Invoke) -> None:
    result = invoke("compile", "-q", "good.alw")
    assert (result.exit_code, result.output) == (0, "")


def test_files_get_the_usual_permissions(invoke: Invoke) -> None:
    Path("ordinary").touch()
    invoke("compile", "good.alw")
    for path in Path("build").rglob("*.json"):
        assert path.stat().st_mode == Path("ordinary").stat().st_mode


def test_an_error_writes_nothing(invoke: Invoke, here: Path) -> None:
    before = tree(here)
    result = invoke("compile", "good.alw", "bad.alw")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "cuont" in result.stderr
    assert tree(here) == before


def test_check_finds_errors_and_writes_nothing(invoke: Invoke, here: Path) -> None:
    before = tree(here)
    result = invoke("check", "bad.alw")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert "cuont" in result.stdout
    assert result.stdout.endswith("\n1 error\n")
    assert tree(here) == before


def test_check_of_good_files(invoke: Invoke) -> None:
    Path("other.alw").write_text(GOOD.replace("small", "other"))
    assert invoke("check", "good.alw").stdout == "no problems in 1 file\n"
    assert invoke("check", "good.alw", "other.alw").stdout == "no problems in 2 files\n"


def test_several_files_are_compiled_together(invoke: Invoke) -> None:
    Path("other.alw").write_text(GOOD.replace("small", "other"))
    assert invoke("compile", "good.alw", "other.alw").exit_code == 0
    assert sorted(p.name for p in Path("build").iterdir()) == ["other", "small"]


def test_two_workflows_of_one_name_are_refused(invoke: Invoke) -> None:
    Path("other.alw").write_text(GOOD)
    result = invoke("check", "--format", "concise", "good.alw", "other.alw")
    assert result.exit_code == 1
    assert "ALW506" in result.stdout


def test_the_same_file_twice_is_one_file(invoke: Invoke) -> None:
    assert invoke("check", "good.alw", "good.alw").stdout == "no problems in 1 file\n"


def test_standard_input(invoke: Invoke) -> None:
    assert invoke("compile", "-", input=GOOD).exit_code == 0
    assert Path("build/small/workflow.json").is_file()
    result = invoke("check", "-", "--format", "concise", input=BAD)
    assert result.stdout.startswith("<stdin>:6:")


@pytest.mark.parametrize("name", ["missing.alw", "", "loop.alw", "x" * 5000])
def test_unreadable_files_are_diagnostics(invoke: Invoke, name: str) -> None:
    Path("loop.alw").symlink_to("loop.alw")
    result = invoke("check", "--format", "json", "good.alw", name)
    assert result.exit_code == 1
    [found] = json.loads(result.stdout)["diagnostics"]
    assert (found["code"], found["file"]) == ("ALW501", name)


def test_other_files_are_checked_beside_an_unreadable_one(invoke: Invoke) -> None:
    result = invoke("check", "--format", "concise", "missing.alw", "bad.alw")
    assert "ALW501" in result.stdout
    assert "cuont" in result.stdout


# Warnings


def test_strict_turns_warnings_into_errors(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def warn(source: Source, collector: Collector) -> File:
        collector.report(rules.PRUN_WARNS, source, Span(0, 8), "beware")
        return parse(source, collector)

    monkeypatch.setattr("alw.driver.pipeline.parse", warn)
    result = invoke("check", "good.alw")
    assert result.exit_code == 0
    assert result.stdout.endswith("1 warning\n")
    result = invoke("compile", "--strict", "good.alw")
    assert result.exit_code == 1
    assert not Path("build").exists()
    result = invoke("compile", "good.alw")
    assert result.exit_code == 0
    assert "beware" in result.stderr
    assert Path("build").exists()


# Inputs


def command_of(name: str = "first") -> str:
    return Path(f"build/small/tasks/{name}.json").read_text()


@pytest.mark.parametrize("value", ["17", "017", " 17"])
def test_set_gives_inputs_their_values(invoke: Invoke, value: str) -> None:
    assert invoke("compile", "good.alw", "--set", f"count={value}").exit_code == 0
    assert "17" in command_of()


def test_everything_behind_the_first_equals_sign_is_the_value(invoke: Invoke) -> None:
    Path("text.alw").write_text(
        'workflow small { input x: string = "1"  dataset = "user.me.x"\n'
        'task first { exec = "echo {x}"  outputs = ["a"] } }'
    )
    assert invoke("compile", "text.alw", "--set", "x=a=b=c").exit_code == 0
    assert "a%3Db%3Dc" in command_of() or "a=b=c" in command_of()


def test_an_empty_value_is_a_value(invoke: Invoke) -> None:
    result = invoke("check", "good.alw", "--set", "count=", "--format", "concise")
    assert result.exit_code == 1
    assert "ALW504" in result.stdout


def test_the_last_setting_of_a_name_wins(invoke: Invoke) -> None:
    assert invoke("compile", "good.alw", "--set", "count=x", "--set", "count=23").exit_code == 0
    assert "23" in command_of()


@pytest.mark.parametrize("setting", ["count", "", "=", "=1", "a b=1", "1a=1", "a\n=1", "a=\udcff"])
def test_what_is_no_setting_is_wrong_usage(invoke: Invoke, setting: str) -> None:
    assert invoke("check", "good.alw", "--set", setting).exit_code == 2


def test_an_unknown_input_is_an_error(invoke: Invoke) -> None:
    result = invoke("check", "good.alw", "--set", "cuont=1", "--format", "concise")
    assert result.exit_code == 1
    assert "ALW503" in result.stdout


PARAMS = {
    "json": '{"count": 41, "who": "you"}',
    "toml": 'count = 41\nwho = "you"\n',
    "yaml": "count: 41\nwho: you\n",
    "yml": "# values\n{count: 41, who: you}\n",
}


@pytest.mark.parametrize("ending", PARAMS)
def test_parameter_files(invoke: Invoke, ending: str) -> None:
    Path(f"p.{ending}").write_text(PARAMS[ending])
    assert invoke("compile", "good.alw", "--params", f"p.{ending}").exit_code == 0
    assert "41" in command_of()
    assert "user.you." in command_of()


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", PARAMS)
def test_parameter_files_from_windows(invoke: Invoke, ending: str, prefix: bytes) -> None:
    text = PARAMS[ending].replace("\n", "\r\n").encode()
    Path(f"p.{ending}").write_bytes(prefix + text)
    assert invoke("compile", "good.alw", "--params", f"p.{ending}").exit_code == 0
    assert "41" in command_of()


def test_parameters_from_standard_input_are_json(invoke: Invoke) -> None:
    assert invoke("compile", "good.alw", "--params", "-", input=PARAMS["json"]).exit_code == 0
    assert "41" in command_of()


def test_standard_input_has_one_use(invoke: Invoke) -> None:
    assert invoke("check", "-", "--params", "-", input=GOOD).exit_code == 2


def test_a_setting_wins_over_the_parameter_file(invoke: Invoke) -> None:
    Path("p.json").write_text(PARAMS["json"])
    arguments = ("--set", "count=67", "--params", "p.json")
    assert invoke("compile", "good.alw", *arguments).exit_code == 0
    assert "67" in command_of()


BROKEN = [
    ("json", b'{"count": 1,\n "who": }', 2),
    ("json", b"", 1),
    ("json", b"[1]", 1),
    ("json", b"\xff", 1),
    ("json", b'{"count": ' + b"1" * 5000 + b"}", 1),
    ("json", b"[" * 100_000, 1),
    ("toml", b"count = 1\n\nwho =", 3),
    ("toml", b"count = 1\ncount = 2", 2),
    ("toml", b'who = """', 1),
    ("yaml", b"count: 1\nwho: a: b", 2),
    ("yaml", b"count: [1,", 1),
    ("yaml", b"count: \0", 1),
    ("yaml", b"a: 1\n---\nb: 2", 2),
    ("yaml", b"- 1", 1),
    ("yaml", b"? [a]\n: 1", 1),
    ("yaml", b"a: !!python/object:os.system x", 1),
    ("yaml", b"[" * 5000, 1),
]


@pytest.mark.parametrize(("ending", "content", "line"), BROKEN)
def test_a_broken_parameter_file_is_one_diagnostic(
    invoke: Invoke, ending: str, content: bytes, line: int
) -> None:
    Path(f"p.{ending}").write_bytes(content)
    result = invoke("check", "good.alw", "--params", f"p.{ending}", "--format", "json")
    assert result.exit_code == 1
    [found] = json.loads(result.stdout)["diagnostics"]
    assert found["code"] in ("ALW505", "ALW106")
    assert found["file"] == f"p.{ending}"
    assert found["range"]["start"]["line"] == line


@pytest.mark.parametrize("name", ["missing.json", "folder"])
def test_an_unreadable_parameter_file(invoke: Invoke, name: str) -> None:
    Path("folder").mkdir()
    result = invoke("check", "good.alw", "--params", name, "--format", "concise")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{name}:1:1: error[ALW505]")


ODD = [
    "count: 0x" + "f" * 6000,
    "count: &a [*a]",
    "count: 2020-01-01",
    "count: .inf",
    "count: {a: [1, 2, {b: 3}]}",
    "count: &a [1,1]\nx: &b [*a,*a]\n" + "\n".join(f"y{i}: &b [*b,*b,*b,*b]" for i in range(30)),
    "who: " + "x" * 100_000,
    'who: "\\u001b[31m\\u202e\\n"',
    "~: 1",
]


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_odd_values_are_diagnostics(invoke: Invoke, content: str) -> None:
    Path("p.yaml").write_text(content)
    result = invoke("compile", "good.alw", "--params", "p.yaml")
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 100_000


def test_half_a_surrogate_pair_is_no_text(invoke: Invoke) -> None:
    Path("p.json").write_text('{"who": "\\ud800"}')
    Path("data.alw").write_text(
        GOOD.replace("user.{who}.small", "user.me.x", 1).replace(
            'outputs = ["b.txt"]', 'outputs = ["b.txt"]  in_ds = "{who}"'
        )
    )
    result = invoke("compile", "data.alw", "--params", "p.json", "--format", "concise")
    assert result.exit_code == 1
    assert "ALW504" in result.stderr
    assert not Path("build").exists()


# Usage


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("compile",),
        ("check",),
        ("nonsense",),
        ("check", "good.alw", "--format", "xml"),
        ("check", "good.alw", "--target", "idds-9"),
        ("check", "good.alw", "--nonsense"),
        ("compile", "good.alw", "-o", ""),
        ("schema", "nonsense"),
    ],
)
def test_wrong_usage(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), ("compile",), ("check",), ("fmt",), ("schema",)])
def test_help_everywhere(invoke: Invoke, command: tuple[str, ...], flag: str) -> None:
    result = invoke(*command, flag)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: " + " ".join(["alw", *command]))


def test_help_names_the_default_target(invoke: Invoke) -> None:
    from alw.targets import DEFAULT

    assert f"[default: {DEFAULT}]" in invoke("compile", "--help").stdout


def test_version(invoke: Invoke) -> None:
    from importlib.metadata import version

    assert invoke("--version").stdout == f"alw {version('alw')}\n"


# Schemas and JSON


def test_schemas_are_listed_and_printed(invoke: Invoke) -> None:
    names = [line.split()[0] for line in invoke("schema").stdout.splitlines()]
    assert "workflow" in names
    for name in names:
        assert name in invoke("schema", "--help").stdout
        printed = json.loads(invoke("schema", name).stdout)
        assert printed == alw.schema(name)
        jsonschema.Draft202012Validator.check_schema(printed)


@pytest.mark.parametrize("name", ["good.alw", "bad.alw", "missing.alw"])
def test_json_is_what_the_schema_says(invoke: Invoke, name: str) -> None:
    result = invoke("check", "--format", "json", name)
    found = json.loads(result.stdout)
    jsonschema.validate(found, alw.schema("diagnostics"))
    expected = [d.to_json() for d in alw.compile(name).diagnostics]
    assert found == {"diagnostics": expected}


def test_json_places_count_from_one(invoke: Invoke) -> None:
    Path("one.alw").write_text("workflow w {}\n§")
    [found, *_] = json.loads(invoke("check", "--format", "json", "one.alw").stdout)["diagnostics"]
    assert found["range"]["start"] == {"line": 2, "column": 1}


@pytest.mark.parametrize("name", ["good.alw", "bad.alw"])
def test_compile_leaves_stderr_to_the_json(invoke: Invoke, name: str) -> None:
    result = invoke("compile", "--format", "json", name)
    assert list(json.loads(result.stderr)) == ["diagnostics"]


def test_concise_is_a_line_each(invoke: Invoke) -> None:
    lines = invoke("check", "--format", "concise", "bad.alw").stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("bad.alw:6:31: error[ALW203] unbound-name: ")
    assert invoke("check", "--format", "concise", "good.alw").stdout == ""
