"""Diagnostics: pushed and pulled, with all that the protocol has for them; what changes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from alw.driver.loader import beside
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.text.source import Source
from tests.server.editor import Editor, capabilities, run, session, waited

ERRORS = Path(__file__).parents[1] / "errors"
GOOD = """\
workflow small {
  input who: string = "me"
  dataset = "user.{who}.small"
  task first { exec = "echo a" }
}
"""
MAPPED = """\
workflow again {
  task one { map = "map.json" }
}
"""
SENDS = """\
workflow sends {
  dataset = "user.me.sends"
  task one { exec = "python a.py" sandbox = "code" }
}
"""


def codes(found: list[types.Diagnostic]) -> list[Any]:
    return [d.code for d in found]


def test_all_that_a_diagnostic_has() -> None:
    text = GOOD.replace("echo a", "echo {whi}").replace(
        "}\n}", '}\n  task first { exec = "true" }\n}'
    )

    async def go() -> None:
        async with session() as editor:
            uri = "untitled:Untitled-1"
            editor.open(uri, text)
            found = {d.code: d for d in await editor.checked(uri)}
            unbound = found["ALW203"]
            assert unbound.message == "nothing is called 'whi'\nhelp: did you mean 'who'?"
            assert editor.text(uri, unbound.range) == "whi"
            assert unbound.source == "alw"
            assert unbound.severity == types.DiagnosticSeverity.Error
            assert unbound.code_description is not None
            href = unbound.code_description.href
            address, _, line = href.partition("#L")
            assert address.endswith("/alw/diagnostics/rules/name_rules.py")
            if address.startswith("file:"):
                lines = Path(address.removeprefix("file://")).read_text("utf-8").split("\n")
                assert lines[int(line) - 1] == "UNBOUND_NAME = rule("
            twice = found["ALW204"]
            assert twice.related_information
            (first,) = twice.related_information
            assert first.location.uri == uri
            assert editor.text(uri, first.location.range) == "first"
            pchain = (ERRORS / "ALW613-pchain-placeholder.alw").read_text("utf-8")
            editor.replace(uri, pchain.replace("{\n", "{\n  const idle: int = 3\n", 1))
            found = {d.code: d for d in await editor.checked(uri)}
            assert list(found["ALW602"].tags or ()) == [types.DiagnosticTag.Unnecessary]
            assert list(found["ALW613"].tags or ()) == [types.DiagnosticTag.Deprecated]
            assert found["ALW602"].severity == types.DiagnosticSeverity.Warning
            editor.close(uri)
            await editor.until(lambda: editor.diagnostics[uri] == [])

    run(go())


def test_they_are_those_of_the_command_line() -> None:
    files = sorted(ERRORS.glob("*.alw"))

    async def go() -> None:
        async with session() as editor:
            for file in files:
                text = file.read_text("utf-8")
                uri = file.as_uri()
                editor.open(uri, text)
                found = await editor.checked(uri)
                wanted = analyse(Source(str(file), text), Session(reader=beside)).diagnostics
                own = [d for d in wanted if d.source.name == str(file)]
                assert codes(found) == [d.code for d in own], file.name
                for shown, d in zip(found, own, strict=True):
                    assert shown.message.startswith(d.message)
                    if "\r" not in text.replace("\r\n", ""):
                        assert editor.text(uri, shown.range) == text[d.span.start : d.span.end]
                editor.close(uri)
            assert editor.logged == []

    run(go())


def test_a_file_that_is_named_has_problems_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text('{"é": 😀}', "utf-8")

    async def go() -> None:
        async with session(folder=tmp_path) as editor:
            uri, other = (tmp_path / "a.alw").as_uri(), (tmp_path / "map.json").as_uri()
            editor.open(uri, MAPPED)
            assert await editor.checked(uri) == []
            (found,) = editor.diagnostics[other]
            assert found.code == "ALW418"
            assert found.range.start == types.Position(0, 6)
            assert found.related_information
            place = found.related_information[0].location
            assert (place.uri, editor.text(uri, place.range)) == (uri, '"map.json"')
            # two documents name it; each problem is shown once
            editor.open((tmp_path / "b.alw").as_uri(), MAPPED.replace("again", "again2"))
            await editor.checked((tmp_path / "b.alw").as_uri())
            await editor.until(lambda: len(editor.diagnostics[other]) == 2)
            editor.close((tmp_path / "b.alw").as_uri())
            editor.close(uri)
            await editor.until(lambda: editor.diagnostics[other] == [])

    run(go())


def test_a_file_that_changes(tmp_path: Path) -> None:
    async def go() -> None:
        can = capabilities("utf-16")
        assert can.workspace is not None
        can.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True
        )
        async with session(folder=tmp_path, can=can) as editor:
            await editor.until(lambda: bool(editor.registered))
            assert editor.registered[0].method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            uri = (tmp_path / "a.alw").as_uri()
            editor.open(uri, MAPPED)
            assert codes(await editor.checked(uri)) == ["ALW418"]
            sample = Path(__file__).parents[2] / "samples" / "maps" / "simulate.json"
            (tmp_path / "map.json").write_text(sample.read_text())
            tell(editor, tmp_path / "map.json")
            await editor.until(lambda: editor.diagnostics[uri] == [])
            sends = (tmp_path / "b.alw").as_uri()
            editor.open(sends, SENDS)
            assert codes(await editor.checked(sends)) == ["ALW420"]
            (tmp_path / "code").mkdir()
            (tmp_path / "code" / "a.py").write_text("print()")
            tell(editor, tmp_path / "code" / "a.py")
            await editor.until(lambda: editor.diagnostics[sends] == [])

    run(go())


def test_files_are_looked_at_when_nobody_watches_them(tmp_path: Path) -> None:
    async def go() -> None:
        async with session(folder=tmp_path) as editor:
            uri = (tmp_path / "b.alw").as_uri()
            editor.open(uri, SENDS)
            assert codes(await editor.checked(uri)) == ["ALW420"]
            (tmp_path / "code").mkdir()
            (tmp_path / "code" / "a.py").write_text("print()")
            editor.text_document_did_save(
                types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri))
            )
            await editor.until(lambda: editor.diagnostics[uri] == [])

    run(go())


def tell(editor: Editor, path: Path) -> None:
    event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


def test_pulled() -> None:
    async def go() -> None:
        can = capabilities("utf-16", diagnostic=types.DiagnosticClientCapabilities())
        async with session(can=can) as editor:
            uri = "untitled:a"
            editor.open(uri, GOOD.replace("{who}", "{whi}"))
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            report = await waited(editor.text_document_diagnostic_async(params))
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            assert codes(list(report.items)) == ["ALW203"]
            params.previous_result_id = report.result_id
            again = await waited(editor.text_document_diagnostic_async(params))
            assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
            editor.replace(uri, GOOD)
            report = await waited(editor.text_document_diagnostic_async(params))
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            assert list(report.items) == []
            assert editor.heard == []  # or the author would see everything twice

    run(go())


ASKS = GOOD.replace(' = "me"', "")


@pytest.mark.parametrize("by", ["start", "notice", "question"])
def test_settings(by: str, tmp_path: Path) -> None:
    (tmp_path / "values.toml").write_text('who = "file"\n')

    async def go() -> None:
        can = capabilities("utf-16")
        assert can.workspace is not None
        can.workspace.configuration = by == "question"
        options = {"alw": {"inputs": {"who": "set"}}} if by == "start" else None
        async with session(folder=tmp_path, can=can, options=options) as editor:
            uri = (tmp_path / "a.alw").as_uri()
            editor.open(uri, ASKS)
            if by != "start":
                await editor.until(lambda: codes(editor.diagnostics.get(uri, [])) == ["ALW502"])
            values: Any = {"params": "values.toml", "target": "idds-2"}
            if by == "notice":
                say(editor, {"alw": values})
            elif by == "question":
                editor.settings.append(values)
                say(editor, None)
            await editor.until(lambda: uri in editor.diagnostics and not editor.diagnostics[uri])
            hints = await waited(
                editor.text_document_inlay_hint_async(
                    types.InlayHintParams(
                        types.TextDocumentIdentifier(uri), editor.range(uri, 0, len(ASKS))
                    )
                )
            )
            wanted = "set" if by == "start" else "file"
            assert hints and f'"{wanted}"' in str(hints[0].label)
            if by == "notice":  # the file is watched, too
                (tmp_path / "values.toml").write_text("who = 3\n")
                tell(editor, tmp_path / "values.toml")
                other = (tmp_path / "values.toml").as_uri()
                await editor.until(lambda: codes(editor.diagnostics.get(other, [])) == ["ALW504"])
            assert editor.shown == []

    run(go())


def say(editor: Editor, values: Any) -> None:
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(values))


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    async def go() -> None:
        options = {
            "alw": {
                "target": "idds-9",
                "inputs": {"a b": 1, "ok": 2, "list": [1]},
                "params": "missing.json",
                "colour": "red",
            }
        }
        async with session(folder=tmp_path, options=options) as editor:
            await editor.until(lambda: len(editor.shown) == 5)
            together = json.dumps(editor.shown)
            for part in ("alw.target", "'a b'", "alw.inputs.list", "missing.json", "alw.colour"):
                assert part in together
            nonsense: Any
            for nonsense in (3, [], "text", {"alw": 3}, {"alw": {"inputs": 3, "params": 7}}):
                say(editor, nonsense)
            await editor.until(lambda: len(editor.shown) == 8)
            editor.open("untitled:a", GOOD)
            assert await editor.checked("untitled:a") == []

    run(go())


def test_no_file_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text("{}")
    (tmp_path / "inner").mkdir()

    async def go() -> None:
        async with session(folder=tmp_path) as editor:
            uri = (tmp_path / "inner" / "a.alw").as_uri()
            editor.open(uri, MAPPED.replace("map.json", "../map.json"))
            (found,) = await editor.checked(uri)
            assert "outside" in found.message
            editor.open("untitled:b", MAPPED)
            (found,) = await editor.checked("untitled:b")
            assert found.code == "ALW418"
            assert set(editor.diagnostics) == {uri, "untitled:b"}

    run(go())
