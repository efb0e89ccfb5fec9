"""Whatever a client sends, the server answers, goes on, and ends as it should."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, Any

import pytest
from lsprotocol import types

from alw.server.base_protocol import LONGEST_HEADER, read_message
from tests.benchmarks.generate import campaign, source
from tests.server.editor import (
    PATIENCE,
    Editor,
    connected,
    end,
    environment,
    run,
    session,
    waited,
)

SMALL = 'workflow w { dataset = "user.me.w" task t { exec = "echo {x}" } }\n'


def packed(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def started() -> subprocess.Popen[bytes]:
    """A server whose streams are written and read here."""
    return subprocess.Popen(
        [sys.executable, "-m", "alw", "lsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment()),
        cwd="/",
    )


def conversation(*messages: Any, last: Any = None) -> tuple[list[dict[str, Any]], int, str]:
    """What the server says to messages as they are, its exit code, and its standard error.

    :param last: the request whose answer is awaited before the server is told to end.
    """
    with started() as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdin.write(b"".join(map(packed, messages)))
        server.stdin.flush()
        said: list[dict[str, Any]] = []
        while last is not None and not any(m.get("id") == last for m in said):
            said.append(unpacked(server.stdout))
        if last is not None:
            server.stdin.write(packed(request(99, "shutdown")) + packed(notice("exit")))
        server.stdin.close()
        while message := unpacked(server.stdout):
            said.append(message)
        return said, server.wait(PATIENCE), server.stderr.read().decode()


def unpacked(stream: IO[bytes]) -> dict[str, Any]:
    """The next message; an empty one at the end."""
    length = 0
    while (line := stream.readline()) not in (b"", b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"Content-Length":
            length = int(value)
    message: dict[str, Any] = json.loads(stream.read(length) or b"{}")
    return message


def request(id: Any, method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def notice(method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


START = (request(1, "initialize", {"capabilities": {}}), notice("initialized", {}))
OPEN = notice(
    "textDocument/didOpen",
    {"textDocument": {"uri": "untitled:a", "languageId": "alw", "version": 1, "text": SMALL}},
)


def answers(said: list[dict[str, Any]]) -> dict[Any, Any]:
    """Error codes, or ``"ok"``, by the id of the request."""
    return {
        m.get("id"): m["error"]["code"] if "error" in m else "ok" for m in said if "method" not in m
    }


def test_messages_that_make_no_sense() -> None:
    hover = {"textDocument": {"uri": "untitled:a"}, "position": {"line": 0, "character": 0}}
    said, code, errors = conversation(
        *START,
        OPEN,
        request(2, "textDocument/hover", {"nonsense": True}),
        request(3, "textDocument/hover"),
        request(4, "no/such/method", {"type_name": "not a name!"}),
        request(5, "textDocument/hover", hover | {"position": {"line": -1, "character": 0}}),
        request(6, "textDocument/hover", hover | {"position": {"line": 9e9, "character": 0}}),
        request(7, "textDocument/hover", hover | {"textDocument": {"uri": "file:///none"}}),
        request(8, "workspace/executeCommand", {"command": "no.such"}),
        request(9, "workspace/executeCommand", {"command": "alw.taskMap", "arguments": [1]}),
        request(10, "workspace/executeCommand", {"command": "alw.taskMap"}),
        request(
            11,
            "workspace/executeCommand",
            {"command": "alw.taskMap", "arguments": ["untitled:a", "w", "none"]},
        ),
        request(12, "codeAction/resolve", {"title": "x", "data": {"uri": 3}}),
        request(13, "initialize", {"capabilities": {}}),
        request("text", "textDocument/foldingRange", {"textDocument": {"uri": "untitled:a"}}),
        notice("textDocument/didChange", {"textDocument": {"uri": "untitled:a"}}),
        notice(
            "textDocument/didChange",
            {"textDocument": {"uri": "file:///none", "version": 2}, "contentChanges": []},
        ),
        notice("textDocument/didOpen", 3),
        notice("$/cancelRequest", {"id": 4711}),
        notice("$/cancelRequest", {}),
        notice("$/unknown", {"a": 1}),
        notice("no/such/notice"),
        {"jsonrpc": "2.0", "id": 4712, "result": {"an": "answer to nothing"}},
        {"jsonrpc": "2.0", "id": 14, "method": 3},
        {"jsonrpc": "1.0", "id": 15, "method": "shutdown"},
        {"id": 16},
        [],
        [request(17, "shutdown")],
        3,
        "text",
        None,
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        request(18, "textDocument/hover", hover),
        last=18,
    )
    assert code == 0, errors
    assert errors == ""
    got = answers(said)
    assert {id: got[id] for id in (2, 3, 5)} == dict.fromkeys((2, 3, 5), -32602)
    assert got[4] == -32601
    assert got[7] == got[8] == got[9] == got[10] == -32602
    assert got[11] == -32803
    assert got[12] == "ok"
    assert got[13] == -32600
    assert got["text"] == got[18] == got[99] == "ok"
    assert got[15] == got[16] == -32600
    assert 14 in got and 6 in got
    assert None in got  # what has no id, or none that can be read
    assert 17 not in got


def test_before_and_after() -> None:
    said, code, _ = conversation(
        request(2, "textDocument/hover", {}),
        OPEN,
        *START,
        request(3, "shutdown"),
        request(4, "textDocument/hover", {}),
        notice("exit"),
    )
    assert answers(said) == {2: -32002, 1: "ok", 3: "ok", 4: -32600}
    assert code == 0


@pytest.mark.parametrize("messages", [(), START, (notice("exit"),), (*START, notice("exit"))])
def test_no_good_bye(messages: tuple[Any, ...]) -> None:
    assert conversation(*messages)[1:] == (1, "")


async def warm(editor: Editor) -> None:
    """Have the server know messages, so that reading one takes no time beside a large text."""
    uri = "untitled:warm"
    editor.open(uri, SMALL)
    await ask_everything(editor, uri)
    editor.replace(uri, SMALL)
    editor.protocol.notify(types.CANCEL_REQUEST, types.CancelParams("none"))
    await editor.checked(uri)


def test_cancelled() -> None:
    async def go() -> None:
        async with session() as editor:
            await warm(editor)
            uri = "untitled:a"
            editor.open(uri, source(campaign(1000)))
            asked = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
            protocol = editor.protocol
            futures = []
            for number in range(3):
                method = types.TEXT_DOCUMENT_FOLDING_RANGE
                futures.append(protocol.send_request_async(method, asked, msg_id=f"r{number}"))
            protocol.notify(types.CANCEL_REQUEST, types.CancelParams("r1"))
            protocol.notify(types.CANCEL_REQUEST, types.CancelParams("r2"))
            for future in futures[1:]:
                with pytest.raises(Exception) as cancelled:
                    await waited(future)
                assert cancelled.value.code == -32800  # type: ignore[attr-defined]
            assert await waited(futures[0])
            await editor.checked(uri)

    run(go())


def test_a_place_in_an_older_text_means_nothing() -> None:
    async def go() -> None:
        async with session() as editor:
            await warm(editor)
            uri = "untitled:a"
            editor.open(uri, source(campaign(1000)))
            document = types.TextDocumentIdentifier(uri)
            ask = editor.protocol.send_request_async  # the methods send when they are awaited
            position = types.Position(0, 0)
            hover = ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(document, position))
            wanted = types.SemanticTokensParams(document)
            tokens = ask(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, wanted)
            editor.replace(uri, "workflow w { }\n")
            with pytest.raises(Exception) as modified:
                await waited(hover)
            assert modified.value.code == -32801  # type: ignore[attr-defined]
            found = await waited(tokens)  # those of the text as it is now
            assert found is not None and len(found.data) == 5 * 2
            assert [d.code for d in await editor.checked(uri)] == ["ALW507"]

    run(go())


def test_a_text_of_any_characters() -> None:
    texts = ["\ufeff" + SMALL, "\ud83d" + SMALL, "\0", "\u2028\x85\x0c", "#" * 10, "{" * 3000, ""]

    async def go() -> None:
        async with session() as editor:
            for number, text in enumerate(texts):
                uri = f"untitled:{number}"
                editor.open(uri, text)
                found = await editor.checked(uri)
                await ask_everything(editor, uri)
                if number == 0:
                    assert [d.code for d in found] == ["ALW203"]
                    assert found[0].range.start == types.Position(0, SMALL.index("x}") + 1)
            assert editor.logged == []

    run(go())


async def ask_everything(editor: Editor, uri: str) -> None:
    document, at = types.TextDocumentIdentifier(uri), types.Position(0, 3)
    everywhere = types.Range(types.Position(0, 0), types.Position(9999, 0))
    for method, params in (
        (types.TEXT_DOCUMENT_HOVER, types.HoverParams(document, at)),
        (types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(document, at)),
        (types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpParams(document, at)),
        (types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(document, at)),
        (
            types.TEXT_DOCUMENT_REFERENCES,
            types.ReferenceParams(types.ReferenceContext(True), document, at),
        ),
        (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(document)),
        (types.TEXT_DOCUMENT_FOLDING_RANGE, types.FoldingRangeParams(document)),
        (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensParams(document)),
        (types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(document)),
        (types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintParams(document, everywhere)),
        (types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(document)),
        (
            types.TEXT_DOCUMENT_CODE_ACTION,
            types.CodeActionParams(document, everywhere, types.CodeActionContext([])),
        ),
        (types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(document)),
    ):
        await waited(editor.protocol.send_request_async(method, params))


def test_the_server_outlives_its_checks() -> None:
    """Good-bye while a large document is being looked at."""

    async def go() -> None:
        async with session() as editor:
            for number in range(3):
                editor.open(f"untitled:{number}", source(campaign(300)))

    run(go())


def test_a_client_that_goes_away() -> None:
    async def go() -> None:
        async with connected() as editor:
            await editor.initialize_async(types.InitializeParams(types.ClientCapabilities()))
            server = editor._server
            assert server is not None and server.stdin is not None
            editor.open("untitled:a", source(campaign(50)))
            server.stdin.close()
            assert await asyncio.wait_for(server.wait(), PATIENCE) == 1

    run(go())


def test_a_client_that_can_do_nothing() -> None:
    async def go() -> None:
        async with connected() as editor:
            result = await editor.initialize_async(
                types.InitializeParams(types.ClientCapabilities())
            )
            assert result.capabilities.position_encoding == types.PositionEncodingKind.Utf16
            editor.initialized(types.InitializedParams())
            editor.open("untitled:a", SMALL.replace("{x}", "x"))
            assert await editor.checked("untitled:a") == []
            symbols = await waited(
                editor.text_document_document_symbol_async(
                    types.DocumentSymbolParams(types.TextDocumentIdentifier("untitled:a"))
                )
            )
            assert symbols and isinstance(symbols[1], types.SymbolInformation)
            assert symbols[1].container_name == "w"
            items = await waited(
                editor.text_document_completion_async(
                    types.CompletionParams(
                        types.TextDocumentIdentifier("untitled:a"),
                        editor.find("untitled:a", "exec"),
                    )
                )
            )
            assert isinstance(items, types.CompletionList) and items.items
            for item in items.items:
                assert item.insert_text_format is None
                assert item.text_edit is not None and "$" not in item.text_edit.new_text
            rename = await waited(
                editor.text_document_rename_async(
                    types.RenameParams(
                        types.TextDocumentIdentifier("untitled:a"),
                        editor.find("untitled:a", "t {"),
                        "u",
                    )
                )
            )
            assert rename is not None and rename.changes is not None
            assert list(rename.changes) == ["untitled:a"]
            assert await end(editor) == 0

    run(go())


#: What no message can be found after: it is the end, although more may come.
NO_MESSAGES = {
    "bytes": bytes(range(11, 256)) * 9 + b"\n",
    "zeros": b"\0" * 100_000,
    "a long line": b"x" * 200_000,
    "HTTP": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "JSON alone": b'{"jsonrpc": "2.0", "id": 1, "method": "initialize"}\n',
    "no length": b"Content-Type: application/json\r\n\r\n{}",
    "many fields": b"A: b\r\n" * 2000,
    "no number": b"Content-Length: two\r\n\r\n{}",
    "nothing": b"Content-Length:\r\n\r\n{}",
    "a sign": b"Content-Length: +2\r\n\r\n{}",
    "negative": b"Content-Length: -2\r\n\r\n{}",
    "half": b"Content-Length: 1.5\r\n\r\n{}",
    "other digits": "Content-Length: \u0662\r\n\r\n{}".encode(),
    "hexadecimal": b"Content-Length: 0x2\r\n\r\n{}",
    "more than fits": b"Content-Length: 99999999999\r\n\r\n{}",
    "more than a number": b"Content-Length: 1" + b"0" * 5000 + b"\r\n\r\n{}",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
}


@contextmanager
def raw() -> Iterator[subprocess.Popen[bytes]]:
    with started() as server:
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.parametrize("input", NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_an_input_that_is_no_message(input: bytes) -> None:
    """The server says so and ends, without waiting for more."""
    with raw() as server:
        assert server.stdin and server.stdout and server.stderr
        with suppress(BrokenPipeError):
            server.stdin.write(packed(START[0]) + input)
            server.stdin.flush()
        assert server.wait(PATIENCE) == 1
        said = list(iter(partial(unpacked, server.stdout), {}))
        assert answers(said) == {1: "ok", None: -32700}
        assert server.stderr.read() == b""


@pytest.mark.parametrize("left", [b"Content-Length: 99\r\n\r\n{}", b"Content-Le", b"A: b\r\n"])
def test_an_input_that_ends_too_early(left: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alw", "lsp"],
        input=left,
        capture_output=True,
        timeout=PATIENCE,
        env=dict(environment()),
        cwd="/",
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"ends inside a message" in done.stdout


@pytest.mark.parametrize(
    "head", ["content-length: %d", "Content-Length:%d ", "A-LENGTH: 1\nContent-Length:\t%d"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_headers_as_clients_write_them(head: str, end: str) -> None:
    async def go() -> None:
        stream = asyncio.StreamReader(limit=LONGEST_HEADER)
        other = f"Content-Type: application/vscode-jsonrpc; charset=utf-8{end}"
        for text in (b"{}", b"", "é".encode()):
            reading = asyncio.ensure_future(read_message(stream))
            written = f"{other}{head % len(text)}{end}{end}".encode() + text
            for byte in written:
                await asyncio.sleep(0)
                assert not reading.done()
                stream.feed_data(bytes([byte]))
            assert await reading == text
            stream.feed_data(b"\r\n")  # an empty line after it
        stream.feed_eof()
        assert await read_message(stream) is None

    run(go())


def test_messages_that_are_no_objects() -> None:
    for body in (
        b"",
        b"{}",
        b"3",
        b'"a"',
        b"null",
        b"[]",
        b"[{}]",
        b"\xff",
        b"{",
        b"1" + b"0" * 5000,
    ):
        said, code, errors = conversation(*START, body, request(2, "shutdown"), last=2)
        got = answers(said)
        assert None in got and got[2] == "ok", body
        assert (code, errors) == (0, "")
        assert "Traceback" not in json.dumps(said), body


def test_arguments_of_any_type() -> None:
    """No answer shows a traceback, whatever is sent where."""
    methods = [
        *("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"),
        *("textDocument/didSave", "workspace/didChangeConfiguration"),
        *("workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders"),
        *("textDocument/completion", "textDocument/codeAction", "textDocument/rename"),
        *("workspace/symbol", "workspace/executeCommand", "codeAction/resolve"),
        *("initialized", "$/setTrace", "$/cancelRequest", "window/workDoneProgress/cancel"),
        *("textDocument/semanticTokens/full", "textDocument/inlayHint", "workspace/diagnostic"),
    ]
    somewhere = {"uri": "untitled:a"}
    given: list[Any] = [
        *(None, 3, "a", True, [], [1, None], {}, {"textDocument": None}, {"textDocument": 3}),
        *({"textDocument": somewhere}, {"textDocument": somewhere, "position": None}),
        {"textDocument": somewhere, "position": {"line": 2**40, "character": -1}},
        {"textDocument": {"uri": "file://["}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "\ud800"}, "position": {"line": 0, "character": 0}},
        {"textDocument": {**somewhere, "version": "x"}, "contentChanges": [{"text": 3}]},
        {"settings": 3, "changes": 3, "event": 3, "query": 3, "command": 3, "id": {}, "token": []},
    ]
    messages: list[Any] = [*START, OPEN]
    for method in methods:
        for params in given:
            messages.append(notice(method, params))
            messages.append(request(100 + len(messages), method, params))
    asked = request(2, "workspace/symbol", {"query": ""})  # after all that is computed
    said, code, errors = conversation(*messages, asked, last=2)
    wanted = {m["id"] for m in messages if "id" in m}
    assert wanted - answers(said).keys() == set()
    assert (code, errors) == (0, "")
    told = [m for m in said if "Traceback" in json.dumps(m)]
    assert told == []


def test_the_end_of_the_editors_process() -> None:
    editor = subprocess.Popen(["sleep", "100"])
    with raw() as server:
        assert server.stdin
        start = request(1, "initialize", {"capabilities": {}, "processId": editor.pid})
        server.stdin.write(packed(start) + packed(START[1]) + packed(OPEN))
        server.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(3)
        editor.kill()  # it stays a zombie, as where nobody waits for it
        assert server.wait(PATIENCE) == 1
    editor.wait()


def test_an_editor_that_cannot_be_seen() -> None:
    for process in (0, -1, 2**22 + 7, 2**70):
        start = request(1, "initialize", {"capabilities": {}, "processId": process})
        said, code, errors = conversation(start, request(2, "shutdown"), last=2)
        assert answers(said)[2] in ("ok", -32002) and (code, errors) == (0, "")
