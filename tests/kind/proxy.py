"""A way to a cluster that can be cut: podwatch goes through it, the test does not.

Responsible for connections only: it forwards bytes and knows nothing of what they say.
"""

import errno
import json
import socket
import threading
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import yaml

PORTS = range(20_000, 20_100)
"""From which ports a Proxy connects to its target, so that a firewall can tell it from others."""


class Proxy:
    """Forwards from a port of its own to `target` until it is cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._ports = cycle(PORTS)
        self._open = threading.Event()
        self._open.set()
        self._over = False
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over = True
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        self._drop()

    def cut(self) -> None:
        """End all connections; new ones are ended at once, until `mend`."""
        self._open.clear()
        self._drop()

    def mend(self) -> None:
        """Let connections through again."""
        self._open.set()

    def _drop(self) -> None:
        with self._lock:
            dropped, self._sockets = self._sockets, set()
        for one in dropped:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while not self._over:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if not self._open.is_set():
                near.close()
                continue
            try:
                far = self._connect()
            except OSError:
                near.close()
                continue
            with self._lock:
                self._sockets |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_forward, args=(one, other), daemon=True).start()

    def _connect(self) -> socket.socket:
        for _ in PORTS:
            made = socket.socket()
            made.settimeout(5)
            try:
                made.bind(("", next(self._ports)))
                made.connect(self._target)
            except OSError as error:
                made.close()
                if error.errno not in {errno.EADDRINUSE, errno.EADDRNOTAVAIL}:
                    raise
                continue
            made.settimeout(None)
            return made
        raise OSError("all ports are in use")


def _forward(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def target(kubeconfig: Path) -> tuple[str, int]:
    """Where a kubeconfig's first cluster is."""
    url = urlsplit(_read(kubeconfig)["clusters"][0]["cluster"]["server"])
    assert url.hostname is not None
    assert url.port is not None
    return url.hostname, url.port


def through(kubeconfig: Path, proxy: Proxy, to: Path, user: dict[str, Any] | None = None) -> Path:
    """A kubeconfig that goes through the proxy, as another user if one is given."""
    config = _read(kubeconfig)
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{proxy.port}"
    if user is not None:
        config["users"][0]["user"] = user
    to.write_text(json.dumps(config), "utf-8")
    return to


def _read(kubeconfig: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(kubeconfig.read_text("utf-8"))
    return read
