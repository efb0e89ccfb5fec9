"""Diagnostics as SARIF 2.1.0, which GitHub, GitLab, Azure DevOps and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/; "§" in comments is a section of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...diagnostics.explanation import parse_page

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic, Fix
    from ...diagnostics.rules import Rule
    from ...text.source import Source, Span

Json = dict[str, Any]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the log of one run, in ASCII."""
    rules = sorted({d.rule for d in diagnostics})
    index = {rule.code: number for number, rule in enumerate(rules)}
    driver = {"name": "alw", "version": version("alw"), "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, index[d.code]) for d in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Json:
    explained = parse_page(rule.page)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.meaning},
        "help": {
            "text": f"{explained.meaning}\n\n{explained.why}",
            "markdown": f"# {rule.name}\n\n{rule.page}",
        },
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(d: Diagnostic, rule: int) -> Json:
    text = f"{d.message}\n{d.help}" if d.help else d.message
    result: Json = {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": d.severity,
        "message": _message(text),
        "locations": [_location(d.source, d.span)],
    }
    if d.related:
        result["relatedLocations"] = [
            _location(label.source, label.span) | {"message": _message(label.message)}
            for label in d.related
        ]
    if d.fix is not None:
        result["fixes"] = [_fix(d.source, d.fix)]
    return result


#: What a reader would take for a link, §3.11.6.
_LINK = re.compile(r"\[(?=[^\]\n]*\]\()")


def _message(text: str) -> Json:
    # Braces stay single, against §3.11.5 and as other tools write them: readers that show
    # messages do not undo the doubling, and in alw two braces mean something else than one.
    return {"text": _LINK.sub(r"\\[", text)}


def _location(source: Source, span: Span) -> Json:
    place = {"artifactLocation": _artifact(source), "region": _region(source, span)}
    return {"physicalLocation": place}


def _artifact(source: Source) -> Json:
    path = Path(source.name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(os.fsencode(PurePath(source.name).as_posix()))}


def _region(source: Source, span: Span) -> Json:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(source: Source, fix: Fix) -> Json:
    replacements: list[Json] = []
    for edit in fix.edits:
        replacement: Json = {"deletedRegion": _region(source, edit.span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        replacements.append(replacement)
    return {
        "description": _message(fix.title),
        "artifactChanges": [{"artifactLocation": _artifact(source), "replacements": replacements}],
        "properties": {"safe": fix.safe},
    }
