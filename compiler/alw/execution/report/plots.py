"""Small plots of series over the iterations, as figures of HTML with SVG in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ...text.plural import count
from ..humanize import format_value
from .axes import Scale, label, linear_scale, log_scale
from .markup import text
from .series import Role, Series, SeriesKind, as_class, outline, thin_out

WIDTH, HEIGHT = 340, 136
_TOP, _RIGHT, _BOTTOM = 8, 14, 20
_FEW_POINTS = 40
"""As many points are seen as dots, which say their values."""
_POINTS, _OUTLINE = 3000, 1400
"""As many values to point at and parts of lines in all plots together."""


@dataclass(frozen=True, slots=True)
class PlotGroup:
    """Plots with the same iterations.

    :param first: the number of the first iteration.
    """

    series: Sequence[Series]
    first: int

    @property
    def length(self) -> int:
        """Return the number of values of the longest."""
        return max((len(s.shown) for s in self.series), default=0)

    @property
    def iterations(self) -> int:
        """Return the number of iterations."""
        return max((len(s.values) for s in self.series), default=0)

    @property
    def pointable(self) -> list[int]:
        """Return the indexes of the values that can be pointable at."""
        most = max(40, min(250, _POINTS // max(len(self.series), 1)))
        return [*thin_out(self.iterations, most), *range(self.iterations, self.length)]

    @property
    def x_scale(self) -> Scale:
        """Return the scale of iterations."""
        first, last = self.first, self.first + self.length - 1
        low, high = float(first), float(max(last, first + 1))
        most = low + self.iterations - 1
        ticks = [t for t in linear_scale([low, high], whole=True, most=7).ticks if low <= t <= most]
        if first == 1 and 0.0 not in ticks:
            ticks = [1.0, *(t for t in ticks if t - 1 > (high - low) / 12)]
        return Scale(low, high, tuple(ticks))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The heights of the values of one series, from 0 below to 1 above."""

    places: list[float | None]
    ticks: list[tuple[float, str]]


def _rows(series: Series) -> _Rows:
    if series.kind is SeriesKind.NUMBERS:
        numbers = series.numbers
        known = [n for n in numbers if n is not None] or [0.0]
        if series.is_logarithmic:
            scale = log_scale(known)
        else:
            whole = all(v is None or isinstance(v, int) for v in series.shown)
            scale = linear_scale(known, whole)
        places = [None if n is None else scale.at(n) for n in numbers]
        return _Rows(places, [(scale.at(t), label(t, scale.log)) for t in scale.ticks])
    classes = series.classes
    height = {name: (i + 0.5) / len(classes) for i, name in enumerate(classes)}
    boolean = classes == ["false", "true"]
    at = [
        None if v is None else height[format_value(v) if boolean else as_class(v)]
        for v in series.shown
    ]
    return _Rows(at, [(y, format_value(name, 9)) for name, y in height.items()])


@dataclass(frozen=True, slots=True)
class Plots:
    """The figures of a group.

    :param html: the figures.
    :param data: what the page's script needs to say values: the places and texts of each.
    """

    html: str
    data: dict[str, object]


def render_plots(group: PlotGroup) -> Plots:
    """Draw a group."""
    drawn = [s for s in group.series if s.kind is not SeriesKind.TEXTS]
    rows = [_rows(s) for s in drawn]
    longest = max((len(word) for row in rows for _, word in row.ticks), default=0)
    left = min(12 + 6.2 * longest, 72)
    frame = _Frame(group, left, group.x_scale)
    figures = [frame.figure(s, row) for s, row in zip(drawn, rows, strict=True)]
    figures += [_render_texts(group, s) for s in group.series if s.kind is SeriesKind.TEXTS]
    at = group.pointable
    data: dict[str, object] = {
        "x": [_round(frame.x(i)) for i in at],
        "n": [group.first + i for i in at],
        "end": group.first + group.iterations - 1,
        "plots": [
            {
                "y": [None if (p := row.places[i]) is None else _round(frame.y(p)) for i in known],
                "t": [series.words(series.shown[i]) for i in known],
            }
            for series, row in zip(drawn, rows, strict=True)
            for known in [[i for i in at if i < len(series.shown)]]
        ],
    }
    return Plots("\n".join(figures), data)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame that the plots of a group share."""

    group: PlotGroup
    left: float
    scale: Scale

    def x(self, index: int) -> float:
        at = self.scale.at(self.group.first + index)
        return self.left + at * (WIDTH - self.left - _RIGHT)

    def y(self, place: float) -> float:
        return _TOP + (1 - place) * (HEIGHT - _TOP - _BOTTOM)

    def figure(self, series: Series, rows: _Rows) -> str:
        known = [v for v in series.values if v is not None]
        last = series.words(known[-1]) if known else "–"
        said = f"{series.name}: {_summary(series)}"
        drawn = "".join((*self._grid(rows), *self._curve(series, rows)))
        return (
            f"<figure><figcaption>{_heading(series, last)}</figcaption>"
            f'<svg class="plot {series.role.value}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{text(said)}">{drawn}</svg></figure>'
        )

    def _grid(self, rows: _Rows) -> Iterator[str]:
        right, low = WIDTH - _RIGHT, HEIGHT - _BOTTOM
        lines = "".join(f"M{_n(self.left)} {_n(self.y(y))}H{right}" for y, _ in rows.ticks)
        yield f'<path class="grid" d="{lines}"/>'
        yield f'<path class="axis" d="M{_n(self.left)} {low}H{right}"/>'
        for y, word in rows.ticks:
            place = f'x="{_n(self.left - 6)}" y="{_n(self.y(y) + 3.5)}"'
            yield f'<text {place} class="y">{text(word)}</text>'
        has_next = self.group.iterations < self.group.length <= _FEW_POINTS
        for tick in self.scale.ticks:
            x = self.left + self.scale.at(tick) * (right - self.left)
            if has_next and x > right - 24:
                continue
            yield f'<text x="{_n(x)}" y="{HEIGHT - 5}" class="x">{tick:,.0f}</text>'
        if has_next:
            yield f'<text x="{right}" y="{HEIGHT - 5}" class="x">next</text>'

    def _curve(self, series: Series, rows: _Rows) -> Iterator[str]:
        made = len(series.values)
        places = rows.places
        steps = series.kind is SeriesKind.CLASSES
        shown = list(outline(places[:made], max(20, min(110, _OUTLINE // len(self.group.series)))))
        many = " many" if len(shown) > 200 else ""
        yield f'<path class="curve{many}" d="{"".join(self._path(places, shown, steps))}"/>'
        if made <= _FEW_POINTS:
            for i in shown:
                if (place := places[i]) is not None:
                    yield self._dot(series, i, place, "dot")
        if series.proposed is not None and (place := places[made]) is not None:
            if (before := places[made - 1]) is not None:
                line = self._path([before, place], [0, 1], steps, made - 1)
                yield f'<path class="curve next" d="{"".join(line)}"/>'
            yield self._dot(series, made, place, "dot next")

    def _dot(self, series: Series, index: int, place: float, style: str) -> str:
        number = self.group.first + index
        what = series.words(series.shown[index])
        told = "proposed next" if style != "dot" else f"iteration {number}"
        return (
            f'<circle class="{style}" cx="{_n(self.x(index))}" cy="{_n(self.y(place))}" r="2.6">'
            f"<title>{told}: {text(what)}</title></circle>"
        )

    def _path(
        self, places: Sequence[float | None], shown: Sequence[int], steps: bool, offset: int = 0
    ) -> Iterator[str]:
        pen_down = False
        for i in shown:
            place = places[i]
            if place is None:
                pen_down = False
                continue
            x, y = _n(self.x(i + offset)), _n(self.y(place))
            if not pen_down:
                yield f"M{x} {y}h0"  # a point alone is a dot
            elif steps:
                yield f"H{x}V{y}"
            else:
                yield f"L{x} {y}"
            pen_down = True


def _heading(series: Series, last: str) -> str:
    role = "result" if series.role is Role.RESULT else ""
    about = "log scale" if series.kind is SeriesKind.NUMBERS and series.is_logarithmic else ""
    odd = _left_out(series)
    notes = "".join(f"<small>{text(note)}</small>" for note in (role, about, odd) if note)
    return f"<b>{text(series.name)}</b>{notes}<output>{text(last)}</output>"


def _left_out(series: Series) -> str:
    """Return how many numbers cannot be drawn."""
    if series.kind is not SeriesKind.NUMBERS:
        return ""
    odd = [
        v for v, n in zip(series.shown, series.numbers, strict=True) if n is None and v is not None
    ]
    return f"without {count(len(odd), 'value')} such as {format_value(odd[0])}" if odd else ""


def _summary(series: Series) -> str:
    """Return the plot in words, for those who do not see it."""
    known = [v for v in series.values if v is not None]
    if not known:
        return "no values"
    said = f"from {series.words(known[0])} to {series.words(known[-1])}"
    finite = [n for n in series.numbers[: len(series.values)] if n is not None]
    if finite:
        said += f", between {series.words(min(finite))} and {series.words(max(finite))}"
    if series.proposed is not None:
        said += f", next {series.words(series.proposed)}"
    return f"{said}, over {count(len(series.values), 'iteration')}"


def _render_texts(group: PlotGroup, series: Series) -> str:
    """Return the figure of a series of many different strings: the last of them."""
    changes = [
        (i, v)
        for i, v in enumerate(series.values)
        if v is not None and (i == 0 or v != series.values[i - 1])
    ]
    rows = "".join(
        f'<tr><th scope="row">{group.first + i}</th><td>{text(format_value(v, 44))}</td></tr>'
        for i, v in changes[-5:]
    )
    note = f"<small>{count(len(series.classes), 'different value')}; the last</small>"
    return (
        f"<figure><figcaption><b>{text(series.name)}</b>{note}</figcaption>"
        f'<table class="texts"><tbody>{rows}</tbody></table></figure>'
    )


def _round(number: float) -> float | int:
    short = round(number, 1)
    return int(short) if short == int(short) else short


def _n(number: float) -> str:
    return escape(str(_round(number)))
