"""Names that iDDS keeps for itself, whatever the release."""

from __future__ import annotations

from collections.abc import Iterator

from ...check.context import CheckContext
from ...diagnostics.rule import rule
from ...text.source import Span

INVALID_NAME = rule(
    212,
    "invalid-name",
    "error",
    "The engine cannot handle this name.",
    """
A name consists of letters, digits and single underscores, and does not start or end with an
underscore. A loop parameter or result field cannot start with `user_`.

## Why

iDDS marks the place of a value with `___idds___user_NAME___` and finds its end by the next
three underscores. A name that ends with an underscore, or has three in a row, would be cut in
the wrong place. A result key that starts with `user_` can set every parameter, because iDDS
overwrites the name it looks for.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:239`: `pos = attr.find("___")`
- iDDS 2.6.21, `idds/workflowv2/work.py:1214`: `for key in self.output_data:`

## Wrong

```alw
workflow altest {
  input n__events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {n__events} out.root" }
}
```

## Right

```alw
workflow altest {
  input n_events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {n_events} out.root" }
}
```
""",
)

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
