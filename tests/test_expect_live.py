"""`podwatch expect` with a server: met, refused, lost on the way."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.fake_api import FakeApi, Reply, event, kubeconfig, listing, pod, status, watching
from tests.test_expect import podwatch

READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}
FAILED: dict[str, Any] = {
    "phase": "Failed",
    "containerStatuses": [
        {
            "name": "app",
            "containerID": "A",
            "state": {"terminated": {"exitCode": 3, "containerID": "A"}},
        }
    ],
}
HOSTILE = b"::error::gotcha\n\x1b[31mred\n"


def changed(name: str, version: int, **state: Any) -> bytes:
    return event("MODIFIED", pod(name, version, **state))


def test_a_verdict_and_its_instant_are_those_of_the_replay_of_its_own_recording(
    tmp_path: Path,
) -> None:
    run = tmp_path / "run.jsonl"
    watches = [watching(0.2, changed("web", 101, **READY), ending="hang")]
    with FakeApi([listing(pod("web", 5))], watches, only="/pods") as api:
        live = podwatch(
            *("pod/web", "-o", "json", "--record", str(run), "--stable", "1s"),
            KUBECONFIG=kubeconfig(tmp_path, api.url),
        )
    again = podwatch("pod/web", "-o", "json", "--replay", str(run), "--stable", "1s")
    assert live.returncode == 0
    assert json.loads(live.stdout) == json.loads(again.stdout)


def test_the_log_of_the_container_that_failed_is_in_the_report_and_does_nothing(
    tmp_path: Path,
) -> None:
    logs = {"/api/v1/namespaces/shop/pods/web/log": Reply([HOSTILE])}
    watches = [watching(0.2, changed("web", 101, **FAILED), ending="hang")]
    with FakeApi([listing(pod("web", 5))], watches, logs, only="/pods") as api:
        config = kubeconfig(tmp_path, api.url)
        done = podwatch("pod/web", KUBECONFIG=config, GITHUB_ACTIONS="true")
    assert done.returncode == 1
    assert 'container "app" ended with exit code 3' in done.stdout
    assert "      | ::error::gotcha\n      | ␛[31mred\n" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_what_the_kubelet_says_in_place_of_a_log_is_no_line_of_it(tmp_path: Path) -> None:
    gone = b"unable to retrieve container logs for containerd://3f0c5e8b9d"
    logs = {"/api/v1/namespaces/shop/pods/web/log": Reply([gone])}
    with FakeApi([listing(pod("web", 5, **FAILED))], [], logs, only="/pods") as api:
        done = podwatch("pod/web", KUBECONFIG=kubeconfig(tmp_path, api.url))
    assert "unavailable: the node does not have it any more" in done.stdout
    assert "unable to retrieve" not in done.stdout


@pytest.mark.parametrize("option", [[], ["--no-logs"]], ids=["refused", "not wanted"])
def test_logs_are_not_required(tmp_path: Path, option: list[str]) -> None:
    logs = {"/api/v1/namespaces/shop/pods/web/log": status(403, "Forbidden", "no logs for you")}
    with FakeApi([listing(pod("web", 5, **FAILED))], [], logs, only="/pods") as api:
        done = podwatch("pod/web", *option, KUBECONFIG=kubeconfig(tmp_path, api.url))
    assert done.returncode == 1
    assert ("unavailable: you may not get pods/log" in done.stdout) is (not option)


def test_an_owner_that_may_not_be_read_names_the_verb_and_exits_with_5(tmp_path: Path) -> None:
    refused = {
        f"/apis/apps/v1/namespaces/shop/{kind}": status(403, "Forbidden", f"{kind} is forbidden")
        for kind in ("deployments", "replicasets")  # which of them is refused first is open
    }
    with FakeApi([listing()], [], refused, only="/pods") as api:
        done = podwatch("deployment/web", KUBECONFIG=kubeconfig(tmp_path, api.url))
    assert done.returncode == 5
    assert re.match(
        r'✖ no permission to list (deployments|replicasets)\.apps in namespace "shop"   after ',
        done.stdout,
    )


def test_a_cluster_that_goes_away_is_tried_until_the_deadline(tmp_path: Path) -> None:
    lost = watching(ending="reset")
    away = [listing(pod("web", 5)), status(503, "ServiceUnavailable", "away")]
    unavailable = [lost, *(status(503, "ServiceUnavailable", "away") for _ in range(50))]
    with FakeApi(away, unavailable, only="/pods") as api:
        config = kubeconfig(tmp_path, api.url)
        done = podwatch("pod/web", "--timeout", "4s", KUBECONFIG=config)
    assert done.returncode == 5
    assert "the cluster can't be reached" in done.stdout
    assert "after 4.0 s" in done.stdout
    assert "connection lost, trying again" in done.stderr
