"""A class on a real cluster: learners.sh, what their Role lets them do, and the teacher's board."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_kind import KindCluster

from podwatch.course import questions
from podwatch.scenarios import FOLDER
from tests.command import PODWATCH
from tests.kind.clusters import fresh, tools

pytestmark = pytest.mark.kind

WORKSHOP = Path(__file__).parents[2] / "docs" / "workshop"
SCRIPT = WORKSHOP / "learners.sh"
PHASE = next(
    one for one in questions(FOLDER / "crash-loop" / "questions.toml") if one.id.endswith(".phase")
)
A_WRONG_ONE = next(n for n in range(len(PHASE.choices)) if n != PHASE.right)
WITHIN = 60.0
"""Seconds until the board has to say it."""


class Learners:
    """Learners that the script made; their kubeconfigs are in `folder`."""

    def __init__(self, cluster: KindCluster, folder: Path) -> None:
        self.environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig_path)}
        self.folder = folder

    def script(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it."""
        return subprocess.run(
            [str(SCRIPT), "--yes", "--out", str(self.folder), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def kubectl(self, *arguments: str, learner: str = "", given: str = "") -> str:
        """As the teacher, or as a learner; what it printed, errors, too."""
        done = subprocess.run(
            ["kubectl", *arguments],
            env=self.environment | ({"KUBECONFIG": self.file(learner)} if learner else {}),
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def file(self, learner: str) -> str:
        """A learner's kubeconfig."""
        return str(self.folder / f"{learner}.kubeconfig")

    def asked(self, *arguments: str, learner: str = "") -> subprocess.CompletedProcess[str]:
        """What `podwatch class` says, as the teacher or as a learner."""
        return subprocess.run(
            [PODWATCH, "class", "-o", "json", *arguments],
            env=self.environment | ({"KUBECONFIG": self.file(learner)} if learner else {}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def board(self, *arguments: str, learner: str = "") -> list[dict[str, Any]]:
        """The lines of the board."""
        done = self.asked(*(arguments or ("-l", "podwatch/set-up")), learner=learner)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def until(self, is_so: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The board once it is so."""
        deadline = time.monotonic() + WITHIN
        while True:
            lines = self.board()
            if is_so(lines):
                return lines
            assert time.monotonic() < deadline, json.dumps(lines, indent=1)
            time.sleep(1)


@contextmanager
def made(cluster: KindCluster, folder: Path, names: Sequence[str]) -> Iterator[Learners]:
    one = Learners(cluster, folder)
    done = one.script(*names)
    try:
        assert done.returncode == 0, done.stderr
        yield one
    finally:
        one.kubectl("delete", "namespace", "-l", "podwatch/set-up", "--wait=false")


def keeps(namespace: str, **data: str) -> str:
    """The manifest of a learner's ConfigMap."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "podwatch",
                "namespace": namespace,
                "labels": {"app.kubernetes.io/managed-by": "podwatch"},
            },
            "data": {key.replace("__", "."): value for key, value in data.items()},
        }
    )


MAY = {
    "deployments.apps": {"create", "patch", "delete"},
    "jobs.batch": {"create", "delete"},
    "pods": {"create", "delete", "list", "watch"},
    "services": {"create", "patch"},
    "configmaps": {"create", "patch"},
    "persistentvolumeclaims": {"create", "delete"},
    "pods/log": {"get"},
    "pods/exec": {"create"},
    "services/proxy": {"get"},
    "events": {"list", "watch"},
}
"""Some of what the exercises need."""
MAY_NOT = {
    "secrets",
    "nodes",
    "persistentvolumes",
    "resourcequotas",
    "serviceaccounts",
}


def rules(one: Learners, *where: str) -> dict[str, set[str]]:
    """The verbs that Anna has on each resource, by the API server's own word."""
    found: dict[str, set[str]] = {}
    for line in one.kubectl(
        "auth", "can-i", "--list", "--no-headers", *where, learner="anna"
    ).splitlines():
        resource, verbs = line.split()[0], line.rpartition("[")[2].rstrip("]").split()
        found.setdefault(resource, set()).update(verbs)
    return found


def test_three_learners_have_their_own_and_the_board_says_who_is_stuck(
    cluster: KindCluster, tmp_path: Path
) -> None:
    with made(cluster, tmp_path, ("Anna", "ben", "carla")) as one:
        files = sorted(path.name for path in tmp_path.iterdir())
        assert files == ["anna.kubeconfig", "ben.kubeconfig", "carla.kubeconfig"]
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}

        # ── what a learner may do ──
        own, elsewhere = rules(one), rules(one, "-n", "learner-ben")
        assert {name for name, verbs in MAY.items() if not verbs <= own.get(name, set())} == set()
        assert own.keys() & MAY_NOT == set()
        assert not any("rbac" in name or "*" in verbs for name, verbs in own.items())
        assert own["namespaces"] == {"get"}  # their own
        assert elsewhere.keys() & MAY.keys() == set()
        assert "No resources found in learner-anna" in one.kubectl("get", "pods", learner="anna")
        on_the_node = '{"spec":{"hostPID":true}}'
        refused = one.kubectl(
            *("run", "x", "--image=busybox:1.36", f"--overrides={on_the_node}"), learner="anna"
        )
        assert "violates PodSecurity" in refused

        # ── the board ──
        image = "--image=busybox:1.36-typo"
        one.kubectl("create", "deployment", "cart", image, learner="anna")
        one.kubectl("run", "fine", "--image=busybox:1.36", "--", "sleep", "600", learner="ben")
        wrong = json.dumps({"choice": A_WRONG_ONE, "at": "2026-01-01T00:00:00Z"})
        for name in ("anna", "ben"):
            one.kubectl(
                *("apply", "-f", "-"),
                learner=name,
                given=keeps(f"learner-{name}", **{"answer__crash-loop.phase": wrong}),
            )
        lines = one.until(
            lambda lines: (
                lines[0]["learner"] == "Anna"
                and lines[0]["trouble"]
                and lines[1]["doing"].startswith("ready")
            )
        )
        anna, ben, carla, answers = lines
        assert "busybox:1.36-typo" in anna["cause"]
        assert anna["stuckSeconds"] < WITHIN
        assert (ben["learner"], ben["trouble"], ben["stuckSeconds"]) == ("ben", False, None)
        assert (carla["pods"], carla["stuckSeconds"]) == (0, None)
        assert (answers["question"], answers["answers"], answers["times"]) == (
            "crash-loop.phase",
            2,
            2,
        )
        (own,) = (
            x for x in one.board("-n", "learner-anna", learner="anna") if x["kind"] == "learner"
        )
        assert own["cause"] == anna["cause"]

        # ── again, and away ──
        assert one.script("ben", "dora").returncode == 0
        assert "fine" in one.kubectl("get", "pods", learner="ben")
        gone = one.script("--remove", "anna")
        assert gone.returncode == 0, gone.stderr
        assert not Path(one.file("anna")).exists()
        left = one.until(lambda lines: len([x for x in lines if x["kind"] == "learner"]) == 3)
        assert {x["learner"] for x in left if x["kind"] == "learner"} == {"ben", "carla", "dora"}


def test_the_script_leaves_alone_what_it_did_not_make(cluster: KindCluster, tmp_path: Path) -> None:
    one = Learners(cluster, tmp_path)
    one.kubectl("create", "namespace", "learner-mine")
    try:
        done = one.script("mine")
        assert done.returncode == 1
        assert "this script did not make it" in done.stderr
        assert one.script("--remove", "mine").stdout == "there is nothing that this script made\n"
        assert "learner-mine" in one.kubectl("get", "namespace", "learner-mine")
    finally:
        one.kubectl("delete", "namespace", "learner-mine", "--wait=false")


@pytest.fixture
def teacher(cluster: KindCluster) -> Iterator[str]:
    """Somebody who has docs/rbac/teacher.yaml and nothing else."""
    role, name = str(WORKSHOP.parent / "rbac" / "teacher.yaml"), "podwatch-teacher"
    cluster.kubectl("apply", "-f", role)
    cluster.kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", "--user=teacher")
    try:
        yield "teacher"
    finally:
        cluster.kubectl("delete", "clusterrolebinding", name)
        cluster.kubectl("delete", "-f", role)


def test_the_teachers_role_is_enough_and_who_has_less_is_told_of_it(
    cluster: KindCluster, tmp_path: Path, teacher: str
) -> None:
    one = Learners(cluster, tmp_path)
    done = one.asked("-l", "kubernetes.io/metadata.name=default", "--as", teacher)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[0])["namespace"] == "default"
    done = one.asked("--as", "nobody")
    assert done.returncode == 5
    assert "docs/rbac/teacher.yaml" in done.stderr


@pytest.mark.full
def test_forty_learners_are_on_one_board(cluster: KindCluster, tmp_path: Path) -> None:
    with made(cluster, tmp_path, ("40",)) as one:
        for number in range(1, 41):
            where = ("-n", f"learner-{number:02}")
            image = "busybox:1.36-typo" if number % 4 == 0 else "busybox:1.36"
            one.kubectl("run", "app", f"--image={image}", *where, "--", "sleep", "3600")
        lines = one.until(
            lambda lines: (
                sum(x["trouble"] for x in lines) == 10
                and sum(x["doing"].startswith("ready") for x in lines) == 30
            )
        )
        assert len(lines) == 40
        assert [x["trouble"] for x in lines] == [True] * 10 + [False] * 30
        stuck = [x["stuckSeconds"] for x in lines[:10]]
        assert stuck == sorted(stuck, reverse=True)


@pytest.mark.full
def test_the_cluster_for_a_class_has_a_node_for_the_taint(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    option = pytestconfig.getoption
    use = tools(option("kind_bin"), option("kind_kubectl_bin"))
    with fresh("podwatch-class", use, tmp_path, WORKSHOP / "kind-class.yaml") as cluster:
        nodes = json.loads(cluster.kubectl("get", "nodes", "-l", "shop=payments", "-o", "json"))
        (node,) = nodes["items"]
        assert {"key": "shop", "value": "payments", "effect": "NoSchedule"} in node["spec"][
            "taints"
        ]
