"""The whole real iDDS 2.6.21 server on loopback, for tests.

    with running_server(tmp_path) as server:
        request = server.submit(workflow_json)
        tasks = server.run(request, execute, timeout=120)
        assert server.status(request) == "Finished"

Several requests run at the same time with ``server.play([Play(request, execute), …], timeout)``,
and tell apart a PanDA that is slow, refuses or fails tasks, and a clerk that looks rarely.

Only PanDA and Rucio are stand-ins (``inside/panda.py``).
"""

from tests.oracles.server.environment import server_python
from tests.oracles.server.harness import IddsServer, loop_workflow, running_server
from tests.oracles.server.playing import Ending, Outcome, Play
from tests.oracles.server.processes import MissingProgram, ServerError
from tests.oracles.server.spool import State, Submission

__all__ = [
    "Ending",
    "IddsServer",
    "MissingProgram",
    "Outcome",
    "Play",
    "ServerError",
    "State",
    "Submission",
    "loop_workflow",
    "running_server",
    "server_python",
]
