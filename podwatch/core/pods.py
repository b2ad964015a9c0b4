"""Pods: what a new version of a Pod changes in its row.

Responsible for who appeared, left, is gone or took the place of another, and for the transitions of
each. Not responsible for what they mean, nor for Events.
"""

from itertools import islice
from typing import Self

import msgspec
from msgspec.structs import replace

from podwatch.core.background import background
from podwatch.core.board import Row
from podwatch.core.identity import (
    came_before,
    existence,
    looks_new,
    needs_replacement,
    replacement,
)
from podwatch.core.kube import Pod
from podwatch.core.lifeline import PodState, Span, continued
from podwatch.core.rows import RowTable, kin
from podwatch.core.states import Existence, Facet
from podwatch.core.store import Store
from podwatch.core.stream import Fetched, Key, Observed, Ref, Scope
from podwatch.core.timeline import PodVersion
from podwatch.core.transitions import Transition, transitions

_LOOKED_AT = 8
"""At how many Pods of a controller is looked: it may have thousands."""


class Observation(msgspec.Struct, frozen=True):
    """What one version of a Pod brought.

    `before` is the version before it, None if the Pod appeared: it was not there just before.
    `matches_now`: it appeared as it entered the selection. One of the transitions may be about the
    Pod that this one replaces.
    """

    version: PodVersion
    before: Pod | None
    transitions: list[Transition]
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

    def apply(self, item: Observed, pod: Pod, store: Store) -> Observation | None:
        """Take a version of a Pod in; None if it says nothing that was not known."""
        cluster = item.scope.cluster
        known = self.rows.get((cluster, pod.metadata.uid))
        present = known if known is not None and not known.gone else None
        if item.type == "DELETED":
            if present is None:
                return None
        elif present is not None and present.pod == pod:
            return None
        version = PodVersion(
            at=item.at,
            t=item.t,
            type=item.type,
            initial=store.is_first_list(item),
            ref=known.ref if known is not None else Ref.of(pod, cluster),
            pod=pod,
            before_1_35=store.before_1_35,
        )
        if present is not None:
            return self._changed(item, present, version, store)
        return self._appeared(item, known, version, store.t)

    def _appeared(
        self, item: Observed, gone: Row | None, version: PodVersion, now: float
    ) -> Observation:
        ref, pod = version.ref, version.pod
        # A change of what was not there: it was, but could not be read. First sight is no news.
        first_sight = version.initial or (gone is None and item.type == "MODIFIED")
        unseen = (Span(PodState.UNSEEN, item.t),) if first_sight else ()
        row = Row(
            ref=ref,
            pod=pod,
            before_1_35=version.before_1_35,
            changed_t=item.t,
            lifeline=continued(gone.lifeline if gone is not None else unseen, pod, item.t),
            was_over=first_sight and pod.status.is_over,
        )
        self.put(row)
        self.move(row, now)
        if first_sight:
            return Observation(version, None, [])
        matches_now = gone is not None or (item.scope.selective and not looks_new(pod))
        was, is_ = (
            (Existence.NOT_MATCHING, Existence.MATCHING)
            if matches_now
            else (Existence.ABSENT, Existence.PRESENT)
        )
        steps = [existence(ref, was, is_, item.at, item.t, inferred=item.initial)]
        if not matches_now:
            steps += self._replaced(row, item)
            steps += transitions(None, pod, item.at, item.t, inferred=item.initial, ref=ref)
        return Observation(version, None, steps, matches_now)

    def _changed(
        self, item: Observed, known: Row, version: PodVersion, store: Store
    ) -> Observation:
        pod, ref = version.pod, known.ref
        steps = transitions(known.pod, pod, item.at, item.t, inferred=item.initial, ref=ref)
        gone, gone_t = "", 0.0
        if item.type == "DELETED":
            gone, gone_t = self._whereabouts(item.scope, ref), item.t
            before = Existence.MATCHING if gone != Existence.ABSENT else Existence.PRESENT
            steps.append(existence(ref, before, gone, item.at, item.t, inferred=item.initial))
            self._gone.append((item.t, ref.key))
        unwanted = known.unwanted
        if any(one.facet is Facet.DELETION for one in steps):
            unwanted = background(store, pod, ref.cluster).get("owner.surplus") is True
        # One that is ready or gone waits for nothing.
        waits = known.events and not gone and not pod.is_true("Ready")
        self.put(
            replace(
                known,
                pod=pod,
                before_1_35=version.before_1_35,
                changed_t=item.t if steps else known.changed_t,
                lifeline=continued(known.lifeline, pod, item.t, steps, gone),
                gone=gone,
                gone_t=gone_t,
                unwanted=unwanted,
                events=known.events if waits else (),
            )
        )
        if steps:
            self.move(known, store.t)
        return Observation(version, known.pod, steps)

    def fetched(self, item: Fetched) -> None:
        """Take in whether a Pod that left the selection is still there."""
        self._still_there[item.ref.key] = item.uid

    def _whereabouts(self, scope: Scope, ref: Ref) -> Existence:
        """What a DELETED means: the Pod is no more, or it left the selection."""
        if not scope.selective:
            return Existence.ABSENT
        now = self._still_there.pop(ref.key, None)
        if now is None:
            return Existence.LOST_SIGHT
        return Existence.NOT_MATCHING if now == ref.uid else Existence.ABSENT

    def former(self, ref: Ref) -> Pod | None:
        """The Pod that this one replaces; of a bare Pod the one before it that had its name."""
        row = self.rows[ref.key]
        if row.replaces is not None:
            known = self.rows.get(row.replaces.key)
            return known.pod if known is not None else None
        if row.pod.metadata.controller is not None:
            return None
        gone = (self.rows[key] for _, key in reversed(self._gone) if key in self.rows)
        name = (ref.cluster, ref.namespace, ref.name)
        alike = (one for one in gone if (one.ref.cluster, one.ref.namespace, one.ref.name) == name)
        return next((one.pod for one in alike if one.deleted and one.ref.key != ref.key), None)

    def sibling(self, ref: Ref) -> Pod | None:
        """One of the same controller that is ready, if there is one among the first of them."""
        own = kin(self.rows[ref.key])
        members = islice(self._families.get(own, ()), _LOOKED_AT) if own is not None else ()
        others = (self.rows[key] for key in members if key != ref.key)
        return next((one.pod for one in others if not one.gone and one.pod.is_true("Ready")), None)

    def _replaced(self, new: Row, item: Observed) -> list[Transition]:
        """The Pod that the new one replaces, if only one can be meant."""
        relatives = self._ending.get(kin(new) or (), {})  # of all of them there may be thousands
        candidates = [
            row
            for row in (self.rows[key] for key in relatives if key != new.ref.key)
            if not (row.replaced_by or row.was_over or row.unwanted)
            and (row.deleted or not row.gone)
            and not came_before(new.pod, row.pod)
            and needs_replacement(row.pod, deleted=row.deleted)
        ]
        if len(candidates) != 1:
            return []
        old = candidates[0]
        self.put(replace(old, replaced_by=new.ref))
        self.put(replace(new, replaces=old.ref))
        before = Existence.ABSENT if old.gone else Existence.PRESENT
        return [replacement(old.ref, new.ref, before, item.at, item.t)]
