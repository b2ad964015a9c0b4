"""Boards for the renderers' tests: a real Session, fed with Pods that are made here.

The concepts are a few of its own, so that a golden screen changes with the layout only and
not with every better word in the catalogue.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.concepts import Catalog, concept
from podwatch.core.kube import ObjectReference, Pod, PodEvent
from podwatch.core.kube.event import EventSource
from podwatch.core.kube.meta import ObjectMeta, OwnerReference
from podwatch.core.kube.pod_spec import Container, PodSpec
from podwatch.core.kube.pod_status import (
    ContainerState,
    ContainerStatus,
    PodCondition,
    PodStatus,
    Running,
    Terminated,
    Waiting,
)
from podwatch.core.session import Session
from podwatch.core.stream import (
    FORMAT,
    Connection,
    Gap,
    Observed,
    Opened,
    Scope,
    StreamItem,
    Synced,
    Tick,
)

START = datetime(2026, 3, 5, 10, 2, 0, tzinfo=UTC)
PODS = Scope("Pod", "default")
EVENTS = Scope("Event", "default")
WEB = OwnerReference(kind="ReplicaSet", name="web-846575c5cf", uid="rs-1", controller=True)

_CONCEPTS = {
    "back-off": """
title = "Back-off before the next start"
summary = "The kubelet waits before it starts the container again."
sentence = '''The container "{container.name}" ended with exit code {container.exit_code};
the kubelet on {pod.node} waits {container.back_off} before it starts it again.'''
then = "Started again after the pause, or the same error once more; then the pause is doubled."
explanation = '''
A container that ends again and again is not started at once each time: the pauses grow from
10 s to 5 minutes, so that a broken program does not keep a node busy. The Pod stays where it
is. Its address, its volumes and its other containers are untouched. After ten minutes without
trouble the pauses begin anew.

What is wrong is in the container's own output, of the run before this one.
'''
who = "the kubelet on {pod.node}"
try = ["kubectl logs {pod.name} -c {container.name} --previous"]
docs = "/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy"
myth = "A crash loop is no phase: the phase is still Running. The Pod itself never restarts."
weight = "trouble"
[when]
transition.facet = "container"
transition.reason = "CrashLoopBackOff"
""",
    "ready": """
title = "Ready for traffic"
summary = "The Pod passes its readiness checks."
sentence = "All containers are ready: Services send traffic to {pod.name} now."
then = "Nothing, as long as its containers and probes are well."
explanation = "Ready is a condition, not a phase. Services only use Pods that have it."
who = "the kubelet on {pod.node}"
docs = "/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions"
[when]
transition.facet = "condition"
transition.subject = "Ready"
transition.after = "True"
""",
    "created": """
title = "A Pod was created"
summary = "The API server stored a new Pod."
sentence = "The API server stored {pod.name}; it has no node yet."
then = "The scheduler picks a node for it."
explanation = "A Pod is an object first. Nothing runs until a node is chosen."
who = "whoever asked the API server"
docs = "/docs/concepts/workloads/pods/"
[when]
transition.facet = "existence"
transition.after = "present"
""",
    "pull-failed": """
title = "The image can't be pulled"
summary = "The registry does not have it, or says no."
sentence = "The kubelet could not get the image: {notice.message}"
explanation = "The kubelet tries again, with growing pauses."
who = "the kubelet"
try = ["kubectl describe pod {pod.name}"]
docs = "/docs/concepts/containers/images/"
weight = "trouble"
[when]
notice.reason = "Failed"
""",
}


def small_catalog() -> Catalog:
    """Concepts for the tests."""
    return Catalog(concept(id_, text) for id_, text in _CONCEPTS.items())


def at(t: float) -> datetime:
    """The stream's `t` as a time of day."""
    return START + timedelta(seconds=t)


def pod(
    name: str,
    *,
    namespace: str = "default",
    uid: str = "",
    phase: str = "Running",
    age: float = 120,
    owner: OwnerReference | None = None,
    deleting: bool = False,
    conditions: Iterable[PodCondition] = (),
    statuses: Iterable[ContainerStatus] = (),
    reason: str = "",
) -> Pod:
    """A Pod with one container `app` in the state that is given."""
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace=namespace,
            uid=uid or f"uid-{namespace}-{name}",
            creation_timestamp=START - timedelta(seconds=age),
            deletion_timestamp=START + timedelta(seconds=30) if deleting else None,
            labels={"pod-template-hash": "846575c5cf"} if owner else {},
            owner_references=(owner,) if owner else (),
        ),
        spec=PodSpec(
            node_name="worker",
            restart_policy="Always",
            containers=(Container(name="app", image="busybox:1.36"),),
        ),
        status=PodStatus(
            phase=phase,
            reason=reason,
            conditions=tuple(conditions),
            container_statuses=tuple(statuses),
        ),
    )


def running(name: str, **more: Any) -> Pod:
    """A Pod that is ready."""
    status = ContainerStatus(
        name="app",
        ready=True,
        container_id=f"c-{name}",
        state=ContainerState(running=Running(started_at=START)),
    )
    return pod(name, statuses=[status], conditions=[ready()], **more)


def ready() -> PodCondition:
    """The condition Ready, met."""
    return PodCondition(type="Ready", status="True")


def creating(name: str, **more: Any) -> Pod:
    """A Pod whose container is not started yet."""
    waiting = Waiting(reason="ContainerCreating")
    status = ContainerStatus(name="app", state=ContainerState(waiting=waiting))
    return pod(name, phase="Pending", statuses=[status], **more)


def waiting(name: str, reason: str, **more: Any) -> Pod:
    """A Pod whose container waits for that reason."""
    status = ContainerStatus(name="app", state=ContainerState(waiting=Waiting(reason=reason)))
    return pod(name, phase="Pending", statuses=[status], **more)


def crashing(name: str, runs: int, *, backing_off: bool, ended: float, **more: Any) -> Pod:
    """A Pod whose container ended `runs` times, the last time at `ended`."""
    end = Terminated(
        exit_code=1,
        reason="Error",
        started_at=at(ended - 2),
        finished_at=at(ended),
        container_id=f"c-{name}-{runs}",
    )
    state = (
        ContainerState(waiting=Waiting(reason="CrashLoopBackOff"))
        if backing_off
        else ContainerState(terminated=end)
    )
    status = ContainerStatus(
        name="app",
        restart_count=runs - 1,
        container_id=f"c-{name}-{runs}",
        state=state,
        last_state=ContainerState(terminated=end) if backing_off else ContainerState(),
    )
    return pod(name, statuses=[status], **more)


def completed(name: str, **more: Any) -> Pod:
    """A Pod that ended well."""
    ended = Terminated(reason="Completed", finished_at=START, container_id=f"c-{name}")
    status = ContainerStatus(
        name="app", container_id=f"c-{name}", state=ContainerState(terminated=ended)
    )
    return pod(name, phase="Succeeded", statuses=[status], **more)


def opened(*scopes: Scope, context: str = "kind-demo") -> Opened:
    """The stream's first item."""
    return Opened(
        t=0,
        at=START,
        format=FORMAT,
        context=context,
        server_version="v1.37.2",
        scopes=scopes or (PODS, EVENTS),
    )


def seen(
    t: float,
    one: Pod | PodEvent,
    type_: Literal["ADDED", "MODIFIED", "DELETED"] = "MODIFIED",
    *,
    initial: bool = False,
    scope: Scope = PODS,
) -> Observed:
    """One version of an object."""
    return Observed(t=t, at=at(t), scope=scope, type=type_, object=one, initial=initial)


def event(about: Pod, reason: str, message: str, *, count: int = 1, t: float = 0) -> PodEvent:
    """An Event about a Pod's container."""
    meta = about.metadata
    return PodEvent(
        metadata=ObjectMeta(name=f"{meta.name}.1", namespace=meta.namespace, uid=f"e-{reason}"),
        involved_object=ObjectReference(
            kind="Pod",
            namespace=meta.namespace,
            name=meta.name,
            uid=meta.uid,
            field_path="spec.containers{app}",
        ),
        reason=reason,
        message=message,
        type="Warning",
        count=count,
        last_timestamp=at(t),
        source=EventSource(component="kubelet"),
    )


def synced(t: float = 0.1, scope: Scope = PODS) -> Synced:
    """A list is complete."""
    return Synced(t=t, at=at(t), scope=scope)


def connected(t: float, state: str, cause: str = "", scope: Scope = PODS) -> Connection:
    """The connection's state changed."""
    return Connection(t=t, at=at(t), scope=scope, state=state, cause=cause)


def session(items: Iterable[StreamItem], catalog: Catalog | None = None) -> Session:
    """A session that was fed these items."""
    made = Session(catalog or small_catalog())
    for item in items:
        made.feed(item)
    return made


def board(items: Iterable[StreamItem], catalog: Catalog | None = None) -> Board:
    """The board after these items."""
    return session(items, catalog).board


def many(count: int, *, t: float = 1.0) -> list[StreamItem]:
    """A stream that lists so many Pods that are ready."""
    pods = [running(f"web-846575c5cf-{number:05}") for number in range(count)]
    return [
        opened(),
        connected(0.01, "listing"),
        *(seen(0.05, one, "ADDED", initial=True) for one in pods),
        synced(),
        connected(0.1, "live"),
        Tick(t=t),
    ]


def lesson() -> list[StreamItem]:
    """A little of everything: a crash loop, a replacement, a missing image, a gap."""
    api = crashing("api", 3, backing_off=True, ended=-20, age=62)
    leaving = running("web-846575c5cf-jc8jz", owner=WEB, age=130)
    report = waiting("report", "ErrImagePull", age=40)
    return [
        opened(),
        connected(0.01, "listing"),
        *(
            seen(0.05, one, "ADDED", initial=True)
            for one in (
                running("web-846575c5cf-25vhc", owner=WEB, age=135),
                leaving,
                api,
                report,
                completed("import-db-7xq4v", age=60),
            )
        ),
        synced(),
        connected(0.1, "live"),
        Gap(t=12, at=at(12), scope=PODS, since=at(9), until=at(12), reason="server went away"),
        seen(
            30,
            event(report, "Failed", 'image "report:9.9": not found', count=3, t=30),
            scope=EVENTS,
        ),
        seen(39, _leaving(leaving)),
        seen(39.02, creating("web-846575c5cf-x9k2p", owner=WEB, age=-39), "ADDED"),
        seen(40.1, running("web-846575c5cf-x9k2p", owner=WEB, age=-39)),
        seen(40.5, _leaving(leaving), "DELETED"),
        seen(41, crashing("api", 4, backing_off=True, ended=41, age=62)),
        Tick(t=44.0),
    ]


def _leaving(one: Pod) -> Pod:
    meta = replace(
        one.metadata,
        deletion_timestamp=START + timedelta(seconds=69),
        deletion_grace_period_seconds=30,
    )
    return replace(one, metadata=meta)
