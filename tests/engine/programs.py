"""Workflows of the shapes that people run, for the tests on real engines."""

from __future__ import annotations

from typing import Any

import alw

BEHIND_THE_LOOP = """
workflow behind {
  dataset = "user.w.behind"
  loop scan {
    param m: float = 1
    task simulate { exec = "simulate {m}" outputs = ["a.json"] n_jobs = 2 }
    task fit { exec = "fit {m} {simulate.outputs[0]}" outputs = ["b.json"] n_files_per_job = 20 }
    learn decide {
      exec = "python decide.py {simulate.outputs[0]} {fit.outputs[0]}"
      result "r.json" { m: float }
    }
    task note { exec = "note {m} {iteration}" after decide }
    repeat while decide.m < 5 at most 3 times
  }
  task final { exec = "final {scan.m} {decide.outputs[0]}" outputs = ["f.json"] after scan }
  task report { exec = "report {final.outputs[0]}" after note }
}
"""

MANY_PARAMETERS = """
workflow many {
  dataset = "user.w.many"
  input start: float = -2.5
  loop scan {
    const label: string = "it's a \\"label\\""
    param x: float = start
    param n: int = 7
    param fast: bool = true
    param tag: string of "a-z0-9_" = "first_1"
    task signal { exec = "gen --x {x} '{label}' {tag}" outputs = ["s.json"] n_jobs = 3 }
    task background {
      exec    = "gen --n={n} {fast} it{iteration}.txt"
      outputs = ["b.json", "c.json"]
      n_jobs  = 4
    }
    task mix {
      exec          = "mix %IN %IN2 {x}"
      in_ds         = signal.outputs[0]
      secondary_dss = "IN2:2:{background.outputs[1]}"
      outputs       = ["m.json"]
      n_files_per_job = 5
    }
    learn choose {
      exec = "python choose.py {mix.outputs[0]} {background.outputs[0]} {n}"
      result "next.json" { x: float, n: int, fast: bool, tag: string, score: float }
    }
    repeat while (choose.score > 0.1 or not choose.fast) and iteration < n at most 4 times
  }
}
"""

CHAIN = """
workflow chain {
  dataset = "user.w.chain"
  input data: dataset = "mc23_13p6TeV.601229.evgen.EVNT.e8514"
  task evgen { exec = "evgen %RNDM:100 %MAXEVENTS out.root" outputs = ["out.root"] n_jobs = 5 }
  task sim { exec = "sim {evgen.outputs[0]} hits.root" outputs = ["hits.root"] }
  task external {
    exec = "skim {data} skim.root" outputs = ["skim.root"] n_files = 20 n_files_per_job = 10
  }
  task both { exec = "cat {sim.outputs[0]}" after external container_image = "docker://alpine" }
}
"""

FOLLOWERS = """
workflow followers {
  dataset = "user.w.followers"
  loop scan {
    param m: float = 1
    task left  { exec = "left {m}" outputs = ["l.json"] n_jobs = 2 }
    task right { exec = "right {m}" outputs = ["r.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py {left.outputs[0]} {right.outputs[0]} {m}"
      result "next.json" { m: float }
    }
    task plot  { exec = "plot {m}" outputs = ["p.json"] after decide }
    task table { exec = "table {decide.outputs[0]}" outputs = ["t.json"] }
    task note  { exec = "note" after plot, table }
    repeat while decide.m < 5 at most 3 times
  }
  task final { exec = "final {scan.m}" outputs = ["f.json"] }
  task paper { exec = "paper {scan.m}" outputs = ["q.json"] }
  task send  { exec = "send {final.outputs[0]}" after paper }
}
"""


def compiled(text: str, **inputs: object) -> alw.CompiledWorkflow:
    """The only workflow of ``text``, which must compile without errors."""
    compilation = alw.compile_text(text, inputs)
    assert compilation.ok, [d.to_json() for d in compilation.diagnostics]
    (workflow,) = compilation.workflows.values()
    return workflow


def works(workflow: Any) -> dict[str, Any]:
    """The works of a workflow as iDDS's objects, by internal id."""
    result: dict[str, Any] = workflow.template.works
    return result
