"""An editor: a real client of the real server, which runs in a process of its own.

What the editor has open is kept here once more, in UTF-16 as editors keep it, so that a test
sees when the two sides disagree.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).resolve().parents[2]
#: How long anything may take before a test says that it hangs.
PATIENCE = 120
ENCODINGS = ("utf-8", "utf-16", "utf-32")

Answer = TypeVar("Answer")


class Editor(LanguageClient):
    """A client that remembers what it hears.

    :ivar diagnostics: by address, the last ones.
    :ivar heard: every notification with diagnostics, in order.
    """

    def __init__(self, encoding: str = "utf-16") -> None:
        super().__init__("editor", "1")
        self.encoding = encoding
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.heard: list[types.PublishDiagnosticsParams] = []
        self.logged: list[str] = []
        self.shown: list[str] = []
        self.registered: list[types.Registration] = []
        self.refreshed: list[str] = []
        self.settings: list[Any] = []
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self._something = asyncio.Condition()
        self._listen()

    def _listen(self) -> None:
        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(params: types.PublishDiagnosticsParams) -> None:
            self.heard.append(params)
            self.diagnostics[params.uri] = list(params.diagnostics)
            await self._tell()

        @self.feature(types.WINDOW_LOG_MESSAGE)
        async def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            await self._tell()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        async def shown(params: types.ShowMessageParams) -> None:
            self.shown.append(params.message)
            await self._tell()

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def register(params: types.RegistrationParams) -> None:
            self.registered += params.registrations
            await self._tell()

        @self.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings[-1] if self.settings else None for _ in params.items]

        for method in (
            types.WORKSPACE_DIAGNOSTIC_REFRESH,
            types.WORKSPACE_INLAY_HINT_REFRESH,
            types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
            types.WORKSPACE_CODE_LENS_REFRESH,
        ):
            self._refresh(method)

    def _refresh(self, method: str) -> None:
        @self.feature(method)
        async def refresh(params: Any) -> None:
            self.refreshed.append(method)
            await self._tell()

    async def _tell(self) -> None:
        async with self._something:
            self._something.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with self._something:
            await asyncio.wait_for(self._something.wait_for(true), PATIENCE)

    # Documents

    def open(self, uri: str, text: str) -> None:
        self.versions[uri] = 1
        self.texts[uri] = text
        self.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "alw", 1, text))
        )

    def change(self, uri: str, start: int, end: int, text: str) -> None:
        """Replace characters from ``start`` to ``end``."""
        before = self.texts[uri]
        change = types.TextDocumentContentChangePartial(self.range(uri, start, end), text)
        self.texts[uri] = before[:start] + text + before[end:]
        self.send_changes(uri, [change])

    def replace(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.send_changes(uri, [types.TextDocumentContentChangeWholeDocument(text)])

    def send_changes(self, uri: str, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def close(self, uri: str) -> None:
        self.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    async def checked(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics of the text as it is now."""
        wanted = self.versions[uri]
        await self.until(lambda: any(h.uri == uri and h.version == wanted for h in self.heard))
        return self.diagnostics[uri]

    # Places

    def units(self, text: str) -> int:
        if self.encoding == "utf-8":
            return len(text.encode())
        return len(text.encode("utf-16-le")) // 2 if self.encoding == "utf-16" else len(text)

    def position(self, uri: str, offset: int) -> types.Position:
        before = self.texts[uri][:offset].replace("\r\n", "\n").replace("\r", "\n")
        line = before[before.rfind("\n") + 1 :]
        return types.Position(before.count("\n"), self.units(line))

    def range(self, uri: str, start: int, end: int) -> types.Range:
        return types.Range(self.position(uri, start), self.position(uri, end))

    def offset(self, uri: str, position: types.Position) -> int:
        """The offset of a position, which must be one that exists."""
        text, at = self.texts[uri], 0
        for _ in range(position.line):
            ends = [e for e in (text.find("\n", at), text.find("\r", at)) if e >= 0]
            at = min(ends) + 1
            at += text[at - 1 : at + 1] == "\r\n"
        end = at
        while self.units(text[at:end]) < position.character:
            end += 1
        assert self.units(text[at:end]) == position.character
        assert "\n" not in text[at:end]
        return end

    def text(self, uri: str, range: types.Range) -> str:
        """The text in a range of the server's."""
        return self.texts[uri][self.offset(uri, range.start) : self.offset(uri, range.end)]

    def edited(self, uri: str, edits: list[types.TextEdit]) -> str:
        """The text after edits of the server's."""
        places = [
            (self.offset(uri, e.range.start), self.offset(uri, e.range.end), e.new_text)
            for e in edits
        ]
        text = self.texts[uri]
        for start, end, new in sorted(places, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def find(self, uri: str, needle: str, inside: int = 0) -> types.Position:
        """The position of ``needle``, or of a character in it."""
        return self.position(uri, self.texts[uri].index(needle) + inside)


def capabilities(encoding: str, **more: Any) -> types.ClientCapabilities:
    """What a modern editor can do."""
    text = types.TextDocumentClientCapabilities(
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(snippet_support=True)
        ),
        document_symbol=types.DocumentSymbolClientCapabilities(
            hierarchical_document_symbol_support=True
        ),
        rename=types.RenameClientCapabilities(prepare_support=True),
        **more,
    )
    return types.ClientCapabilities(
        text_document=text,
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
        ),
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        experimental={"commands": {"commands": ["alw.showTaskMap"]}},
    )


def environment() -> Mapping[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}


@asynccontextmanager
async def connected(encoding: str = "utf-16") -> AsyncIterator[Editor]:
    """A client of a server that is not initialized; the process ends with it."""
    editor = Editor(encoding)
    await editor.start_io(
        sys.executable, "-m", "alw", "lsp", "--stdio", cwd="/", env=dict(environment())
    )
    server = editor._server
    assert server is not None
    try:
        yield editor
    finally:
        if server.returncode is None:
            server.kill()
        await server.wait()
        await editor.stop()


@asynccontextmanager
async def session(
    encoding: str = "utf-16",
    *,
    folder: Path | None = None,
    can: types.ClientCapabilities | None = None,
    options: Any = None,
) -> AsyncIterator[Editor]:
    """An editor with a session; at its end the server says good-bye and leaves with 0."""
    async with connected(encoding) as editor:
        folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)] if folder else None
        result = await editor.initialize_async(
            types.InitializeParams(
                capabilities=can or capabilities(encoding),
                workspace_folders=folders,
                initialization_options=options,
            )
        )
        assert result.capabilities.position_encoding == encoding
        editor.initialized(types.InitializedParams())
        yield editor
        assert await end(editor) == 0


async def end(editor: Editor) -> int:
    """Say good-bye; the exit code of the server."""
    await waited(editor.shutdown_async(None))
    editor.exit(None)
    server = editor._server
    assert server is not None
    return await waited(server.wait())


async def waited(answer: Awaitable[Answer]) -> Answer:
    return await asyncio.wait_for(answer, PATIENCE)


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test."""
    asyncio.run(test)
