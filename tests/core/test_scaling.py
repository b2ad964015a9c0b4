"""Another number of Pods that a Deployment wants, told apart from a start and a rollout."""

from collections.abc import Iterable

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.kube import Deployment, KubeObject, ObjectReference, ReplicaSet
from podwatch.core.session import Session
from podwatch.core.timeline import ExplainedEvent
from tests.build import added, event, listed, opened, scaled, scope_of, synced

WEB = ObjectReference(kind="Deployment", namespace="default", name="web", uid="web-uid")
KINDS = ("Pod", "Event", "Deployment", "ReplicaSet")


def told(message: str, objects: Iterable[KubeObject], about: ObjectReference = WEB) -> list[str]:
    """What is said of an Event with this message, where these objects are known."""
    scopes = [scope_of(kind) for kind in KINDS]
    session = Session(catalog())
    session.feed(opened(*scopes))
    for one in objects:
        session.feed(listed(one))
    for scope in scopes:
        session.feed(synced(scope=scope))
    entries = session.feed(added(event("ScalingReplicaSet", about, message=message))).entries
    return [one.explanation.sentence for one in entries if isinstance(one, ExplainedEvent)]


def web(wanted: int, *sets: ReplicaSet) -> list[KubeObject]:
    return [scaled(Deployment, "web", wanted=wanted), *sets]


ONE = scaled(ReplicaSet, "web-1", wanted=3, there=1)
OLD = scaled(ReplicaSet, "web-0", wanted=1, there=1)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("Scaled up replica set web-1 from 1 to 3", id="since 1.31"),
        pytest.param("Scaled up replica set web-1 to 3 from 1", id="before"),
    ],
)
def test_what_is_wanted_and_what_is_there_is_told(message: str) -> None:
    assert told(message, web(3, ONE)) == [
        "it wants 3 Pods and has 1, so its ReplicaSet web-1 creates 2 more."
    ]


def test_fewer_are_deleted() -> None:
    assert told("Scaled down replica set web-1 from 3 to 1", web(1, ONE)) == [
        "it wants 1 and has 3 Pods, so its ReplicaSet web-1 deletes 2 of them."
    ]


@pytest.mark.parametrize(
    ("message", "objects"),
    [
        pytest.param("Scaled up replica set web-1 from 0 to 3", web(3, ONE), id="it starts"),
        pytest.param("Scaled up replica set web-1 from 1 to 3", web(3, ONE, OLD), id="a rollout"),
        pytest.param("Scaled up replica set web-1 from 1 to 3", web(4, ONE), id="a step of it"),
        pytest.param("Scaled up replica set web-1 from 1 to 3", [], id="nobody knows it"),
        pytest.param("Scaled up replica set web-1 from 1 to x", web(3, ONE), id="no number"),
        pytest.param("Scaled", web(3, ONE), id="another message"),
    ],
)
def test_what_says_nothing_about_a_new_wish_is_not_told(
    message: str, objects: list[KubeObject]
) -> None:
    assert told(message, objects) == []
