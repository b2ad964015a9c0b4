"""What is about one Pod of everything that is known at one moment.

Responsible for picking it: the Pod's Events, its claims, the chain of its owners, its Node. It is
indexed once and asked per Pod, so that a file of thousands of Pods takes no longer than it has to.
What any of it means is `podwatch.core.diagnosis`'s business.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from podwatch.core.kube import KubeObject, Node, Owner, PersistentVolumeClaim, Pod, PodEvent
from podwatch.core.stops import Stop

EVENTS = 500
"""The most Events about one object: one stays for an hour, and repetitions are only counted."""
_OWNERS = 8
"""The most owners behind a Pod; a chain that goes in circles ends there."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a Pod beside the Pod itself, each in no particular order.

    `lacks_node`: Nodes are known, but the one that the Pod is given to is not among them.
    `stops`: why the kubelet stopped its containers, as Events said that are no longer known.
    `events` are about the Pod; `others` about its claims, its owners and its Node, which
    `involved_object` tells apart. `owners`: its controller and that one's, the nearest first, as
    far as they are known. `nodes`: its Node; of a Pod that waits for one, all of them, and then
    `pods` are all Pods that are known, itself perhaps among them, which say what the Nodes have
    left: all of it if they are from `everywhere`, else at most that. These two are the same tuples
    for every Pod that waits.
    """

    events: tuple[PodEvent, ...] = ()
    owners: tuple[Owner, ...] = ()
    claims: tuple[PersistentVolumeClaim, ...] = ()
    nodes: tuple[Node, ...] = ()
    pods: tuple[Pod, ...] = ()
    everywhere: bool = False
    others: tuple[PodEvent, ...] = ()
    lacks_node: bool = False
    stops: tuple[Stop, ...] = ()


_Key = str | tuple[str, ...]


class Objects:
    """Everything of one cluster that is known at one moment. What comes last counts.

    `everywhere`: among them are all Pods that have a Node, of all namespaces.
    """

    def __init__(self, objects: Iterable[KubeObject] = (), *, everywhere: bool = False) -> None:
        self._everywhere = everywhere
        self._events: dict[_Key, list[PodEvent]] = {}
        self._known: dict[_Key, KubeObject] = {}
        nodes, pods = [], []
        for one in objects:
            if isinstance(one, PodEvent):
                self._index(one)
            elif isinstance(one, Pod):
                pods.append(one)
            else:
                meta, kind = one.metadata, type(one).__name__
                for key in (meta.uid, (kind, meta.namespace, meta.name), (kind, meta.name)):
                    self._known[key] = one
                if isinstance(one, Node):
                    nodes.append(one)
        self._nodes, self._pods = tuple(nodes), tuple(pods)

    def _index(self, event: PodEvent) -> None:
        about = event.involved_object
        namespace = about.namespace or event.metadata.namespace
        for key in (about.uid, (about.kind, namespace, about.name), (about.kind, about.name)):
            known = self._events.setdefault(key, [])
            known.append(event)
            if len(known) > EVENTS:
                del known[0]

    def around(self, pod: Pod) -> Surroundings:
        """What is about this Pod, which need not be among the objects."""
        meta, node = pod.metadata, pod.spec.node_name
        events = self._about("Pod", meta.namespace, meta.name, *pod.event_uids)
        owners, others = self._chain(pod)
        claims = []
        for name in pod.claims:
            claim = self._find("PersistentVolumeClaim", meta.namespace, name)
            if isinstance(claim, PersistentVolumeClaim):
                claims.append(claim)
            uid = claim.metadata.uid if claim is not None else ""
            others += self._about("PersistentVolumeClaim", meta.namespace, name, uid)
        nodes = self._nodes
        if node:
            others += self._about("Node", "", node)  # to the kubelet, its name is its uid
            mine = self._find("Node", "", node)
            nodes = (mine,) if isinstance(mine, Node) else ()
        waits = not node and not pod.status.is_over
        return Surroundings(
            events=tuple(one for one in events if not _is_older(one, meta.creation_timestamp)),
            owners=tuple(owners),
            claims=tuple(claims),
            nodes=nodes if node or waits else (),
            lacks_node=bool(node and self._nodes and not nodes),
            pods=self._pods if waits else (),
            everywhere=self._everywhere,
            others=tuple(others),
        )

    def _chain(self, pod: Pod) -> tuple[list[Owner], list[PodEvent]]:
        """The Pod's owners, the nearest first, and the Events about them."""
        namespace, controller = pod.metadata.namespace, pod.metadata.controller
        owners: list[Owner] = []
        events: list[PodEvent] = []
        while controller is not None and len(owners) < _OWNERS:
            named = controller.kind, namespace, controller.name
            events += self._about(*named, controller.uid)
            owner = self._find(*named, controller.uid)
            if not isinstance(owner, Owner):
                break
            owners.append(owner)
            controller = owner.metadata.controller
        return owners, events

    def _find(self, kind: str, namespace: str, name: str, uid: str = "") -> KubeObject | None:
        """The object of that uid; by its name where either has none: people cut uids out."""
        if uid and (found := self._known.get(uid)) is not None:
            return found
        for key in _keys(kind, namespace, name):
            found = self._known.get(key)
            if found is not None and not (uid and found.metadata.uid):
                return found
        return None

    def _about(self, kind: str, namespace: str, name: str, *uids: str) -> list[PodEvent]:
        """The Events about the object of these uids; by its name where either has none.

        The taint controller gives only a name.
        """
        known = [uid for uid in uids if uid]
        found = [event for uid in known for event in self._events.get(uid, ())]
        for key in _keys(kind, namespace, name):
            named = self._events.get(key, ())
            found += [one for one in named if not known or not one.involved_object.uid]
        return found


def _keys(kind: str, namespace: str, name: str) -> tuple[_Key, ...]:
    """By what an object is found where it, or who names it, may have lost its namespace."""
    return ((kind, namespace, name), (kind, "", name)) if namespace else ((kind, name),)


def _is_older(event: PodEvent, created: datetime | None) -> bool:
    """Whether it is about a Pod that had the name before: those of a StatefulSet share theirs."""
    seen = event.last_seen
    return seen is not None and created is not None and seen < created
