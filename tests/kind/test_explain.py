"""`podwatch explain` about a real Pod: live, and from what kubectl prints of it."""

import json
import os
import subprocess
from typing import Any

import pytest
from pytest_kind import KindCluster

from podwatch.scenarios import scenario
from tests.command import PODWATCH
from tests.kind.stage import new_namespace

pytestmark = pytest.mark.kind

NAMESPACE = "explain"
CAUSE = "Address already in use"
"""What the first sentence has to say, whether its next run waits, has begun or is over again."""


def explained(cluster: KindCluster, *arguments: str, printed: str = "") -> dict[str, Any]:
    """What is said of the one Pod."""
    done = subprocess.run(
        [PODWATCH, "explain", *arguments, "-o", "json"],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig_path)},
        input=printed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    [line] = done.stdout.splitlines()
    said: dict[str, Any] = json.loads(line)
    return said


def test_two_containers_that_want_one_port_are_explained(cluster: KindCluster) -> None:
    with new_namespace(cluster, NAMESPACE):
        mine = ("-n", NAMESPACE)
        cluster.kubectl("apply", *mine, "-f", str(scenario("same-port").manifest_path))
        restarted = "--for=jsonpath={.status.containerStatuses[1].restartCount}=1"
        cluster.kubectl("wait", "pod/twins", *mine, restarted, "--timeout=120s")
        live = explained(cluster, "pod/twins", *mine)
        assert (live["namespace"], live["name"]) == (NAMESPACE, "twins")
        assert CAUSE in live["sentences"][0]
        for form in ("yaml", "json"):
            one = cluster.kubectl("get", "pod", "twins", *mine, "-o", form)
            all_ = cluster.kubectl("get", "pods,services,events", *mine, "-o", form)
            said = explained(cluster, "-f", "-", printed=one)
            assert said["uid"] == live["uid"]
            assert CAUSE in said["sentences"][0]
            assert explained(cluster, "-f", "-", printed=all_)["uid"] == live["uid"]
