"""Answers are kept in the namespace that is watched, if it has said that it wants them."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from podwatch.app.answers import KeptAnswers, Place
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Choice, Question
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
from tests.fake_api import FakeApi, Reply, kubeconfig, status
from tests.fake_kubectl import FakeKubectl

HERE = "/api/v1/namespaces/shop/configmaps/podwatch"
OURS = {"app.kubernetes.io/managed-by": "podwatch"}
QUESTION = Question(
    id="live.ended",
    prompt="?",
    choices=(Choice(text="a", answer="a", right=True), Choice(text="b", answer="b")),
)


def consent(data: Mapping[str, str], labels: Mapping[str, str] = OURS) -> Reply:
    made = {"metadata": {"name": "podwatch", "labels": dict(labels)}, "data": dict(data)}
    return Reply([json.dumps(made).encode()])


class Namespace:
    """A namespace of which the cluster says this of the ConfigMap."""

    def __init__(self, folder: Path, kubectl: FakeKubectl) -> None:
        self.folder = folder
        self.kubectl = kubectl

    def after(self, answer: GivenAnswer, says: Reply) -> str:
        """The problem after an answer was given."""
        with FakeApi(others={HERE: says}) as api:
            cluster = connect(Access(kubeconfig=kubeconfig(self.folder, api.url)))
            kept = KeptAnswers(lambda: (cluster, "shop"))
            kept.keep(QUESTION, answer)
            kept.close()
            cluster.stop()
        return kept.problem


@pytest.fixture
def namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Namespace:
    kubectl = FakeKubectl(tmp_path)
    monkeypatch.setenv("PATH", kubectl.path)
    return Namespace(tmp_path, kubectl)


def test_an_answer_is_added_to_what_is_kept(namespace: Namespace) -> None:
    before = {"exercise": "cart-image", "answer.live.other": '{"choice": 0}'}
    answer = GivenAnswer(choice=1, reason="it said so")
    assert namespace.after(answer, consent(before)) == ""
    (line,) = namespace.kubectl.lines
    assert line.startswith("-n shop patch configmap podwatch --type=merge -p ")
    patched = json.loads(line.partition(" -p ")[2])["data"]
    assert list(patched) == ["answer.live.ended"]
    kept = json.loads(patched["answer.live.ended"])
    assert (kept["choice"], kept["reason"]) == (1, "it said so")
    assert kept["at"].endswith("Z")


@pytest.mark.parametrize(
    "says",
    [
        status(404),
        status(403),
        consent({}, {}),
    ],
    ids=["no ConfigMap", "may not look", "somebody else's ConfigMap"],
)
def test_without_consent_nothing_is_kept_and_nothing_said(
    namespace: Namespace, says: Reply
) -> None:
    assert namespace.after(GivenAnswer(choice=1), says) == ""
    assert namespace.kubectl.calls == []


def test_what_can_not_be_kept_is_a_problem_in_words(namespace: Namespace) -> None:
    said = "Error from server (Forbidden): configmaps is forbidden: no \x1b[2J"
    namespace.kubectl.answer("patch", said=said, code=1)
    problem = namespace.after(GivenAnswer(choice=1), consent({}))
    assert problem.startswith("answers are not kept: ")
    assert "forbidden" in problem
    assert "\x1b" not in problem


def test_without_kubectl_it_is_said_too(
    namespace: Namespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "there is no kubectl" in namespace.after(GivenAnswer(choice=1), consent({}))


def test_where_no_one_namespace_is_watched_nothing_is_asked() -> None:
    asked: list[str] = []

    def nowhere() -> Place | None:
        asked.append("where")
        return None

    kept = KeptAnswers(nowhere)
    kept.keep(QUESTION, GivenAnswer(choice=0))
    kept.close()
    kept.close()
    assert asked == ["where"]
    assert kept.problem == ""
