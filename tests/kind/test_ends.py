"""Ends on a real cluster: `create` and `delete` beside `kubectl wait`, deleted targets, Pods that
run once, and the StatefulSet that a rollback leaves behind a Pod of its own.
"""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest
from pytest_kind import KindCluster

from tests.command import PODWATCH
from tests.kind.stage import call, new_namespace

pytestmark = pytest.mark.kind

NAMESPACE = "ends"
IMAGE = "busybox:1.36"
DATABASE = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "db"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "db"}},
        "template": {
            "metadata": {"labels": {"app": "db"}},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [{"name": "c", "image": IMAGE, "command": ["sleep", "3600"]}],
            },
        },
    },
}


@pytest.fixture(scope="module")
def cluster_(cluster: KindCluster) -> Iterator[KindCluster]:
    """The cluster, with a namespace of these tests."""
    with new_namespace(cluster, NAMESPACE):
        yield cluster


def in_namespace(cluster: KindCluster, *arguments: str, given: str = "") -> None:
    call(cluster, *arguments, "-n", NAMESPACE, given=given)


def expect(cluster: KindCluster, *arguments: str) -> tuple[int, str]:
    """The exit code, and the whole output."""
    access = ("-n", NAMESPACE, "--kubeconfig", str(cluster.kubeconfig_path))
    command = [str(PODWATCH), "expect", *arguments, *access]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    return done.returncode, done.stdout + done.stderr


def run_pod(cluster: KindCluster, name: str, *command: str) -> None:
    options = ("--image", IMAGE, "--restart=Never", "--command", "--")
    call(cluster, "run", name, "-n", NAMESPACE, *options, *command)


@pytest.mark.parametrize("word", ["create", "delete"])
@pytest.mark.parametrize("target", ["pod/none", "deployment/none", "job/none", "configured"])
def test_it_says_what_kubectl_wait_says(cluster_: KindCluster, word: str, target: str) -> None:
    name = target
    if target == "configured":
        name = f"pod/{word}-it"
        run_pod(cluster_, name.partition("/")[2], "sleep", "3600")
    wait = ["wait", f"--for={word}", name, "--timeout=3s", "-n", NAMESPACE]
    kubectl = subprocess.run(
        [str(cluster_.kubectl_path), *wait],
        env={"KUBECONFIG": str(cluster_.kubeconfig_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    code, said = expect(cluster_, name, "--for", word, "--timeout", "3s")
    assert (code == 0) is (kubectl.returncode == 0), said
    assert code in {0, 4}, said


@pytest.mark.parametrize("program", ["true", "sleep 1"])
def test_a_pod_that_runs_once_is_well_however_short_it_is(
    cluster_: KindCluster, program: str
) -> None:
    name = re.sub(r"\W", "-", program)
    run_pod(cluster_, name, "sh", "-c", program)
    code, said = expect(cluster_, f"pod/{name}", "--timeout", "60s")
    assert (code, "ready or succeeded" in said) == (0, True), said


def test_a_target_that_is_deleted_fails(cluster_: KindCluster) -> None:
    run_pod(cluster_, "goes", "sleep", "3600")
    wanted = ("pod/goes", "--for", "succeeded", "--timeout", "90s", "-n", NAMESPACE)
    ended = subprocess.Popen(
        [str(PODWATCH), "expect", *wanted, "--kubeconfig", str(cluster_.kubeconfig_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert ended.stderr is not None
    for line in ended.stderr:
        if "waits for succeeded" in line:
            break
    in_namespace(cluster_, "delete", "pod/goes", "--wait=false", "--now")
    said, _ = ended.communicate(timeout=120)
    assert ended.returncode == 1, said
    assert "it was deleted at +" in said


def test_a_statefulset_behind_its_own_pod_is_freed_by_what_is_said(cluster_: KindCluster) -> None:
    in_namespace(cluster_, "apply", "-f", "-", given=json.dumps(DATABASE))
    assert expect(cluster_, "statefulset/db")[0] == 0
    broken = "podwatch.example/none:1"
    in_namespace(cluster_, "set", "image", "statefulset/db", f"c={broken}")
    code, said = expect(cluster_, "statefulset/db", "--timeout", "20s")
    assert code in {1, 4}, said  # a registry may not answer at all
    in_namespace(cluster_, "set", "image", "statefulset/db", f"c={IMAGE}")
    code, said = expect(cluster_, "statefulset/db", "--timeout", "6s")
    assert (code, "Pod db-1 of an older revision is in its way" in said) == (4, True), said
    freed = re.search(r"try   kubectl (delete pod/db-1 -n ends)$", said, re.MULTILINE)
    assert freed is not None, said
    call(cluster_, *freed[1].split())
    assert expect(cluster_, "statefulset/db", "--timeout", "90s")[0] == 0
