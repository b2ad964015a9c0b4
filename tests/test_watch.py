"""`podwatch deploy/web` as its users meet it, against a server that plays its part."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import called
from tests.fake_api import FakeApi, kubeconfig, listing, pod

OWNERS = "/apis/apps/v1/namespaces/shop"


def owned(made: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """The object, controlled by this one."""
    owner = {"kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}
    return {**made, "metadata": {**made["metadata"], "ownerReferences": [owner]}}


def named(name: str) -> dict[str, Any]:
    """A ReplicaSet or Deployment."""
    return {"metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}"}}


PODS = (
    owned(pod("web-1-a", 5), "ReplicaSet", "web-1"),
    owned(pod("web-db-1-a", 6), "ReplicaSet", "web-db-1"),
    pod("web", 7),
)
SETS = (
    owned(named("web-1"), "Deployment", "web"),
    owned(named("web-db-1"), "Deployment", "web-db"),
)
OTHERS = {
    f"{OWNERS}/replicasets": listing(*SETS),
    f"{OWNERS}/deployments?metadata.name=web": listing(named("web")),
}


@pytest.mark.parametrize(
    "line",
    [
        "-n shop deploy/web",
        "deploy/web -n shop",
        "watch -n shop deploy web",
        "shop/deployment.v1.apps/web",
        "pod deploy/web -n shop",
    ],
)
def test_only_the_pods_of_the_workload_are_told(tmp_path: Path, line: str) -> None:
    with FakeApi([listing(*PODS)], others=OTHERS, only="/pods") as api:
        config = kubeconfig(tmp_path, api.url)
        done = called(*line.split(), "--timeout", "1500ms", "-o", "lines", KUBECONFIG=config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "shop/web-1-a was already there" in done.stdout
    assert "· shop/deployment/web: 1 Pod there; watching" in done.stdout
    assert "web-db" not in done.stdout


def test_its_recording_holds_only_what_is_of_it_and_replays_the_same(tmp_path: Path) -> None:
    recording = tmp_path / "run.jsonl"
    with FakeApi([listing(*PODS)], others=OTHERS, only="/pods") as api:
        config = kubeconfig(tmp_path, api.url)
        options = ("--timeout", "1500ms", "-o", "json", "--record", str(recording))
        live = called("deploy/web", "-n", "shop", *options, KUBECONFIG=config)
    assert "web-db" not in recording.read_text("utf-8")
    replayed = called("replay", str(recording), "-o", "json")
    synced = [line for line in replayed.stdout.splitlines() if json.loads(line)["kind"] == "synced"]
    assert [json.loads(line)["pods"] for line in synced] == [1]
    assert set(synced) <= set(live.stdout.splitlines())


def test_a_workload_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    with FakeApi([listing()]) as api:
        config = kubeconfig(tmp_path, api.url)
        done = called("shop/sts/db", "--timeout", "1s", "-o", "lines", KUBECONFIG=config)
    assert "shop/statefulset/db does not exist yet: waiting for it" in done.stdout
