"""The structure of a document: symbols and what can be folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lsprotocol import types

from ...editing import outline
from ...text.source import Span
from ..positions import LineIndex
from ..view import View
from . import Feature

_KINDS: Mapping[str, types.SymbolKind] = {
    "workflow": types.SymbolKind.Namespace,
    "loop": types.SymbolKind.Class,
    "task": types.SymbolKind.Function,
    "learn": types.SymbolKind.Method,
    "input": types.SymbolKind.Variable,
    "const": types.SymbolKind.Constant,
    "param": types.SymbolKind.Property,
    "field": types.SymbolKind.Field,
}


def list_symbols(
    view: View, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Return the symbols that the document defines."""
    found = outline.outline(view.analysis)
    if view.client.nested_symbols:
        return [_nest(view.lines, symbol) for symbol in found]
    return list(flatten_symbols(view.uri, view.lines, found))


def _nest(lines: LineIndex, symbol: outline.Symbol) -> types.DocumentSymbol:
    whole, name = symbol.span, symbol.name_span
    whole = Span(min(whole.start, name.start), max(whole.end, name.end))
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=_KINDS[symbol.kind],
        range=lines.range(whole),
        selection_range=lines.range(name),
        children=[_nest(lines, child) for child in symbol.children] or None,
    )


def flatten_symbols(
    uri: str, lines: LineIndex, symbols: Sequence[outline.Symbol], container: str | None = None
) -> Iterator[types.SymbolInformation]:
    """Yield symbols one after the other, each with the name of the one that it is in."""
    for symbol in symbols:
        yield types.SymbolInformation(
            name=symbol.name,
            kind=_KINDS[symbol.kind],
            location=types.Location(uri, lines.range(symbol.name_span)),
            container_name=container,
        )
        yield from flatten_symbols(uri, lines, symbol.children, symbol.name)


def list_folds(view: View, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """Return the ranges that can be folded."""
    found = (_convert_fold(view, fold) for fold in outline.folds(view.analysis))
    return [fold for fold in found if fold.end_line > fold.start_line]


def _convert_fold(view: View, fold: outline.Fold) -> types.FoldingRange:
    if fold.kind == "comment":
        range = view.range(fold.span)
        return types.FoldingRange(
            range.start.line, range.end.line, kind=types.FoldingRangeKind.Comment
        )
    end = fold.span.end
    closes = view.source.text[end - 1 : end] in ("}", "]")
    range = view.range(Span(fold.span.start, end - closes))
    start, last = range.start.line, range.end.line
    if not view.client.whole_lines:  # from the end of the first line to the bracket
        return types.FoldingRange(
            start, last, None, range.end.character, types.FoldingRangeKind.Region
        )
    line = view.lines.line_of(end - closes)
    if closes and not view.source.text[line.start : end - closes].strip():
        last -= 1  # the line of the bracket stays
    return types.FoldingRange(start, last, kind=types.FoldingRangeKind.Region)


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, list_symbols),
    Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, list_folds),
)
