"""Diagnostics as the protocol has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from lsprotocol import types

from ..diagnostics.catalogue import declarations
from ..diagnostics.diagnostic import Diagnostic
from ..diagnostics.rules import FOREIGN_SYNTAX, NEEDLESS_IGNORE, PCHAIN_PLACEHOLDER
from .uris import to_uri
from .view import View

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}
_PACKAGE = Path(__file__).parents[1]
#: Projects call the address of their repository by one of these names.
_REPOSITORY = ("repository", "source", "source code")


def convert_diagnostics(view: View) -> Mapping[str, list[types.Diagnostic]]:
    """Return the diagnostics of a document, by the addresses of the files that they are about.

    The document itself comes first, also if nothing is wrong with it.
    """
    found: dict[str, list[types.Diagnostic]] = {view.uri: []}
    for diagnostic in view.diagnostics:
        where, shown = convert_diagnostic(view, diagnostic)
        found.setdefault(where, []).append(shown)
    return found


def convert_diagnostic(view: View, d: Diagnostic) -> tuple[str, types.Diagnostic]:
    """Return a diagnostic as the protocol has it, and the address of the file that it is about."""
    place = view.location(d.source, d.span)
    return place.uri, types.Diagnostic(
        range=place.range,
        message=f"{d.message}\nhelp: {d.help}" if d.help else d.message,
        severity=_SEVERITIES[d.severity],
        code=d.code,
        code_description=types.CodeDescription(find_explanation(d.code)),
        source="alw",
        tags=_find_tags(d) or None,
        related_information=[
            types.DiagnosticRelatedInformation(
                view.location(label.source, label.span), label.message
            )
            for label in d.related
        ]
        or None,
        data={"name": d.name},
    )


def _find_tags(d: Diagnostic) -> list[types.DiagnosticTag]:
    if d.rule in (PCHAIN_PLACEHOLDER, FOREIGN_SYNTAX):
        return [types.DiagnosticTag.Deprecated]
    # an error is not to be faded
    unused = d.name.startswith("unused-") or d.rule is NEEDLESS_IGNORE
    return [types.DiagnosticTag.Unnecessary] if unused and d.severity == "warning" else []


@cache
def find_explanation(code: str) -> str:
    """Return the address of a rule's explanation: in the repository, if that is known."""
    declared = declarations()[code]
    repository = _repository()
    if repository:
        path = declared.path.relative_to(_PACKAGE).as_posix()
        return f"{repository}/blob/main/compiler/alw/{path}#L{declared.line}"
    return f"{to_uri(str(declared.path.absolute()))}#L{declared.line}"


def _repository() -> str | None:
    try:
        named = metadata.metadata("alw").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    for entry in named:
        name, _, address = str(entry).partition(",")
        if name.strip().lower() in _REPOSITORY and address.strip().startswith("https://"):
            return address.strip().removesuffix(".git").rstrip("/")
    return None
