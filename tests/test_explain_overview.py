"""`podwatch explain -A` and `-n NAME`: what is amiss in a cluster, a file or a recording."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from podwatch.scenarios import scenario
from tests.cases import cases
from tests.command import called
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, status

QUOTA = str(scenario("quota").recording)
CRASH = {"reason": "CrashLoopBackOff", "message": "back-off 20s"}
TYPO = "docker.io/library/web:2: not found"


def meta(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "namespace": "shop", "uid": f"uid-{name}", **fields}


def pod(
    name: str, waits: dict[str, str] | None = None, code: int = 0, **spec: Any
) -> dict[str, Any]:
    """A Pod of a Deployment: ready, or its container waits, after a run that ended so."""
    set_, why = name.rpartition("-")[0], "ContainersNotReady" if waits is not None else ""
    said: dict[str, Any] = {"name": "app", "ready": waits is None, "state": {"running": {}}}
    if waits is not None:
        said |= {"state": {"waiting": waits}, "restartCount": 4}
    if code:
        said["lastState"] = {"terminated": {"exitCode": code, "reason": "Error"}}
    return {
        "kind": "Pod",
        "metadata": meta(
            name,
            labels={"pod-template-hash": set_.rpartition("-")[2]},
            ownerReferences=[
                {"kind": "ReplicaSet", "name": set_, "uid": f"uid-{set_}", "controller": True}
            ],
        ),
        "spec": {
            "nodeName": "worker",
            "containers": [{"name": "app", "image": "web:2"}],
            **spec,
        },
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(waits is None), "reason": why}],
            "containerStatuses": [said],
        },
    }


def pending(name: str, message: str, **spec: Any) -> dict[str, Any]:
    """A Pod that no node takes."""
    made = pod(name, {}, **spec)
    made["spec"]["nodeName"] = ""
    said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    made["status"] = {"phase": "Pending", "conditions": [{**said, "message": message}]}
    return made


def node(name: str, ready: str = "True") -> dict[str, Any]:
    return {
        "kind": "Node",
        "metadata": {"name": name, "uid": name},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


PODS = [
    *(pod(f"web-5d9c-{number}", CRASH, 1) for number in range(3)),
    pod("api-77af-0", {"reason": "ImagePullBackOff", "message": TYPO}),
    pod("db-66bb-0"),
]
CLUSTER = "/api/v1"
SHOP = "/api/v1/namespaces/shop"
SET = {"kind": "ReplicaSet", "metadata": meta("new-1"), "spec": {"replicas": 2}}
SET_PATH = "/apis/apps/v1/namespaces/shop/replicasets/new-1"
REFUSED = {
    "metadata": meta("refused"),
    "involvedObject": {"kind": "ReplicaSet", "namespace": "shop", "name": "new-1"},
    "type": "Warning",
    "reason": "FailedCreate",
    "message": 'serviceaccount "bot" not found',
}


def answers(*, where: str = SHOP, **others: Reply) -> dict[str, Reply]:
    """What the API server says of a scope: Pods, Events, Nodes."""
    lists = {
        "pods": listing(*PODS),
        "events": listing(REFUSED),
        "nodes": listing(node("worker")),
        **others,
    }
    made = {f"{CLUSTER if kind == 'nodes' else where}/{kind}": it for kind, it in lists.items()}
    return {**made, SET_PATH: Reply([json.dumps(SET).encode()])}


class Asked(NamedTuple):
    """What was said, and the paths that were asked for."""

    code: int
    out: str
    err: str
    paths: list[str]

    @property
    def said(self) -> str:
        return " ".join(self.out.split())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def asked(folder: Path, *arguments: str, others: Mapping[str, Reply]) -> Asked:
    with FakeApi(others=others) as api:
        config = kubeconfig(folder, api.url)
        done = called("explain", *arguments, "--kubeconfig", config)
        paths = [request.path for request in api.requests]
        return Asked(done.returncode, done.stdout, done.stderr, paths)


def test_what_is_amiss_in_a_namespace_is_listed_the_healthy_in_a_line(tmp_path: Path) -> None:
    one = asked(tmp_path, "-n", "shop", others=answers())
    assert one.code == 0, one.err
    assert "3 Pods: CrashLoopBackOff: exit code 1" in one.said
    assert "podwatch explain pod/web-5d9c-0 -n shop" in one.said
    assert "Deployment api" in one.said
    assert "2 Pods missing: FailedCreate: no ServiceAccount bot" in one.said
    assert "1 of 5 Pods are well" in one.said


def test_all_namespaces_are_asked_for_once_each(tmp_path: Path) -> None:
    one = asked(tmp_path, "-A", others=answers(where=CLUSTER))
    assert "Deployment web in shop" in one.said
    assert sorted(one.paths) == sorted(
        ["/api/v1/pods", "/api/v1/events", "/api/v1/events", "/api/v1/nodes", SET_PATH]
    )


def test_where_all_is_well_Pods_and_Warnings_are_enough(tmp_path: Path) -> None:
    calm = answers(pods=listing(pod("db-66bb-0")), events=listing())
    one = asked(tmp_path, "-n", "shop", others=calm)
    assert "the one Pod is well" in one.said
    assert one.paths == [f"{SHOP}/pods", f"{SHOP}/events"]


def test_Pods_are_read_page_by_page(tmp_path: Path) -> None:
    class Paged(FakeApi):
        def reply(self, request: Any) -> Reply:
            answer = super().reply(request)
            if request.path == f"{SHOP}/pods":
                more = request.query.get("continue", "")
                return listing(*(PODS[3:] if more else PODS[:3]), following="" if more else "next")
            return answer

    with Paged(others=answers()) as api:
        done = called("explain", "-n", "shop", "--kubeconfig", kubeconfig(tmp_path, api.url))
    assert "1 of 5 Pods are well" in done.stdout


@cases(
    "path words",
    {
        "Events": (f"{SHOP}/events", "you may not list events"),
        "Nodes": (f"{CLUSTER}/nodes", "you may not list nodes"),
    },
)
def test_what_may_not_be_read_is_named_once_and_the_rest_goes_on(
    tmp_path: Path, path: str, words: str
) -> None:
    one = asked(tmp_path, "-n", "shop", others=answers() | {path: status(403, "Forbidden", "no")})
    assert one.code == 0, one.err
    assert one.said.count(words) == 1
    assert "3 Pods: CrashLoopBackOff" in one.said


def test_without_the_ReplicaSet_the_Event_about_it_tells(tmp_path: Path) -> None:
    refusal = {SET_PATH: status(403, "Forbidden", "no")}
    one = asked(tmp_path, "-n", "shop", others={**answers(), **refusal})
    assert "FailedCreate: no ServiceAccount bot" in one.said
    gone = asked(
        tmp_path, "-n", "shop", others={**answers(), SET_PATH: status(404, "NotFound", "no")}
    )
    assert "FailedCreate" not in gone.said


def test_without_Events_the_workloads_themselves_are_asked(tmp_path: Path) -> None:
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    failing = {**SET, "status": {"conditions": [{**failure, "message": REFUSED["message"]}]}}
    sets = {"/apis/apps/v1/namespaces/shop/replicasets": listing(failing)}
    silent = answers(events=status(403, "Forbidden", "no"))
    one = asked(tmp_path, "-n", "shop", others={**silent, **sets})
    assert "2 Pods missing: FailedCreate: no ServiceAccount bot" in one.said


def test_a_silent_node_is_the_cause_of_all_its_Pods(tmp_path: Path) -> None:
    one = asked(tmp_path, "-n", "shop", others=answers(nodes=listing(node("worker", "Unknown"))))
    assert "5 Pods: node worker stopped reporting" in one.said
    assert "Deployment api, Deployment db and Deployment web" in one.said


def test_the_claim_that_several_Pods_wait_for_is_their_one_cause(tmp_path: Path) -> None:
    unbound = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    waiting = [pending(f"etl-1a2b-{number}", unbound, volumes=volumes) for number in range(3)]
    about = {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data"}
    said = {
        "metadata": meta("claim"),
        "involvedObject": about,
        "type": "Warning",
        "reason": "ProvisioningFailed",
        "message": 'storageclass.storage.k8s.io "fast" not found',
    }
    claims = listing({"metadata": meta("data"), "status": {"phase": "Pending"}})
    others = answers(pods=listing(*waiting), events=listing(said), persistentvolumeclaims=claims)
    one = asked(tmp_path, "-n", "shop", others=others)
    assert "3 Pods: no StorageClass fast" in one.said


@cases(
    "arguments replies code words",
    {
        "a namespace that there is not": (
            ("-n", "shup"),
            {
                "/api/v1/namespaces/shup": status(404, "NotFound", "no"),
                "/api/v1/namespaces": listing({"metadata": {"name": "shop"}}),
            },
            1,
            'there is no namespace "shup" did you mean "shop"',
        ),
        "one without Pods": (("-n", "shop"), {}, 0, "There are no Pods."),
        "one that may not be read": (
            ("-n", "shop"),
            {f"{SHOP}/pods": status(403, "Forbidden", "cannot list")},
            5,
            'you may not list pods in namespace "shop"',
        ),
    },
)
def test_what_is_not_there_is_said(
    tmp_path: Path, arguments: tuple[str, ...], replies: dict[str, Reply], code: int, words: str
) -> None:
    one = asked(tmp_path, *arguments, others=replies)
    both = " ".join((one.out + one.err).replace("hint:", " ").split())
    assert one.code == code, both
    assert words in both


@cases(
    "arguments code words",
    {
        "no cluster": (["-A"], 5, "no kubeconfig"),
        "both": (["-A", "-n", "shop"], 2, "not both"),
        "words with -A": (["-A", "pod/web"], 2, "leave the words out"),
        "words that name nothing": (["why", "-n", "shop"], 2, "is no Pod and no workload"),
        "a file without Pods": (["-A", "-f", "pyproject.toml"], 6, "pyproject.toml"),
    },
)
def test_what_can_not_be_done_is_said(arguments: list[str], code: int, words: str) -> None:
    done = called("explain", *arguments)
    assert (done.returncode, words in " ".join(done.stderr.split())) == (code, True), done.stderr


# ── files and recordings ──


def written(folder: Path, *objects: object) -> str:
    path = folder / "all.json"
    path.write_text("\n".join(map(json.dumps, objects)), "utf-8")
    return str(path)


def test_with_all_the_causes_of_a_file_are_listed_else_each_Pod_has_its_page(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, *PODS)
    listed = called("explain", "-A", "-f", file)
    assert listed.returncode == 0
    assert "3 Pods: CrashLoopBackOff" in listed.stdout
    assert f"explain pod/api-77af-0 -n shop -f {file}" in listed.stdout
    assert "STATUS" in called("explain", "-f", file).stdout


def test_the_end_of_a_recording_is_listed() -> None:
    done = called("explain", "--recording", QUOTA)
    assert "Deployment web" in done.stdout
    assert "quota one-pod is used up" in done.stdout
    elsewhere = called("explain", "--recording", QUOTA, "-n", "elsewhere")
    assert "There are no Pods." in elsewhere.stdout


# ── -o json ──


def test_json_has_how_many_there_are_and_a_line_for_each_cause(tmp_path: Path) -> None:
    one = asked(tmp_path, "-n", "shop", "-o", "json", others=answers())
    head, *causes = one.lines
    assert (head["kind"], head["pods"], head["well"], head["findings"]) == ("overview", 5, 1, 3)
    assert {cause["kind"] for cause in causes} == {"finding"}
    crash = next(cause for cause in causes if cause["state"] == "crash-loop")
    assert crash["count"] == 3
    assert crash["pods"] == ["web-5d9c-0", "web-5d9c-1", "web-5d9c-2"]
    assert (crash["namespace"], crash["owner"], crash["owners"]) == ("shop", "Deployment web", 1)
    assert sum(one["count"] for one in causes if one["pods"]) + head["well"] == head["pods"]


BROKEN: dict[str, dict[str, Any]] = {
    "storefront": pod("storefront-7d4b9c6f5-0", CRASH, 1),
    "payments": pod("payments-6c8d7f9b4-0", CRASH, 127),
    "catalog": pod("catalog-5f6b8d9c7-0", {"reason": "ImagePullBackOff", "message": TYPO}),
    "checkout": pod(
        "checkout-8b9c7d6f5-0",
        {"reason": "CreateContainerConfigError", "message": 'secret "checkout-db" not found'},
    ),
    "inventory": pod(
        "inventory-9d8c7b6f5-0",
        {"reason": "CreateContainerConfigError", "message": 'configmap "inventory" not found'},
    ),
    "search": pod(
        "search-6f5d4c3b2-0",
        {"reason": "InvalidImageName", "message": 'couldn\'t parse image name "Search:2"'},
    ),
    "recommend": pending(
        "recommend-7c6b5d4f3-0", "0/3 nodes are available: 3 Insufficient memory."
    ),
    "training": pending(
        "training-5d4c3b2f1-0",
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
        nodeSelector={"accelerator": "a100"},
    ),
    "reports": pending(
        "reports-4c3b2d1f9-0",
        '0/3 nodes are available: persistentvolumeclaim "reports" not found.',
    ),
    "mailer": pod(
        "mailer-3b2c1d9f8-0",
        {
            "reason": "RunContainerError",
            "message": "failed to create containerd task: failed to create shim task: OCI runtime "
            'create failed: runc create failed: exec: "mailer": executable file not found in $PATH',
        },
    ),
}


def fifty() -> list[dict[str, Any]]:
    """Five Pods of each of ten causes."""
    return [
        json.loads(json.dumps(one).replace("-0", f"-{letters}"))
        for one in BROKEN.values()
        for letters in ("x2k9p", "b7qzd", "m4wnc", "t8vlh", "j5rfg")
    ]


def test_fifty_broken_Pods_of_ten_causes_are_at_most_8_KB_of_json(tmp_path: Path) -> None:
    done = called("explain", "-A", "-f", written(tmp_path, *fifty()), "-o", "json")
    head, *causes = map(json.loads, done.stdout.splitlines())
    assert (head["pods"], head["well"], len(causes)) == (50, 0, 10)
    assert {cause["count"] for cause in causes} == {5}
    assert len({cause["owner"] for cause in causes}) == 10
    assert len(done.stdout.encode()) <= 8 << 10


def test_the_order_does_not_depend_on_the_order_of_the_Pods(tmp_path: Path) -> None:
    def states(pods: list[dict[str, Any]]) -> list[Any]:
        done = called("explain", "-A", "-f", written(tmp_path, *pods), "-o", "json")
        return [{**json.loads(line), "at": ""} for line in done.stdout.splitlines()]

    assert states(fifty()) == states(fifty()[::-1])


@pytest.mark.parametrize("width", [60, 120])
def test_the_page_is_as_wide_as_it_may_be(width: int, tmp_path: Path) -> None:
    from datetime import UTC

    from podwatch.core.overview import overview
    from podwatch.renderers.dashboard.layout import Layout
    from podwatch.renderers.dashboard.overview import overview as page
    from podwatch.renderers.dashboard.theme import suited
    from podwatch.sources.files import contents

    objects = contents(written(tmp_path, *fifty(), *PODS)).objects.values()
    lines = page(overview(objects, None), width, Layout(suited("utf-8", {}), UTC))
    texts = [line.plain for line in lines if "podwatch explain" not in line.plain]
    assert {len(text) for text in texts} == {width}
