"""What `podwatch expect` judges: in which namespaces it is, and what is followed for it."""

from pathlib import Path

import pytest

from podwatch.app.targets import NAMED, held, placed, scopes
from podwatch.core.expectations import Target
from podwatch.core.stream import Scope
from podwatch.errors import PodwatchError
from tests import build as pods

WEB = Target("Deployment", "shop", "web")
DB = Target("Pod", "", "db")
RECORDING = Path("run.jsonl")


def everything_of(*namespaces: str) -> list[Scope]:
    kinds = ("Pod", "Deployment", "ReplicaSet")
    return [Scope(kind, namespace) for namespace in namespaces for kind in kinds]


def test_what_names_no_namespace_is_in_the_contexts() -> None:
    assert placed([WEB, DB], lambda _: "shop") == (WEB, Target("Pod", "shop", "db"))


def test_targets_in_several_namespaces_are_written_with_them() -> None:
    labelled = Target("Pod", "", selector="app=web")
    shown = [str(one) for one in placed([WEB, DB, labelled], lambda _: "data")]
    assert shown == ["shop/deployment/web", "data/pod/db", "-n data -l app=web"]


def test_what_is_named_twice_is_judged_once() -> None:
    twice = [Target("Pod", "data", "db"), DB]
    assert placed(twice, lambda _: "data") == (Target("Pod", "data", "db"),)


def test_each_namespace_is_followed_for_what_is_in_it() -> None:
    assert scopes(placed([WEB, DB], lambda _: "data")) == (
        Scope("Pod", "shop"),
        Scope("Event", "shop"),
        Scope("Deployment", "shop", "", "metadata.name=web"),
        Scope("ReplicaSet", "shop"),
        Scope("Pod", "data", "", "metadata.name=db"),
        Scope("Event", "data", "", "involvedObject.kind=Pod,involvedObject.name=db"),
        Scope("Event", "data", "", "involvedObject.kind=PersistentVolumeClaim"),
        Scope("Node"),
    )


def test_the_jobs_of_what_is_selected_are_followed() -> None:
    labelled = Target("Pod", "shop", selector="job-name=import")
    assert Scope("Job", "shop") in scopes([labelled])
    assert Scope("Job", "shop") in scopes([labelled, Target("Pod", "shop", "db")])


def test_for_a_claim_the_pods_that_may_use_it_and_the_storage_classes_are_followed() -> None:
    assert scopes([Target("PersistentVolumeClaim", "shop", "data")]) == (
        Scope("Pod", "shop"),
        Scope("Event", "shop"),
        Scope("PersistentVolumeClaim", "shop", "", "metadata.name=data"),
        Scope("Node"),
        Scope("StorageClass"),
    )


@pytest.mark.parametrize("kind", ["Pod", "StatefulSet"])
def test_many_of_a_kind_are_followed_all_together(kind: str) -> None:
    many = [Target(kind, "shop", f"x{number}") for number in range(NAMED + 1)]
    assert Scope(kind, "shop") in scopes(many)
    few = {one.field_selector for one in scopes(many[1:]) if one.kind == kind}
    assert few == {f"metadata.name={one.name}" for one in many[1:]}


def test_a_recording_of_several_namespaces_has_each_target_in_the_one_that_can_tell() -> None:
    opened = pods.opened(Scope("Pod", "data", "", "metadata.name=db"), *everything_of("shop"))
    without = Target("Deployment", "", "web")
    assert held(RECORDING, opened, [without, DB]) == placed([WEB, DB], lambda _: "data")


def test_what_a_recording_does_not_hold_is_refused_with_its_namespace() -> None:
    opened = pods.opened(*everything_of("shop"))
    with pytest.raises(PodwatchError) as caught:
        held(RECORDING, opened, [Target("Deployment", "data", "web"), WEB])
    assert "deployment/web in namespace data: it does not follow its Pods" in caught.value.message
