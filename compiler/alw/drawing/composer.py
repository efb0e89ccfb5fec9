"""Composes the picture of one chart, with rows of a certain width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .chart import Chart, Flow, FlowKind, Frame, Node, NodeKind
from .layout.elements import Box, LayoutBlock, LayoutResult, Point, Wire
from .layout.folding import fold
from .layout.layering import lay_out
from .nets import FlowNet, Link, bundle_links, find_links
from .parts import Part
from .scene import Border, Line, Shape, Stretch, Tag, Wiring
from .sizes import (
    TAG_HEIGHT,
    Face,
    TextRun,
    make_face,
    make_frame_title,
    make_tag_text,
    make_tooltip,
    measure_tag,
    place_tag_text,
)

_PADDING = 18.0
_HEADING = 30.0
_HEAD = 13.0
"""Room for the head of an arrow."""
_OVER = -4.0
"""The height of a line over everything in a frame."""
_MANY = 60
"""With more nodes than that, each is drawn without its command."""


class Composer:
    """Composes the picture of a chart with rows of a certain width."""

    def __init__(self, chart: Chart, most: float) -> None:
        self._chart = chart
        self._most = most
        self._nodes = chart.by_id
        self._compact = compact = len(chart.nodes) > _MANY
        self._faces: dict[str, Face] = {n.id: make_face(n, compact) for n in chart.nodes}
        self.widest = 0.0
        """The least width of rows at which none has to be wrapped."""
        self._links = find_links(chart)
        self._nets: Mapping[str, FlowNet] = bundle_links(self._links)
        self._backs = {
            chart.by_id[flow.source].loop or "": flow
            for flow in chart.flows
            if flow.kind is FlowKind.BACK
        }
        self._texts = {name: make_tag_text(bundle.flows) for name, bundle in self._nets.items()}
        self._at_hub: dict[str, list[Link]] = {}
        for link in self._links:
            self._at_hub.setdefault(self._nets[link.net].hub, []).append(link)

    def compose(self) -> Part:
        """Return the complete picture."""
        chart = self._chart
        loops: dict[str, Part] = {}
        blocks = [self._make_block(node) for node in chart.nodes if node.loop is None]
        for loop in chart.loops:
            loops[loop.id], block = self._compose_loop(loop)
            blocks.append(block)
        wires = [
            Wire(link.net, self._find_outer(link.upper), self._find_outer(link.lower))
            for link in self._links
        ]
        plan = self._lay_out(blocks, (w for w in wires if w.upper != w.lower), 1)
        inside = self._paint(plan).move(_PADDING, _HEADING)
        inner = [
            picture.move(plan.boxes[id].x + _PADDING, plan.boxes[id].y + _HEADING)
            for id, picture in loops.items()
        ]
        title = make_frame_title(Frame(chart.id, chart.title, chart.line))
        width = max(plan.width, title.width) + 2 * _PADDING
        height = plan.height + _HEADING + _PADDING
        border = _make_border(chart.id, False, title, Box(0, 0, width, height), chart.line)
        return Part(width, height, (border,)).put_under([inside, *inner])

    def _lay_out(
        self, blocks: Sequence[LayoutBlock], wires: Iterable[Wire], part: float
    ) -> LayoutResult:
        """Lay out blocks in rows of a part of the width."""
        plan = lay_out(blocks, list(dict.fromkeys(wires)), self._most * part)
        self.widest = max(self.widest, plan.widest / part)
        return fold(plan)

    def _find_outer(self, node: str) -> str:
        return self._nodes[node].loop or node

    # Loops

    def _compose_loop(self, loop: Frame) -> tuple[Part, LayoutBlock]:
        """Return the picture of a loop, and its block in the chart."""
        blocks = [self._make_block(node) for node in self._chart.nodes if node.loop == loop.id]
        wires: list[Wire] = []
        gates: dict[str, LayoutBlock] = {}
        for link in self._links:
            upper = self._nodes[link.upper].loop == loop.id
            lower = self._nodes[link.lower].loop == loop.id
            if not (upper or lower):
                continue
            start, end = link.upper, link.lower
            if not upper:
                start = f"in {link.net}"
                gates[start] = LayoutBlock(start, 0, 0, pin=-2)
            if not lower:
                end = f"out {link.net}"
                gates[end] = LayoutBlock(end, 0, 0, pin=2)
            wires.append(Wire(link.net, start, end))
        plan = self._lay_out([*blocks, *gates.values()], wires, 0.9)
        back = self._draw_back_line(loop, plan)
        title = make_frame_title(loop)
        content = max(plan.width, title.width)
        width = content + 2 * _PADDING + (back.width if back else 0)
        height = plan.height + _HEADING + _PADDING
        inside = [self._paint(plan).move(_PADDING, _HEADING)]
        fixed: dict[str, float] = {}
        for gate in gates:
            net = gate.partition(" ")[2]
            x = plan.boxes[gate].x + plan.boxes[gate].width / 2 + _PADDING
            y = plan.boxes[gate].y + _HEADING
            fixed[net] = x - width / 2
            border = 0.0 if gate.startswith("in ") else height
            inside.append(Part(stretches=((net, Stretch((Point(x, border), Point(x, y)))),)))
        if back:
            inside.append(back.move(_PADDING, _HEADING))
        border_ = _make_border(loop.id, True, title, Box(0, 0, width, height), loop.line)
        picture = Part(width, height, (border_,)).put_under(inside)
        return picture, LayoutBlock(loop.id, width, height, above=4, below=4, fixed=fixed)

    def _draw_back_line(self, loop: Frame, plan: LayoutResult) -> Part | None:
        """Draw the line from the end of a loop to its start, on the right of everything."""
        flow = self._backs.get(loop.id)
        if flow is None:
            return None
        start, end = plan.boxes[flow.source], plan.boxes[flow.target]
        text = make_tag_text([flow])
        room = measure_tag(text) if text else 12
        x = plan.width + 12 + room / 2
        low, high = start.y + start.height / 2, end.y + end.height / 2
        points = [Point(start.x + start.width, low), Point(x, low)]
        if plan.folded:  # other columns stand beside the start
            middle = end.x + end.width / 2
            points += [Point(x, _OVER), Point(middle, _OVER), Point(middle, end.y)]
        else:
            points += [Point(x, high), Point(end.x + end.width, high)]
        tags = (self._make_tag([flow], text, x, (low + high) / 2),) if text else ()
        stretch = Stretch(tuple(points), head_at_end=True)
        return Part(12 + room, stretches=((loop.id, stretch),), tags=tags)

    # Blocks and what is painted at their places

    def _make_block(self, node: Node) -> LayoutBlock:
        shown = self._faces[node.id]
        rooms: dict[str, float] = {}
        above = below = False
        for link in self._at_hub.get(node.id, ()):
            text = self._texts[link.net]
            if text is None:
                continue
            rooms[link.net] = measure_tag(text) + 8
            above = above or link.lower == node.id
            below = below or link.upper == node.id
        pin = {NodeKind.START: -1, NodeKind.REPEAT: 1}.get(node.kind, 0)
        room = TAG_HEIGHT + 6
        return LayoutBlock(
            node.id,
            shown.width,
            shown.height,
            _HEAD + (room if above else 0),
            room if below else 2,
            rooms,
            pin=pin,
        )

    def _paint(self, plan: LayoutResult) -> Part:
        """Paint everything in a layout, except the loops in it."""
        shapes = [
            self._make_shape(self._nodes[id], box)
            for id, box in plan.boxes.items()
            if id in self._nodes
        ]
        stretches: list[tuple[str, Stretch]] = []
        for net, points, upper, lower in plan.strokes:
            bundle = self._nets[net]
            up = bundle.upwards and upper in self._nodes
            down = not bundle.upwards and lower in self._nodes
            if points[0] != points[-1]:
                stretches.append((net, Stretch(points, up, down)))
        tags: list[Tag] = []
        told: set[tuple[float, str]] = set()
        for (id, net), end in sorted(plan.ends.items(), key=lambda item: item[1].x):
            text, bundle = self._texts[net], self._nets[net]
            if text is None or bundle.hub != id:
                continue
            if self._compact and (end.y, text.text) in told:
                continue  # the first of its row tells it; the line itself has it as a tooltip
            told.add((end.y, text.text))
            is_below = end.y > plan.boxes[id].y
            away = 4 + TAG_HEIGHT / 2 if is_below else -_HEAD - 1 - TAG_HEIGHT / 2
            tags.append(self._make_tag(bundle.flows, text, end.x, end.y + away))
        return Part(plan.width, plan.height, (), tuple(stretches), tuple(shapes), tuple(tags))

    def _make_shape(self, node: Node, box: Box) -> Shape:
        lines = tuple(self._faces[node.id].place_lines(box))
        full = make_tooltip(node.title, *node.rows, node.detail)
        return Shape(node.id, node.kind, box, lines, full, node.line)

    def _make_tag(self, flows: Sequence[Flow], text: TextRun, x: float, y: float) -> Tag:
        """Return a label whose middle is at a point."""
        width = measure_tag(text)
        box = Box(x - width / 2, y - TAG_HEIGHT / 2, width, TAG_HEIGHT)
        shown = place_tag_text(text, box)
        return Tag(flows[0].kind, box, shown, self._describe(flows), flows[0].line)

    def join_lines(self, part: Part) -> Iterable[Wiring]:
        """Yield the lines of a picture, joined from their stretches."""
        stretches: dict[str, list[Stretch]] = {}
        for net, stretch in part.stretches:
            stretches.setdefault(net, []).append(stretch)
        for net, every in stretches.items():
            flows = self._nets[net].flows if net in self._nets else (self._backs[net],)
            told = self._describe(flows)
            yield Wiring(flows[0].kind, tuple(every), told, flows[0].line)

    def _describe(self, flows: Sequence[Flow]) -> str:
        """Describe what flows, and its source and target."""
        ends = [f"{self._find_name(f.source)} → {self._find_name(f.target)}" for f in flows]
        return make_tooltip(", ".join(flows[0].labels), *ends)

    def _find_name(self, id: str) -> str:
        node = self._nodes[id]
        names = {NodeKind.START: "next iteration", NodeKind.REPEAT: "loop"}
        return names.get(node.kind, node.title)


def _make_border(id: str, is_loop: bool, title: TextRun, box: Box, line: int) -> Border:
    shown = Line(title.text, _PADDING - 4, 19, title.size, title.style, title.width)
    return Border(id, is_loop, box, shown, line)
