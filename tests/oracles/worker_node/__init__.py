"""From a task parameter map to a process, in a folder that a test has filled.

:mod:`alw.execution.worker` does what the pilot and prun's wrapper do.

:mod:`alw.execution.jedi`: iDDS replaces its markers, JEDI joins the items and fills in what
belongs to one job.  :mod:`.running`: the command is run, with a shell that the test chooses, and
the outputs are looked for.

>>> job = run_job(task_map, directory, inputs={"IN": ["a.json"]}, values={"m1": 0.5}, iteration=3)
>>> job.ok, job.files["merge.json"]
"""

from alw.execution.jedi import NotRetold as NotRetoldError
from alw.execution.jedi import Unfilled as UnfilledError
from alw.execution.jedi import fill_markers, job_parameters, parameters_template
from alw.execution.worker.pilot import apply_pilot
from alw.execution.worker.wrapper import WrapperArguments, wrapper_arguments
from tests.oracles.worker_node.running import Job, command_text, run_job

__all__ = [
    "Job",
    "NotRetoldError",
    "UnfilledError",
    "WrapperArguments",
    "apply_pilot",
    "command_text",
    "fill_markers",
    "job_parameters",
    "parameters_template",
    "run_job",
    "wrapper_arguments",
]
