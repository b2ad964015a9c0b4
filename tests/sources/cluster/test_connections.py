"""How often a busy socket is read; time stands still but for what is slept."""

import io
import socket
import ssl
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest
import trustme

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


def test_a_busy_socket_is_read_five_times_a_second() -> None:
    with serving() as (server, reader):
        for _ in range(Collecting.AT_ONCE + 50):
            reader.readline()
        assert 9.7 < server.time < 10.1
        assert max(server.slept) < 0.21


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


def encrypted(ours: socket.socket, theirs: socket.socket) -> tuple[ssl.SSLSocket, ssl.SSLSocket]:
    authority = trustme.CA()
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(serves)
    trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trusts)
    later = {"do_handshake_on_connect": False}
    server = serves.wrap_socket(theirs, server_side=True, **later)  # type: ignore[arg-type]
    client = trusts.wrap_socket(ours, server_hostname="localhost", **later)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as pool:
        answered = pool.submit(server.do_handshake)
        client.do_handshake()
        answered.result()
    return client, server


@pytest.mark.parametrize("tls", [False, True])
def test_all_that_is_there_is_read_at_once(tls: bool) -> None:
    ours, theirs = socket.socketpair()
    if tls:
        ours, theirs = encrypted(ours, theirs)
    ours.settimeout(5)
    with ours, theirs, Collecting(ours) as collecting:
        for _ in range(30):  # as many records as TLS makes of ten events
            theirs.sendall(EVENT)
        buffer = bytearray(1 << 17)
        assert collecting.readinto(buffer) == 30 * len(EVENT)
        assert ours.gettimeout() == 5
        theirs.sendall(EVENT * 2)
        assert collecting.readinto(memoryview(buffer)[: len(EVENT)]) == len(EVENT)
        assert collecting.readinto(memoryview(buffer)[: len(EVENT)]) == len(EVENT)


def test_what_came_before_a_reset_is_read_and_the_reset_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
    with ours, Collecting(ours) as collecting:
        theirs.sendall(EVENT)
        buffer = bytearray(100)
        ours.recv(1, socket.MSG_PEEK)
        resets(collecting, theirs)
        assert collecting.readinto(buffer) == len(EVENT)
        with pytest.raises(ConnectionResetError):
            collecting.readinto(buffer)


def resets(collecting: Collecting, theirs: socket.socket) -> None:
    """Have the connection reset once the first bytes are read, before the rest is."""
    rest = collecting._rest

    def after_a_reset(buffer: memoryview) -> int:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        return rest(buffer)

    collecting._rest = after_a_reset  # type: ignore[method-assign]


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
