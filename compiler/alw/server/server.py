"""The server: the requests, and what answers them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib import metadata
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer

from .client_capabilities import read_client
from .editor_session import EditorSession
from .features import (
    Feature,
    assistance,
    code_actions,
    decorations,
    pull_diagnostics,
    rename,
    structure,
)
from .parent import watch
from .protocol import Protocol
from .settings import Settings, read_settings, select_section
from .uris import to_path

FEATURES: tuple[Feature, ...] = (
    *assistance.FEATURES,
    *rename.FEATURES,
    *structure.FEATURES,
    *decorations.FEATURES,
    *code_actions.FEATURES,
    *pull_diagnostics.FEATURES,
)
#: The command that answers with the compiled map of a task.
TASK_MAP = "alw.taskMap"
#: The command that answers with the picture of a document.
GRAPH = "alw.graph"


class Server(LanguageServer):
    """A language server for one client."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("alw", metadata.version("alw"), protocol_cls=Protocol, max_workers=1)
        self.session = EditorSession(
            self.text_document_publish_diagnostics, self.protocol.log_failure, self._refresh
        )
        self._options: Any = None
        self._register()

    # What there is

    def _register(self) -> None:
        session = self.session
        for feature in FEATURES:
            self.feature(feature.method, feature.options)(_make_handler(session, feature))
        for method, handler in (
            (types.INITIALIZE, self._initialize),
            (types.INITIALIZED, self._initialized),
            (types.TEXT_DOCUMENT_DID_OPEN, session.open),
            (types.TEXT_DOCUMENT_DID_CHANGE, session.change),
            (types.TEXT_DOCUMENT_DID_CLOSE, session.close),
            (types.TEXT_DOCUMENT_DID_SAVE, session.save),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._change_settings),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._change_files),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._change_folders),
        ):
            self.feature(method)(_wrap(handler))

        async def symbols(params: types.WorkspaceSymbolParams) -> Any:
            return await session.symbols(params)

        async def resolve(params: types.CodeAction) -> Any:
            data = params.data
            uri = data.get("uri") if isinstance(data, dict) else None
            if not isinstance(uri, str):
                return params
            feature = Feature(types.CODE_ACTION_RESOLVE, code_actions.resolve_action, places=True)
            return await session.answer(feature, uri, params)

        # pygls checks the arguments of a command, but not that there are any
        async def task_map(uri: str = "", workflow: str = "", task: str = "") -> str:
            return await session.task_map(uri, workflow, task)

        async def graph(uri: str = "") -> str:
            return await session.graph(uri)

        self.feature(types.WORKSPACE_SYMBOL)(symbols)
        self.feature(types.CODE_ACTION_RESOLVE)(resolve)
        self.command(TASK_MAP)(task_map)
        self.command(GRAPH)(graph)

    # The life of a session

    def _initialize(self, params: types.InitializeParams) -> None:
        agreed = self.workspace.position_encoding
        encoding = str(agreed.value if isinstance(agreed, types.PositionEncodingKind) else agreed)
        folders = [to_path(folder.uri) for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [to_path(params.root_uri)]
        elif not folders and params.root_path:
            folders = [params.root_path]
        found = [Path(folder) for folder in folders if folder]
        self.session.start(read_client(params.capabilities, encoding), found)
        watch(params.process_id, self.protocol.stop)
        self._options = select_section(params.initialization_options)
        self.session.settings = self._read_settings()

    def _initialized(self, params: types.InitializedParams) -> None:
        self._show_problems(self.session.settings)
        wanted = []
        if self.session.client.watches:
            # maps and sandboxes have names of any kind
            watcher = types.FileSystemWatcher("**/*")
            options = types.DidChangeWatchedFilesRegistrationOptions([watcher])
            wanted.append(
                types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            )
        if self.session.client.hears_settings:
            section = types.DidChangeConfigurationRegistrationOptions("alw")
            wanted.append(
                types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
            )
        if wanted:
            self.client_register_capability(types.RegistrationParams(wanted), _ignore)
        if self.session.client.configures:
            self._ask_for_settings()
        self.session.survey()

    # Settings

    def _change_settings(self, params: types.DidChangeConfigurationParams) -> None:
        values = select_section(params.settings)
        if values is not None:
            self._take(values)
        elif self.session.client.configures:
            self._ask_for_settings()

    def _ask_for_settings(self) -> None:
        wanted = types.ConfigurationParams([types.ConfigurationItem(section="alw")])

        def answered(values: Any) -> None:
            if values and values[0]:
                self._take(values[0])

        self.workspace_configuration(wanted, answered)

    def _take(self, options: Any) -> None:
        self._options = options
        found = self._read_settings()
        self._show_problems(found)
        self.session.configure(found)

    def _read_settings(self) -> Settings:
        folders = self.session.workspace.folders
        return read_settings(self._options, folders[0] if folders else None)

    def _show_problems(self, found: Settings) -> None:
        for problem in found.problems:
            self.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"alw: {problem}")
            )

    # Files

    def _change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        if self.session.files_changed(params):
            self._take(self._options)

    def _change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {to_path(folder.uri) for folder in params.event.removed}
        new = [path for folder in params.event.added if (path := to_path(folder.uri))]
        kept = [f for f in self.session.workspace.folders if str(f) not in gone]
        self.session.workspace.folders = [*kept, *(Path(path) for path in new)]
        self.session.survey()

    def _refresh(self, *methods: str) -> None:
        """Have the client ask again for what ``methods`` say, or for everything."""
        can = self.session.client.refreshes
        for method in sorted(can.intersection(methods) if methods else can):
            self.protocol.send_request(method, None, _ignore)

    # Faults

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Have a fault of the server noted down."""
        if isinstance(error, JsonRpcInternalError):
            traced = error.data.get("traceback", ()) if isinstance(error.data, dict) else ()
            self.protocol.log("".join([*traced, str(error)]))
        elif not isinstance(error, JsonRpcException):
            self.protocol.log_failure(error)


def _ignore(answer: Any) -> None:
    """Ignore an answer that says nothing."""


def _wrap(run: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return ``run`` as something that pygls can hang its names on."""

    def handle(params: Any) -> None:
        run(params)

    return handle


def _make_handler(
    session: EditorSession, feature: Feature
) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    async def answer(params: Any) -> Any:
        return await session.answer(feature, params.text_document.uri, params)

    return answer
