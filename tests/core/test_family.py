"""Which Pods a workload has made, of all that is known."""

from podwatch.core.family import families, workload_of
from podwatch.core.kube import CronJob, Deployment, Job, KubeObject, ObjectMeta, Pod, ReplicaSet
from tests.build import owned_by


def pod(name: str, kind: str = "", owner: str = "", **labels: str) -> Pod:
    by = (owned_by(kind, owner),) if kind else ()
    labelled = {label.replace("_", "-"): value for label, value in labels.items()}
    return Pod(
        metadata=ObjectMeta(
            name=name, namespace="shop", uid=name, owner_references=by, labels=labelled
        )
    )


def meta(name: str, kind: str = "", owner: str = "", namespace: str = "shop") -> ObjectMeta:
    by = (owned_by(kind, owner),) if kind else ()
    return ObjectMeta(name=name, namespace=namespace, uid=name, owner_references=by)


def names(objects: list[KubeObject], kind: str, name: str) -> list[str]:
    return [one.metadata.name for family in families(objects, kind, name) for one in family.pods]


def test_the_pods_of_a_deployment_are_those_of_its_ReplicaSets() -> None:
    objects: list[KubeObject] = [
        Deployment(metadata=meta("web")),
        ReplicaSet(metadata=meta("web-1", "Deployment", "web")),
        ReplicaSet(metadata=meta("api-1", "Deployment", "api")),
        pod("mine", "ReplicaSet", "web-1"),
        pod("not-mine", "ReplicaSet", "api-1"),
        pod("bare"),
    ]
    assert names(objects, "Deployment", "web") == ["mine"]
    assert names(objects, "ReplicaSet", "api-1") == ["not-mine"]
    (family,) = families(objects, "Deployment", "web")
    assert [one.metadata.name for one in family.between] == ["web-1"]


def test_where_the_ReplicaSet_is_not_known_its_name_tells_whose_it_is() -> None:
    mine = pod("mine", "ReplicaSet", "web-5d9c", pod_template_hash="5d9c")
    other = pod("other", "ReplicaSet", "web-app-5d9c", pod_template_hash="5d9c")
    assert names([mine, other], "Deployment", "web") == ["mine"]


def test_the_pods_of_a_CronJob_are_those_of_its_Jobs() -> None:
    objects: list[KubeObject] = [
        CronJob(metadata=meta("nightly")),
        Job(metadata=meta("odd", "CronJob", "nightly")),
        pod("known", "Job", "odd"),
        pod("by-name", "Job", "nightly-29184720"),
        pod("not-mine", "Job", "nightly-report"),
    ]
    assert names(objects, "CronJob", "nightly") == ["known", "by-name"]


def test_there_is_a_family_for_each_namespace_also_without_Pods() -> None:
    objects: list[KubeObject] = [
        Deployment(metadata=meta("web")),
        Deployment(metadata=meta("web", namespace="test")),
    ]
    found = families(objects, "Deployment", "web")
    assert [(one.namespace, one.pods) for one in found] == [("shop", ()), ("test", ())]
    assert [one.namespace for one in families(objects, "Deployment", "web", "test")] == ["test"]
    assert families(objects, "Deployment", "nosuch") == []


def test_what_people_made_is_named_for_a_Pod() -> None:
    cron = Job(metadata=meta("nightly-29", "CronJob", "nightly"))
    assert workload_of(pod("a", "Job", "nightly-29"), [cron]) == ("CronJob", "nightly")
    assert workload_of(pod("a", "Job", "nightly-29"), []) == ("Job", "nightly-29")
    hashed = pod("a", "ReplicaSet", "web-5d9c", pod_template_hash="5d9c")
    assert workload_of(hashed, []) == ("Deployment", "web")
    assert workload_of(pod("a", "ReplicaSet", "web-5d9c"), []) == ("ReplicaSet", "web-5d9c")
    assert workload_of(pod("bare"), []) is None
    assert workload_of(pod("mirror", "Node", "worker"), []) is None
