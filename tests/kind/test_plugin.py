"""podwatch's pytest plugin beside pytest-kind's own fixture, on a real cluster.

The runs of pytest in here use the cluster that is there, under its name, and keep it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_kind import KindCluster

from tests.kind.stage import new_namespace

pytestmark = pytest.mark.kind
pytest_plugins = ["pytester"]
WORKLOADS = Path(__file__).parents[1] / "bench" / "workloads"


@pytest.fixture
def namespace(cluster: KindCluster) -> Iterator[str]:
    with new_namespace(cluster, "in-pytest"):
        yield "in-pytest"


@pytest.mark.parametrize("workers", [0, 2], ids=["alone", "under xdist"])
def test_each_test_gets_the_cluster_of_pytest_kind_and_its_own_verdict(
    workers: int, cluster: KindCluster, namespace: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        f"""
        def applied(kind_cluster, workload):
            path = f"{WORKLOADS}/{{workload}}.yaml"
            kind_cluster.kubectl("apply", "-n", "{namespace}", "-f", path)

        def test_good(kind_cluster, podwatch):
            applied(kind_cluster, "healthy-deployment")
            verdict = podwatch.expect("deployment/app", "ready", timeout=90)
            assert verdict.outcome == "met"
            assert " Ready: " in podwatch.timeline()

        def test_bad(kind_cluster, podwatch):
            applied(kind_cluster, "broken-image-name")
            podwatch.expect("pod/app", "ready", timeout=90)
        """
    )
    done = pytester.runpytest_subprocess(
        *("--cluster-name", cluster.name, "--keep-cluster"),
        *("--kubeconfig", str(cluster.kubeconfig_path)),
        *("--kind-bin", str(cluster.kind_path), "--kind-kubectl-bin", str(cluster.kubectl_path)),
        *("--podwatch-namespace", namespace),
        *(("-n", str(workers)) if workers else ()),
        timeout=200,
    )
    done.assert_outcomes(passed=1, failed=1)
    said = done.stdout.str()
    assert "InvalidImageName" in said
    assert '>       podwatch.expect("pod/app", "ready", timeout=90)' in said
    _, told = said.split(f"podwatch: namespace {namespace}")
    assert f"{namespace}/app " in told
    assert f"{namespace}/app-" not in told  # of the other test's Deployment


def test_a_session_deploys_once_and_each_test_of_it_tells_of_its_pods(
    cluster: KindCluster, namespace: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture(scope="session")
        def app(kind_cluster, podwatch_session):
            path = "{WORKLOADS}/healthy-deployment.yaml"
            kind_cluster.kubectl("apply", "-n", "{namespace}", "-f", path)
            return podwatch_session.expect("deployment/app", manifests=path, timeout=90)

        def test_met(app):
            assert app.outcome == "met"

        def test_own_assertion(app):
            assert app.outcome == "violated"
        """
    )
    done = pytester.runpytest_subprocess(
        *("--cluster-name", cluster.name, "--keep-cluster", "--junitxml=junit.xml"),
        *("--kubeconfig", str(cluster.kubeconfig_path)),
        *("--kind-bin", str(cluster.kind_path), "--kind-kubectl-bin", str(cluster.kubectl_path)),
        *("--podwatch-namespace", namespace),
        timeout=200,
    )
    done.assert_outcomes(passed=1, failed=1)
    case = (pytester.path / "junit.xml").read_text("utf-8")
    assert f"podwatch: namespace {namespace}" in case
    assert " Ready: " in case
