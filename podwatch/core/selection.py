"""Which items are about the workloads that are watched: their Pods, and what makes these.

Responsible for who belongs to a workload while it is watched. The owner chain decides, by uid,
through the rollouts of a Deployment and the Jobs of a CronJob. What is between a workload and its
Pods is known by items, too, and may come later than they: they wait for it, so that nothing depends
on which stream was quicker. A Pod that has belonged to a workload stays with it.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from podwatch.core.family import BETWEEN
from podwatch.core.kube import OWNER_KINDS, CronJob, Owner, OwnerReference, Pod, PodEvent
from podwatch.core.store import Store
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Gap,
    Key,
    Observed,
    RecordedItem,
    Scope,
    Synced,
    Unreadable,
)

HELD = 1_000
"""Of how many owners that were not seen yet Pods and Events wait."""


def scopes_of(kind: str, namespace: str, name: str) -> Iterator[Scope]:
    """What to list and watch for a workload."""
    yield Scope("Pod", namespace, owner=f"{kind}/{name}")
    yield Scope("Event", namespace)
    if kind in OWNER_KINDS:
        yield Scope(kind, namespace, "", f"metadata.name={name}")
    if kind in BETWEEN:
        yield Scope(BETWEEN[kind], namespace)


def belongs(pod: Pod, cluster: str, owner: str, store: Store) -> bool:
    """Whether a Pod is of the workload `Deployment/web`, as far as its owners are known."""
    controller = pod.metadata.controller
    if controller is None or _titled(controller) == owner:
        return controller is not None
    of = (cluster, controller.kind, pod.metadata.namespace, controller.name)
    if of not in store.owners:  # it may not be read
        return _named_above(controller.kind, controller.name) == owner
    above = store.owners[of].metadata.controller
    return above is not None and _titled(above) == owner


def is_absent(scope: Scope, store: Store) -> bool:
    """Whether the workload of a scope is known not to be there."""
    kind, _, name = scope.owner.partition("/")
    listed = Scope(kind, scope.namespace, "", f"metadata.name={name}", scope.cluster)
    named = (scope.cluster, kind, scope.namespace, name)
    return listed in store.synced and named not in store.owners


class Selection:
    """Give it each item; it gives those that are about the workloads, in a useful order.

    Where no scope is about a workload it gives all of them.
    """

    def __init__(self, scopes: Iterable[Scope]) -> None:
        scopes = tuple(scopes)
        self._heads = {(one.namespace, one.owner) for one in scopes if one.owner}
        between = {(where, BETWEEN.get(head.partition("/")[0])) for where, head in self._heads}
        self._between = {one for one in scopes if (one.namespace, one.kind) in between}
        heads = {one for one in scopes if (one.namespace, f"{one.kind}/{one.name}") in self._heads}
        self._first = self._between | heads
        self._unknown = set(self._first)
        self._chain = {(one.namespace, one.kind) for one in self._between}
        self._refused: set[tuple[str, str]] = set()
        self._waiting: deque[RecordedItem] = deque()
        self._owners: dict[Key, str] = {}
        self._own: set[tuple[str, Key]] = set()
        self._held: dict[Key, list[Observed]] = {}

    def passes(self, item: RecordedItem) -> list[RecordedItem]:
        """What is to be taken now: of this item, and of those that waited for it."""
        if not self._heads:
            return [item]
        if self._unknown and isinstance(item, _ABOUT_OBJECTS) and item.scope not in self._first:
            self._waiting.append(item)
            return []
        passed = [*self._of(item)]
        if isinstance(item, Connection) and item.state == ConnectionState.FORBIDDEN:
            self._refused.add((item.scope.namespace, item.scope.kind))
            self._unknown.discard(item.scope)
        elif isinstance(item, Synced):
            self._unknown.discard(item.scope)
        while self._waiting and not self._unknown:
            passed += self._of(self._waiting.popleft())
        return passed

    def _of(self, item: RecordedItem) -> Iterator[RecordedItem]:
        if not isinstance(item, Observed):
            yield item
            return
        match item.object:
            case Pod() as pod:
                wanted = not item.scope.owner or self._owns(item, pod)
            case PodEvent() as event:
                wanted = event.involved_object.kind == "Pod" or self._tells(item, event)
            case Owner() | CronJob() as owner:
                wanted = self._makes(item, owner)
            case _:
                wanted = True
        if wanted:
            yield item
        if not isinstance(item.object, Pod | PodEvent):
            for held in self._held.pop((item.scope.cluster, item.object.metadata.uid), ()):
                yield from self._of(held)

    def _owns(self, item: Observed, pod: Pod) -> bool:
        """Whether the workload of its scope has the Pod, or had it."""
        key = (item.scope.owner, (item.scope.cluster, pod.metadata.uid))
        if key in self._own:
            if item.type == "DELETED":
                self._own.remove(key)
            return True
        where, controller = pod.metadata.namespace, pod.metadata.controller
        if controller is None:
            return False
        head = _titled(controller)
        if (where, controller.kind) in self._chain:
            known = self._head_above(item, where, controller.kind, controller.name, controller.uid)
            head = head if head == item.scope.owner else known
        if head == item.scope.owner:
            self._own.add(key)
            return True
        return False

    def _tells(self, item: Observed, event: PodEvent) -> bool:
        """Whether an Event is about a workload that is watched, or what is between."""
        about = event.involved_object
        if (about.namespace, f"{about.kind}/{about.name}") in self._heads:
            return True
        if (about.namespace, about.kind) not in self._chain:
            return False
        return bool(self._head_above(item, about.namespace, about.kind, about.name, about.uid))

    def _makes(self, item: Observed, owner: Owner | CronJob) -> bool:
        """Whether it is a workload that is watched, or between one and its Pods."""
        meta, kind = owner.metadata, type(owner).__name__
        head = _titled(meta.controller) if meta.controller is not None else ""
        own = (meta.namespace, head) in self._heads
        if item.scope in self._between:
            self._owners[item.scope.cluster, meta.uid] = head if own else ""
        return own or (meta.namespace, f"{kind}/{meta.name}") in self._heads

    def _head_above(self, item: Observed, where: str, kind: str, name: str, uid: str) -> str:
        """The workload above what is between; empty if none of those, or if it is not known yet.

        Then the item waits. Where nobody may read what is between, its name has to do.
        """
        key = (item.scope.cluster, uid)
        if (where, kind) in self._refused:
            head = _named_above(kind, name)
            return head if (where, head) in self._heads else ""
        listed_event = item.initial and isinstance(item.object, PodEvent)  # of what is long gone
        if key not in self._owners and not listed_event:
            self._held.setdefault(key, []).append(item)
            if len(self._held) > HELD:
                del self._held[next(iter(self._held))]
        return self._owners.get(key, "")


_ABOUT_OBJECTS = (Observed, Synced, Gap, Unreadable)


def _named_above(kind: str, name: str) -> str:
    """The workload after which what is between is named, by the controller that makes it."""
    above = next((head for head, below in BETWEEN.items() if below == kind), "")
    return f"{above}/{name.rpartition('-')[0]}"


def _titled(controller: OwnerReference) -> str:
    return f"{controller.kind}/{controller.name}"
