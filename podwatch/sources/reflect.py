"""List, watch, and list again: one generic loop for every kind of object.

Responsible for giving each observed version once and for saying what may have been missed.
It knows no network and no clock: both come in as functions, so that each awkward case can be
tested. `podwatch.sources.cluster` has the real ones.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Literal, Protocol, TypeVar

from podwatch.core.kube import KubeObject
from podwatch.core.kube.shared import share, share_with
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Fetched,
    Gap,
    Observed,
    PodRef,
    RecordedItem,
    Scope,
    Synced,
    Unreadable,
)
from podwatch.errors import PodwatchError
from podwatch.sources.api import (
    PAGE,
    ApiError,
    Calls,
    Failure,
    Malformed,
    Page,
    Unreachable,
)
from podwatch.sources.refusals import insecure, refusal, refused, unreachable

PATIENCE = 10.0
"""For how many seconds the first list is tried again while the server can't be reached."""
HEALTHY = 10.0
"""After how many seconds a connection that ends counts as one that was good."""
PASSING_REFUSALS = 4
"""How often a 403 is taken to pass by itself, once it worked: an API server that starts refuses
everybody until it has loaded its rules."""
FRESH = 1.0
"""For how many seconds credentials that were just read are the newest that can be had."""
RENEWALS = 2
"""How often in a row credentials are read anew before it is said that they are refused."""
MUTE = 5.0
"""For how many seconds no single Pod is asked for, after a question that got no answer."""
LONGEST = 20.0
"""The longest pause before jitter: so at most 12 requests are made in an outage's first minute."""
BACKLOG = 50_000
"""How many items may wait for a consumer that does not take them, of all streams together.

That is 50 s at 1,000 a second. Beyond it a watch is given up, and what it would have brought is a
`Gap`; a list waits for its next page.
"""
ROOM_AGAIN = 0.25
"""How often, in seconds, a stream looks whether the consumer has caught up."""
HEARTBEAT = 30.0
"""At most so often, in seconds, a bookmark is passed on as a sign of life."""
STUCK = 5
"""How often the server may refuse the same version, while it answers, before we list again."""


T = TypeVar("T")


class _Backlogged(Exception):
    """The consumer is so far behind that a change was thrown away."""


class _Interrupted(Exception):
    """A list broke off after its first page."""

    def __init__(self, error: Failure) -> None:
        super().__init__(str(error))
        self.error = error


class Clock(Protocol):
    """The stream's time."""

    def t(self) -> float:
        """Seconds since the stream opened."""

    def at(self) -> datetime:
        """The time in UTC."""


class Gate(Protocol):
    """Who of a cluster's streams may ask the server; see `podwatch.sources.circuit_breaker`."""

    @property
    def cause(self) -> Failure | None:
        """Why it is closed."""

    def enter(
        self,
        who: Hashable,
        waiting: Callable[[Failure], None],
        until: Callable[[], float],
    ) -> None:
        """Come back when this stream may ask."""

    def answered(self, who: Hashable, *, live: bool = False) -> None:
        """The server answered; `live`: with a watch."""

    def failed(self, who: Hashable, failure: Failure) -> None:
        """It did not, or with an error."""

    def lost(self, who: Hashable) -> None:
        """A watch ended."""

    def left(self, who: Hashable) -> None:
        """The stream asks no more."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What may have been missed: since when, why, and how many changes were thrown away."""

    since: datetime
    reason: str
    dropped: int = 0


class NoGate:
    """Always open: one stream alone has its own pauses."""

    cause: Failure | None = None

    def enter(
        self,
        who: Hashable,
        waiting: Callable[[Failure], None],
        until: Callable[[], float],
    ) -> None:
        """At once."""

    def answered(self, who: Hashable, *, live: bool = False) -> None:
        """Nothing changes."""

    def failed(self, who: Hashable, failure: Failure) -> None:
        """Nothing changes."""

    def lost(self, who: Hashable) -> None:
        """Nothing changes."""

    def left(self, who: Hashable) -> None:
        """Nothing changes."""


class Backoff:
    """How long to wait before the next try: nothing, then 0.5 s doubled up to 20 s.

    With equal jitter, so that many clients don't come back at the same moment.
    """

    def __init__(self, rand: Callable[[], float]) -> None:
        self._rand = rand
        self._failures = 0

    def reset(self) -> None:
        """The last try went well."""
        self._failures = 0

    def ease(self) -> None:
        """The last try brought something, but ended soon: no second retry without a pause."""
        self._failures = min(self._failures, 1)

    def seconds(self, least: float | None = None) -> float:
        """The next pause; `least` is what the server asked for (Retry-After)."""
        failures, self._failures = self._failures, self._failures + 1
        if failures == 0:
            return least or 0.0
        full: float = min(0.5 * 2 ** (failures - 1), LONGEST)
        return max(full / 2 + full / 2 * self._rand(), least or 0.0)


def reflect(
    scope: Scope,
    calls: Calls,
    emit: Callable[[RecordedItem], None],
    clock: Clock,
    pause: Callable[[float], None],
    rand: Callable[[], float],
    patience: float = PATIENCE,
    gate: Gate | None = None,
    waiting: Callable[[], int] = lambda: 0,
) -> None:
    """Follow one scope until `pause` raises Stopped.

    `waiting` is how many items the consumer has not taken yet; see BACKLOG.

    Raises PodwatchError if the first list of the Pods can't be had, when the server can't be
    reached after `patience` seconds; for other kinds that is said once, and tried again now
    and then.
    """
    gate = gate or NoGate()
    try:
        _Reflection(
            scope, calls, emit, clock, pause, Backoff(rand), rand, patience, gate, waiting
        ).run()
    finally:
        gate.left(scope)


@dataclass
class _Reflection:
    scope: Scope
    calls: Calls
    emit: Callable[[RecordedItem], None]
    clock: Clock
    pause: Callable[[float], None]
    backoff: Backoff
    rand: Callable[[], float]
    patience: float
    gate: Gate
    waiting: Callable[[], int]
    known: dict[str, KubeObject] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """By uid, the version of what can't be read."""
    version: str = ""
    """The last resourceVersion that was applied; empty before the first list."""
    newest: str = ""
    """The newest resourceVersion that was seen: a list from before it is one of the past."""
    trusted: bool = True
    """Whether the server still has that past; not if it was restored to an earlier state."""
    behind: int = 0
    current_at: datetime | None = None
    """When all that had been written was known, as far as that is certain."""
    told: tuple[ConnectionState, str] | None = None
    gap: Lost | None = None
    """What may have been missed, until a list begins to come."""
    spoke: float = 0.0
    """When, by the stream's time, the last item was given."""
    renewals: int = 0
    """How often the credentials were read anew since something last worked."""
    renewed_t: float = 0.0
    connected_t: float = 0.0
    """Since when there is a watch, by the stream's time."""
    mute_until: float = 0.0
    stuck: int = 0
    is_live: bool = False
    was_live: bool = False
    undisturbed: bool = False
    """Whether nothing failed since the list: the server that allowed it is the same."""
    refusals: int = 0
    failing_since: float | None = None
    """Since when, by the stream's time, the first list fails."""

    def run(self) -> None:
        self.tell(ConnectionState.LISTING)
        self.first_list()
        cause = self.calls.missing_namespace() if self.scope.kind == "Pod" else ""
        if cause:
            missing = Scope("Namespace", self.scope.namespace)
            self.emit(
                Connection(
                    at=self.clock.at(),
                    t=self.clock.t(),
                    scope=missing,
                    state=ConnectionState.MISSING,
                    cause=cause,
                )
            )
        while True:
            self.once()

    def once(self) -> None:
        """One watch, to its end; then a pause, or a list if the history is gone."""
        failure: Failure | _Backlogged | None = None
        try:
            self.watch()
        except (ApiError, Unreachable, _Backlogged) as error:
            failure = error
        if self.lasts(HEALTHY):
            self.backoff.reset()
        if isinstance(failure, _Backlogged):
            self.catch_up()
        elif failure is None:
            self.is_current()  # the server ended it in its own time
            self.pause(self.backoff.seconds())
        elif isinstance(failure, ApiError) and (failure.expired or self.is_stuck(failure)):
            self.list_again(failure)
        else:
            self.wait_out(failure)

    def is_stuck(self, error: ApiError) -> bool:
        """Whether the server keeps refusing this version although it answers."""
        if not (error.in_watch or error.ahead):
            return False
        self.stuck += 1
        if self.stuck < STUCK:
            return False
        if error.ahead:
            self.trusted = False
        return True

    def wait_out(self, failure: Failure) -> None:
        """Say what went wrong and wait before the next try."""
        undisturbed, self.undisturbed = self.undisturbed, False
        if isinstance(failure, Unreachable):
            self.renewals = 0  # nothing is known about the credentials
            self.tell(ConnectionState.RECONNECTING, str(failure))
            self.pause(self.backoff.seconds())
        elif failure.code == 401 and self.renew():
            return
        elif failure.code == 403 and self.scope.kind == "Pod" and undisturbed and not self.was_live:
            raise refused(self.scope, failure)  # may list, but not watch
        elif failure.code == 403 and self.refusals < PASSING_REFUSALS:
            self.refusals += 1
            self.tell(ConnectionState.RECONNECTING, f"refused for the moment: {failure}")
            self.pause(self.backoff.seconds(failure.retry_after))
        elif failure.code in {401, 403}:
            self.renewals = 0
            self.tell(ConnectionState.FORBIDDEN, refusal(self.scope, failure))
            self.pause(max(15 + 45 * self.rand(), failure.retry_after or 0))
        else:
            self.renewals = 0  # the credentials were not what it refused
            self.tell(ConnectionState.RECONNECTING, str(failure))
            self.pause(self.backoff.seconds(failure.retry_after))

    def renew(self) -> bool:
        """Whether other credentials can be tried at once; as a rule once until something works.

        Those that had to wait for their turn may have been replaced meanwhile: once more, then.
        """
        fresh = self.renewals > 0 and self.clock.t() - self.renewed_t < FRESH
        if fresh or self.renewals >= RENEWALS:
            return False
        self.renewals += 1
        self.pause(self.backoff.seconds())
        try:
            self.calls.renew()
        except Unreachable:
            return False
        finally:
            self.renewed_t = self.clock.t()
        return True

    def enter(self) -> None:
        """Wait until this stream may ask."""
        self.gate.enter(
            self.scope,
            lambda cause: self.tell(ConnectionState.RECONNECTING, str(cause)),
            self.patience_left,
        )

    def patience_left(self) -> float:
        """For how many seconds the first list of the Pods is still tried."""
        if self.version or self.scope.kind != "Pod":
            return inf
        if self.failing_since is None:
            self.failing_since = self.clock.t()
        return self.patience - (self.clock.t() - self.failing_since)

    def ask(self, request: Callable[[], T]) -> T:
        """The answer to one request, once the gate lets it pass."""
        self.enter()
        try:
            answer = request()
        except (ApiError, Unreachable) as failure:
            self.gate.failed(self.scope, failure)
            raise
        self.gate.answered(self.scope)
        return answer

    # ── lists ──

    def first_list(self) -> None:
        while True:
            try:
                self.list_all()
                self.backoff.reset()
                return
            except (ApiError, Unreachable) as error:
                failure = error
            if isinstance(failure, ApiError) and failure.code == 401 and self.renew():
                continue
            if self.scope.kind == "Pod":
                fatal = final(self.scope, failure, out_of_patience=self.patience_left() <= 0)
                if fatal is not None:
                    raise fatal from failure
            elif isinstance(failure, ApiError) and failure.code in {401, 403, 404}:
                self.renewals = 0
                self.tell(ConnectionState.FORBIDDEN, refusal(self.scope, failure))
                self.pause(60 + 60 * self.rand())
                continue
            self.wait_out(failure)

    def list_again(self, error: ApiError) -> None:
        """After a gap: what the new list shows is the state after it."""
        self.gap = Lost(self.current_at or self.clock.at(), str(error))
        self.tell(ConnectionState.LISTING, str(error))
        self.pause(self.backoff.seconds(error.retry_after))
        self.list_until_it_comes()

    def catch_up(self) -> None:
        """After a change that nobody had room for: wait until there is, then list again.

        The watch is not read on meanwhile: what it brought would have to be thrown away too.
        """
        self.gap = Lost(self.clock.at(), f"backlog: {BACKLOG} items wait to be taken", 1)
        while self.waiting() > BACKLOG // 2:
            self.pause(ROOM_AGAIN)
        self.tell(ConnectionState.LISTING, "what waited was taken")
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
        """One whole list. One whose next token expires is begun again, at last in one piece."""
        for limit in (PAGE, PAGE, 0):
            try:
                self.list_once(limit)
                return
            except _Interrupted as interrupted:
                error = interrupted.error
                if not (limit and isinstance(error, ApiError) and error.expired):
                    raise error from interrupted

    def list_once(self, limit: int) -> None:
        """The differences to what is known are observed as initial.

        Raises _Interrupted if it breaks off after its first page. To begin it again is harmless,
        as an object that is known in this version is not news.
        """
        asked_at = self.clock.at()
        page = self.ask(lambda: self.calls.page("", limit))
        self.refuse_the_past(page.version)
        self.newest = page.version
        begun_at = self.clock.at()
        skew = clock_skew(page.date, begun_at)
        self.tell_gap(begun_at)
        seen: set[str] = set()
        names = {_name(item): uid for uid, item in self.known.items()}
        self.listed(page, seen, names)
        try:
            while page.following:
                following = page.following
                page = self.ask(lambda: self.calls.page(following, limit))  # noqa: B023
                self.listed(page, seen, names)
        except (ApiError, Unreachable) as error:
            if self.version:  # what is shown is from this list, and the next will be a later one
                self.gap = Lost(begun_at, str(error))
            raise _Interrupted(error) from error
        if "" not in seen:  # or else one of those that are known is there and can't be read
            for uid in [uid for uid in self.known if uid not in seen]:
                self.observe("DELETED", self.known.pop(uid), initial=True)
            self.unread = {uid: self.unread[uid] for uid in self.unread if uid in seen}
        self.version = page.version
        self.trusted = self.undisturbed = True
        self.current_at = asked_at
        self.stuck = self.behind = 0
        self.emit(Synced(at=self.clock.at(), t=self.clock.t(), scope=self.scope, clock_skew=skew))
        share(self.known.values())  # now that nobody waits for it

    def refuse_the_past(self, version: str) -> None:
        """A list from a replica that is behind would bring back what is gone: not used.

        If that is all there is, the server was restored to an earlier state.
        """
        self.renewals = 0
        if not self.trusted or not _is_older(version, self.newest):
            return
        self.behind += 1
        if self.behind < STUCK:
            raise Unreachable("the server's list is older than what was seen")
        self.trusted = False

    def listed(self, page: Page, seen: set[str], names: dict[tuple[str, str], str]) -> None:
        """One page; adds the uids that it has to `seen`. `names`: the uids of what was known.

        What has the name of another one proves that the other is gone.
        """
        self.renewals = 0
        while self.waiting() >= BACKLOG:
            self.pause(ROOM_AGAIN)
        for item in page.items:
            uid = item.uid if isinstance(item, Malformed) else item.metadata.uid
            seen.add(uid)
            if isinstance(item, Malformed):
                if not uid or self.unread.get(uid) != item.version:
                    self.unreadable(item)
                continue
            known = self.known.get(uid)
            if known is not None:
                before, now = known.metadata.resource_version, item.metadata.resource_version
                if now == before or (self.trusted and _is_older(now, before)):
                    continue
            before_it = self.known.pop(names.get(_name(item), uid), None) if known is None else None
            if before_it is not None:
                self.observe("DELETED", before_it, initial=True)
            is_new = known is None and uid not in self.unread
            self.unread.pop(uid, None)
            self.known[uid] = item
            self.observe("ADDED" if is_new else "MODIFIED", item, initial=True)

    # ── watches ──

    def watch(self) -> None:
        """Pass on what changes until the server ends the watch."""
        self.is_live = False
        self.enter()
        try:
            self.pass_on()
        except (ApiError, Unreachable) as failure:
            if not self.is_live:
                self.gate.failed(self.scope, failure)
            raise
        finally:
            if self.is_live:
                self.gate.lost(self.scope)

    def lasts(self, seconds: float) -> bool:
        """Whether there is, or was until now, a watch for so long."""
        return self.is_live and self.clock.t() - self.connected_t >= seconds

    def pass_on(self) -> None:
        """The events of a watch."""
        for change in self.calls.watch(self.version, self.connected):
            if isinstance(change, Malformed):
                self.misread(change)
                continue
            if self.lasts(1):
                self.backoff.reset()
            else:
                self.backoff.ease()
            self.stuck = 0
            meta = change.object.metadata
            if change.type != "BOOKMARK":
                if self.is_old(meta.uid, meta.resource_version, deleted=change.type == "DELETED"):
                    continue
                if self.waiting() >= BACKLOG:
                    raise _Backlogged
                self.unread.pop(meta.uid, None)
                known = self.known.get(meta.uid)
                if known is not None:
                    share_with(known, change.object)
                if change.type == "DELETED":
                    self.known.pop(meta.uid, None)
                else:
                    self.known[meta.uid] = change.object
                self.observe(change.type, change.object)
                self.is_current()
            elif not _is_older(meta.resource_version, self.version):
                self.current_at = self.clock.at()
                if self.clock.t() - self.spoke >= HEARTBEAT:
                    self.say_connection(ConnectionState.LIVE)
            self.advance(meta.resource_version)

    def is_current(self) -> None:
        """Whatever was written until now has come: not said soon after the watch began.

        What comes first was written while nothing was connected, so it is old news. A bookmark
        comes after all of it.
        """
        if self.lasts(HEALTHY):
            self.current_at = self.clock.at()

    def misread(self, item: Malformed) -> None:
        """Something in a watch that can't be read; a deletion is proved all the same."""
        if item.version and self.is_old(item.uid, item.version, deleted=item.deleted):
            return
        self.unreadable(item)
        if item.deleted:
            self.unread.pop(item.uid, None)
            if item.uid in self.known:
                self.observe("DELETED", self.known.pop(item.uid), initial=True)
        self.advance(item.version)

    def advance(self, version: str) -> None:
        """Resume after this version; never go back, or everything since would come again."""
        if version and not _is_older(version, self.version):
            self.version = self.newest = version

    def is_old(self, uid: str, version: str, *, deleted: bool) -> bool:
        """Whether this was applied already: a server that is behind sends old events again."""
        known = self.known.get(uid)
        last = self.unread.get(uid) or (known.metadata.resource_version if known else self.version)
        if _is_older(version, last):
            return True
        if version != last:
            return False
        # a deletion of what is still known can't have been applied
        return known is None or not deleted

    def connected(self) -> None:
        self.is_live = self.was_live = True
        self.connected_t = self.clock.t()
        self.refusals = 0
        self.gate.answered(self.scope, live=True)
        self.renewals = 0
        self.tell(ConnectionState.LIVE)

    # ── items ──

    def tell(self, state: ConnectionState, cause: str = "") -> None:
        if (state, cause) == self.told:
            return
        self.told = (state, cause)
        self.say_connection(state, cause)

    def say_connection(self, state: ConnectionState, cause: str = "") -> None:
        at, self.spoke = self.clock.at(), self.clock.t()
        self.emit(Connection(at=at, t=self.spoke, scope=self.scope, state=state, cause=cause))

    def tell_gap(self, now: datetime) -> None:
        if self.gap is None:
            return
        lost, self.gap = self.gap, None
        self.emit(
            Gap(
                at=now,
                t=self.clock.t(),
                scope=self.scope,
                since=lost.since,
                until=now,
                reason=lost.reason,
                dropped=lost.dropped,
            )
        )

    def observe(
        self,
        type_: Literal["ADDED", "MODIFIED", "DELETED"],
        item: KubeObject,
        *,
        initial: bool = False,
    ) -> None:
        if type_ == "DELETED" and self.scope.kind == "Pod" and self.scope.selective:
            self.ask_for(item)
        self.spoke = self.clock.t()
        self.emit(
            Observed(
                at=self.clock.at(),
                t=self.spoke,
                scope=self.scope,
                type=type_,
                object=item,
                initial=initial,
            )
        )

    def ask_for(self, item: KubeObject) -> None:
        """Whether the Pod was deleted or left the selection."""
        ref = PodRef(item.metadata.namespace, item.metadata.name, item.metadata.uid)
        uid: str | None = None
        # Nobody has to wait, each time, for an answer that does not come.
        if self.gate.cause is None and self.clock.t() >= self.mute_until:
            try:
                uid = self.uid_now(ref)
            except (ApiError, Unreachable):
                self.mute_until = self.clock.t() + MUTE
        self.emit(Fetched(at=self.clock.at(), t=self.clock.t(), ref=ref, uid=uid))

    def uid_now(self, ref: PodRef) -> str:
        """See Calls; a running watch does not notice that its credentials have expired."""
        try:
            return self.calls.uid_now(ref)
        except ApiError as error:
            if error.code != 401 or not self.renew():
                raise
            uid = self.calls.uid_now(ref)
            self.renewals = 0  # they were what it took
            return uid

    def unreadable(self, item: Malformed) -> None:
        if item.uid and not item.deleted:
            self.unread[item.uid] = item.version
        self.emit(
            Unreadable(
                at=self.clock.at(),
                t=self.clock.t(),
                scope=self.scope,
                ref=item.ref,
                error=item.error,
            )
        )


def clock_skew(date: datetime | None, now: datetime) -> float:
    """The server's clock minus ours, in seconds; 0 where its whole seconds prove nothing."""
    if date is None:
        return 0.0
    least = (date - now).total_seconds()
    return max(least, 0.0) + min(least + 1, 0.0)


def _name(item: KubeObject) -> tuple[str, str]:
    return (item.metadata.namespace, item.metadata.name)


def _is_older(version: str, other: str) -> bool:
    """Whether one resourceVersion is before another, where they are numbers and can say so."""
    return version.isdecimal() and other.isdecimal() and int(version) < int(other)


def final(scope: Scope, failure: Failure, *, out_of_patience: bool) -> PodwatchError | None:
    """The error that ends a first list of Pods; None if trying again may help."""
    if isinstance(failure, Unreachable):
        if failure.lasting:
            return insecure(str(failure))
        return unreachable(str(failure)) if out_of_patience else None
    if failure.code < 500 and failure.code not in {408, 410, 429}:
        return refused(scope, failure)
    return unreachable(f"{failure} ({failure.code})") if out_of_patience else None
