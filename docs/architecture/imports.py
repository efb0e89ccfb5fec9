"""Draw which rooms of the package import which.

``python docs/architecture/imports.py > IMAGE.svg``; needs ``dot`` of Graphviz.

A room is a folder, or a module, directly in the package.  An arrow that follows from others is
left out (transitive reduction); rooms that import each other in a circle share a red box, with
all arrows between them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Graph = dict[str, set[str]]


def read_imports(package: Path) -> Graph:
    """Return the rooms that each room of ``package`` imports, for types only included."""
    modules = {_dotted(path, package): path for path in sorted(package.rglob("*.py"))}
    graph: Graph = defaultdict(set)
    for name, path in modules.items():
        room = _room(name)
        graph[room] |= {_room(target) for target in _targets(name, path, modules)} - {room}
    return {room: targets - {""} for room, targets in graph.items() if room}


def _dotted(path: Path, package: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(module: str) -> str:
    return module.split(".", 1)[0]


def _targets(name: str, path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Yield the modules of the package that one module imports."""
    around = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = [*around[: len(around) - node.level + 1], *(node.module or "").split(".")]
        elif (node.module or "").split(".")[0] == "alw":
            base = (node.module or "").split(".")[1:]
        else:
            continue
        start = ".".join(part for part in base if part)
        for alias in node.names:
            full = f"{start}.{alias.name}".lstrip(".")
            yield full if full in modules else start


def reach(graph: Graph, start: str) -> set[str]:
    """Return what ``start`` imports, directly or not."""
    found: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        room = todo.pop()
        if room not in found:
            found.add(room)
            todo += graph.get(room, ())
    return found


def to_dot(graph: Graph) -> str:
    """Return the picture in DOT."""
    reached = {room: reach(graph, room) for room in graph}
    circles = {
        room: frozenset(other for other in reached[room] if room in reached.get(other, ()))
        for room in graph
    }
    lines = [
        "digraph imports {",
        '  node [shape=box style="rounded,filled" fillcolor=white fontname=Helvetica fontsize=12]',
        '  edge [color="#666666" arrowsize=0.7]',
    ]
    for number, circle in enumerate(sorted(set(circles.values()) - {frozenset()}, key=sorted)):
        rooms = " ".join(f'"{room}";' for room in sorted(circle))
        lines.append(f"  subgraph cluster_{number} {{ color=red bgcolor=mistyrose {rooms} }}")
    for room in sorted(graph):
        lines.append(f'  "{room}"')
        for target in sorted(graph[room]):
            in_circle = target in circles[room]
            implied = any(
                target in reached.get(other, ()) and other not in circles.get(target, ())
                for other in graph[room] - {target}
            )
            if in_circle or not implied:
                lines.append(f'  "{room}" -> "{target}"' + (" [color=red]" if in_circle else ""))
    return "\n".join([*lines, "}"])


def main() -> None:
    """Write the picture of the package, or of the folder that is given."""
    here = Path(__file__).resolve()
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parents[2] / "compiler" / "alw"
    dot = to_dot(read_imports(package))
    subprocess.run(["dot", "-Tsvg"], input=dot, text=True, check=True)


if __name__ == "__main__":
    main()
