"""Workloads that lack Pods because they can't be made: by their counts, conditions and Events."""

from typing import Any

from podwatch.core.kube import (
    Condition,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    ObjectMeta,
    ObjectReference,
    OwnerReference,
    PodEvent,
    ReplicaSet,
)
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.shortfall import Shortfall, shortfalls
from tests.build import event, owned_by, pod, running, status
from tests.cases import cases

QUOTA = "pods is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"
ACCOUNT = 'pods "a-" is forbidden: error looking up service account shop/bot: not found'


def made(
    kind: type[Any],
    *conditions: Condition,
    name: str = "web",
    owner: OwnerReference | None = None,
    **fields: Any,
) -> Any:
    """A workload; fields of its status begin with an underscore."""
    spec = {key: value for key, value in fields.items() if key[0] != "_"}
    status_ = {key[1:]: value for key, value in fields.items() if key[0] == "_"}
    owners = (owner,) if owner is not None else ()
    return kind(
        metadata=ObjectMeta(name=name, namespace="shop", uid=name, owner_references=owners),
        spec=OwnerSpec(**spec),
        status=OwnerStatus(conditions=conditions, **status_),
    )


def refused(kind: str, message: str, name: str = "web") -> PodEvent:
    about = ObjectReference(kind=kind, namespace="shop", name=name)
    return event("FailedCreate", about, message=message, type_="Warning")


def true(type_: str, reason: str = "FailedCreate", message: str = "") -> Condition:
    return Condition(type=type_, status="True", reason=reason, message=message)


def found(*objects: KubeObject, complete: tuple[str, ...] = ()) -> list[Shortfall]:
    return list(shortfalls(objects, complete))


@cases(
    "objects state pods",
    {
        "a ReplicaSet over its quota": (
            [made(ReplicaSet, replicas=3, _replicas=1), refused("ReplicaSet", QUOTA)],
            "pods-over-quota",
            2,
        ),
        "a Job without its service account": (
            [made(Job), refused("Job", ACCOUNT)],
            "pods-lack-service-account",
            1,
        ),
        "a DaemonSet whose Pods a policy refuses": (
            [
                made(DaemonSet, _desired_number_scheduled=2),
                refused("DaemonSet", 'admission webhook "p" denied the request: no'),
            ],
            "pods-not-admitted",
            2,
        ),
        "by its condition, without an Event": (
            [made(ReplicaSet, true("ReplicaFailure", message=QUOTA), replicas=1)],
            "pods-over-quota",
            1,
        ),
        "for a reason that nobody knows": (
            [made(ReplicaSet), refused("ReplicaSet", "not on a Sunday")],
            "pods-refused-otherwise",
            1,
        ),
        "a failed Job of which no Pod is left": (
            [made(Job, true("Failed", "DeadlineExceeded"))],
            "job-failed",
            0,
        ),
        "by an Event alone": ([refused("ReplicaSet", QUOTA)], "pods-over-quota", 0),
    },
)
def test_who_lacks_Pods_is_found(objects: list[KubeObject], state: str, pods: int) -> None:
    (one,) = found(*objects)
    assert (one.finding.state, one.pods) == (state, pods)
    assert one.finding.role == "cause"


@cases(
    "objects complete",
    {
        "it has them meanwhile": (
            [made(ReplicaSet, replicas=1, _replicas=1), refused("ReplicaSet", QUOTA)],
            (),
        ),
        "the Job is over": (
            [made(Job, true("Complete")), refused("Job", QUOTA)],
            (),
        ),
        "the ReplicaSet wants none any more": (
            [made(ReplicaSet, replicas=0), refused("ReplicaSet", QUOTA)],
            (),
        ),
        "the workload is gone": ([refused("ReplicaSet", QUOTA)], ("ReplicaSet",)),
        "a Pod of the failed Job tells why": (
            [
                made(Job, true("Failed")),
                pod(status(running()), namespace="shop", owner=owned_by("Job", "web")),
            ],
            (),
        ),
        "Pods are made by and by": ([made(ReplicaSet, replicas=3)], ()),
    },
)
def test_what_is_past_or_told_elsewhere_is_not(
    objects: list[KubeObject], complete: tuple[str, ...]
) -> None:
    assert found(*objects, complete=complete) == []


def test_a_Deployment_is_named_once_for_its_ReplicaSet() -> None:
    failure = true("ReplicaFailure", message=QUOTA)
    (one,) = found(
        made(Deployment, failure, replicas=2),
        made(ReplicaSet, failure, name="web-5d9c", replicas=2, owner=owned_by("Deployment", "web")),
    )
    assert (one.kind, one.name, one.pods) == ("Deployment", "web", 2)
    assert "Deployment web lacks 2 of its 2 Pods" in one.finding.sentence
    assert one.finding.tries == ("kubectl get resourcequota -n shop",)


def test_a_quota_is_final_only_where_it_allows_less_than_one_Pod() -> None:
    used_up = found(made(ReplicaSet, replicas=2), refused("ReplicaSet", QUOTA))
    too_small = (
        "pods is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0"
    )
    none = found(made(ReplicaSet, replicas=2), refused("ReplicaSet", too_small))
    assert (used_up[0].finding.permanent, none[0].finding.permanent) == (False, True)
