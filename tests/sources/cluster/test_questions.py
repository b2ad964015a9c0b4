"""Single questions to a server, and what is said where an answer does not come."""

import json
from pathlib import Path

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster import connect
from tests.cases import cases
from tests.fake_api import FakeApi, Reply, access, listing, pod, status
from tests.sources.cluster.follow import free_port


def test_a_cluster_knows_its_version_and_names(tmp_path: Path) -> None:
    others = {
        "/version": Reply([b'{"gitVersion": "v1.37.2"}']),
        "/api/v1/namespaces": listing({"metadata": {"name": "shop"}}),
    }
    with FakeApi([listing(pod("a", 5))], others=others) as api:
        cluster = connect(access(tmp_path, api.url))
        assert cluster.questions.server_version() == "v1.37.2"
        assert cluster.questions.names("Namespace") == ["shop"]
        assert cluster.questions.names("Pod") == cluster.questions.names("Pod", "shop") == ["a"]
        assert (cluster.context, cluster.namespace) == ("test", "shop")


POD_PATH = "/api/v1/namespaces/shop/pods/web"


def body(value: object) -> Reply:
    return Reply([json.dumps(value).encode()])


def test_a_pod_is_had_with_what_is_around_it(tmp_path: Path) -> None:
    about = {"kind": "Pod", "name": "web", "namespace": "shop", "uid": "uid-web"}
    pulled = {"metadata": {"name": "one"}, "reason": "Pulled", "involvedObject": about}
    others = {POD_PATH: body(pod("web", 5))}
    with FakeApi([listing(pulled)], others=others, only="/events") as api:
        seen = connect(access(tmp_path, api.url)).questions.pod("shop", "web")
    assert seen.pod.metadata.uid == "uid-web"
    assert [one.reason for one in seen.around.events] == ["Pulled"]
    assert seen.missing == ()
    assert seen.at is not None


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
        cluster = connect(access(tmp_path, api.url))
        with pytest.raises(PodwatchError, match=words) as raised:
            cluster.questions.pod("shop", "web")
    assert raised.value.exit_code is code
    if code is ExitCode.NOT_MET:
        assert 'did you mean "wed"' in raised.value.hint


def test_a_version_that_can_not_be_had_is_empty(tmp_path: Path) -> None:
    cluster = connect(access(tmp_path, f"http://127.0.0.1:{free_port()}"))
    assert cluster.questions.server_version() == ""
