"""`podwatch exercise` beside a kubectl and an API server that answer what a test says."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cases import cases
from tests.command import called, loaded_by
from tests.fake_api import FakeApi, Reply, kubeconfig, status
from tests.fake_kubectl import FakeKubectl

HERE = "/api/v1/namespaces/shop/configmaps/podwatch"
OURS = {"app.kubernetes.io/managed-by": "podwatch"}
BEGUN = {"exercise": "cart-image", "started.cart-image": "2026-11-28T10:00:00Z"}


def kept(data: Mapping[str, str], labels: Mapping[str, str] = OURS) -> dict[str, Reply]:
    made = {"metadata": {"name": "podwatch", "labels": dict(labels)}, "data": dict(data)}
    return {HERE: Reply([json.dumps(made).encode()])}


class Shell:
    """A learner's, with a cluster that answers so."""

    def __init__(self, folder: Path, kubectl: FakeKubectl) -> None:
        self.folder = folder
        self.kubectl = kubectl

    def podwatch(
        self, *arguments: str, others: Mapping[str, Reply]
    ) -> subprocess.CompletedProcess[str]:
        with FakeApi(others=others) as api:
            config = kubeconfig(self.folder, api.url)
            return called("exercise", *arguments, KUBECONFIG=config, PATH=self.kubectl.path)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, FakeKubectl(tmp_path))


# ── without a cluster ──


def test_the_list_needs_no_cluster_and_loads_no_client() -> None:
    done = called("exercise")
    assert (done.returncode, done.stderr) == (0, "")
    assert "cart-image" in done.stdout
    assert not {"kubernetes", "yaml"} & loaded_by("exercise", "list")


def test_the_list_as_json_is_a_line_for_each() -> None:
    first = json.loads(called("exercise", "list", "-o", "json").stdout.splitlines()[0])
    assert (first["kind"], first["level"], first["solved"]) == ("exercise", "easy", None)


def test_the_manifest_needs_no_cluster() -> None:
    assert "busybox:1.63" in called("exercise", "show", "cart-image").stdout


def test_the_solution_needs_no_cluster_but_a_yes() -> None:
    done = called("exercise", "solution", "cart-image")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--yes" in done.stderr
    done = called("exercise", "solution", "cart-image", "--yes")
    assert "-          image: busybox:1.63" in done.stdout
    assert "+          image: busybox:1.36" in done.stdout


@cases(
    "words said",
    {
        "an unknown action": (["strat"], 'did you mean "start"?'),
        "an unknown exercise": (["show", "cart-imge"], 'did you mean "cart-image"?'),
        "a start without a name": (["start"], "podwatch exercise list"),
        "a word too many": (["check", "cart-image", "now"], '"now" is one word too many'),
        "JSON of what has none": (["hint", "-o", "json"], "-o json is for list and check"),
        "a name that no namespace has": (["check", "-n", "A_b"], "not a valid name"),
    },
)
def test_a_line_that_is_written_wrong_is_answered(words: list[str], said: str) -> None:
    done = called("exercise", *words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("action", ["start", "check", "hint", "reset"])
def test_without_a_cluster_it_says_what_can_be_done(action: str) -> None:
    done = called("exercise", action, "cart-image", "-s", "https://127.0.0.1:1")
    assert done.returncode in {2, 5}
    assert "podwatch exercise list" in done.stderr or "kubectl" in done.stderr
    assert done.stderr.count("without a cluster") <= 1


def test_without_a_kubeconfig_one_way_without_a_cluster_is_named(tmp_path: Path) -> None:
    done = called("exercise", "check", "--kubeconfig", str(tmp_path / "none"))
    assert done.returncode == 5
    assert done.stderr.count("without a cluster") == 1
    assert "without a cluster: podwatch exercise list" in done.stderr


# ── in a namespace ──


def test_nothing_is_written_without_a_yes(shell: Shell) -> None:
    done = shell.podwatch("start", "cart-image", others={})
    assert done.returncode == 2
    assert "start exercise cart-image in namespace shop" in done.stderr
    assert shell.kubectl.lines == []


def workload(kind: str, name: str, labels: Mapping[str, str], app: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"kind": kind, "metadata": {"name": name, "labels": dict(labels)}}
    if app:
        made["spec"] = {"template": {"metadata": {"labels": {"app": app}}}}
    return made


def holds(shell: Shell, *objects: dict[str, Any]) -> None:
    """These are in the namespace."""
    shell.kubectl.answer("get configmap,", json.dumps({"items": objects}))


LABELLED = {**OURS, "podwatch/exercise": "checkout-probe"}


def test_a_start_keeps_what_is_begun_before_it_makes_anything(shell: Shell) -> None:
    holds(
        shell, workload("ConfigMap", "podwatch", OURS), workload("Deployment", "blog", {}, "blog")
    )
    done = shell.podwatch("start", "cart-image", "--yes", others={})
    assert done.returncode == 0, done.stderr
    _, created, applied = shell.kubectl.calls
    made = json.loads(created["given"])
    assert (made["metadata"]["name"], made["metadata"]["labels"]) == ("podwatch", OURS)
    assert made["data"]["exercise"] == "cart-image"
    labels = [one["metadata"]["labels"] for one in json.loads(applied["given"])["items"]]
    assert all(one["podwatch/exercise"] == "cart-image" for one in labels)


@cases(
    "theirs said",
    {
        "its name": (workload("Service", "cart", {}), "service/cart"),
        "the labels of its Pods": (workload("Deployment", "shop", {}, "cart"), "deployment/shop"),
        "a bare Pod with them": (workload("Pod", "my-cart", {"app": "cart"}), "pod/my-cart"),
    },
)
def test_what_somebody_else_made_is_not_replaced_if_it_has(
    theirs: dict[str, Any], said: str, shell: Shell
) -> None:
    holds(shell, theirs)
    done = shell.podwatch("start", "cart-image", "--yes", others={})
    assert done.returncode == 2
    assert f'{said} in namespace "shop", which podwatch did not make, is in the way' in done.stderr
    assert len(shell.kubectl.lines) == 1


@pytest.mark.parametrize("action", ["start cart-image --yes", "reset"])
def test_what_the_learner_made_anew_is_removed_and_nothing_else(action: str, shell: Shell) -> None:
    holds(
        shell,
        workload("ConfigMap", "podwatch", OURS),
        workload("ConfigMap", "mine", {}),
        workload("Deployment", "blog", {}, "blog"),
        workload("Service", "cart", {}),
        workload("Deployment", "checkout", LABELLED, "checkout"),
        workload("StatefulSet", "other", {}, "cart"),
    )
    done = shell.podwatch(*action.split(), others=kept(BEGUN))
    assert done.returncode == 0, done.stderr
    removed = next(line for line in shell.kubectl.lines if " delete " in f" {line}")
    names = [word for word in removed.split() if "/" in word]
    assert names == ["deployment/checkout", "statefulset/other", "service/cart"]


def test_what_takes_long_to_end_is_said_and_what_to_do(shell: Shell) -> None:
    holds(shell, workload("Deployment", "cart", LABELLED, "cart"))
    shell.kubectl.answer("delete", said="error: timed out waiting for the condition", code=1)
    done = shell.podwatch("reset", others=kept(BEGUN))
    assert done.returncode == 5
    assert "takes long to end" in done.stderr


def test_who_begins_another_is_told_what_ends(shell: Shell) -> None:
    done = shell.podwatch(
        *("start", "cart-image", "--yes"),
        others=kept(
            {"exercise": "checkout-probe", "started.checkout-probe": BEGUN["started.cart-image"]}
        ),
    )
    assert "exercise checkout-probe, begun" in done.stderr
    assert "ends there" in done.stderr


def test_hints_come_one_by_one_and_are_kept(shell: Shell) -> None:
    first = shell.podwatch("hint", others=kept(BEGUN))
    assert "hint 1 of 3" in first.stdout
    assert "hint 2 of 3" not in first.stdout
    assert '"hints.cart-image": "1"' in shell.kubectl.lines[-1]
    second = shell.podwatch("hint", others=kept({**BEGUN, "hints.cart-image": "1"}))
    assert "hint 2 of 3" in second.stdout
    last = shell.podwatch("hint", others=kept({**BEGUN, "hints.cart-image": "9"}))
    assert "podwatch exercise solution" in last.stdout


def test_a_hint_is_shown_even_where_it_cant_be_kept(shell: Shell) -> None:
    refused = 'Error from server (Forbidden): configmaps "podwatch" is forbidden'
    shell.kubectl.answer("patch", said=refused, code=1)
    done = shell.podwatch("hint", others=kept(BEGUN))
    assert (done.returncode, "hint 1 of 3" in done.stdout) == (0, True)
    assert "could not be kept" in done.stderr


@pytest.mark.parametrize("action", ["check", "hint", "reset", "solution"])
@cases(
    "others code said",
    {
        "nothing was started": ({}, 2, "podwatch exercise start NAME -n shop"),
        "nothing is under way": (kept({}), 2, "no exercise was started"),
        "an exercise that there is not": (kept({"exercise": "old-one"}), 2, "old-one"),
        "somebody else's ConfigMap": (kept(BEGUN, {}), 5, "was not made by podwatch"),
        "a namespace that is gone": (
            {"/api/v1/namespaces/shop": status(404, "NotFound", "not found")},
            5,
            'there is no namespace "shop"',
        ),
        "no permission": ({HERE: status(403, "Forbidden", "no")}, 5, "may not"),
    },
)
def test_what_can_be_said_is_said_with(
    action: str, others: Mapping[str, Reply], code: int, said: str, shell: Shell
) -> None:
    done = shell.podwatch(action, others=others)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert shell.kubectl.lines == []


@cases(
    "data",
    {
        "an exercise's name that acts on the terminal": {"exercise": "\x1b[2J"},
        "times that are none": {**BEGUN, "solved.cart-image": "\x1b[2J"},
        "keys that are none": {**BEGUN, "\x1b[2J": "\x1b[2J", "hints.cart-image": "\x1b[2J"},
    },
)
def test_what_others_wrote_into_it_acts_on_nothing(data: dict[str, str], shell: Shell) -> None:
    done = shell.podwatch("hint", others=kept(data))
    assert "\x1b" not in done.stdout + done.stderr
    done = shell.podwatch("list", others=kept(data))
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_another_than_the_one_under_way_is_not_judged(shell: Shell) -> None:
    solved = {**BEGUN, "exercise": "old", "solved.cart-image": BEGUN["started.cart-image"]}
    done = shell.podwatch("check", "cart-image", others=kept(solved))
    assert done.returncode == 2
    assert "which was solved here before" in done.stderr


def test_the_list_marks_what_is_solved(shell: Shell) -> None:
    solved = {**BEGUN, "solved.cart-image": BEGUN["started.cart-image"]}
    assert "✔ cart-image" in shell.podwatch("list", others=kept(solved)).stdout


def test_without_kubectl_that_is_said(tmp_path: Path) -> None:
    with FakeApi(others=kept(BEGUN)) as api:
        config = kubeconfig(tmp_path, api.url)
        done = called("exercise", "check", KUBECONFIG=config, PATH=str(tmp_path))
    assert done.returncode == 2
    assert "there is no kubectl on PATH" in done.stderr
