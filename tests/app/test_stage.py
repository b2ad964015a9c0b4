"""A scenario has a namespace of its own, touches nothing of anybody else, and leaves nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from podwatch.app.stage import LiveStage
from podwatch.errors import ExitCode, PodwatchError
from podwatch.scenarios import scenario
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.where import Where
from podwatch.sources.kubectl import Kubectl, Permit
from tests.cases import cases
from tests.fake_api import kubeconfig
from tests.fake_kubectl import FakeKubectl

KIND = Where("https://127.0.0.1:1", 2, True, "kind-worker", "4", "v1.37.0")
OURS = {"app.kubernetes.io/managed-by": "podwatch"}

Make = Callable[..., LiveStage]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKubectl:
    made = FakeKubectl(tmp_path)
    monkeypatch.setenv("PATH", made.path)
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, "https://127.0.0.1:1"))
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def stage(fake: FakeKubectl, said: list[str]) -> Make:
    assert fake.calls == []

    def made(name: str, *, lent: str = "", where: Where = KIND) -> LiveStage:
        return LiveStage(Kubectl(Permit(Access(), where)), scenario(name), said.append, lent=lent)

    return made


def verbs(fake: FakeKubectl) -> list[str]:
    return [line.removeprefix("-n podwatch-scaling ").split(" --")[0] for line in fake.lines]


def begin(stage: LiveStage) -> None:
    with stage.set():
        raise AssertionError("it began")


CLEARED = [
    "delete pods",
    "delete namespace podwatch-scaling",
    "wait",
]


def namespace(**labels: str) -> str:
    return json.dumps({"metadata": {"name": "podwatch-scaling", "labels": labels}})


def items(*made: dict[str, Any]) -> str:
    return json.dumps({"items": list(made)})


def test_it_makes_a_namespace_applies_and_deletes_it_again(
    fake: FakeKubectl, stage: Make, said: list[str]
) -> None:
    one = stage("scaling")
    with one.set():
        one.apply()
    assert verbs(fake) == [
        "get namespace podwatch-scaling -o json",
        "create -f -",
        "wait",
        "wait",
        f"apply -f {one.scenario.manifest_path}",
        *CLEARED,
    ]
    made = json.loads(fake.calls[1]["given"])
    assert made["metadata"]["labels"] == {**OURS, "podwatch/scenario": "scaling"}
    assert said == ["cleaning up: namespace podwatch-scaling and all that is in it"]


@cases(
    "error",
    {"a failure": PodwatchError("no", ""), "^C": KeyboardInterrupt(), "a defect": ValueError()},
)
def test_it_is_deleted_whatever_ends_it(
    fake: FakeKubectl, stage: Make, error: BaseException
) -> None:
    with pytest.raises(type(error)), stage("scaling").set():
        raise error
    assert verbs(fake)[-3:] == CLEARED


def test_a_namespace_of_somebody_else_is_not_touched(fake: FakeKubectl, stage: Make) -> None:
    for labels in ({}, {"podwatch/scenario": "scaling"}, {**OURS, "podwatch/scenario": "quota"}):
        fake.answer("get namespace", printed=namespace(**labels))
        with pytest.raises(PodwatchError, match="this scenario did not make it") as refused:
            begin(stage("scaling"))
        assert refused.value.exit_code is ExitCode.USAGE
    assert {line.partition(" ")[0] for line in fake.lines} == {"get"}


def test_what_a_killed_run_left_is_deleted_first(
    fake: FakeKubectl, stage: Make, said: list[str]
) -> None:
    fake.answer("get namespace", printed=namespace(**OURS, **{"podwatch/scenario": "scaling"}))
    with stage("scaling").set():
        pass
    assert verbs(fake)[1:5] == [*CLEARED, "create -f -"]
    assert said[0] == "namespace podwatch-scaling is left of an earlier run"


def test_who_may_not_make_namespaces_is_told_of_n(fake: FakeKubectl, stage: Make) -> None:
    for verb in ("get", "create"):
        fake.answer(verb, said="Error from server (Forbidden): namespaces is forbidden", code=1)
    with pytest.raises(PodwatchError, match="you may not make the namespace") as refused:
        begin(stage("scaling"))
    assert "-n NAME" in refused.value.hint
    assert refused.value.exit_code is ExitCode.UNAVAILABLE
    assert verbs(fake)[-1] == "create -f -"


def test_a_quota_is_counted_before_the_rest_is_applied(fake: FakeKubectl, stage: Make) -> None:
    stage("quota").apply()
    first, counted, rest = fake.lines
    assert (first, rest.split("/")[-1]) == ("-n podwatch-quota apply -f -", "manifest.yaml")
    assert "--for=jsonpath={.status.used}" in counted
    assert [one["kind"] for one in json.loads(fake.calls[0]["given"])["items"]] == ["ResourceQuota"]


def test_what_was_done_is_undone_and_what_was_not_is_not(fake: FakeKubectl, stage: Make) -> None:
    with stage("drain").set():
        pass
    assert not any("uncordon" in line for line in fake.lines)
    one = stage("drain")
    with one.set():
        one.take(one.scenario.steps[0], "web-1")
    lines = [line for line in fake.lines if "drain kind-worker" in line or "uncordon" in line]
    assert [line.split()[2] for line in lines] == ["drain", "uncordon"]


def test_what_can_not_be_cleaned_up_is_said(
    fake: FakeKubectl, stage: Make, said: list[str]
) -> None:
    fake.answer("delete namespace", said="Error from server (Forbidden): no", code=1)
    with stage("scaling").set():
        pass
    assert said[-1].startswith("not all is cleaned up: `kubectl delete namespace")
    assert said[-1].endswith("podwatch scenario clean")


def test_who_does_not_wait_for_the_end_is_told_what_may_be_left(
    stage: Make, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: str, **__: object) -> str:
        raise KeyboardInterrupt

    one = stage("scaling")
    monkeypatch.setattr(one._kubectl, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        one.clear()
    assert said[-1].startswith("not waited for: namespace podwatch-scaling")


def test_docker_touches_only_nodes_of_kind(stage: Make) -> None:
    one = stage("node-crash", where=Where("https://api.example", 3, worker="ip-10-0-0-1"))
    with pytest.raises(PodwatchError, match="docker has no nodes of this cluster"):
        one.take(one.scenario.steps[0], "web-1")


def test_what_goes_to_a_node_is_for_the_namespace_that_it_is_performed_in(stage: Make) -> None:
    one = stage("static-pod")
    folder = Path(one._files()["{folder}"])
    assert "namespace: podwatch-static-pod\n" in (folder / "static.yaml").read_text("utf-8")


# ── in a namespace that is lent ──


def test_a_lent_namespace_stays_and_only_what_was_made_is_deleted(
    fake: FakeKubectl, stage: Make
) -> None:
    fake.answer("get", printed=items())
    one = stage("scaling", lent="anna")
    with one.set():
        one.apply()
    first, *rest = fake.lines
    assert first == "get namespace anna -o name"
    assert all(line.startswith("-n anna ") for line in rest)
    assert [line.split()[2] for line in rest[-2:]] == ["apply", "delete"]
    assert not any("namespace" in line for line in rest)


def test_one_that_is_not_there_is_said_before_anything_is_done(
    fake: FakeKubectl, stage: Make
) -> None:
    said = 'Error from server (NotFound): namespaces "anna" not found'
    fake.answer("get namespace", said=said, code=1)
    with pytest.raises(PodwatchError, match='there is no namespace "anna"') as caught:
        begin(stage("scaling", lent="anna"))
    assert caught.value.exit_code is ExitCode.UNAVAILABLE
    assert fake.lines == ["get namespace anna -o name"]


def test_who_may_not_look_at_a_namespace_may_still_use_it(fake: FakeKubectl, stage: Make) -> None:
    fake.answer("get", printed=items())
    fake.answer("get namespace", said="Error from server (Forbidden): no", code=1)
    with stage("scaling", lent="anna").set():
        pass


def test_what_it_makes_there_can_be_told_apart(fake: FakeKubectl, stage: Make) -> None:
    one = stage("scaling", lent="anna")
    made = json.loads(one._manifest().read_text("utf-8"))["items"]
    labels = {**OURS, "podwatch/scenario": "scaling"}
    assert [labels.items() <= item["metadata"]["labels"].items() for item in made] == [True]
    assert one.has("web-7b8988fb6b-p26vh")
    assert not one.has("website-7b8988fb6b-p26vh")
    assert fake.calls == []


@cases(
    "kind name",
    {"a Pod": ("Pod", "cart"), "an object of the same name": ("Deployment", "web")},
)
def test_it_needs_one_in_which_nothing_can_be_mistaken_for_its_own(
    fake: FakeKubectl, stage: Make, kind: str, name: str
) -> None:
    fake.answer("get", printed=items())
    fake.answer(f"get {kind}", printed=items({"metadata": {"name": name}}))
    with pytest.raises(PodwatchError, match=f"could touch: {kind.lower()}/{name}"):
        begin(stage("scaling", lent="anna"))
    assert {line.removeprefix("-n anna ").split()[0] for line in fake.lines} == {"get"}


def test_only_what_can_be_there_has_to_be_listed(stage: Make) -> None:
    assert stage("scaling").kinds == {"Deployment", "ReplicaSet"}
    assert stage("job-succeeds").kinds == {"Job"}
