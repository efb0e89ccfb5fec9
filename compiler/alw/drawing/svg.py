"""Drawings as SVG: one file, readable on light and dark, with places to click on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from .chart import Drawing, FlowKind, Links, NodeKind
from .labels import plain
from .layout.elements import Box, Point
from .layout.layering import BEND
from .marks import Mark
from .marks import colours as mark_colours
from .marks import forms as mark_forms
from .picture import scene
from .scene import Border, Line, Scene, Shape, Stretch, Tag, Wiring

_FONTS = "font-family: Helvetica, Arial, 'DejaVu Sans', sans-serif"
_CODE = "font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_LIGHT = {
    "": ("#ffffff", "#1f2328", "#59636e"),
    "workflow": ("#ffffff", "#d1d9e0"), "loop": ("#f6f8fa", "#b45309"),
    "task": ("#ddf4ff", "#0969da"), "learner": ("#fff8c5", "#9a6700"),
    "dataset": ("#eff2f5", "#59636e"), "start": ("#ffffff", "#b45309"),
    "repeat": ("#ffffff", "#b45309"),
    "files": ("#ffffff", "#424a53"), "values": ("#ffffff", "#8c959f"),
    "nothing": ("#ffffff", "#59636e"), "back": ("#ffffff", "#b45309"),
}  # fmt: skip
_DARK = {
    "": ("#0d1117", "#f0f6fc", "#b7bdc8"),
    "workflow": ("#0d1117", "#3d444d"), "loop": ("#151b23", "#d29922"),
    "task": ("#0c2d6b", "#4493f8"), "learner": ("#4b3600", "#d29922"),
    "dataset": ("#262c36", "#9198a1"), "start": ("#0d1117", "#d29922"),
    "repeat": ("#0d1117", "#d29922"),
    "files": ("#0d1117", "#b7bdc8"), "values": ("#0d1117", "#8b949e"),
    "nothing": ("#0d1117", "#9198a1"), "back": ("#0d1117", "#d29922"),
}  # fmt: skip
#: Behind the colours, some of which it takes back.
_FORMS = f"""\
text {{ {_FONTS}; stroke: none }}
.title {{ font-weight: bold }}
.code {{ {_CODE} }}
.line {{ fill: none; stroke-width: 1.4 }}
.nothing.line {{ stroke-dasharray: 5 3 }}
.back.line {{ stroke-width: 2 }}
.bare {{ stroke: none }}"""
_ARROWS = tuple(kind.value for kind in FlowKind)


def as_svg(drawing: Drawing, marks: Mapping[str, Mark] | None = None, scope: str = "") -> str:
    """``drawing`` as a picture.

    :param marks: by the ids of nodes.
    :param scope: of a picture that stands in a page: the selector of its place, whose style is
        not to change the rest of the page.
    """
    prefix = f"{scope} " if scope else ""
    return "\n".join(_picture(scene(drawing), drawing, marks or {}, prefix)) + "\n"


def _picture(
    scene: Scene, drawing: Drawing, marks: Mapping[str, Mark], scope: str
) -> Iterator[str]:
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    view = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">'
    yield f"<title>{_text(', '.join(plain(chart.title) for chart in drawing.charts))}</title>"
    yield f"<style>\n{_colours(_LIGHT, scope)}"
    if marks:
        yield mark_colours(scope, dark=False)
    yield f"@media {'screen and ' if scope else ''}(prefers-color-scheme: dark) {{"
    yield _colours(_DARK, scope)
    if marks:
        yield mark_colours(scope, dark=True)
    yield f"}}\n{_scoped(_FORMS, scope)}"
    if marks:
        yield mark_forms(scope)
    yield "</style>"
    yield "<defs>"
    for name in _ARROWS:
        yield (
            f'<marker id="{name}" class="{name}" viewBox="0 0 10 10" refX="9" refY="5" '
            'markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" '
            'orient="auto-start-reverse"><path class="head" d="M0 1L10 5L0 9z"/></marker>'
        )
    yield "</defs>"
    yield '<rect class="paper" width="100%" height="100%"/>'
    for border in scene.borders:
        yield f'<rect class="{_kind(border)}" {_rect(border.box)} rx="10"/>'
    for wiring in scene.wirings:
        yield _linked(drawing.links, wiring.line, _wiring(wiring))
    for border in scene.borders:
        yield _linked(drawing.links, border.line, _title(border))
    for shape in scene.shapes:
        drawn = _shape(shape)
        if shape.id in marks:
            yield marks[shape.id].around(drawn, shape.box.x + shape.box.width - 2, shape.box.y + 2)
        else:
            yield _linked(drawing.links, shape.line, drawn)
    for tag in scene.tags:
        yield _linked(drawing.links, tag.line, _tag(tag))
    yield "</svg>"


def _scoped(rules: str, scope: str) -> str:
    """Return ``rules``, one on a line, for what is within ``scope``."""
    return "\n".join(scope + rule for rule in rules.splitlines())


def _colours(colours: dict[str, tuple[str, ...]], scope: str) -> str:
    paper, ink, pale = colours[""]
    lines = [f".paper {{ fill: {paper} }}", f"text {{ fill: {ink} }}", f".code {{ fill: {pale} }}"]
    for name, (fill, edge) in list(colours.items())[1:]:
        lines.append(f".{name} {{ fill: {fill}; stroke: {edge} }}")
    lines += [f".{name} .head {{ fill: {colours[name][1]}; stroke: none }}" for name in _ARROWS]
    return _scoped("\n".join(lines), scope)


def _kind(border: Border) -> str:
    return "loop" if border.is_loop else "workflow"


def _wiring(wiring: Wiring) -> str:
    paths = "".join(_stretch(stretch, wiring.kind.value) for stretch in wiring.stretches)
    return f"<g><title>{_text(wiring.tooltip)}</title>{paths}</g>"


def _stretch(stretch: Stretch, name: str) -> str:
    ends = f' marker-start="url(#{name})"' if stretch.head_at_start else ""
    ends += f' marker-end="url(#{name})"' if stretch.head_at_end else ""
    return f'<path class="{name} line" d="{_path(stretch.points)}"{ends}/>'


def _path(points: tuple[Point, ...]) -> str:
    """A line with round corners."""
    parts = [f"M{_n(points[0].x)} {_n(points[0].y)}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{_n(a.x)} {_n(a.y)}Q{_n(corner.x)} {_n(corner.y)} {_n(b.x)} {_n(b.y)}")
    parts.append(f"L{_n(points[-1].x)} {_n(points[-1].y)}")
    return "".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    """The point where a round corner begins; the lines are horizontal or vertical."""
    dx, dy = other.x - corner.x, other.y - corner.y
    length = abs(dx) + abs(dy)
    part = min(BEND, length / 2) / length if length else 0
    return Point(corner.x + dx * part, corner.y + dy * part)


def _title(border: Border) -> str:
    line = border.title
    back = Box(line.x - 4, line.y - line.size, line.width + 8, line.size * 1.4)
    paper = f'<rect class="{_kind(border)} bare" {_rect(back)}/>'
    return f'<g id="{border.id}">{paper}{_words(line)}</g>'


def _shape(shape: Shape) -> str:
    box = shape.box
    if shape.kind is NodeKind.REPEAT:
        left, right, cut = box.x, box.x + box.width, 12
        middle, low = box.y + box.height / 2, box.y + box.height
        corners = [(left, middle), (left + cut, box.y), (right - cut, box.y)]
        corners += [(right, middle), (right - cut, low), (left + cut, low)]
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
        drawn = f'<polygon class="repeat" points="{points}"/>'
    else:
        round_ = {NodeKind.LEARNER: box.height / 2.5, NodeKind.TASK: 6}.get(shape.kind, 0)
        drawn = f'<rect class="{shape.kind.value}" {_rect(box)} rx="{_n(round_)}"/>'
    tooltip = f"<title>{_text(shape.tooltip)}</title>"
    return f'<g id="{shape.id}">{tooltip}{drawn}{"".join(map(_words, shape.lines))}</g>'


def _tag(tag: Tag) -> str:
    drawn = f'<rect class="{tag.kind.value}" {_rect(tag.box)} rx="5"/>'
    return f"<g><title>{_text(tag.tooltip)}</title>{drawn}{_words(tag.text)}</g>"


def _words(line: Line) -> str:
    place = f'x="{_n(line.x + line.width / 2)}" y="{_n(line.y)}"'
    size = f'font-size="{_n(line.size)}"'
    return (
        f'<text class="{line.style}" {place} {size} text-anchor="middle">{_text(line.text)}</text>'
    )


def _linked(links: Links, line: int, drawn: str) -> str:
    to = links.to(line)
    return f"<a href={quoteattr(to)}>{drawn}</a>" if to else drawn


def _rect(box: Box) -> str:
    return f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'


def _text(text: str) -> str:
    # a stream of any encoding can take it
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
