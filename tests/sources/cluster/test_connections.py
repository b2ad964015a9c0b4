"""How often a busy socket is read; time stands still but for what is slept."""

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from podwatch.sources.cluster.connections import Collecting, shut

EVENT = b'{"type":"MODIFIED"}\n'


@dataclass
class Server:
    """Sends an event whenever somebody begins to wait for one; `more` are sent in a pause."""

    socket: socket.socket
    more: int = 0
    time: float = 0.0
    slept: list[float] = field(default_factory=list)
    _is_asked: bool = False

    def monotonic(self) -> float:
        """Asked before each wait, and after it."""
        self._is_asked = not self._is_asked
        if self._is_asked:
            self.socket.sendall(EVENT)
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        self.socket.sendall(EVENT * self.more)


@contextmanager
def serving(more: int = 0) -> Iterator[tuple[Server, IO[bytes]]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        server = Server(theirs, more)
        collecting = Collecting(ours, server.monotonic, server.sleep)
        with io.BufferedReader(collecting, 1 << 17) as reader:
            yield server, reader


def test_some_events_are_read_as_soon_as_they_come() -> None:
    with serving() as (server, reader):
        assert [reader.readline() for _ in range(Collecting.AT_ONCE)] == [EVENT] * 20
        assert server.slept == []


def test_a_busy_socket_is_read_ten_times_a_second() -> None:
    with serving() as (server, reader):
        for _ in range(Collecting.AT_ONCE + 100):
            reader.readline()
        assert 9.8 < server.time < 10.1
        assert max(server.slept) < 0.11


def test_what_came_in_a_pause_is_read_without_another() -> None:
    with serving(more=50) as (server, reader):
        for _ in range(Collecting.AT_ONCE + 51):
            reader.readline()
        assert len(server.slept) == 1


def test_after_a_quiet_while_nothing_is_waited_for() -> None:
    with serving() as (server, reader):
        for _ in range(Collecting.AT_ONCE + 5):
            reader.readline()
        server.time += 10
        slept = len(server.slept)
        for _ in range(Collecting.AT_ONCE):
            reader.readline()
        assert len(server.slept) == slept


def test_the_end_is_seen() -> None:
    with serving() as (server, reader):
        reader.readline()
        server.socket.sendall(EVENT)
        server.socket.shutdown(socket.SHUT_WR)
        assert reader.read() == EVENT


def test_closing_it_leaves_the_socket_to_its_owner() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Collecting(ours).close()
        theirs.sendall(EVENT)
        assert ours.recv(100) == EVENT


def test_a_socket_within_a_tunnel_is_shut_too() -> None:
    """Through a proxy that speaks TLS, urllib3 wraps the socket in an object of its own."""

    class Tunnel:
        def __init__(self, inner: socket.socket) -> None:
            self.socket = inner

    ours, theirs = socket.socketpair()
    with ours, theirs:
        shut(Tunnel(ours))
        assert theirs.recv(1) == b""
