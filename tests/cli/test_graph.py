"""``alw graph``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SAMPLE, Invoke, Run, tree


def test_mermaid_goes_to_standard_output(invoke: Invoke) -> None:
    result = invoke("graph", "good.alw")
    assert result.exit_code == 0
    assert result.stdout.startswith("flowchart TB\n")
    assert '["first"]' in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    "name, start",
    [
        ("a.svg", b"<svg"),
        ("a.SVG", b"<svg"),
        ("a.dot", b"digraph"),
        ("a.gv", b"digraph"),
        ("a.mmd", b"flowchart"),
        ("a.md", b"flowchart"),
    ],
)
def test_the_name_of_the_file_says_the_format(invoke: Invoke, name: str, start: bytes) -> None:
    result = invoke("graph", "good.alw", "-o", name)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == f"wrote {name}\n"
    assert Path(name).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["a.png", "a.pdf", "a", "a.", "a.alw", ".svg"])
def test_a_name_of_no_format_is_wrong_usage(invoke: Invoke, name: str) -> None:
    result = invoke("graph", "good.alw", "-o", name)
    assert result.exit_code == 2
    assert all(ending in result.stderr for ending in (".svg", ".dot", ".mmd"))
    assert not Path(name).exists()


def test_a_folder_is_not_drawn(invoke: Invoke) -> None:
    Path("folder").mkdir()
    result = invoke("graph", "folder")
    assert result.exit_code == 2
    assert "folder" in result.stderr


def test_format_says_what_a_name_does_not(invoke: Invoke) -> None:
    assert invoke("graph", "good.alw", "-o", "a.txt", "--format", "dot").exit_code == 0
    assert Path("a.txt").read_text().startswith("digraph")


def test_links_lead_from_the_picture_to_the_source(invoke: Invoke, here: Path) -> None:
    Path("flows").mkdir()
    Path("flows/a b{line}.alw").write_text(Path("good.alw").read_text())
    Path("out").mkdir()
    assert invoke("graph", "flows/a b{line}.alw", "-o", "out/a.svg").exit_code == 0
    assert 'href="../flows/a%20b%7Bline%7D.alw#L5"' in Path("out/a.svg").read_text()
    template = "vscode://file{path}:{line}"
    result = invoke("graph", "good.alw", "--format", "svg", "--link", template)
    assert f'href="vscode://file{os.path.realpath(here)}/good.alw:5"' in result.stdout


def test_standard_input_has_no_place_to_link_to(invoke: Invoke) -> None:
    result = invoke("graph", "-", "--format", "svg", input=Path("good.alw").read_text())
    assert result.exit_code == 0
    assert "<a " not in result.stdout


def test_several_workflows_are_one_picture(invoke: Invoke) -> None:
    text = Path("good.alw").read_text()
    Path("two.alw").write_text(text + text.replace("small", "other"))
    result = invoke("graph", "two.alw")
    assert '["workflow small"]' in result.stdout
    assert '["workflow other"]' in result.stdout


def test_inputs_can_be_set(invoke: Invoke) -> None:
    Path("open.alw").write_text(
        'workflow w { input d: dataset dataset = "user.me.w" task t { exec = "x {d} y" } }\n'
    )
    result = invoke("graph", "open.alw", "--set", "d=mc23.evgen")
    assert result.exit_code == 0
    assert "mc23.evgen" in result.stdout
    assert invoke("graph", "open.alw").exit_code == 1
    Path("p.json").write_text('{"d": "mc16.evgen"}')
    assert "mc16.evgen" in invoke("graph", "open.alw", "--params", "p.json").stdout


def test_of_a_faulty_source_what_is_known_is_drawn(invoke: Invoke) -> None:
    result = invoke("graph", "bad.alw", "-o", "a.svg")
    assert result.exit_code == 1
    assert "error[ALW203]" in result.stderr
    assert "drew what is known" in result.stderr
    assert ">second<" in Path("a.svg").read_text()


@pytest.mark.parametrize(
    "text", [b"workflow w { task", b"", b"\xff", b"workflow w { x = ' }", b"# nothing\n"]
)
def test_of_what_cannot_be_parsed_nothing_is_drawn(invoke: Invoke, here: Path, text: bytes) -> None:
    Path("odd.alw").write_bytes(text)
    before = tree(here)
    result = invoke("graph", "odd.alw", "-o", "a.svg")
    assert result.exit_code == 1
    assert "error[ALW" in result.stderr
    assert result.stdout == ""
    assert tree(here) == before


def test_a_file_that_is_not_there(invoke: Invoke) -> None:
    result = invoke("graph", "absent.alw")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[ALW501]" in result.stderr


def test_a_source_is_not_replaced(invoke: Invoke, here: Path) -> None:
    Path("link.svg").symlink_to("good.alw")
    before = tree(here)
    for name in ("good.alw", "link.svg"):
        assert invoke("graph", "good.alw", "-o", name).exit_code == 2
    assert tree(here) == before


def test_a_picture_that_cannot_be_written(invoke: Invoke) -> None:
    result = invoke("graph", "good.alw", "-o", "absent/a.svg")
    assert result.exit_code == 1
    assert "cannot write 'absent/a.svg'" in result.stderr


def test_only_what_is_needed_is_loaded() -> None:
    code = (
        "import sys; sys.argv = ['alw', 'graph', 'good.alw'];"
        "from alw.cli import main\n"
        "try: main()\n"
        "finally: assert not [m for m in sys.modules if m.startswith('alw.drawing.layout')], 1"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_sample_in_a_process_of_its_own(run: Run) -> None:
    done = run("graph", str(SAMPLE), "--format", "svg", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"<svg ")


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.svg", "dot"), ("a.png", "svg"), ("a.dot", "mermaid"), ("a.PDF", "mermaid")],
)
def test_a_name_that_does_not_fit_the_format(invoke: Invoke, name: str, form: str) -> None:
    result = invoke("graph", "good.alw", "-o", name, "--format", form)
    assert result.exit_code == 2
    assert f"--format {form} does not fit '{name}': end the name in ." in result.stderr
    assert not Path(name).exists()


def test_import_and_graph_take_no_folder(invoke: Invoke) -> None:
    Path("folder").mkdir()
    for command in ("graph", "import"):
        result = invoke(command, "folder")
        assert result.exit_code == 2
        assert "'folder' is a folder" in result.stderr


def test_a_schema_of_another_name(invoke: Invoke) -> None:
    assert "did you mean 'workflow'" in invoke("schema", "workflo").stderr
    result = invoke("schema", "nosuch")
    assert result.exit_code == 2
    assert "task-parameters" in result.stderr
