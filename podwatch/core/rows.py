"""Rows: a row for each Pod, and for all of them their order and what is counted of them.

Responsible for where a row stands, which rows are a family, which one an Event means, and for how
long a Pod that is gone is remembered. What a new version changes is `podwatch.core.pods`'.
"""

import copy
from bisect import bisect_left
from collections import Counter, OrderedDict, deque
from itertools import islice
from typing import Self

from msgspec.structs import replace

from podwatch.core.board import Row, by_name
from podwatch.core.folds import FoldTable
from podwatch.core.health import Health
from podwatch.core.identity import family
from podwatch.core.kube import ObjectReference, PodEvent
from podwatch.core.selection import belongs
from podwatch.core.stops import Stop, with_stop
from podwatch.core.store import Store
from podwatch.core.stream import Key, Ref, Scope

REMEMBER_GONE = 60.0
"""For how many seconds a Pod that is gone is kept, to recognise the one that replaces it."""
GONE_LIMIT = 2_000
"""How many of them at most."""
TELLING_EVENTS = 12
"""How many Events about its wait are kept of a Pod."""


class RowTable:
    """The rows by key. `moved`: when anything was told of those that may stall, longest ago first.

    What a board shows of all rows is as it was when `settle` was called last: it is asked for a few
    times a second, or never, and rows change a thousand times.
    """

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.moved: OrderedDict[Key, float] = OrderedDict()
        self.leaving: dict[Key, Row] = {}
        self.folds = FoldTable()
        self.in_order: tuple[Row, ...] = ()
        self.healths: Counter[Health] = Counter()
        self.name_lengths: Counter[int] = Counter()
        self.namespaces: Counter[str] = Counter()
        self._unsettled: dict[Key, Ref] = {}
        self._gone: deque[tuple[float, Key]] = deque()
        self._families: dict[tuple[str, ...], dict[Key, None]] = {}
        self._ending: dict[tuple[str, ...], dict[Key, None]] = {}
        self._mirrors: dict[Key, Key] = {}

    def copy(self) -> Self:
        """Another one that knows the same."""
        made = copy.copy(self)
        made.rows, made.moved = self.rows.copy(), self.moved.copy()
        made.folds = self.folds.copy()
        made.leaving, made.healths = self.leaving.copy(), self.healths.copy()
        made.name_lengths, made.namespaces = self.name_lengths.copy(), self.namespaces.copy()
        made._unsettled, made._gone = self._unsettled.copy(), self._gone.copy()
        made._families = {name: members.copy() for name, members in self._families.items()}
        made._ending = {name: members.copy() for name, members in self._ending.items()}
        made._mirrors = self._mirrors.copy()
        return made

    # ── what Events say of a row ──

    def meant(self, about: ObjectReference, cluster: str) -> Row | None:
        """The Pod that an Event is about, by its uid; the taint controller gives only its name.

        Of several of one name it is the one that is there, else the one that went last.
        """
        if about.uid or about.kind != "Pod":
            return self.rows.get(self.real((cluster, about.uid)))
        self.settle()
        first = bisect_left(self.in_order, Ref(about.namespace, about.name, ""), key=by_name)
        gone = None
        for row in islice(self.in_order, first, None):
            if (row.ref.namespace, row.ref.name) != (about.namespace, about.name):
                break
            if row.ref.cluster == cluster:
                if not row.gone:
                    return row
                gone = row if gone is None or row.changed_t >= gone.changed_t else gone
        return gone

    def real(self, key: Key) -> Key:
        """The key of a static Pod, if it is its mirror's: Events call it by that."""
        return self._mirrors.get(key, key)

    def tell(self, row: Row, events: tuple[PodEvent, ...]) -> None:
        """Keep what Events say that a Pod waits for."""
        if not row.gone and not row.pod.is_true("Ready"):
            self.put(replace(row, events=events[-TELLING_EVENTS:]))

    def tell_stop(self, row: Row, new: Stop) -> None:
        """Keep what an Event says of a stop: it may come before the end that it explains."""
        if not row.gone:
            self.put(replace(row, stops=with_stop(row.stops, new)))

    def stops_of(self, ref: Ref) -> tuple[Stop, ...]:
        """Why containers of a Pod were stopped, as Events said."""
        row = self.rows.get(ref.key)
        return row.stops if row is not None else ()

    # ── the table ──

    def move(self, row: Row, t: float) -> None:
        """Something was told of a Pod: a transition, or a new Event."""
        key = row.ref.key
        if self.moved.get(key) != t:
            self.moved[key] = t
            self.moved.move_to_end(key)

    def put(self, row: Row) -> None:
        """Keep a row."""
        key = row.ref.key
        known = self.rows.get(key)
        self.rows[key], self._unsettled[key] = row, row.ref
        if _ends(row) and (own := kin(row)) is not None:
            self._ending.setdefault(own, {})[key] = None
        if known is None:
            if mirror := row.pod.metadata.annotations.config_mirror:
                self._mirrors[row.ref.cluster, mirror] = key
        elif _same_kin(known, row):
            return
        was, now = kin(known) if known else None, kin(row)
        if was != now:  # a controller can adopt a Pod and let it go
            self._leave_family(was, key)
            if now is not None:
                self._families.setdefault(now, {})[key] = None

    def forget_gone(self, t: float) -> list[Key]:
        """Forget those that are gone for long, or too many; which ones."""
        gone, forgotten = self._gone, list[Key]()
        while gone and (gone[0][0] < t - REMEMBER_GONE or len(gone) > GONE_LIMIT):
            gone_t, key = gone.popleft()
            row = self.rows.get(key)
            if row is None or not row.gone or row.gone_t != gone_t:
                continue  # it came back into the selection
            del self.rows[key]
            forgotten.append(key)
            self._unsettled[key] = row.ref
            self._leave_family(kin(row), key)
            mirror = (row.ref.cluster, row.pod.metadata.annotations.config_mirror)
            if self._mirrors.get(mirror) == key:  # not yet another Pod's
                del self._mirrors[mirror]
        if forgotten:  # nothing of them is kept, whether anybody asks or not
            self.settle()
            self.folds.freeze()
        return forgotten

    def present(self, scope: Scope, store: Store) -> int:
        """How many Pods of a scope are there."""
        return sum(
            not row.gone
            and row.ref.cluster == scope.cluster
            and scope.covers(row.ref.namespace, row.ref.name)
            and (not scope.owner or belongs(row.pod, scope.cluster, scope.owner, store))
            for row in self.rows.values()
        )

    def owned(self, owner: Ref) -> int:
        """How many Pods a ReplicaSet has that have not ended and are not being deleted."""
        family_of = (owner.cluster, owner.namespace, owner.kind, f"{owner.uid}/")
        members = (self.rows[key] for key in self._families.get(family_of, ()))
        return sum(
            not row.gone
            and not row.pod.status.is_over
            and row.pod.metadata.deletion_timestamp is None
            for row in members
        )

    def _leave_family(self, name: tuple[str, ...] | None, key: Key) -> None:
        for members in (self._families, self._ending):
            if name is not None and name in members:
                members[name].pop(key, None)
                if not members[name]:
                    del members[name]

    # ── what a board shows of all rows ──

    def settle(self) -> None:
        """Bring order and counts up to date with the rows that changed since."""
        if not self._unsettled:
            return
        rows = list(self.in_order)
        for key, ref in self._unsettled.items():
            at = bisect_left(rows, ref, key=by_name)
            old = [row for row in rows[at : at + 1] if row.ref == ref]
            new = [self.rows[key]] if key in self.rows else []
            rows[at : at + len(old)] = new
            self.folds.change(next(iter(old), None), next(iter(new), None))
            self.leaving.pop(key, None)
            for row, by in [(row, -1) for row in old] + [(row, 1) for row in new]:
                self.name_lengths[len(ref.name)] += by
                self.namespaces[ref.namespace] += by
                if not row.gone:
                    self.healths[row.health] += by
            self.leaving.update((key, row) for row in new if row.gone or row.replaced_by)
        # What is counted no more is no key: the longest is looked for among the keys.
        self.name_lengths, self.namespaces = +self.name_lengths, +self.namespaces
        self.healths = +self.healths
        self.in_order = tuple(rows)
        self._unsettled.clear()
        self.folds.settle()


def kin(row: Row) -> tuple[str, ...] | None:
    """What it has in common with those that it can replace, in its cluster."""
    own = family(row.pod)
    return (row.ref.cluster, *own) if own is not None else None


def _ends(row: Row) -> bool:
    """Whether it is gone or on its way: only such a Pod is replaced."""
    pod = row.pod
    going = pod.metadata.deletion_timestamp is not None or pod.status.is_over
    return going or bool(row.gone)


def _same_kin(one: Row, other: Row) -> bool:
    """Whether two versions of a Pod surely are of one family."""
    was, now = one.pod.metadata, other.pod.metadata
    return was.labels == now.labels and was.owner_references == now.owner_references
