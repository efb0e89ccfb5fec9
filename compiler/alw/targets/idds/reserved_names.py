"""Names that iDDS keeps for itself, whatever the release."""

from __future__ import annotations

from collections.abc import Iterator

from ...check.context import CheckContext
from ...diagnostics.rules import INVALID_NAME
from ...text.source import Span

#: How iDDS's names for the values of parameters and results begin.
_CARRIED = "user_"


def check_names(context: CheckContext) -> None:
    """Report the names of a workflow that iDDS would take for its own."""
    for name, item in context.workflow.names.meanings.items():
        if "__" in name or name[0] == "_" or name[-1] == "_":
            context.report(
                INVALID_NAME,
                item.name.span,
                f"'{name}' has underscores like those of iDDS's placeholders",
                "start and end a name with a letter or digit, and use single underscores",
            )
    for name, span in _values(context):
        if name.startswith(_CARRIED):
            _report_carried(context, name, span)


def _values(context: CheckContext) -> Iterator[tuple[str, Span]]:
    """Yield the names of parameters and of fields of results, and where they are."""
    for loop in context.workflow.loops:
        yield from ((param.name, param.name_span) for param in loop.params)
    for task in context.workflow.tasks.values():
        for result in task.results:
            yield from ((field.name, field.name_span) for field in result.fields)


def _report_carried(context: CheckContext, name: str, span: Span) -> None:
    """Report the name of a parameter, or of a field of a result, that iDDS mixes up.

    It keeps the value of ``NAME`` as ``user_NAME``.  Where the last key of a result begins
    with ``user_``, every parameter takes a value of that result
    (idds/workflowv2/work.py:1210, ``get_global_parameter_from_output_data``, whose loop
    overwrites the key that it was asked for).
    """
    context.report(
        INVALID_NAME,
        span,
        f"'{name}' begins like iDDS's own names for values",
        f"remove '{_CARRIED}' from the name"
        if name != _CARRIED
        else f"the name of a value must not begin with '{_CARRIED}'",
    )
