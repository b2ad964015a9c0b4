"""`podwatch expect` on a real cluster with the least of roles. Its verdicts: `test_verdicts.py`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pytest_kind import KindCluster

from tests.bench.kind import WORKLOADS
from tests.command import PODWATCH
from tests.kind.stage import new_namespace

pytestmark = pytest.mark.kind

RBAC = Path(__file__).parents[2] / "docs" / "rbac"


def expect(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PODWATCH, "expect", *arguments], capture_output=True, text=True, timeout=240, check=False
    )


@pytest.fixture(scope="module")
def least(
    cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A namespace, and a kubeconfig of somebody who has only the Role of docs/rbac/pods.yaml."""
    own = "expect-least"
    with new_namespace(cluster, own):
        cluster.kubectl("apply", "-n", own, "-f", str(RBAC / "pods.yaml"))
        cluster.kubectl("apply", "-n", own, "-f", str(WORKLOADS / "healthy-pod.yaml"))
        cluster.kubectl("create", "-n", own, "serviceaccount", "tester")
        cluster.kubectl(
            *("create", "-n", own, "rolebinding", "tester", "--role=podwatch-pods"),
            f"--serviceaccount={own}:tester",
        )
        token = cluster.kubectl("create", "-n", own, "token", "tester").strip()
        config = yaml.safe_load(cluster.kubeconfig_path.read_text("utf-8"))
        config["users"] = [{"name": "tester", "user": {"token": token}}]
        config["contexts"][0]["context"]["user"] = "tester"
        path = tmp_path_factory.mktemp("least") / "kubeconfig"
        path.write_text(yaml.safe_dump(config), "utf-8")
        yield own, str(path)


def test_pods_by_name_and_label_need_no_more_than_pods(least: tuple[str, str]) -> None:
    own, kubeconfig = least
    for target in (["pod/app"], ["-l", "app=app"]):
        done = expect(*target, "--stable", "3s", "-n", own, "--kubeconfig", kubeconfig)
        assert done.returncode == 0, done.stdout
        assert "done without: no permission to list events" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["deployment/app"], ["pod/app", "--within", "pulled=60s"]],
    ids=["an owner", "a budget that needs Events"],
)
def test_what_needs_more_names_the_verb_and_exits_with_5(
    arguments: list[str], least: tuple[str, str]
) -> None:
    own, kubeconfig = least
    done = expect(*arguments, "-n", own, "--kubeconfig", kubeconfig)
    assert done.returncode == 5, done.stdout
    assert "no permission to list" in done.stdout
