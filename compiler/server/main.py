"""The process of the server: its streams, its memory, its end."""

from __future__ import annotations

import gc
import logging
import os
import sys
from typing import BinaryIO

from .server import Server


def serve() -> int:
    """Serve the client on standard input and output until it says good-bye.

    :returns: the exit code: 0 if it asked to shut down first.
    """
    source, sink = _streams()
    # what pygls would log on standard error, the client hears in its own words
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server()
    gc.collect()
    gc.freeze()  # modules stay
    server.start_io(source, sink)
    return server.protocol.exit_code


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The streams of the protocol, which nothing else reaches from here on.

    What is printed goes to standard error.
    """
    source = os.fdopen(os.dup(0), "rb")
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
