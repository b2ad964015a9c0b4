"""What is around one Pod, asked of the API server by a few small requests.

Responsible for which questions a Pod's state makes worth asking, in which order, and for saying
what could not be had. What of the answers is about the Pod is `podwatch.core.surroundings`'
business.
"""

import re
from collections.abc import Callable, Collection
from typing import TypeVar

import urllib3
from msgspec.structs import replace

from podwatch.core.kube import (
    KINDS,
    OWNER_KINDS,
    KubeObject,
    Owner,
    PersistentVolumeClaim,
    Pod,
    PodEvent,
    Undecodable,
)
from podwatch.core.surroundings import Objects, Surroundings
from podwatch.sources.api import PAGE, ApiError, ListPage, Malformed, Unreachable
from podwatch.sources.cluster.wire import wire

_T = TypeVar("_T")
_OWNERS = 4
_CLAIMS = 8
_NODES = 5_000
_PODS = 10_000
"""The most that are asked for; of the lists, what is cut off would be no answer."""
_WITH_A_NODE = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed"
"""The Pods that take up something of a Node."""
_FULL = re.compile(r"Insufficient |Too many pods|free ports")
"""What the scheduler says where other Pods are in the way:
https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/framework/plugins/noderesources/fit.go
"""


def around(
    pod: Pod, get: Callable[..., urllib3.BaseHTTPResponse]
) -> tuple[Surroundings, tuple[str, ...]]:
    """What is around the Pod; and what could not be had, each with the cause."""
    asked = Asked(pod.metadata.namespace, get)
    asked.about("its Events", "Pod", pod.metadata.name)
    asked.owners(pod)
    everywhere = lacks_node = False
    if pod.spec.node_name:
        node = asked.one("its Node", "Node", pod.spec.node_name)
        lacks_node = node is None and not asked.not_had
    elif waits_for_a_node(pod):
        everywhere = asked.nodes([pod])
    if not has_begun(pod):  # or else its volumes were there
        asked.claims(pod)
    found = Objects(asked.found, everywhere=everywhere).around(pod)
    return replace(found, lacks_node=lacks_node), asked.not_had


def has_begun(pod: Pod) -> bool:
    """Whether any of its containers has ever run."""
    states = (state for one in pod.all_statuses() for state in (one.state, one.last_state))
    return any(state.running or state.terminated for state in states)


def waits_for_a_node(pod: Pod) -> bool:
    """Whether the scheduler looks for a node for it."""
    return not (pod.spec.node_name or pod.status.is_over or pod.spec.scheduling_gates)


class Asked:
    """What was found, and what is missing. Who does not answer once is not asked again."""

    def __init__(self, namespace: str, get: Callable[..., urllib3.BaseHTTPResponse]) -> None:
        self.found: list[KubeObject] = []
        self.missing: dict[str, str] = {}
        self._namespace = namespace
        self._get = get
        self._silent = ""
        self._forbidden: set[str] = set()

    def one(self, what: str, kind: str, name: str, within: str = "") -> KubeObject | None:
        """The object of that name, which is found by this; None if it can't be had.

        `within`: its namespace, if it is not the Pod's.
        """
        namespace = (within or self._namespace) if KINDS[kind].namespaced else ""
        made: KubeObject | None = self._ask(
            what, kind, "get", wire(kind).path(namespace, name), wire(kind).item
        )
        self.found += [made] if made is not None else []
        return made

    def about(self, what: str, kind: str, name: str) -> None:
        """Find the Events about an object of the Pod's namespace."""
        fields = f"involvedObject.kind={kind},involvedObject.name={name}"
        path = wire("Event").path(self._namespace)
        events, _ = self._page(what, "Event", path, fields)
        self.found += events

    def all(
        self,
        what: str,
        kind: str,
        most: int,
        fields: str = "",
        *,
        within: str = "",
        labels: str = "",
        wanted: Callable[[KubeObject], bool] | None = None,
        following: str = "",
    ) -> bool:
        """Find all objects of a kind in the cluster, or `within` a namespace, with these labels.

        `wanted`: of these only those that it says yes to; `following`: those from this token on.
        Whether these are all: if not, a part of them is found where they are `wanted`, from a token
        on or within a namespace; of all that there are, a part would be no answer.
        """
        path, part = wire(kind).path(within), bool(within or wanted or following)
        listed: list[KubeObject] = []
        seen = 0
        while True:
            more, following = self._page(what, kind, path, fields, following, labels=labels)
            seen += len(more)
            listed += filter(wanted, more) if wanted is not None else more
            if not following or seen >= most:
                break
        if following:
            self.missing[what] = f"there are more than {most}"
        if what in self.missing and not part:
            return False
        self.found += listed
        return what not in self.missing

    def nodes(self, pods: Collection[Pod]) -> bool:
        """Find all Nodes and, if a Pod finds no room, all Pods; whether it has found all Pods."""
        has_nodes = self.all("the Nodes", "Node", _NODES)
        if not has_nodes or not any(map(self._lacks_room, pods)):
            return False
        return self.all("the Pods of all namespaces", "Pod", _PODS, _WITH_A_NODE)

    def owners(self, pod: Pod) -> None:
        """Find its controller and that one's, with the Events about them."""
        controller = pod.metadata.controller
        for _ in range(_OWNERS):
            if controller is None or controller.kind not in OWNER_KINDS:
                return
            owner = self.one("its owners", controller.kind, controller.name)
            self.about("the Events about its owners", controller.kind, controller.name)
            controller = owner.metadata.controller if isinstance(owner, Owner) else None

    def claims(self, pod: Pod) -> None:
        """Find its claims, and of those that are not bound the Events about them."""
        for name in pod.claims[:_CLAIMS]:
            claim = self.one("its claims", "PersistentVolumeClaim", name)
            if not isinstance(claim, PersistentVolumeClaim) or claim.status.phase != "Bound":
                self.about("the Events about its claims", "PersistentVolumeClaim", name)

    @property
    def not_had(self) -> tuple[str, ...]:
        """What is missing, each with the cause."""
        return tuple(f"{what} ({why})" for what, why in self.missing.items())

    def _lacks_room(self, pod: Pod) -> bool:
        """Whether the scheduler says that other Pods are in the way."""
        scheduled = pod.condition("PodScheduled")
        events = (one for one in self.found if isinstance(one, PodEvent))
        said = [one.message for one in events if one.reason == "FailedScheduling"]
        return any(map(_FULL.search, [scheduled.message if scheduled else "", *said]))

    def _page(
        self,
        what: str,
        kind: str,
        path: str,
        fields: str,
        following: str = "",
        *,
        labels: str = "",
    ) -> tuple[list[KubeObject], str]:
        """A page of a list, and the token of the next one; empty if it can't be had."""
        query = {
            "fieldSelector": fields,
            "labelSelector": labels,
            "limit": PAGE,
            "continue": following,
        }
        page = self._ask(
            what, kind, "list", path, lambda data: wire(kind).page(data, None), **query
        )
        if page is None:
            return [], ""
        return self.readable(kind, page), page.following

    def readable(self, kind: str, page: ListPage) -> list[KubeObject]:
        """The objects of a page; that a Pod can't be read is missing."""
        found: list[KubeObject] = []
        for one in page.items:
            if not isinstance(one, Malformed):
                found.append(one)
            elif kind == "Pod":
                self.missing.setdefault("all Pods", f"{one.ref}: {one.error}")
        return found

    def _ask(
        self,
        what: str,
        kind: str,
        verb: str,
        path: str,
        decode: Callable[[bytes], _T],
        **query: object,
    ) -> _T | None:
        """The answer; None if it can't be had, which is said but where there is no such object."""
        if kind in self._forbidden:
            return None
        if self._silent:
            self.missing.setdefault(what, self._silent)
            return None
        try:
            return decode(self._get(path, **query).data)
        except Unreachable as error:
            self._silent = str(error)
            self.missing[what] = self._silent
        except (ApiError, Undecodable) as error:
            code = error.code if isinstance(error, ApiError) else 0
            if code == 403:
                self._forbidden.add(kind)
                self.missing[what] = f"you may not {verb} {KINDS[kind].resource}"
            elif code != 404:
                self.missing[what] = str(error)
        return None
