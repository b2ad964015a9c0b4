"""Pods: what a new version of a Pod changes in its row.

Responsible for who appeared, left, is gone or took the place of another, and for the transitions of
each. Not responsible for what they mean, nor for Events.
"""

from typing import Self

import msgspec
from msgspec.structs import replace

from podwatch.core.board import Row
from podwatch.core.columns import columns
from podwatch.core.identity import existence, looks_new, needs_replacement, replacement
from podwatch.core.kube import Pod
from podwatch.core.lifeline import begun, continued, ended
from podwatch.core.rows import RowTable, kin
from podwatch.core.states import Existence
from podwatch.core.store import Store
from podwatch.core.stream import Fetched, Key, Observed, PodRef, Scope
from podwatch.core.timeline import PodVersion
from podwatch.core.transitions import Transition, transitions


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


class PodTable(RowTable):
    """The rows, and the versions of Pods that change them."""

    def __init__(self) -> None:
        super().__init__()
        self._still_there: dict[Key, str | None] = {}

    def copy(self) -> Self:
        """Another one that knows the same."""
        made = super().copy()
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
            was_over=first_sight and pod.status.is_over,
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
        relatives = self._families.get(kin(new) or (), {})
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
