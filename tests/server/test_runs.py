"""Running from an editor, and the values of the last run in it."""

from __future__ import annotations

import builtins
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from alw.editing.lastrun import LastRun
from alw.server import last_runs
from alw.server.last_runs import LastRuns
from alw.text.source import Source
from tests.editing.test_lastrun import HISTORY, TEXT
from tests.server.editor import Editor, capabilities, run, session, waited

RUN, SIMULATE = "alw.runWorkflow", "alw.simulateWorkflow"


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def able(*commands: str) -> types.ClientCapabilities:
    """What a modern editor can do, which runs ``commands`` of lenses and watches files."""
    can = capabilities("utf-16")
    can.experimental = {"commands": {"commands": list(commands)}}
    assert can.workspace is not None
    can.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=True
    )
    can.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    can.workspace.code_lens = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    return can


async def lenses(editor: Editor, uri: str) -> list[tuple[str, str, list[Any], int]]:
    found = await waited(editor.text_document_code_lens_async(types.CodeLensParams(document(uri))))
    called = [(one.command, one.range.start.line) for one in found or () if one.command]
    return [(c.title, c.command, list(c.arguments or ()), line) for c, line in called]


async def hints(editor: Editor, uri: str) -> list[str]:
    whole = editor.range(uri, 0, len(editor.texts[uri]))
    asked = types.InlayHintParams(document(uri), whole)
    found = await waited(editor.text_document_inlay_hint_async(asked))
    return [str(hint.label) for hint in found or () if "→" in str(hint.label)]


async def hover(editor: Editor, uri: str, word: str) -> str:
    asked = types.HoverParams(document(uri), editor.find(uri, word, len(word) - 1))
    found = await waited(editor.text_document_hover_async(asked))
    assert found is not None and isinstance(found.contents, types.MarkupContent)
    return found.contents.value


def put(folder: Path, said: Any = HISTORY, workflow: str = "w") -> Path:
    path = folder / "runs" / workflow / "history.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    return path


def changed(editor: Editor, *paths: Path) -> None:
    events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))


# Running


def test_a_workflow_has_a_lens_for_each_thing_that_the_client_can_do(tmp_path: Path) -> None:
    uri = (tmp_path / "it's $x.alw").as_uri()

    async def go() -> None:
        async with session(folder=tmp_path, can=able(RUN, SIMULATE)) as editor:
            editor.open(uri, "\n" + TEXT)
            assert await lenses(editor, uri) == [
                ("Run", RUN, [uri, None, {}], 1),
                ("Simulate", SIMULATE, [uri, None, {}], 1),
            ]
            # a source that is wrong can be run as well: that says what is wrong
            editor.replace(uri, TEXT.replace("{m1}", "{m9}"))
            assert [command for _, command, _, _ in await lenses(editor, uri)] == [RUN, SIMULATE]
            editor.replace(uri, "")
            assert await lenses(editor, uri) == []
            editor.open("untitled:a", TEXT)
            assert await lenses(editor, "untitled:a") == []  # no file
        async with session(folder=tmp_path, can=able(SIMULATE)) as editor:
            editor.open(uri, TEXT)
            assert [command for _, command, _, _ in await lenses(editor, uri)] == [SIMULATE]
        async with session(folder=tmp_path) as editor:
            editor.open(uri, TEXT)
            assert {command for _, command, _, _ in await lenses(editor, uri)} == {
                "alw.showTaskMap"
            }

    run(go())


def test_the_lens_names_one_of_several_workflows_and_the_inputs_from_outside(
    tmp_path: Path,
) -> None:
    uri = (tmp_path / "a.alw").as_uri()
    (tmp_path / "p.json").write_text('{"n": 3, "x": 0.1, "other": 1}')
    text = """workflow a {
      input user: string
      input n: int = 1
      input x: float = 1.0
      input on: bool = false
      input plain: int = 7
      dataset = "user.{user}.a"
      task t { exec = "t {n} {x} {on} {plain}" }
    }
    workflow b { dataset = "user.me.b" task t { exec = "true" } }
    """
    options = {"alw": {"inputs": {"user": "it's $(me)", "on": True}, "params": "p.json"}}

    async def go() -> None:
        async with session(folder=tmp_path, can=able(RUN), options=options) as editor:
            editor.open(uri, text)
            inputs = {"user": "it's $(me)", "n": "3", "x": "0.1", "on": "true"}
            assert [arguments for _, _, arguments, _ in await lenses(editor, uri)] == [
                [uri, "a", inputs],
                [uri, "b", {}],
            ]

    run(go())


# The last run


def test_the_values_of_the_last_run_and_of_the_next_one(tmp_path: Path) -> None:
    uri = (tmp_path / "test.alw").as_uri()

    async def go() -> None:
        async with session(folder=tmp_path, can=able()) as editor:
            editor.open(uri, TEXT)
            await editor.checked(uri)
            assert await hints(editor, uri) == []
            assert "last run" not in await hover(editor, uri, "param m1")
            place = put(tmp_path)
            heard = len(editor.heard)
            for news in (place, place.parent, place.parent.parent):
                editor.refreshed.clear()
                changed(editor, news)
                await editor.until(lambda: len(editor.refreshed) > 0)
                # nothing but the hints: the source is no other one
                assert set(editor.refreshed) == {types.WORKSPACE_INLAY_HINT_REFRESH}
            assert await hints(editor, uri) == [
                " → 2.83333 (iteration 7)",
                ' → "a" (iteration 7)',
                " → 207 (iteration 7)",
            ]
            assert "iterations 1 to 7: `0.833333`" in await hover(editor, uri, "param m1")
            assert "`false`, …, `true`." in await hover(editor, uri, "float, good")
            put(tmp_path, {**HISTORY, "iterations": HISTORY["iterations"][:2]})
            changed(editor, place)
            assert " → 1.16667 (iteration 2)" in await hints(editor, uri)
            place.unlink()
            assert await hints(editor, uri) == []
            editor.refreshed.clear()
            for other in ("runs/w/iterations/1/simulate/1/stdout", "runs/w/run.db", "runs/v"):
                changed(editor, tmp_path / other)
            assert await hints(editor, uri) == []
            assert editor.refreshed == []
            assert len(editor.heard) == heard
            assert editor.logged == []

    run(go())


def test_a_run_of_a_source_with_several_workflows(tmp_path: Path) -> None:
    uri = (tmp_path / "test.alw").as_uri()
    put(tmp_path, {**HISTORY, "workflow": "v"}, "v")

    async def go() -> None:
        async with session(folder=tmp_path, can=able()) as editor:
            editor.open(uri, TEXT + TEXT.replace("workflow w", "workflow v"))
            assert len(await hints(editor, uri)) == 3

    run(go())


def test_a_client_of_plain_text_and_no_files_gets_answers_too(tmp_path: Path) -> None:
    put(tmp_path)

    async def go() -> None:
        async with session() as editor:
            editor.open("untitled:a", TEXT)
            assert await hints(editor, "untitled:a") == []
            uri = (tmp_path / "test.alw").as_uri()
            editor.open(uri, TEXT)
            assert len(await hints(editor, uri)) == 3

    run(go())


def test_a_setting_switches_it_off(tmp_path: Path) -> None:
    uri = (tmp_path / "test.alw").as_uri()
    put(tmp_path)

    async def go() -> None:
        async with session(
            folder=tmp_path, can=able(), options={"alw": {"lastRun": False}}
        ) as editor:
            editor.open(uri, TEXT)
            assert await hints(editor, uri) == []
            assert "last run" not in await hover(editor, uri, "param m1")
            told: Any = {"alw": {"lastRun": True}}
            editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(told))
            assert len(await hints(editor, uri)) == 3
            told = {"alw": {"lastRun": "no"}}
            editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(told))
            await editor.until(lambda: editor.shown == ["alw: 'alw.lastRun' must be true or false"])

    run(go())


# Files that are none to read


def of(folder: Path, known: LastRuns | None = None) -> object:
    return (known or LastRuns()).of("w", Source(str(folder / "test.alw"), TEXT))


def test_only_a_regular_file_below_the_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    outside.mkdir()
    put(outside)
    place = inside / "runs" / "w" / "history.json"
    assert of(inside) is None
    place.parent.mkdir(parents=True)
    assert of(inside) is None
    os.mkfifo(place)
    assert of(inside) is None
    place.unlink()
    place.mkdir()
    assert of(inside) is None
    place.rmdir()
    place.symlink_to("/dev/zero")
    assert of(inside) is None
    place.unlink()
    place.symlink_to(outside / "runs" / "w" / "history.json")
    assert of(inside) is None
    place.unlink()
    place.symlink_to(place)
    assert of(inside) is None
    place.unlink()
    place.write_bytes(b"\xff\xfe{}")
    assert of(inside) is None
    put(inside)
    assert of(inside) is not None
    monkeypatch.setattr(last_runs, "LARGEST", place.stat().st_size - 1)
    assert of(inside) is None


def test_a_run_from_a_folder_above_is_found(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    known = LastRuns(lambda: [tmp_path])
    assert of(flows, known) is None
    put(tmp_path, {**HISTORY, "source": "other/test.alw"})
    assert of(flows, known) is None
    above = put(tmp_path, {**HISTORY, "source": "flows/test.alw", "verdict": "above"})
    found = of(flows, known)
    assert isinstance(found, LastRun) and "above" in found.end
    assert known.concerns(above)
    assert of(flows) is None  # the editor has another folder open
    assert of(flows, LastRuns(lambda: [flows])) is None
    put(flows, {**HISTORY, "verdict": "beside"})
    os.utime(above, (1, 1))
    found = of(flows, known)
    assert isinstance(found, LastRun) and "beside" in found.end
    os.utime(above)
    found = of(flows, known)
    assert isinstance(found, LastRun) and "above" in found.end


def test_a_file_is_read_once_and_none_costs_one_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    opened: list[str] = []
    stat, open_ = os.stat, os.open

    def counted(name: Any, *rest: Any, **more: Any) -> os.stat_result:
        asked.append(str(name))
        return stat(name, *rest, **more)

    def noted(name: Any, *rest: Any, **more: Any) -> int:
        opened.append(str(name))
        return open_(name, *rest, **more)

    monkeypatch.setattr(os, "stat", counted)
    monkeypatch.setattr(os, "open", noted)
    monkeypatch.setattr(builtins, "open", lambda *given: pytest.fail(f"{given}"))
    known = LastRuns()
    place = tmp_path / "runs" / "w" / "history.json"
    for _ in range(3):
        assert of(tmp_path, known) is None
    assert asked == [str(place)] * 3 and opened == []
    monkeypatch.undo()
    put(tmp_path)
    monkeypatch.setattr(os, "open", noted)
    first = of(tmp_path, known)
    assert first is not None and of(tmp_path, known) is first
    assert len(opened) == 1
    put(tmp_path, {**HISTORY, "end": "failure"})
    again = of(tmp_path, known)
    assert again is not None and again is not first


def test_what_jobs_write_concerns_nobody(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "w"
    job = run / "iterations" / "1" / "t" / "1" / "stdout"
    kept = {run, run / "history.json", run / "run.db", tmp_path / "runs" / "a.alw", tmp_path / "a"}
    assert last_runs.exclude_job_files({*kept, job}) == {
        *kept,
        job,
    }  # a folder that only is called so
    run.mkdir(parents=True)
    (run / "run.db").touch()
    assert last_runs.exclude_job_files({*kept, job, run / "data" / "d" / "f"}) == kept
    assert last_runs.exclude_job_files([job.parent / "runs" / "x" / "y" / "z"]) == set()


def test_names_of_former_texts_are_forgotten() -> None:
    known = LastRuns()
    for number in range(3 * last_runs.MOST):
        known.of(f"w{number}", Source("/nowhere/test.alw", TEXT))
    assert len(known._known) <= last_runs.MOST
    assert known.of("", Source("/nowhere/test.alw", TEXT)) is None


def test_answers_stay_fast_in_a_large_file_with_a_long_history(tmp_path: Path) -> None:
    tasks = "\n".join(
        f'    task t{n} {{ exec = "s {{m1}} {{n}} o" outputs = ["o"] }}' for n in range(1000)
    )
    text = TEXT.replace("    learn", f"{tasks}\n    learn")
    uri = (tmp_path / "test.alw").as_uri()
    iterations = [{**HISTORY["iterations"][0], "number": n + 1} for n in range(1000)]

    async def seconds(editor: Editor) -> float:
        line = editor.range(uri, text.index("param m1"), text.index("param name"))
        took = []
        for _ in range(5):
            began = time.perf_counter()
            await waited(
                editor.text_document_inlay_hint_async(types.InlayHintParams(document(uri), line))
            )
            took.append(time.perf_counter() - began)
        return min(took)

    async def go() -> None:
        async with session(folder=tmp_path, can=able()) as editor:
            editor.open(uri, text)
            await editor.checked(uri)
            before = await seconds(editor)
            put(tmp_path, {**HISTORY, "iterations": iterations})
            assert len(await hints(editor, uri)) == 3
            assert await seconds(editor) < 2 * before + 0.05

    run(go())
