"""The client's capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class Client:
    """The client's capabilities, as far as answers depend on them."""

    encoding: str = "utf-16"
    """The encoding whose units positions count."""
    snippets: bool = False
    """True if what is inserted may have places to go on at."""
    hover: types.MarkupKind = types.MarkupKind.Markdown
    """The markup of explanations."""
    completion: types.MarkupKind = types.MarkupKind.Markdown
    signature: types.MarkupKind = types.MarkupKind.Markdown
    nested_symbols: bool = False
    """True if symbols may contain symbols."""
    versioned_edits: bool = False
    """True if edits may name the version that they are for."""
    whole_lines: bool = False
    """True if only whole lines fold."""
    resolves_edits: bool = False
    """True if it asks for the edit of an action when that is chosen."""
    pulls: bool = False
    """True if it asks for diagnostics itself."""
    refreshes: frozenset[str] = field(default=frozenset())
    """The requests that it repeats when told to."""
    configures: bool = False
    """True if it can be asked for settings."""
    hears_settings: bool = False
    """True if it can be asked to tell about new settings."""
    watches: bool = False
    """True if it can be asked to tell about files."""
    commands: frozenset[str] = field(default=frozenset())
    """The commands of lenses that it runs itself; it has no others."""


#: Requests that make the client ask again for something.
_REFRESHES = {
    types.WORKSPACE_DIAGNOSTIC_REFRESH: "workspace.diagnostics.refresh_support",
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH: "workspace.semantic_tokens.refresh_support",
    types.WORKSPACE_INLAY_HINT_REFRESH: "workspace.inlay_hint.refresh_support",
    types.WORKSPACE_CODE_LENS_REFRESH: "workspace.code_lens.refresh_support",
}


def read_client(capabilities: types.ClientCapabilities, encoding: str) -> Client:
    """Return ``capabilities`` as far as answers depend on them."""

    def can(path: str) -> bool:
        return bool(get_capability(capabilities, path, False))

    def markup(path: str) -> types.MarkupKind:
        kinds = get_capability(capabilities, path, None)
        plain = kinds is not None and types.MarkupKind.Markdown not in kinds
        return types.MarkupKind.PlainText if plain else types.MarkupKind.Markdown

    resolved = get_capability(
        capabilities, "text_document.code_action.resolve_support.properties", ()
    )
    data = can("text_document.code_action.data_support")
    return Client(
        encoding=encoding,
        snippets=can("text_document.completion.completion_item.snippet_support"),
        hover=markup("text_document.hover.content_format"),
        completion=markup("text_document.completion.completion_item.documentation_format"),
        signature=markup("text_document.signature_help.signature_information.documentation_format"),
        nested_symbols=can("text_document.document_symbol.hierarchical_document_symbol_support"),
        versioned_edits=can("workspace.workspace_edit.document_changes"),
        whole_lines=can("text_document.folding_range.line_folding_only"),
        resolves_edits="edit" in (resolved or ()) and data,
        pulls=get_capability(capabilities, "text_document.diagnostic", None) is not None,
        refreshes=frozenset(name for name, path in _REFRESHES.items() if can(path)),
        configures=can("workspace.configuration"),
        hears_settings=can("workspace.did_change_configuration.dynamic_registration"),
        watches=can("workspace.did_change_watched_files.dynamic_registration"),
        commands=_find_commands(capabilities.experimental),
    )


def _find_commands(experimental: object) -> frozenset[str]:
    """Return what ``{"commands": {"commands": […]}}`` names.

    The protocol has no word for it; this is the one of rust-analyzer and its clients.
    """
    said = experimental.get("commands") if isinstance(experimental, Mapping) else None
    named = said.get("commands") if isinstance(said, Mapping) else None
    return (
        frozenset(n for n in named if isinstance(n, str))
        if isinstance(named, list)
        else frozenset()
    )
