"""Decorations of the text: colours, links, hints, lenses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types

from ...editing import highlight, hints, lenses, links
from ...text.source import Span
from ..uris import to_uri
from ..view import View
from . import Feature

#: The commands of lenses, which the client has to know.  The first asks the server for
#: ``alw.taskMap``; the others run ``alw run`` and ``alw simulate``.
SHOW_TASK_MAP = "alw.showTaskMap"
RUN, SIMULATE = "alw.runWorkflow", "alw.simulateWorkflow"

TYPES = (
    "namespace",
    "class",
    "function",
    "variable",
    "parameter",
    "property",
    "type",
    "keyword",
    "operator",
    "string",
    "number",
    "comment",
)
MODIFIERS = ("declaration", "readonly", "defaultLibrary")
_TYPES = {name: number for number, name in enumerate(TYPES)}
_MODIFIERS = {name: 1 << number for number, name in enumerate(MODIFIERS)}
_LEGEND = types.SemanticTokensLegend(TYPES, MODIFIERS)


def color_document(view: View, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """Return the colours of the whole document."""
    return types.SemanticTokens(_encode(view, highlight.semantic_tokens(view.analysis)))


def color_range(view: View, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """Return the colours of a part of it."""
    wanted = view.lines.span(params.range)
    found = highlight.semantic_tokens(view.analysis)
    return types.SemanticTokens(
        _encode(view, (t for t in found if t.span.start < wanted.end and wanted.start < t.span.end))
    )


def _encode(view: View, found: Iterable[highlight.SemanticToken]) -> list[int]:
    data: list[int] = []
    line = column = 0
    for token in found:
        start = view.lines.position(token.span.start)
        if start.line != line:
            column = 0
        modifiers = sum(_MODIFIERS[name] for name in token.modifiers)
        data += (
            start.line - line,
            start.character - column,
            view.lines.width(token.span),
            _TYPES[token.type],
            modifiers,
        )
        line, column = start.line, start.character
    return data


def list_links(view: View, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Return the files, folders and addresses that the document names."""
    found: list[types.DocumentLink] = []
    for link in links.links(view.analysis):
        target = link.path
        if not target.startswith("https://"):
            if view.path is None:
                continue
            target = to_uri(str(Path(view.path).parent / target))
        found.append(types.DocumentLink(view.range(link.span), target))
    return found


def list_hints(view: View, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Return the values of names, to be shown beside them."""
    wanted = view.lines.span(params.range)
    return [
        types.InlayHint(view.lines.position(hint.offset), hint.label, tooltip=hint.tooltip or None)
        for hint in hints.hints(view.analysis, view.last_run)
        if wanted.start <= hint.offset <= wanted.end
    ]


def list_lenses(view: View, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return what can be done with workflows and tasks, for a client that can do it.

    Others would show a lens that only says that there is no such command.
    """
    found: list[types.CodeLens] = []
    for runnable in lenses.runnable(view.analysis) if view.path else ():
        which = runnable.workflow if runnable.is_one_of_many else None
        for title, command in (("Run", RUN), ("Simulate", SIMULATE)):
            found.append(
                _make_lens(view, runnable.span, title, command, which, dict(runnable.inputs))
            )
    for lens in lenses.lenses(view.analysis):
        found.append(
            _make_lens(view, lens.span, lens.title, SHOW_TASK_MAP, lens.workflow, lens.task)
        )
    return [lens for lens in found if lens.command and lens.command.command in view.client.commands]


def _make_lens(view: View, span: Span, title: str, command: str, *arguments: Any) -> types.CodeLens:
    called = types.Command(title, command, arguments=[view.uri, *arguments])
    return types.CodeLens(view.range(span), called)


FEATURES = (
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, color_document, options=_LEGEND),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, color_range, places=True, options=_LEGEND),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, list_links),
    Feature(types.TEXT_DOCUMENT_INLAY_HINT, list_hints, places=True),
    Feature(types.TEXT_DOCUMENT_CODE_LENS, list_lenses),
)
