"""`podwatch expect` on a real cluster: the verdicts of the workloads, and the least of roles.

The workloads are those of `make bench-kind`, each in a namespace of its own.
"""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_kind import KindCluster

from tests.bench.kind import WORKLOADS, target_of
from tests.command import PODWATCH
from tests.kind.stage import apply, new_namespace

pytestmark = pytest.mark.kind

NAMES = sorted(path.stem for path in WORKLOADS.glob("*.yaml"))
RBAC = Path(__file__).parents[2] / "docs" / "rbac"
OPTIONS = ("--timeout", "120s", "--grace", "5s", "--max-restarts", "1", "-o", "json")
BORNE = {"healthy-in-the-end": "4"}
"""How many restarts a workload needs."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out live and from the recording of the same run."""

    live: dict[str, Any]
    exit_code: int
    replayed: dict[str, Any]


def expect(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PODWATCH, "expect", *arguments], capture_output=True, text=True, timeout=240, check=False
    )


def judged(name: str, cluster: KindCluster, folder: Path) -> Judged:
    workload, recording = WORKLOADS / f"{name}.yaml", folder / f"{name}.jsonl"
    options = [target_of(workload), *OPTIONS, "--max-restarts", BORNE.get(name, "1")]
    own = f"expect-{name}"
    with new_namespace(cluster, own):
        apply(cluster, workload, "-n", own)
        kubeconfig = ("--kubeconfig", str(cluster.kubeconfig_path))
        live = expect(*options, "-n", own, *kubeconfig, "--record", str(recording))
    replayed = expect(*options, "-n", own, "--replay", str(recording))
    return Judged(json.loads(live.stdout), live.returncode, json.loads(replayed.stdout))


def all_judged(cluster: KindCluster, folder: Path) -> dict[str, Judged]:
    """Every workload, some at once: they mostly wait."""
    with ThreadPoolExecutor(4) as pool:
        results = pool.map(lambda name: judged(name, cluster, folder), NAMES)
        return dict(zip(NAMES, results, strict=True))


@pytest.fixture(scope="module")
def verdicts(cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    return all_judged(cluster, tmp_path_factory.mktemp("expect"))


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_right(name: str, verdicts: dict[str, Judged]) -> None:
    one = verdicts[name]
    assert one.exit_code == (0 if name.startswith("healthy") else 1), one.live["sentence"]


@pytest.mark.parametrize("name", NAMES)
def test_the_replay_gives_the_same_verdict_at_the_same_instant(
    name: str, verdicts: dict[str, Judged]
) -> None:
    one = verdicts[name]
    for key in ("outcome", "t", "at", "sentence", "cause", "rule", "concept", "results"):
        assert one.live[key] == one.replayed[key], key


@pytest.mark.full
def test_ten_repetitions_give_no_wrong_verdict(cluster: KindCluster, tmp_path: Path) -> None:
    wrong = []
    for number in range(10):
        for name, one in all_judged(cluster, tmp_path).items():
            if one.exit_code != (0 if name.startswith("healthy") else 1):
                wrong.append((number, name, one.live["sentence"]))
            if one.live["t"] != one.replayed["t"]:
                wrong.append((number, name, "another instant in the replay"))
        for name in NAMES:
            cluster.kubectl("wait", "--for=delete", f"namespace/expect-{name}", "--timeout=120s")
    assert wrong == []


# ── the least of roles ──


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
