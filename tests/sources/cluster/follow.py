"""Following a cluster in a test, and what comes of it."""

import queue
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from podwatch.core.stream import RecordedItem, Scope
from podwatch.errors import PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.access import Access
from tests.fake_api import event, pod
from tests.sources.test_reflect import told

PODS = Scope("Pod", "shop")
SOON = 5.0
"""Seconds after which a test gives up waiting."""


class Followed:
    """What comes from following some scopes."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[RecordedItem | PodwatchError] = queue.SimpleQueue()
        self.items: list[RecordedItem] = []

    def until(self, last: str) -> list[str]:
        """All items in words, up to the first that begins so."""
        deadline = time.monotonic() + SOON
        while not (self.items and told(self.items[-1]).startswith(last)):
            try:
                got = self.inbox.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                raise AssertionError(f"no {last!r} after {list(map(told, self.items))}") from None
            if isinstance(got, PodwatchError):
                raise got
            self.items.append(got)
        return [told(item) for item in self.items]

    def error(self) -> PodwatchError:
        """The fatal error that ends it."""
        with pytest.raises(PodwatchError) as raised:
            self.until("never")
        return raised.value


@contextmanager
def following(config: str, *scopes: Scope, patience: Patience | None = None) -> Iterator[Followed]:
    followed = Followed()
    cluster = connect(Access(kubeconfig=config), patience)
    cluster.follow(scopes or (PODS,), followed.inbox.put, Clock())
    try:
        yield followed
    finally:
        cluster.stop()


FAR = event("ADDED", pod("far", 300))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refused(config: str | None, context: str | None = None) -> PodwatchError:
    with pytest.raises(PodwatchError) as raised:
        connect(Access(kubeconfig=config, context=context))
    assert raised.value.hint
    return raised.value


def login(program: str, **more: Any) -> dict[str, Any]:
    """A user whose credentials come from a command."""
    version = "client.authentication.k8s.io/v1"
    return {
        "exec": {"apiVersion": version, "command": sys.executable, "args": ["-c", program], **more}
    }
