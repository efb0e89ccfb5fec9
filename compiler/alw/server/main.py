"""The process of the server: its streams, its memory, its end."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import BinaryIO

from pygls.io_ import StdoutWriter

from .frames import Frames, Unframed
from .parent import watch
from .server import Server

#: So many chunks of input wait to be read.
_CHUNKS = 16


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


async def _converse(server: Server, source: int) -> None:
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(_CHUNKS)
    protocol = server.protocol

    def pump() -> None:
        # pygls would change threads for every line of a header
        with suppress(OSError, RuntimeError):  # the loop may have ended
            while chunk := os.read(source, 2**16):
                room.acquire()  # a client that is faster than the server has to wait
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(chunks.put_nowait, b"")

    def stop() -> None:
        protocol.stop()
        loop.call_soon_threadsafe(chunks.put_nowait, b"")

    protocol.on_parent = partial(watch, stop=stop)
    # a daemon: it waits for input at the end of the process
    threading.Thread(target=pump, name="input", daemon=True).start()
    frames = Frames()
    try:
        while not protocol.stopped.is_set() and (chunk := await chunks.get()):
            frames.feed(chunk)
            room.release()
            while not protocol.stopped.is_set() and (body := frames.next()) is not None:
                _handle(server, body)
                # what the message has begun gets going before the next one is read, so that a
                # request is about the text as it is when the request comes
                await asyncio.sleep(0)
                while server.session.is_busy:
                    await asyncio.sleep(0.01)
        if not protocol.stopped.is_set():
            frames.end()
    except Unframed as error:
        protocol.unframed(error)


def _handle(server: Server, body: bytes) -> None:
    try:
        message = json.loads(body.decode("utf-8"), object_hook=server.protocol.structure_message)
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, a number without end
        server.protocol.unreadable(error)
    except Exception as error:
        server.protocol.log_failure(error)
    else:
        server.protocol.handle_message(message)


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
