"""The types that declarations name: of inputs, constants, parameters and result fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..diagnostics.diagnostic import Edit, Fix, suggest_rename
from ..diagnostics.rules import UNKNOWN_TYPE, UNSAFE_STRING
from ..syntax.tree import Block, Declaration, Expr, Field, ResultClause, TypeName
from ..text.suggest import suggest
from .scope import Scope
from .types import DECLARABLE, HARMLESS, STRING, UNKNOWN, Type

#: Our names of types that other languages call otherwise.
_ELSEWHERE = {
    "str": "string",
    "text": "string",
    "integer": "int",
    "double": "float",
    "real": "float",
    "boolean": "bool",
}


class DeclaredTypes:
    """Reads each type where it is first asked for, so that a wrong one is reported once."""

    def __init__(self, scope: Scope, text_of: Callable[[Expr], str | None]) -> None:
        """:param text_of: the text of an alphabet, ``None`` if it is not known."""
        self._scope = scope
        self._text_of = text_of
        self._types: dict[int, Type] = {}
        self._fields: dict[int, Mapping[str, Type]] = {}

    def of(self, declaration: Declaration) -> Type:
        """Return the type of an input, constant or parameter."""
        return self.named(declaration.type)

    def named(self, name: TypeName) -> Type:
        """Return the type that ``name`` names, ``UNKNOWN`` if it is none, which is reported."""
        found = self._types.get(id(name))
        if found is None:
            found = self._types[id(name)] = self._read(name)
        return found

    def _read(self, name: TypeName) -> Type:
        known = DECLARABLE.get(name.name)
        if known is None:
            if name.name:
                ours = _ELSEWHERE.get(name.name.lower())
                near = suggest(name.name, DECLARABLE)
                written = name.span.part(0, len(name.name))
                self._scope.report(
                    UNKNOWN_TYPE,
                    name.span,
                    f"there is no type '{name.name}'",
                    f"write '{ours}'" if ours else near.help,
                    fix=Fix(f"change to '{ours}'", (Edit(written, ours),))
                    if ours
                    else suggest_rename(written, name.name, near.name),
                )
            return UNKNOWN
        if name.alphabet is None:
            return known
        alphabet = self._text_of(name.alphabet)
        letters = _alphabet(alphabet) if alphabet else None
        if known != STRING or letters is None:
            self._scope.report(
                UNKNOWN_TYPE,
                name.alphabet.span,
                "an alphabet is a list of characters and ranges"
                if known == STRING
                else f"only a string has an alphabet, not {known}",
                'for example: string of "a-z0-9_"',
            )
            return UNKNOWN if known == STRING else known
        unsafe = "".join(sorted(c for c in letters if not HARMLESS.match(c)))
        if unsafe:
            self._scope.report(
                UNSAFE_STRING,
                name.alphabet.span,
                f"the alphabet has characters that are special to a shell or PanDA: {unsafe!r}",
                "allowed are letters, digits and _ @ + = : , . / -",
            )
        return Type("string", letters)

    def of_fields(self, block: Block) -> Mapping[str, Type]:
        """Return the types of the fields that a learner's first result declares."""
        found = self._fields.get(id(block))
        if found is None:
            fields = [field for result in results_of(block)[:1] for field in result.fields]
            found = {field.name.text: self.named(field.type) for field in fields}
            self._fields[id(block)] = found
        return found


def results_of(block: Block) -> list[ResultClause]:
    """Return the results that a learner declares; all but the first are too many."""
    return [item for item in block.items if isinstance(item, ResultClause)]


def field_called(block: Block, name: str) -> Field | None:
    """Return the declaration of the field ``name`` in a learner's first result."""
    for result in results_of(block)[:1]:
        for field in result.fields:
            if field.name.text == name:
                return field
    return None


def _alphabet(text: str) -> str | None:
    """Return the characters of ``a-z0-9_``, sorted; ``None`` if there are none."""
    letters: set[str] = set()
    at = 0
    while at < len(text):
        if at + 2 < len(text) and text[at + 1] == "-":
            first, last = ord(text[at]), ord(text[at + 2])
            if first > last or last > 0x7E:
                return None
            letters |= {chr(code) for code in range(first, last + 1)}
            at += 3
        else:
            letters.add(text[at])
            at += 1
    return "".join(sorted(letters)) or None
