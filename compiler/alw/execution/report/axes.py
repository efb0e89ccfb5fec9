"""Scales of plots: positions of values, and the labels of axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..humanize import format_number


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from ``low`` to ``high``.

    :param ticks: values that are written beside it.
    :param log: whether it is logarithmic; ``low`` and ``high`` are then on one side of zero.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def at(self, value: float) -> float:
        """Return where ``value`` is: 0 for the lower end, 1 for the upper."""
        low, high = self._of(self.low), self._of(self.high)
        return (self._of(value) - low) / (high - low)

    def _of(self, value: float) -> float:
        if not self.log:
            return value / 2  # the difference of the greatest floats is none
        power = math.log10(abs(value))
        return power if value > 0 else -power


def linear_scale(values: Sequence[float], whole: bool = False, most: int = 4) -> Scale:
    """Return a scale for ``values``, with room above and below.

    :param whole: whether ticks are whole numbers.
    """
    least, greatest = min(values), max(values)
    # halves, so that no sum or difference of the greatest floats overflows
    room = (greatest / 2 - least / 2) * 0.16
    if not room:
        room = abs(least) * 0.05 or 0.5
        if whole:
            room = max(room, 1.0)
    largest = 1.7e308
    low, high = max(least - room, -largest), min(greatest + room, largest)
    return Scale(low, high, _ticks(low, high, whole, most))


def _ticks(low: float, high: float, whole: bool, most: int) -> tuple[float, ...]:
    for step in _steps(high / most - low / most, whole):
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first < most:
            # a step of a tenth is no float: from the whole numbers, rounded as the step is
            found = tuple(float(f"{n * step:.12g}") for n in range(first, last + 1))
            return tuple(tick for tick in found if low <= tick <= high)
    return ()


def _steps(least: float, whole: bool) -> Sequence[float]:
    if least <= 0 or not math.isfinite(least):
        return ()
    power = math.floor(math.log10(least))
    steps = [m * 10.0**p for p in (power, power + 1) if -300 < p < 300 for m in (1, 2, 5)]
    return [s for s in steps if s >= least * 0.5 and (not whole or s >= 1)] or (
        [1.0] if whole else []
    )


def log_scale(values: Sequence[float], most: int = 5) -> Scale:
    """Return a logarithmic scale for ``values``, which are all on one side of zero."""
    sign = math.copysign(1, values[0])
    powers = [math.log10(abs(value)) for value in values]
    low, high = min(powers), max(powers)
    room = (high - low) * 0.06
    low, high = max(low - room, -307.0), min(high + room, 308.0)
    step = max(1, math.ceil((high - low) / most))
    decades = [p for p in range(math.ceil(low), math.floor(high) + 1) if p % step == 0]
    ticks = tuple(sorted(sign * 10.0**p for p in decades))
    ends = sorted((sign * 10.0**low, sign * 10.0**high))
    return Scale(ends[0], ends[1], ticks, log=True)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def label(tick: float, log: bool) -> str:
    """Return a tick as text."""
    if log:
        power = round(math.log10(abs(tick)))
        if not -3 <= power <= 4:
            return f"{'−' if tick < 0 else ''}10{str(power).translate(_RAISED)}"
    return format_number(tick).replace("-", "−")
