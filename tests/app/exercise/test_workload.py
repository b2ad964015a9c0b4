"""What an exercise's Pods are judged by: the workload that they belong to, whichever it is."""

from podwatch.app.exercise.judge import workload
from podwatch.core.kube import Pod
from tests.build import owned_by, pod


def of(kind: str, name: str, template: str = "") -> Pod:
    return pod(owner=owned_by(kind, name), labels={"pod-template-hash": template})


def test_all_pods_of_a_deployment_are_one_workload() -> None:
    old, new = of("ReplicaSet", "my-cart-5d9c", "5d9c"), of("ReplicaSet", "my-cart-77f", "77f")
    assert workload([old, new]) == "deployment/my-cart"


def test_another_kind_is_judged_as_what_it_is() -> None:
    assert workload([of("StatefulSet", "cart")]) == "statefulset/cart"
    assert workload([of("ReplicaSet", "cart-v2")]) == "replicaset/cart-v2"


def test_several_workloads_or_none_are_judged_by_their_labels() -> None:
    assert workload([of("StatefulSet", "cart"), of("Job", "cart")]) == ""
    assert workload([of("StatefulSet", "cart"), pod()]) == ""
    assert workload([pod()]) == ""
    assert workload([of("Workflow", "cart")]) == ""
    assert workload([]) == ""
