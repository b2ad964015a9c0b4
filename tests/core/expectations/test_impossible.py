"""Words that can never be met for a target are refused, by what is known of its kind."""

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Target, grammar, impossible
from podwatch.core.expectations.expectation import Budget
from podwatch.core.kube import WORKLOAD_KINDS
from podwatch.errors import PodwatchError
from tests.cases import cases
from tests.core.expectations.judging import JOB, LABELLED, ROLLOUT, WEB, word

DATA = Target("PersistentVolumeClaim", "default", "data")
DATABASE = Target("StatefulSet", "default", "db")


def check(*targets: Target, **wanted: object) -> None:
    words = {key: tuple(map(word, wanted.pop(key, ()))) for key in ("words", "never")}  # type: ignore[call-overload]
    impossible.check(Expectations(targets=targets, **words, **wanted), catalog())  # type: ignore[arg-type]


@cases(
    "text target said",
    {
        "an end of what is restarted": ("succeeded", ROLLOUT, "can't be expected to succeed"),
        "its failure": ("failed", DATABASE, "can't be expected to fail"),
        "the phase of an end": ("phase=Succeeded", ROLLOUT, "started again whenever they end"),
        "what Jobs do": ("job-failed", ROLLOUT, "by deployment/web: it is about Jobs"),
        "what Jobs do, of a Pod": ("job-failed", WEB, "can never be shown by pod/web"),
        "a lesson": ("exit-codes", WEB, "can never be shown by a Pod"),
        "a selection's": ("now-matches", WEB, "is about what is selected by labels"),
        "another kind's condition": ("condition=Available", DATABASE, "one of a Deployment"),
        "a Job's condition": ("condition=complete", ROLLOUT, "one of a Job"),
        "an end of a claim": ("succeeded", DATA, "a claim to storage, which has no Pods"),
        "a claim's STATUS": ("status=Running", DATA, "a claim to storage, which has no Pods"),
        "a Pod's phase, of a claim": ("phase=Running", DATA, "a claim to storage"),
        "a claim's phase": ("phase=Bound", WEB, "one of a claim to storage"),
    },
)
def test_what_can_never_be_met_is_refused(text: str, target: Target, said: str) -> None:
    with pytest.raises(PodwatchError, match=said) as caught:
        check(target, words=(text,))
    assert caught.value.hint


@cases(
    "text target",
    {
        "a Job's": ("job-failed", JOB),
        "its condition": ("condition=Suspended", JOB),
        "a Pod's condition": ("condition=Ready", DATABASE),
        "anybody's condition": ("condition=shop.example.com/fit", ROLLOUT),
        "a selection's": ("now-matches", LABELLED),
        "an end": ("deleted", ROLLOUT),
        "a failed Job": ("failed", JOB),
        "a claim's phase": ("phase=Bound", DATA),
        "a claim's condition": ("condition=Resizing", DATA),
    },
)
def test_what_can_be_met_is_not(text: str, target: Target) -> None:
    check(target, words=(text,))


@cases(
    "wanted option",
    {
        "a budget": ({"within": (Budget("ready", 9.0),)}, "--within"),
        "phases": ({"sequence": ("Pending", "Running")}, "--sequence"),
        "restarts": ({"max_restarts": 0}, "--max-restarts"),
    },
)
def test_what_is_about_pods_is_refused_of_claims_alone(
    wanted: dict[str, object], option: str
) -> None:
    with pytest.raises(PodwatchError, match=option):
        check(DATA, **wanted)
    check(DATA, WEB, **wanted)


def test_one_of_several_words_is_enough() -> None:
    check(ROLLOUT, words=("succeeded", "ready"), any_=True)
    with pytest.raises(PodwatchError):
        check(ROLLOUT, words=("succeeded", "failed"), any_=True)


def test_a_sequence_that_ends_needs_a_pod_that_ends() -> None:
    check(JOB, sequence=("Pending", "Succeeded"))
    with pytest.raises(PodwatchError, match="started again"):
        check(ROLLOUT, sequence=("Pending", "Succeeded"))


def test_what_is_forbidden_has_to_be_possible_for_one_target() -> None:
    check(ROLLOUT, JOB, never=("job-failed",))
    check(ROLLOUT, never=("failed",))
    with pytest.raises(PodwatchError, match="never be shown"):
        check(ROLLOUT, WEB, never=("job-failed",))


@pytest.mark.parametrize("kind", WORKLOAD_KINDS)
def test_what_happens_to_pods_can_happen_to_those_of_every_kind(kind: str) -> None:
    for text in ("crash-loop-back-off", "killed-after-grace", "oom-killed", "image-pull-back-off"):
        check(Target(kind, "default", "web"), words=(text,), never=("deleted",))


@cases(
    "text meant",
    {
        "a capital": ("Ready", "did you mean ready?"),
        "a condition": ("Available", "did you mean condition=Available?"),
        "a condition of Pods": ("containersready", "did you mean condition=ContainersReady?"),
        "kubectl's": ("Delete", "did you mean delete?"),
    },
)
def test_a_word_of_kubectl_is_offered_as_it_is_written_here(text: str, meant: str) -> None:
    with pytest.raises(PodwatchError) as caught:
        grammar.word(text, catalog().by_id)
    assert caught.value.hint.startswith(meant)
