"""Classes for the tests: namespaces, what their learners keep, and a room that is fed with it."""

from collections.abc import Iterable

from podwatch.core.classroom.room import LABEL, Classroom
from podwatch.core.classroom.rows import ClassBoard, LearnerRow
from podwatch.core.classroom.tasks import Task
from podwatch.core.concepts import catalog
from podwatch.core.kube import ConfigMap, KubeObject, Namespace, ObjectMeta, Pod
from podwatch.core.question import Choice, Question
from podwatch.core.session import Session
from podwatch.core.stream import ConnectionState, Scope, StreamItem, Tick
from tests.build import (
    at,
    condition,
    connected,
    ended,
    observed,
    opened,
    pod,
    running,
    status,
    synced,
    waiting,
)

LEARNERS = Scope("Namespace", label_selector=LABEL)
KEPT = Scope("ConfigMap", field_selector="metadata.name=podwatch")
ALL = (
    LEARNERS,
    KEPT,
    *(Scope(kind) for kind in ("Pod", "Event", "Deployment", "ReplicaSet", "Node")),
)
SCOPES = {scope.kind: scope for scope in ALL}

PHASE = Question(
    id="phase",
    prompt="Which phase has it?",
    choices=(
        Choice(text="Running", answer="It is started again.", right=True),
        Choice(text="Failed", answer="Failed is for good."),
        Choice(text="CrashLoopBackOff", answer="That is no phase."),
    ),
)


def namespace(name: str, learner: str | None = None, **meta: object) -> Namespace:
    labels = {LABEL: name if learner is None else learner}
    return Namespace(metadata=ObjectMeta(name=name, uid=f"{name}-uid", labels=labels, **meta))  # type: ignore[arg-type]


def kept(of: str, **data: str) -> ConfigMap:
    """What a learner's ConfigMap holds; `started__cart` is the key started.cart."""
    return ConfigMap(
        metadata=ObjectMeta(name="podwatch", namespace=of, uid=f"{of}-kept"),
        data={key.replace("__", ".").replace("_", "-"): value for key, value in data.items()},
    )


def stamp(t: float) -> str:
    return at(t).isoformat()


def crashed(of: str, name: str = "app", created: float = 0.0, **fields: object) -> Pod:
    last = ended(exit_code=3, began=created, finished=created + 1)
    return pod(
        status(waiting("CrashLoopBackOff"), last=last, restarts=3),
        name=name,
        namespace=of,
        uid=f"{of}-{name}",
        created=created,
        phase="Running",
        node="worker",
        **fields,  # type: ignore[arg-type]
    )


def well(of: str, name: str = "app", created: float = 0.0, **fields: object) -> Pod:
    return pod(
        status(running(created), "A", ready=True),
        name=name,
        namespace=of,
        uid=f"{of}-{name}",
        created=created,
        phase="Running",
        node="worker",
        conditions=[condition("PodScheduled"), condition("Ready")],
        **fields,  # type: ignore[arg-type]
    )


class Room:
    """A session and a classroom that are fed with the same items."""

    def __init__(
        self,
        *objects: KubeObject,
        tasks: Iterable[Task] = (),
        named: tuple[str, ...] = (),
        scopes: tuple[Scope, ...] = ALL,
        at_t: float = 0.0,
    ) -> None:
        self.session = Session(catalog())
        self.scopes = {scope.kind: scope for scope in scopes}
        self.room = Classroom(self.session.store, catalog(), tasks, {PHASE.id: PHASE}, named)
        self.feed(opened(*scopes))
        for one in objects:
            self.see(one, at_t, initial=True)
        for scope in scopes:
            self.feed(synced(at_t, scope))

    def feed(self, item: StreamItem) -> None:
        self.room.take(item)
        self.session.feed(item)

    def see(
        self, one: KubeObject, t: float, *, type_: str = "ADDED", initial: bool = False
    ) -> None:
        scope = self.scopes[str(one.__struct_config__.tag)]
        self.feed(observed(type_, one, t, scope=scope, initial=initial))  # type: ignore[arg-type]

    def forbid(self, kind: str) -> None:
        scope = self.scopes[kind]
        why = f"no permission to list {kind}s; podwatch goes on without them"
        self.feed(connected(0.0, ConnectionState.FORBIDDEN, why, scope))

    def board(self, t: float) -> ClassBoard:
        self.feed(Tick(t=t))
        return self.room.board(self.session.board)

    def rows(self, t: float) -> dict[str, LearnerRow]:
        return {row.namespace: row for row in self.board(t).learners}
