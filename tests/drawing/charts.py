"""Sources to draw, and what a scene is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alw.drawing.chart import Drawing, Links
from alw.drawing.chart_builder import build_drawing
from alw.driver.loader import beside
from alw.driver.pipeline import analyse
from alw.driver.session import Session
from alw.text.source import Source

FIVE = """\
workflow five {
  input data: dataset = "mc23_13p6TeV.601229.PhPy8EG_A14_ttbar.evgen.EVNT.e8514"
  dataset = "user.wguan.five"
  loop scan {
    param mass: float = 125
    param nevents: int = 200
    task generate { exec = "gen {mass} {data} evgen.root" outputs = ["evgen.root"] n_jobs = 2 }
    task simulate {
      exec    = "sim {generate.outputs[0]} {nevents} hits.root log.txt"
      outputs = ["hits.root", "log.txt"]
    }
    learn decide {
      exec = "python decide.py next.json {mass} {simulate.outputs[0]} {simulate.outputs[1]}"
      result "next.json" { mass: float, nevents: int, error: float }
    }
    repeat while decide.error > 0.01  # "good # enough"
      and mass < 1000 at most 10 times
  }
  task plot { exec = "plot {scan.mass} {decide.outputs[0]}" after scan }
  task mail { exec = "mail done" after scan }
}
"""

BROKEN = """\
workflow broken {
  task before { exec = "x {nope}" outputs = ["a"] }
  loop one {
    param m: float = 0.5
    task a { exec = "a {before.outputs[0]} {m}" outputs = ["q.root"] after b, a }
    task b { exec = "b {a.outputs[0]} {a.outputs[7]}" after late }
    learn first { exec = "python l.py {b.outputs[0]}" result "l.json" { m: float } }
    learn second { exec = "python l.py {b.outputs[0]}" result "m.json" { m: float } }
    repeat while first.m > 1
  }
  loop two { task c { exec = "c {first.outputs[0]}" } }
  task late { exec = "z {one.m}" after one, two, missing }
}
"""


def fan(count: int) -> str:
    """One task, many that read it, and one that waits for all of them."""
    many = "".join(
        f'  task s{i} {{ exec = "s {{first.outputs[0]}}" outputs = ["o.root"] }}\n'
        for i in range(count)
    )
    names = ", ".join(f"s{i}" for i in range(count))
    return (
        'workflow fan {\n  dataset = "user.wguan.fan"\n'
        '  task first { exec = "f" outputs = ["f.root"] }\n'
        f'{many}  task last {{ exec = "l" after {names} }}\n}}\n'
    )


def two_hundred() -> str:
    """A workflow of 200 tasks, 198 of them in a loop: 49 chains, a task that merges, a learner."""
    steps = ("evgen", "simul", "recon", "deriv")
    lines = ["workflow big {", '  dataset = "user.wguan.big"', "  loop scan {"]
    lines.append("    param m: float = 0.5")
    for i in range(49):
        read = "{m}"
        for step in steps:
            lines.append(f"    task {step}_{i} {{")
            lines.append(f'      exec = "{step} {read} {step}.root" outputs = ["{step}.root"]')
            lines.append(
                f"      {'n_jobs = 2' if read == '{m}' else 'n_files_per_job = 1'}\n    }}"
            )
            read = f"{{{step}_{i}.outputs[0]}}"
    inputs = ", ".join(f"deriv_{i}.outputs[0]" for i in range(49))
    lines.append(f'    task merge {{ exec = "merge %IN" in_ds = [{inputs}] outputs = ["m.root"] }}')
    lines.append('    learn decide { exec = "python d.py n.json {m} {merge.outputs[0]}"')
    lines.append('      result "n.json" { m: float } }')
    lines.append("    repeat while decide.m > 0 at most 3 times\n  }")
    for name in ("plot", "mail"):
        lines.append(f'  task {name} {{ exec = "{name}" after scan }}')
    return "\n".join([*lines, "}", ""])


def chain(count: int) -> str:
    """Tasks of which each waits for the one before."""
    tasks = "".join(
        f'  task t{i} {{ exec = "run"{f" after t{i - 1}" if i else ""} }}\n' for i in range(count)
    )
    return f'workflow deep {{\n  dataset = "user.wguan.deep"\n{tasks}}}\n'


def dense(count: int, files: bool = False) -> str:
    """Tasks of which each waits for all before, or reads what they write."""
    tasks = ""
    for i in range(count):
        read = "".join(f" {{t{j}.outputs[0]}}" for j in range(i)) if files else ""
        after = ", ".join(f"t{j}" for j in range(i))
        last = ' outputs = ["o.root"]' if files else f" after {after}" if i else ""
        tasks += f'  task t{i} {{ exec = "run{read}"{last} }}\n'
    return f'workflow dense {{\n  dataset = "user.wguan.dense"\n{tasks}}}\n'


def wide(count: int) -> str:
    """Tasks beside each other."""
    tasks = "".join(f'  task t{i} {{ exec = "run" }}\n' for i in range(count))
    return f'workflow wide {{\n  dataset = "user.wguan.wide"\n{tasks}}}\n'


def drawn(text: str, links: Links | None = None) -> Drawing:
    """The drawing of a source."""
    analysis = analyse(Source("flow.alw", text), Session())
    return build_drawing(analysis.workflows, links or Links("flow.alw#L{line}"))


def drawn_file(path: Path) -> Drawing:
    """The drawing of a file, as for a picture beside it."""
    source = Source(str(path), path.read_text(encoding="utf-8"))
    analysis = analyse(source, Session(reader=beside))
    return build_drawing(analysis.workflows, Links(f"{path.name}#L{{line}}"))


def sources() -> Iterator[tuple[str, str]]:
    """Names and texts of sources of all kinds."""
    yield "five", FIVE
    yield "broken", BROKEN
    yield "fan", fan(30)
    yield "big", two_hundred()
    yield "chain", chain(40)
    yield "both", FIVE + fan(4)
