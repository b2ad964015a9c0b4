"""`podwatch scenario` as its users meet it, with a server and a kubectl that play their parts."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from podwatch.app.scenario_list import listed
from podwatch.scenarios import grouped, names, scenario
from podwatch.sources.yaml_as_json import documents
from tests.cases import cases
from tests.command import ENVIRONMENT, PODWATCH, called, completed
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, status
from tests.fake_kubectl import FakeKubectl


def node(name: str, provider: str, **labels: str) -> dict[str, Any]:
    meta = {"name": name, "labels": labels}
    return {"metadata": meta, "spec": {"providerID": provider}, "status": {}}


CONTROL_PLANE = node(
    "kind-control-plane", "kind://docker/kind/kind-control-plane",
    **{"node-role.kubernetes.io/control-plane": ""},
)  # fmt: skip
KIND = listing(CONTROL_PLANE, node("kind-worker", "kind://docker/kind/kind-worker"))
NAMESPACE = "/api/v1/namespaces/podwatch-scaling"


def there(phase: str = "Active") -> Reply:
    made = {"kind": "Namespace", "metadata": {"name": "x"}, "status": {"phase": phase}}
    return Reply([json.dumps(made).encode()])


@pytest.fixture
def kubectl(tmp_path: Path) -> FakeKubectl:
    return FakeKubectl(tmp_path)


@contextmanager
def cluster(
    folder: Path, kubectl: FakeKubectl, nodes: Reply = KIND, version: str = "v1.37.0", **more: Reply
) -> Iterator[dict[str, str]]:
    """The environment with such a cluster."""
    answers = {
        "/api/v1/nodes": nodes,
        "/version": Reply([json.dumps({"gitVersion": version}).encode()]),
        NAMESPACE: more.get("namespace", there()),
    }
    with FakeApi(others=answers) as api:
        yield {"KUBECONFIG": kubeconfig(folder, api.url), "PATH": kubectl.path}


def is_clean(kubectl: FakeKubectl) -> bool:
    return any("delete namespace podwatch-scaling" in line for line in kubectl.lines)


# ── without a cluster ──


def test_every_scenario_is_listed_under_a_heading() -> None:
    done = called("scenario", "list")
    shown = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert shown == names()
    headings = list(grouped())
    assert [one for one in done.stdout.splitlines() if one in headings] == headings
    assert "  drain" in done.stdout
    assert "(on kind only)" in done.stdout
    assert "on kind" not in called("demo", "--list").stdout
    assert called("scenario").stdout == done.stdout


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_the_list_fits_every_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [line for line in listed(live=True) if line.startswith(" ")]
    longest = max(map(len, names())) + 2
    assert max(map(len, rows)) <= max(columns - 1, longest)
    if columns >= 80:  # names in one column, titles in another
        assert len({len(line) - len(line[longest:].lstrip()) for line in rows}) >= 1
        assert all(line[longest : longest + 2] == "  " for line in rows)


def test_the_list_is_there_for_programs() -> None:
    lines = [
        json.loads(line)
        for line in called("scenario", "list", "-o", "json").stdout.split("\n")
        if line
    ]
    assert [one["name"] for one in lines] == names()
    assert {one["name"] for one in lines if one["only_on_kind"]} >= {"drain", "node-crash"}


@pytest.mark.parametrize("name", names())
def test_what_is_shown_can_be_applied_and_says_what_is_done(name: str) -> None:
    done = called("scenario", "show", name)
    one = scenario(name)
    assert list(documents(done.stdout.encode())) == list(documents(one.manifest_path.read_bytes()))
    for step in one.steps:
        if step.is_deed:
            assert f"#   {step.aim}\n" in done.stdout
    assert "{" + "pod}" not in done.stdout
    assert "{worker}" not in done.stdout


@cases(
    "arguments message",
    {
        "a typing error": (["rum"], 'did you mean "run"?'),
        "a name that is wrong": (["run", "scalin"], 'did you mean "scaling"?'),
        "no name": (["run"], "name a scenario"),
        "a word too many": (["list", "scaling"], "one word too many"),
        "a form of another": (["show", "scaling", "-o", "dashboard"], "-o dashboard is for run"),
        "a namespace that can't be": (["run", "scaling", "-n", "A_b"], "not a valid name"),
    },
)  # fmt: skip
def test_what_is_written_wrong_is_said(arguments: list[str], message: str) -> None:
    done = called("scenario", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_actions_and_names_are_completed() -> None:
    assert completed("podwatch scenario ") == ["list", "show", "run", "clean"]
    assert completed("podwatch scenario run scal") == ["scaling"]
    assert completed("podwatch scenario list s") == []


# ── what is refused ──


def test_without_a_cluster_the_recording_is_offered(kubectl: FakeKubectl) -> None:
    done = called("scenario", "run", "scaling", "--yes", PATH=kubectl.path)
    assert done.returncode == 5
    assert done.stderr.rstrip().endswith("without a cluster: podwatch demo scaling")


def test_without_a_yes_nothing_is_written(tmp_path: Path, kubectl: FakeKubectl) -> None:
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "run", "scaling", **env)
    assert done.returncode == 2
    assert "podwatch will make namespace podwatch-scaling, run scenario scaling" in done.stderr
    assert kubectl.calls == []


@cases(
    "name nodes version message",
    {
        "a node of another cluster": (
            "drain",
            listing(node("ip-10-0-0-1", "aws:///i-1")),
            "v1.37.0",
            "NOT a kind cluster",
        ),
        "a version that is too old": ("restart-all", KIND, "v1.35.2", "needs Kubernetes 1.36"),
        "one node": ("drain", listing(CONTROL_PLANE), "v1.37.0", "needs a node that is no part"),
    },
)
def test_what_can_not_be_done_there_is_refused_before_anything_is_written(
    tmp_path: Path, kubectl: FakeKubectl, name: str, nodes: Reply, version: str, message: str
) -> None:
    with cluster(tmp_path, kubectl, nodes, version) as env:
        done = called("scenario", "run", name, "--yes", **env)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert f"podwatch demo {name}" in done.stderr
    assert kubectl.calls == []


def test_what_touches_nodes_is_done_in_no_namespace_of_somebody(
    tmp_path: Path, kubectl: FakeKubectl
) -> None:
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "run", "drain", "--yes", "-n", "anna", **env)
    assert done.returncode == 2
    assert "leave -n out" in done.stderr


# ── every way out ──


def test_what_does_not_come_is_named_and_all_is_cleaned_up(
    tmp_path: Path, kubectl: FakeKubectl
) -> None:
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "run", "scaling", "--yes", "--timeout", "2s", **env)
    assert done.returncode == 4
    assert "did not come to its end within 2 s: there was no created" in done.stderr
    assert "A Deployment is scaled" in done.stdout
    assert is_clean(kubectl)


def test_a_step_that_fails_ends_it_with_its_reason(tmp_path: Path, kubectl: FakeKubectl) -> None:
    kubectl.answer("apply", said="Error from server (Forbidden): quota", code=1)
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "run", "scaling", "--yes", **env)
    assert done.returncode == 5
    assert "Error from server (Forbidden): quota" in done.stderr
    assert is_clean(kubectl)


@cases(
    "namespace", {"gone": status(404, "NotFound", "gone"), "on its way out": there("Terminating")}
)
def test_a_namespace_that_somebody_deletes_ends_it(
    tmp_path: Path, kubectl: FakeKubectl, namespace: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podwatch.app.scenario._LOOKS_AFTER", 0.1)
    with cluster(tmp_path, kubectl, namespace=namespace) as env:
        done = called("scenario", "run", "scaling", "--yes", **env)
    assert done.returncode == 5
    assert "somebody deleted namespace podwatch-scaling" in done.stderr


@cases(
    "moment number code",
    {
        "^C while the namespace is made": ("create", signal.SIGINT, 130),
        "^C while it is waited for": ("wait", signal.SIGINT, 130),
        "^C while the manifest is applied": ("apply", signal.SIGINT, 130),
        "^C while it is watched": ("watching", signal.SIGINT, 130),
        "SIGTERM": ("watching", signal.SIGTERM, 143),
        "a terminal that is closed": ("apply", signal.SIGHUP, 143),
    },
)
def test_a_signal_at_any_moment_leaves_nothing(
    tmp_path: Path, kubectl: FakeKubectl, moment: str, number: signal.Signals, code: int
) -> None:
    if moment != "watching":
        kubectl.answer(f"{moment} ", seconds=3)
        kubectl.answer("wait --for=delete")
    with cluster(tmp_path, kubectl) as env:
        process = subprocess.Popen(
            [PODWATCH, "scenario", "run", "scaling", "--yes", "-o", "lines"],
            env={**os.environ, **ENVIRONMENT, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
        )
        awaited = "apply" if moment == "watching" else f"{moment} "
        deadline = time.monotonic() + 30
        while not any(awaited in line for line in kubectl.lines) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in said
    assert is_clean(kubectl)


# ── what is left ──


def test_what_killed_runs_left_is_deleted(tmp_path: Path, kubectl: FakeKubectl) -> None:
    left = [
        {"metadata": {"name": f"podwatch-{name}", "labels": {"podwatch/scenario": name}}}
        for name in ("scaling", "finalizer", "of-another-version")
    ]
    kubectl.answer("get namespaces", printed=json.dumps({"items": left}))
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "clean", "--yes", **env)
    assert done.returncode == 0
    assert done.stderr.count("· cleaning up: namespace podwatch-") == 2
    deleted = [line for line in kubectl.lines if "delete namespace podwatch" in line]
    assert [line.split()[2] for line in deleted] == [
        "podwatch-scaling", "podwatch-finalizer", "podwatch-of-another-version",
    ]  # fmt: skip
    assert any("patch pod held" in line for line in kubectl.lines)  # or it would never be gone
    assert any("delete persistentvolumes,priorityclasses -l" in line for line in kubectl.lines)


def test_where_nothing_is_left_nothing_is_deleted(tmp_path: Path, kubectl: FakeKubectl) -> None:
    kubectl.answer("get", printed='{"items": []}')
    with cluster(tmp_path, kubectl) as env:
        done = called("scenario", "clean", "-n", "anna", "--yes", **env)
    assert done.stderr.splitlines()[-1] == "· nothing is left"
    assert not any("delete" in line for line in kubectl.lines)


def test_what_is_being_performed_now_is_left_alone(tmp_path: Path, kubectl: FakeKubectl) -> None:
    run = {"podwatch/run": f"{socket.gethostname()}/{os.getppid()}"}
    meta = {
        "name": "podwatch-scaling",
        "labels": {"podwatch/scenario": "scaling", "app.kubernetes.io/managed-by": "podwatch"},
        "annotations": run,
    }
    kubectl.answer("get namespaces", printed=json.dumps({"items": [{"metadata": meta}]}))
    kubectl.answer("get namespace ", printed=json.dumps({"metadata": meta}))
    with cluster(tmp_path, kubectl) as env:
        cleaned = called("scenario", "clean", "--yes", **env)
        run_ = called("scenario", "run", "scaling", "--yes", **env)
    assert f"process {os.getppid()} performs scaling there now" in cleaned.stderr
    assert (cleaned.returncode, run_.returncode) == (0, 2)
    assert "is being performed in namespace podwatch-scaling already" in run_.stderr
    assert not is_clean(kubectl)
    assert any("podwatch/scenario notin (scaling)" in line for line in kubectl.lines)
