"""A chapter of the tour on a real cluster, from the question to nothing being left."""

import os
import subprocess

import pytest
from pytest_kind import KindCluster

from tests.command import PODWATCH

pytestmark = [pytest.mark.kind, pytest.mark.full]


def test_a_chapter_is_performed_and_nothing_is_left_of_it(cluster: KindCluster) -> None:
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig_path)}
    done = subprocess.run(
        [PODWATCH, "tour", "what-a-pod-is", "--live", "--yes", "-o", "lines"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert "this is a kind cluster on this machine" in done.stderr
    assert done.stdout.count("It happens on your cluster now.") == 2
    assert "answer: " in done.stdout
    assert "This is a recording." not in done.stdout
    left = cluster.kubectl("get", "namespaces", "-l", "podwatch/scenario", "-o", "name")
    assert "single-container" not in left
