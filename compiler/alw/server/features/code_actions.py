"""Changes that the server offers: fixes, silences, formatting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from ...diagnostics.diagnostic import Diagnostic, Edit
from ...diagnostics.fixes import repair
from ...diagnostics.rules import NEEDLESS_IGNORE, UNKNOWN_IGNORE
from ...driver.pipeline import analyse
from ...driver.session import Session
from ...syntax.suppression import edit_to_ignore
from ...text.source import Source, Span
from ..line_diff import diff_lines
from ..problems import convert_diagnostic
from ..view import View
from . import Feature, Refused

FIX_ALL = "source.fixAll.alw"


def list_actions(view: View, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return what can be done about the problems in a range."""
    return list(_find_actions(view, params))


def _find_actions(view: View, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    only = params.context.only
    if _is_wanted(types.CodeActionKind.QuickFix, only):
        range = view.lines.span(params.range)
        near = [d for d in view.diagnostics if view.is_own(d.source) and _touches(d.span, range)]
        for d in near:
            yield from _offer_fix(view, d)
        for d in near:
            yield from _offer_silence(view, d)
    if _is_wanted(FIX_ALL, only):
        safe = [d for d in view.diagnostics if _is_safe(view, d)]
        # without being asked for, only beside a problem that it solves
        if only or any(_touches(d.span, view.lines.span(params.range)) for d in safe):
            yield from _offer_fix_all(view)


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    return not only or any(kind == o or kind.startswith(f"{o}.") or not o for o in only)


def _touches(a: Span, b: Span) -> bool:
    return a.start <= b.end and b.start <= a.end


def _is_safe(view: View, d: Diagnostic) -> bool:
    return view.is_own(d.source) and d.fix is not None and d.fix.safe


def _offer_fix(view: View, d: Diagnostic) -> Iterator[types.CodeAction]:
    if d.fix is not None:
        yield types.CodeAction(
            title=d.fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[convert_diagnostic(view, d)[1]],
            is_preferred=d.fix.safe,
            edit=view.workspace_edit(d.fix.edits),
        )


def _offer_silence(view: View, d: Diagnostic) -> Iterator[types.CodeAction]:
    if d.severity == "warning" and d.rule not in (NEEDLESS_IGNORE, UNKNOWN_IGNORE):
        yield types.CodeAction(
            title=f"ignore this warning here ({d.name})",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[convert_diagnostic(view, d)[1]],
            edit=view.workspace_edit([edit_to_ignore(view.source, d)]),
        )


def _offer_fix_all(view: View) -> Iterator[types.CodeAction]:
    action = types.CodeAction(title="fix all that has one right answer", kind=FIX_ALL)
    if view.client.resolves_edits:
        action.data = {"uri": view.uri}
    else:
        edits = _find_repairs(view)
        if not edits:
            return
        action.edit = view.workspace_edit(edits)
    yield action


def resolve_action(view: View, action: types.CodeAction) -> types.CodeAction:
    """Return the action with the edit that it comes to."""
    if action.kind == FIX_ALL:
        action.edit = view.workspace_edit(_find_repairs(view))
    return action


def _find_repairs(view: View) -> list[Edit]:
    """Return what ``alw check --fix`` would change."""

    session = Session(view.settings.given, view.settings.target, view.reader)

    def diagnose(sources: Sequence[Source]) -> list[Diagnostic]:
        return [d for source in sources for d in analyse(source, session).diagnostics]

    source = Source(view.source.name, view.source.text)
    fixed = repair([source], diagnose).sources[0]
    return list(diff_lines(source.text, fixed.text))


def format_all(view: View, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """Return the edits that lay the document out.

    :raises Refused: if it has syntax errors.
    """
    return view.text_edits(_find_layout_edits(view))


def format_part(view: View, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    """Return those of them that touch a range."""
    range = view.lines.span(params.range)
    return view.text_edits(edit for edit in _find_layout_edits(view) if _touches(edit.span, range))


def _find_layout_edits(view: View) -> list[Edit]:
    from ...formatting import NotFormatted, format_source

    try:
        return list(diff_lines(view.source.text, format_source(view.source)))
    except NotFormatted as error:
        raise Refused(error.diagnostics[0].message) from None


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        list_actions,
        places=True,
        options=types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True
        ),
    ),
    Feature(types.TEXT_DOCUMENT_FORMATTING, format_all, places=True),
    Feature(types.TEXT_DOCUMENT_RANGE_FORMATTING, format_part, places=True),
)
