"""A long watch: events per second from the socket to the line, and the memory that stays.

Targets: after 1,000,000 events over 1,000 Pods at most 20 MB more than after 100,000. The server
is a process of its own and sends as much as it is asked for, so that the pace is podwatch's.
Also counted: what an outage of its first minute costs a server, by a clock that is not waited for.
"""

import json
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import FORMAT, Connection, Observed, Opened, Scope
from podwatch.renderers.lines import Lines
from podwatch.sources.api import Unreachable
from podwatch.sources.circuit_breaker import CircuitBreaker
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import connect
from tests.bench.watching import megabytes
from tests.fake_api import access

PODS = 1_000
EVENTS = 1_000_000
WARM = 100_000
AT_ONCE = 10_000
MORE_MEGABYTES = 20
MOST_REQUESTS = 12
SCOPE = Scope("Pod", "shop")


# ── the server ──


def serve() -> None:
    """Answer a list and a watch; send so many events as each line of standard input says."""
    pods = [_pod(number) for number in range(PODS)]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            connection, _ = listening.accept()
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            if b"watch=" in request:
                _watch(connection, pods)
                return
            whole = {"metadata": {"resourceVersion": "1000"}, "items": pods}
            body = json.dumps(whole if b"/pods" in request else {}).encode()
            head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
            connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
            connection.close()


def _watch(connection: socket.socket, pods: list[dict[str, Any]]) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    version = 1000
    for asked in sys.stdin:
        for _ in range(int(asked)):
            version += 1
            place = (version * 7) % PODS
            event = _event(pods, place, version)
            chunk = json.dumps(event, separators=(",", ":")).encode() + b"\n"
            connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))


def _event(pods: list[dict[str, Any]], place: int, version: int) -> dict[str, Any]:
    """Its readiness changes; now and then it is deleted, and another of its name is created."""
    pod = pods[place]
    if version % 50 == 0:
        if pod["metadata"].pop("gone", None):
            pods[place] = pod = _pod(place, f"uid-{version}")
            type_ = "ADDED"
        else:
            pod["metadata"]["gone"] = True
            type_ = "DELETED"
    elif pod["metadata"].get("gone"):
        pods[place] = pod = _pod(place, f"uid-{version}")
        type_ = "ADDED"
    else:
        type_ = "MODIFIED"
        for condition in pod["status"]["conditions"]:
            is_ready = condition["status"] == "True"
            condition["status"] = "False" if is_ready else "True"
            condition["reason"] = "ContainersNotReady" if is_ready else ""
    pod["metadata"]["resourceVersion"] = str(version)
    return {"type": type_, "object": pod}


def _pod(number: int, uid: str = "") -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {
            "name": f"web-{number:04d}",
            "namespace": "shop",
            "uid": uid or f"uid-{number}",
            "resourceVersion": "900",
            "labels": {"app": "web"},
        },
        "spec": {"nodeName": "worker", "containers": [{"name": "app", "image": "web:1"}]},
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": type_, "status": "True", "reason": ""}
                for type_ in ("ContainersReady", "Ready")
            ],
        },
    }


@contextmanager
def server() -> Iterator[tuple[str, Any]]:
    """Its address, and where to write how many events it shall send."""
    command = [sys.executable, "-m", "tests.bench.endurance", "serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}", process.stdin
        finally:
            process.kill()


# ── podwatch ──


def watched() -> tuple[float, float, float]:
    """Megabytes after WARM and after EVENTS, and events a second."""
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    session, clock = Session(catalog()), Clock()
    with (
        TemporaryDirectory() as folder,
        server() as (address, ask),
        open("/dev/null", "w", encoding="utf-8") as nowhere,
    ):
        lines = Lines(nowhere.write, nowhere.flush)
        cluster = connect(access(Path(folder), address))
        session.feed(Opened(t=0, at=clock.at(), format=FORMAT, scopes=(SCOPE,)))
        cluster.follow([SCOPE], inbox.put, clock, inbox.qsize)

        def take(until_version: int) -> None:
            while True:
                item = inbox.get(timeout=60)
                lines.show(session.feed(item))
                match item:
                    case Observed() if int(item.object.metadata.resource_version) == until_version:
                        return
                    case Connection(state="live") if not until_version:
                        return

        take(0)
        started = time.monotonic()
        warm = 0.0
        for done in range(AT_ONCE, EVENTS + 1, AT_ONCE):
            ask.write(f"{AT_ONCE}\n")
            ask.flush()
            take(1000 + done)
            if done == WARM:
                warm = megabytes("self", "VmRSS")
        seconds = time.monotonic() - started
        end = megabytes("self", "VmRSS")
        cluster.stop()
    return warm, end, EVENTS / seconds


def requests_of_an_outage(streams: int = 9) -> int:
    """How many requests that many streams make in the first minute in which nobody answers.

    The circuit breaker, played with a clock of ours; without jitter, which only spreads them.
    """
    t, requests = 0.0, 0
    circuit = CircuitBreaker(lambda: 0.0, lambda: t)
    for who in range(streams):
        circuit.answered(who, live=True)
    for who in range(streams):
        circuit.lost(who)
    while t < 60:
        for who in range(streams):
            if circuit.wait(who) == 0:
                requests += 1
                circuit.failed(who, Unreachable("down"))
        t += 0.05
    return requests


def main() -> int:
    """Measure, print, say whether the targets hold."""
    requests = requests_of_an_outage()
    print(f"an outage's first minute: {requests} requests (target: at most {MOST_REQUESTS})")
    warm, end, rate = watched()
    print(f"{EVENTS} events over {PODS} Pods: {rate:.0f} events/s, from the socket to the line")
    print(
        f"memory after {WARM} events {warm:.0f} MB, after {EVENTS} {end:.0f} MB "
        f"(target: at most {MORE_MEGABYTES} more)"
    )
    return int(end - warm > MORE_MEGABYTES or requests > MOST_REQUESTS)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with suppress(KeyboardInterrupt, BrokenPipeError):
            serve()
    else:
        sys.exit(main())
