"""Pods: a row for each Pod of the stream, and what a new version of one changes.

Responsible for which Pods there are, in which order, how they stand, which one took the place of
which, and for who is remembered for how long after it is gone. Not responsible for what the changes
mean, nor for Events.
"""

import copy
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice

import msgspec
from msgspec.structs import replace

from podwatch.core.board import Row, by_name
from podwatch.core.columns import columns
from podwatch.core.health import Health, health_of
from podwatch.core.identity import existence, family, looks_new, needs_replacement, replacement
from podwatch.core.kube import ObjectMeta, ObjectReference, Pod, PodEvent
from podwatch.core.lifeline import begun, continued, ended
from podwatch.core.states import Existence
from podwatch.core.store import Store
from podwatch.core.stream import Fetched, Key, Observed, PodRef, Scope
from podwatch.core.timeline import PodVersion
from podwatch.core.transitions import Transition, transitions

REMEMBER_GONE = 60.0
"""For how many seconds a Pod that is gone is kept, to recognise the one that replaces it."""
GONE_LIMIT = 2_000
"""How many of them at most."""
TELLING_EVENTS = 12
"""How many Events about its wait are kept of a Pod."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """One transition of a Pod, between these two versions."""

    transition: Transition
    before: Pod | None
    after: Pod


class Observation(msgspec.Struct, frozen=True, gc=False):
    """What one version of a Pod brought. `appeared`: it was not there just before."""

    version: PodVersion
    changes: tuple[Change, ...] = ()
    appeared: bool = False
    matches_now: bool = False


class PodTable:
    """The rows by key and in their order. `moved` is when which of them moved, oldest first."""

    def __init__(self, remember_gone: float = REMEMBER_GONE) -> None:
        self._remember_gone = remember_gone
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
        self._still_there: dict[Key, str | None] = {}

    def copy(self) -> "PodTable":
        """Another one that knows the same."""
        made = copy.copy(self)
        made.rows, made.moved = self.rows.copy(), self.moved.copy()
        made._in_order, made._leaving = self._in_order.copy(), self._leaving.copy()
        made._healths = self._healths.copy()
        made._name_lengths = self._name_lengths.copy()
        made._namespaces = self._namespaces.copy()
        made._gone, made._mirrors = self._gone.copy(), self._mirrors.copy()
        made._families = {kin: members.copy() for kin, members in self._families.items()}
        made._still_there = self._still_there.copy()
        return made

    # ── what a version changes ──

    def apply(self, item: Observed, pod: Pod, store: Store) -> Observation | None:
        """Take a version of a Pod in; None if it says nothing that was not known."""
        ref = PodRef.of(pod, item.scope.cluster)
        known = self.rows.get(ref.key)
        present = known is not None and not known.gone
        if item.type == "DELETED":
            if not present:
                return None
        elif present and known is not None and known.pod == pod:
            return None
        version = PodVersion(
            at=item.at,
            t=item.t,
            type=item.type,
            initial=store.is_first_list(item),
            ref=known.ref if known is not None else ref,
            pod=pod,
            columns=columns(pod, before_1_35=store.before_1_35),
        )
        if present and known is not None:
            return self._changed(item, known, version, store.t)
        return self._appeared(item, known, version, store.t)

    def _appeared(
        self, item: Observed, gone: Row | None, version: PodVersion, now: float
    ) -> Observation:
        ref, pod = version.ref, version.pod
        # A change of what was not there: it was, but could not be read. First sight is no news.
        first_sight = version.initial or (gone is None and item.type == "MODIFIED")
        row = Row(
            ref=ref,
            pod=pod,
            columns=version.columns,
            changed_t=item.t,
            moved_t=now,
            lifeline=continued(gone.lifeline, pod, item.t)
            if gone is not None
            else begun(pod, item.t, unseen=first_sight),
            was_over=first_sight and pod.status.phase in {"Failed", "Succeeded"},
        )
        self.put(row)
        if first_sight:
            return Observation(version, appeared=True)
        matches_now = gone is not None or (item.scope.selective and not looks_new(pod))
        was, is_ = (
            (Existence.NOT_MATCHING, Existence.MATCHING)
            if matches_now
            else (Existence.ABSENT, Existence.PRESENT)
        )
        came = existence(ref, was, is_, item.at, item.t, inferred=item.initial)
        changes = [Change(came, None, pod)]
        if not matches_now:
            changes += self._replaced(row, item)
            changes += self._transitions(item, None, pod)
        return Observation(version, tuple(changes), appeared=True, matches_now=matches_now)

    def _changed(self, item: Observed, known: Row, version: PodVersion, now: float) -> Observation:
        pod = version.pod
        changes = self._transitions(item, known.pod, pod)
        lifeline = continued(known.lifeline, pod, item.t, [change.transition for change in changes])
        gone, gone_t = known.gone, known.gone_t
        if item.type == "DELETED":
            gone, gone_t = self._whereabouts(item.scope, known.ref), item.t
            before = Existence.MATCHING if gone != Existence.ABSENT else Existence.PRESENT
            left = existence(known.ref, before, gone, item.at, item.t, inferred=item.initial)
            changes.append(Change(left, known.pod, pod))
            lifeline = ended(lifeline, gone, item.t)
            self._gone.append((item.t, known.ref.key))
        self.put(
            replace(
                known,
                pod=pod,
                columns=version.columns,
                changed_t=item.t if changes else known.changed_t,
                moved_t=now if changes else known.moved_t,
                lifeline=lifeline,
                gone=gone,
                gone_t=gone_t,
                # One that is ready or gone waits for nothing.
                events=() if gone or pod.is_true("Ready") else known.events,
            )
        )
        return Observation(version, tuple(changes))

    def _transitions(self, item: Observed, before: Pod | None, pod: Pod) -> list[Change]:
        cluster = item.scope.cluster
        return [
            Change(transition, before, pod)
            for transition in transitions(
                before, pod, item.at, item.t, inferred=item.initial, cluster=cluster
            )
        ]

    def fetched(self, item: Fetched) -> None:
        """Take in whether a Pod that left the selection is still there."""
        self._still_there[item.ref.key] = item.uid

    def _whereabouts(self, scope: Scope, ref: PodRef) -> Existence:
        """What a DELETED means: the Pod is no more, or it left the selection."""
        if not scope.selective:
            return Existence.ABSENT
        now = self._still_there.pop(ref.key, None)
        if now is None:
            return Existence.LOST_SIGHT
        return Existence.NOT_MATCHING if now == ref.uid else Existence.ABSENT

    def _replaced(self, new: Row, item: Observed) -> list[Change]:
        """The Pod that the new one replaces, if only one can be meant."""
        relatives = self._families.get(_kin(new) or (), {})
        candidates = [
            row
            for row in (self.rows[key] for key in relatives if key != new.ref.key)
            if not (row.replaced_by or row.was_over)
            and (row.deleted or not row.gone)
            and needs_replacement(row.pod, deleted=row.deleted)
        ]
        if len(candidates) != 1:
            return []
        old = candidates[0]
        self.put(replace(old, replaced_by=new.ref))
        self.put(replace(new, replaces=old.ref))
        before = Existence.ABSENT if old.gone else Existence.PRESENT
        replaced = replacement(old.ref, new.ref, before, item.at, item.t)
        return [Change(replaced, old.pod, old.pod)]

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
        was, kin = _kin(known) if known else None, _kin(row)
        if was != kin:  # a controller can adopt a Pod and let it go
            self._leave_family(was, key)
            if kin is not None:
                self._families.setdefault(kin, {})[key] = None

    def forget_gone(self, t: float) -> None:
        """Forget those that are gone for long, or too many."""
        gone, limit = self._gone, GONE_LIMIT
        while gone and (gone[0][0] < t - self._remember_gone or len(gone) > limit):
            gone_t, key = gone.popleft()
            row = self.rows.get(key)
            if row is None or not row.gone or row.gone_t != gone_t:
                continue  # it came back into the selection
            del self.rows[key]
            del self._in_order[bisect_left(self._in_order, row.ref, key=by_name)]
            self._leaving.pop(key, None)
            self._measure(row.ref, -1)
            self._frozen = None
            self._leave_family(_kin(row), key)
            mirror = (row.ref.cluster, row.pod.metadata.annotations.config_mirror)
            if self._mirrors.get(mirror) == key:  # not yet another Pod's
                del self._mirrors[mirror]

    def present(self, scope: Scope) -> Iterator[Row]:
        """The Pods of a scope that are there."""
        for row in self._in_order:
            if (
                not row.gone
                and row.ref.cluster == scope.cluster
                and scope.namespace in {"", row.ref.namespace}
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

    def _leave_family(self, kin: tuple[str, ...] | None, key: Key) -> None:
        if kin is not None and kin in self._families:
            self._families[kin].pop(key, None)
            if not self._families[kin]:
                del self._families[kin]

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


def _kin(row: Row) -> tuple[str, ...] | None:
    kin = family(row.pod)
    return (row.ref.cluster, *kin) if kin is not None else None


def _same_kin(one: ObjectMeta, other: ObjectMeta) -> bool:
    """Whether two versions of a Pod surely are of one family."""
    return one.labels == other.labels and one.owner_references == other.owner_references
