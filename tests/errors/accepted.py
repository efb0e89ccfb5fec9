"""Programs without a fault, to be broken: the samples, and one with most of the language."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import on_its_own
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, MANY_PARAMETERS

RICH = """
workflow search {
  input user: string = "wguan"
  input data: dataset = "mc23.601229.evgen"
  const jobs: int = 2 * 3
  const label: string = "pt > 20; it's"
  dataset = "user.{user}.darkz"
  loop scan {
    param m1: float = 0.5
    param nevents: int = 200
    param fast: bool = true
    param tag: string of "a-z0-9_" = "nominal"
    const seed: int = jobs + 1
    task generate {
      exec    = "python gen.py {m1} {nevents} '{label}' --seed=%RNDM:100 out.root"
      outputs = ["out.root", "log.txt"]
      n_jobs  = jobs
    }
    task simulate {
      exec            = "sim --tag={tag} --fast={fast} --in={generate.outputs[0]} | tee sim.log"
      outputs         = ["sim.root"]
      dataset         = "user.{user}.it{iteration}.sim"
      n_files_per_job = 2
    }
    task skim {
      exec            = "skim {data} {seed} {iteration}"
      n_files_per_job = 5
    }
    learn merge {
      exec = "python merge.py next.json {m1} {nevents} {simulate.outputs[0]} {generate.outputs[1]}"
      result "next.json" { m1: float, nevents: int, fast: bool, tag: string, error: float }
      after skim
    }
    task plot { exec = "plot {m1} {merge.outputs[0]}" outputs = ["p.png"] }
    repeat while merge.error > 0.01 and (m1 < 10 or not fast) and iteration < 9 at most 4 times
  }
  task final { exec = "limit {scan.m1} {scan.tag} {merge.outputs[0]}" outputs = ["l.json"] }
  task report { exec = "report {plot.outputs[0]}" after scan, final }
}
"""

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SEED = on_its_own((_SAMPLES / "active_learning.alw").read_text(encoding="utf-8"))

#: Every program that stands for itself, by its name.
ACCEPTED = {
    "rich": RICH,
    "behind the loop": BEHIND_THE_LOOP,
    "many parameters": MANY_PARAMETERS,
    "chain": CHAIN,
    "active_learning": SEED,
    "hello": (_SAMPLES / "hello.alw").read_text(encoding="utf-8"),
}
