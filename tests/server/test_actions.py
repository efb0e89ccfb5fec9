"""What the editor can change: fixes, silences, all fixes, formatting."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import pytest
from lsprotocol import types

from alw.diagnostics.diagnostic import Diagnostic, Edit
from alw.diagnostics.fixes import repair
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.server.features.assistance import strip_placeholders
from alw.server.line_diff import diff_lines
from alw.text.source import Source
from tests.server.editor import ENCODINGS, Editor, capabilities, run, session, waited

URI = "untitled:Untitled-1"
WRONG = """\
workflow small { # 😀 é
  input idle: int = 3  # why "not" # really
  input other: int = 3
  dataset = "user.me.small"
  task first { exec = "echo 😀 a" nJob = 3 }
  task Second { exec = "echo a" n_Jobs = 3 m_emory = 4 }
}
"""
IDLE = """\
workflow small { # 😀 é
  input idle: int = 3  # why "not" # really
  input other: int = 3 # alw: ignore unused-constant
  input third: int = 3 # alw: ignore unused-input # known
  dataset = "user.me.small"
  task first { exec = "echo 😀 a" }
}
"""


async def offered(
    editor: Editor, start: int, end: int, only: list[str] | None = None
) -> list[types.CodeAction]:
    found = await waited(
        editor.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(URI),
                editor.range(URI, start, end),
                types.CodeActionContext([], only),
            )
        )
    )
    actions = [action for action in found or () if isinstance(action, types.CodeAction)]
    assert len(actions) == len(found or ())
    return actions


def edited(editor: Editor, edit: types.WorkspaceEdit | None) -> str:
    assert edit is not None and edit.document_changes
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (URI, editor.versions[URI])
    return editor.edited(URI, list(change.edits))  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_fixes(encoding: str) -> None:
    async def go() -> None:
        async with session(encoding) as editor:
            editor.open(URI, WRONG)
            await editor.checked(URI)
            at = WRONG.index("n_Jobs")
            fix, everything = await offered(editor, at, at)
            assert (fix.title, fix.kind) == ("change to 'n_jobs'", types.CodeActionKind.QuickFix)
            assert fix.is_preferred and fix.diagnostics
            assert editor.text(URI, fix.diagnostics[0].range) == "n_Jobs"
            assert edited(editor, fix.edit) == WRONG.replace("n_Jobs", "n_jobs")
            assert everything.kind == "source.fixAll.alw"
            assert edited(editor, everything.edit) == repaired(WRONG)
            assert [a.kind for a in await offered(editor, 0, 0, ["source.fixAll"])] == [
                "source.fixAll.alw"
            ]
            assert await offered(editor, 0, len(WRONG), ["refactor"]) == []
            assert await offered(editor, 0, 0) == []

    run(go())


def repaired(text: str) -> str:
    def diagnose(sources: Sequence[Source]) -> Sequence[Diagnostic]:
        (source,) = sources
        return analyse(source, Session()).diagnostics

    return repair([Source("x", text)], diagnose).sources[0].text


def test_the_edit_of_all_fixes_is_resolved() -> None:
    async def go() -> None:
        can = capabilities(
            "utf-16",
            code_action=types.CodeActionClientCapabilities(
                data_support=True,
                resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
            ),
        )
        async with session(can=can) as editor:
            editor.open(URI, WRONG)
            (action,) = await offered(editor, 0, 0, ["source.fixAll"])
            assert action.edit is None
            action = await waited(editor.code_action_resolve_async(action))
            assert edited(editor, action.edit) == repaired(WRONG)

    run(go())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_warnings_are_silenced(encoding: str, line_end: str) -> None:
    async def go() -> None:
        text = IDLE.replace("\n", line_end)
        async with session(encoding) as editor:
            editor.open(URI, text)
            found = await editor.checked(URI)
            assert sorted(str(d.code) for d in found) == ["ALW109", "ALW601", "ALW601"]
            while any(d.code == "ALW601" for d in found):
                d = next(d for d in found if d.code == "ALW601")
                at = editor.offset(URI, d.range.start)
                actions = await offered(editor, at, at)
                ignore = next(a for a in actions if a.title.startswith("ignore this warning"))
                editor.replace(URI, edited(editor, ignore.edit))
                found = await editor.checked(URI)
            assert [d.code for d in found] == ["ALW109"]
            lines = editor.texts[URI].split(line_end)
            assert lines[1].endswith('# why "not" # really  # alw: ignore unused-input')
            assert lines[2].endswith("# alw: ignore unused-constant, unused-input")
            assert editor.texts[URI].count("\r") == text.count("\r")

    run(go())


@pytest.mark.skipif(find_spec("alw.formatting") is None, reason="there is no formatter yet")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_formatting(encoding: str) -> None:
    text = 'workflow small { # 😀\r\n dataset="user.me.small"\r\ntask a{exec="echo 😀"}\r\n}\r\n'

    async def go() -> None:
        from alw.formatting import format_source

        async with session(encoding) as editor:
            editor.open(URI, text)
            document = types.TextDocumentIdentifier(URI)
            options = types.FormattingOptions(2, True)
            edits = await waited(
                editor.text_document_formatting_async(
                    types.DocumentFormattingParams(document, options)
                )
            )
            assert edits
            assert editor.edited(URI, list(edits)) == format_source(Source("x", text))
            part = await waited(
                editor.text_document_range_formatting_async(
                    types.DocumentRangeFormattingParams(document, editor.range(URI, 0, 3), options)
                )
            )
            assert len(part or ()) <= len(edits)
            editor.replace(URI, text.replace("}", "", 1))
            with pytest.raises(Exception) as refusal:
                await waited(
                    editor.text_document_formatting_async(
                        types.DocumentFormattingParams(document, options)
                    )
                )
            assert refusal.value.code == -32803  # type: ignore[attr-defined]
            editor.replace(URI, format_source(Source("x", text)))
            assert not await waited(
                editor.text_document_formatting_async(
                    types.DocumentFormattingParams(document, options)
                )
            )

    run(go())


def applied(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("a\n", "a\n"),
        ("a\nb\nc\n", "a\nx\nc\n"),
        ("a\nb\nc", "a\nc"),
        ("a\n", "a\nb"),
        ("", "x"),
        ("x\ny\nz\n", ""),
        ("a\na\na\n", "a\na\na\na\n"),
        ("a\n" * 3000 + "b\n", "b\n" * 3000 + "c\n"),
    ],
)
def test_differences(old: str, new: str) -> None:
    edits = list(diff_lines(old, new))
    assert applied(old, edits) == new
    assert all(old[e.span.start : e.span.end] != e.text for e in edits)


def test_a_snippet_without_its_places() -> None:
    assert strip_placeholders("memory = $0") == "memory = "
    assert strip_placeholders('input ${1:name}: ${2|int,float|} = "\\${HOME\\}"$0') == (
        'input name: int = "${HOME}"'
    )
