"""The process of the server: its streams, its memory, its end.

pygls has this as well (``LanguageServer.start_io``).  It is not used because

* it waits forever after a header that it cannot read (:mod:`.base_protocol`), and answers nothing
  to what is no JSON;
* the end of the process waits for its thread, which waits for input;
* a client that is gone is an exception for whoever writes.

Standard output is taken away from everybody else: what a library prints would go to the client.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from .base_protocol import LONGEST_HEADER, Unframed, read_message
from .protocol import Protocol
from .server import Server


def serve() -> int:
    """Serve the client on standard input and output until it says good-bye.

    :returns: the exit code: 0 if it asked to shut down first.
    """
    source, sink = _take_streams()
    # what pygls would log on standard error, the client hears in its own words
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    sys.setswitchinterval(0.001)  # messages do not wait for the worker
    server = Server()
    gc.collect()
    gc.freeze()  # modules stay
    with suppress(asyncio.CancelledError):  # stopped
        asyncio.run(_converse(server, source, sink))
    return server.protocol.exit_code


async def _converse(server: Server, source: int, sink: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None

    def stop() -> None:
        loop.call_soon_threadsafe(task.cancel)

    server.protocol.stop = stop
    server.protocol.set_writer(_Output(sink, stop))
    stream = asyncio.StreamReader(limit=LONGEST_HEADER)
    stream.set_transport(_Input(source, stream))
    try:
        while (content := await read_message(stream)) is not None:
            _handle(server.protocol, content)
            # what the message has begun gets going before the next one is read, so that a
            # request is about the text as it is when the request comes
            await asyncio.sleep(0)
            while server.session.is_busy:
                await asyncio.sleep(0.01)
    except Unframed as error:
        server.protocol.refuse_input(f"the input cannot be read: {error}")


def _handle(protocol: Protocol, content: bytes) -> None:
    try:
        message = json.loads(content.decode("utf-8"), object_hook=protocol.structure_message)
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, a number without end
        protocol.refuse_input(f"a message cannot be read: {error}")
        return
    try:
        protocol.handle_message(message)
    except Exception as error:
        protocol.log_failure(error)


class _Input(asyncio.ReadTransport):
    """A file that a thread reads.

    asyncio itself reads only pipes, sockets and terminals, and not on Windows.
    """

    def __init__(self, source: int, stream: asyncio.StreamReader) -> None:
        super().__init__()
        self._source = source
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._may_read = threading.Event()
        # a daemon: it waits for input at the end of the process
        threading.Thread(target=self._read, name="input", daemon=True).start()

    def pause_reading(self) -> None:
        """Have a client that is faster than the server wait."""
        self._may_read.clear()

    def resume_reading(self) -> None:
        """Go on."""
        self._may_read.set()

    def _read(self) -> None:
        with suppress(RuntimeError):  # the loop may have ended
            with suppress(OSError):
                while chunk := os.read(self._source, 2**16):
                    self._may_read.clear()
                    self._loop.call_soon_threadsafe(self._feed, chunk)
                    self._may_read.wait()
            self._loop.call_soon_threadsafe(self._stream.feed_eof)

    def _feed(self, chunk: bytes) -> None:
        self._may_read.set()
        self._stream.feed_data(chunk)  # which pauses if it has enough


class _Output:
    """A file whose reader may go away; a writer of pygls.

    :param stop: called then.
    """

    def __init__(self, sink: BinaryIO, stop: Callable[[], object]) -> None:
        self._sink = sink
        self._stop = stop
        self._is_open = True

    def write(self, data: bytes) -> None:
        """Write a message, if somebody reads it."""
        if self._is_open:
            try:
                self._sink.write(data)
                self._sink.flush()
            except OSError:
                self.close()
                self._stop()

    def close(self) -> None:
        """Write no more."""
        self._is_open = False


def _take_streams() -> tuple[int, BinaryIO]:
    """Return the streams of the protocol, which nothing else reaches from here on.

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
