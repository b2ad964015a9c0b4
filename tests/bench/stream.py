"""What one watch event costs: a bare socket, podwatch's path, the official client's models.

Targets: podwatch's path through `kubernetes.watch.Watch` costs at most a fifth more than a
bare socket with the same decoder, and the client's own models at least 20 times as much as
podwatch's path. The server is a process of its own, so that only the client's CPU counts.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from kubernetes import client, watch

from podwatch.core.stream import Scope
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.watch import ScopeCalls
from podwatch.sources.cluster.wire import wire
from tests.bench.server import pod
from tests.fake_api import access

EVENTS = 3000
MODEL_EVENTS = 600
"""Fewer for the models: they take almost a millisecond each."""
ROUNDS = 7
MOST_OF_BARE = 1.2
LEAST_OF_MODELS = 20.0


# ── the server ──


def lines() -> list[bytes]:
    """The events of the watch, as an API server writes them."""
    events = ({"type": "MODIFIED", "object": pod(number)} for number in range(EVENTS))
    return [json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in events]


def serve() -> None:
    """Answer one watch after the other: in chunks, or bare if the path is /bare."""
    events = lines()
    bare = b"".join(events)
    chunks = [b"%x\r\n%s\r\n" % (len(line), line) for line in events]
    few, many = b"".join(chunks[:MODEL_EVENTS]), b"".join(chunks)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], len(bare) // EVENTS, flush=True)
        while True:
            connection, _ = listening.accept()
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65536)
                if request.startswith(b"GET /bare "):
                    connection.sendall(head + b"\r\n" + bare)
                else:
                    body = few if b"limit=" in request else many
                    chunked = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    connection.sendall(head + chunked + body + b"0\r\n\r\n")


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """Its port and the mean size of an event in bytes."""
    command = [sys.executable, "-m", "tests.bench.stream", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port, size = process.stdout.readline().split()
            yield int(port), int(size)
        finally:
            process.kill()


# ── the three ways ──


def bare_socket(port: int) -> int:
    """Read and decode with nothing in between; gives how many events came."""
    decode, count, rest = wire("Pod").change, 0, b""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /bare HTTP/1.1\r\nHost: bench\r\n\r\n")
        while b"\r\n\r\n" not in rest:
            rest += connection.recv(65536)
        rest = rest.partition(b"\r\n\r\n")[2]
        while data := connection.recv(1 << 18):
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                decode(line)
            count += len(whole)
    return count


def microseconds(way: Callable[[], int]) -> float:
    """CPU time of this process for one event, user and system."""
    started = process_time()
    count = way()
    return (process_time() - started) / count * 1e6


def main() -> int:
    """Measure, print, say whether the targets hold."""
    with TemporaryDirectory() as folder, server() as (port, size):
        cluster = connect(access(Path(folder), f"http://127.0.0.1:{port}"))
        calls = ScopeCalls(cluster.requests, Scope("Pod", "shop"))
        core = client.CoreV1Api(cluster.requests.client)

        def podwatch() -> int:
            return sum(1 for _ in calls.watch("1", lambda: None))

        def models() -> int:
            stream = watch.Watch().stream(
                core.list_namespaced_pod, "shop", timeout_seconds=300, limit=1
            )
            return sum(1 for _ in stream)

        ways: dict[str, Callable[[], int]] = {
            "bare socket, same decoder": lambda: bare_socket(port),
            "podwatch, through Watch": podwatch,
            "Watch with the client's models": models,
        }
        counts = [way() for way in ways.values()]  # also warms up
        assert counts == [EVENTS, EVENTS, MODEL_EVENTS], counts
        # the ways take turns, so that a busy moment of the machine hits all of them
        rounds = [[microseconds(way) for way in ways.values()] for _ in range(ROUNDS)]
    bare, own, theirs = (median(times) for times in zip(*rounds, strict=True))
    beside_bare = median(own / bare for bare, own, _ in rounds)
    beside_models = median(theirs / own for _, own, theirs in rounds)
    print(f"events of {size} bytes, median of {ROUNDS} rounds")
    for name, cost in zip(ways, (bare, own, theirs), strict=True):
        print(f"{name:32} {cost:7.1f} µs/event {1e6 / cost:8.0f} events/s {cost / own:6.1f} x")
    print(f"podwatch / bare socket: {beside_bare:.2f} (target: at most {MOST_OF_BARE})")
    print(f"models / podwatch: {beside_models:.1f} (target: at least {LEAST_OF_MODELS:.0f})")
    return int(beside_bare > MOST_OF_BARE or beside_models < LEAST_OF_MODELS)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        sys.exit(main())
