"""kubectl is called for the cluster and the user that the permit is for, and fails in words."""

import json
import os
import threading
from pathlib import Path

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.where import Where
from podwatch.sources.kubectl import Kubectl, Permit, Refused
from tests.cases import cases
from tests.fake_api import kubeconfig
from tests.fake_kubectl import FakeKubectl

WHERE = Where("https://127.0.0.1:6443")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKubectl:
    made = FakeKubectl(tmp_path)
    monkeypatch.setenv("PATH", made.path)
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, "https://127.0.0.1:6443"))
    return made


def kubectl(**named: object) -> Kubectl:
    return Kubectl(Permit(Access.of(named), WHERE))


def test_it_gets_the_options_of_the_access_the_namespace_and_its_input(fake: FakeKubectl) -> None:
    fake.answer("apply", printed="pod/web created\n")
    made = kubectl(context="kind-dev", as_="anna", as_groups=["class"])
    assert made.run("apply", "-f", "-", namespace="shop", given="kind: Pod") == "pod/web created\n"
    (call,) = fake.calls
    options = ["--context", "kind-dev", "--as", "anna", "--as-group", "class"]
    assert call["arguments"] == [*options, "-n", "shop", "apply", "-f", "-"]
    assert call["given"] == "kind: Pod"


def test_what_belongs_to_no_namespace_has_none(fake: FakeKubectl) -> None:
    kubectl().run("create", "namespace", "shop")
    assert fake.calls[0]["arguments"] == ["create", "namespace", "shop"]


def test_its_users_own_defaults_do_not_change_what_it_does(fake: FakeKubectl) -> None:
    kubectl().run("get", "pods", namespace="shop")
    assert fake.calls[0]["kuberc"] == "off"


def test_a_token_is_in_no_command_line_but_in_a_file_with_only_that_cluster_and_user(
    fake: FakeKubectl, tmp_path: Path
) -> None:
    file = kubeconfig(tmp_path, "https://127.0.0.1:6443", user={"username": "a", "password": "b"})
    with pytest.raises(PodwatchError):  # as kubectl: a token and a password contradict each other
        kubectl(kubeconfig=file, token="very-secret")
    file = kubeconfig(
        tmp_path,
        "https://127.0.0.1:6443",
        user={"client-certificate": "c.pem"} | {"client-key": "k.pem"},
    )
    made = kubectl(kubeconfig=file, token="very-secret", as_="anna", tls_server_name="api")
    made.run("get", "pods", namespace="shop")
    (call,) = fake.calls
    assert "very-secret" not in " ".join(call["arguments"])
    config = json.loads(call["kubeconfig"])
    assert config["users"][0]["user"] == {
        "token": "very-secret",
        "as": "anna",
        "client-certificate": str(tmp_path / "c.pem"),
        "client-key": str(tmp_path / "k.pem"),
    }
    cluster = config["clusters"][0]["cluster"]
    assert (cluster["server"], cluster["tls-server-name"]) == ("https://127.0.0.1:6443", "api")


@cases(
    "said reason hint",
    {
        "forbidden": (
            'Error from server (Forbidden): namespaces is forbidden: User "anna" cannot create',
            "Forbidden",
            "kubectl auth can-i",
        ),
        "not there": ('Error from server (NotFound): pods "web" not found', "NotFound", "yourself"),
        "no server": (
            "The connection to the server 127.0.0.1:1 was refused - did you err?",
            "",
            "kubectl cluster-info",
        ),
        "a warning before it": (
            "Warning: old\nError from server (AlreadyExists): it is there",
            "AlreadyExists",
            "yourself",
        ),
        "nothing": ("", "", "yourself"),
    },
)
def test_a_failure_says_what_was_called_why_it_failed_and_what_to_do(
    fake: FakeKubectl, said: str, reason: str, hint: str
) -> None:
    fake.answer("delete", said=said, code=1)
    with pytest.raises(Refused) as failed:
        kubectl().run("delete", "pod", "web", namespace="shop")
    error = failed.value
    assert error.exit_code is ExitCode.UNAVAILABLE
    assert error.reason == reason
    assert error.message.startswith("`kubectl delete pod web -n shop` failed: ")
    assert (said.splitlines() or ["it said nothing"])[-1] in error.message
    assert "Warning" not in error.message
    assert hint in error.hint


def test_one_that_hangs_is_ended(fake: FakeKubectl) -> None:
    fake.answer("wait", seconds=60)
    with pytest.raises(Refused, match=r"did not end within 0\.2 s"):
        kubectl().run("wait", "pod/web", namespace="shop", patience=0.2)


def test_without_kubectl_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(PodwatchError, match="no kubectl on PATH") as failed:
        kubectl()
    assert failed.value.exit_code is ExitCode.USAGE


def test_a_kubeconfig_that_comes_through_a_pipe_is_there_for_kubectl_too(
    fake: FakeKubectl, tmp_path: Path
) -> None:
    content = Path(os.environ["KUBECONFIG"]).read_text("utf-8")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(content,))
    writer.start()
    made = kubectl(kubeconfig=str(pipe))
    writer.join()
    made.run("get", "pods", namespace="shop")
    made.run("get", "pods", namespace="shop")
    assert [call["kubeconfig"] for call in fake.calls] == [content, content]
