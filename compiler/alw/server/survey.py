"""The files of the workspace that are not open: what is wrong with them.

They are checked one by one while nobody waits for anything else, and again when they or the files
that they name change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from ..diagnostics.diagnostic import Collector
from ..driver.loader import load
from .documents import Documents, OpenDocument, Snapshot
from .positions import LineIndex
from .problems import convert_diagnostics
from .publisher import Found, Publisher
from .uris import to_uri
from .view import View
from .worker import LATER, Worker
from .workspace import Workspace

#: The largest file that is checked unasked, in bytes: an open document may have to wait for it.
LARGEST = 100_000


class Survey:
    """A checker of files that are not open; for the event loop.

    :param view: what is known of a file; called by the worker.
    :param failed: is told of exceptions.
    """

    def __init__(
        self,
        worker: Worker,
        publisher: Publisher,
        documents: Documents,
        workspace: Workspace,
        view: Callable[[OpenDocument], View],
        failed: Callable[[Exception], None],
    ) -> None:
        self._worker = worker
        self._publisher = publisher
        self._documents = documents
        self._workspace = workspace
        self._view = view
        self._failed = failed
        self._known: dict[str, OpenDocument] = {}
        self._wanted: dict[str, None] = {}
        self._all = False
        self._task: asyncio.Task[None] | None = None

    def check_all(self) -> None:
        """Check all files of the folders."""
        self._all = True
        self._go()

    def check(self, paths: Iterable[Path]) -> None:
        """Check the sources among ``paths``, and those that read one of them."""
        changed = list(paths)
        for path in changed:
            if path.suffix == ".alw" and self._workspace.holds(path):
                self._wanted[str(path)] = None
        for name, known in self._known.items():
            if any(known.files.concerns(path) for path in changed):
                self._wanted[name] = None
        # one without an ending may be a folder with sources in it
        self._all = self._all or self._workspace.holds_any(p for p in changed if not p.suffix)
        self._go()

    def leave(self, path: str) -> None:
        """Say no more of a file, which is going to be open."""
        known = self._known.pop(path, None)
        if known is not None:
            self._publisher.close(known)

    def _go(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._all or self._wanted:
            try:
                if self._all:
                    self._all = False
                    # beside the worker: a disk may be slow
                    found = await asyncio.to_thread(lambda: list(self._workspace.files()))
                    self._wanted |= dict.fromkeys((*found, *self._known))
                    continue
                path = next(iter(self._wanted))
                del self._wanted[path]
                await self._check(path)
            except Exception as error:
                self._failed(error)

    async def _check(self, path: str) -> None:
        uri = to_uri(path)
        if self._documents.get(uri) is not None:
            return
        looked = await self._worker.do(partial(self._look, path, uri), LATER)
        if self._documents.get(uri) is not None:
            return  # opened meanwhile
        if looked is None:
            self.leave(path)
        else:
            self._known[path], found = looked
            self._publisher.publish(self._known[path], None, found)

    def _look(self, path: str, uri: str) -> tuple[OpenDocument, Found] | None:
        """Check a file, which may be gone; only for the worker."""
        try:
            wanted = self._workspace.holds(Path(path)) and self._workspace.takes(Path(path))
            regular = wanted and Path(path).stat().st_size <= LARGEST
        except OSError:
            return None
        source = load(path, Collector()) if regular else None
        if source is None:
            return None
        opened = OpenDocument(
            uri, path, Snapshot(None, LineIndex(source.text, self._documents.encoding))
        )
        found = convert_diagnostics(self._view(opened))
        opened.forget()
        # only its files are needed
        opened.text = Snapshot(None, LineIndex("", self._documents.encoding))
        return opened, found
