"""Files of the workspace that are not open are checked, too, for clients that tell of changes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from alw.server import survey
from tests.server.editor import Editor, capabilities, run, session, waited

RIGHT = 'workflow w {{ dataset = "user.me.{name}" task t {{ exec = "true" }} }}\n'
WRONG = 'workflow w {{ dataset = "user.me.{name}" task t {{ exec = "{{x}}" }} }}\n'


def watching() -> types.ClientCapabilities:
    can = capabilities("utf-16")
    assert can.workspace is not None
    can.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=True
    )
    return can


def put(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(name=path.stem), "utf-8")
    return path.as_uri()


def codes(editor: Editor, uri: str) -> list[object]:
    return [d.code for d in editor.diagnostics.get(uri, ())]


def changed(editor: Editor, *uris: str) -> None:
    kind = types.FileChangeType.Changed
    editor.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(uri, kind) for uri in uris])
    )


def test_files_that_are_not_open(tmp_path: Path) -> None:
    wrong = put(tmp_path / "deep" / "wrong.alw", WRONG)
    right = put(tmp_path / "right.alw", RIGHT)
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    left = [
        put(tmp_path / folder / "left.alw", WRONG)
        for folder in (".hidden", "venv", "build", "node_modules/a", "deep/.b/c")
    ]
    os.mkfifo(tmp_path / "pipe.alw")
    (tmp_path / "link.alw").symlink_to(tmp_path / "deep" / "wrong.alw")
    (tmp_path / "folder.alw").mkdir()
    put(tmp_path / "large.alw", WRONG + "#" * survey.LARGEST)

    async def go() -> None:
        async with session(folder=tmp_path, can=watching()) as editor:
            await editor.until(lambda: right in editor.diagnostics and wrong in editor.diagnostics)
            assert codes(editor, wrong) == ["ALW203"] and codes(editor, right) == []
            # files that change, come and go
            put(tmp_path / "right.alw", WRONG)
            put(tmp_path / "deep" / "wrong.alw", RIGHT)
            changed(editor, right, wrong, *left, (tmp_path / "pipe.alw").as_uri())
            await editor.until(lambda: codes(editor, right) == ["ALW203"])
            await editor.until(lambda: codes(editor, wrong) == [])
            (tmp_path / "right.alw").unlink()
            new = put(tmp_path / "new" / "new.alw", WRONG)
            changed(editor, right, (tmp_path / "new").as_uri())  # a folder was moved here
            await editor.until(lambda: codes(editor, right) == [])
            await editor.until(lambda: codes(editor, new) == ["ALW203"])
            # one that is open is what the editor says it is
            editor.open(new, RIGHT.format(name="new"))
            assert await editor.checked(new) == []
            changed(editor, new)
            other = put(tmp_path / "other.alw", WRONG)
            changed(editor, other)
            await editor.until(lambda: codes(editor, other) == ["ALW203"])
            assert codes(editor, new) == []
            editor.close(new)
            await editor.until(lambda: codes(editor, new) == ["ALW203"])
            assert {uri for uri in editor.diagnostics if codes(editor, uri)} == {new, other}
            assert editor.logged == []
            assert not {*left, (tmp_path / "large.alw").as_uri()} & editor.diagnostics.keys()

    run(go())


def test_what_a_file_reads_has_changed(tmp_path: Path) -> None:
    text = 'workflow w { dataset = "user.me.w" task t { map = "m.json" } }\n'
    uri = (tmp_path / "a.alw").as_uri()
    (tmp_path / "a.alw").write_text(text, "utf-8")

    async def go() -> None:
        async with session(folder=tmp_path, can=watching()) as editor:
            await editor.until(lambda: codes(editor, uri) != [])
            assert "m.json" in editor.diagnostics[uri][0].message
            map = put(tmp_path / "m.json", "[")
            changed(editor, map)
            await editor.until(lambda: codes(editor, map) != [] == codes(editor, uri))

    run(go())


def test_what_a_run_leaves_is_not_the_author_s(tmp_path: Path) -> None:
    job = tmp_path / "flows" / "runs" / "w" / "iterations" / "1" / "t" / "1"
    copied = put(job / "a.alw", WRONG)
    own = put(tmp_path / "runs" / "mine.alw", WRONG)
    (job.parents[3] / "run.db").touch()

    async def go() -> None:
        async with session(folder=tmp_path, can=watching()) as editor:
            await editor.until(lambda: codes(editor, own) == ["ALW203"])
            (tmp_path / "runs" / "mine.alw").unlink()
            changed(editor, copied, *((job.parent / str(n) / "stdout").as_uri() for n in range(99)))
            changed(editor, (tmp_path / ".git" / "objects" / "ab").as_uri())
            other = put(tmp_path / "other.alw", WRONG)
            changed(editor, other)
            await editor.until(lambda: codes(editor, other) == ["ALW203"])
            await asyncio.sleep(0.5)
            assert copied not in editor.diagnostics
            assert codes(editor, own) == ["ALW203"]  # nobody has looked at everything again

    run(go())


def test_a_client_that_does_not_watch_hears_of_open_documents_only(tmp_path: Path) -> None:
    wrong = put(tmp_path / "wrong.alw", WRONG)

    async def go() -> None:
        async with session(folder=tmp_path) as editor:
            editor.open("untitled:a", RIGHT.format(name="a"))
            await editor.checked("untitled:a")
            await asyncio.sleep(1)
            assert wrong not in editor.diagnostics

    run(go())


def test_an_open_document_does_not_wait_for_many_files(tmp_path: Path) -> None:
    uris = [put(tmp_path / f"f{n}.alw", WRONG) for n in range(150)]

    async def go() -> None:
        async with session(folder=tmp_path, can=watching()) as editor:
            editor.open("untitled:a", WRONG.format(name="a"))
            await editor.checked("untitled:a")
            assert sum(uri in editor.diagnostics for uri in uris) < len(uris)
            await editor.until(lambda: all(codes(editor, uri) == ["ALW203"] for uri in uris))

    run(go())


def test_the_picture_of_a_document() -> None:
    async def go() -> None:
        async with session() as editor:
            uri = "untitled:a"
            editor.open(uri, "# a\n" + RIGHT.format(name="a"))

            def draw(*arguments: object) -> types.ExecuteCommandParams:
                return types.ExecuteCommandParams("alw.graph", list(arguments))

            svg: Any = await waited(editor.workspace_execute_command_async(draw(uri)))
            assert svg.startswith("<svg") and 'href="#L2"' in svg
            editor.replace(uri, "\n\n" + RIGHT.format(name="a"))
            svg = await waited(editor.workspace_execute_command_async(draw(uri)))
            assert 'href="#L3"' in svg
            # of what is known of a text with errors, too
            editor.replace(uri, WRONG.format(name="a"))
            svg = await waited(editor.workspace_execute_command_async(draw(uri)))
            assert 'href="#L1"' in svg
            for text, why in (("workflow {", "line 1: "), ("", "no workflow")):
                editor.replace(uri, text)
                with pytest.raises(Exception, match=why) as refused:
                    await waited(editor.workspace_execute_command_async(draw(uri)))
                assert refused.value.code == -32803  # type: ignore[attr-defined]
            for wrong in ((), (3,), (uri, uri), ("untitled:none",)):
                with pytest.raises(Exception) as refused:
                    await waited(editor.workspace_execute_command_async(draw(*wrong)))
                assert refused.value.code == -32602  # type: ignore[attr-defined]
            assert editor.logged == []

    run(go())
