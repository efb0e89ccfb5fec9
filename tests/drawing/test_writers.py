"""The writers: any text in names and strings stays text, and links lead to lines."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.drawing.chart import Chart, Drawing, Flow, FlowKind, Frame, Links, Node, NodeKind
from alw.drawing.dot import write_dot
from alw.drawing.labels import clean_label, shorten
from alw.drawing.mermaid import write_mermaid
from alw.drawing.svg import write_svg
from tests.drawing.charts import BROKEN, FIVE, drawn, sources, two_hundred

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    'a"]; evil["b', "</text><script>alert(1)</script>", "\\", '\\"', "]]>", "<!--", "&lt;",
    "#quot;", "style x:#35;", "classDef a:'b'", "`code`", "1. one", "- one", "end", "%%{x}%%",
    "\n\r\t\0\x1b[31m", "\u202eright to left", "\ud800", "\ufffe", "日本語", "-->|x|",
    "a\\nb", "\\N", "$$x$$", "click a",
]  # fmt: skip


def named(text: str, label: str = "x") -> Drawing:
    """A drawing in which everything is called ``text``."""
    nodes = (
        Node("a", NodeKind.TASK, text, (), text, 1),
        Node("s", NodeKind.START, text, (text, "m: int"), text, 2, "l"),
        Node("b", NodeKind.LEARNER, text, (), text, 3, "l"),
        Node("r", NodeKind.REPEAT, text, (), text, 4, "l"),
        Node("d", NodeKind.DATASET, text, (), text, 5),
    )
    flows = (
        Flow("a", "b", FlowKind.FILES, (text, label), 6),
        Flow("d", "b", FlowKind.NOTHING, (), 7),
        Flow("s", "b", FlowKind.VALUES, (text,), 7),
        Flow("r", "s", FlowKind.BACK, (text,), 8),
    )
    chart = Chart("w", text, 9, nodes, (Frame("l", text, 10),), flows)
    return Drawing((chart,), Links("f.alw#L{line}"))


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


# SVG


def texts_of(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@settings(deadline=None)
@given(texts, texts)
def test_svg_shows_any_text_as_text(text: str, label: str) -> None:
    written = write_svg(named(text, label))
    root = ElementTree.fromstring(written)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {
        "svg", "title", "style", "defs", "marker", "path", "rect", "polygon", "g", "a", "text"
    }  # fmt: skip
    assert written.isascii()
    assert shorten(clean_label(text), 28) in texts_of(root)


@pytest.mark.parametrize("text", [text for _, text in sources()])
def test_svg_is_a_file_of_its_own(text: str) -> None:
    written = write_svg(drawn(text))
    root = ElementTree.fromstring(written)
    assert root.tag == f"{SVG}svg"
    outside = re.findall(r'(?:href|src|url)\s*[=(]\s*"?([^")]*)', written)
    assert all(place.startswith(("flow.alw#L", "#")) for place in outside)
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert set(ids.values()) == {1}


def test_svg_has_each_task_once_and_its_command_in_the_tooltip() -> None:
    root = ElementTree.fromstring(write_svg(drawn(FIVE)))
    shown = Counter(texts_of(root))
    for name in ("generate", "simulate", "decide", "plot", "mail"):
        assert shown[name] == 1
    titles = [element.text or "" for element in root.iter(f"{SVG}title")]
    assert any(title == "plot\nplot {scan.mass} {decide.outputs[0]}" for title in titles)
    assert any(title.startswith("evgen.root\ngenerate → simulate") for title in titles)


def test_svg_links_lead_to_the_lines() -> None:
    root = ElementTree.fromstring(write_svg(drawn(FIVE)))
    lines = FIVE.split("\n")
    wanted = {"workflow five": "workflow five", "loop scan": "loop scan", "generate": "generate {"}
    wanted |= {"decide": "learn decide", "evgen.root": "{generate.outputs", "mail": "task mail"}
    wanted |= {
        "mass, nevents": "repeat",
        "next.json": '"next.json" {',
        "mass: float = 125.0": "param",
    }
    found: dict[str, str] = {}
    for link in root.iter(f"{SVG}a"):
        for text in texts_of(link):
            found.setdefault(text, link.get("href", ""))
    for shown, part in wanted.items():
        number = int(found[shown].removeprefix("flow.alw#L"))
        assert part in lines[number - 1], shown


def test_dark_colours_fill_no_lines() -> None:
    style = write_svg(drawn(FIVE)).partition("<style>")[2].partition("</style>")[0]
    dark = style.index("@media (prefers-color-scheme: dark)")
    assert style.index(".line { fill: none") > dark  # of equal selectors the last one counts
    assert style.count("{") == style.count("}")


def test_without_a_file_nothing_can_be_clicked() -> None:
    assert "<a " not in write_svg(drawn(FIVE, Links()))
    assert "URL" not in write_dot(drawn(FIVE, Links()))


# Mermaid


def mermaid_text(line: str) -> str:
    """The text in the quotes of a line, as Mermaid reads it."""
    (text,) = re.findall(r'"([^"]*)"', line)
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text)


@settings(deadline=None)
@given(texts, texts)
def test_mermaid_keeps_any_text_in_its_quotes(text: str, label: str) -> None:
    lines = write_mermaid(named(text, label)).split("\n")
    empty = write_mermaid(named("x")).split("\n")
    assert len(lines) == len(empty)
    for line, usual in zip(lines, empty, strict=True):
        if usual.count('"') == 0:
            assert line == usual or "|" in line
        elif line.count('"'):
            assert line.count('"') == 2
            outside, usually = (re.sub(r'"[^"]*"', "", each) for each in (line, usual))
            assert outside == usually
            (inside,) = re.findall(r'"([^"]*)"', line)
            assert not re.search(r"[`<>&;]", re.sub(r"#\d+;|<br>", "", inside))
    assert mermaid_text(lines[1]) == shorten(clean_label(text), 60)


def test_mermaid_does_not_lose_the_end_of_an_escape() -> None:
    # packages/mermaid/src/utils.ts, encodeEntities: style.*:\S*#.*;
    for text in ("style x:#", "classDef a:<b>"):
        for line in write_mermaid(named(text)).split("\n"):
            assert not re.search(r"(style|classDef).*:\S*#.*;", line)


# Graphviz

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@settings(deadline=None)
@given(texts, texts)
def test_dot_keeps_any_text_in_its_quotes(text: str, label: str) -> None:
    lines = write_dot(named(text, label)).split("\n")
    for line, usual in zip(lines, write_dot(named("x")).split("\n"), strict=True):
        assert QUOTED.sub("", line) == QUOTED.sub("", usual)
    title = QUOTED.findall(lines[5])[0]
    shown = unescape(title.replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\"))
    assert shown == shorten(clean_label(text), 60)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("text", [FIVE, BROKEN, two_hundred()], ids=["five", "broken", "big"])
def test_graphviz_draws_it(text: str) -> None:
    done = dot(write_dot(drawn(text)))
    tasks = [n.title for c in drawn(text).charts for n in c.nodes if n.kind is NodeKind.TASK]
    shown = Counter(texts_of(ElementTree.fromstring(done)))
    assert all(shown[task] for task in tasks)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_graphviz_shows_hostile_text_as_text(text: str) -> None:
    shown = texts_of(ElementTree.fromstring(dot(write_dot(named(text)))))
    wanted = shorten(clean_label(text), 60)
    assert wanted in [each.replace("\N{NO-BREAK SPACE}", " ") for each in shown]


def dot(text: str) -> str:
    done = subprocess.run(
        ["dot", "-Tsvg"], input=text.encode(), capture_output=True, timeout=120, check=True
    )
    assert b"rror" not in done.stderr
    return done.stdout.decode()


# All


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_svg, write_mermaid, write_dot])
def test_equal_drawings_are_written_in_equal_bytes(write: object) -> None:
    assert callable(write)
    assert write(drawn(two_hundred())) == write(drawn(two_hundred()))


@pytest.mark.slow
def test_the_order_of_hashes_does_not_matter(tmp_path: Path) -> None:
    source = tmp_path / "big.alw"
    source.write_text(two_hundred())
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "alw", "graph", str(source), "--format", "svg"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
