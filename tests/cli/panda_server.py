"""A server on this machine that answers as PanDA's does, and what a user needs to ask it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme
from cryptography import x509
from cryptography.x509.name import _ASN1Type as Kind

#: What a request gets: status, content type and body.
Answer = tuple[int, str, str]
Json = dict[str, Any]


@dataclass
class Request:
    """What the server saw."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    has_certificate: bool


@dataclass
class Panda:
    """A running server."""

    url: str
    authority: trustme.CA
    folder: Path
    answer: Callable[[Request], Answer | None]
    requests: list[Request] = field(default_factory=list)

    def proxy(self) -> dict[str, str]:
        """The environment of a user with a grid proxy."""
        place = self.folder / "x509up"
        issued = self.authority.issue_cert("me@example.org", common_name="Me Myself")
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        place.write_bytes(chain + issued.private_key_pem.bytes())
        return {"X509_USER_PROXY": str(place), **self.nobody()}

    def token(self, **settings: str) -> dict[str, str]:
        """The environment of a user with a token."""
        given = {"PANDA_AUTH": "oidc", "PANDA_AUTH_VO": "atlas", "PANDA_AUTH_ID_TOKEN": "t0k3n"}
        return {**self.nobody(), **given, **settings}

    def nobody(self) -> dict[str, str]:
        """The environment of a user without credentials."""
        authorities = self.folder / "certificates"
        authorities.mkdir(exist_ok=True)
        pem = self.authority.cert_pem.bytes()
        (authorities / f"{_hash(x509.load_pem_x509_certificate(pem).subject)}.0").write_bytes(pem)
        return {
            "PANDA_URL_SSL": f"{self.url}/server/panda",
            "X509_CERT_DIR": str(authorities),
            "PANDA_CONFIG_ROOT": str(self.folder / "config"),
        }


def _hash(name: x509.Name) -> str:
    """The name under which OpenSSL looks for an authority (X509_NAME_hash)."""
    canonical = b"".join(
        x509.Name(
            [x509.NameAttribute(a.oid, " ".join(str(a.value).lower().split()), Kind.UTF8String)]
        ).public_bytes()[2:]
        for a in name
    )
    return f"{int.from_bytes(sha1(canonical).digest()[:4], 'little'):08x}"


def response(success: bool, message: str = "", data: Any = None) -> Answer:
    """What PanDA's methods return (pandaserver/api/v1/common.py:64, ``generate_response``)."""
    body = json.dumps({"success": success, "message": message, "data": data})
    return 200, "text/plain", body


def tasks(known: dict[int, Any]) -> Callable[[Request], Answer]:
    """Answers about the tasks in ``known`` (pandaserver/api/v1/task_api.py:1380)."""

    def answer(request: Request) -> Answer:
        if request.path != "/api/v1/task/get_task_parameters":
            return 403, "text/plain", f"ERROR : method {request.path} is forbidden"
        if not (request.has_certificate or request.headers.get("authorization") == "Bearer t0k3n"):
            return response(False, "SSL secure connection is required")
        (task_id,) = request.query["task_id"]
        found = known.get(int(task_id))
        return response(True, data=found) if found else response(False, "Task not found")

    return answer


@contextmanager
def serving(folder: Path, answer: Callable[[Request], Answer | None]) -> Iterator[Panda]:
    """Run a server; ``answer`` may return ``None`` for none at all."""
    authority = trustme.CA(organization_name="Test Grid CA")
    # panda-client asks for the name that the address has
    names = dict.fromkeys(["localhost", "127.0.0.1", socket.getfqdn("127.0.0.1")])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {key.lower(): value for key, value in self.headers.items()}
            certificate = self.connection.getpeercert()
            request = Request(parts.path, parse_qs(parts.query), headers, bool(certificate))
            panda.requests.append(request)
            found = panda.answer(request)
            if found is None:
                closing.wait(60)
                return
            status, kind, body = found
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that goes away

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    panda = Panda(f"https://localhost:{server.server_port}", authority, folder, answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield panda
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
