"""Every feature, asked for by a real client, in every encoding of positions.

The source has characters of one to four bytes before everything that is asked about, and lines
that end in two ways.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

import alw
from alw.server.features.decorations import MODIFIERS, TYPES
from tests.server.editor import ENCODINGS, ROOT, Editor, capabilities, run, session, waited

SOURCE = """\
# é e\u0301 😀 𝒳: characters of all widths
# and a second line
workflow scan {
  input user: string = "wguan" # 😀
  dataset = "user.{user}.scan"
  loop over {
    param m1: float = 0.5
    task simulate {
      exec    = "python s.py 'é😀' {m1} out.json"
      outputs = ["out.json"]
      n_jobs  = 10
    }
    task stored { map = "maps/simulate.json" }
    learn merge {
      exec = "echo '😀' && python m.py next.json {m1} {simulate.outputs[0]}"
      after stored
      result "next.json" { m1: float }
    }
    repeat while merge.m1 < 2 at most 20 times
  }
}
""".replace("scan {\n", "scan {\r\n").replace("0.5\n", "0.5\r\n")


def everywhere(test):  # type: ignore[no-untyped-def]
    """Run a test in a session with an open document, in every encoding."""

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def runs(encoding: str) -> None:
        async def go() -> None:
            async with session(encoding, folder=ROOT / "samples") as editor:
                uri = (ROOT / "samples" / "ä 😀.alw").as_uri()
                editor.open(uri, SOURCE)
                await editor.checked(uri)
                await test(editor, uri)
                assert editor.logged == []

        run(go())

    runs.__name__ = test.__name__
    return runs


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


@everywhere
async def test_language_of_names(editor: Editor, uri: str) -> None:
    at = editor.find(uri, "{m1} out", 1)
    location = await waited(
        editor.text_document_definition_async(types.DefinitionParams(document(uri), at))
    )
    assert isinstance(location, types.Location)
    assert location.uri == uri
    assert editor.offset(uri, location.range.start) == SOURCE.index("m1: float = 0.5")
    for declaration, count in ((True, 5), (False, 4)):
        found = await waited(
            editor.text_document_references_async(
                types.ReferenceParams(types.ReferenceContext(declaration), document(uri), at)
            )
        )
        assert found is not None
        assert [editor.text(uri, place.range) for place in found] == ["m1"] * count
    marks = await waited(
        editor.text_document_document_highlight_async(
            types.DocumentHighlightParams(document(uri), at)
        )
    )
    assert marks is not None
    assert [m.kind for m in marks].count(types.DocumentHighlightKind.Write) == 1


@everywhere
async def test_rename(editor: Editor, uri: str) -> None:
    at = editor.find(uri, "{m1} out", 1)
    where = await waited(
        editor.text_document_prepare_rename_async(types.PrepareRenameParams(document(uri), at))
    )
    assert isinstance(where, types.PrepareRenamePlaceholder)
    assert (where.placeholder, editor.text(uri, where.range)) == ("m1", "m1")
    nowhere = types.PrepareRenameParams(document(uri), types.Position(0, 0))
    assert await waited(editor.text_document_prepare_rename_async(nowhere)) is None
    edit = await waited(
        editor.text_document_rename_async(types.RenameParams(document(uri), at, "mass"))
    )
    assert edit is not None and edit.document_changes
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (uri, 1)
    text = editor.edited(uri, list(change.edits))  # type: ignore[arg-type]
    assert text == SOURCE.replace("m1", "mass")
    for name, why in (
        ("2m", "letters"),
        ("repeat", "a reserved word"),
        ("simulate", "something else"),
    ):
        with pytest.raises(Exception, match=why) as refusal:
            await waited(
                editor.text_document_rename_async(types.RenameParams(document(uri), at, name))
            )
        assert refusal.value.code == -32803  # type: ignore[attr-defined]


@everywhere
async def test_writing(editor: Editor, uri: str) -> None:
    hover = await waited(
        editor.text_document_hover_async(
            types.HoverParams(document(uri), editor.find(uri, "{m1} out", 1))
        )
    )
    assert hover is not None and hover.range is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "0.5" in hover.contents.value and "float" in hover.contents.value
    assert editor.text(uri, hover.range) == "m1"
    at = SOURCE.index("{m1} out") + 2
    offered = await waited(
        editor.text_document_completion_async(
            types.CompletionParams(document(uri), editor.position(uri, at))
        )
    )
    assert isinstance(offered, types.CompletionList)
    item = next(item for item in offered.items if item.label == "m1")
    assert isinstance(item.text_edit, types.TextEdit)
    assert editor.edited(uri, [item.text_edit]) == SOURCE
    line = SOURCE.index("      n_jobs")
    editor.change(uri, line, line, "      memo\n")
    offered = await waited(
        editor.text_document_completion_async(
            types.CompletionParams(document(uri), editor.position(uri, line + 10))
        )
    )
    assert isinstance(offered, types.CompletionList)
    item = next(item for item in offered.items if item.label == "memory")
    assert item.insert_text_format == types.InsertTextFormat.Snippet
    assert isinstance(item.text_edit, types.TextEdit)
    assert editor.text(uri, item.text_edit.range) == "memo"
    assert item.text_edit.new_text == "memory = $0"
    editor.change(uri, line, line + len("      memo"), "      replace ")
    signature = await waited(
        editor.text_document_signature_help_async(
            types.SignatureHelpParams(
                document(uri), editor.position(uri, line + len("      replace "))
            )
        )
    )
    assert signature is not None
    assert signature.signatures[0].label.startswith("replace")
    assert signature.active_parameter == 0


@everywhere
async def test_structure(editor: Editor, uri: str) -> None:
    symbols = await waited(
        editor.text_document_document_symbol_async(types.DocumentSymbolParams(document(uri)))
    )
    assert symbols
    (workflow,) = symbols
    assert isinstance(workflow, types.DocumentSymbol)
    assert workflow.children
    assert [c.name for c in workflow.children] == ["user", "over"]
    loop = workflow.children[1]
    assert loop.children
    assert [c.name for c in loop.children] == ["m1", "simulate", "stored", "merge"]
    for symbol in (workflow, *workflow.children, *loop.children):
        assert editor.text(uri, symbol.selection_range) == symbol.name
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end
    folds = await waited(
        editor.text_document_folding_range_async(types.FoldingRangeParams(document(uri)))
    )
    assert folds
    lines = SOURCE.replace("\r", "").split("\n")
    shown = {(lines[f.start_line].split()[0], lines[f.end_line].strip()) for f in folds}
    assert {("#", "# and a second line"), ("workflow", "}"), ("task", "}")} <= shown


@everywhere
async def test_colours(editor: Editor, uri: str) -> None:
    whole = await waited(
        editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document(uri)))
    )
    assert whole is not None
    found = tokens(editor, uri, list(whole.data))
    assert ("workflow", "keyword", ()) in found
    assert ("scan", "namespace", ("declaration",)) in found
    assert found.count(("m1", "parameter", ())) >= 2
    assert ("float", "type", ("defaultLibrary",)) in found
    assert ("# 😀", "comment", ()) in found
    assert any("'é😀' " in text and kind == "string" for text, kind, _ in found)
    part = await waited(
        editor.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(
                document(uri),
                types.Range(editor.find(uri, "task simulate"), editor.find(uri, "outputs")),
            )
        )
    )
    assert part is not None
    some = tokens(editor, uri, list(part.data))
    assert some[0][0] == "task" and len(some) < len(found)
    assert any(found[i : i + len(some)] == some for i in range(len(found)))


def tokens(editor: Editor, uri: str, data: list[int]) -> list[tuple[str, str, tuple[str, ...]]]:
    found = []
    line = column = 0
    for at in range(0, len(data), 5):
        lines, columns, length, kind, modifiers = data[at : at + 5]
        line, column = line + lines, columns if lines else column + columns
        place = types.Range(types.Position(line, column), types.Position(line, column + length))
        names = tuple(m for bit, m in enumerate(MODIFIERS) if modifiers >> bit & 1)
        found.append((editor.text(uri, place), TYPES[kind], names))
    return found


@everywhere
async def test_shown_beside_the_text(editor: Editor, uri: str) -> None:
    links = await waited(
        editor.text_document_document_link_async(types.DocumentLinkParams(document(uri)))
    )
    assert links
    assert [editor.text(uri, link.range) for link in links] == ["maps/simulate.json"]
    assert links[0].target == (ROOT / "samples" / "maps" / "simulate.json").as_uri()
    whole = editor.range(uri, 0, len(SOURCE))
    hints = await waited(
        editor.text_document_inlay_hint_async(types.InlayHintParams(document(uri), whole))
    )
    assert hints
    places = {editor.offset(uri, hint.position) for hint in hints if hint.label == "=0.5"}
    assert SOURCE.index("m1} out") + 2 in places
    lenses = await waited(editor.text_document_code_lens_async(types.CodeLensParams(document(uri))))
    assert lenses
    assert [list(lens.command.arguments or ()) for lens in lenses if lens.command] == [
        [uri, "scan", name] for name in ("simulate", "stored", "merge")
    ]
    assert {lens.command.command for lens in lenses if lens.command} == {"alw.showTaskMap"}
    run = types.ExecuteCommandParams("alw.taskMap", [uri, "scan", "simulate"])
    shown = await waited(editor.workspace_execute_command_async(run))
    alone = SOURCE.replace('    task stored { map = "maps/simulate.json" }\n', "")
    compiled = alw.compile_text(alone.replace("      after stored\n", ""))
    assert isinstance(shown, str)
    assert json.loads(shown) == compiled.workflows["scan"].tasks["simulate"]


def test_a_lens_only_for_a_client_that_runs_it() -> None:
    said: list[Any] = [
        None,
        {"commands": {"commands": ["alw.showTaskMap"]}},
        {"commands": {"commands": ["other.command", 3]}},
        {"commands": ["alw.showTaskMap"]},
        {"commands": {"commands": "alw.showTaskMap"}},
        ["alw.showTaskMap"],
        3,
    ]

    async def lenses(experimental: Any) -> int:
        can = capabilities("utf-16")
        can.experimental = experimental
        async with session(can=can) as editor:
            editor.open("untitled:a", SOURCE)
            asked = types.CodeLensParams(document("untitled:a"))
            found = await waited(editor.text_document_code_lens_async(asked))
            return len(found or ())

    assert [asyncio.run(lenses(one)) for one in said] == [0, 2, 0, 0, 0, 0, 0]


@everywhere
async def test_symbols_of_the_workspace(editor: Editor, uri: str) -> None:
    found = await waited(editor.workspace_symbol_async(types.WorkspaceSymbolParams("simul")))
    assert found
    here = [s for s in found if isinstance(s.location, types.Location) and s.location.uri == uri]
    assert [editor.text(uri, s.location.range) for s in here] == ["simulate"]  # type: ignore[union-attr]
    others = {Path(s.location.uri).name for s in found} - {Path(uri).name}
    assert "active_learning.alw" in others
    assert await waited(editor.workspace_symbol_async(types.WorkspaceSymbolParams("nope"))) == []
