"""Compares `alw` with a script on iDDS's classes and panda-client, on the same workflows.

    python tests/benchmarks/run.py [--sizes 1,100,1000,10000] [--repeat N]

Size 1 is the sample.  Every number is of a whole process: seconds of CPU (user and system,
which a busy machine disturbs least), seconds of the clock, and peak memory; the least of
several runs that take turns, writing to memory.  Before that, both sides' outputs are
compared (verify.py).  The Python that runs this runs everything: use one in which alw is
installed as users have it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
#: Repetitions of one command stop when this many seconds are spent.
ENOUGH = 60.0


class Cost(NamedTuple):
    """What one process, or the best of several, has used."""

    cpu: float
    wall: float
    memory: float
    """In MB."""


def alw() -> list[str]:
    """The command, as installed beside this Python if it is."""
    spec = importlib.util.find_spec("alw.cli")
    if spec is None or spec.origin is None:
        return [sys.executable, str(HERE / "driver.py")]
    script = Path(sys.executable).with_name("alw")
    return [str(script)] if script.exists() else [sys.executable, "-m", "alw"]


def environment(work: Path) -> dict[str, str]:
    """The environment of the processes: byte code is cached, outside the checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON") or k == "PYTHONPATH"}
    return kept | {"PYTHONPYCACHEPREFIX": str(work / "bytecode")}


def measured(command: list[str], work: Path) -> Cost:
    """Run ``command`` and say what it used."""
    log = os.open(work / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    # posix_spawn: after a fork, the peak memory would be at least this process's
    actions = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment(work), file_actions=actions)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    os.close(log)
    if status:
        sys.exit(f"{command} failed:\n{(work / 'log').read_text()[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def best(costs: list[Cost]) -> Cost:
    """The least of each."""
    return Cost(*map(min, zip(*costs, strict=True)))


def compare(size: int, repeat: int, work: Path) -> dict[str, Cost]:
    """The costs of every command on the workflow of ``size`` tasks, after verifying it."""
    folder = work / str(size)
    python = sys.executable
    subprocess.run([python, str(HERE / "generate.py"), str(size), str(folder)], check=True)
    source, description = str(folder / "source.alw"), str(folder / "description.json")
    costs: dict[str, list[Cost]] = {"check": [], "compile": [], "by hand": []}
    for turn in range(repeat + 1):
        # never the place of files just deleted: ext4 creates others there very slowly
        ours, theirs = str(folder / f"alw-{turn}"), str(folder / f"peer-{turn}")
        commands = {
            "check": [*alw(), "check", source],
            "compile": [*alw(), "compile", "-o", ours, source],
            "by hand": [python, str(HERE / "peer.py"), description, theirs],
        }
        for name, command in commands.items():
            if turn < 2 or sum(cost.wall for cost in costs[name]) < ENOUGH:
                costs[name].append(measured(command, work))
        if turn == 0:
            verify = [python, str(HERE / "verify.py"), ours, theirs, description]
            said = subprocess.run(verify, check=True, stdout=subprocess.PIPE, text=True).stdout
            print(f"{size}: {said.strip()}", file=sys.stderr)
    # the first run fills caches
    return {name: best(of[1:] or of) for name, of in costs.items()}


def table(results: dict[int, dict[str, Cost]]) -> list[str]:
    """The results; ratios are to the script by hand of the same run."""
    lines = [
        f"{'tasks':>7}  {'':8}{'CPU s':>9}{'of hand':>9}{'wall s':>9}{'of hand':>9}"
        f"{'peak MB':>9}{'of hand':>9}"
    ]
    for size, costs in results.items():
        hand = costs["by hand"]
        for name, cost in costs.items():
            shown = "sample" if size == 1 else str(size)
            lines.append(
                f"{shown if name == 'check' else '':>7}  {name:8}"
                f"{cost.cpu:9.3f}{cost.cpu / hand.cpu:9.2f}"
                f"{cost.wall:9.3f}{cost.wall / hand.wall:9.2f}"
                f"{cost.memory:9.1f}{cost.memory / hand.memory:9.2f}"
            )
    return lines


def linearity(results: dict[int, dict[str, Cost]]) -> list[str]:
    """What a further task costs between neighbouring sizes: constant if all is linear."""
    sizes = sorted(size for size in results if size > 1)
    lines = [f"{'a further task':>17}{'between':>16}{'CPU ms':>9}{'KB':>9}"]
    for name in ("check", "compile", "by hand"):
        for small, large in zip(sizes, sizes[1:], strict=False):
            one, other, more = results[small][name], results[large][name], large - small
            lines.append(
                f"{name:>17}{f'{small}-{large}':>16}"
                f"{(other.cpu - one.cpu) / more * 1000:9.3f}"
                f"{(other.memory - one.memory) / more * 1024:9.1f}"
            )
    return lines if len(sizes) > 1 else []


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="1,100,1000,10000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--keep", metavar="DIR", type=Path, help="work here and keep the files")
    given = parser.parse_args()
    memory = Path("/dev/shm")  # where there is one, disks are left out of it
    folder = memory if os.access(memory, os.W_OK) else None
    work = given.keep or Path(tempfile.mkdtemp(prefix="alw-bench-", dir=folder))
    work.mkdir(parents=True, exist_ok=True)
    try:
        sizes = [int(size) for size in given.sizes.split(",")]
        results = {size: compare(size, given.repeat, work) for size in sizes}
    finally:
        if not given.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(f"Python {sys.version.split()[0]}, {' '.join(alw())}, best of at most {given.repeat}")
    print("\n".join([*table(results), "", *linearity(results)]))


if __name__ == "__main__":
    main()
