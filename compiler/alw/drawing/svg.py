"""Drawings as SVG: one file, readable on light and dark, with places to click on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from .chart import Drawing, FlowKind, Links, NodeKind
from .labels import clean_label
from .layout.elements import Box, Point
from .layout.layering import BEND
from .marks import Mark
from .marks import write_colours as mark_colours
from .marks import write_forms as mark_forms
from .picture import make_scene
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
#: Comes after the colours, some of which it takes back.
_FORMS = f"""\
text {{ {_FONTS}; stroke: none }}
.title {{ font-weight: bold }}
.code {{ {_CODE} }}
.line {{ fill: none; stroke-width: 1.4 }}
.nothing.line {{ stroke-dasharray: 5 3 }}
.back.line {{ stroke-width: 2 }}
.bare {{ stroke: none }}"""
_ARROWS = tuple(kind.value for kind in FlowKind)


def write_svg(drawing: Drawing, marks: Mapping[str, Mark] | None = None, scope: str = "") -> str:
    """Write ``drawing`` as a picture.

    :param marks: by the ids of nodes.
    :param scope: for a picture within a page: the selector of its place, so that its style
        does not change the rest of the page.
    """
    prefix = f"{scope} " if scope else ""
    return "\n".join(_write_picture(make_scene(drawing), drawing, marks or {}, prefix)) + "\n"


def _write_picture(
    scene: Scene, drawing: Drawing, marks: Mapping[str, Mark], scope: str
) -> Iterator[str]:
    size = f'width="{_number(scene.width)}" height="{_number(scene.height)}"'
    view = f'viewBox="0 0 {_number(scene.width)} {_number(scene.height)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">'
    titles = ", ".join(clean_label(chart.title) for chart in drawing.charts)
    yield f"<title>{_escape(titles)}</title>"
    yield f"<style>\n{_write_colours(_LIGHT, scope)}"
    if marks:
        yield mark_colours(scope, dark=False)
    yield f"@media {'screen and ' if scope else ''}(prefers-color-scheme: dark) {{"
    yield _write_colours(_DARK, scope)
    if marks:
        yield mark_colours(scope, dark=True)
    yield f"}}\n{_scope(_FORMS, scope)}"
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
        yield f'<rect class="{_class_of(border)}" {_write_rect(border.box)} rx="10"/>'
    for wiring in scene.wirings:
        yield _link(drawing.links, wiring.line, _write_wiring(wiring))
    for border in scene.borders:
        yield _link(drawing.links, border.line, _write_title(border))
    for shape in scene.shapes:
        drawn = _write_shape(shape)
        if shape.id in marks:
            yield marks[shape.id].draw_around(
                drawn, shape.box.x + shape.box.width - 2, shape.box.y + 2
            )
        else:
            yield _link(drawing.links, shape.line, drawn)
    for tag in scene.tags:
        yield _link(drawing.links, tag.line, _write_tag(tag))
    yield "</svg>"


def _scope(rules: str, scope: str) -> str:
    """Return ``rules``, one on a line, for what is within ``scope``."""
    return "\n".join(scope + rule for rule in rules.splitlines())


def _write_colours(colours: dict[str, tuple[str, ...]], scope: str) -> str:
    paper, ink, pale = colours[""]
    lines = [f".paper {{ fill: {paper} }}", f"text {{ fill: {ink} }}", f".code {{ fill: {pale} }}"]
    for name, (fill, edge) in list(colours.items())[1:]:
        lines.append(f".{name} {{ fill: {fill}; stroke: {edge} }}")
    lines += [f".{name} .head {{ fill: {colours[name][1]}; stroke: none }}" for name in _ARROWS]
    return _scope("\n".join(lines), scope)


def _class_of(border: Border) -> str:
    return "loop" if border.is_loop else "workflow"


def _write_wiring(wiring: Wiring) -> str:
    paths = "".join(_write_stretch(stretch, wiring.kind.value) for stretch in wiring.stretches)
    return f"<g><title>{_escape(wiring.tooltip)}</title>{paths}</g>"


def _write_stretch(stretch: Stretch, name: str) -> str:
    ends = f' marker-start="url(#{name})"' if stretch.head_at_start else ""
    ends += f' marker-end="url(#{name})"' if stretch.head_at_end else ""
    return f'<path class="{name} line" d="{_write_path(stretch.points)}"{ends}/>'


def _write_path(points: tuple[Point, ...]) -> str:
    """Write a line with round corners."""
    parts = [f"M{_write_point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _step_towards(corner, before), _step_towards(corner, after)
        parts.append(f"L{_write_point(a)}Q{_write_point(corner)} {_write_point(b)}")
    parts.append(f"L{_write_point(points[-1])}")
    return "".join(parts)


def _write_point(point: Point) -> str:
    return f"{_number(point.x)} {_number(point.y)}"


def _step_towards(corner: Point, other: Point) -> Point:
    """Return the point where a round corner begins; lines are horizontal or vertical."""
    dx, dy = other.x - corner.x, other.y - corner.y
    length = abs(dx) + abs(dy)
    part = min(BEND, length / 2) / length if length else 0
    return Point(corner.x + dx * part, corner.y + dy * part)


def _write_title(border: Border) -> str:
    line = border.title
    back = Box(line.x - 4, line.y - line.size, line.width + 8, line.size * 1.4)
    paper = f'<rect class="{_class_of(border)} bare" {_write_rect(back)}/>'
    return f'<g id="{border.id}">{paper}{_write_line(line)}</g>'


def _write_shape(shape: Shape) -> str:
    box = shape.box
    if shape.kind is NodeKind.REPEAT:
        left, right, cut = box.x, box.x + box.width, 12
        middle, low = box.y + box.height / 2, box.y + box.height
        corners = [(left, middle), (left + cut, box.y), (right - cut, box.y)]
        corners += [(right, middle), (right - cut, low), (left + cut, low)]
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in corners)
        drawn = f'<polygon class="repeat" points="{points}"/>'
    else:
        round_ = {NodeKind.LEARNER: box.height / 2.5, NodeKind.TASK: 6}.get(shape.kind, 0)
        drawn = f'<rect class="{shape.kind.value}" {_write_rect(box)} rx="{_number(round_)}"/>'
    tooltip = f"<title>{_escape(shape.tooltip)}</title>"
    return f'<g id="{shape.id}">{tooltip}{drawn}{"".join(map(_write_line, shape.lines))}</g>'


def _write_tag(tag: Tag) -> str:
    drawn = f'<rect class="{tag.kind.value}" {_write_rect(tag.box)} rx="5"/>'
    return f"<g><title>{_escape(tag.tooltip)}</title>{drawn}{_write_line(tag.text)}</g>"


def _write_line(line: Line) -> str:
    place = f'x="{_number(line.x + line.width / 2)}" y="{_number(line.y)}"'
    size = f'font-size="{_number(line.size)}"'
    look = f'class="{line.style}" {place} {size} text-anchor="middle"'
    return f"<text {look}>{_escape(line.text)}</text>"


def _link(links: Links, line: int, drawn: str) -> str:
    to = links.address_of(line)
    return f"<a href={quoteattr(to)}>{drawn}</a>" if to else drawn


def _write_rect(box: Box) -> str:
    size = f'width="{_number(box.width)}" height="{_number(box.height)}"'
    return f'x="{_number(box.x)}" y="{_number(box.y)}" {size}'


def _escape(text: str) -> str:
    # a stream of any encoding can take it
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _number(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
