"""Compares `alw run` with a bare pool of processes, and with GNU parallel if it is there.

    python tests/benchmarks/running.py [--jobs 1000] [--iterations 1000]

Two at once.  *Overhead*: jobs of `true`.  *Loop*: the seed's, 7 iterations of 10 jobs and 1 of a
tenth of a second each.  *Memory*: a loop of many iterations of one job, against one of a tenth of
them.  Seconds are of the clock; what a run needs to start, measured with one job, is told apart.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 2
ITERATIONS, JOBS = 7, 10
TENTH = "sleep 0.1"

MANY = 'workflow many {{ dataset = "user.me.many" task t {{ exec = "true" n_jobs = {jobs} }} }}\n'
LOOP = """\
workflow loop {{
  dataset = "user.me.loop"
  loop scan {{
    param m: int = 1
{simulate}
    learn fit {{
      exec = "{sleep}{python} learn.py {{m}} {inputs}"
      sandbox = ["learn.py"]
      result "fit.json" {{ m: int }}
    }}
    repeat while fit.m <= {iterations} at most {iterations} times
  }}
}}
"""
SIMULATE = """\
    task simulate {{
      exec = "{sleep} && echo {{m}} > out.txt "
      outputs = ["out.txt"]
      n_jobs = {jobs}
    }}
"""
LEARN = """\
import json, sys
json.dump({"m": int(sys.argv[1]) + 1}, open("fit.json", "w"))
"""


def timed(job: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def alw(folder: Path, source: str, name: str) -> int:
    """Run a workflow; return its peak memory in kilobytes."""
    (folder / f"{name}.alw").write_text(source)
    (folder / "learn.py").write_text(LEARN)
    command = [sys.executable, "-m", "alw", "run", f"{name}.alw", "-q", "--restart"]
    process = subprocess.Popen([*command, "-j", str(AT_ONCE)], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"alw run has failed with {process.returncode}")
    return usage.ru_maxrss


def pool(commands: list[list[str]]) -> None:
    """Run commands, some at once."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda words: subprocess.run(words, check=True), commands))


def bare_loop() -> None:
    """The loop as the simplest program has it."""
    for _ in range(ITERATIONS):
        pool([["/bin/sh", "-c", TENTH]] * JOBS)
        pool([["/bin/sh", "-c", f"{TENTH} && {sys.executable} -c 'import json'"]])


def parallel(jobs: int) -> float | None:
    """Return the seconds that GNU parallel takes; ``None`` without it."""
    program = shutil.which("parallel")
    if program is None:
        return None
    names = "".join(f"{number}\n" for number in range(jobs))
    words = [program, "-j", str(AT_ONCE), "true", "#"]
    return timed(lambda: subprocess.run(words, input=names.encode(), check=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=1000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = timed(lambda: alw(folder, MANY.format(jobs=1), "many"))
        ours = timed(lambda: alw(folder, MANY.format(jobs=chosen.jobs), "many")) - start
        bare = timed(lambda: pool([["true"]] * chosen.jobs))
        each = 1000 / chosen.jobs
        print(f"start             alw run {start:6.2f} s")
        print(f"{chosen.jobs} jobs of true  alw run {ours * each:6.2f} ms a job", end="")
        print(f"   pool {bare * each:6.2f} ms   ratio {ours / bare:.1f}", end="")
        gnu = parallel(chosen.jobs)
        print("" if gnu is None else f"   parallel {gnu * each:.2f} ms   ratio {ours / gnu:.2f}")

        text = LOOP.format(
            simulate=SIMULATE.format(sleep=TENTH, jobs=JOBS), sleep=f"{TENTH} && ",
            python=sys.executable, inputs="{simulate.outputs[0]}", iterations=ITERATIONS,
        )  # fmt: skip
        ours, bare = timed(lambda: alw(folder, text, "loop")), timed(bare_loop)
        print(f"the seed's loop   alw run {ours:6.2f} s   pool {bare:6.2f} s", end="")
        print(f"   ratio {ours / bare:.2f}, without the start {(ours - start) / bare:.2f}")

        peaks = []
        for iterations in (chosen.iterations // 10, chosen.iterations):
            text = LOOP.format(
                simulate="", sleep="", python=sys.executable, inputs="", iterations=iterations
            )
            peaks.append(alw(folder, text, "loop") / 1024)
        print(f"{chosen.iterations} iterations   peak memory {peaks[1]:6.1f} MB", end="")
        print(f"   {chosen.iterations // 10}: {peaks[0]:.1f} MB   ratio {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
