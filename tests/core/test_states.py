"""The list of kinds, and the one walk over a Pod's parts."""

from typing import get_args

import pytest

from podwatch.core.kube import (
    KINDS,
    OWNER_KINDS,
    WORKLOAD_KINDS,
    ContainerStatus,
    KubeObject,
    Pod,
)
from podwatch.core.kube.container_spec import Container
from podwatch.core.kube.pod_spec import PodSpec
from podwatch.core.kube.pod_status import PodCondition, PodStatus
from podwatch.core.states import Facet, parts


def test_the_list_has_each_kind_that_can_cross_the_boundary() -> None:
    assert {kind.type for kind in KINDS.values()} == set(get_args(KubeObject))


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_called_as_its_objects_call_it(name: str) -> None:
    assert KINDS[name].type.__struct_config__.tag == name


def test_a_claim_is_read_but_neither_expected_nor_an_owner() -> None:
    assert "PersistentVolumeClaim" in KINDS
    assert "PersistentVolumeClaim" not in WORKLOAD_KINDS


def test_what_can_be_behind_a_pod_is_a_workload() -> None:
    assert OWNER_KINDS == ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")


@pytest.mark.parametrize(
    ("name", "resource"),
    [("Pod", "pods"), ("ReplicaSet", "replicasets.apps"), ("Job", "jobs.batch")],
)
def test_a_resource_is_called_as_kubectl_takes_it(name: str, resource: str) -> None:
    assert KINDS[name].resource == resource


def status(name: str) -> ContainerStatus:
    return ContainerStatus(name=name)


def test_the_walk_over_a_pod_tells_sidecars_from_init_containers() -> None:
    pod = Pod(
        spec=PodSpec(
            init_containers=(
                Container(name="prepare"),
                Container(name="proxy", restart_policy="Always"),
            ),
            containers=(Container(name="app"),),
        ),
        status=PodStatus(
            conditions=(PodCondition(type="Ready", status="False", reason="ContainersNotReady"),),
            init_container_statuses=(
                ContainerStatus(name="prepare"),
                ContainerStatus(name="proxy"),
            ),
            container_statuses=(status("app"),),
            ephemeral_container_statuses=(status("debug"),),
        ),
    )
    assert [(part.facet, part.subject, part.state.value) for part in parts(pod)] == [
        (Facet.CONDITION, "Ready", "False"),
        (Facet.INIT_CONTAINER, "prepare", "waiting"),
        (Facet.SIDECAR, "proxy", "waiting"),
        (Facet.CONTAINER, "app", "waiting"),
        (Facet.EPHEMERAL_CONTAINER, "debug", "waiting"),
    ]
