"""The cluster that the other tests here stand on."""

import json
from pathlib import Path

import pytest
from pytest_kind import KindCluster

pytestmark = pytest.mark.kind


def test_its_control_plane_and_its_worker_are_ready(cluster: KindCluster) -> None:
    nodes = json.loads(cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    ready = [
        condition["status"]
        for node in nodes
        for condition in node["status"]["conditions"]
        if condition["type"] == "Ready"
    ]
    assert ready == ["True", "True"]


def test_its_kubeconfig_is_none_of_the_users(cluster: KindCluster) -> None:
    assert cluster.kubeconfig_path.is_file()
    assert Path.home() / ".kube" not in cluster.kubeconfig_path.parents
