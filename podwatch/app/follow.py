"""Following a cluster: what its threads see comes into an inbox, by a clock of the stream's own.

The one way in which a watch, `expect` and the pytest plugin open a cluster. Responsible for
failures, on whatever thread, reaching the loop: they come into the inbox, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from podwatch.app.feeds import Inbox, LiveFeed
from podwatch.core.stream import Scope
from podwatch.errors import PodwatchError, defect
from podwatch.sources.clock import Clock

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


class Following:
    """What comes of a cluster, once it is followed; keys of a terminal can be put beside it."""

    def __init__(self) -> None:
        self.inbox: Inbox = Inbox()
        self.clock = Clock(opened=False)
        self.feed = LiveFeed(self.inbox, self.clock.t)

    def open(self, cluster: Cluster, scopes: Sequence[Scope]) -> None:
        """Begin the stream, and follow these scopes."""
        cluster.open(scopes, self.inbox.put, self.clock, self.inbox.qsize)

    def add(self, cluster: Cluster, scopes: Sequence[Scope]) -> None:
        """Follow these scopes, too, from now on."""
        cluster.follow(scopes, self.inbox.put, self.clock, self.inbox.qsize)

    def on_a_thread(self, open_: Callable[[], None]) -> None:
        """Connect and follow beside the loop, which draws meanwhile."""

        def opened() -> None:
            try:
                open_()
            except PodwatchError as error:
                self.inbox.put(error)
            except Exception as error:
                self.inbox.put(defect("could not open the cluster", error))

        threading.Thread(target=opened, name="podwatch-open", daemon=True).start()
