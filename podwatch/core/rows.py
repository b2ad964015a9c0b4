"""Rows: a row for each Pod, in their order, and what is counted of them.

Responsible for where a row stands, which rows are a family, which one an Event means, and for how
long a Pod that is gone is remembered. What a new version changes is `podwatch.core.pods`'.
"""

import copy
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import Self

from msgspec.structs import replace

from podwatch.core.board import Row, by_name
from podwatch.core.health import Health, health_of
from podwatch.core.identity import family
from podwatch.core.kube import ObjectMeta, ObjectReference, PodEvent
from podwatch.core.stream import Key, PodRef, Scope

REMEMBER_GONE = 60.0
"""For how many seconds a Pod that is gone is kept, to recognise the one that replaces it."""
GONE_LIMIT = 2_000
"""How many of them at most."""
TELLING_EVENTS = 12
"""How many Events about its wait are kept of a Pod."""


class RowTable:
    """The rows by key and in their order. `moved` is when which of them moved, oldest first."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.moved: deque[tuple[float, Key]] = deque()
        self._in_order: list[Row] = []
        self._frozen: tuple[Row, ...] | None = ()
        self._leaving: dict[Key, Row] = {}
        self._healths: Counter[Health] = Counter()
        self._name_lengths: Counter[int] = Counter()
        self._namespaces: Counter[str] = Counter()
        self._gone: deque[tuple[float, Key]] = deque()
        self._families: dict[tuple[str, ...], dict[Key, None]] = {}
        self._mirrors: dict[Key, Key] = {}

    def copy(self) -> Self:
        """Another one that knows the same."""
        made = copy.copy(self)
        made.rows, made.moved = self.rows.copy(), self.moved.copy()
        made._in_order, made._leaving = self._in_order.copy(), self._leaving.copy()
        made._healths = self._healths.copy()
        made._name_lengths = self._name_lengths.copy()
        made._namespaces = self._namespaces.copy()
        made._gone, made._mirrors = self._gone.copy(), self._mirrors.copy()
        made._families = {name: members.copy() for name, members in self._families.items()}
        return made

    # ── what Events say of a row ──

    def meant(self, about: ObjectReference, cluster: str) -> Row | None:
        """The Pod that an Event is about, by its uid; the taint controller gives only its name."""
        if about.uid or about.kind != "Pod":
            return self.rows.get(self.real((cluster, about.uid)))
        first = bisect_left(self._in_order, PodRef(about.namespace, about.name, ""), key=by_name)
        for row in islice(self._in_order, first, None):
            if (row.ref.namespace, row.ref.name) != (about.namespace, about.name):
                return None
            if not row.gone and row.ref.cluster == cluster:
                return row
        return None

    def real(self, key: Key) -> Key:
        """The key of a static Pod, if it is its mirror's: Events call it by that."""
        return self._mirrors.get(key, key)

    def tell(self, row: Row, events: tuple[PodEvent, ...]) -> None:
        """Keep what Events say that a Pod waits for."""
        if not row.gone and not row.pod.is_true("Ready"):
            self.put(replace(row, events=events[-TELLING_EVENTS:]))

    def move(self, row: Row, t: float) -> None:
        """Something happened to a Pod that is no change of it: an Event."""
        self.put(replace(row, moved_t=t))

    # ── the table ──

    def put(self, row: Row) -> None:
        """Keep a row in its place, with how it stands."""
        key = row.ref.key
        known = self.rows.get(key)
        row = replace(row, health=health_of(row.pod, row.columns, gone=bool(row.gone)))
        self.rows[key] = row
        at = bisect_left(self._in_order, row.ref, key=by_name)
        if known is None:
            self._in_order.insert(at, row)
            self._measure(row.ref, 1)
            if mirror := row.pod.metadata.annotations.config_mirror:
                self._mirrors[row.ref.cluster, mirror] = key
        else:
            self._in_order[at] = row
            self._count(known, -1)
        self._count(row, 1)
        self._frozen = None
        if row.gone or row.replaced_by:
            self._leaving[key] = row
        else:
            self._leaving.pop(key, None)
        if known is None or known.moved_t != row.moved_t:  # news at one instant: one movement
            self.moved.append((row.moved_t, key))
        if known is not None and _same_kin(known.pod.metadata, row.pod.metadata):
            return
        was, now = kin(known) if known else None, kin(row)
        if was != now:  # a controller can adopt a Pod and let it go
            self._leave_family(was, key)
            if now is not None:
                self._families.setdefault(now, {})[key] = None

    def forget_gone(self, t: float) -> None:
        """Forget those that are gone for long, or too many."""
        gone = self._gone
        while gone and (gone[0][0] < t - REMEMBER_GONE or len(gone) > GONE_LIMIT):
            gone_t, key = gone.popleft()
            row = self.rows.get(key)
            if row is None or not row.gone or row.gone_t != gone_t:
                continue  # it came back into the selection
            del self.rows[key]
            del self._in_order[bisect_left(self._in_order, row.ref, key=by_name)]
            self._leaving.pop(key, None)
            self._measure(row.ref, -1)
            self._frozen = None
            self._leave_family(kin(row), key)
            mirror = (row.ref.cluster, row.pod.metadata.annotations.config_mirror)
            if self._mirrors.get(mirror) == key:  # not yet another Pod's
                del self._mirrors[mirror]

    def present(self, scope: Scope) -> Iterator[Row]:
        """The Pods of a scope that are there."""
        for row in self._in_order:
            if (
                not row.gone
                and row.ref.cluster == scope.cluster
                and scope.covers(row.ref.namespace, row.ref.name)
            ):
                yield row

    def _count(self, row: Row, by: int) -> None:
        if not row.gone:
            self._healths[row.health] += by

    def _measure(self, ref: PodRef, by: int) -> None:
        lengths, namespaces = self._name_lengths, self._namespaces
        lengths[len(ref.name)] += by
        namespaces[ref.namespace] += by
        if by < 0:  # what is counted no more is no key: the longest is looked for among keys
            self._name_lengths, self._namespaces = +lengths, +namespaces

    def _leave_family(self, name: tuple[str, ...] | None, key: Key) -> None:
        if name is not None and name in self._families:
            self._families[name].pop(key, None)
            if not self._families[name]:
                del self._families[name]

    # ── frozen ──

    @property
    def in_order(self) -> tuple[Row, ...]:
        """The rows by name; the same rows are the same tuple."""
        if self._frozen is None:
            self._frozen = tuple(self._in_order)
        return self._frozen

    @property
    def leaving(self) -> tuple[Row, ...]:
        """Those of them that are gone or replaced."""
        return tuple(self._leaving.values())

    @property
    def healths(self) -> dict[Health, int]:
        """How many that are there stand how."""
        return dict(self._healths)

    @property
    def longest_name(self) -> int:
        """In characters."""
        return max(self._name_lengths, default=0)

    @property
    def longest_namespace(self) -> int:
        """In characters."""
        return max(map(len, self._namespaces), default=0)


def kin(row: Row) -> tuple[str, ...] | None:
    """What it has in common with those that it can replace, in its cluster."""
    own = family(row.pod)
    return (row.ref.cluster, *own) if own is not None else None


def _same_kin(one: ObjectMeta, other: ObjectMeta) -> bool:
    """Whether two versions of a Pod surely are of one family."""
    return one.labels == other.labels and one.owner_references == other.owner_references
