"""While a source is being written: completion, hover, signatures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lsprotocol import types

from ...editing import completion as completing
from ...editing import hover as hovering
from ...editing import signature as signing
from ..view import View
from . import Feature

_KINDS: Mapping[str, types.CompletionItemKind] = {
    "variable": types.CompletionItemKind.Variable,
    "constant": types.CompletionItemKind.Constant,
    "field": types.CompletionItemKind.Field,
    "property": types.CompletionItemKind.Property,
    "keyword": types.CompletionItemKind.Keyword,
    "type": types.CompletionItemKind.TypeParameter,
    "value": types.CompletionItemKind.Value,
    "task": types.CompletionItemKind.Function,
    "function": types.CompletionItemKind.Function,
    "snippet": types.CompletionItemKind.Snippet,
}
#: ``$0``, ``$1``, ``${1}``, ``${1:name}``, ``${1|one,two|}``, and characters after a backslash.
_PLACE = re.compile(
    r"\\(?P<plain>[\\$}])|\$(?:\d+|\{\d+(?::(?P<name>[^{}]*)|\|(?P<one>[^,|]*)[^}]*)?\})"
)


def complete(view: View, params: types.CompletionParams) -> types.CompletionList:
    """Return what can be written at the cursor."""
    offers = completing.completions(view.analysis, view.offset(params.position), view.reader)
    return types.CompletionList(
        is_incomplete=False,
        items=[_make_item(view, number, offer) for number, offer in enumerate(offers)],
    )


def _make_item(view: View, number: int, offer: completing.Completion) -> types.CompletionItem:
    snippet = offer.snippet and view.client.snippets
    text = offer.insert if snippet or not offer.snippet else strip_placeholders(offer.insert)
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS[offer.kind],
        detail=offer.detail or None,
        documentation=types.MarkupContent(view.client.completion, offer.documentation)
        if offer.documentation
        else None,
        sort_text=f"{number:05}",  # the order means something: the likely ones come first
        text_edit=types.TextEdit(view.range(offer.span), text),
        insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
    )


def strip_placeholders(snippet: str) -> str:
    """Return what a snippet inserts where there are no places to go on at."""
    return _PLACE.sub(lambda m: m["plain"] or m["name"] or m["one"] or "", snippet)


def hover(view: View, params: types.HoverParams) -> types.Hover | None:
    """Return the hover text for the symbol under the cursor."""
    found = hovering.hover(view.analysis, view.offset(params.position), view.last_run)
    if found is None:
        return None
    return types.Hover(
        types.MarkupContent(view.client.hover, found.markdown), view.range(found.span)
    )


def describe_signature(view: View, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """Return the form of what is being written."""
    found = signing.signature(view.analysis, view.offset(params.position))
    if found is None:
        return None
    parameters = [types.ParameterInformation(place) for place in found.parameters]
    said = types.MarkupContent(view.client.signature, found.documentation)
    shown = types.SignatureInformation(found.label, said, parameters, found.active)
    return types.SignatureHelp([shown], 0, found.active)


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_COMPLETION,
        complete,
        places=True,
        options=types.CompletionOptions(trigger_characters=[".", "{", ":", "=", '"']),
    ),
    Feature(types.TEXT_DOCUMENT_HOVER, hover, places=True),
    Feature(
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
        describe_signature,
        places=True,
        options=types.SignatureHelpOptions(
            trigger_characters=[" ", ":", "=", '"'], retrigger_characters=[" "]
        ),
    ),
)
