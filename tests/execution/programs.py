"""Small workflows that run in a second, for tests of ``alw run``."""

from __future__ import annotations

import sys
from pathlib import Path

#: What happens is noted in this file, one line for each job that its command ends well.
NOTES = "ALW_TEST_NOTES"

SIMULATE = """\
import json, os, sys, time
m, number = float(sys.argv[1]), sys.argv[2]
time.sleep(0.02)
with open("out.json", "w") as out:
    json.dump({"value": m * 2}, out)
if os.environ.get("ALW_TEST_NOTES"):
    with open(os.environ["ALW_TEST_NOTES"], "a") as notes:
        notes.write(f"simulate {number} {m}\\n")
"""
LEARN = """\
import json, os, sys
m, number, files = float(sys.argv[1]), sys.argv[2], sys.argv[3].split(",")
values = [json.load(open(name))["value"] for name in files]
assert values == [m * 2] * len(values), values
with open("fit.json", "w") as out:
    json.dump({"m": m + 1, "files": len(files)}, out)
if os.environ.get("ALW_TEST_NOTES"):
    with open(os.environ["ALW_TEST_NOTES"], "a") as notes:
        notes.write(f"learn {number} {m}\\n")
"""
LOOP = """\
workflow toy {
  dataset = "user.me.toy"
  loop scan {
    param m: float = 1.0
    task simulate {
      exec    = "PYTHON simulate.py {m} {iteration} "
      outputs = ["out.json"]
      sandbox = ["simulate.py"]
      n_jobs  = JOBS
    }
    learn fit {
      exec    = "PYTHON learn.py {m} {iteration} {simulate.outputs[0]}"
      sandbox = ["learn.py"]
      result "fit.json" { m: float, files: int }
    }
    repeat while fit.m < END and fit.files > 0 at most 50 times
  }
}
"""


def loop(folder: Path, jobs: int = 4, iterations: int = 3) -> Path:
    """Write a loop that counts ``m`` up from 1, and its scripts; return the source's path."""
    (folder / "simulate.py").write_text(SIMULATE)
    (folder / "learn.py").write_text(LEARN)
    source = folder / "toy.alw"
    text = LOOP.replace("PYTHON", sys.executable).replace("JOBS", str(jobs))
    source.write_text(text.replace("END", f"{iterations + 1}.0"))
    return source
