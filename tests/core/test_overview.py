"""What is amiss among many Pods: each is counted once, what is well or over is not a cause."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.kube import Condition, Job, KubeObject, ObjectMeta, Pod, ReplicaSet
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.overview import Overview, overview
from tests.build import REPLICA_SET, at, ended, event, owned_by, pod, status, up, waiting
from tests.strategies import arbitrary_pods


def seen(*objects: KubeObject, **options: Any) -> Overview:
    return overview(objects, at(0), **options)


def crashed(name: str, owner: str = "web-5d9c", **fields: Any) -> Pod:
    last = ended(exit_code=1)
    return pod(
        status(waiting("CrashLoopBackOff"), last=last, restarts=3),
        name=name,
        owner=owned_by("ReplicaSet", owner),
        labels={"pod-template-hash": owner.rpartition("-")[2]},
        **fields,
    )


def test_thirty_Pods_of_a_Deployment_are_one_cause_with_its_name() -> None:
    one = seen(*(crashed(f"web-5d9c-{number:05}") for number in range(30)), up("db-0"))
    (group,) = one.groups
    assert (one.pods, one.well, group.pods) == (31, 1, 30)
    assert {member.workload for member in group.members} == {"Deployment web"}


def test_one_cause_in_several_workloads_is_one_with_all_of_them() -> None:
    one = seen(crashed("web-5d9c-a"), crashed("api-77af-a", "api-77af", namespace="bank"))
    (group,) = one.groups
    assert {member.owner for member in group.members} == {
        ("default", "Deployment web"),
        ("bank", "Deployment api"),
    }


def test_a_failed_try_of_a_Job_that_is_done_is_past() -> None:
    owner = owned_by("Job", "etl", "etl-uid")
    failed = pod(status(ended()), owner=owner, phase="Failed", restart_policy="Never")

    def job(*conditions: Condition) -> Job:
        meta = ObjectMeta(name="etl", namespace="default", uid="etl-uid")
        return Job(metadata=meta, status=OwnerStatus(conditions=conditions))

    assert seen(failed, job(Condition(type="Complete", status="True"))).well == 1
    assert seen(failed, job()).well == 0


def test_a_workload_without_Pods_is_a_cause_though_all_Pods_are_well() -> None:
    meta = ObjectMeta(name="web-5d9c", namespace="default", uid="rs")
    refused = event("FailedCreate", REPLICA_SET, message="exceeded quota: q", type_="Warning")
    wants = ReplicaSet(metadata=meta, spec=OwnerSpec(replicas=2))
    one = seen(up(), wants, refused)
    (group,) = one.groups
    assert (one.pods, one.well, group.pods) == (1, 1, 2)


def test_a_manifest_is_neither_well_nor_amiss() -> None:
    meta = ObjectMeta(name="web", namespace="default")
    one = seen(Pod(metadata=meta))
    assert (one.pods, one.well, one.manifests, one.groups) == (1, 0, 1, ())


def test_Pods_of_another_namespace_only_tell_what_the_nodes_have_left() -> None:
    one = seen(up(), crashed("x", namespace="bank"), namespace="default")
    assert (one.pods, one.well, one.groups) == (1, 1, ())


@given(st.lists(arbitrary_pods(), max_size=4))
def test_each_Pod_is_counted_once(pods: list[Pod]) -> None:
    one = seen(*pods)
    amiss = sum(group.pods for group in one.groups)
    assert one.pods == len(pods) == one.well + one.manifests + amiss
    assert [group.pods for group in one.groups] == [len(group.members) for group in one.groups]
