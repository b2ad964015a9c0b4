"""What of a namespace is about the workloads that are watched."""

from collections.abc import Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.kube import ObjectReference
from podwatch.core.selection import Selection, belongs, scopes_of
from podwatch.core.store import Store
from podwatch.core.stream import Deed, Observed, Posed, RecordedItem, Scope, StreamItem, Tick
from tests.build import (
    REPLICA_SET,
    added,
    connected,
    deleted,
    event,
    job,
    listed,
    modified,
    opened,
    owned_by,
    pod,
    replica_set,
    scope_of,
    synced,
)

WEB = tuple(scopes_of("Deployment", "default", "web"))
PODS = WEB[0]
HEAD = Scope("Deployment", "default", field_selector="metadata.name=web")
SETS = scope_of("ReplicaSet")
OLD = pod(name="web-1-a", owner=owned_by("ReplicaSet", "web-1", "set1"))
NEW = pod(name="web-2-a", owner=owned_by("ReplicaSet", "web-2", "set2"))
OTHER = pod(name="web-db-a", owner=owned_by("ReplicaSet", "web-db-1", "other"))
BARE = pod(name="web-3-a")


def passed(*items: StreamItem, scopes: Iterable[Scope] = WEB) -> list[str]:
    """The names of the objects that pass, in order."""
    selection = Selection(scopes)
    out: list[RecordedItem] = []
    for item in items:
        assert not isinstance(item, Tick | Deed | Posed)
        out += selection.passes(item)
    return [
        one.object.metadata.name or one.object.reason  # type: ignore[union-attr]
        for one in out
        if isinstance(one, Observed)
    ]


def known(*revisions: int) -> list[StreamItem]:
    sets = (listed(replica_set(one)) for one in revisions)
    return [opened(*WEB), synced(0, HEAD), *sets, synced(0, SETS)]


def test_it_follows_the_pods_of_a_workload_through_its_rollouts_and_no_others() -> None:
    items: list[StreamItem] = [
        *known(1),
        *(listed(one, scope=PODS) for one in (OLD, OTHER, BARE)),
        synced(0, PODS),
        added(replica_set(2)),
        added(NEW, scope=PODS),
        modified(OTHER, scope=PODS),
        deleted(OLD, scope=PODS),
    ]
    assert passed(*items) == ["web-1", "web-1-a", "web-2", "web-2-a", "web-1-a"]


def test_pods_that_come_before_their_replica_set_wait_for_it() -> None:
    items: list[StreamItem] = [
        *known(),
        synced(0, PODS),
        added(NEW, scope=PODS),
        added(replica_set(2)),
    ]
    assert passed(*items) == ["web-2", "web-2-a"]


def test_nothing_of_the_first_lists_is_taken_for_news_because_it_waited() -> None:
    selection = Selection(WEB)
    assert selection.passes(synced(0, HEAD)) == [synced(0, HEAD)]
    early: list[RecordedItem] = [listed(OLD, scope=PODS), synced(0, PODS)]
    assert [selection.passes(item) for item in early] == [[], []]
    assert selection.passes(listed(replica_set(1))) == [listed(replica_set(1))]
    assert selection.passes(synced(1, SETS)) == [synced(1, SETS), *early]


@given(st.permutations([listed(OLD, scope=PODS), synced(0, PODS), synced(0, SETS)]))
def test_the_order_of_the_streams_changes_nothing(order: list[StreamItem]) -> None:
    assume(order.index(listed(OLD, scope=PODS)) < order.index(synced(0, PODS)))
    assert passed(opened(*WEB), synced(0, HEAD), listed(replica_set(1)), *order) == [
        "web-1",
        "web-1-a",
    ]


def test_a_pod_that_its_owner_let_go_stays() -> None:
    free = pod(name="web-1-a")
    assert passed(*known(1), added(OLD, scope=PODS), modified(free, scope=PODS))[1:] == [
        "web-1-a",
        "web-1-a",
    ]


def test_where_nobody_may_read_what_is_between_its_name_has_to_do() -> None:
    refused = connected(0, "forbidden", "no permission", SETS)
    both = (added(NEW, scope=PODS), added(OTHER, scope=PODS))
    assert passed(opened(*WEB), synced(0, HEAD), refused, *both) == ["web-2-a"]


def test_of_several_workloads_each_has_its_own() -> None:
    both = (*WEB, *scopes_of("Deployment", "default", "other"))
    others = both[len(WEB)]
    items: list[StreamItem] = [*known(1), synced(0, both[len(WEB) + 2])]
    items += (added(OLD, scope=PODS), added(OLD, scope=others))
    assert passed(*items, scopes=both) == ["web-1", "web-1-a"]


def test_a_cron_job_has_the_pods_of_its_jobs() -> None:
    scopes = tuple(scopes_of("CronJob", "default", "tick"))
    mine, manual = job(), pod(name="manual-a", owner=owned_by("Job", "web", "job"))
    owner = (owned_by("CronJob", "tick"),)
    mine = replace(mine, metadata=replace(mine.metadata, owner_references=owner))
    items: list[StreamItem] = [
        opened(*scopes),
        synced(0, scope_of("Job")),
        added(mine),
        added(manual, scope=scopes[0]),
    ]
    assert passed(*items, scopes=scopes) == ["web", "manual-a"]


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (ObjectReference(kind="Deployment", namespace="default", name="web", uid="d"), True),
        (ObjectReference(kind="Deployment", namespace="default", name="db", uid="d"), False),
        (ObjectReference(kind="ReplicaSet", namespace="default", name="web-1", uid="set1"), True),
        (REPLICA_SET, False),
        (ObjectReference(kind="Node", name="worker", uid="n"), False),
    ],
)
def test_events_about_the_workload_and_what_is_between_are_told(
    about: ObjectReference, told: bool
) -> None:
    found = passed(*known(1), added(event("ScalingReplicaSet", about)))
    assert (len(found) == 2) is told


def test_without_a_workload_all_passes() -> None:
    assert passed(opened(), added(OTHER), added(BARE), scopes=(scope_of("Pod"),)) == [
        "web-db-a",
        "web-3-a",
    ]


def test_it_is_known_whose_a_pod_is() -> None:
    store = Store()
    for item in (opened(*WEB), listed(replica_set(1)), synced(0, SETS)):
        store.apply(item)
    assert belongs(OLD, "", "Deployment/web", store)
    assert belongs(OLD, "", "ReplicaSet/web-1", store)
    assert not belongs(OTHER, "", "Deployment/web", store)
    assert not belongs(BARE, "", "Deployment/web", store)


def test_whose_a_pod_is_tells_a_name_where_the_owner_may_not_be_read() -> None:
    assert belongs(OLD, "", "Deployment/web", Store())
    assert not belongs(OTHER, "", "Deployment/web", Store())
