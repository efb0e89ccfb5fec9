"""Values for inputs, from outside the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..text.source import Place, Source
from .types import FLOAT, INT, STRING, Type, Value, read_value, same, type_of, usable


@dataclass(frozen=True, slots=True)
class InputValue:
    """A value for an input, from outside the source."""

    value: object
    origin: str
    """The origin, for messages: ``--set user=…``, ``params.toml``."""
    is_text: bool = False
    """True if the value is text to be read by the input's type."""
    place: Place | None = None
    """The value in a parameter file."""
    key: Place | None = None
    """Its name there."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All values for inputs."""

    values: Mapping[str, InputValue]
    file: Source | None = None
    """The parameter file."""
    complete: bool = True
    """True if the parameter file could be read; otherwise any value may be missing."""
    shared: bool = False
    """True if other sources get them, too: then an input that a source has not is no error."""


def read_input(given: InputValue, wanted: Type) -> Value | None:
    """Return the value of ``given`` as one of type ``wanted``; ``None`` if it is none."""
    value = given.value
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        return None  # half a surrogate pair, as JSON can hold: no text, in no encoding
    if given.is_text and isinstance(value, str):
        return read_value(value, wanted)
    if wanted == FLOAT and type_of(value) == INT:
        assert isinstance(value, int)
        return float(value) if usable(value) else None
    if isinstance(value, int | float) and not usable(value):
        return None
    if isinstance(value, bool | int | float | str):
        found = type_of(value)
        return value if same(found, wanted) or (found, wanted.name) == (STRING, "dataset") else None
    return None
