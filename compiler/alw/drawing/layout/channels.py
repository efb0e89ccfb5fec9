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
    """The part of a net in a channel: where it comes in at the top and leaves at the bottom."""

    name: str
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    left: float
    """Where it begins."""
    right: float
    """Where it ends."""

    @property
    def straight(self) -> bool:
        """Whether it needs no track."""
        return self.right - self.left < _STRAIGHT


def net_of(name: str, tops: Sequence[float], bottoms: Sequence[float]) -> Net:
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
        """How many tracks there are."""
        return max(self.tracks, default=-1) + 1


def channel(nets: Iterable[Net]) -> Channel:
    """Give nets their tracks, so that few lines cross and none lies on another."""
    every = tuple(nets)
    bent = [net for net in every if not net.straight]
    order = _sorted(sorted(bent, key=lambda net: (net.left + net.right, net.name)))
    track: dict[str, int] = {}
    placed: list[Net] = []
    for net in order:
        over = [track[other.name] + 1 for other in placed if _overlap(net, other)]
        track[net.name] = max(over, default=0)
        placed.append(net)
    return Channel(every, tuple(track.get(net.name, -1) for net in every))


def _overlap(a: Net, b: Net) -> bool:
    return a.left < b.right + _NEAR and b.left < a.right + _NEAR


def _cost(upper: Net, lower: Net) -> int:
    """How bad it is if the track of one is above that of the other."""
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


def _sorted(nets: list[Net]) -> list[Net]:
    """The nets from top to bottom, improved as long as swapping neighbours helps."""
    for _ in range(len(nets)):
        changed = False
        for i in range(len(nets) - 1):
            a, b = nets[i], nets[i + 1]
            if _overlap(a, b) and _cost(b, a) < _cost(a, b):
                nets[i], nets[i + 1] = b, a
                changed = True
            elif i + 2 < len(nets) and not _overlap(a, b):
                c = nets[i + 2]
                if _overlap(a, c) and not _overlap(b, c) and _cost(c, a) < _cost(a, c):
                    nets[i : i + 3] = [c, a, b]
                    changed = True
        if not changed:
            break
    return nets


def lines(net: Net, top: float, track: float, bottom: float, bend: float) -> list[list[Point]]:
    """The line of a net from ``top`` to ``bottom``, in parts that do not lie on each other.

    :param track: how high its track is.
    :param bend: how far before its end a line begins that is bent there.
    """
    if net.straight:
        return [[Point(net.tops[0], top), Point(net.bottoms[0], bottom)]]
    if len(net.tops) > 1:
        turned = net._replace(tops=net.bottoms, bottoms=net.tops)
        return [part[::-1] for part in _star(turned, bottom, track, top, -bend)]
    return _star(net, top, track, bottom, bend)


def _star(net: Net, start: float, track: float, end: float, bend: float) -> list[list[Point]]:
    """From the one top to all bottoms."""
    x = net.tops[0]
    parts: list[list[Point]] = []
    ends = sorted(set(net.bottoms))
    whole = False  # whether the part from the start to the track is there
    for number, to in enumerate(ends):
        if abs(to - x) < _STRAIGHT:
            parts.append([Point(x, track - bend if whole else start), Point(to, end)])
            whole = True
        elif _outermost(ends, number, x):
            begin = track - bend if whole else start
            parts.append([Point(x, begin), Point(x, track), Point(to, track), Point(to, end)])
            whole = True
        else:
            parts.append([Point(to, track), Point(to, end)])
    return parts


def _outermost(ends: Sequence[float], number: int, x: float) -> bool:
    return (number == 0 and ends[0] < x) or (number == len(ends) - 1 and ends[-1] > x)
