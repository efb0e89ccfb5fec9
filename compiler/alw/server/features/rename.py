"""Names: where they are defined and used, and other names for them."""

from __future__ import annotations

from lsprotocol import types

from ...editing import symbols
from ..view import View
from . import Feature, Refused


def find_definition(view: View, params: types.DefinitionParams) -> types.Location | None:
    """Return where the symbol under the cursor is defined."""
    found = symbols.definition(view.analysis, view.offset(params.position))
    return None if found is None else types.Location(view.uri, view.range(found))


def find_references(view: View, params: types.ReferenceParams) -> list[types.Location]:
    """Return every mention of the symbol under the cursor."""
    spans = symbols.references(
        view.analysis, view.offset(params.position), params.context.include_declaration
    )
    return [types.Location(view.uri, view.range(span)) for span in spans]


def highlight(view: View, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    """Return the same, for colours."""
    offset = view.offset(params.position)
    defined = symbols.definition(view.analysis, offset)
    return [
        types.DocumentHighlight(
            view.range(span),
            types.DocumentHighlightKind.Write
            if span == defined
            else types.DocumentHighlightKind.Read,
        )
        for span in symbols.references(view.analysis, offset, True)
    ]


def prepare_rename(
    view: View, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    """Return the name at the cursor, if it can be changed."""
    span = symbols.occurrence(view.analysis, view.offset(params.position))
    if span is None:
        return None
    return types.PrepareRenamePlaceholder(view.range(span), view.source.text[span.start : span.end])


def rename(view: View, params: types.RenameParams) -> types.WorkspaceEdit:
    """Return the edits that give the symbol under the cursor another name.

    :raises Refused: if it cannot have that name.
    """
    try:
        edits = symbols.rename(view.analysis, view.offset(params.position), params.new_name)
    except symbols.CannotRename as error:
        raise Refused(error.message) from None
    return view.workspace_edit(edits)


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DEFINITION, find_definition, places=True),
    Feature(types.TEXT_DOCUMENT_REFERENCES, find_references, places=True),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlight, places=True),
    Feature(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, places=True),
    Feature(types.TEXT_DOCUMENT_RENAME, rename, places=True),
)
