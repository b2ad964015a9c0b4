"""What is asked about one Pod's surroundings, and what is said where it may not be read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.core.kube import KINDS
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.questions import DescribedPod
from tests.cases import cases
from tests.fake_api import (
    FakeApi,
    Reply,
    Request,
    access,
    listing,
    pod,
    status,
    watching,
)

RBAC = Path(__file__).parents[3] / "docs" / "rbac" / "all.yaml"
SHOP = "/api/v1/namespaces/shop"
EVENTS = f"{SHOP}/events"
NODES = "/api/v1/nodes"
RUNNING: Any = {"containerStatuses": [{"name": "app", "state": {"running": {}}}]}
FULL: Any = {
    "phase": "Pending",
    "conditions": [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "0/1 nodes are available: 1 Insufficient cpu.",
        }
    ],
}
DATA = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
NODE = {"metadata": {"name": "a"}}


def body(value: object) -> Reply:
    return Reply([json.dumps(value).encode()])


def web(
    owner: str = "", node: str = "", volumes: object = (), gates: object = (), **status: Any
) -> dict[str, Any]:
    """The Pod that is asked for, owned by a ReplicaSet of that name."""
    made = pod("web", 5, **status)
    made["spec"] = {"nodeName": node, "volumes": volumes, "schedulingGates": gates}
    if owner:
        made["metadata"]["ownerReferences"] = [owned_by("ReplicaSet", owner)]
    return made


def owned_by(kind: str, name: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}


def claim(phase: str) -> dict[str, Any]:
    return {"metadata": {"name": "data", "namespace": "shop"}, "status": {"phase": phase}}


def about(kind: str, name: str, reason: str) -> dict[str, Any]:
    reference = {"kind": kind, "name": name, "namespace": "shop"}
    return {"metadata": {"name": reason}, "reason": reason, "involvedObject": reference}


def events_about(kind: str, name: str) -> str:
    return f"{EVENTS}?involvedObject.kind={kind},involvedObject.name={name}"


def asked(
    folder: Path, one: Mapping[str, Any], others: Mapping[str, Reply], patience: float = 5.0
) -> tuple[DescribedPod, list[Request]]:
    """What is known of this Pod, and the requests that it took after its own."""
    replies = {f"{SHOP}/pods/web": body(one), **others}
    with FakeApi(others=replies, only="/none") as api:
        cluster = connect(access(folder, api.url), Patience(question=patience))
        seen = cluster.questions.pod("shop", "web")
        assert "watch" not in {name for request in api.requests for name in request.query}
        return seen, api.requests[1:]


def resources(requests: list[Request]) -> list[str]:
    """What was asked for: the last part of the path that is no name."""
    plurals = {kind.plural for kind in KINDS.values()}
    return [[part for part in one.path.split("/") if part in plurals][-1] for one in requests]


def test_a_pod_that_runs_takes_two_more_questions(tmp_path: Path) -> None:
    one = web(node="a", volumes=[DATA], **RUNNING)
    seen, requests = asked(tmp_path, one, {f"{NODES}/a": body(NODE)})
    assert resources(requests) == ["events", "nodes"]
    assert [node.metadata.name for node in seen.around.nodes] == ["a"]
    assert seen.missing == ()


def test_owners_are_asked_for_one_after_the_other_with_their_events(tmp_path: Path) -> None:
    apps = "/apis/apps/v1/namespaces/shop"
    set_ = {"name": "web-5d9c", "uid": "uid-web-5d9c"}
    others = {
        f"{apps}/replicasets/web-5d9c": body(
            {"metadata": {**set_, "ownerReferences": [owned_by("Deployment", "web")]}}
        ),
        f"{apps}/deployments/web": body({"metadata": {"name": "web", "uid": "uid-web"}}),
        events_about("Deployment", "web"): listing(about("Deployment", "web", "Scaling")),
    }
    seen, requests = asked(tmp_path, web("web-5d9c", node="a", **RUNNING), others)
    assert [one.metadata.name for one in seen.around.owners] == ["web-5d9c", "web"]
    assert [one.reason for one in seen.around.others] == ["Scaling"]
    assert resources(requests)[:5] == ["events", "replicasets", "events", "deployments", "events"]


def test_an_owner_that_is_gone_or_of_a_foreign_kind_is_nothing_missing(tmp_path: Path) -> None:
    seen, _ = asked(tmp_path, web("gone", node="a"), {f"{NODES}/a": body(NODE)})
    assert (seen.around.owners, seen.missing) == ((), ())


@cases(
    "phase asked_for",
    {
        "unbound: its Events, too": ("Pending", ["events", "persistentvolumeclaims", "events"]),
        "bound": ("Bound", ["events", "persistentvolumeclaims"]),
    },
)
def test_claims_are_asked_for_while_no_container_has_run(
    tmp_path: Path, phase: str, asked_for: list[str]
) -> None:
    others = {
        f"{SHOP}/persistentvolumeclaims/data": body(claim(phase)),
        events_about("PersistentVolumeClaim", "data"): listing(
            about("PersistentVolumeClaim", "data", "ProvisioningFailed")
        ),
    }
    one = web(volumes=[DATA], gates=[{"name": "wait"}], phase="Pending")
    seen, requests = asked(tmp_path, one, others)
    assert [one.status.phase for one in seen.around.claims] == [phase]
    assert resources(requests) == asked_for
    assert [one.reason for one in seen.around.others] == ["ProvisioningFailed"] * (phase != "Bound")


def test_nodes_and_pods_are_asked_for_where_no_node_has_room(tmp_path: Path) -> None:
    other = {**pod("other", 1), "spec": {"nodeName": "a"}}
    others = {NODES: listing(NODE), "/api/v1/pods": listing(other)}
    seen, requests = asked(tmp_path, web(**FULL), others)
    assert resources(requests) == ["events", "nodes", "pods"]
    assert requests[-1].query["fieldSelector"].startswith("spec.nodeName!=,status.phase!=Succeeded")
    assert [one.metadata.name for one in seen.around.pods] == ["other"]
    assert seen.around.everywhere


@cases(
    "one asked_for",
    {
        "no node has its label": (web(phase="Pending"), ["events", "nodes"]),
        "a gate": (web(gates=[{"name": "wait"}], phase="Pending"), ["events"]),
        "it ended": (web(phase="Failed"), ["events"]),
    },
)
def test_no_more_is_asked_than_what_can_be_the_cause(
    tmp_path: Path, one: dict[str, Any], asked_for: list[str]
) -> None:
    seen, requests = asked(tmp_path, one, {})
    assert resources(requests) == asked_for
    assert not seen.around.everywhere


def test_pages_follow_each_other(tmp_path: Path) -> None:
    pages = [listing(NODE, following="more"), listing({"metadata": {"name": "b"}})]
    replies = {f"{SHOP}/pods/web": body(web(phase="Pending"))}
    with FakeApi(pages, others=replies, only="/nodes") as api:
        seen = connect(access(tmp_path, api.url)).questions.pod("shop", "web")
        assert api.requests[-1].query["continue"] == "more"
    assert [one.metadata.name for one in seen.around.nodes] == ["a", "b"]


def test_a_list_without_an_end_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podwatch.sources.cluster.around._NODES", 3)
    endless = {NODES: listing(NODE, following="more")}
    seen, requests = asked(tmp_path, web(**FULL), endless)
    assert seen.around.nodes == ()
    assert seen.missing == ("the Nodes (there are more than 3)",)
    assert len(requests) == 4


# ── what may not be read ──


@cases(
    "path missing",
    {
        "Events": (EVENTS, "its Events (you may not list events)"),
        "owners": (
            "/apis/apps/v1/namespaces/shop/replicasets/set",
            "its owners (you may not get replicasets.apps)",
        ),
        "claims": (
            f"{SHOP}/persistentvolumeclaims/data",
            "its claims (you may not get persistentvolumeclaims)",
        ),
        "Nodes": (NODES, "the Nodes (you may not list nodes)"),
        "Pods": ("/api/v1/pods", "the Pods of all namespaces (you may not list pods)"),
    },
)
def test_what_may_not_be_read_is_said_once_and_the_rest_goes_on(
    tmp_path: Path, path: str, missing: str
) -> None:
    others = {
        "/apis/apps/v1/namespaces/shop/replicasets/set": body({"metadata": {"name": "set"}}),
        f"{SHOP}/persistentvolumeclaims/data": body(claim("Pending")),
        NODES: listing(NODE),
        "/api/v1/pods": listing(),
    }
    refusal = {path: status(403, "Forbidden", "no")}
    seen, requests = asked(tmp_path, web("set", volumes=[DATA], **FULL), {**others, **refusal})
    assert seen.missing == (missing,)
    asked_for = set(resources(requests))
    assert {"replicasets", "persistentvolumeclaims", "nodes", "events"} <= asked_for


def test_the_documented_roles_allow_all_that_is_asked(tmp_path: Path) -> None:
    roles = list(yaml.safe_load_all(RBAC.read_text("utf-8")))
    rules = [(role["kind"], rule) for role in roles for rule in role["rules"]]
    allowed = {
        (kind == "ClusterRole", resource, verb)
        for kind, rule in rules
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    set_ = {"metadata": {"name": "set", "ownerReferences": [owned_by("Deployment", "web")]}}
    others = {"/apis/apps/v1/namespaces/shop/replicasets/set": body(set_), NODES: listing(NODE)}
    _, waits = asked(tmp_path, web("set", volumes=[DATA], **FULL), others)
    _, runs = asked(tmp_path, web(node="a", **RUNNING), {})
    for request, resource in zip(waits + runs, resources(waits + runs), strict=True):
        verb = "list" if request.path.endswith(resource) else "get"
        assert ("/namespaces/" not in request.path, resource, verb) in allowed


def test_its_node_may_not_be_read(tmp_path: Path) -> None:
    seen, _ = asked(tmp_path, web(node="a"), {f"{NODES}/a": status(403, "Forbidden", "no")})
    assert seen.missing == ("its Node (you may not get nodes)",)


def test_a_server_that_falls_silent_is_not_asked_again(tmp_path: Path) -> None:
    silent = {EVENTS: watching(ending="hang")}
    seen, requests = asked(tmp_path, web("set", volumes=[DATA], **FULL), silent, patience=0.3)
    assert len(requests) == 1
    assert "its Events (no answer for" in seen.missing[0]
    assert [one.partition(" (")[0] for one in seen.missing[1:4]] == [
        "its owners",
        "the Events about its owners",
        "the Nodes",
    ]


def test_an_answer_that_is_none_is_said(tmp_path: Path) -> None:
    seen, _ = asked(tmp_path, web(node="a"), {f"{NODES}/a": body([])})
    assert "its Node (Expected `object`" in seen.missing[0]
