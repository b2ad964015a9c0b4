"""Which of a target's Pods are judged."""

from typing import Any

import pytest
from msgspec.structs import replace

from podwatch.core.expectations import Outcome
from podwatch.core.kube import KubeObject, OwnerReference, Pod
from podwatch.core.stream import Scope
from tests import build as pods
from tests.build import added, deleted, modified, opened, synced
from tests.core.expectations.judging import (
    JOB,
    LABELLED,
    LATE,
    ROLLOUT,
    begun,
    current,
    followed,
    judged,
    met,
    word,
)


def set_of(revision: int) -> OwnerReference:
    return pods.owned_by("ReplicaSet", f"web-{revision}", f"set{revision}")


def test_a_pod_that_is_being_deleted_does_not_count_as_ready() -> None:
    assert judged([*begun(), added(pods.being_deleted(pods.up()), 1)]) == LATE


def test_all_selected_pods_have_to_be_ready() -> None:
    labels = {"app": "web"}
    ready = replace(pods.up("a"), metadata=replace(pods.up("a").metadata, labels=labels))
    idle = pods.pod(name="b", labels=labels)
    other = pods.pod(name="c", labels={"app": "db"})
    items = [*begun(), added(idle, 1), added(other, 1), added(ready, 2)]
    assert judged(items, target=LABELLED) == LATE
    assert judged([*items, deleted(idle, 5)], target=LABELLED) == met(5)


@pytest.mark.parametrize(
    ("first", "outcome"), [(True, Outcome.MET), (False, Outcome.TIMED_OUT)], ids=["both", "one"]
)
def test_pods_of_two_clusters_that_share_a_uid_are_all_judged(
    first: bool, outcome: Outcome
) -> None:
    """A cluster that was restored from another one's etcd has the same uids."""
    here, there = (Scope("Pod", "default", cluster=cluster) for cluster in "ab")
    up = replace(pods.up("a"), metadata=replace(pods.up("a").metadata, labels={"app": "web"}))
    not_up = replace(pods.pod(name="a", labels={"app": "web"}), metadata=up.metadata)
    items = (
        opened(here, there),
        pods.listed(up if first else not_up, scope=here),
        pods.listed(up, scope=there),
        synced(0, here),
        synced(0, there),
    )
    assert judged(items, target=LABELLED)[0] is outcome


@pytest.mark.parametrize(
    ("revision", "outcome"), [(1, Outcome.TIMED_OUT), (2, Outcome.VIOLATED)], ids=["old", "new"]
)
def test_only_pods_of_the_current_generation_fail_a_rollout(
    revision: int, outcome: Outcome
) -> None:
    image = pods.status(pods.waiting("ErrImagePull", pods.NO_IMAGE))
    broken = pods.pod(image, name=f"web-{revision}-a", owner=set_of(revision))
    made: tuple[KubeObject, ...] = (
        pods.deployment(2, 2),
        pods.replica_set(1),
        pods.replica_set(2),
        broken,
    )
    assert judged(followed(*(added(one) for one in made)), target=ROLLOUT)[0] is outcome


@pytest.mark.parametrize(
    "wanted",
    [
        {"words": (word("condition=Ready"),)},
        {"words": (word("phase=Running"),)},
        {"sequence": ("Running",)},
    ],
)
def test_what_is_asked_of_an_owners_pods_needs_all_of_them(wanted: dict[str, Any]) -> None:
    own = [
        replace(made, metadata=replace(made.metadata, owner_references=(set_of(2),)))
        for made in (pods.up("a"), pods.up("b"))
    ]
    items = [*current(pods.deployment(2, 2)), added(own[0], 2)]
    assert judged(items, target=ROLLOUT, **wanted) == LATE
    assert judged([*items, added(own[1], 3)], target=ROLLOUT, **wanted) == met(3)


def of_job(name: str, phase: str) -> Pod:
    owner = pods.owned_by("Job", "web", "job")
    return pods.pod(name=name, phase=phase, restart_policy="Never", owner=owner)


@pytest.mark.parametrize(("came", "phase"), [("Failed", "Failed"), ("Complete", "Succeeded")])
def test_a_job_that_is_over_makes_no_more_pods(came: str, phase: str) -> None:
    three = {"parallelism": 3, "completions": 3}
    items = [*begun("Job"), added(pods.job(**three), 1), added(of_job("a", phase), 2)]
    items += [added(of_job("b", phase), 3), modified(pods.job(came, **three), 4)]
    assert judged(items, f"phase={phase}", target=JOB) == met(4)


def test_a_pod_of_a_job_that_failed_is_replaced_and_decides_nothing() -> None:
    items = [*begun("Job"), added(pods.job(), 1), added(of_job("web", "Failed"), 2)]
    assert judged(items, target=JOB) == LATE
