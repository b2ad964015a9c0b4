"""`podwatch scenario run` on a real cluster: each scenario comes to its end and leaves nothing."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_kind import KindCluster

from podwatch.scenarios import minor, names, scenario
from tests.command import PODWATCH

pytestmark = pytest.mark.kind

QUICK = "bare-pod-deleted"
"""The one that stands for all of them in the quick tier."""
SECONDS = 900.0


def environment(cluster: KindCluster) -> dict[str, str]:
    return {**os.environ, "KUBECONFIG": str(cluster.kubeconfig_path)}


def performed(cluster: KindCluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PODWATCH, "scenario", "run", *arguments, "-o", "lines", "--yes"],
        env=environment(cluster),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS + 120,
        check=False,
    )


def asked(cluster: KindCluster, *arguments: str) -> Any:
    return json.loads(cluster.kubectl(*arguments, "-o", "json"))["items"]


class Left:
    """What a scenario could leave: namespaces, what belongs to none, and what Nodes are like."""

    def __init__(self, cluster: KindCluster) -> None:
        wide = asked(cluster, "get", "namespaces,persistentvolumes,priorityclasses")
        self.objects = {(one["kind"], one["metadata"]["name"]) for one in wide}
        self.nodes = {
            one["metadata"]["name"]: (
                one["spec"].get("unschedulable", False),
                tuple(taint["key"] for taint in one["spec"].get("taints", ())),
            )
            for one in asked(cluster, "get", "nodes")
        }

    def is_nothing_new(self, before: "Left") -> bool:
        """Whether nothing is there that was not there before."""
        return self.objects <= before.objects and self.nodes == before.nodes


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for what the cluster has to do yet."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.5)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == QUICK else [pytest.mark.full]) for name in names()],
)
def test_each_comes_to_its_end_and_leaves_nothing(cluster: KindCluster, name: str) -> None:
    one, version = scenario(name), cluster.kubectl("version", "-o", "json")
    there = json.loads(version)["serverVersion"]["gitVersion"]
    if one.needs and minor(there) < minor(one.needs):
        pytest.skip(f"it needs Kubernetes {one.needs}, and this is {there}")
    before = Left(cluster)
    done = performed(cluster, name)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    assert f"· The end: {one.point}\n" in done.stdout
    for step in one.steps:
        assert step.aim in done.stdout
    assert "not all is cleaned up" not in done.stderr
    until(lambda: Left(cluster).is_nothing_new(before))


@pytest.mark.full
def test_what_a_killed_run_left_is_replaced_and_can_be_cleaned(
    cluster: KindCluster, tmp_path: Path
) -> None:
    namespace = ("Namespace", "podwatch-finalizer")
    command = [PODWATCH, "scenario", "run", "finalizer", "-o", "lines", "--yes"]
    for _ in range(2):  # the second one finds what the first one has left
        with (tmp_path / "out").open("w+") as out:
            process = subprocess.Popen(
                command, env=environment(cluster), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
            until(lambda: "you: kubectl delete pod held" in (tmp_path / "out").read_text("utf-8"))
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert "is left of an earlier run" in (tmp_path / "out").read_text("utf-8")
    assert namespace in Left(cluster).objects
    subprocess.run(
        [PODWATCH, "scenario", "clean", "--yes"], env=environment(cluster), check=True, timeout=300
    )
    assert namespace not in Left(cluster).objects


@pytest.mark.full
def test_in_a_namespace_that_is_lent_only_its_own_objects_come_and_go(cluster: KindCluster) -> None:
    cluster.kubectl("create", "namespace", "lent")
    try:
        cluster.kubectl("-n", "lent", "create", "configmap", "mine")
        done = performed(cluster, "missing-config", "-n", "lent")
        assert done.returncode == 0, done.stderr
        kept = asked(cluster, "-n", "lent", "get", "configmaps")
        assert {one["metadata"]["name"] for one in kept} == {"mine", "kube-root-ca.crt"}
        assert asked(cluster, "-n", "lent", "get", "pods") == []
    finally:
        cluster.kubectl("delete", "namespace", "lent", "--wait=false")
