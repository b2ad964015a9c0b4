"""How far an owner is, by its own counts; as `kubectl rollout status` says it."""

from typing import Any

import pytest

from podwatch.core.expectations.rollout import missing, pods_of, wanted
from podwatch.core.kube import DaemonSet, Deployment, Job, ObjectMeta, Owner, Pod, StatefulSet
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus, RollingUpdate, UpdateStrategy
from tests.build import owned_by, pod

ROLLING = UpdateStrategy("RollingUpdate", RollingUpdate())
ON_DELETE = UpdateStrategy("OnDelete")


def stateful(strategy: UpdateStrategy, **status: Any) -> StatefulSet:
    """Three Pods; a new revision is to replace the old one."""
    counts: dict[str, Any] = {
        "ready_replicas": 3,
        "current_revision": "old",
        "update_revision": "new",
    } | status
    return StatefulSet(
        metadata=ObjectMeta(name="db", uid="db-uid"),
        spec=OwnerSpec(replicas=3, update_strategy=strategy),
        status=OwnerStatus(**counts),
    )


def partitioned(partition: int) -> UpdateStrategy:
    return UpdateStrategy("RollingUpdate", RollingUpdate(partition))


@pytest.mark.parametrize(
    ("owner", "waits_for"),
    [
        (stateful(ROLLING, ready_replicas=2), "ready Pods: 2 of 3"),
        (stateful(ROLLING, updated_replicas=2), "Pods of the new revision: 2 of 3"),
        (stateful(ROLLING, updated_replicas=3), ""),
        (stateful(ROLLING, updated_replicas=0, current_revision="new"), ""),
        (stateful(partitioned(2), updated_replicas=0), "Pods of the new revision: 0 of 1"),
        (stateful(partitioned(2), updated_replicas=1), ""),
        (stateful(partitioned(5), updated_replicas=0), ""),
        (stateful(ON_DELETE, updated_replicas=1), "somebody to delete the old Pods"),
        (stateful(ON_DELETE, updated_replicas=3), ""),
        (
            DaemonSet(
                spec=OwnerSpec(update_strategy=ON_DELETE),
                status=OwnerStatus(desired_number_scheduled=2, number_ready=2),
            ),
            "somebody to delete the old Pods",
        ),
    ],
)
def test_what_is_missing(owner: Owner, waits_for: str) -> None:
    assert missing(owner).startswith(waits_for)
    assert bool(missing(owner)) is bool(waits_for)


@pytest.mark.parametrize(("partition", "names"), [(0, ["db-2"]), (2, ["db-0", "db-1", "db-2"])])
def test_below_the_partition_old_pods_are_current(partition: int, names: list[str]) -> None:
    db = owned_by("StatefulSet", "db")
    pods = [
        pod(
            name=f"db-{n}",
            owner=db,
            labels={"controller-revision-hash": "new" if n == 2 else "old"},
        )
        for n in range(3)
    ]
    owner = stateful(partitioned(partition), updated_replicas=1)
    assert [one.metadata.name for one in pods_of(owner, pods, ())] == names


def batch(parallelism: int | None, completions: int | None) -> Job:
    return Job(spec=OwnerSpec(parallelism=parallelism, completions=completions))


@pytest.mark.parametrize(
    ("owner", "succeeded", "number"),
    [
        (stateful(ROLLING), 0, 3),
        (Deployment(spec=OwnerSpec()), 0, 1),
        (DaemonSet(status=OwnerStatus(desired_number_scheduled=4)), 0, 4),
        (batch(None, 1), 0, 1),
        (batch(2, 5), 0, 2),
        (batch(2, 5), 2, 4),
        (batch(2, 5), 4, 5),
        (batch(2, 5), 5, 5),
        (batch(3, None), 1, 3),
    ],
)
def test_how_many_pods_there_have_to_be(owner: Owner, succeeded: int, number: int) -> None:
    done = [pod(name=str(n), phase="Succeeded") for n in range(succeeded)]
    assert wanted(owner, done) == number


def test_a_roll_back_keeps_a_daemon_sets_pods_that_are_of_its_revision() -> None:
    """The Pods that the change before had not reached yet have a lower generation."""

    def daemon(name: str, generation: str, revision: str) -> Pod:
        labels = {"pod-template-generation": generation, "controller-revision-hash": revision}
        return pod(name=name, labels=labels, owner=owned_by("DaemonSet", "agent", "agent"))

    owner = DaemonSet(
        metadata=ObjectMeta(name="agent", uid="agent"),
        status=OwnerStatus(desired_number_scheduled=3, updated_number_scheduled=2),
    )
    left, bad, back = daemon("a", "1", "A"), daemon("b", "2", "B"), daemon("c", "3", "A")
    assert pods_of(owner, [left, bad, back], ()) == [left, back]
