"""Sockets: where the bytes of the API server come from.

Responsible for connections that can be shut while others read from them, and for how often a
busy one is read. What the bytes mean is a matter of `podwatch.sources.cluster`.
"""

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.wait import wait_for_read


class Sockets:
    """The sockets of all connections, so that they can be shut while others read from them.

    `pools` are urllib3's classes of connection pools by scheme, with connections that are known
    here from the moment on at which they are open.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: WeakSet[socket.socket] = WeakSet()
        self._closed = False
        self.pools: dict[str, type[HTTPConnectionPool]] = {
            "http": self._pool(HTTPConnectionPool, HTTPConnection),
            "https": self._pool(HTTPSConnectionPool, HTTPSConnection),
        }

    def _pool(
        self, pool: type[HTTPConnectionPool], connection: type[HTTPConnection]
    ) -> type[HTTPConnectionPool]:
        def connect(opened: HTTPConnection) -> None:
            connection.connect(opened)
            if opened.sock is not None:
                with self._lock:
                    self._open.add(opened.sock)
                    if self._closed:
                        shut(opened.sock)

        def putrequest(opened: HTTPConnection, method: str, url: str, **options: Any) -> None:
            is_watch = "watch=" in urlsplit(url).query
            opened.response_class = partial(_Answer, goes_on=is_watch)  # type: ignore[assignment]
            connection.putrequest(opened, method, url, **options)

        own = {"connect": connect, "putrequest": putrequest}
        known = type(connection.__name__, (connection,), own)
        return type(pool.__name__, (pool,), {"ConnectionCls": known})

    def close(self) -> None:
        """Shut those that are open, and any that is opened later."""
        with self._lock:
            self._closed = True
            for opened in self._open:
                shut(opened)


class _Answer(http.client.HTTPResponse):
    """A response that is read in larger pieces: one event alone fills the usual 8 KB.

    `goes_on`: for long, as a watch does: when much comes, bit by bit, it is collected.
    """

    def __init__(self, sock: socket.socket, *arguments: Any, goes_on: bool, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()  # nothing was read yet
        pieces = Collecting(sock) if goes_on else sock.makefile("rb", 0)
        self.fp: Any = io.BufferedReader(pieces, 1 << 17)


class Collecting(io.RawIOBase):
    """The bytes from a socket: as soon as they come, but from a busy one five times a second.

    To wake up for each event costs several times what the event itself does. What comes
    meanwhile waits in the socket's buffer, and is then read without a pause.
    """

    AT_ONCE = 20
    """So many times in a row nothing is waited for."""
    EVERY = 0.2
    """In seconds."""

    def __init__(
        self,
        sock: socket.socket,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", 0)
        self._monotonic = monotonic
        self._sleep = sleep
        self._paid_until = 0.0
        self._failure: OSError | None = None

    def readable(self) -> bool:
        """It can be read from."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """All that is there, or what comes first; what is there already costs nothing."""
        if self._failure is not None:
            raise self._failure
        if waits := not self._has_more():
            early = self._paid_until - self.AT_ONCE * self.EVERY - self._monotonic()
            if early > 0:
                self._sleep(early)
        read = self._file.readinto(buffer)
        if waits:
            self._paid_until = max(self._paid_until, self._monotonic()) + self.EVERY
        return read + self._rest(memoryview(buffer)[read:]) if read else read

    def _has_more(self) -> bool:
        decrypted = isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0
        return decrypted or wait_for_read(self._sock, 0)

    def _rest(self, buffer: memoryview) -> int:
        """How much more there was: TLS gives a record at a time, a third of an event."""
        read = 0
        patience = self._sock.gettimeout()
        try:
            self._sock.settimeout(0)
            while read < len(buffer) and (more := self._sock.recv_into(buffer[read:])):
                read += more
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as failure:
            self._failure = failure  # for the next one who asks
        with suppress(OSError):
            self._sock.settimeout(patience)
        return read

    def close(self) -> None:
        """Close the file; the socket is closed by whom it belongs to."""
        self._file.close()
        super().close()


def shut(opened: Any) -> None:
    """Whoever reads from this socket sees its end; the object is closed by whom it belongs to."""
    with suppress(OSError):
        # not SSLSocket.shutdown, which takes away the state that a reader still uses; and through
        # a proxy that speaks TLS it is urllib3's SSLTransport, around the socket itself
        socket.socket.shutdown(getattr(opened, "socket", opened), socket.SHUT_RDWR)


def keep_alive() -> list[tuple[int, int, int]]:
    """A connection whose other end is gone is noticed within half a minute."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options
