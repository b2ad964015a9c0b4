"""Nothing is written before somebody said yes, and what is said of the cluster is true of it."""

import ast
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from podwatch.app.permit import consented, permit
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.where import is_here, nodes_of, where
from tests.cases import cases
from tests.fake_api import FakeApi, Reply, access, listing, status
from tests.fake_kubectl import FakeKubectl

NODES = "/api/v1/nodes"
HERE = "https://127.0.0.1:6443"


def node(name: str, provider: str = "", **labels: str) -> dict[str, object]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {"providerID": provider}}


KIND = listing(
    node(
        "kind-control-plane",
        "kind://docker/kind/kind-control-plane",
        **{"node-role.kubernetes.io/control-plane": ""},
    ),
    node("kind-worker", "kind://docker/kind/kind-worker"),
)
CLOUD = listing(node("ip-10-0-0-1", "aws:///eu-central-1a/i-0123"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", FakeKubectl(tmp_path).path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)


Types = Callable[[str], Terminal]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """There is a terminal, on which somebody types this; what is said there."""

    def typing(text: str) -> Terminal:
        typed, said = Terminal(text), Terminal()
        monkeypatch.setattr("sys.stdin", typed)
        monkeypatch.setattr("sys.stderr", said)
        return said

    return typing


@cases("text", {"y": "y\n", "yes": "Yes \n"})
def test_a_yes_permits_it(types: Types, tmp_path: Path, text: str) -> None:
    said = types(text)
    with FakeApi(others={NODES: KIND}) as api:
        given = permit(access(tmp_path, api.url), "start exercise cart-image in namespace anna")
    assert (given.where.is_kind, given.where.worker) == (True, "kind-worker")
    assert "podwatch will start exercise cart-image in namespace anna\n" in said.getvalue()
    assert f"this is a kind cluster on this machine: {api.url}, 2 nodes\n" in said.getvalue()


@cases("text", {"Enter": "\n", "n": "n\n", "^D": "", "something else": "what\n"})
def test_anything_else_permits_nothing(types: Types, tmp_path: Path, text: str) -> None:
    types(text)
    with FakeApi(others={NODES: KIND}) as api, pytest.raises(PodwatchError) as refused:
        permit(access(tmp_path, api.url), "run it")
    assert (refused.value.message, refused.value.exit_code) == ("nothing was written", 2)


def test_without_a_terminal_only_the_option_permits_it(tmp_path: Path) -> None:
    with FakeApi(others={NODES: KIND}) as api:
        with pytest.raises(PodwatchError, match="nobody can be asked") as refused:
            permit(access(tmp_path, api.url), "run it")
        assert refused.value.exit_code is ExitCode.USAGE
        assert permit(access(tmp_path, api.url), "run it", yes=True).where.is_kind


@cases(
    "nodes words",
    {
        "a cloud": (CLOUD, "this is NOT a kind cluster on this machine"),
        "no Nodes": (listing(), "this is NOT a kind cluster on this machine"),
        "one of two": (
            listing(node("a", "kind://docker/kind/a"), node("b", "")),
            "this is NOT a kind cluster on this machine",
        ),
        "Nodes that may not be listed": (
            status(403, "Forbidden", "nodes is forbidden"),
            "you may not list Nodes there, so it is not known whether this is a kind cluster",
        ),
    },
)
def test_another_cluster_is_named_as_such_whatever_its_context_is_called(
    types: Types, tmp_path: Path, nodes: Reply, words: str
) -> None:
    said = types("y\n")
    with FakeApi(others={NODES: nodes}) as api:
        where_ = access(tmp_path, api.url, context="kind-dev")
        assert not permit(where_, "run it").where.is_kind
        assert words in " ".join(said.getvalue().split())
        with pytest.raises(PodwatchError, match="but it stops a node") as refused:
            permit(where_, "run it", yes=True, only_kind="it stops a node")
    assert "kind create cluster" in refused.value.hint


@cases(
    "server here",
    {
        "127.0.0.1": ("https://127.0.0.1:41233", True),
        "another of them": ("https://127.1.2.3:1", True),
        "::1": ("https://[::1]:41233", True),
        "localhost": ("https://localhost:41233", True),
        "a name that begins so": ("https://localhost.example:1", False),
        "an address that begins so": ("https://127.0.0.1.example:1", False),
        "a private network": ("https://192.168.1.4:6443", False),
        "all of them": ("https://0.0.0.0:6443", False),
        "a name": ("https://api.example.com", False),
        "none": ("", False),
        "a broken one": ("https://[::1", False),
    },
)
def test_only_an_address_of_this_machine_is_here(server: str, here: bool) -> None:
    assert is_here(server) == here
    nodes = nodes_of(b"".join(one for one in KIND.body if isinstance(one, bytes)))
    assert where(server, nodes).is_kind == here


def test_what_it_says_of_the_cluster_can_not_act_on_the_terminal(
    types: Types, tmp_path: Path
) -> None:
    said = types("y\n")
    with FakeApi(others={NODES: KIND}) as api:
        permit(access(tmp_path, api.url), "run \x1b[2J it")
    assert "\x1b" not in said.getvalue()


def test_without_a_cluster_the_way_without_one_is_offered(tmp_path: Path) -> None:
    for where_ in (Access(), access(tmp_path, "http://127.0.0.1:1")):
        with pytest.raises(PodwatchError) as refused:
            permit(where_, "run it", yes=True, offline="podwatch demo crash-loop")
        assert refused.value.exit_code is ExitCode.UNAVAILABLE
        assert refused.value.hint.count("without a cluster") == 1
        assert refused.value.hint.endswith("without a cluster: podwatch demo crash-loop")


def test_without_kubectl_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with FakeApi(others={NODES: KIND}) as api:
        with pytest.raises(PodwatchError, match="no kubectl"):
            permit(access(tmp_path, api.url), "run it")
        assert api.requests == []


def test_it_is_for_the_context_that_was_current_when_it_was_asked_for(tmp_path: Path) -> None:
    with FakeApi(others={NODES: KIND}) as api:
        given = permit(access(tmp_path, api.url), "run it", yes=True)
    assert given.access.context == "test"


@cases(
    "labels data so",
    {
        "made by podwatch": ({"app.kubernetes.io/managed-by": "podwatch"}, {"exercise": "a"}, True),
        "made by somebody else": ({}, {"exercise": "a"}, False),
    },
)
def test_the_config_map_of_a_namespace_is_its_consent(
    tmp_path: Path, labels: dict[str, str], data: dict[str, str], so: bool
) -> None:
    path = "/api/v1/namespaces/anna/configmaps/podwatch"
    found = Reply([json.dumps({"metadata": {"labels": labels}, "data": data}).encode()])
    with FakeApi(others={path: found}) as api:
        cluster = connect(access(tmp_path, api.url))
        assert (consented(cluster, "anna") is not None) == so
        assert consented(cluster, "berta") is None


def test_one_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = "/api/v1/namespaces/anna/configmaps/podwatch"
    with FakeApi(others={path: status(403, "Forbidden", "no")}) as api:
        with pytest.raises(PodwatchError, match="may not list configmaps") as refused:
            consented(connect(access(tmp_path, api.url)), "anna")
        assert refused.value.exit_code is ExitCode.UNAVAILABLE


def _calls(path: Path) -> Iterable[str]:
    for one in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            yield one.func.id


def test_only_the_guard_makes_a_permit() -> None:
    import podwatch

    folder = Path(podwatch.__file__).parent
    makers = [
        str(one.relative_to(folder)) for one in folder.rglob("*.py") if "Permit" in _calls(one)
    ]
    assert makers == ["app/permit.py"]
