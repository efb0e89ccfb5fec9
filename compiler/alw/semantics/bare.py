"""Text without quotes that happens to be an expression: ``dataset = user.me.x``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import TYPE_MISMATCH
from ..panda.attributes import canonical, option
from ..syntax.tree import Attribute, Binary, Declaration, Expr, Member, Number, Ref
from .scope import Scope

#: A text of several words, as names of datasets, sites and releases are.
_TEXT = re.compile(r"[A-Za-z_]\w*(?:[./-]\w+)+\Z")
#: What people write for the values of a flag.
_FLAGS = {
    **dict.fromkeys(("True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), "false"),
}
_OWN = ("exec", "map", "executable", "arguments", "interpreter")


def reports_bare(attribute: Attribute, learns: bool, scope: Scope) -> bool:
    """Report a value that can only be meant as text, or as true or false.

    :returns: whether the value is one, and its names are none.
    """
    name = canonical(attribute.name.text, learns)
    found = option(name) if name else None
    value = attribute.value
    if found is not None and found.kind == "flag":
        right = _FLAGS.get(value.name) if isinstance(value, Ref) else None
        if right is None or not isinstance(value, Ref) or scope.meaning(value.name) is not None:
            return False
        scope.mention(value.span, None)
        message = f"'{attribute.name.text}' is true or false, not '{value.name}'"
        fix = Fix(f"write {right}", (Edit(value.span, right),))
        scope.report(TYPE_MISMATCH, value.span, message, f"write {right}", fix=fix)
        return True
    if name not in _OWN and (found is None or found.kind not in ("string", "list")):
        return False
    text = scope.source.text[value.span.start : value.span.end]
    if not _TEXT.match(text):
        return False
    leaves = list(_leaves(value))
    if not leaves or any(_means(leaf, member, scope) for leaf, member in leaves):
        return False
    for leaf, _ in leaves:
        scope.mention(leaf.span, scope.meaning(leaf.name))
    scope.report(
        TYPE_MISMATCH,
        value.span,
        "text must be in double quotes",
        f'write "{text}"',
        fix=Fix("write double quotes", (Edit(value.span, f'"{text}"'),)),
    )
    return True


def _leaves(value: Expr) -> Iterator[tuple[Ref, bool]]:
    """The names in ``value``, and whether a member of each is asked for."""
    match value:
        case Ref():
            yield value, False
        case Member(object=Ref() as owner):
            yield owner, True
        case Member(object=inner):
            yield from _leaves(inner)
        case Binary(left=left, right=right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Number():
            return


def _means(leaf: Ref, member: bool, scope: Scope) -> bool:
    """Return whether a name means something here; a value has no members."""
    if leaf.name in scope.unresolvable:
        return True
    item = scope.meaning(leaf.name)
    return item is not None and not (member and isinstance(item, Declaration))
