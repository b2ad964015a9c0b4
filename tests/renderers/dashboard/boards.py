"""Boards for the renderers' tests: a real Session, fed with Pods that are made here.

The concepts are a few of its own, so that a golden screen changes with the layout only and
not with every better word in the catalogue.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.concepts import Catalog, concept
from podwatch.core.kube import ContainerStatus, OwnerReference, Pod, PodEvent
from podwatch.core.session import Session
from podwatch.core.stream import Observed, Opened, Scope, StreamItem, Tick
from tests import build
from tests.build import (
    EVENTS,
    PODS,
    being_deleted,
    condition,
    connected,
    gap,
    owned_by,
    status,
    synced,
)

WEB = owned_by("ReplicaSet", "web-846575c5cf", "rs-1")


def small_catalog() -> Catalog:
    """Concepts for the tests."""
    files = sorted((Path(__file__).parent / "concepts").glob("*.toml"))
    return Catalog(concept(file.stem, file.read_text("utf-8")) for file in files)


def pod(
    name: str,
    *statuses: ContainerStatus,
    namespace: str = "default",
    uid: str = "",
    phase: str = "Running",
    age: float = 120,
    owner: OwnerReference | None = None,
    deleting: bool = False,
    **more: Any,
) -> Pod:
    """A Pod with one container `app` in the state that is given."""
    return build.pod(
        *statuses,
        name=name,
        namespace=namespace,
        created=-age,
        uid=uid or f"uid-{namespace}-{name}",
        phase=phase,
        node="worker",
        owner=owner,
        labels={"pod-template-hash": "846575c5cf"} if owner else {},
        deletion=30 if deleting else None,
        **more,
    )


def running(name: str, **more: Any) -> Pod:
    """A Pod that is ready."""
    ready = status(build.running(), f"c-{name}", ready=True)
    return pod(name, ready, conditions=[condition("Ready")], **more)


def creating(name: str, **more: Any) -> Pod:
    """A Pod whose container is not started yet."""
    return waiting(name, "ContainerCreating", **more)


def waiting(name: str, reason: str, **more: Any) -> Pod:
    """A Pod whose container waits for that reason."""
    return pod(name, status(build.waiting(reason)), phase="Pending", **more)


def crashing(name: str, runs: int, *, backing_off: bool, ended: float, **more: Any) -> Pod:
    """A Pod whose container ended `runs` times, the last time at `ended`."""
    run = f"c-{name}-{runs}"
    end = build.ended(run, began=ended - 2, finished=ended)
    state, last = (build.waiting("CrashLoopBackOff"), end) if backing_off else (end, None)
    return pod(name, status(state, run, restarts=runs - 1, last=last), **more)


def completed(name: str, **more: Any) -> Pod:
    """A Pod that ended well."""
    return pod(name, status(build.ended(f"c-{name}", 0, finished=0)), phase="Succeeded", **more)


def opened(*scopes: Scope, context: str = "kind-demo") -> Opened:
    """The stream's first item."""
    return replace(build.opened(*(scopes or (PODS, EVENTS))), context=context)


def seen(
    t: float,
    one: Pod | PodEvent,
    type_: Literal["ADDED", "MODIFIED", "DELETED"] = "MODIFIED",
    *,
    initial: bool = False,
    scope: Scope | None = None,
) -> Observed:
    """One version of an object."""
    return build.observed(type_, one, t, scope=scope, initial=initial)


def first_list(*pods: Pod) -> list[StreamItem]:
    """A stream that lists these Pods and goes on live."""
    listed = (seen(0.05, one, "ADDED", initial=True) for one in pods)
    return [opened(), *listed, synced(), connected(0.1, "live")]


def event(about: Pod, reason: str, message: str, *, count: int = 1, t: float = 0) -> PodEvent:
    """A warning about a Pod's container."""
    return build.event(
        reason, about, message=message, container="app", count=count, seen=t, type_="Warning"
    )


def session(items: Iterable[StreamItem], catalog: Catalog | None = None) -> Session:
    """A session that was fed these items."""
    return build.fed(items, catalog or small_catalog())


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
        gap(9, 12, reason="server went away"),
        seen(30, event(report, "Failed", 'image "report:9.9": not found', count=3, t=30)),
        seen(39, being_deleted(leaving, 69)),
        seen(39.02, creating("web-846575c5cf-x9k2p", owner=WEB, age=-39), "ADDED"),
        seen(40.1, running("web-846575c5cf-x9k2p", owner=WEB, age=-39)),
        seen(40.5, being_deleted(leaving, 69), "DELETED"),
        seen(41, crashing("api", 4, backing_off=True, ended=41, age=62)),
        Tick(t=44.0),
    ]
