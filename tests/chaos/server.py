"""The API server of a `Truth` over real HTTP, which fails at random.

Responsible for the wire and for the faults. All randomness comes from one seed; the order in
which threads draw from it does not.
"""

import json
import random
import socket
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import trustme

from tests.chaos.truth import NAMESPACE, Event, Truth, Version, as_seen, line
from tests.quiet_http import QuietHandler, QuietServer

Stream = tuple[str, str]
"""Whose list or watch: the follower, which is the first part of the path, and the selector."""


class Refusal(Exception):
    """An answer with a status that is no success."""

    def __init__(self, code: int, reason: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.code = code
        self.body = {"kind": "Status", "code": code, "reason": reason, "message": message}
        self.headers = headers


class Over(Exception):
    """The connection ends here, without the end that the framing asks for."""


EXPIRED = "too old resource version"
REFUSALS: dict[str, Callable[[], Refusal]] = {
    "429 with Retry-After": lambda: Refusal(429, "TooManyRequests", "busy", Retry_After="1"),
    "503 with Retry-After": lambda: Refusal(503, "ServiceUnavailable", "down", Retry_After="1"),
    "503": lambda: Refusal(503, "ServiceUnavailable", "shutting down"),
    "500": lambda: Refusal(500, "InternalError", "something broke"),
    "500 no leader": lambda: Refusal(500, "", "etcdserver: no leader"),
}
WATCH_REFUSALS: dict[str, Callable[[], Refusal]] = {
    **REFUSALS,
    "410 as a status": lambda: Refusal(410, "Expired", EXPIRED),
    "504 too large": lambda: Refusal(504, "Timeout", "Too large resource version: 9, current: 8"),
}
ERRORS: dict[str, dict[str, Any]] = {
    "410 as an ERROR": {"code": 410, "reason": "Expired", "message": EXPIRED},
    "410 as an ERROR without a code": {"reason": "Expired", "message": EXPIRED},
    "410 as an ERROR with a code only": {"code": 410},
    "410 as an ERROR with a message only": {"message": f"{EXPIRED}: 1 (2)"},
    "500 as an ERROR": {"code": 500, "message": "etcdserver: no leader"},
    "429 as an ERROR": {"code": 429, "reason": "TooManyRequests", "message": "busy"},
    "504 as an ERROR": {"code": 504, "message": "Too large resource version: 9, current: 8"},
    "ERROR without anything": {},
}
ENDINGS = ("clean close", "reset", "cut mid-chunk", "cut mid-line") * 5 + ("half-open", *ERRORS)
"""Most often such that nothing is lost by them; after an ERROR a list is all that can be had."""
NOISE: dict[str, bytes] = {
    "blank line": b"\n",
    "white space": b"  \t\r\n",
    "malformed line": b'{"type": "ADDED", "obj\n',
    "unknown line": b'{"type": "NEWS", "object": {}}\n',
    "another JSON": b"[1]\n",
}


class Server:
    """Serves a Truth badly until `calm`."""

    def __init__(self, truth: Truth, seed: int, tokens: Path) -> None:
        self.truth = truth
        self.rng = random.Random(f"server {seed}")
        self.calm = False
        self.over = threading.Event()
        self.faults: Counter[str] = Counter()
        self.requests = 0
        self.lists: dict[Stream, list[tuple[int, float]]] = defaultdict(list)
        """Of each stream the lists that were served to their end: their version and when."""
        self.outages: list[tuple[float, int]] = []
        """How long each outage was, and how many requests came meanwhile."""
        self.outage = False
        self._tokens = tokens
        self._token = ""
        self.rotate()
        self._pages: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        authority = trustme.CA()
        self.authority = authority.cert_pem.bytes()
        """The certificate that a client has to trust, as PEM."""
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        self._servers: list[_Http] = []
        self.port, self.tls_port = self._listen(0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        self._close()

    def _listen(self, *ports: int) -> list[int]:
        """On a port without and one with TLS; 0 is any that is free."""
        for port, tls in zip(ports, (None, self._tls), strict=True):
            server = _Http(("127.0.0.1", port), _Handler)
            server.owner, server.tls = self, tls
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            self._servers.append(server)
        return [server.server_address[1] for server in self._servers]

    def _close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    # ── faults of the whole server ──

    def restart(self) -> None:
        """Nothing listens for 0.3 s, and all connections are gone."""
        self.faults["restart"] += 1
        self._close()
        self.over.wait(0.3)
        self._listen(self.port, self.tls_port)

    def refuse_all(self, seconds: float) -> None:
        """Drop all connections and answer 503 for a while; counts what it costs."""
        self.faults["outage"] += 1
        before = self.requests
        self.outage = True
        self._drop()
        self.over.wait(seconds)
        self.outage = False
        self.outages.append((seconds, self.requests - before))

    def rotate(self) -> None:
        """From now on only a new token is accepted; it is in the file before."""
        if self._token:
            self.faults["new token"] += 1
        token = f"token-{self.rng.getrandbits(32):x}"
        self._tokens.write_text(token, "utf-8")
        self._token = token

    # ── answers ──

    def draw(self, chance: float) -> bool:
        return not self.calm and self.rng.random() < chance

    def admit(self, token: str) -> None:
        with self._lock:
            self.requests += 1
        if self.outage:
            raise Refusal(503, "ServiceUnavailable", "the server is down")
        if token != f"Bearer {self._token}":
            raise Refusal(401, "Unauthorized", "Unauthorized")

    def fail_one_of(self, refusals: dict[str, Callable[[], Refusal]]) -> None:
        kind = self.rng.choice(list(refusals))
        self.faults[kind] += 1
        raise refusals[kind]()

    def page(self, stream: Stream, query: dict[str, str]) -> tuple[bytes, str]:
        """The body of a list's page, and how it is to be spoiled."""
        if self.draw(0.15):
            self.fail_one_of(REFUSALS)
        token, limit = query.get("continue", ""), int(query.get("limit", "0"))
        if token:
            if token not in self._pages or self.draw(0.15):
                self.faults["410 on continue"] += 1
                raise Refusal(410, "Expired", "The provided continue parameter is too old")
            number, rest = self._pages.pop(token)
        else:
            with self.truth.changed:
                number = self.truth.number
                if self.draw(0.15):
                    self.faults["stale list"] += 1
                    number = self.truth.numbers[-self.rng.randint(1, 50)]
                rest = self.truth.snapshot(number, stream[1])
        limit = min(limit, self.rng.choice((500, 10))) or len(rest)
        items, rest = rest[:limit], rest[limit:]
        following = f"{self.rng.getrandbits(64):x}" if rest else ""
        spoiled = self.rng.choice(("cut", "reset")) if self.draw(0.1) else ""
        if following:
            self._pages[following] = (number, rest)
        elif not spoiled:
            self.lists[stream].append((number, time.monotonic()))
        if spoiled:
            self.faults[f"list: {spoiled}"] += 1
        meta = {"resourceVersion": str(number), "continue": following}
        return json.dumps({"metadata": meta, "items": items}).encode(), spoiled

    def check_watch(self, number: int) -> None:
        if self.draw(0.15):
            self.fail_one_of(WATCH_REFUSALS)
        if number < self.truth.floor and self.draw(0.5):
            self.faults["410 as a status"] += 1
            raise Refusal(410, "Expired", EXPIRED)

    def watch(self, stream: Stream, number: int) -> Iterator[list[bytes]]:
        """What is sent in one go; raises Over where it breaks off."""
        if number < self.truth.floor:
            yield [line("ERROR", {"kind": "Status", **ERRORS["410 as an ERROR"]})]
            return
        # some end soon, and most only after a while, so that streams are not always behind
        left = self.rng.choice((self.rng.randint(0, 5), *(self.rng.randint(50, 400),) * 2))
        start = number
        while not self.over.is_set():
            versions = self._wait_for(number)
            if versions and number < self.truth.floor:
                yield [line("ERROR", {"kind": "Status", **ERRORS["410 as an ERROR"]})]
                return
            pieces: list[bytes] = []
            for version in versions:
                seen = as_seen(version, stream[1])
                pieces += self._noise(stream, number, start)
                number = version.number
                if seen is None:
                    continue
                left -= 1
                if left <= 0 and not self.calm:
                    yield pieces
                    yield from self._ending(line(seen.type, seen.object))
                    return
                pieces.append(self._line(seen))
            if not versions or self.draw(0.1):
                pieces.append(_bookmark(number))
            yield pieces

    def _wait_for(self, number: int) -> list[Version]:
        with self.truth.changed:
            self.truth.changed.wait_for(
                lambda: self.truth.number > number or self.over.is_set(), timeout=0.25
            )
            return self.truth.after(number)

    def _line(self, seen: Event) -> bytes:
        if seen.version.poison:
            self.faults["undecodable object"] += 1
        elif self.draw(0.01):
            self.faults["garbled event"] += 1
            return line(f"GARBLED-{seen.version.number}-", seen.object)
        elif self.draw(0.002):
            self.faults["huge line"] += 1
            return line(seen.type, {**seen.object, "data": "x" * 2_000_000})
        return line(seen.type, seen.object)

    def _noise(self, stream: Stream, number: int, start: int) -> list[bytes]:
        """What is sent besides: nonsense, old events again."""
        if not self.draw(0.04):
            return []
        kind = self.rng.choice([*NOISE, "replays", "old bookmark"])
        self.faults[kind] += 1
        if kind in NOISE:
            return [NOISE[kind]]
        if kind == "old bookmark":
            return [_bookmark(start - self.rng.randint(1, 50))]
        with self.truth.changed:
            old = self.truth.after(number - self.rng.randint(1, 300))
        again = (as_seen(version, stream[1]) for version in old if version.number <= number)
        return [line(seen.type, seen.object) for seen in again if seen]

    def _ending(self, event: bytes) -> Iterator[list[bytes]]:
        kind = self.rng.choice(ENDINGS)
        self.faults[kind] += 1
        if kind in ERRORS:
            yield [line("ERROR", {"kind": "Status", **ERRORS[kind]})]
        elif kind == "half-open":
            self.over.wait(2.0)
            raise Over
        elif kind == "reset":
            raise Over("reset")
        elif kind == "cut mid-chunk":
            raise Over(f"chunk {len(event):x}\r\n{event[: len(event) // 2].decode()}")
        elif kind == "cut mid-line":
            yield [event[: len(event) // 2]]
            raise Over


def _bookmark(number: int) -> bytes:
    return line("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": str(number)}})


class _Http(QuietServer):
    allow_reuse_address = True
    request_queue_size = 64
    owner: Server
    tls: ssl.SSLContext | None


class _Handler(QuietHandler):
    server: _Http

    def setup(self) -> None:
        if self.server.tls is not None:  # here, as the handshake must not hold up the others
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        with self.server.owner._lock:
            self.server.owner._connections.add(self.request)

    def finish(self) -> None:
        with self.server.owner._lock:
            self.server.owner._connections.discard(self.request)
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        asked, query = self.asked()
        _, follower, *path = asked.split("/")
        with suppress(OSError):
            try:
                self._answer(follower, path, query)
            except Refusal as refusal:
                self._whole(json.dumps(refusal.body).encode(), refusal.code, refusal.headers)

    def _answer(self, follower: str, path: list[str], query: dict[str, str]) -> None:
        api = self.server.owner
        if self.server.tls is not None:  # in the clear nobody says who they are
            api.admit(self.headers.get("Authorization", ""))
        inside = ["api", "v1", "namespaces", NAMESPACE]
        if path == inside:
            self._whole(json.dumps({"metadata": {"name": NAMESPACE}}).encode())
        elif path == [*inside, "pods"]:
            stream = (follower, query.get("labelSelector", "").removeprefix("app="))
            if query.get("watch", "").lower() == "true":
                number = int(query["resourceVersion"])
                api.check_watch(number)
                self._watch(api.watch(stream, number))
            else:
                body, spoiled = api.page(stream, query)
                self._whole(body, spoiled=spoiled)
        elif path[:-1] == [*inside, "pods"]:
            item = api.truth.pod(path[-1])
            if item is None:
                raise Refusal(404, "NotFound", f'pods "{path[-1]}" not found')
            self._whole(json.dumps(item).encode())
        else:
            raise Refusal(404, "NotFound", "not here")

    def _whole(
        self, body: bytes, code: int = 200, headers: dict[str, str] | None = None, spoiled: str = ""
    ) -> None:
        self.send_response_only(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Date", self.date_time_string())
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if spoiled else body)
        if spoiled:
            self._break(reset=spoiled == "reset")

    def _watch(self, parts: Iterator[list[bytes]]) -> None:
        api = self.server.owner
        framing = api.rng.choice(("a line a chunk",) * 3 + ("coalesced", "split", "un-chunked"))
        if api.calm:
            framing = "a line a chunk"
        else:
            api.faults[f"watch: {framing}"] += 1
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        if framing == "un-chunked":
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for pieces in parts:
                for piece in _framed(pieces, framing, api.rng):
                    self.wfile.write(piece)
        except Over as over:
            kind = str(over)
            if kind.startswith("chunk ") and framing != "un-chunked":
                self.wfile.write(kind.removeprefix("chunk ").encode())
            self._break(reset=kind == "reset")
        else:
            if framing != "un-chunked":
                self.wfile.write(b"0\r\n\r\n")

    def _break(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.reset()


def _framed(pieces: list[bytes], framing: str, rng: random.Random) -> Iterator[bytes]:
    if framing == "un-chunked":
        yield from pieces
        return
    if framing == "coalesced":
        pieces = [b"".join(pieces)]
    elif framing == "split":
        whole = b"".join(pieces)
        cuts = sorted(rng.randint(0, len(whole)) for _ in range(2 * len(pieces)))
        pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    for piece in pieces:
        if piece:  # an empty chunk would be the end
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
