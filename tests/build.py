"""Pods, Events and items for the tests, in few words.

Times are seconds of a virtual clock: `at(3)` is three seconds after the stream was opened.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from podwatch.core.concepts import Catalog, Weight, concept
from podwatch.core.kube import (
    KINDS,
    Condition,
    Container,
    ContainerState,
    ContainerStatus,
    Deployment,
    Job,
    KubeObject,
    Node,
    ObjectMeta,
    ObjectReference,
    OwnerReference,
    Pod,
    PodCondition,
    PodEvent,
    ReplicaSet,
    StatefulSet,
    Terminated,
    Waiting,
)
from podwatch.core.kube.container_spec import Resources
from podwatch.core.kube.event import EventSource
from podwatch.core.kube.meta import Annotations
from podwatch.core.kube.node import NodeSpec, NodeStatus, Taint
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.kube.pod_spec import PodSpec, ReadinessGate
from podwatch.core.kube.pod_status import PodStatus, Running
from podwatch.core.session import Session
from podwatch.core.stream import (
    FORMAT,
    Connection,
    Fetched,
    Gap,
    Observed,
    Opened,
    Ref,
    Scope,
    StreamItem,
    Synced,
    Unreadable,
)
from podwatch.core.timeline import TimelineEntry

START = datetime(2026, 3, 5, 10, 0, 0, tzinfo=UTC)
PODS = Scope("Pod", "default")
EVENTS = Scope("Event", "default")
SELECTED = Scope("Pod", "default", label_selector="app=web")
ONE_POD = Scope("Pod", "default", field_selector="metadata.name=web")


def at(t: float) -> datetime:
    """The stream's `t` as a time of day."""
    return START + timedelta(seconds=t)


# ── containers ──


NO_IMAGE = (
    'failed to pull and unpack image "docker.io/library/web:2": failed to resolve reference '
    '"docker.io/library/web:2": docker.io/library/web:2: not found'
)
"""What containerd says where a registry has no such image."""


def waiting(reason: str = "", message: str = "") -> ContainerState:
    return ContainerState(waiting=Waiting(reason=reason, message=message))


def running(since: float = 0) -> ContainerState:
    return ContainerState(running=Running(started_at=at(since)))


def ended(
    run: str = "",
    exit_code: int = 1,
    reason: str = "",
    *,
    began: float | None = None,
    finished: float | None = None,
    message: str = "",
) -> ContainerState:
    return ContainerState(
        terminated=Terminated(
            exit_code=exit_code,
            reason=reason or ("Error" if exit_code else "Completed"),
            message=message,
            started_at=None if began is None else at(began),
            finished_at=None if finished is None else at(finished),
            container_id=run,
        )
    )


def status(
    state: ContainerState,
    run: str = "",
    *,
    name: str = "app",
    restarts: int = 0,
    last: ContainerState | None = None,
    ready: bool = False,
    started: bool | None = None,
) -> ContainerStatus:
    """What the kubelet says of a container; `run` is its container ID, `last` its lastState."""
    if not run and state.terminated is not None:
        run = state.terminated.container_id
    return ContainerStatus(
        name=name,
        state=state,
        container_id=run,
        restart_count=restarts,
        last_state=last or ContainerState(),
        ready=ready,
        started=started,
    )


# ── Pods ──


def condition(
    type_: str,
    value: str = "True",
    reason: str = "",
    message: str = "",
    *,
    since: float | None = None,
) -> PodCondition:
    return PodCondition(
        type=type_,
        status=value,
        reason=reason,
        message=message,
        last_transition_time=None if since is None else at(since),
    )


def owned_by(kind: str, name: str, uid: str = "") -> OwnerReference:
    return OwnerReference(kind=kind, name=name, uid=uid or f"{name}-uid", controller=True)


def pod(
    *statuses: ContainerStatus,
    name: str = "web",
    namespace: str = "default",
    uid: str = "",
    created: float | None = None,
    phase: str = "Pending",
    reason: str = "",
    message: str = "",
    conditions: Iterable[PodCondition] = (),
    init: Iterable[ContainerStatus] = (),
    ephemeral: Iterable[ContainerStatus] = (),
    containers: Iterable[Container] = (Container(name="app", image="busybox:1.36"),),
    init_containers: Iterable[Container] = (),
    ephemeral_containers: Iterable[Container] = (),
    gates: Iterable[str] = (),
    node: str = "",
    restart_policy: str = "Always",
    owner: OwnerReference | None = None,
    labels: dict[str, str] | None = None,
    mirror: str = "",
    deletion: float | None = None,
    grace: int | None = None,
    version: str = "",
) -> Pod:
    """A Pod; `deletion` is when its deletionTimestamp is, `mirror` a static Pod's config hash."""
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace=namespace,
            uid=uid or f"{name}-uid",
            creation_timestamp=None if created is None else at(created),
            resource_version=version,
            labels=labels or {},
            annotations=Annotations(config_mirror=mirror),
            owner_references=(owner,) if owner else (),
            deletion_timestamp=None if deletion is None else at(deletion),
            deletion_grace_period_seconds=grace,
        ),
        spec=PodSpec(
            containers=tuple(containers),
            init_containers=tuple(init_containers),
            ephemeral_containers=tuple(ephemeral_containers),
            readiness_gates=tuple(ReadinessGate(condition_type=gate) for gate in gates),
            node_name=node,
            restart_policy=restart_policy,
        ),
        status=PodStatus(
            phase=phase,
            reason=reason,
            message=message,
            conditions=tuple(conditions),
            container_statuses=statuses,
            init_container_statuses=tuple(init),
            ephemeral_container_statuses=tuple(ephemeral),
        ),
    )


def asking(one: Pod, requests: dict[str, str] | None = None, **spec: Any) -> Pod:
    """The Pod with these requests of its one container, and these fields of its spec."""
    container = replace(one.spec.containers[0], resources=Resources(requests=requests or {}))
    return replace(one, spec=replace(one.spec, containers=(container,), **spec))


def being_deleted(one: Pod, deadline: float = 30, grace: int = 30) -> Pod:
    """The Pod with its deletion requested."""
    meta = replace(
        one.metadata, deletion_timestamp=at(deadline), deletion_grace_period_seconds=grace
    )
    return replace(one, metadata=meta)


def in_phase(one: Pod, phase: str, reason: str = "", message: str = "") -> Pod:
    return replace(one, status=replace(one.status, phase=phase, reason=reason, message=message))


def up(name: str = "web", run: str = "A") -> Pod:
    """A Pod that runs and is ready."""
    return pod(
        status(running(), run, ready=True),
        name=name,
        phase="Running",
        node="worker",
        conditions=[condition("PodScheduled"), condition("Ready")],
    )


def initializing(container: Container, said: ContainerStatus) -> Pod:
    """A Pod with one init container or sidecar, of which this is said."""
    return pod(
        status(waiting("PodInitializing")),
        init=[said],
        init_containers=[container],
        node="worker",
        conditions=[condition("PodReadyToStartContainers"), condition("Initialized", "False")],
    )


# ── owners and Nodes ──


def deployment(generation: int = 1, observed: int = 1, **counts: Any) -> Deployment:
    """A Deployment `web` that wants two Pods; its revision is the generation that was observed."""
    return Deployment(
        metadata=ObjectMeta(
            name="web",
            namespace="default",
            uid="deployment",
            generation=generation,
            annotations=Annotations(revision=str(observed)),
        ),
        spec=OwnerSpec(replicas=2),
        status=OwnerStatus(observed_generation=observed, **counts),
    )


def replica_set(revision: int, *conditions: Condition) -> ReplicaSet:
    """The ReplicaSet of a revision of the Deployment `web`."""
    return ReplicaSet(
        metadata=ObjectMeta(
            name=f"web-{revision}",
            namespace="default",
            uid=f"set{revision}",
            annotations=Annotations(revision=str(revision)),
            owner_references=(owned_by("Deployment", "web", "deployment"),),
        ),
        status=OwnerStatus(conditions=conditions),
    )


_Scaled = TypeVar("_Scaled", Deployment, ReplicaSet, StatefulSet)


def scaled(
    kind: type[_Scaled], name: str, *, wanted: int, there: int = 0, revision: int = 1
) -> _Scaled:
    """A workload that wants so many Pods and has so many; a ReplicaSet is of Deployment `web`."""
    by = (owned_by("Deployment", "web"),) if kind is ReplicaSet else ()
    return kind(
        metadata=ObjectMeta(
            name=name,
            namespace="default",
            uid=f"{name}-uid",
            annotations=Annotations(revision=str(revision)),
            owner_references=by,
        ),
        spec=OwnerSpec(replicas=wanted),
        status=OwnerStatus(replicas=there),
    )


def job(*conditions: str, **spec: Any) -> Job:
    """A Job `web` of which these conditions are true."""
    return Job(
        metadata=ObjectMeta(name="web", namespace="default", uid="job", generation=1),
        spec=OwnerSpec(**spec),
        status=OwnerStatus(
            conditions=tuple(Condition(type=one, status="True", reason="Why") for one in conditions)
        ),
    )


def node(
    name: str,
    ready: str = "True",
    *,
    labels: dict[str, str] | None = None,
    taints: Iterable[Taint] = (),
    cordoned: bool = False,
    allocatable: dict[str, str] | None = None,
) -> Node:
    conditions = (Condition(type="Ready", status=ready),)
    return Node(
        metadata=ObjectMeta(name=name, labels=labels or {}),
        spec=NodeSpec(taints=tuple(taints), unschedulable=cordoned),
        status=NodeStatus(conditions=conditions, allocatable=allocatable or {}),
    )


# ── Events ──


REPLICA_SET = ObjectReference(kind="ReplicaSet", namespace="default", name="web-5d9c", uid="rs")


def event(
    reason: str,
    about: Pod | ObjectReference,
    *,
    count: int = 1,
    message: str = "",
    container: str = "",
    uid: str = "",
    seen: float = 0,
    type_: str = "Normal",
) -> PodEvent:
    if isinstance(about, Pod):
        about = ObjectReference(
            kind="Pod",
            namespace=about.metadata.namespace,
            name=about.metadata.name,
            uid=about.metadata.uid,
            field_path=f"spec.containers{{{container}}}" if container else "",
        )
    return PodEvent(
        metadata=ObjectMeta(name=f"{about.name}.{reason}", uid=uid or f"{about.uid}.{reason}"),
        involved_object=about,
        reason=reason,
        message=message,
        type=type_,
        count=count,
        last_timestamp=at(seen),
        source=EventSource(component="kubelet"),
    )


# ── items ──


def scope_of(kind: str) -> Scope:
    """All objects of a kind in the tests' namespace."""
    return Scope(kind, "default" if KINDS[kind].namespaced else "")


def opened(*scopes: Scope, version: str = "v1.37.2") -> Opened:
    return Opened(t=0, at=START, format=FORMAT, server_version=version, scopes=scopes or (PODS,))


def synced(t: float = 0, scope: Scope = PODS, clock_skew: float = 0) -> Synced:
    return Synced(t=t, at=at(t), scope=scope, clock_skew=clock_skew)


def observed(
    type_: Literal["ADDED", "MODIFIED", "DELETED"],
    made: KubeObject,
    t: float = 1,
    *,
    scope: Scope | None = None,
    initial: bool = False,
) -> Observed:
    scope = scope or scope_of(type(made).__name__.removeprefix("Pod") or "Pod")
    return Observed(t=t, at=at(t), scope=scope, type=type_, object=made, initial=initial)


def listed(made: KubeObject, t: float = 0, *, scope: Scope | None = None) -> Observed:
    return observed("ADDED", made, t, scope=scope, initial=True)


def added(made: KubeObject, t: float = 1, *, scope: Scope | None = None) -> Observed:
    return observed("ADDED", made, t, scope=scope)


def modified(made: KubeObject, t: float = 2, *, scope: Scope | None = None) -> Observed:
    return observed("MODIFIED", made, t, scope=scope)


def deleted(made: KubeObject, t: float = 3, *, scope: Scope | None = None) -> Observed:
    return observed("DELETED", made, t, scope=scope)


def fetched(one: Pod, uid: str | None, t: float = 3) -> Fetched:
    """The answer to "is it still there?": the uid of the Pod that has the name now."""
    return Fetched(t=t, at=at(t), ref=Ref.of(one), uid=uid)


def connected(t: float, state: str, cause: str = "", scope: Scope = PODS) -> Connection:
    """The connection's state changed."""
    return Connection(t=t, at=at(t), scope=scope, state=state, cause=cause)


def unreadable(t: float = 1, ref: str = "default/odd", error: str = "Expected `str`") -> Unreadable:
    """An object of a list or a watch that could not be read."""
    return Unreadable(t=t, at=at(t), scope=PODS, ref=ref, error=error)


def gap(
    since: float = 5,
    until: float = 9,
    scope: Scope = PODS,
    dropped: int = 0,
    reason: str = "too old resource version",
) -> Gap:
    return Gap(
        t=until,
        at=at(until),
        scope=scope,
        since=at(since),
        until=at(until),
        reason=reason,
        dropped=dropped,
    )


# ── concepts ──


GOOD = """
title = "T"
summary = "S."
sentence = "it happened."
explanation = "Why."
who = "the kubelet"
docs = "/docs/concepts/"
"""
"""A concept's file without a pattern."""
FACET = '[when]\ntransition.facet = "phase"\n'


def lesson(
    id_: str, when: str, *, weight: Weight = Weight.NORMAL, sentence: str = "", then: str = ""
) -> str:
    """A concept's file; `when` is the body of its pattern."""
    return f'''
title = "{id_}"
summary = "{id_}"
sentence = "{sentence or "about {pod.name}."}"
explanation = "{id_}"
who = "the kubelet on {{pod.node}}"
then = "{then}"
docs = "/docs/{id_}/"
weight = "{weight}"
[when]
{when}
'''


def catalog_of(**lessons: str) -> Catalog:
    """A catalogue of `lesson`s; `started_again` is the concept `started-again`."""
    return Catalog(concept(id_.replace("_", "-"), text) for id_, text in lessons.items())


# ── sessions ──


def feed(session: Session, *items: StreamItem) -> list[TimelineEntry]:
    """What the session tells of these items."""
    return [entry for item in items for entry in session.feed(item).entries]


def fed(items: Iterable[StreamItem], catalog: Catalog = Catalog(())) -> Session:  # noqa: B008
    """A session that was fed these items."""
    session = Session(catalog)
    feed(session, *items)
    return session


def watching(
    *items: StreamItem,
    scope: Scope = PODS,
    catalog: Catalog = Catalog(()),  # noqa: B008
) -> Session:
    """A session whose first list, of nothing, is complete."""
    listed = (opened(scope, EVENTS), synced(scope=scope), synced(scope=EVENTS))
    return fed((*listed, *items), catalog)
