"""Events: which of them are news, and about whom.

Responsible for repetitions, for Events that come before their Pod or are about one that is not
selected, and for those that say what a Pod waits for. What they mean is the concepts' business.
"""

import copy

import msgspec

from podwatch.core.kube import OWNER_KINDS, Pod, PodEvent
from podwatch.core.pods import PodTable
from podwatch.core.present.telling import TELLING
from podwatch.core.rows import TELLING_EVENTS
from podwatch.core.scaling import scaling
from podwatch.core.stops import stop
from podwatch.core.store import Store
from podwatch.core.stream import Key, Observed, Ref

HELD_PODS = 1_000
"""Of how many Pods that were not seen yet Events wait, when only some Pods are watched."""


class Report(msgspec.Struct, frozen=True, gc=False):
    """Whom an Event that is news is about, that Pod where there is one, and if that is no more."""

    ref: Ref
    pod: Pod | None
    gone: bool = False


class Events:
    """How often each was told of, and those that wait for their Pod."""

    def __init__(self) -> None:
        self._counts: dict[Key, int] = {}
        self._held: dict[Key, dict[str, Observed]] = {}
        self._early: dict[Key, tuple[PodEvent, ...]] = {}

    def copy(self) -> "Events":
        """Another one that knows the same."""
        made = copy.copy(self)
        made._counts, made._early = self._counts.copy(), self._early.copy()
        made._held = {key: items.copy() for key, items in self._held.items()}
        return made

    def apply(self, item: Observed, event: PodEvent, pods: PodTable, store: Store) -> Report | None:
        """Take an Event in; None if there is nothing to tell, or not yet."""
        about, cluster = event.involved_object, item.scope.cluster
        key = (cluster, event.metadata.uid)
        if about.kind != "Pod" and not _is_told_of_an_owner(event, cluster, pods, store):
            return None
        if item.type == "DELETED":
            self._counts.pop(key, None)
            return None
        if event.times <= self._counts.get(key, 0):
            return None
        self._remember(event, cluster, pods)
        if store.is_first_list(item):
            self._counts[key] = event.times
            return None
        row = pods.meant(about, cluster)
        if row is None and about.kind == "Pod" and store.selects:
            self._hold(item, event)
            return None
        self._counts[key] = event.times
        if row is None:
            ref = Ref(about.namespace, about.name, about.uid, cluster, about.kind)
            return Report(ref, None)
        if event.times == 1:
            pods.move(row, store.t)
        return Report(row.ref, row.pod, row.deleted)

    def _remember(self, event: PodEvent, cluster: str, pods: PodTable) -> None:
        """Keep what it says about a wait or a stop, also if it comes before its Pod."""
        about, stopped = event.involved_object, stop(event)
        if about.kind != "Pod" or (stopped is None and event.reason not in TELLING):
            return
        row = pods.meant(about, cluster)
        if row is not None and stopped is not None:
            pods.tell_stop(row, stopped)
            return
        key = row.ref.key if row is not None else pods.real((cluster, about.uid))
        known = row.events if row is not None else self._early.get(key, ())
        others = [one for one in known if one.metadata.uid != event.metadata.uid]
        events = (*others, event)[-TELLING_EVENTS:]
        if row is not None:
            pods.tell(row, events)
            return
        self._early[key] = events
        if len(self._early) > HELD_PODS:
            del self._early[next(iter(self._early))]  # most are about Pods that are no more

    def _hold(self, item: Observed, event: PodEvent) -> None:
        held = self._held.setdefault((item.scope.cluster, event.involved_object.uid), {})
        held[event.metadata.uid] = item
        if len(self._held) > HELD_PODS:
            del self._held[next(iter(self._held))]  # most are about Pods that are not selected

    def release(self, ref: Ref, pods: PodTable) -> list[Observed]:
        """A Pod is there: what Events said of its wait is its own now; those that waited for it."""
        row = pods.rows[ref.key]
        keys = [(ref.cluster, uid) for uid in row.pod.event_uids]
        early = [event for key in keys for event in self._early.pop(key, ())]
        for stopped in filter(None, map(stop, early)):
            pods.tell_stop(pods.rows[ref.key], stopped)
        if telling := tuple(event for event in early if event.reason in TELLING):
            pods.tell(pods.rows[ref.key], telling)
        keys.append((ref.cluster, ""))  # of the taint controller, which gives only a name
        return [item for key in keys for item in self._held.pop(key, {}).values()]


def _is_told_of_an_owner(event: PodEvent, cluster: str, pods: PodTable, store: Store) -> bool:
    """Whether it is trouble of a workload, or says that another number of Pods is wanted.

    Of selected Pods' controllers it is told if only some are; where workloads are watched, and
    nothing else of them comes, all of it.
    """
    about = event.involved_object
    if store.follows_workloads:
        return about.kind in {*OWNER_KINDS, "CronJob"}
    if about.kind not in OWNER_KINDS:
        return False
    if event.type != "Warning":
        return not store.selects and scaling(event, store, cluster) is not None
    if not store.selects:
        return True
    return any(
        controller is not None and (row.ref.cluster, controller.uid) == (cluster, about.uid)
        for row in pods.rows.values()
        for controller in [row.pod.metadata.controller]
    )
