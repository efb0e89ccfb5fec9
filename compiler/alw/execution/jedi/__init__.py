"""PanDA's part: from a task parameter map to the files and the command line of each job.

What JEDI does between the map that iDDS submits, its markers filled, and a job, written anew from
panda-server-source 1.0.4 and compared with it by the tests.

:mod:`.items` is what a task reads and writes, :mod:`.records` the files and event ranges that JEDI
keeps of each dataset, :mod:`.cutting` which of them go to one job, :mod:`.filling` the command
line, :mod:`.splitting` all of it, :mod:`.ending` scouts, attempts and the state of a task.
:mod:`.markers` is what iDDS fills in before.

>>> for job in split(task_map, catalogue, task_id=7):
...     job.serial, job.streams, job.parameters, job.outputs
"""

from .cutting import SCOUTS
from .dataset_contents import InputFile
from .ending import attempts, scouts_suffice, task_state
from .errors import CannotPlan, NoInput, NotRetold, Unfilled
from .filling import job_parameters, parameters_template
from .job_splitter import Catalogue, JobPlan, OutputFile, split_into_jobs
from .markers import MARK, fill_markers
from .parameter_items import TASK_ID, datasets_read, datasets_written, library, strip_scope
from .split_rules import uses_scouts

__all__ = [
    "MARK",
    "SCOUTS",
    "TASK_ID",
    "CannotPlan",
    "Catalogue",
    "InputFile",
    "JobPlan",
    "NoInput",
    "NotRetold",
    "OutputFile",
    "Unfilled",
    "attempts",
    "datasets_read",
    "datasets_written",
    "fill_markers",
    "job_parameters",
    "library",
    "parameters_template",
    "scouts_suffice",
    "split_into_jobs",
    "strip_scope",
    "task_state",
    "uses_scouts",
]
