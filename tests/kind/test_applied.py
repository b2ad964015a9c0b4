"""What was applied, in its namespaces, on a real cluster: beside what kubectl says of the same."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_kind import KindCluster

from tests.command import PODWATCH
from tests.kind.stage import new_namespace

pytestmark = pytest.mark.kind

CHART = Path(__file__).parents[1] / "manifests" / "helm-template.yaml"
"""What `helm template` printed: two namespaces, one of them named nowhere, and hooks."""
OWN, NAMED = "applied", "applied-data"
JUDGED = {
    f"{OWN}/persistentvolumeclaim/demo-shop-uploads",
    f"{NAMED}/statefulset/demo-redis-master",
    f"{OWN}/deployment/demo-shop",
    f"{OWN}/job/demo-shop-seed",
}
HOOKS = {f"{OWN}/pod/demo-shop-test-connection", f"{OWN}/job/demo-shop-migrate"}


def run(cluster: KindCluster, *arguments: str, given: str = "") -> str:
    """A command with the cluster's kubeconfig; what it prints."""
    return subprocess.run(
        arguments,
        input=given,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
        env=os.environ | {"KUBECONFIG": str(cluster.kubeconfig_path)},
    ).stdout


def judged(cluster: KindCluster, *arguments: str, given: str = "") -> set[str]:
    """What was judged and found as expected."""
    said = run(
        cluster, PODWATCH, "expect", *arguments, "-o", "json", "--timeout", "3m", given=given
    )
    verdict = json.loads(said)
    assert verdict["exitCode"] == 0
    return {f"{one['namespace']}/{one['target']}" for one in verdict["results"]}


def kubectl(cluster: KindCluster, *arguments: str, given: str = "") -> str:
    return run(cluster, str(cluster.kubectl_path), *arguments, given=given)


@pytest.fixture(scope="module")
def chart(cluster: KindCluster) -> Iterator[KindCluster]:
    """A cluster on which the chart is applied; the context's namespace is its own."""
    with new_namespace(cluster, OWN), new_namespace(cluster, NAMED):
        kubectl(cluster, "config", "set-context", "--current", "--namespace", OWN)
        kubectl(cluster, "apply", "-f", str(CHART))
        yield cluster
    kubectl(cluster, "config", "set-context", "--current", "--namespace", "default")


def test_the_manifests_themselves_as_kubectl_rollout_status_waits_for_them(
    chart: KindCluster,
) -> None:
    assert judged(chart, "-f", str(CHART)) == JUDGED
    assert judged(chart, "-f", "-", given=CHART.read_text("utf-8")) == JUDGED
    for namespace, workload in ((OWN, "deployment/demo-shop"), (NAMED, "sts/demo-redis-master")):
        kubectl(chart, "rollout", "status", "-n", namespace, workload, "--timeout=10s")
    kubectl(chart, "wait", "--for=condition=complete", "job/demo-shop-seed", "--timeout=10s")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_kubectl_apply_prints_with_its_hooks_as_they_were_applied_too(
    chart: KindCluster, form: str
) -> None:
    applied = kubectl(chart, "apply", "-f", str(CHART), "-o", form)
    assert judged(chart, "-f", "-", given=applied) == JUDGED | HOOKS


def test_a_folder_that_kustomize_builds(chart: KindCluster, tmp_path: Path) -> None:
    (tmp_path / "chart.yaml").write_text(CHART.read_text("utf-8"), "utf-8")
    (tmp_path / "kustomization.yaml").write_text("resources: [chart.yaml]\n", "utf-8")
    built = kubectl(chart, "kustomize", str(tmp_path))
    assert judged(chart, "-f", "-", given=built) == JUDGED


def test_names_without_namespaces_mean_the_contexts(chart: KindCluster) -> None:
    names = (
        "persistentvolumeclaim/demo-shop-uploads\ndeployment.apps/demo-shop\nservice/demo-shop\n"
    )
    expected = {one for one in JUDGED if one.startswith(f"{OWN}/") and "job" not in one}
    assert judged(chart, "-", given=names) == expected
    assert judged(chart, f"{NAMED}/sts/demo-redis-master") <= JUDGED
