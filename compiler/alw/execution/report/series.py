"""Parameters and result fields over the iterations, as series of values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..history import History
from ..humanize import format_duration, format_json, format_value
from .times import iteration_seconds

_DECADES = 100
"""The ratio of greatest to least from which a scale is logarithmic."""
_FEW = 6
"""Different texts that get a line each."""


class SeriesKind(Enum):
    """The way in which a series is shown."""

    NUMBERS = "numbers"
    CLASSES = "classes"
    """Booleans, and strings of which few are different: a line for each."""
    TEXTS = "texts"
    """Many different strings: the last ones as text."""


class Role(Enum):
    """The origin of a series."""

    PARAMETER = "parameter"
    RESULT = "result"
    TIME = "time"
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one parameter or field.

    :param values: by iteration, from the first; ``None`` where there is none.
    :param proposed: the learner's value for an iteration after the last.
    :param source: the field that gives the next iteration's value; empty if none does.
    """

    name: str
    values: tuple[object, ...]
    role: Role = Role.PARAMETER
    proposed: object = None
    source: str = ""

    def words(self, given: object, most: int = 24) -> str:
        """Return one of its values in words."""
        if self.role is Role.TIME and isinstance(given, int | float):
            return format_duration(given)
        return format_value(given, most)

    @property
    def shown(self) -> tuple[object, ...]:
        """Return the values and what is proposed."""
        return self.values if self.proposed is None else (*self.values, self.proposed)

    @property
    def kind(self) -> SeriesKind:
        """Return how it is shown."""
        known = [v for v in self.shown if v is not None]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in known):
            return SeriesKind.NUMBERS
        few = len(self.classes) <= _FEW
        return SeriesKind.CLASSES if few else SeriesKind.TEXTS

    @property
    def numbers(self) -> list[float | None]:
        """Return the finite numbers of it; ``None`` for all else."""
        return [_finite(v) for v in self.shown]

    @property
    def classes(self) -> list[str]:
        """Return the different values as texts: booleans with true above, else as they come."""
        known = [v for v in self.shown if v is not None]
        if known and all(isinstance(v, bool) for v in known):
            return ["false", "true"]
        return list(dict.fromkeys(map(as_class, known)))

    @property
    def is_logarithmic(self) -> bool:
        """True if the values span decades, on one side of zero."""
        known = [v for v in self.numbers if v is not None]
        least, most = min(map(abs, known), default=0), max(map(abs, known), default=0)
        one_side = all(v > 0 for v in known) or all(v < 0 for v in known)
        return one_side and least > 0 and most / least >= _DECADES


def as_class(given: object) -> str:
    """Return the text by which values are told from each other."""
    if isinstance(given, str):
        return given
    return format_json(given) if isinstance(given, list | dict) else format_value(given)


def _finite(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        number = float(given)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def parameter_series(history: History) -> list[Series]:
    """Return the parameters."""
    found = []
    for name in history.parameters:
        values = history.column(name)
        source = _source(history, name, values)
        proposed = history.column(source)[-1] if source else None
        found.append(Series(name, tuple(values), Role.PARAMETER, proposed, source))
    return found


def field_series(history: History) -> list[Series]:
    """Return the fields but for those that are the parameters of the next iteration."""
    known = {series.source for series in parameter_series(history)}
    return [
        Series(name, tuple(history.column(name)), Role.RESULT)
        for name in history.fields
        if name not in known
    ]


def duration_series(history: History) -> Series:
    """Return the seconds that each iteration took."""
    seconds = tuple(iteration_seconds(i) for i in history.iterations)
    return Series("iteration time", seconds, Role.TIME)


def _source(history: History, name: str, values: Sequence[object]) -> str:
    """Return the field of the same name that the values of a parameter come from, if one does."""
    for field in history.fields:
        if field.rpartition(".")[2] != name or len(values) < 2:
            continue
        given = history.column(field)
        if all(_same(a, b) for a, b in zip(given, values[1:], strict=False)):
            return field
    return ""


def _same(one: object, other: object) -> bool:
    return one is not None and (one == other or one is other)


def thin_out(count: int, most: int) -> list[int]:
    """Return at most ``most`` of ``count`` indexes, evenly, with the first and the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})


def outline(values: Sequence[float | None], buckets: int) -> Iterator[int]:
    """Return the indexes that draw the same line: first, least, greatest and last of each part."""
    if len(values) <= 4 * buckets:
        yield from range(len(values))
        return
    for number in range(buckets):
        low = number * len(values) // buckets
        high = (number + 1) * len(values) // buckets
        known = [i for i in range(low, high) if values[i] is not None]
        gaps = [i for i in range(low, high) if values[i] is None][:1]
        if known:
            gaps += [known[0], known[-1]]
            gaps += [
                min(known, key=lambda i: values[i] or 0),
                max(known, key=lambda i: values[i] or 0),
            ]
        yield from sorted(set(gaps))
