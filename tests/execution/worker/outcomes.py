"""What comes of a case, with the real wrapper and with ours."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from alw.execution.worker import WorkerError, WorkerJob, prepare, stage_out, wait_for_writers
from tests.execution.worker.cases import ARCHIVE, LINK, SANDBOX, Case, make_archive, pilots_line

#: What the wrapper makes in the folder where the command runs, and in the pilot's.
_NOISE = re.compile(
    rf"(.*/)?(trf\.[-0-9a-f]{{36}}\.py|tmp\.stdout\..*|\.rootrc(\.old)?|PoolFileCatalog\.xml|{ARCHIVE}"
    r"|payload_error_report\.json|outfilename\.h|wrapper\.o|[-0-9a-f]{36}(/.*)?"
    r"|workDir(/.*)?|calls|pandatracerlog\.txt)"
)
_STUBS = {
    # the wrapper removes the folder at the end, and it is to be looked at
    "rm": '#!/bin/sh\ncase "$2" in */workDir) exit 0;; esac\nexec /bin/rm "$@"\n',
    # the tracer of file accesses; it would only slow things down
    "gcc": "#!/bin/sh\nexit 1\n",
}
TIMEOUT = 120


@dataclass(frozen=True)
class Outcome:
    """How a job ended, what the command received, and what it left."""

    status: int
    """0: the command ended well; else the wrapper's status of the command."""
    is_good: bool
    """Whether the job is finished."""
    calls: str
    files: Mapping[str, str]
    """In the folder of the job, where it is not as the sandbox was."""
    outputs: Mapping[str, str]
    """Moved to the pilot, of a good job."""

    def json(self) -> dict[str, object]:
        return asdict(self)


def setting(folder: Path, case: Case) -> dict[str, str]:
    """Make the folder of stubs and the archive; return the environment."""
    stubs = folder / "bin"
    stubs.mkdir()
    for name, text in _STUBS.items():
        (stubs / name).write_text(text)
        (stubs / name).chmod(0o755)
    (stubs / "python").symlink_to(sys.executable)
    make_archive(folder / ARCHIVE)
    (folder / "data").mkdir()
    for name in case.staged:
        (folder / "data" / name).write_text(f"content of {name}\n")
    return {
        "PATH": f"{stubs}:/usr/bin:/bin", "ALW_CALLS": str(folder / "calls"),
        "ALW_WORD": "two words", "HOME": str(folder), "LC_ALL": "C.UTF-8",
    }  # fmt: skip


def with_real_wrapper(case: Case, folder: Path, checkout: Path) -> Outcome:
    """Run the wrapper of a checkout of panda-wnscript as the pilot does."""
    environment = setting(folder, case)
    job = folder / "job"
    job.mkdir()
    (folder / ARCHIVE).rename(job / ARCHIVE)
    for name in case.staged:
        (folder / "data" / name).rename(job / name)
    line = pilots_line(f"python -u {checkout / 'src/rungen/runGen.py'}", case.parameters)
    done = subprocess.run(
        ["bash", "-c", line], cwd=job, env={**environment, "PYTHONPATH": str(checkout)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        timeout=TIMEOUT, text=True, errors="replace",
    )  # fmt: skip
    failed = re.search(r"payload execution failed with (\d+)", done.stdout)
    is_missing = "some output files are missing" in done.stdout
    status = int(failed[1]) if failed else 0 if is_missing else done.returncode
    files = changes(job / "workDir", folder, case)
    shutil.rmtree(job / "workDir", ignore_errors=True)
    outputs = tree(job, folder, skip=case.staged) if done.returncode == 0 else {}
    # what the pilot finds no file for fails in the pilot
    is_good = done.returncode == 0 and not any(t.startswith(("->", "/")) for t in outputs.values())
    return Outcome(status, is_good, calls(folder), files, outputs if is_good else {})


def with_ours(case: Case, folder: Path) -> Outcome:
    """Run a case with :mod:`alw.execution.worker`; the environment is set already."""
    outputs = folder / "outputs"
    inputs = {name: folder / "data" / name for name in case.staged}
    try:
        launch = prepare(
            WorkerJob(case.parameters, folder / "job", sandbox=folder / ARCHIVE, inputs=inputs)
        )
    except WorkerError as error:
        files = changes(folder / "job/workDir", folder, case)
        return Outcome(error.status, False, calls(folder), files, {})
    streams = [folder / "stdout", folder / "stderr"]
    with streams[0].open("wb") as stdout, streams[1].open("wb") as stderr:
        process = subprocess.Popen(
            launch.argv, cwd=launch.directory, env={**launch.environment}, stdout=stdout,
            stderr=stderr, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        returncode = process.wait(TIMEOUT)
    assert wait_for_writers(launch, process.pid, streams)
    status = launch.exit_status(returncode)
    is_good = status == 0
    if is_good:
        try:
            places = dict.fromkeys(launch.outputs.values(), outputs)
            is_good = not stage_out(launch, places).missing
        except WorkerError:
            is_good = False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    files = changes(folder / "job/workDir", folder, case)
    return Outcome(status, is_good, calls(folder), files, tree(outputs, folder))


def _outputs(case: Case) -> Collection[str]:
    """Where a failed job has its outputs is of no importance."""
    names = [*case.outputs, *case.outputs.values()]
    return {*names, *(f"{case.below}/{name}" for name in names)}


def calls(folder: Path) -> str:
    path = folder / "calls"
    return path.read_text("utf-8", "replace").replace(str(folder), "@") if path.exists() else ""


def changes(root: Path, folder: Path, case: Case) -> dict[str, str]:
    """The files that are not as the sandbox has them."""
    found = tree(root, folder, skip=_outputs(case))
    modes = {name: "x" if mode & 0o100 else "-" for name, mode, _ in SANDBOX}
    given = {name: f"{modes[name]} {text}" for name, _, text in SANDBOX}
    given |= {LINK[0]: "- deep\n", "sub": "/", "sub/deep": "/"}
    gone = {name: "gone" for name in given if name not in found}
    return gone | {name: what for name, what in found.items() if given.get(name) != what}


def tree(root: Path, folder: Path, skip: Collection[str] = ()) -> dict[str, str]:
    """The files below ``root``, without the wrapper's own."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if _NOISE.fullmatch(name) or name in skip:
            continue
        if path.is_symlink() and not path.is_file():
            found[name] = f"-> {path.readlink()}"
        elif path.is_dir():
            found[name] = "/"
        elif name.endswith(".tgz"):
            found[name] = archived(path)
        else:
            x = "x" if path.stat().st_mode & 0o100 else "-"
            found[name] = f"{x} {path.read_text('utf-8', 'replace').replace(str(folder), '@')}"
    return found


def archived(path: Path) -> str:
    with tarfile.open(path) as tar:
        return " ".join(sorted(name for name in tar.getnames() if not _NOISE.fullmatch(name)))
