"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from hashlib import sha256

from lsprotocol import types
from lsprotocol.converters import get_converter

from ..problems import convert_diagnostics
from ..view import View
from . import Feature

_converter = get_converter()


def diagnose(
    view: View, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """Return what is wrong with the document; that it is as before, if the client has that already.

    What is wrong with the files that it names is published.
    """
    found = convert_diagnostics(view)[view.uri]
    shown = repr(_converter.unstructure(found, list[types.Diagnostic]))
    result = sha256(shown.encode("utf-8", "replace")).hexdigest()
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        diagnose,
        options=types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=False, identifier="alw"
        ),
    ),
)
