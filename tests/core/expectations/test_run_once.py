"""Pods that run once are expected to be ready or to have succeeded, whichever is seen first."""

import pytest
from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Target
from podwatch.core.kube import Pod
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, deleted, modified
from tests.core.expectations.judging import (
    CAME,
    FAILED,
    LATE,
    SUCCEEDED,
    begun,
    judged,
    met,
    verdict_of,
    violated,
)

OF_A_JOB = Target("Pod", "default", selector="job-name=web")


def once(one: Pod, policy: str = "Never") -> Pod:
    return replace(one, spec=replace(one.spec, restart_policy=policy))


def of_a_job(one: Pod, name: str = "a", created: float = 0) -> Pod:
    meta = replace(
        one.metadata,
        name=name,
        uid=name,
        labels={"job-name": "web"},
        creation_timestamp=pods.at(created),
        owner_references=(pods.owned_by("Job", "web", "job"),),
    )
    return replace(one, metadata=meta)


@pytest.mark.parametrize("policy", ["Never", "OnFailure"])
@pytest.mark.parametrize("seen", [pods.up(), SUCCEEDED], ids=["sleep 1", "true"])
def test_it_does_not_matter_what_is_seen_of_it(policy: str, seen: Pod) -> None:
    verdict = verdict_of([*begun(), CAME, modified(once(seen, policy), 2)])
    assert (verdict.outcome, verdict.t) == met(2)
    assert verdict.sentence == "pod/web: ready or succeeded"


@pytest.mark.parametrize("initial", [True, False])
def test_one_that_failed_is_decided_at_once(initial: bool) -> None:
    item = pods.listed(FAILED) if initial else added(FAILED, 0)
    verdict = verdict_of([pods.opened(), item, pods.synced(0)])
    assert (verdict.outcome, verdict.t) == violated(0)
    assert verdict.cause is not None
    assert (verdict.cause.rule, verdict.cause.certain) == ("pod-failed", True)
    assert verdict.sentence.startswith("pod/web will not get ready or succeed: the Pod failed")


@pytest.mark.parametrize("text", ["phase=Pending", "status=CrashLoopBackOff", "status=Terminating"])
@pytest.mark.parametrize("one", [FAILED, SUCCEEDED], ids=["failed", "succeeded"])
def test_an_end_decides_every_phase(text: str, one: Pod) -> None:
    assert judged([pods.opened(), pods.listed(one), pods.synced(0)], text) == violated(0)


@pytest.mark.parametrize("text", ["deleted", "gone", "deletion-requested"])
def test_an_end_does_not_decide_what_comes_after_it(text: str) -> None:
    assert judged([pods.opened(), pods.listed(FAILED), pods.synced(0)], text) == LATE


def test_what_is_asked_for_is_what_is_judged() -> None:
    assert judged([*begun(), CAME, modified(SUCCEEDED, 2)], "ready") == violated(2)
    assert judged([*begun(), added(once(pods.up()), 2)], "succeeded") == LATE


STATIC = replace(
    once(pods.up()),
    metadata=replace(pods.up().metadata, owner_references=(pods.owned_by("Node", "worker"),)),
)


@pytest.mark.parametrize(
    "one", [once(pods.up(), "Always"), STATIC], ids=["started again", "static: made again"]
)
def test_all_others_are_expected_to_be_ready(one: Pod) -> None:
    verdict = verdict_of([*begun(), CAME, modified(one, 2)])
    assert (verdict.outcome, verdict.sentence) == (Outcome.MET, "pod/web: ready")


def test_one_that_is_ending_is_not_ready() -> None:
    assert judged([*begun(), added(pods.being_deleted(once(pods.up())), 1)]) == LATE
    assert judged([*begun(), added(pods.being_deleted(SUCCEEDED), 1)]) == met(1)


def test_one_that_succeeded_may_be_deleted() -> None:
    items = [*begun(), CAME, modified(SUCCEEDED, 2), deleted(SUCCEEDED, 2.1)]
    assert judged(items) == met(2)


# ── Pods of a Job, by their labels ──


def test_a_jobs_pod_that_succeeded_is_well() -> None:
    assert judged([*begun(), added(of_a_job(SUCCEEDED), 1)], target=OF_A_JOB) == met(1)


def test_a_jobs_failed_pod_is_replaced_until_the_job_fails() -> None:
    items: list[StreamItem] = [*begun("Job"), added(pods.job(), 1), added(of_a_job(FAILED), 2)]
    assert judged(items, target=OF_A_JOB) == LATE
    failed = verdict_of([*items, modified(pods.job("Failed"), 4)], target=OF_A_JOB)
    assert (failed.outcome, failed.t) == violated(4)
    assert failed.cause is not None
    assert failed.cause.rule == "job-failed"
    again = added(of_a_job(SUCCEEDED, "b", 5), 5)
    assert judged([*items, again], target=OF_A_JOB) == met(5)


def test_of_a_job_that_is_not_known_its_next_pod_counts() -> None:
    items = [*begun(), added(of_a_job(FAILED), 2)]
    assert judged(items, target=OF_A_JOB) == LATE
    assert judged([*items, added(of_a_job(SUCCEEDED, "b", 5), 5)], target=OF_A_JOB) == met(5)


def test_of_an_operators_pods_a_failed_one_counts_until_there_is_a_later_one() -> None:
    """Nobody knows whether an Argo Workflow tries a step again."""

    def step(one: Pod, name: str, created: float) -> Pod:
        made = of_a_job(one, name, created)
        by = (pods.owned_by("Workflow", "web"),)
        return replace(made, metadata=replace(made.metadata, owner_references=by))

    items = [*begun(), added(step(FAILED, "a", 2), 2), added(step(SUCCEEDED, "b", 2), 3)]
    late = verdict_of(items, target=OF_A_JOB)
    assert (late.outcome, late.t) == LATE
    assert "Pod a" in late.sentence
    assert judged([*items, added(step(SUCCEEDED, "c", 5), 5)], target=OF_A_JOB) == met(5)
