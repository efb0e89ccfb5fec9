"""Edits of all kinds: the server's text stays the editor's, and what it says what a fresh
reading of the text says."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from lsprotocol import types

from alw.driver.loader import beside
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.editing.highlight import semantic_tokens
from alw.server.positions import LineIndex
from alw.text.source import Source
from tests.server.editor import ENCODINGS, ROOT, Editor, run, session, waited

SAMPLES = sorted((ROOT / "samples").glob("*.alw"))
PIECES = (
    *"abAB01 {}[]()\"'=,.:#%$\\_-+*/<>\t",
    *("\n", "\r\n", "\r", "é", "e\u0301", "😀", "𝒳", "\u2028", "\x0b", "\x85", "\ufeff", "\0"),
    *('task t { exec = "echo {m1}" }\n', "param m1: float = 0.5\n", "# alw: ignore unused-input"),
    *("repeat while merge.m1 < 2 at most 3 times\n", "{simulate.outputs[0]}", "loop l {\n", "}\n"),
)


def edit(editor: Editor, uri: str, chance: random.Random) -> None:
    """One change of any kind, or several in one message."""
    if chance.random() < 0.03:
        editor.replace(uri, chance.choice(SAMPLES).read_text("utf-8"))
        return
    changes: list[types.TextDocumentContentChangeEvent] = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = editor.texts[uri]
        places = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]
        start = end = chance.choice(places)
        if chance.random() < 0.5:
            size = chance.choice((1, 1, 1, 2, 5, 30, 300))
            end = min((p for p in places if p >= start + size), default=len(text))
        new = "".join(chance.choices(PIECES, k=chance.choice((0, 1, 1, 1, 2))))
        if chance.random() < 0.2 and text:  # something is copied
            at = chance.randrange(len(text))
            new = text[at : at + 50]
        changes.append(types.TextDocumentContentChangePartial(editor.range(uri, start, end), new))
        editor.texts[uri] = text[:start] + new + text[end:]
    editor.send_changes(uri, changes)


def fresh(editor: Editor, path: Path, uri: str) -> tuple[list[tuple[object, ...]], list[int]]:
    """What a fresh reading of the text says: diagnostics, and the places of all words."""
    text = editor.texts[uri]
    seen = " " + text[1:] if text.startswith("\ufeff") else text
    analysis = analyse(Source(str(path), seen), Session(reader=beside))
    lines = LineIndex(text, editor.encoding)
    found: list[tuple[object, ...]] = [
        (d.code, lines.range(d.span), f"{d.message}\nhelp: {d.help}" if d.help else d.message)
        for d in analysis.diagnostics
        if d.source.name == str(path)
    ]
    starts = [lines.position(token.span.start) for token in semantic_tokens(analysis)]
    return found, [part for p in starts for part in (p.line, p.character)]


def told(editor: Editor, uri: str) -> list[tuple[object, ...]]:
    return [(d.code, d.range, d.message) for d in editor.diagnostics[uri]]


async def words(editor: Editor, uri: str) -> list[int]:
    """Return the places of all words that the server colours."""
    found = await waited(
        editor.text_document_semantic_tokens_full_async(
            types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
        )
    )
    assert found is not None
    line = column = 0
    starts = []
    for at in range(0, len(found.data), 5):
        lines, columns = found.data[at : at + 2]
        line, column = line + lines, columns if lines else column + columns
        starts += [line, column]
    return starts


async def agree(editor: Editor, path: Path, uri: str) -> None:
    wanted, places = fresh(editor, path, uri)
    await editor.checked(uri)
    # in a pause the whole text is read, if that could say it in other words
    await editor.until(lambda: told(editor, uri) == wanted)

    async def coloured() -> None:
        while await words(editor, uri) != places:
            await asyncio.sleep(0.02)

    await waited(coloured())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("seed", range(4))
def test_random_edits(encoding: str, seed: int) -> None:
    async def go() -> None:
        chance = random.Random(f"{encoding} {seed}")
        path = SAMPLES[seed % len(SAMPLES)]
        async with session(encoding, folder=path.parent) as editor:
            uri = path.as_uri()
            editor.open(uri, path.read_text("utf-8"))
            for _ in range(12):
                for _ in range(chance.choice((1, 1, 2, 10))):
                    edit(editor, uri, chance)
                await agree(editor, path, uri)
            assert editor.logged == []

    run(go())


def test_halves_of_characters_join() -> None:
    """An editor that counts in UTF-16 may send an emoji in two edits."""

    async def go() -> None:
        async with session() as editor:
            uri, text = "untitled:a", "# ?\nworkflow w { }\n"
            editor.open(uri, text)
            place = types.Position(0, 2)
            for half, end in (("\ud83d", 3), ("\ude00", 3)):
                start = types.Position(0, 2 if half == "\ud83d" else 3)
                change = types.TextDocumentContentChangePartial(
                    types.Range(start, types.Position(0, end)), half
                )
                editor.send_changes(uri, [change])
            found = await editor.checked(uri)
            assert [d.code for d in found] == ["ALW507"]
            editor.texts[uri] = text.replace("?", "😀")
            tokens = await waited(
                editor.text_document_semantic_tokens_full_async(
                    types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
                )
            )
            assert tokens is not None
            assert list(tokens.data[:5]) == [0, 0, 4, 11, 0]
            assert place.line == 0

    run(go())
