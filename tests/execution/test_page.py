"""The page of a run."""

from __future__ import annotations

import json
import os
import re
import threading
import time
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alw.drawing.chart import Drawing
from alw.drawing.marks import LOOKS
from alw.execution.history import End, History, IterationRecord, JobRecord, State
from alw.execution.report.page import render_page, write_page
from tests.drawing.charts import drawn, two_hundred
from tests.execution import histories
from tests.execution.browser import asked, dom, free, needs_chromium
from tests.execution.wellformed import Page, contrast

GOLDEN = Path(__file__).parent / "golden"
LIMIT = 300_000
NOW = histories.START + 100


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return drawn(histories.SOURCE)


@pytest.fixture(autouse=True)
def universal_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def cases() -> dict[str, History]:
    """Runs of all kinds."""
    empty = replace(histories.running(), iterations=())
    return {
        "one": histories.loop(1),
        "seven": histories.loop(7),
        "twenty": histories.loop(20, End.BOUND),
        "failed": histories.failed(),
        "failed at once": histories.failed(1),
        "running": histories.running(),
        "just begun": empty,
        "without a loop": histories.single(),
        "values but no loop": histories.single({"m": 1.5}, {"best": 0.25, "label": "x"}),
        "twelve parameters": histories.loop(20, more=histories.many_parameters),
        "cut": replace(histories.loop(3, End.CUT), limits="at most 2 jobs per task"),
        "interrupted": histories.loop(2, End.INTERRUPTED),
        "thousand": histories.loop(1000, End.BOUND, bound=1000),
    }


@pytest.fixture(params=cases())
def case(request: pytest.FixtureRequest) -> History:
    return cases()[request.param]


# What is on it


def test_it_is_well_formed(case: History, drawing: Drawing) -> None:
    page = Page(render_page(case, drawing, now=NOW))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_tables_have_headings_and_plots_have_words(case: History, drawing: Drawing) -> None:
    page = Page(render_page(case, drawing, now=NOW))
    assert all(cell.get("scope") in ("row", "col") for cell in page.attributes("th"))
    tables = [t for t in page.attributes("table") if t["class"] != "texts"]
    assert len(page.attributes("caption")) == len(tables)
    for svg in page.attributes("svg"):
        if svg.get("class", "").startswith("plot"):
            assert ": " in svg["aria-label"]
        else:
            assert "aria-hidden" in svg or svg["role"] == "img"


def test_it_loads_nothing(case: History, drawing: Drawing) -> None:
    text = render_page(case, drawing, now=NOW)
    page = Page(text)
    for tag, attributes in page.elements:
        assert "src" not in attributes
        for name in ("href", "xlink:href"):
            to = attributes.get(name, "")
            assert not re.match(r"\w+:|/", to) or (tag, to[:5]) == ("link", "data:"), to
    assert not re.search(r"url\((?!#)|@import", text)


def test_its_policy_allows_its_own_script_only() -> None:
    text = render_page(histories.loop(3))
    (script,) = re.findall("<script>(.*?)</script>", text, re.S)
    known = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{known}'" in text
    assert "default-src 'none'" in text


def test_it_refreshes_itself_while_the_run_goes_on(case: History) -> None:
    assert ('http-equiv="refresh"' in render_page(case, now=NOW)) == (case.end is None)


@pytest.mark.parametrize(
    ("history", "headline", "why"),
    [
        (histories.loop(7), "Converged", "The loop's condition is false after 7 iterations."),
        (histories.loop(7, End.BOUND), "Bound reached", "no more are allowed"),
        (histories.failed(), "Failed", "Task simulate failed in iteration 4."),
        (histories.running(), "Running", "The run goes on; so far 3 iterations."),
        (histories.loop(2, End.INTERRUPTED), "Interrupted", "alw run --resume goes on"),
        (histories.loop(2, End.CUT), "Cut short", "--fast ended the loop after 2 iterations."),
        (histories.single(), "Done", "Every task is done."),
        (replace(histories.loop(2), verdict="So <it> is."), "Converged", "So <it> is."),
    ],
)
def test_it_says_how_it_ended(history: History, headline: str, why: str) -> None:
    page = Page(render_page(history, now=NOW))
    first = page.said("p", "title")
    assert headline in first
    assert why in first


def test_it_says_what_a_short_run_leaves_out() -> None:
    short = replace(histories.loop(3, End.CUT), limits="at most 2 jobs per task")
    assert "at most 2 jobs per task" in Page(render_page(short)).said()


def test_the_last_values_and_what_comes_next_are_told() -> None:
    said = Page(render_page(histories.loop(7))).said()
    assert "0.32655" in said  # m1 in iteration 7
    assert "proposed next: 0.31871" in said
    assert "merge gives m1, m2, nevents for the next iteration" in said


def test_a_failure_is_told_with_its_log(tmp_path: Path) -> None:
    history = histories.failed(folder=tmp_path)
    job = tmp_path / "iterations/4/simulate/3"
    job.mkdir(parents=True)
    (job / "stderr").write_text("".join(f"line {n}\n" for n in range(40)) + "ValueError: <no>\n")
    page = Page(render_page(history, folder=tmp_path))
    said = page.said()
    for told in (
        "simulate, iteration 4, job 3 of 10",
        "the command ended with exit status 3",
        "m1 = 0.25335, m2 = 0.63907, nevents = 1600",
        "active_learning.alw, line 7",
    ):
        assert told in said
    (log,) = page.said("pre").splitlines()[-1:]
    assert log == "ValueError: <no>"
    assert "line 39" in page.said("pre") and "line 1\n" not in page.said("pre")
    links = [attributes["href"] for attributes in page.attributes("a")]
    assert "iterations/4/simulate/3/stderr" in links
    assert "iterations/4/simulate/7" in links


def test_a_task_that_failed_without_a_job_is_told() -> None:
    history = histories.failed()
    last = history.iterations[-1]
    broken = replace(last.tasks[0], failures=(), jobs=0, reason="there are no input files")
    failed = replace(last, tasks=(broken,))
    said = Page(render_page(replace(history, iterations=(*history.iterations[:-1], failed)))).said()
    assert "there are no input files" in said


def test_the_log_of_a_job_may_be_anything(tmp_path: Path) -> None:
    history = histories.failed(folder=tmp_path)
    job = tmp_path / "iterations/4/simulate/3"
    job.mkdir(parents=True)
    os.mkfifo(job / "stderr")
    other = tmp_path / "iterations/4/simulate/7"
    other.mkdir()
    (other / "stderr").write_bytes(b"\xff\x00\x1b[31m</pre><script>\n" * 3)
    (other / "stdout").mkdir()
    page = Page(render_page(history, folder=tmp_path))
    assert page.said("pre").count("\\x1b[31m</pre><script>") == 3


def test_links_lead_to_folders_and_stay_when_all_is_moved(tmp_path: Path) -> None:
    folder = tmp_path / "a b%é:#?" / "run"
    history = histories.failed(folder=folder)
    for iteration in history.iterations:
        for task in iteration.tasks:
            for n in (3, 7):
                (task.directory / str(n)).mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    write_page(history, drawn(histories.SOURCE), path)
    page = Page(path.read_text("utf-8"))
    links = {attributes["href"] for attributes in page.attributes("a")}
    links -= {"history.csv", "history.json"}
    assert len(links) >= 7
    for link in links:
        assert not link.startswith("..")
        assert (folder / unquote(link)).exists(), link


def test_a_page_elsewhere_links_back(tmp_path: Path) -> None:
    links = Page(render_page(histories.failed(folder=tmp_path / "run"), folder=tmp_path / "out"))
    assert "../run/iterations/4/simulate/3" in [a["href"] for a in links.attributes("a")]


# The picture


def marks(history: History, drawing: Drawing) -> dict[str, str]:
    """The looks of the boxes, by the ids of the boxes."""
    text = render_page(history, drawing, now=NOW)
    return {id: look for look, id in re.findall(r'<g class="marked (\w+)"><g id="(\w+)">', text)}


def test_the_picture_shows_states_and_links(drawing: Drawing) -> None:
    assert marks(histories.loop(3), drawing) == {"w1t1": "finished", "w1t2": "finished"}
    assert marks(histories.failed(), drawing) == {"w1t1": "failed", "w1t2": "waiting"}
    # the learner's of the iteration before does not count
    assert marks(histories.running(), drawing) == {"w1t1": "running", "w1t2": "waiting"}
    text = render_page(histories.failed(), drawing)
    assert '<a href="iterations/4/simulate/3"><g class="marked failed"><g id="w1t1">' in text


def test_every_state_has_a_look(drawing: Drawing) -> None:
    for state in State:
        history = histories.single()
        tasks = tuple(replace(t, name="simulate", state=state) for t in history.iterations[0].tasks)
        history = replace(
            history, workflow="altest", iterations=(IterationRecord(1, {}, tasks),), has_loop=True
        )
        assert marks(history, drawing)["w1t1"] == state.value.split()[0]


def test_the_style_of_the_picture_is_for_the_picture_only(drawing: Drawing) -> None:
    styles = re.findall("<style>(.*?)</style>", render_page(histories.loop(3), drawing), re.S)
    assert len(styles) == 2
    for line in styles[1].strip().splitlines():
        assert line.startswith(("#report-picture ", "@media screen", "}")), line


def test_another_drawing_is_not_shown() -> None:
    other = drawn('workflow other { dataset = "user.me.o" task t { exec = "true" } }')
    assert "report-picture" not in Page(render_page(histories.loop(3), other)).said()
    assert 'id="report-picture"' not in render_page(histories.loop(3), other)


# Its size


def big(**more: object) -> History:
    names = ["generate", "simulate", "digitise", "reconstruct"]
    return histories.loop(1000, End.BOUND, names=names, bound=1000, **more)  # type: ignore[arg-type]


def forty(n: int) -> dict[str, object]:
    return {f"parameter_number_{i}": 1.2345678e-7 * n**i for i in range(40)}


def hostile_text(n: int) -> dict[str, object]:
    return {f"s{i}{'<' * 300}": "\u202e<&" * 500 + str(n % 7) for i in range(12)}


def all_failed(history: History) -> History:
    def job(n: int) -> JobRecord:
        return JobRecord(n, State.FAILED, "<" * 5000, Path("<" * 200), reason="&" * 5000)

    return replace(
        history,
        end=End.FAILURE,
        verdict="<" * 5000,
        iterations=tuple(
            replace(
                iteration,
                tasks=tuple(
                    replace(t, state=State.FAILED, jobs_failed=2, failures=(job(1), job(2)))
                    for t in iteration.tasks
                ),
            )
            for iteration in history.iterations
        ),
    )


@pytest.mark.parametrize("wide", ["usual", "twelve", "forty", "hostile", "failed"])
@pytest.mark.slow
def test_a_long_run_has_a_small_page(wide: str, drawing: Drawing) -> None:
    more = {"twelve": histories.many_parameters, "forty": forty, "hostile": hostile_text}
    history = big(more=more.get(wide, lambda n: {}))
    if wide == "failed":
        history = all_failed(history)
    begun = time.perf_counter()
    text = render_page(history, drawing)
    assert time.perf_counter() - begun < 5
    assert len(text.encode()) < LIMIT
    said = Page(text).said()
    assert "left out" in said
    assert "1,000 iterations are shown" in said
    assert "Every 4th value" in said or wide != "usual"


@pytest.mark.slow
def test_a_wide_workflow_has_a_small_page() -> None:
    history = histories.loop(100, names=[f"task_{i}" for i in range(200)], bound=100)
    text = render_page(replace(history, workflow="big"), drawn(two_hundred()))
    assert len(text.encode()) < LIMIT
    assert "alw graph draws it" in Page(text).said()


def test_the_table_keeps_the_first_the_last_and_what_failed() -> None:
    history = big()
    odd = history.iterations[499]
    bad = replace(odd.tasks[0], state=State.PARTLY, jobs_done=9, jobs_failed=1)
    bad = replace(bad, failures=histories.task("generate", failed=(3,)).failures)
    iterations = list(history.iterations)
    iterations[499] = replace(odd, tasks=(bad, *odd.tasks[1:]))
    text = render_page(replace(history, iterations=tuple(iterations)))
    shown = [n.replace(",", "") for n in re.findall(r'<th scope="row">([\d,]+)</th>', text)]
    assert {"1", "2", "500", "999", "1000"} <= set(shown)
    gaps = re.findall(r"iterations? ([\d,]+)(?: to ([\d,]+))? left out", text)
    left = sum(int((b or a).replace(",", "")) - int(a.replace(",", "")) + 1 for a, b in gaps)
    assert len(shown) + left == 1000


# Escaping

hostile = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "]]>-->*/",
        "</script><script>",
        "\x00\x1b[31m\x7f\x85",
        "\u202eevil\u2066\u200f\ufeff",
        "&lt;&amp;&#0;",
        "\ud800",
        "{x}%s$&\\",
    ]
)


def harmful(name: str, value: object) -> History:
    """A run in which a text stands at every place."""
    text = str(value)
    values = {name: value, "n": 1, "list": [text]}
    history = histories.failed(3)
    iterations = tuple(
        IterationRecord(
            i.number,
            values,
            tuple(
                replace(
                    t,
                    name=name if t.name == "simulate" else t.name,
                    values=values,
                    directory=Path("runs")
                    / name.replace("\0", "0").encode(errors="replace").decode(),
                    result={name: value, "to_continue": True} if t.is_learner else None,
                    failures=tuple(
                        replace(f, reason=text, command=text, directory=Path("x") / "y")
                        for f in t.failures
                    ),
                )
                for t in i.tasks
            ),
        )
        for i in history.iterations
    )
    return replace(
        history, workflow=name, source=text, iterations=iterations, limits=text, verdict=text,
        engine_status=text,
    )  # fmt: skip


@cache
def usual_shapes() -> set[str]:
    """Elements with their attributes, as harmless runs have them."""
    runs = [*cases().values(), *(harmful("name", value) for value in ("value", 1, "1", ".", ""))]
    return {shape for run in runs for shape in Page(render_page(run)).shape}


@settings(deadline=None, max_examples=40)
@given(hostile, hostile)
@example(".", "0")
def test_text_stays_text(name: str, value: str) -> None:
    text = render_page(harmful(name, value))
    page = Page(text)
    assert set(page.shape) <= usual_shapes()
    assert page.said("script") and len(page.attributes("script")) == 2
    for character in text:
        kind = unicodedata.category(character)
        assert character == "\n" or kind not in ("Cc", "Cf", "Cs"), ascii(character)
    text.encode()  # no surrogate
    (data,) = re.findall('<script type="application/json"[^>]*>(.*?)</script>', text)
    assert json.loads(data)


# Writing


def test_nobody_reads_half_a_page(tmp_path: Path, drawing: Drawing) -> None:
    path = tmp_path / "report.html"
    few, many = histories.loop(3), histories.loop(60)
    write_page(few, drawing, path)
    whole = {len(render_page(few, drawing, tmp_path)), len(render_page(many, drawing, tmp_path))}
    seen: set[int] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add(len(path.read_text("utf-8")))

    reader = threading.Thread(target=look)
    reader.start()
    for n in range(30):
        write_page((few, many)[n % 2], drawing, path)
    stop.set()
    reader.join()
    assert seen <= whole
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


# How it looks


def colours(text: str) -> tuple[dict[str, str], dict[str, str]]:
    found = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in text.split("@media")[:2]]
    return found[0], {**found[0], **found[1]}


def test_all_text_has_contrast() -> None:
    css = (Path(render_page.__code__.co_filename).parent / "page.css").read_text()
    for known in colours(css):
        for name in ("ink", "pale", "link", "failed", *(look for look in LOOKS)):
            for ground in ("card", "paper"):
                assert contrast(known[name], known[ground]) >= 4.5, (name, ground)
        for name in ("curve", "result", "next"):
            assert contrast(known[name], known["card"]) >= 4.5, name


def test_the_looks_of_tasks_have_contrast() -> None:
    for light, dark in LOOKS.values():
        for (fill, edge), ink, pale, paper in (
            (light, "#1f2328", "#59636e", "#f6f8fa"),
            (dark, "#f0f6fc", "#b7bdc8", "#151b23"),
        ):
            assert contrast(fill, ink) >= 4.5
            assert contrast(fill, pale) >= 4.5
            assert contrast(edge, paper) >= 3


@needs_chromium
def test_a_browser_runs_its_script_and_no_other(tmp_path: Path, drawing: Drawing) -> None:
    path = tmp_path / "report.html"
    text = render_page(histories.loop(7), drawing, tmp_path)
    path.write_text(text.replace("</body>", "<script>document.title = 'owned'</script></body>"))
    shown = dom(path)
    assert "<title>Converged: altest</title>" in shown
    plots = re.findall(r'<svg class="plot[^>]*>', shown)
    assert len(plots) == 5
    assert all('tabindex="0"' in plot for plot in plots)


LOOK = """
  const document = page.document, root = document.documentElement;
  const inner = "svg, .wide, .picture, pre, caption";
  const wide = [...document.querySelectorAll("body *")].filter((one) =>
    !one.closest(inner) && one.getBoundingClientRect().right > page.innerWidth + 1);
  const plots = [...document.querySelectorAll("svg.plot")];
  const cut = plots.flatMap((plot) => {
    const box = plot.getBoundingClientRect();
    return [...plot.querySelectorAll("text, circle")].filter((one) => {
      const it = one.getBoundingClientRect();
      return it.width && (it.left < box.left - 3 || it.right > box.right + 3 ||
                          it.top < box.top - 1);
    }).map((one) => one.textContent);
  });
  const over = plots.flatMap((plot) => {
    const all = [...plot.querySelectorAll("text.x")].map((one) => one.getBoundingClientRect());
    return all.filter((one, i) => i && one.left < all[i - 1].right).map(() => plot.outerHTML);
  });
  const captions = [...document.querySelectorAll("figcaption")]
    .filter((one) => one.scrollHeight > 40).map((one) => one.textContent);
  return { wide: wide.map((one) => one.tagName + one.className), cut, over, captions,
           scroll: root.scrollWidth - root.clientWidth };
"""


@needs_chromium
def test_nothing_is_cut_off_on_any_screen(tmp_path: Path, drawing: Drawing) -> None:
    pages = {name: render_page(history, drawing, now=NOW) for name, history in cases().items()}
    seen = asked(pages, (400, 1200), LOOK, tmp_path)
    assert len(seen) == 2 * len(pages)
    for name, found in seen.items():
        assert found == {"wide": [], "cut": [], "over": [], "captions": [], "scroll": 0}, name


POINT = """
  const plot = page.document.querySelectorAll("svg.plot")[0];
  const out = page.document.querySelectorAll(".plotted output");
  const said = () => [...out].map((one) => one.textContent);
  const where = () => page.document.querySelector(".plotted .note").textContent;
  const before = said();
  const box = plot.getBoundingClientRect();
  const move = (part) => plot.dispatchEvent(new page.PointerEvent("pointermove",
    { clientX: box.left + box.width * part, clientY: box.top + 20, bubbles: true }));
  move(0.02);
  const first = [where(), ...said()];
  move(0.99);
  const last = [where(), ...said()];
  plot.dispatchEvent(new page.KeyboardEvent("keydown", { key: "ArrowLeft", cancelable: true }));
  const key = [where(), ...said()];
  plot.dispatchEvent(new page.PointerEvent("pointerleave"));
  return { before, first, last, key, after: said() };
"""


@needs_chromium
def test_pointing_tells_the_values_of_an_iteration(tmp_path: Path) -> None:
    history = histories.loop(7)
    (found,) = asked({"seven": render_page(history)}, (1200,), POINT, tmp_path).values()
    assert found["before"] == found["after"]
    assert found["first"][:4] == ["iteration 1", "0.5", "0.5", "200"]
    assert found["last"][:4] == ["proposed next", "0.31871", "0.69867", "0"]
    assert found["key"][:4] == ["iteration 7", "0.32655", "0.69023", "12800"]
    (found,) = asked({"many": render_page(histories.loop(1000))}, (1200,), POINT, tmp_path).values()
    assert found["key"][0] == "iteration 1,000"


def test_a_page_is_as_stored(updates_goldens: bool, drawing: Drawing) -> None:
    text = render_page(histories.loop(2), drawing)
    stored = GOLDEN / "page.html"
    if updates_goldens:
        stored.parent.mkdir(exist_ok=True)
        stored.write_text(text, "utf-8")
    assert stored.read_text("utf-8") == text


def test_freeing_a_page_leaves_the_rest() -> None:
    assert "Content-Security-Policy" not in free(render_page(histories.loop(2)))
