"""The whole iDDS server for a test: start it, submit workflows, play PanDA, see how they end."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.oracles.server.databases import running_postgres, running_redis
from tests.oracles.server.environment import server_python
from tests.oracles.server.processes import Child, ServerError, errors, run, tail
from tests.oracles.server.settings import Layout, client_environ, server_environ, write_settings
from tests.oracles.server.spool import Spool, State, Submission

INSIDE = Path(__file__).with_name("inside")
START_TIMEOUT = 120.0
SUBMIT_TIMEOUT = 120.0
_REST_TIMEOUT = 30.0
_LOOK_PERIOD = 0.25

TERMINAL = frozenset({"Finished", "SubFinished", "Failed", "Cancelled", "Suspended", "Expired"})
"""Names of ``idds.common.constants.RequestStatus`` after which a request does not go on."""


class IddsServer:
    """A running server.  Make one with :func:`running_server`."""

    def __init__(self, layout: Layout, process: Child, url: str) -> None:
        self._layout = layout
        self._process = process
        self._spool = Spool(layout.spool)
        self.url = url

    @property
    def workdir(self) -> Path:
        """Where the logs and the spool are."""
        return self._layout.workdir

    def submit(self, workflow_json: str) -> int:
        """Submit a Workflow JSON with the real client, over REST; return the request's number."""
        path = self.workdir / f"submitted-{time.time_ns()}.json"
        path.write_text(workflow_json, "utf-8")
        output = run(
            [server_python(), INSIDE / "submit.py", path],
            timeout=SUBMIT_TIMEOUT,
            cwd=self.workdir,
            env=client_environ(self._layout, self.url),
        )
        answer = json.loads(output.strip().splitlines()[-1])
        if type(answer) is not int:
            raise ServerError(f"the submission was refused: {answer}\n{self.logs()}")
        return answer

    def status(self, request_id: int) -> str:
        """The request's status by its name, for instance ``Finished``."""
        url = f"{self.url}/request/{request_id}/null/false/false"
        self._process.check()
        try:
            with urllib.request.urlopen(url, timeout=_REST_TIMEOUT) as response:
                found = json.load(response)
        except OSError as error:
            raise ServerError(f"{url}: {error}\n{self.logs()}") from error
        if not found:
            raise ServerError(f"there is no request {request_id}")
        return _enum_name(found[0]["status"])

    def new_submissions(self) -> list[Submission]:
        """Tasks submitted to PanDA since the last call, in the order of submission."""
        return self._spool.new_submissions()

    def complete(
        self, task_id: int, state: State = "finished", result: dict[str, Any] | None = None
    ) -> None:
        """End a task; ``result`` is the content of a learner's output file."""
        self._spool.complete(task_id, state, result)

    def run(
        self,
        request_id: int,
        execute: Callable[[Submission], dict[str, Any] | None],
        timeout: float,
    ) -> list[Submission]:
        """Execute every task the request submits, until it is terminal; return the tasks.

        ``execute`` returns a learner's result, or None; the task then ends as finished, unless
        ``execute`` itself has ended it with ``complete``.  The final status is the caller's to
        judge.  A server runs one request at a time: tasks do not tell which they belong to.
        """
        end = time.monotonic() + timeout
        ran: list[Submission] = []
        while True:
            for submission in self.new_submissions():
                ran.append(submission)
                result = execute(submission)
                if not self._spool.is_complete(submission.task_id):
                    self.complete(submission.task_id, result=result)
            status = self.status(request_id)
            if status in TERMINAL:
                return ran
            if time.monotonic() > end:
                raise ServerError(
                    f"request {request_id} is still {status} after {timeout} s and the tasks"
                    f" {[submission.task_id for submission in ran]}\n{self.logs()}"
                )
            time.sleep(_LOOK_PERIOD)

    def logs(self, lines: int = 40) -> str:
        """The errors in the server's logs, and the last lines of each."""
        paths = [self._process.log, *sorted(self._layout.logs.glob("*.log"))]
        excerpts = [errors(path, lines) for path in paths] + [tail(path, lines) for path in paths]
        return "\n".join(filter(None, excerpts))


@contextmanager
def running_server(workdir: Path) -> Iterator[IddsServer]:
    """Run the server with databases of its own; all logs stay in ``workdir`` (made if missing)."""
    workdir = workdir.absolute()
    workdir.mkdir(parents=True, exist_ok=True)
    layout = Layout(workdir)
    python = server_python()
    with ExitStack() as stack:
        database_url = stack.enter_context(running_postgres(workdir))
        redis_port = stack.enter_context(running_redis(workdir))
        write_settings(layout, database_url, redis_port)
        process = Child(
            "the iDDS server",
            [python, INSIDE / "serve.py"],
            workdir / "server.log",
            cwd=workdir,
            env=server_environ(layout),
        )
        stack.callback(process.stop)
        process.wait_until(layout.ready.exists, START_TIMEOUT)
        url = f"http://127.0.0.1:{layout.ready.read_text('ascii')}"
        yield IddsServer(layout, process, url)


def loop_workflow(workdir: Path) -> str:
    """The Workflow JSON of a small loop made by hand from the real classes (``inside/loop.py``)."""
    target = workdir / "loop.json"
    config = workdir / "loop-idds.cfg"
    config.write_text("[common]\nloglevel = ERROR\n[rest]\nhost = http://127.0.0.1:1\n", "ascii")
    run(
        [server_python(), INSIDE / "loop.py", target],
        timeout=60.0,
        cwd=workdir,
        env={"IDDS_CONFIG": str(config), "HOME": str(workdir), "PANDA_BEHIND_REAL_LB": "1"},
    )
    return target.read_text("utf-8")


def _enum_name(value: Any) -> str:
    """An enumeration's member as iDDS writes it: an object, or its name."""
    if isinstance(value, dict):
        value = value["attributes"]["_name_"]
    return str(value)
