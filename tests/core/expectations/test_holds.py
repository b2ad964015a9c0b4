"""What each word means of a Pod, and of an owner."""

from collections.abc import Sequence

import pytest

from podwatch.core.expectations import Outcome
from podwatch.core.kube import Deployment
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, deleted, listed, modified, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    JOB,
    LATE,
    ROLLOUT,
    begun,
    followed,
    had_crashed,
    judged,
    met,
    verdict_of,
)


@pytest.mark.parametrize("items", [[], [CAME]], ids=["no Pod", "a Pod that came later"])
def test_gone_is_met_where_nothing_was(items: list[StreamItem]) -> None:
    assert judged([*begun(), *items], "gone") == met(0)


def test_gone_is_about_the_pod_that_was_there_not_its_successor() -> None:
    again = [deleted(BARE, 5), added(pods.pod(uid="2"), 6)]
    assert judged([opened(), listed(BARE), synced(0), *again], "gone") == met(5)


def test_a_concept_is_met_once_it_is_shown() -> None:
    crash = had_crashed(pods.waiting("CrashLoopBackOff"), 1)
    items = [*begun(), CAME, modified(pods.up(), 2), modified(crash, 9)]
    assert judged(items, "crash-loop-back-off") == met(9)


def test_a_deployment_is_ready_when_its_rollout_is_complete() -> None:
    almost = pods.deployment(**{**DONE, "available_replicas": 1})
    items = [added(pods.deployment(), 1), modified(almost, 2), modified(pods.deployment(**DONE), 3)]
    assert judged(followed(*items), target=ROLLOUT) == met(3)


@cases(
    "made said",
    {
        "not noticed yet": (pods.deployment(2, 1, **DONE), "controller to notice"),
        "an old Pod is left": (pods.deployment(**{**DONE, "replicas": 3}), "1 old Pod to end"),
        "half the Pods": (pods.deployment(**{**DONE, "updated_replicas": 1}), "1 of 2 created"),
    },
)
def test_old_pods_do_not_pass_the_test(made: Deployment, said: str) -> None:
    verdict = verdict_of(followed(added(made, 1)), target=ROLLOUT)
    assert (verdict.outcome, verdict.t) == LATE
    assert said in verdict.results[0].waits[0]


@pytest.mark.parametrize(
    ("words", "came", "outcome"),
    [
        ((), "Complete", Outcome.MET),
        ((), "FailureTarget", Outcome.VIOLATED),
        ((), "Failed", Outcome.VIOLATED),
        (("failed",), "Failed", Outcome.MET),
        (("failed",), "Complete", Outcome.VIOLATED),
        (("condition=Complete",), "Complete", Outcome.MET),
        (("condition=Complete",), "Failed", Outcome.VIOLATED),
    ],
)
def test_a_job_is_judged_by_its_conditions(
    words: Sequence[str], came: str, outcome: Outcome
) -> None:
    items = [*begun("Job"), added(pods.job(), 1), modified(pods.job(came), 2)]
    assert judged(items, *words, target=JOB) == (outcome, 2)
