"""Single questions to a server, and what is said where an answer does not come."""

import json
from pathlib import Path
from typing import Any

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster import connect
from tests.cases import cases
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, pod, status
from tests.sources.cluster.follow import free_port


def test_a_cluster_knows_its_version_and_names(tmp_path: Path) -> None:
    others = {
        "/version": Reply([b'{"gitVersion": "v1.37.2"}']),
        "/api/v1/namespaces": listing({"metadata": {"name": "shop"}}),
    }
    with FakeApi([listing(pod("a", 5))], others=others) as api:
        cluster = connect(kubeconfig(tmp_path, api.url), None)
        assert cluster.questions.server_version() == "v1.37.2"
        assert cluster.questions.names("Namespace") == ["shop"]
        assert cluster.questions.names("Pod") == cluster.questions.names("Pod", "shop") == ["a"]
        assert (cluster.context, cluster.namespace) == ("test", "shop")


POD_PATH = "/api/v1/namespaces/shop/pods/web"


def body(value: object) -> Reply:
    return Reply([json.dumps(value).encode()])


def owned(name: str, kind: str, owner: str) -> dict[str, Any]:
    reference = {"kind": kind, "name": owner, "uid": f"uid-{owner}", "controller": True}
    return {"metadata": {"name": name, "uid": f"uid-{name}", "ownerReferences": [reference]}}


def test_a_pod_is_had_with_its_events_and_owners(tmp_path: Path) -> None:
    web = pod("web", 5)
    web["metadata"]["ownerReferences"] = owned("", "ReplicaSet", "web-5d9c")["metadata"][
        "ownerReferences"
    ]
    about = {"kind": "Pod", "name": "web", "namespace": "shop", "uid": "uid-web"}
    events = [
        {"metadata": {"name": "one", "uid": "e1"}, "reason": "Pulled", "involvedObject": about},
        {
            "metadata": {"name": "two", "uid": "e2"},
            "reason": "Killing",
            "involvedObject": {**about, "uid": "of the Pod that had the name before"},
        },
    ]
    apps = "/apis/apps/v1/namespaces/shop"
    others = {
        POD_PATH: body(web),
        f"{apps}/replicasets/web-5d9c": body(owned("web-5d9c", "Deployment", "web")),
        f"{apps}/deployments/web": body({"metadata": {"name": "web", "uid": "uid-web"}}),
    }
    with FakeApi([listing(*events)], others=others, only="/events") as api:
        seen = connect(kubeconfig(tmp_path, api.url), None).questions.pod("shop", "web")
        asked = api.requests
    assert seen.pod.metadata.uid == "uid-web"
    assert [one.reason for one in seen.events] == ["Pulled"]
    assert [one.metadata.name for one in seen.owners] == ["web-5d9c", "web"]
    assert seen.missing == ()
    assert seen.at is not None
    assert "watch" not in {name for request in asked for name in request.query}


def test_a_pod_is_had_without_what_may_not_be_read(tmp_path: Path) -> None:
    web = pod("web", 5)
    web["metadata"]["ownerReferences"] = owned("", "Job", "import")["metadata"]["ownerReferences"]
    with FakeApi([status(403, "Forbidden", "no events")], others={POD_PATH: body(web)}) as api:
        seen = connect(kubeconfig(tmp_path, api.url), None).questions.pod("shop", "web")
    assert (seen.events, seen.owners, seen.missing) == ((), (), ("its Events (no events)",))


@cases(
    "reply code words",
    {
        "no such Pod": (status(404, "NotFound"), ExitCode.NOT_MET, "no Pod"),
        "forbidden": (
            status(403, "Forbidden", "cannot get resource"),
            ExitCode.UNAVAILABLE,
            "you may not get pods",
        ),
        "credentials": (status(401), ExitCode.UNAVAILABLE, "credentials"),
        "nonsense": (Reply([b"[]"]), ExitCode.UNAVAILABLE, "is no Pod"),
    },
)
def test_a_pod_that_can_not_be_had_is_an_error(
    tmp_path: Path, reply: Reply, code: ExitCode, words: str
) -> None:
    with FakeApi([listing(pod("wed", 1))], others={POD_PATH: reply}) as api:
        cluster = connect(kubeconfig(tmp_path, api.url), None)
        with pytest.raises(PodwatchError, match=words) as raised:
            cluster.questions.pod("shop", "web")
    assert raised.value.exit_code is code
    if code is ExitCode.NOT_MET:
        assert 'did you mean "wed"' in raised.value.hint


def test_a_version_that_can_not_be_had_is_empty(tmp_path: Path) -> None:
    cluster = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}"), None)
    assert cluster.questions.server_version() == ""
