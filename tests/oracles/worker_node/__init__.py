"""From a task parameter map to a process: a retelling of JEDI, the pilot and prun's wrapper.

What a job does between the map that prun submits and the shell that reads the command, written
anew from panda-server-source 1.0.4 (``RB`` pandajedi/jedirefine/TaskRefinerBase.py, ``JG``
pandajedi/jediorder/JobGenerator.py), PanDAWMS/pilot3 and PanDAWMS/panda-wnscript (``RG``
src/rungen/runGen.py, the ``runGen-00-00-02`` that every prun job runs).

:mod:`alw.execution.jedi`: iDDS replaces its markers, JEDI joins the items and fills in what
belongs to one job.  :mod:`.wrapper`: the pilot passes the result to the wrapper, which unquotes
the command and writes it into a file.  :mod:`.job`: that file is run, and the outputs are looked
for.

>>> job = run_job(task_map, directory, inputs={"IN": ["a.json"]}, values={"m1": 0.5}, iteration=3)
>>> job.ok, job.files["merge.json"]

Not retold, and refused with :class:`NotRetoldError`: options that make the wrapper do something
else (direct access, ``--execWithRealFileNames``, releases, ``regex|`` and ``*`` outputs).  The
wrapper's own set-up of ROOT and Athena does not touch the command.
"""

from alw.execution.jedi import NotRetold as NotRetoldError
from alw.execution.jedi import Unfilled as UnfilledError
from alw.execution.jedi import fill, job_parameters, parameters_template
from tests.oracles.worker_node.job import Job, run_job
from tests.oracles.worker_node.wrapper import WrapperArguments, command_text, through_the_pilot

__all__ = [
    "Job",
    "NotRetoldError",
    "UnfilledError",
    "WrapperArguments",
    "command_text",
    "fill",
    "job_parameters",
    "parameters_template",
    "run_job",
    "through_the_pilot",
]
