"""What the stream has shown, kept once, and what tells objects of several clusters apart."""

from datetime import UTC, datetime

import msgspec
import pytest

from podwatch.core.concepts import Catalog, catalog
from podwatch.core.kube import (
    Deployment,
    Node,
    ObjectMeta,
    PersistentVolumeClaim,
    ReplicaSet,
    StorageClass,
)
from podwatch.core.rows import GONE_LIMIT
from podwatch.core.session import Session
from podwatch.core.stream import Observed, Opened, Ref, Scope, StreamItem, Synced, Tick
from podwatch.core.timeline import ExplainedTransition, Listed
from tests.build import (
    PODS,
    added,
    deleted,
    event,
    fetched,
    listed,
    modified,
    opened,
    pod,
    synced,
    up,
)

EAST, WEST = (Scope("Pod", "default", cluster=name) for name in ("east", "west"))
DEPLOYMENTS, NODES = Scope("Deployment", "default"), Scope("Node")
WEB = Deployment(metadata=ObjectMeta(name="web", namespace="default", uid="d"))
WORKER = Node(metadata=ObjectMeta(name="worker", uid="n"))


def fed(*items: StreamItem, forgets: bool = True) -> Session:
    session = Session(Catalog(()), forgets=forgets)
    for item in items:
        session.feed(item)
    return session


class TestSeveralClusters:
    def test_pods_with_one_uid_are_as_many_as_there_are_clusters(self) -> None:
        session = fed(opened(EAST, WEST), synced(scope=EAST), synced(scope=WEST))
        session.feed(added(pod(), scope=EAST))
        session.feed(added(pod(), scope=WEST))
        update = session.feed(modified(up(), scope=WEST))
        told = {one.ref for one in update.entries if isinstance(one, ExplainedTransition)}
        assert told == {Ref("default", "web", "web-uid", "west")}
        stand = {row.ref.cluster: row.columns.status for row in session.board.rows}
        assert stand == {"east": "Pending", "west": "Running"}

    def test_an_event_is_about_the_pod_of_its_cluster(self) -> None:
        events = Scope("Event", "default", cluster="west")
        session = fed(opened(EAST, WEST, events), *(synced(scope=one) for one in (EAST, WEST)))
        session.feed(synced(scope=events))
        session.feed(added(pod(), scope=EAST))
        session.feed(added(pod(), scope=WEST))
        (told,) = session.feed(added(event("Pulled", pod()), scope=events)).entries
        assert getattr(told, "ref", None) == Ref("default", "web", "web-uid", "west")

    def test_the_opening_keeps_them_apart(self) -> None:
        session = fed(opened(EAST, WEST), added(pod(), scope=EAST), added(up(), scope=WEST))
        again = fed(*session.opening())
        assert [row.ref for row in again.board.rows] == [row.ref for row in session.board.rows]

    def test_one_cluster_is_not_named_in_a_recording(self) -> None:
        for item in (added(pod(), scope=PODS), fetched(pod(), None)):
            assert b"cluster" not in msgspec.json.encode(item)


class TestObjects:
    def test_the_newest_of_each_owner_and_node_is_known_until_it_is_deleted(self) -> None:
        newer = Deployment(metadata=msgspec.structs.replace(WEB.metadata, generation=2))
        sets = Scope("ReplicaSet", "default")
        made = ReplicaSet(metadata=ObjectMeta(name="web-1", namespace="default", uid="r"))
        store = fed(
            listed(WEB, scope=DEPLOYMENTS),
            modified(newer, scope=DEPLOYMENTS),
            added(made, scope=sets),
            listed(WORKER, scope=NODES),
        ).store
        assert store.owner("Deployment", "default", "web") == newer
        assert store.sets == [made]
        assert list(store.nodes.values()) == [WORKER]
        gone = (
            Observed(at=datetime.now(UTC), t=3, scope=scope, type="DELETED", object=one)
            for scope, one in ((DEPLOYMENTS, newer), (sets, made), (NODES, WORKER))
        )
        for item in gone:
            store.apply(item)
        assert (store.owners, store.sets, store.nodes) == ({}, [], {})

    def test_claims_and_storage_classes_are_known_and_begin_another_stream(self) -> None:
        claims, classes = Scope("PersistentVolumeClaim", "default"), Scope("StorageClass")
        claim = PersistentVolumeClaim(metadata=ObjectMeta(name="a", namespace="default", uid="a"))
        class_ = StorageClass(metadata=ObjectMeta(name="fast", uid="f"))
        session = fed(
            opened(PODS, claims, classes),
            listed(claim, scope=claims),
            listed(class_, scope=classes),
        )
        again = fed(*session.opening()).store
        assert [*again.claims.values()] == [*session.store.claims.values()] == [claim]
        assert [*again.storage_classes.values()] == [class_]
        for scope, one in ((claims, claim), (classes, class_)):
            again.apply(deleted(one, scope=scope))
        assert (again.claims, again.storage_classes) == ({}, {})

    def test_what_is_deleted_is_kept_for_those_who_ask_for_all(self) -> None:
        pods = [pod(name=f"web-{number}", uid=str(number)) for number in range(GONE_LIMIT + 5)]
        session = fed(
            opened(),
            added(WEB, scope=DEPLOYMENTS),
            deleted(WEB, scope=DEPLOYMENTS),
            *map(added, pods),
            *(deleted(one, 5) for one in pods),
            Tick(t=1e4),
            added(pod(name="late"), 1e4),
            forgets=False,
        )
        assert session.store.owner("Deployment", "default", "web") == WEB
        assert len(session.board.rows) == len(pods) + 1

    @pytest.mark.parametrize("forgets", [True, False])
    def test_events_are_kept_only_for_those_who_ask_for_all(self, forgets: bool) -> None:
        one = event("Pulled", pod())
        store = fed(opened(), added(pod()), added(one), forgets=forgets).store
        about = ("", one.involved_object.uid)
        kept = {} if forgets else {about: {one.metadata.uid: one}}
        assert store.events == kept


class TestNames:
    FIRST, SECOND = (
        Scope("Pod", "default", field_selector=f"metadata.name={name}") for name in "ab"
    )

    def test_a_pod_that_is_there_is_not_the_other_one_that_is_watched(self) -> None:
        session = fed(opened(self.FIRST, self.SECOND), listed(pod(name="a"), scope=self.FIRST))
        session.feed(synced(scope=self.FIRST))
        (complete,) = session.feed(synced(scope=self.SECOND)).entries
        assert isinstance(complete, Listed)
        assert (complete.pods, complete.awaited) == (0, "default/b")

    def test_the_opening_keeps_each_pod_where_it_came_from(self) -> None:
        session = fed(opened(self.FIRST, self.SECOND), added(pod(name="b"), scope=self.SECOND))
        assert [one.scope for one in session.opening() if isinstance(one, Observed)] == [
            self.SECOND
        ]


class TestOpening:
    def test_it_holds_owners_and_nodes_that_are_followed_since_it_began(self) -> None:
        session = fed(
            opened(),
            synced(),
            listed(WEB, scope=DEPLOYMENTS),
            synced(scope=DEPLOYMENTS),
            listed(WORKER, scope=NODES),
            synced(scope=NODES),
        )
        items = session.opening()
        again = fed(*items).store
        assert (again.owners, again.nodes) == (session.store.owners, session.store.nodes)
        (first,) = (item for item in items if isinstance(item, Opened))
        assert first.scopes == (*session.store.opened.scopes, DEPLOYMENTS, NODES)  # type: ignore[union-attr]

    def test_it_can_be_made_of_a_recording_at_the_end_of_time(self) -> None:
        end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
        session = Session(catalog())
        for item in (opened(), added(pod()), synced(1e9)):
            session.feed(msgspec.structs.replace(item, at=end))
        session.store.reach(2e9)
        assert [type(item) for item in session.opening()] == [Opened, Observed, Synced]
        assert session.board.now is not None
