"""An API server over real HTTP that answers what a test says, well or badly.

Responsible for the wire only: framing, delays, cuts, resets. It knows no cluster: the answers
to lists and watches come from the test, in order. It listens on 127.0.0.1, on any free port.
"""

import base64
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import trustme

from podwatch.core.kube.kinds import KINDS
from podwatch.sources.cluster.access import Access
from tests.quiet_http import QuietHandler, QuietServer

Framing = Literal["chunked", "length", "until close"]
Ending = Literal["end", "hang", "reset", "cut"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. The names of headers are in title case; `sent` has the repeated, too."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    sent: Sequence[tuple[str, str]] = ()

    @property
    def is_watch(self) -> bool:
        return self.query.get("watch", "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Each piece of the body is sent at once; a number is a delay in seconds.

    `ending`: "hang" keeps the connection open without a word, "reset" breaks it, "cut" closes
    it without the end that the framing asks for.
    """

    body: Sequence[bytes | float] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    framing: Framing = "length"
    ending: Ending = "end"


# ── objects and replies ──


def pod(name: str, version: int, uid: str = "", **status: Any) -> dict[str, Any]:
    """A Pod as a list or a watch has it."""
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": uid or f"uid-{name}",
            "resourceVersion": str(version),
        },
        "status": {"phase": "Running", **status},
    }


def event(type_: str, item: Mapping[str, Any]) -> bytes:
    """One line of a watch."""
    return json.dumps({"type": type_, "object": item}).encode() + b"\n"


def error(code: int | None = None, reason: str = "", message: str = "") -> bytes:
    """An ERROR of a watch; without a code as some proxies make it."""
    item = {"kind": "Status", "reason": reason, "message": message}
    return event("ERROR", item if code is None else {**item, "code": code})


def listing(*items: Mapping[str, Any], version: int = 100, following: str = "") -> Reply:
    """A page of a list."""
    meta = {"resourceVersion": str(version), "continue": following}
    return Reply([json.dumps({"metadata": meta, "items": list(items)}).encode()])


def status(code: int, reason: str = "", message: str = "", **headers: str) -> Reply:
    """A refusal, with the body that an API server sends."""
    body = {"kind": "Status", "code": code, "reason": reason, "message": message}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([json.dumps(body).encode()], code, named)


def watching(*pieces: bytes | float, ending: Ending = "end", framing: Framing = "chunked") -> Reply:
    """A watch; by default the server ends it after the last piece."""
    return Reply(pieces, framing=framing, ending=ending)


# ── the server ──

_COLLECTIONS = tuple(f"/{kind.plural}" for kind in KINDS.values())


class FakeApi:
    """A server that gives `lists` and `watches` in order; then the last list, and silence.

    `others` answers by path, or by path?fieldSelector; the namespace "shop" exists. `tokens`: the
    bearer tokens that are accepted, if not all; as none are sent in the clear, it speaks TLS then,
    or if `tls` has the names of its certificate. `only`: the end of the paths that `lists` and
    `watches` are for; other kinds have nothing and stay silent.
    """

    def __init__(
        self,
        lists: Iterable[Reply] = (),
        watches: Iterable[Reply] = (),
        others: Mapping[str, Reply] | None = None,
        tokens: set[str] | None = None,
        only: str = "",
        tls: Sequence[str] = (),
    ) -> None:
        self._lists = list(lists) or [listing()]
        self._watches = list(watches)
        exists = Reply([b'{"metadata": {"name": "shop"}}'])
        self._others = {"/api/v1/namespaces/shop": exists, **(others or {})}
        self.tokens = tokens
        self._only = only
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self.over = threading.Event()
        self.connections: list[socket.socket] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        scheme = "http"
        if tls or tokens is not None:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority().issue_cert(*(tls or ["127.0.0.1"])).configure_cert(context)
            self._server.socket = context.wrap_socket(  # whose handshake is the first read's
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def watches(self) -> list[Request]:
        """The requests for a watch so far."""
        return [request for request in self.requests if request.is_watch]

    def reply(self, request: Request) -> Reply:
        """The answer to this request."""
        with self._lock:
            self.requests.append(request)
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if self.tokens is not None and token not in self.tokens:
                return status(401, "Unauthorized", "Unauthorized")
            selected = f"{request.path}?{request.query.get('fieldSelector', '')}"
            for asked in (selected, request.path):
                if asked in self._others:
                    return self._others[asked]
            if not request.path.endswith(_COLLECTIONS):
                return status(404, "NotFound", f"{request.path} not found")
            if not request.path.endswith(self._only):
                return watching(ending="hang") if request.is_watch else listing()
            if request.is_watch:
                return self._watches.pop(0) if self._watches else watching(ending="hang")
            return self._lists.pop(0) if len(self._lists) > 1 else self._lists[0]


class _Server(QuietServer):
    api: FakeApi


class _Handler(QuietHandler):
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.api.connections.append(self.request)

    def do_GET(self) -> None:
        path, query = self.asked()
        sent = [(name.title(), value) for name, value in self.headers.items()]
        reply = self.server.api.reply(Request(path, query, dict(sent), sent))
        with suppress(OSError):
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        pieces = list(reply.body)
        headers = {"Content-Type": "application/json", **reply.headers}
        if reply.framing == "length":
            body = b"".join(piece for piece in pieces if isinstance(piece, bytes))
            if headers.get("Content-Encoding") == "gzip":
                body = gzip.compress(body)
            pieces = [*(piece for piece in pieces if not isinstance(piece, bytes)), body]
            headers["Content-Length"] = str(len(body))
        elif reply.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Connection"] = "close"
            self.close_connection = True
        self.send_response_only(reply.status)
        if "Date" not in headers:
            headers["Date"] = self.date_time_string()
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            if isinstance(piece, bytes):
                chunk = b"%x\r\n%s\r\n" % (len(piece), piece)
                self.wfile.write(chunk if reply.framing == "chunked" else piece)
            else:
                self.server.api.over.wait(piece)
        self._end(reply)

    def _end(self, reply: Reply) -> None:
        if reply.ending == "end":
            if reply.framing == "chunked":
                self.wfile.write(b"0\r\n\r\n")
            return
        self.close_connection = True
        if reply.ending == "hang":
            self.server.api.over.wait()
        elif reply.ending == "reset":
            self.reset()


# ── kubeconfigs ──


@cache
def authority() -> trustme.CA:
    """Who certifies all of these servers."""
    return trustme.CA()


def kubeconfig(
    folder: Path,
    server: str,
    *,
    user: Mapping[str, Any] | None = None,
    cluster: Mapping[str, Any] | None = None,
    namespace: str = "shop",
    context: str = "test",
) -> str:
    """The path of a kubeconfig for this server. JSON, which is YAML too."""
    path = folder / "kubeconfig"
    if server.startswith("https://127.0.0.1") and cluster is None:
        data = base64.b64encode(authority().cert_pem.bytes()).decode()
        cluster = {"certificate-authority-data": data}
    named = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "contexts": [
            {"name": context, "context": {"cluster": "fake", "user": "me", "namespace": namespace}},
            {"name": "other", "context": {"cluster": "fake", "user": "me"}},
        ],
        "clusters": [{"name": "fake", "cluster": {"server": server, **(cluster or {})}}],
        "users": [{"name": "me", "user": dict(user or {"token": "secret"})}],
    }
    path.write_text(json.dumps(named), "utf-8")
    return str(path)


def access(folder: Path, server: str, **options: Any) -> Access:
    """By such a kubeconfig."""
    return Access(kubeconfig=kubeconfig(folder, server, **options))
