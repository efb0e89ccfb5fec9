"""The worker node: from the line of job parameters that JEDI writes to a process on this machine.

Told anew from PanDAWMS/pilot3 and PanDAWMS/panda-wnscript (src/rungen/runGen.py, the
``runGen-00-00-02`` that every prun job runs, and src/buildgen/buildGen.py).

:mod:`.pilot` passes the line to the wrapper; :mod:`.wrapper` makes of its arguments the text that
a shell reads; :mod:`.job` makes the job's folder, with :mod:`.trees` for sandboxes;
:mod:`.launching` and :mod:`.containers` are what is around the process; :mod:`.background` waits
for what a command leaves running; :mod:`.outputs` moves the outputs into their datasets;
:mod:`.building` is the build job.

What a worker node has and this machine has not is left out, and said in ``Launch.notes``: releases
of ATLAS software and of ROOT, direct access to storage.
"""

from .background import wait_for_writers
from .building import BuildJob, find_built_tree, prepare_build
from .containers import find_container_program
from .job import prepare
from .specs import (
    Container,
    Launch,
    Program,
    WorkerError,
    WorkerJob,
    Wrapper,
    exit_status,
    wrapper_of,
)
from .staging import Staged, stage_out
from .trees import unpack

__all__ = [
    "BuildJob",
    "Container",
    "Launch",
    "Program",
    "Staged",
    "WorkerError",
    "WorkerJob",
    "Wrapper",
    "exit_status",
    "find_built_tree",
    "find_container_program",
    "prepare",
    "prepare_build",
    "stage_out",
    "unpack",
    "wait_for_writers",
    "wrapper_of",
]
