"""A cluster is opened without detours, stops in time and prints nothing."""

import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from podwatch.core.stream import Scope
from podwatch.errors import PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.access import Access
from tests.command import loaded, run_program
from tests.fake_api import FakeApi, Reply, access, kubeconfig, status
from tests.sources.cluster.follow import PODS, SOON, following, free_port, login

Server = tuple[str, Callable[[], list[socket.socket]]]
"""An address, and the connections to it so far."""


def test_an_outage_costs_nine_streams_what_it_costs_one(tmp_path: Path) -> None:
    kinds = ("Event", "Job")
    scopes = [PODS, *(Scope(kind, "shop", f"n={n}") for kind in kinds for n in range(4))]
    with (
        FakeApi([status(503, "ServiceUnavailable", "shutting down")]) as api,
        following(
            kubeconfig(tmp_path, api.url), *scopes, patience=Patience(first_list=2.0)
        ) as followed,
    ):
        fatal = followed.error()
        assert "shutting down" in fatal.message
        assert len(api.requests) <= 6  # at 0, 0, 0.25, 0.75, 1.75 s at the earliest
        assert len(api.requests) >= 3


def test_stopping_ends_a_thread_that_waits(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
    cluster = connect(Access(kubeconfig=config), Patience(first_list=60))
    seen: queue.SimpleQueue[object] = queue.SimpleQueue()
    before = set(_threads())
    cluster.follow([PODS], seen.put, Clock())
    (thread,) = set(_threads()) - before
    seen.get(timeout=SOON)
    seen.get(timeout=SOON)
    cluster.stop()
    assert not thread.is_alive()


@contextmanager
def silent_before_the_headers() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SOON)
        accepted: list[socket.socket] = []

        def connections() -> list[socket.socket]:
            if not accepted:
                accepted.append(server.accept()[0])
                accepted[0].recv(65536)
            return accepted

        yield f"http://127.0.0.1:{server.getsockname()[1]}", connections


@contextmanager
def silent_in_a_watch() -> Iterator[Server]:
    with FakeApi() as api:
        yield api.url, lambda: api.connections if api.watches else []


@contextmanager
def silent_in_a_list() -> Iterator[Server]:
    body = Reply([b'{"items": [', 0.1], framing="chunked", ending="hang")
    with FakeApi([body]) as api:
        yield api.url, lambda: api.connections if api.requests else []


def has_ended(connection: socket.socket) -> bool:
    try:
        connection.settimeout(SOON)
        return connection.recv(1, socket.MSG_PEEK) == b""
    except TimeoutError:
        return False
    except OSError:  # reset, or its server has noticed already, and closed it
        return True


@pytest.mark.parametrize("served", [silent_before_the_headers, silent_in_a_watch, silent_in_a_list])
def test_stopping_ends_a_thread_that_reads_and_its_connection(
    tmp_path: Path, served: Callable[[], AbstractContextManager[Server]]
) -> None:
    before = set(_threads())
    with served() as (address, connections):
        cluster = connect(access(tmp_path, address))
        seen: queue.SimpleQueue[object] = queue.SimpleQueue()
        cluster.follow([PODS], seen.put, Clock())
        (thread,) = set(_threads()) - before
        deadline = time.monotonic() + SOON
        while not connections():
            assert time.monotonic() < deadline
        cluster.stop()
        assert not thread.is_alive()
        for connection in connections():
            assert has_ended(connection)
    while not seen.empty():
        assert not isinstance(seen.get(), PodwatchError)


def test_a_connection_that_is_opened_after_the_stop_is_shut_at_once(tmp_path: Path) -> None:
    with FakeApi() as api:
        cluster = connect(access(tmp_path, api.url))
        cluster.stop()
        assert cluster.questions.server_version() == ""


def _threads() -> list[Any]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("podwatch-")]


def test_the_first_frame_does_not_wait_for_the_client() -> None:
    rooms = ("app.watch", "renderers.dashboard.screen", "sources.cluster.kubeconfig")
    modules = loaded("import " + ", ".join(f"podwatch.{room}" for room in rooms))
    assert modules & {"kubernetes", "urllib3", "yaml"} == set()


def test_a_live_watch_loads_none_of_the_clients_api_classes_and_models(tmp_path: Path) -> None:
    """In a process of its own: other tests may have loaded them."""
    with FakeApi() as api:
        program = f"""
import queue
from podwatch.core.stream import Scope
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
inbox = queue.SimpleQueue()
cluster = connect(Access(kubeconfig={kubeconfig(tmp_path, api.url)!r}))
scopes, clock = (Scope("Pod", "shop"),), Clock()
cluster.opened(scopes, clock)
cluster.follow(scopes, inbox.put, clock)
while getattr(inbox.get(timeout=10), "state", "") != "live":
    pass
cluster.stop()
"""
        modules = loaded(program)
    heavy = ("kubernetes.client.api.", "kubernetes.client.models.")
    assert [name for name in modules if name.startswith(heavy)] == []


def test_nothing_is_printed_whatever_fails(tmp_path: Path) -> None:
    """In a process of its own: no logging of pytest's is in the way there."""
    chatty = login("import sys; print('noise', file=sys.stderr); sys.exit(1)")
    (tmp_path / "login").mkdir()
    failing = kubeconfig(tmp_path / "login", "https://127.0.0.1:9", user=chatty)
    down = kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
    program = f"""
import os
import queue
from podwatch.errors import PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.access import Access
from podwatch.core.stream import Scope
try:
    connect(Access(kubeconfig={failing!r}))
except PodwatchError:
    pass
got = queue.SimpleQueue()
cluster = connect(Access(kubeconfig={down!r}), Patience(first_list=0.5))
cluster.follow([Scope("Pod", "shop"), Scope("Event", "shop")], got.put, Clock())
while not isinstance(got.get(timeout=10), PodwatchError):
    pass
"""
    done = run_program(sys.executable, "-W", "default", "-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
