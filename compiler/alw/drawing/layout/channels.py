"""The lines between two rows: each net has a horizontal track, or runs straight down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .elements import Point

_STRAIGHT = 0.5
#: How near two lines may come.
_NEAR = 7.0
_WORST = 1000


class Net(NamedTuple):
    """The part of a net in a channel: its ends at the top and at the bottom."""

    name: str
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    left: float
    """Its left end."""
    right: float
    """Its right end."""

    @property
    def is_straight(self) -> bool:
        """True if it needs no track."""
        return self.right - self.left < _STRAIGHT


def make_net(name: str, tops: Sequence[float], bottoms: Sequence[float]) -> Net:
    """Return the net with those ends."""
    left, right = min(*tops, *bottoms), max(*tops, *bottoms)
    return Net(name, tuple(tops), tuple(bottoms), left, right)


@dataclass(frozen=True, slots=True)
class Channel:
    """The nets of a channel, and the tracks of those that have one."""

    nets: tuple[Net, ...]
    tracks: tuple[int, ...]
    """From 0 downwards; -1 without one."""

    @property
    def count(self) -> int:
        """The number of tracks."""
        return max(self.tracks, default=-1) + 1


def assign_tracks(nets: Iterable[Net]) -> Channel:
    """Give nets their tracks, so that few lines cross and none lies on another."""
    every = tuple(nets)
    bent = [net for net in every if not net.is_straight]
    order = _sort(sorted(bent, key=lambda net: (net.left + net.right, net.name)))
    track: dict[str, int] = {}
    placed: list[Net] = []
    for net in order:
        over = [track[other.name] + 1 for other in placed if _overlap(net, other)]
        track[net.name] = max(over, default=0)
        placed.append(net)
    return Channel(every, tuple(track.get(net.name, -1) for net in every))


def _overlap(a: Net, b: Net) -> bool:
    return a.left < b.right + _NEAR and b.left < a.right + _NEAR


def _measure_cost(upper: Net, lower: Net) -> int:
    """Return the number of crossings if one track is above the other; more if lines coincide."""
    bottoms, tops = upper.bottoms, lower.tops
    left, right = lower.left, lower.right
    cost = 0
    for x in bottoms:
        cost += left < x < right
    left, right = upper.left, upper.right
    for x in tops:
        cost += left < x < right
    for x in bottoms:
        for y in tops:
            if abs(x - y) < _NEAR / 2:
                return cost + _WORST
    return cost


def _sort(nets: list[Net]) -> list[Net]:
    """Sort the nets from top to bottom: swap neighbours as long as it helps."""
    for _ in range(len(nets)):
        changed = False
        for i in range(len(nets) - 1):
            a, b = nets[i], nets[i + 1]
            if _overlap(a, b) and _measure_cost(b, a) < _measure_cost(a, b):
                nets[i], nets[i + 1] = b, a
                changed = True
            elif i + 2 < len(nets) and not _overlap(a, b):
                c = nets[i + 2]
                if (
                    _overlap(a, c)
                    and not _overlap(b, c)
                    and _measure_cost(c, a) < _measure_cost(a, c)
                ):
                    nets[i : i + 3] = [c, a, b]
                    changed = True
        if not changed:
            break
    return nets


def draw_net(net: Net, top: float, track: float, bottom: float, bend: float) -> list[list[Point]]:
    """Draw a net from ``top`` to ``bottom``, in parts that do not lie on each other.

    :param track: the height of its track.
    :param bend: how far before its end a line begins that is bent there.
    """
    if net.is_straight:
        return [[Point(net.tops[0], top), Point(net.bottoms[0], bottom)]]
    if len(net.tops) > 1:
        turned = net._replace(tops=net.bottoms, bottoms=net.tops)
        return [part[::-1] for part in _draw_star(turned, bottom, track, top, -bend)]
    return _draw_star(net, top, track, bottom, bend)


def _draw_star(net: Net, start: float, track: float, end: float, bend: float) -> list[list[Point]]:
    """Draw the lines from the one top to all bottoms."""
    x = net.tops[0]
    parts: list[list[Point]] = []
    ends = sorted(set(net.bottoms))
    has_trunk = False  # from the start to the track
    for number, to in enumerate(ends):
        if abs(to - x) < _STRAIGHT:
            parts.append([Point(x, track - bend if has_trunk else start), Point(to, end)])
            has_trunk = True
        elif _is_outermost(ends, number, x):
            begin = track - bend if has_trunk else start
            parts.append([Point(x, begin), Point(x, track), Point(to, track), Point(to, end)])
            has_trunk = True
        else:
            parts.append([Point(to, track), Point(to, end)])
    return parts


def _is_outermost(ends: Sequence[float], number: int, x: float) -> bool:
    return (number == 0 and ends[0] < x) or (number == len(ends) - 1 and ends[-1] > x)
