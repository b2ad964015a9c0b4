"""A target that was deleted is not as expected, unless one of its name comes again."""

from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Target
from podwatch.core.kube import Deployment, OwnerReference, Pod
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, deleted, modified
from tests.cases import cases
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    JOB,
    LABELLED,
    LATE,
    ROLLOUT,
    WEB,
    begun,
    followed,
    judged,
    met,
    verdict_of,
    violated,
    word,
)


def owned(kind: str) -> Pod:
    owner: OwnerReference = pods.owned_by(kind, "web")
    return replace(BARE, metadata=replace(BARE.metadata, owner_references=(owner,)))


def test_a_bare_pod_that_was_deleted_fails_when_none_came_in_its_place() -> None:
    verdict = verdict_of([*begun(), CAME, deleted(BARE, 2.25)])
    assert (verdict.outcome, verdict.t) == violated(5.25)
    assert verdict.sentence == "pod/web will not get ready: it was deleted at +2.2 s"
    assert verdict.pods[0].uid == BARE.metadata.uid


def test_a_deployment_and_a_job_do_as_well() -> None:
    gone = [added(pods.deployment(), 1), deleted(pods.deployment(), 2)]
    assert judged(followed(*gone), target=ROLLOUT) == violated(5)
    assert judged([*begun("Job"), added(pods.job(), 1), deleted(pods.job(), 2)], target=JOB) == (
        violated(5)
    )


def test_what_is_replaced_at_once_is_judged_anew() -> None:
    anew = replace(pods.up(), metadata=replace(pods.up().metadata, uid="2"))
    assert judged([*begun(), CAME, deleted(BARE, 2), added(anew, 4.5)]) == met(4.5)


@cases(
    "kind t",
    {
        "a StatefulSet makes it again": ("StatefulSet", 17),
        "a set of another name": ("ReplicaSet", 5),
        "an operator may make it again": ("StrimziPodSet", 17),
    },
)
def test_a_controller_that_keeps_the_name_has_the_grace(kind: str, t: float) -> None:
    one = owned(kind)
    verdict = verdict_of([*begun(), added(one, 1), deleted(one, 2)])
    assert (verdict.outcome, verdict.t) == violated(t)
    assert kind in verdict.sentence
    assert verdict.cause is not None
    assert verdict.cause.certain is (t == 5)


def test_an_operators_deployment_has_the_grace() -> None:
    made = pods.deployment()
    own: Deployment = replace(
        made, metadata=replace(made.metadata, owner_references=(pods.owned_by("Shop", "web"),))
    )
    assert judged(followed(added(own, 1), deleted(own, 2)), target=ROLLOUT) == violated(17)


def test_the_deadline_of_something_deleted_is_no_time_out() -> None:
    assert judged([*begun(), CAME, deleted(BARE, 2)], timeout=3.0) == violated(3)


def test_what_is_ending_is_not_decided() -> None:
    assert judged([*begun(), CAME, modified(pods.being_deleted(BARE), 2)]) == LATE


def test_what_never_was_is_waited_for() -> None:
    late: list[StreamItem] = [deleted(BARE, 2)]
    assert judged([*begun(), *late]) == LATE


def test_a_selection_waits_for_the_next_pod() -> None:
    one = pods.pod(labels={"app": "web"})
    assert judged([*begun(), added(one, 1), deleted(one, 2)], target=LABELLED) == LATE


def test_a_job_that_was_seen_complete_stays_so() -> None:
    done = pods.job("Complete")
    other = Target("Job", "default", "other")
    items = [*begun("Job"), added(pods.job(), 1), modified(done, 2), deleted(done, 2.1)]
    assert judged(items, target=JOB) == met(2)
    assert judged(items, target=JOB, stable=10.0) == met(12)
    both = verdict_of(items, targets=(JOB, other))
    assert [one.outcome for one in both.results] == [Outcome.MET, Outcome.TIMED_OUT]


def test_a_job_whose_last_version_is_its_deletion_was_seen_complete() -> None:
    items = [*begun("Job"), added(pods.job(), 1), deleted(pods.job("Complete"), 2)]
    assert judged(items, target=JOB) == met(2)


def test_what_was_met_before_stays_met() -> None:
    made = pods.deployment(**DONE)
    items = [*followed(added(made, 1)), CAME, deleted(made, 2)]
    both = verdict_of(items, targets=(ROLLOUT, WEB))
    assert [one.outcome for one in both.results] == [Outcome.MET, Outcome.TIMED_OUT]


def test_a_word_that_holds_since_is_not_failed_by_it() -> None:
    assert judged([*begun(), CAME, deleted(BARE, 2)], "deleted", stable=5.0) == met(7)


def test_what_must_not_happen_is_not_failed_by_it() -> None:
    items = [*begun(), CAME, deleted(BARE, 2)]
    verdict = verdict_of(items, never=(word("oom-killed"),))
    assert [one.outcome for one in verdict.results] == [Outcome.VIOLATED, Outcome.NOT_JUDGED]
