"""What a scope's stream says, as items with their time.

Responsible for making them, and for saying nothing twice. What is to be said is decided in
`podwatch.sources.reflect`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Fetched,
    Gap,
    Observed,
    RecordedItem,
    Ref,
    Scope,
    Synced,
    Unreadable,
)
from podwatch.sources.api import Malformed, WatchEvent
from podwatch.sources.clock import Clock, ClockReading

HEARTBEAT = 30.0
"""At most so often, in seconds, a bookmark is passed on as a sign of life. One comes about once a
minute: defaultBookmarkFrequency in
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go
"""


class Lost(NamedTuple):
    """What may have been missed: since when, why, and how many changes were thrown away."""

    since: datetime
    reason: str
    dropped: int = 0


class Items:
    """Gives the items of one scope to `emit`."""

    def __init__(self, scope: Scope, emit: Callable[[RecordedItem], None], clock: Clock) -> None:
        self._scope = scope
        self._emit = emit
        self._clock = clock
        self._told: tuple[ConnectionState, str] | None = None
        self._spoke = 0.0
        """When, by the stream's time, the last item was given."""

    def connection(self, state: ConnectionState, cause: str = "") -> None:
        """How the connection is, if that is new."""
        if (state, cause) != self._told:
            self._told = (state, cause)
            self._connection(state, cause, self._scope)

    def alive(self) -> None:
        """A sign of life, if nothing was said for a while."""
        if self._clock.t() - self._spoke >= HEARTBEAT:
            self._connection(ConnectionState.LIVE, "", self._scope)

    def missing(self, cause: str) -> None:
        """The scope's namespace does not exist."""
        namespace = Scope("Namespace", self._scope.namespace)
        self._connection(ConnectionState.MISSING, cause, namespace)

    def _connection(self, state: ConnectionState, cause: str, scope: Scope) -> None:
        at, self._spoke = self._clock.at(), self._clock.t()
        self._emit(Connection(at=at, t=self._spoke, scope=scope, state=state, cause=cause))

    def gap(self, lost: Lost, until: ClockReading) -> None:
        """What may have been missed until now."""
        t, at = until
        since, why, dropped = lost
        self._emit(
            Gap(at=at, t=t, scope=self._scope, since=since, until=at, reason=why, dropped=dropped)
        )

    def news(self, news: WatchEvent | Malformed, *, initial: bool = False) -> ClockReading:
        """A version of an object, or that it can't be read; when that is said."""
        now = t, at = self._clock.now()
        if isinstance(news, Malformed):
            self._emit(Unreadable(at=at, t=t, scope=self._scope, ref=news.ref, error=news.error))
        elif news.type != "BOOKMARK":
            self._spoke, type_, item = t, news.type, news.object
            self._emit(
                Observed(at=at, t=t, scope=self._scope, type=type_, object=item, initial=initial)
            )
        return now

    def fetched(self, ref: Ref, uid: str | None) -> None:
        """The uid of the Pod that has a name now; None if that is not known."""
        self._emit(Fetched(at=self._clock.at(), t=self._clock.t(), ref=ref, uid=uid))

    def present(self) -> None:
        """The scope's namespace, which was missing, exists."""
        namespace = Scope("Namespace", self._scope.namespace)
        self._connection(ConnectionState.LIVE, "", namespace)

    def synced(self, clock_skew: float, near: str = "") -> None:
        """A list is complete."""
        at, t = self._clock.at(), self._clock.t()
        self._emit(Synced(at=at, t=t, scope=self._scope, clock_skew=clock_skew, near=near))
