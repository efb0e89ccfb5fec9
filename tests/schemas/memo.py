"""A validator that looks once at what is the same: hundreds of documents differ in one place.

What ``$ref`` says of a value depends on the two alone: the schemas here use no keyword that looks
at what another one has seen (``test_schemas.py``).  So an object that was valid against a
definition once is valid against it in the next document, if it is the very same object;
:class:`Shared` makes equal objects the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

_REF = Draft202012Validator.VALIDATORS["$ref"]
#: Keywords whose outcome depends on more than their own schema and the value.
CONTEXTUAL = {"$dynamicRef", "unevaluatedProperties", "unevaluatedItems"}


def quick(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator with a memory; nothing that it has seen may be changed afterwards."""
    valid: dict[tuple[str, int], Any] = {}

    def ref(validator: Any, target: str, instance: Any, _: Any) -> Iterator[Any]:
        key = (target, id(instance))  # kept below, so no other object gets this id
        if key in valid:
            return
        errors = False
        for error in _REF(validator, target, instance, _):
            errors = True
            yield error
        if not errors and isinstance(instance, dict | list):
            valid[key] = instance

    made: Draft202012Validator = extend(Draft202012Validator, {"$ref": ref})(schema)
    return made


class Shared:
    """Equal objects and lists, each kept once."""

    def __init__(self) -> None:
        self._kept: dict[object, Any] = {}

    def of(self, value: Any) -> Any:
        """Return what equals ``value``, made of what is kept already."""
        if isinstance(value, dict):
            made: Any = {key: self.of(item) for key, item in value.items()}
            key: object = tuple((k, _key(v)) for k, v in made.items())
        elif isinstance(value, list):
            made = [self.of(item) for item in value]
            key = (len(made), *map(_key, made))
        else:
            return value
        return self._kept.setdefault(key, made)


def _key(value: Any) -> object:
    return id(value) if isinstance(value, dict | list) else (type(value), value)
