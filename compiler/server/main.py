"""The process of the server: its streams, its memory, its end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from pygls.io_ import StdoutWriter, run_async

from .server import Server


def serve() -> int:
    """Serve the client on standard input and output until it says good-bye.

    :returns: the exit code: 0 if it asked to shut down first.
    """
    source, sink = _streams()
    # what pygls would log on standard error, the client hears in its own words
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    sys.setswitchinterval(0.001)  # messages do not wait for the worker
    server = Server()
    server.protocol.set_writer(StdoutWriter(sink))
    gc.collect()
    gc.freeze()  # modules stay
    asyncio.run(_converse(server, source))
    return server.protocol.exit_code


class _InTurns:
    """Lets what a message has begun get going before the next one is read.

    So a request is about the text as it is when the request comes.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.readexactly = reader.readexactly

    async def readline(self) -> bytes:
        """The next line, or nothing at the end."""
        await asyncio.sleep(0)
        return await self._reader.readline()


async def _converse(server: Server, source: int) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()

    def pump() -> None:
        # pygls would change threads for every line of a header
        with suppress(OSError, RuntimeError):  # the loop may have ended
            while chunk := os.read(source, 2**16):
                loop.call_soon_threadsafe(reader.feed_data, chunk)
            loop.call_soon_threadsafe(reader.feed_eof)

    # a daemon: it waits for input at the end of the process
    threading.Thread(target=pump, name="input", daemon=True).start()
    try:
        await run_async(
            server.protocol.stopped,
            _InTurns(reader),
            server.protocol,
            error_handler=server.report_server_error,
        )
    except (asyncio.IncompleteReadError, ValueError, OverflowError) as error:
        server.protocol.log(f"the input cannot be read: {error}")


def _streams() -> tuple[int, BinaryIO]:
    """The streams of the protocol, which nothing else reaches from here on.

    What is printed goes to standard error.
    """
    source = os.dup(0)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # there is no standard error
        os.dup2(nothing, 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr
    return source, sink
