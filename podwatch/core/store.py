"""Store: what the stream has shown, kept once: a session, its judge and who asks later read it.

Responsible for how the scopes stand, both clocks, owners, Nodes, claims and, where somebody asks
for them, all Events. Of Pods a row is kept, by `podwatch.core.pods`; which Events are news is
`podwatch.core.events`'.
"""

import copy
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from podwatch.core.columns import is_before_1_35
from podwatch.core.kube import (
    KINDS,
    KubeObject,
    Node,
    Owner,
    PersistentVolumeClaim,
    Pod,
    PodEvent,
    ReplicaSet,
    StorageClass,
    Workload,
)
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Key,
    Observed,
    Opened,
    RecordedItem,
    Scope,
    Synced,
)

SILENCE = 65.0
"""After how many seconds without a word a live stream is called silent: bookmarks come each 60."""


class Store:
    """The newest of each owner and Node, the scopes, and what time it is.

    `t` is the stream's time, `at` the same by our clock, `skew` how far the cluster's is ahead.
    `events`, by what they are about, are kept only where `keeps_events`; `events_before` are those
    that were there when the watch began; owners, Nodes and claims that are deleted, only where
    `keeps_deleted`. `near`: what may have been meant by the name of a scope that lists nothing.
    `selects`: only some Pods are watched, `follows_workloads`: those of workloads. `awaited` names
    Pods that are watched and not there.
    """

    def __init__(self, *, keeps_events: bool = False, keeps_deleted: bool = False) -> None:
        self.opened: Opened | None = None
        self.before_1_35 = False
        self.selects = False
        self.follows_workloads = False
        self.t = 0.0
        self.at: datetime | None = None
        self._at_t = 0.0
        self._skew = 0.0
        self.synced: dict[Scope, None] = {}
        self.near: dict[Scope, str] = {}
        self.connections: dict[Scope, Connection] = {}
        self.awaited: dict[Scope, str] = {}
        self._heard: dict[Scope, float] = {}
        self.owners: dict[tuple[str, str, str, str], Workload] = {}
        self._sets: dict[Key, dict[str, ReplicaSet]] = {}
        self.nodes: dict[tuple[str, str], Node] = {}
        self.claims: dict[tuple[str, str, str], PersistentVolumeClaim] = {}
        self.storage_classes: dict[tuple[str, str], StorageClass] = {}
        self._keeps_events = keeps_events
        self._keeps_deleted = keeps_deleted
        self.events: dict[Key, dict[str, PodEvent]] = {}
        self.events_before: set[Key] = set()

    def copy(self) -> "Store":
        """Another one that knows the same."""
        made = copy.copy(self)
        made.synced, made.connections = self.synced.copy(), self.connections.copy()
        made.near = self.near.copy()
        made.awaited, made._heard = self.awaited.copy(), self._heard.copy()
        made.owners, made.nodes = self.owners.copy(), self.nodes.copy()
        made.claims, made.storage_classes = self.claims.copy(), self.storage_classes.copy()
        made._sets = {deployment: sets.copy() for deployment, sets in self._sets.items()}
        made.events = {key: events.copy() for key, events in self.events.items()}
        made.events_before = self.events_before.copy()
        return made

    # ── what items show ──

    def reach(self, t: float) -> None:
        """Time passed and nothing came."""
        self.t = max(self.t, t)

    def apply(self, item: RecordedItem) -> bool:
        """Take an item in; False if it repeats how a connection is, or lists a scope again."""
        self.reach(item.t)
        self.at, self._at_t = item.at, item.t
        match item:
            case Observed():
                self._heard[item.scope] = item.t
                if not isinstance(item.object, Pod):
                    self._observe(item, item.scope.cluster, item.object)
            case Opened():
                self.opened = item
                self.before_1_35 = is_before_1_35(item.server_version)
                pods = [one for one in item.scopes if one.kind == "Pod"]
                self.selects = any(one.selective or one.owner for one in pods)
                self.follows_workloads = any(one.owner for one in pods)
            case Synced():
                self._skew = item.clock_skew
                self.near[item.scope] = item.near
                if item.scope in self.synced:
                    return False
                self.synced[item.scope] = None
            case Connection():
                self._heard[item.scope] = item.t
                known = self.connections.get(item.scope)
                if known is not None and (known.state, known.cause) == (item.state, item.cause):
                    return False
                self.connections[item.scope] = item
        return True

    def _observe(self, item: Observed, cluster: str, observed: KubeObject) -> None:
        deleted = item.type == "DELETED" and not self._keeps_deleted
        match observed:
            case PodEvent() if self._keeps_events and item.type != "DELETED":
                key = (cluster, observed.metadata.uid)
                about = (cluster, observed.involved_object.uid)
                self.events.setdefault(about, {})[observed.metadata.uid] = observed
                if self.is_first_list(item):
                    self.events_before.add(key)
                else:
                    self.events_before.discard(key)
            case Node():
                _put(self.nodes, (cluster, observed.metadata.name), observed, deleted=deleted)
            case StorageClass():
                classes = self.storage_classes
                _put(classes, (cluster, observed.metadata.name), observed, deleted=deleted)
            case PersistentVolumeClaim():
                meta = observed.metadata
                named = (cluster, meta.namespace, meta.name)
                _put(self.claims, named, observed, deleted=deleted)
            case Owner():
                meta = observed.metadata
                name = (cluster, type(observed).__name__, meta.namespace, meta.name)
                _put(self.owners, name, observed, deleted=deleted)
                if isinstance(observed, ReplicaSet) and (by := meta.controller) is not None:
                    sets = self._sets.setdefault((cluster, by.uid), {})
                    _put(sets, meta.uid, observed, deleted=deleted)
                    if not sets:
                        del self._sets[cluster, by.uid]

    @property
    def sets(self) -> list[ReplicaSet]:
        """The ReplicaSets among the owners."""
        return [owner for owner in self.owners.values() if isinstance(owner, ReplicaSet)]

    def is_first_list(self, item: Observed) -> bool:
        """Whether it was there before the watch began."""
        return item.initial and item.scope not in self.synced

    def found(self, scope: Scope, namespace: str) -> None:
        """A Pod of a scope is there now, and with it its namespace."""
        self.awaited.pop(scope, None)
        self.connections.pop(Scope("Namespace", namespace, cluster=scope.cluster), None)

    # ── what is asked ──

    def owner(self, kind: str, namespace: str, name: str) -> Workload | None:
        """The owner of that name in the one cluster that a verdict is about, if it is there."""
        return self.owners.get(("", kind, namespace, name))

    def sets_of(self, deployment: Key) -> list[ReplicaSet]:
        """The ReplicaSets that a Deployment controls."""
        return [*self._sets.get(deployment, {}).values()]

    def objects(self, cluster: str) -> Iterator[KubeObject]:
        """Everything of one cluster but its Pods: Events, owners, Nodes and claims."""
        for key, events in self.events.items():
            yield from events.values() if key[0] == cluster else ()
        for known in (self.owners, self.nodes, self.claims, self.storage_classes):
            yield from (one for key, one in known.items() if key[0] == cluster)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What is followed: from the beginning, or since."""
        opened = self.opened.scopes if self.opened is not None else ()
        since = (scope for scope in (*self.synced, *self._heard) if scope.kind in KINDS)
        return tuple(dict.fromkeys((*opened, *since)))

    @property
    def complete(self) -> bool:
        """Whether the Pods of every scope are known: before that, none seen does not mean none."""
        return self.opened is not None and all(
            scope in self.synced for scope in self.opened.scopes if scope.kind == "Pod"
        )

    def clock(self, t: float) -> tuple[datetime, datetime] | None:
        """The stream's time `t` by our clock and by the cluster's; None before the first item."""
        if self.at is None:
            return None
        try:
            ours = self.at + timedelta(seconds=t - self._at_t)
            return ours, ours + timedelta(seconds=self._skew)
        except OverflowError:  # a recording can hold any numbers
            return self.at, self.at

    def now(self, t: float) -> datetime | None:
        """The stream's time `t` by the cluster's clock; None before the first item."""
        clock = self.clock(t)
        return clock[1] if clock is not None else None

    @property
    def heard(self) -> float | None:
        """When the live stream of Pods that has been quiet for longest gave its last item."""
        return min(
            (
                self._heard[scope]
                for scope, one in self.connections.items()
                if scope.kind == "Pod" and one.state == ConnectionState.LIVE
            ),
            default=None,
        )

    @property
    def silent(self) -> float:
        """For how many seconds a live stream of Pods has said nothing, if that is suspicious."""
        heard = self.heard
        silent = self.t - heard if heard is not None else 0.0
        return silent if silent >= SILENCE else 0.0

    def opening(self, pods: Iterable[tuple[str, KubeObject]]) -> Iterator[RecordedItem]:
        """Items that make another store know the same, as the stream's start, with these Pods."""
        clock = self.clock(self.t)
        if self.opened is None or clock is None:
            return
        at, t, scopes = clock[0], self.t, self.scopes
        yield replace(self.opened, at=at, t=t, scopes=scopes)
        others = (
            *self.owners.items(),
            *self.nodes.items(),
            *self.claims.items(),
            *self.storage_classes.items(),
        )
        for cluster, known in (*pods, *((key[0], known) for key, known in others)):
            of, meta = (cluster, type(known).__name__), known.metadata
            for scope in scopes:
                if (scope.cluster, scope.kind) == of and scope.covers(meta.namespace, meta.name):
                    yield Observed(
                        at=at, t=t, scope=scope, type="ADDED", object=known, initial=True
                    )
                    break
        for scope in self.synced:
            yield Synced(at=at, t=t, scope=scope, clock_skew=self._skew)
        for connection in self.connections.values():
            yield replace(connection, at=at, t=t)


def _put(known: dict[Any, Any], key: object, value: object, *, deleted: bool) -> None:
    if deleted:
        known.pop(key, None)
    else:
        known[key] = value
