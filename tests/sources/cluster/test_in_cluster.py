"""Inside of a Pod its own credentials are used, unless something else is named."""

from pathlib import Path
from typing import Any

import pytest

from podwatch.errors import PodwatchError
from podwatch.sources.cluster import connect, in_cluster
from podwatch.sources.cluster.access import Access
from tests.cases import cases
from tests.fake_api import FakeApi, authority, kubeconfig


@pytest.fixture
def pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder with a Pod's credentials; they are those of a ServiceAccount of `team`."""
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    (folder / "token").write_text("own")
    (folder / "ca.crt").write_bytes(authority().cert_pem.bytes())
    (folder / "namespace").write_text("team\n")
    for function in (in_cluster.own_credentials, in_cluster.own_namespace):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    return folder


def inside(monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> None:
    host, _, port = api.url.removeprefix("https://").partition(":")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)


@cases(
    "options headers",
    {
        "nothing": ({}, {"Authorization": "Bearer own"}),
        "a token": ({"token": "t"}, {"Authorization": "Bearer t"}),
        "a user to impersonate": (
            {"as_": "joe"},
            {"Authorization": "Bearer own", "Impersonate-User": "joe"},
        ),
    },
)
def test_a_pod_asks_its_own_cluster_with(
    monkeypatch: pytest.MonkeyPatch, pod: Path, options: dict[str, Any], headers: dict[str, str]
) -> None:
    assert pod.is_dir()
    with FakeApi(tls=["127.0.0.1"]) as api:
        inside(monkeypatch, api)
        cluster = connect(Access(**options))
        cluster.questions.server_version()
        sent = api.requests[-1].headers
    assert {name: value for name, value in sent.items() if name in headers} == headers
    assert cluster.namespace == "team"


def test_a_token_that_was_renewed_is_read_again(monkeypatch: pytest.MonkeyPatch, pod: Path) -> None:
    with FakeApi(tokens={"new"}) as api:
        inside(monkeypatch, api)
        cluster = connect()
        (pod / "token").write_text("new")
        cluster.requests.renew(cluster.requests.client)
        assert cluster.questions.names("Pod", "shop") == []


@cases("kubeconfig named", {"of the environment": ("missing", False), "named": ("missing", True)})
def test_a_kubeconfig_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pod: Path, kubeconfig: str, named: bool
) -> None:
    assert pod.is_dir()
    path = str(tmp_path / kubeconfig)
    with FakeApi(tls=["127.0.0.1"]) as api:
        inside(monkeypatch, api)
        monkeypatch.setenv("KUBECONFIG", path)
        if named:
            with pytest.raises(PodwatchError, match=f"there is no kubeconfig at {path}"):
                connect(Access(kubeconfig=path))
        else:  # as for kubectl
            assert connect().context == "in-cluster"


def test_a_kubeconfig_comes_first_and_the_pods_namespace_after_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pod: Path
) -> None:
    assert pod.is_dir()
    with FakeApi(tls=["127.0.0.1"]) as api:
        inside(monkeypatch, api)
        path = kubeconfig(tmp_path, "http://127.0.0.1:9")
        assert connect(Access(kubeconfig=path)).namespace == "shop"
        assert connect(Access(kubeconfig=path, context="other")).namespace == "team"
        monkeypatch.setenv("POD_NAMESPACE", "set")
        assert connect(Access(kubeconfig=path, context="other")).namespace == "set"
        with pytest.raises(PodwatchError, match="there is no kubeconfig at"):
            connect(Access(context="other"))


@pytest.mark.parametrize("lacks", ["token", "host"])
def test_somewhere_else_there_are_none(
    monkeypatch: pytest.MonkeyPatch, pod: Path, lacks: str
) -> None:
    if lacks == "token":
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "::1")
        (pod / "token").unlink()
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    with pytest.raises(PodwatchError, match="there is no kubeconfig"):
        connect()
