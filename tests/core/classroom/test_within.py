"""A board of one namespace is the one that a watch of that namespace alone would have."""

from datetime import UTC

from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.classroom.within import board_within
from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.session import Session
from podwatch.core.stream import Scope, Tick
from podwatch.renderers.dashboard.view import view
from tests.build import (
    connected,
    ended,
    event,
    observed,
    opened,
    owned_by,
    pod,
    status,
    synced,
    waiting,
)
from tests.core.classroom.classes import crashed, well

EVERYWHERE, HERE = Scope("Pod"), Scope("Pod", "anna")


def versions(namespace: str) -> list[tuple[float, Pod]]:
    """What happens in a namespace; the same in each, so that the rows of the story are shared."""
    controller = owned_by("ReplicaSet", "web-5d9c", f"{namespace}-set")
    new = pod(
        status(waiting("ContainerCreating")),
        name="web-5d9c-a",
        namespace=namespace,
        uid=f"{namespace}-a",
        created=2,
        owner=controller,
    )
    failed = pod(
        status(waiting("CrashLoopBackOff"), last=ended("B", 1, began=3, finished=4), restarts=1),
        name="web-5d9c-a",
        namespace=namespace,
        uid=f"{namespace}-a",
        created=2,
        owner=controller,
        phase="Running",
        node="worker",
    )
    return [(2, new), (4, failed), (6, well(namespace, "other", 5))]


def board(*namespaces: str, scope: Scope) -> Board:
    session = Session(catalog())
    session.feed(opened(scope))
    for namespace in namespaces:
        session.feed(observed("ADDED", crashed(namespace, "old"), 0, scope=scope, initial=True))
    session.feed(synced(0, scope))
    session.feed(connected(0, "live", scope=scope))
    events = replace(scope, kind="Event")
    for step in range(3):
        for namespace in namespaces:
            t, made = versions(namespace)[step]
            session.feed(observed("ADDED" if step != 1 else "MODIFIED", made, t, scope=scope))
            told = event("BackOff", made, container="app", message="Back-off", type_="Warning")
            session.feed(observed("ADDED", told, t + 0.1, scope=events))
    session.feed(Tick(t=30))
    return session.board


def test_it_draws_the_same_picture() -> None:
    both = board_within(board("anna", "ben", scope=EVERYWHERE), "anna")
    alone = board("anna", scope=HERE)
    for width, height in ((80, 24), (110, 34), (200, 50)):
        shown, expected = (
            [line.plain for line in view(one, width, height, tz=UTC).lines] for one in (both, alone)
        )
        assert shown == expected


def test_nothing_of_another_namespace_is_in_it() -> None:
    one = board_within(board("anna", "ben", scope=EVERYWHERE), "anna")
    assert {row.ref.namespace for row in one.rows} == {"anna"}
    assert {ref.namespace for group in one.story for ref in group.refs} == {"anna"}
    assert {beat.ref.namespace for told in one.beats.values() for beat in told} == {"anna"}
    assert {row.ref.namespace for fold in one.folds.workloads.values() for row in fold.rows} == {
        "anna"
    }
    assert one.counts.total() == len(one.rows) == 3


def test_a_namespace_without_pods_has_an_empty_board() -> None:
    one = board_within(board("anna", scope=EVERYWHERE), "carla")
    assert (one.rows, one.story, one.timeline) == ((), (), ())
    assert "no Pods in carla" in "\n".join(line.plain for line in view(one, 80, 24).lines)
