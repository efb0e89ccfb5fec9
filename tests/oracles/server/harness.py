"""The whole iDDS server for a test: start it, submit workflows, play PanDA, see how they end.

One server is enough for all kinds of PanDA: how tasks are accepted is said by name
(:meth:`IddsServer.accept`), and the clerk can be kept from looking at one request
(``in_one_look`` of :class:`~tests.oracles.server.playing.Play`).  A start takes some seconds.
"""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.oracles.server.databases import running_postgres, running_redis
from tests.oracles.server.environment import server_python
from tests.oracles.server.playing import TERMINAL, Ending, Outcome, Play, Playing, owns, task_names
from tests.oracles.server.processes import Child, ServerError, errors, run, tail
from tests.oracles.server.settings import Layout, client_environ, server_environ, write_settings
from tests.oracles.server.spool import Spool, Submission

INSIDE = Path(__file__).with_name("inside")
START_TIMEOUT = 120.0
SUBMIT_TIMEOUT = 120.0
_REST_TIMEOUT = 30.0
_LOOK_PERIOD = 0.25
_AFTERMATH = 3.0


class IddsServer:
    """A running server.  Make one with :func:`running_server`."""

    def __init__(self, layout: Layout, process: Child, url: str) -> None:
        self._layout = layout
        self._process = process
        self._spool = Spool(layout.spool)
        self._names: dict[int, tuple[str, ...]] = {}
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
        self._names[answer] = task_names(json.loads(workflow_json))
        return answer

    def status(self, request_id: int) -> str:
        """The request's status by its name, for instance ``Finished``."""
        found = self._get(f"request/{request_id}/null/false/false")
        if not found:
            raise ServerError(f"there is no request {request_id}")
        return _enum_name(found[0]["status"])

    def transforms(self, request_id: int) -> list[str]:
        """The status of each of the request's transforms, one for every work that was released."""
        found = self._get(f"transform/{request_id}")
        return [_enum_name(transform["status"]) for transform in found]

    def _get(self, path: str) -> Any:
        url = f"{self.url}/{path}"
        self._process.check()
        try:
            with urllib.request.urlopen(url, timeout=_REST_TIMEOUT) as response:
                return json.load(response)
        except OSError as error:
            raise ServerError(f"{url}: {error}\n{self.logs()}") from error

    def accept(self, tasks: str, *, seconds: float = 0.0, refused: bool = False) -> None:
        """Have PanDA accept tasks slowly, or refuse them; ``tasks`` is searched in their names."""
        self._spool.accept(tasks, seconds, refused)

    def play(self, plays: Sequence[Play], timeout: float) -> list[Outcome]:
        """Run several requests at the same time; return what became of each.

        A request that is not terminal in time is an outcome like any other, for the caller to
        judge.  When all have ended, the server gets ``_AFTERMATH`` seconds to submit what it
        should not.
        """
        end = time.monotonic() + timeout
        playing = [Playing(self, self._spool, play, self._names[play.request]) for play in plays]
        aftermath = None
        while time.monotonic() < end:
            for submission in self._spool.new_submissions():
                if owner := self._owner(playing, submission):
                    owner.take(submission)
            for each in playing:
                each.go_on()
            if all(each.ended for each in playing):
                aftermath = aftermath or time.monotonic() + _AFTERMATH
                if time.monotonic() > aftermath:
                    break
            time.sleep(_LOOK_PERIOD)
        return [each.outcome() for each in playing]

    def _owner(self, playing: Sequence[Playing], submission: Submission) -> Playing | None:
        """The request that a task belongs to, or None if it is one of an earlier call."""
        name = submission.name
        owners = [each for each in playing if owns(each.names, name)]
        if len(owners) > 1:
            raise ServerError(f"{name} may be of any of {[each.request for each in owners]}")
        if not owners and not any(owns(names, name) for names in self._names.values()):
            raise ServerError(f"{name} is a task of no request")
        return owners[0] if owners else None

    def run(
        self,
        request_id: int,
        execute: Callable[[Submission], Ending | dict[str, Any] | None],
        timeout: float,
    ) -> list[Submission]:
        """Execute every task that one request submits, until it is terminal; return the tasks.

        ``execute`` is that of :class:`Play`; the final status is the caller's to judge.
        """
        (outcome,) = self.play([Play(request_id, execute)], timeout)
        if outcome.status not in TERMINAL:
            raise ServerError(
                f"request {request_id} is still {outcome.status} after {timeout} s and the tasks"
                f" {outcome.names}\n{self.logs()}"
            )
        return list(outcome.tasks)

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


def loop_workflow(workdir: Path, form: str = "submitted") -> str:
    """The Workflow JSON of a small loop made by hand from the real classes.

    ``inside/loop.py`` names the forms.
    """
    target = workdir / f"{form}.json"
    config = workdir / "loop-idds.cfg"
    config.write_text("[common]\nloglevel = ERROR\n[rest]\nhost = http://127.0.0.1:1\n", "ascii")
    run(
        [server_python(), INSIDE / "loop.py", form, target],
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
