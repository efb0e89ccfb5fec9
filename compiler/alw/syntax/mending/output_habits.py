"""Outputs that are asked for by their names: ``simulate.outputs["out.root"]``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...diagnostics.rules import NO_SUCH_OUTPUT
from ...text.source import Span
from .finding import Finding, edit
from .scan import Scan

_ASKED = re.compile(
    r"""\b(?P<task>[A-Za-z_]\w*)\.outputs\[[ ]*
    (?P<quote>\\?["'])(?P<name>[^"'\\\n\]]*)(?P=quote)[ ]*\]""",
    re.VERBOSE,
)
_BLOCK = re.compile(r"\b(?:task|learn)\s+([A-Za-z_]\w*)\s*(?=[{:])")
_OUTPUTS = re.compile(r"\boutputs\s*[=:]\s*(?:\[([^\]\n]*)\]|(\"[^\"\n]*\"))")
_STRING = re.compile(r"[\"'“”]([^\"'“”\n]*)[\"'“”]")


def find_named_outputs(scan: Scan) -> Iterator[Finding]:
    """Find outputs by name where the task's list tells the number."""
    found = list(_ASKED.finditer(scan.text))
    if not found:
        return
    known = _lists(scan.text)
    for match in found:
        names = known.get(match["task"], [])
        if names.count(match["name"]) != 1:
            continue
        right = f"{match['task']}.outputs[{names.index(match['name'])}]"
        yield Finding(
            Span(*match.span()),
            "outputs are numbered from 0, not named",
            (edit(match.start(), match.end(), right),),
            f"write {right}",
            f"'{match['name']}' is {right}",
            NO_SUCH_OUTPUT,
        )


def _lists(text: str) -> dict[str, list[str]]:
    """Return the outputs of every task, as far as they are written out."""
    blocks = list(_BLOCK.finditer(text))
    lists: dict[str, list[str]] = {}
    for number, block in enumerate(blocks):
        end = blocks[number + 1].start() if number + 1 < len(blocks) else len(text)
        if listed := _OUTPUTS.search(text, block.end(), end):
            lists.setdefault(block[1], _STRING.findall(listed[1] or listed[2]))
    return lists
