"""One editor's session: its documents, its settings, and the answers to its requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from ..driver.output import to_json
from .checker import Checker
from .client_capabilities import Client
from .documents import Documents, OpenDocument, Snapshot
from .features import Feature, Refused
from .features.graph_picture import draw_picture
from .features.structure import flatten_symbols
from .last_runs import exclude_job_files
from .publisher import Publisher
from .settings import Settings
from .survey import Survey
from .uris import to_key, to_path
from .view import View
from .worker import LATER, NOW, Worker
from .workspace import Workspace, matches

#: A request about the whole text is asked again so often when that changes meanwhile.
_TRIES = 5
#: So many jobs may wait.
_MOST_WAITING = 10_000
#: LSP's RequestFailed, which the author gets to read.
_FAILED = -32803


class EditorSession:
    """The session of one editor.

    :param send: publishes diagnostics.
    :param failed: is told of exceptions that are faults of the server.
    :param refresh: has the client ask again for what may look different now: for what the
        methods that it is given say, or for everything.
    """

    def __init__(
        self,
        send: Callable[[types.PublishDiagnosticsParams], None],
        failed: Callable[[Exception], None],
        refresh: Callable[..., None],
    ) -> None:
        self.client = Client()
        self.settings = Settings()
        self.workspace = Workspace()
        self.documents = Documents(lambda: self.workspace.folders)
        self._refresh = refresh
        self._worker = Worker()
        publisher = Publisher(self.documents, send, lambda: self.client.pulls)
        self._checker = Checker(self._worker, publisher, self.view, failed, refresh)
        self._survey = Survey(
            self._worker, publisher, self.documents, self.workspace, self.view, failed
        )

    def start(self, client: Client, folders: list[Path]) -> None:
        """Take the client's capabilities and folders."""
        self.client = client
        self.documents.encoding = client.encoding
        self.workspace.folders = folders

    @property
    def is_busy(self) -> bool:
        """True while so much waits that no more should be begun."""
        return self._worker.waiting > _MOST_WAITING

    def view(self, opened: OpenDocument) -> View:
        """Return the view of a document; only for the worker."""
        return opened.view(self.settings, self.client)

    # Documents

    def open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a document that was opened."""
        item = params.text_document
        self._survey.leave(to_key(item.uri))  # before it is open, and not ours to speak of
        self._checker.check(self.documents.open(item.uri, item.version, item.text))

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take changes of a document."""
        item = params.text_document
        opened = self.documents.change(item.uri, item.version, params.content_changes)
        if opened is not None:
            self._checker.check(opened)

    def close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Take leave of a document that was closed."""
        opened = self.documents.close(params.text_document.uri)
        if opened is not None:
            self._checker.close(opened)
            if opened.path and self.client.watches:
                self._survey.check([Path(opened.path)])

    def save(self, params: types.DidSaveTextDocumentParams) -> None:
        """Check again a document that was saved: what it reads may have changed as well, unseen."""
        opened = self.documents.get(params.text_document.uri)
        if opened is not None and not self.client.watches:
            self._checker.recheck(opened)

    def configure(self, settings: Settings) -> None:
        """Take new settings."""
        self.settings = settings
        for opened in self.documents:
            self._checker.check(opened)
        self._refresh()
        self.survey()

    def survey(self) -> None:
        """Check the files of the folders, if the client tells of their changes."""
        if self.client.watches:
            self._survey.check_all()

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> bool:
        """Look again at the documents that read files that have changed.

        :returns: whether the file with values of inputs is one of them.
        """
        named = (to_path(event.uri) for event in params.changes)
        paths = exclude_job_files(Path(path) for path in named if path)
        for opened in {
            id(o): o for path in paths for o in self.documents.find_readers(path)
        }.values():
            self._checker.recheck(opened)
        if any(self.documents.shows_run(path) for path in paths):
            self._refresh(types.WORKSPACE_INLAY_HINT_REFRESH)
        self._survey.check(paths)
        return self.settings.params in paths

    # Requests

    async def answer(self, feature: Feature, uri: str, params: Any, urgency: int = NOW) -> Any:
        """Return the answer to a request about the document at ``uri``.

        :raises JsonRpcException: if there is none.
        """
        opened = self.documents.get(uri)
        if opened is None:
            raise JsonRpcInvalidParams(f"the document is not open: {uri}")
        asked = opened.text
        for _ in range(_TRIES):
            text = opened.text
            if feature.places and text is not asked:
                break
            result = await self._do(partial(self._answer, feature, opened, text, params), urgency)
            if opened.text is text or opened.closed:
                return result
        raise JsonRpcContentModified("the document has changed in the meantime")

    def _answer(self, feature: Feature, opened: OpenDocument, text: Snapshot, params: Any) -> Any:
        view = self.view(opened)
        return feature.answer(view, params) if view.lines is text.lines else None

    async def _do(self, job: Callable[[], Any], urgency: int = NOW) -> Any:
        try:
            return await self._worker.do(job, urgency)
        except Refused as error:
            raise JsonRpcException(str(error), _FAILED) from None

    async def symbols(self, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        """Return the symbols of open documents, and of the files in the folders."""
        found: list[types.SymbolInformation] = []
        for opened in self.documents:
            found += await self._do(partial(self._symbols, opened, params.query))
        addresses = [opened.uri for opened in self.documents]
        encoding = self.client.encoding
        found += await self._do(
            lambda: list(self.workspace.symbols(params.query, addresses, encoding))
        )
        return found

    def _symbols(self, opened: OpenDocument, query: str) -> list[types.SymbolInformation]:
        from ..editing.outline import outline

        view = self.view(opened)
        shown = flatten_symbols(view.uri, view.lines, outline(view.analysis))
        return [symbol for symbol in shown if matches(symbol.name, query)]

    async def task_map(self, uri: str, workflow: str, task: str) -> str:
        """Return the compiled map of a task, as ``alw compile`` writes it.

        :raises JsonRpcException: if there is none.
        """
        shown: str = await self.answer(Feature("alw.taskMap", _task_map), uri, (workflow, task))
        return shown

    async def graph(self, uri: str) -> str:
        """Return the picture of a document, as ``alw graph`` draws it.

        :raises JsonRpcException: if there is none.
        """
        # nobody who types has to wait for it
        feature = Feature("alw.graph", draw_picture)
        shown: str = await self.answer(feature, uri, None, LATER)
        return shown


def _task_map(view: View, names: tuple[str, str]) -> str:
    workflow_name, name = names
    for workflow, _, planned in view.analysis.workflows:
        if workflow.name == workflow_name:
            plan = planned.tasks.get(name)
            if plan is not None and plan.task_map:
                return to_json(plan.task_map)
            if name in workflow.tasks:
                raise Refused(f"'{name}' does not compile to a task map: see the problems")
    raise Refused(f"there is no task '{name}' in a workflow '{workflow_name}'")
