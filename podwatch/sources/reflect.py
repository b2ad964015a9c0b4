"""List, watch, and list again: one generic loop for every kind of object.

Responsible for giving each observed version once and for saying what may have been missed. It
knows no network: that comes in as `Calls`, so that each awkward case can be tested.
`podwatch.sources.cluster` has the real ones.

Theory of operation
-------------------

*List.* A list shows a state and names its resourceVersion. It comes in pages; what differs from
what is known is observed as `initial`, which is no news.

*Watch.* From that version on, a watch gives every change in the order of its writing. Each one
moves the version on, and so do bookmarks, which a server sends about once a minute where nothing
else happens. A watch ends all the time: servers close it after some minutes, networks cut it. It is
**resumed at once** from the last version; nothing is lost by that, and nothing is said. If it
failed, pauses grow (`podwatch.sources.retry`). A server that is behind may send what was applied
before; `podwatch.sources.applied` knows.

*The history is gone.* etcd keeps old versions for a while only: the API server has them compacted
every 5 minutes (DefaultCompactInterval in
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/storage/storagebackend/config.go),
and one that was started anew can serve a watch only from what its cache has seen since. To resume
from a version before that is answered with 410 and the reason Expired or Gone, at once or as an
ERROR in the watch, which may lack code and reason: `ApiError.expired` knows them all. This is
normal after an outage.
https://v1-34.docs.kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes

*List again.* A list follows when the history is gone; when the server refuses the same version
again and again, as one that was restored from a backup does; and when the consumer is so far
behind that a change was thrown away. What was written since all was known may have been missed: a
`Gap` says so, from then until the new list begins to come. The list does not wait for the pauses
of the outage before it, since a 410 is an answer.

*What is known when.* After a list, all that was written before it was asked for; at a bookmark, and
at an event of a watch that has caught up, all until now. What comes first on a new watch was
written while nothing was connected; see CATCHING_UP.

*Who may ask.* All streams of a cluster share one circuit breaker: during an outage they take turns
(`podwatch.sources.circuit_breaker`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from podwatch.core.kube import KubeObject
from podwatch.core.stream import ConnectionState, Ref, Scope
from podwatch.errors import PodwatchError
from podwatch.sources.api import (
    BRIEF,
    ApiError,
    Calls,
    Failure,
    ListPage,
    Malformed,
    Unreachable,
    WatchEvent,
)
from podwatch.sources.applied import Applied
from podwatch.sources.circuit_breaker import CircuitBreaker
from podwatch.sources.clock import Clock, ClockReading, clock_skew
from podwatch.sources.items import Items, Lost
from podwatch.sources.retry import Retries

HEALTHY = 10.0
"""After how many seconds a connection that ends counts as one that was good: a server that is going
down, or a proxy without a backend, accepts and ends it within a few; a good one lasts minutes."""
CATCHING_UP = (2.0, HEALTHY)
"""For how many seconds, at least and at most, the events of a new watch may be old ones.

In between, for as long as nothing was known before it: what was written meanwhile does not take
longer to come than it took to be written. Two seconds, as a busy machine reads late what has come.
"""
MUTE = 5.0
"""For how many seconds no single Pod is asked for after a question that got no answer: each one
waits for its time-out while the watch is not read, and a selection can lose a hundred at once."""
BACKLOG = 50_000
"""How many items may wait for a consumer that does not take them, of all streams together.

That is 50 s at 1,000 a second. Beyond it a watch is given up, and what it would have brought is a
`Gap`; a list waits for its next page.
"""
ROOM_AGAIN = 0.25
"""How often, in seconds, a stream looks whether the consumer has caught up."""


class _Backlogged(Exception):
    """The consumer is so far behind that a change was thrown away."""


@dataclass
class Reflection:
    """One scope that is followed.

    `waiting` is how many items the consumer has not taken yet; see BACKLOG. `patience`: for how
    many seconds the first list of the Pods is tried while the server can't be reached.
    """

    scope: Scope
    calls: Calls
    items: Items
    clock: Clock
    retries: Retries
    breaker: CircuitBreaker
    patience: float
    waiting: Callable[[], int]
    applied: Applied = field(default_factory=Applied)
    asked: ClockReading | None = None
    """When the last request was made."""
    current: ClockReading | None = None
    """When all that had been written was known, as far as that is certain."""
    gap: Lost | None = None
    """What may have been missed, until a list begins to come."""
    connected_t: float = 0.0
    """Since when there is a watch, by the stream's time."""
    caught_up_t: float = 0.0
    """From when on its events are new."""
    is_live: bool = False
    awaits_namespace: bool = False
    """Whether its namespace does not exist yet: a watch is brief then, to ask for it again."""
    mute_until: float = 0.0
    failing_since: float | None = None
    """Since when, by the stream's time, the first list fails."""

    def run(self) -> None:
        """Follow it until the circuit breaker raises Stopped.

        Raises PodwatchError if the first list of the Pods can't be had; for other kinds that is
        said once, and tried again now and then.
        """
        try:
            self.items.connection(ConnectionState.LISTING)
            self.list_until_it_comes()
            self.retries.backoff.reset()
            if self.scope.kind == "Pod" and (cause := self.calls.missing_namespace()):
                self.items.missing(cause)
                self.awaits_namespace = True
            while True:
                self.once()
                if self.awaits_namespace and not self.calls.missing_namespace():
                    self.items.present()
                    self.awaits_namespace = False
        finally:
            self.breaker.left(self.scope)

    def once(self) -> None:
        """One watch, to its end; then a pause, or a list if the history is gone."""
        failure: Failure | _Backlogged | None = None
        try:
            self.watch()
        except (ApiError, Unreachable, _Backlogged) as error:
            failure = error
        # A watch that was to be brief is not to be followed by an outage's pauses.
        if self.lasts(BRIEF / 2 if self.awaits_namespace else HEALTHY):
            self.retries.lasted()
        if isinstance(failure, _Backlogged):
            self.catch_up()
        elif failure is None:
            self.is_current(self.clock.now())  # the server ended it in its own time
            self.breaker.pause(self.retries.backoff.seconds())
        elif isinstance(failure, ApiError) and (failure.expired or self.applied.is_stuck(failure)):
            self.list_again(failure)
        else:
            self.wait_out(failure)

    # ── failures ──

    def wait_out(self, failure: Failure) -> None:
        """Say what went wrong and wait before the next try; raise what trying can't mend."""
        if isinstance(failure, ApiError) and failure.code == 401 and self.renew():
            return
        retry = (
            self.retries.after(failure)
            if self.applied.version
            else self.retries.after_first_list(failure, patient=self.patience_left() > 0)
        )
        if isinstance(retry, PodwatchError):
            raise retry from failure
        self.items.connection(retry.state, retry.cause)
        self.breaker.pause(retry.pause)

    def renew(self) -> bool:
        """Whether other credentials can be tried at once."""
        try:
            others = self.retries.renew(self.calls.renew)
        except Unreachable:
            return False
        if others:
            self.breaker.pause(self.retries.backoff.seconds())
        return others

    def enter(self) -> None:
        """Wait until this stream may ask."""
        self.breaker.enter(
            self.scope,
            lambda cause: self.items.connection(ConnectionState.RECONNECTING, str(cause)),
            self.patience_left,
        )
        self.asked = self.clock.now()

    def patience_left(self) -> float:
        """For how many seconds the first list of the Pods is still tried."""
        if self.applied.version or self.scope.kind != "Pod":
            return inf
        if self.failing_since is None:
            self.failing_since = self.clock.t()
        return self.patience - (self.clock.t() - self.failing_since)

    # ── lists ──

    def list_again(self, error: ApiError) -> None:
        """After a gap: what the new list shows is the state after it."""
        since = self.current.at if self.current else self.clock.at()
        self.gap = Lost(since, str(error))
        self.items.connection(ConnectionState.LISTING, str(error))
        if error.expired:  # which is an answer: an outage, if there was one, is over
            self.retries.backoff.reset()
        self.breaker.pause(self.retries.relists.seconds(error.retry_after))
        self.list_until_it_comes()

    def catch_up(self) -> None:
        """After a change that nobody had room for: wait until there is, then list again.

        The watch is not read on meanwhile: what it brought would have to be thrown away too.
        """
        self.gap = Lost(self.clock.at(), f"backlog: {BACKLOG} items wait to be taken", 1)
        while self.waiting() > BACKLOG // 2:
            self.breaker.pause(ROOM_AGAIN)
        self.items.connection(ConnectionState.LISTING, "what waited was taken")
        self.list_until_it_comes()

    def list_until_it_comes(self) -> None:
        """List, however often it fails."""
        while True:
            try:
                self.list_all()
                return
            except (ApiError, Unreachable) as failure:
                self.wait_out(failure)

    def list_all(self) -> None:
        """The differences to what is known.

        A list whose next token expires is begun again, at last in one piece.
        """
        for whole in (False, False, True):
            page = self.page("", whole=whole)
            if self.applied.is_past(page.version):
                raise Unreachable("the server's list is older than what was seen")
            asked, begun = self.asked, self.clock.now()
            skew = clock_skew(page.date, begun.at)
            if self.gap is not None:
                self.items.gap(self.gap, begun)
                self.gap = None
            self.applied.begin_list(page.version)
            try:
                self.listed(page)
                while page.following:
                    page = self.page(page.following, whole=whole)
                    self.listed(page)
                break
            except (ApiError, Unreachable) as error:
                if self.applied.version:  # what is shown is from this list; the next is a later one
                    self.gap = Lost(begun.at, str(error))
                if whole or not (isinstance(error, ApiError) and error.expired):
                    raise
        for change in self.applied.end_list(page.version):
            self.observe(change, initial=True)
        self.retries.listed()
        self.current = asked
        alone = bool(self.scope.name) and self.applied.is_empty
        self.items.synced(skew, self.calls.near_name() if alone else "")

    def page(self, following: str, *, whole: bool) -> ListPage:
        """One page, once it may be asked for."""
        self.enter()
        try:
            page = self.calls.page(following, whole=whole)
        except (ApiError, Unreachable) as failure:
            self.breaker.failed(self.scope, failure)
            raise
        self.breaker.answered(self.scope)
        self.retries.answered()
        return page

    def listed(self, page: ListPage) -> None:
        """One page, once there is room for it."""
        while self.waiting() >= BACKLOG:
            self.breaker.pause(ROOM_AGAIN)
        for news in self.applied.listed(page):
            self.observe(news, initial=True)

    # ── watches ──

    def watch(self) -> None:
        """Pass on what changes until the server ends the watch."""
        self.is_live = False
        self.enter()
        try:
            self.pass_on()
        except (ApiError, Unreachable) as failure:
            if not self.is_live:
                self.breaker.failed(self.scope, failure)
            raise
        finally:
            if self.is_live:
                self.breaker.lost(self.scope)

    def connected(self) -> None:
        """The server has accepted the watch."""
        self.is_live = True
        self.connected_t = self.clock.t()
        least, most = CATCHING_UP
        unknown = self.connected_t - self.current.t if self.current else most
        self.caught_up_t = self.connected_t + max(least, min(unknown, most))
        self.breaker.answered(self.scope, live=True)
        self.retries.watching()
        self.items.connection(ConnectionState.LIVE)

    def lasts(self, seconds: float) -> bool:
        """Whether there is, or was until now, a watch for so long."""
        return self.is_live and self.clock.t() - self.connected_t >= seconds

    def pass_on(self) -> None:
        """The events of a watch."""
        changes = self.calls.watch(
            self.applied.version, self.connected, brief=self.awaits_namespace
        )
        for change in changes:
            if isinstance(change, Malformed):
                for news in self.applied.misread(change):
                    self.observe(news, initial=True)
                continue
            if self.lasts(1):
                self.retries.lasted()
            else:
                self.retries.backoff.ease()
            meta = change.object.metadata
            if change.type == "BOOKMARK":
                if self.applied.advance(meta.resource_version):
                    self.current = self.clock.now()  # it comes after all that was written before it
                    self.items.alive()
                continue
            if self.applied.is_old(change):
                continue
            if self.waiting() >= BACKLOG:
                raise _Backlogged
            self.applied.take(change)
            self.is_current(self.observe(change))
            self.applied.advance(meta.resource_version)

    def is_current(self, now: ClockReading) -> None:
        """Whatever was written until now has come, once the watch has caught up."""
        if self.is_live and now.t >= self.caught_up_t:
            self.current = now

    def observe(self, news: WatchEvent | Malformed, *, initial: bool = False) -> ClockReading:
        """Give it; of a Pod that a selection has lost, first whether it still exists."""
        may_be_there = self.scope.kind == "Pod" and self.scope.selective
        if may_be_there and isinstance(news, WatchEvent) and news.type == "DELETED":
            self.ask_for(news.object)
        return self.items.news(news, initial=initial)

    def ask_for(self, item: KubeObject) -> None:
        """Whether the Pod was deleted or left the selection."""
        ref = Ref(item.metadata.namespace, item.metadata.name, item.metadata.uid)
        uid: str | None = None
        # Nobody has to wait, each time, for an answer that does not come.
        if self.breaker.cause is None and self.clock.t() >= self.mute_until:
            try:
                uid = self.uid_now(ref)
            except (ApiError, Unreachable):
                self.mute_until = self.clock.t() + MUTE
        self.items.fetched(ref, uid)

    def uid_now(self, ref: Ref) -> str:
        """See `Calls`; a running watch does not notice that its credentials have expired."""
        try:
            return self.calls.uid_now(ref)
        except ApiError as error:
            if error.code != 401 or not self.renew():
                raise
            uid = self.calls.uid_now(ref)
            self.retries.answered()
            return uid
