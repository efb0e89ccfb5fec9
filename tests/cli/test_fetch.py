"""``alw fetch``: the map of a task from a server like PanDA's, through panda-client."""

from __future__ import annotations

import base64
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.engine.stored import SEED, stored_map

from .conftest import Run, environment
from .panda_server import Answer, Panda, Request, response, serving, tasks

pytestmark = pytest.mark.slow

TASK = 23752996
Map = dict[str, Any]


def seed_map() -> Map:
    return stored_map(SEED)


@pytest.fixture
def panda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panda]:
    with serving(tmp_path_factory.mktemp("panda"), tasks({TASK: seed_map()})) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("PANDA_", "X509_", "OIDC_")):
            monkeypatch.delenv(name)


def fetched(run: Run, panda: Panda, *arguments: str, env: dict[str, str] | None = None) -> Any:
    result = run("fetch", *arguments, env=panda.proxy() if env is None else env)
    assert b"Traceback" not in result.stderr
    return result


def refused(run: Run, panda: Panda, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What is said of a failure, for which nothing is printed or written."""
    before = sorted(Path().iterdir())
    result = fetched(run, panda, *arguments, "-o", "map.json", env=env)
    assert (result.returncode, result.stdout) == (1, b"")
    assert sorted(Path().iterdir()) == before
    text: str = result.stderr.decode()
    assert text.startswith(f"error: cannot fetch task {arguments[0]}")
    return text


def test_a_map_is_written_ready_for_use(run: Run, panda: Panda) -> None:
    result = fetched(run, panda, str(TASK), "-o", "simulate.json")
    assert (result.returncode, result.stdout) == (0, b"")
    assert result.stderr == b"wrote simulate.json\n"
    (request,) = panda.requests
    assert (request.query, request.has_certificate) == ({"task_id": [str(TASK)]}, True)
    Path("w.alw").write_text('workflow w { task simulate { map = "simulate.json" } }')
    compiled = alw.compile("w.alw")
    assert compiled.ok, compiled.diagnostics
    assert compiled.workflows["w"].tasks["simulate"] == json.loads(
        Path("simulate.json").read_text()
    )


def test_standard_output_gets_the_same(run: Run, panda: Panda) -> None:
    fetched(run, panda, str(TASK), "-o", "simulate.json")
    result = fetched(run, panda, str(TASK))
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout == Path("simulate.json").read_bytes()


def test_what_identifies_a_person_is_gone_and_nothing_else(run: Run, panda: Panda) -> None:
    sent = seed_map()
    for text in ("Wen Guan", '"us"'):
        assert text in json.dumps(sent)
    kept = json.loads(fetched(run, panda, str(TASK)).stdout)
    assert {key: sent[key] for key in sent if key not in kept} == {
        "userName": "Wen Guan",
        "countryGroup": "us",
    }
    assert {key: sent[key] for key in kept} == kept


def test_what_looks_like_a_person_in_the_command_is_told(run: Run, panda: Panda) -> None:
    sent = seed_map()
    sent["cliParams"] += " --workDir /afs/cern.ch/user/w/wguan/run --x 'mail wen.guan@cern.ch'"
    panda.answer = tasks({TASK: sent})
    result = fetched(run, panda, str(TASK))
    assert json.loads(result.stdout)["cliParams"] == sent["cliParams"]
    assert b"'cliParams' names '/afs/cern.ch/user/w/wguan'" in result.stderr
    assert b"'cliParams' names 'wen.guan@cern.ch'" in result.stderr


def test_a_map_that_no_task_can_start_from_is_told(run: Run, panda: Panda) -> None:
    panda.answer = tasks({TASK: {**seed_map(), "processingType": "evgen"}})
    result = fetched(run, panda, str(TASK), "-o", "map.json")
    assert result.returncode == 0
    assert b"no task can start from this map: 'processingType' is " in result.stderr


@pytest.mark.parametrize("source", ["token", "file", "other name"])
def test_a_token_is_as_good_as_a_proxy(run: Run, panda: Panda, source: str, tmp_path: Path) -> None:
    env = panda.token()
    token = env.pop("PANDA_AUTH_ID_TOKEN")
    (panda.folder / "token").write_text(token)
    env |= {
        "token": {"PANDA_AUTH_ID_TOKEN": token},
        "file": {"OIDC_AUTH_TOKEN_FILE": str(panda.folder / "token")},
        "other name": {"OIDC_AUTH_ID_TOKEN": token},
    }[source]
    result = fetched(run, panda, str(TASK), env=env)
    assert json.loads(result.stdout)["taskName"] == seed_map()["taskName"]
    assert panda.requests[0].headers["origin"] == "atlas"


def cached(panda: Panda, seconds: int) -> str:
    """Keep a token where panda-client does, that is good for some time; what it is."""
    claims = json.dumps({"exp": int(time.time()) + seconds}).encode()
    token = f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"
    (panda.folder / "config").mkdir()
    (panda.folder / "config/.token").write_text(json.dumps({"id_token": token}))
    return token


def test_the_token_of_an_earlier_sign_in_is_used(run: Run, panda: Panda) -> None:
    env = panda.token()
    del env["PANDA_AUTH_ID_TOKEN"]
    token = cached(panda, 3600)
    panda.answer = lambda request: response(True, data=seed_map())
    assert fetched(run, panda, str(TASK), env=env).returncode == 0
    assert panda.requests[0].headers["authorization"] == f"Bearer {token}"


def test_an_older_servers_text_is_a_map_as_well(run: Run, panda: Panda) -> None:
    panda.answer = lambda request: response(True, data=json.dumps(seed_map()))
    assert json.loads(fetched(run, panda, str(TASK)).stdout)["taskName"] == "user.wguan.altest1234/"


# What goes wrong


def test_an_unknown_task(run: Run, panda: Panda) -> None:
    text = refused(run, panda, "7")
    assert f"from {panda.url}" in text
    assert "there is no such task" in text


def test_no_credentials(run: Run, panda: Panda) -> None:
    if Path(f"/tmp/x509up_u{os.getuid()}").exists():
        pytest.skip("this user has a proxy")
    text = refused(run, panda, str(TASK), env=panda.nobody())
    assert "there is no grid proxy" in text
    assert "voms-proxy-init" in text
    assert not panda.requests


def test_a_proxy_that_is_not_there(run: Run, panda: Panda) -> None:
    text = refused(run, panda, str(TASK), env={**panda.nobody(), "X509_USER_PROXY": "/no/proxy"})
    assert "there is no grid proxy at '/no/proxy'" in text


def test_a_proxy_that_is_none(run: Run, panda: Panda) -> None:
    (panda.folder / "x509up").write_text("nothing")
    env = {**panda.nobody(), "X509_USER_PROXY": str(panda.folder / "x509up")}
    assert "the grid proxy cannot be used" in refused(run, panda, str(TASK), env=env)


def test_credentials_that_the_server_does_not_accept(run: Run, panda: Panda) -> None:
    text = refused(run, panda, str(TASK), env=panda.token(PANDA_AUTH_ID_TOKEN="old"))
    assert "does not accept the credentials" in text


def test_a_token_without_a_vo(run: Run, panda: Panda) -> None:
    env = panda.token()
    del env["PANDA_AUTH_VO"]
    assert "requires PANDA_AUTH_VO" in refused(run, panda, str(TASK), env=env)


def test_nobody_is_asked_to_sign_in(run: Run, panda: Panda) -> None:
    env = panda.token()
    del env["PANDA_AUTH_ID_TOKEN"]
    text = refused(run, panda, str(TASK), env=env)
    assert "there is no valid token" in text
    assert "pbook" in text


def test_an_expired_token(run: Run, panda: Panda) -> None:
    env = panda.token()
    del env["PANDA_AUTH_ID_TOKEN"]
    cached(panda, 60)
    assert "there is no valid token" in refused(run, panda, str(TASK), env=env)
    assert not panda.requests


def test_a_token_file_that_is_not_there(run: Run, panda: Panda) -> None:
    env = panda.token(OIDC_AUTH_TOKEN_FILE="/no/token")
    del env["PANDA_AUTH_ID_TOKEN"]
    assert "/no/token" in refused(run, panda, str(TASK), env=env)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, "text/plain", "ERROR : method x is forbidden"), "HTTP 403: ERROR : method x is"),
        (
            (
                403,
                "text/html",
                "<html><title>no</title><h1>Forbidden</h1>&amp;</html>",
            ),
            "HTTP 403: Forbidden &\n",
        ),
        ((500, "text/plain", ""), "HTTP 500\n"),
        ((502, "text/html", "\x1b[2J\x00"), "HTTP 502: \\x1b[2J\\x00"),
        (response(False, "database error in the PanDA server"), "refuses: database error in the"),
        (response(False), "refuses: without a reason"),
        (
            (200, "text/html", "<h1>Welcome to the wifi</h1>"),
            "not from a PanDA server: 'Welcome to the wi",
        ),
        ((200, "text/plain", ""), "the answer is empty"),
        ((200, "application/json", "[1, 2]"), "not from a PanDA server: '[1, 2]'"),
        ((200, "application/json", '"text"'), "not from a PanDA server"),
        ((200, "application/json", "[" * 100_000), "not from a PanDA server"),
        (response(True, data=[]), "not from a PanDA server"),
        (response(True, data="nothing"), "not from a PanDA server"),
    ],
)
def test_a_server_that_refuses_or_is_none(
    run: Run, panda: Panda, answer: Answer, said: str
) -> None:
    panda.answer = lambda request: answer
    text = refused(run, panda, str(TASK))
    assert said in text
    assert len(text) < 600


def test_a_server_that_does_not_answer(run: Run, panda: Panda) -> None:
    panda.answer = lambda request: None
    start = time.monotonic()
    text = refused(run, panda, str(TASK), "--timeout", "1.5")
    assert "no answer within 1.5 seconds" in text
    assert "--timeout" in text
    assert time.monotonic() - start < 10


def test_an_interruption_ends_everything(panda: Panda) -> None:
    panda.answer = lambda request: None
    with subprocess.Popen(
        [sys.executable, "-m", "alw", "fetch", str(TASK), "-o", "map.json"],
        stderr=subprocess.PIPE,
        env=environment(**panda.proxy()),
    ) as process:
        while not panda.requests:
            assert process.poll() is None
            time.sleep(0.05)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert not Path(f"/proc/{children[0]}").exists()
    assert not Path("map.json").exists()


def test_a_connection_that_is_refused(run: Run, panda: Panda) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**panda.proxy(), "PANDA_URL_SSL": f"https://localhost:{port}/server/panda"}
    text = refused(run, panda, str(TASK), env=env)
    assert f"https://localhost:{port}" in text
    assert "cannot be reached" in text
    assert "PANDA_URL_SSL" in text


def test_a_name_that_nobody_has(run: Run, panda: Panda) -> None:
    env = {**panda.proxy(), "PANDA_URL_SSL": "https://panda.invalid/server/panda"}
    assert "server name is unknown" in refused(run, panda, str(TASK), env=env)


def test_a_server_that_cannot_be_trusted(run: Run, panda: Panda) -> None:
    empty = panda.folder / "none"
    empty.mkdir()
    text = refused(run, panda, str(TASK), env={**panda.token(), "X509_CERT_DIR": str(empty)})
    assert "cannot be trusted" in text
    assert "X509_CERT_DIR" in text


def test_a_file_that_cannot_be_written(run: Run, panda: Panda) -> None:
    result = fetched(run, panda, str(TASK), "-o", "no/where.json")
    assert result.returncode == 1
    assert b"cannot write 'no/where.json'" in result.stderr


@pytest.mark.parametrize("task", ["0", "-1", "x", "1.5", ""])
def test_what_is_no_number_of_a_task(run: Run, panda: Panda, task: str) -> None:
    assert fetched(run, panda, "--", task).returncode == 2


# What it leaves alone


def test_modules_of_the_current_directory_are_not_run(run: Run, panda: Panda) -> None:
    for name in ("json.py", "ssl.py", "httpx.py", "pandaclient.py"):
        Path(name).write_text("raise SystemExit('taken')")
    script = Path(sys.executable).with_name("alw")
    result = subprocess.run(
        [script, "fetch", str(TASK)], capture_output=True, env=environment(**panda.proxy())
    )
    assert result.returncode == 0, result.stderr


def test_nothing_is_left_behind(run: Run, panda: Panda) -> None:
    before = sorted(Path().iterdir())
    fetched(run, panda, str(TASK))
    assert sorted(Path().iterdir()) == before


def test_a_terminal_shows_that_it_waits(panda: Panda) -> None:
    def slowly(request: Request) -> Answer:
        time.sleep(1.5)
        return tasks({TASK: seed_map()})(request)

    panda.answer = slowly
    control, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "alw", "fetch", str(TASK), "-o", "map.json"],
        stderr=terminal,
        env=environment(**panda.proxy()),
    ) as process:
        assert process.wait(60) == 0
    os.close(terminal)
    shown = os.read(control, 10_000).decode()
    os.close(control)
    assert f"waiting for PanDA: task {TASK}, 1 s" in shown
    *_, last = shown.strip().split("\r")
    assert last == "wrote map.json"
