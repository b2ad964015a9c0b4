"""What there is instead of what a word asks for is said, and a time-out is a plain sentence."""

from msgspec.structs import replace

from podwatch.core.expectations import Target
from podwatch.core.kube import Condition, Deployment
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, listed, modified, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    LABELLED,
    ROLLOUT,
    WEB,
    begun,
    current,
    followed,
    verdict_of,
)


def there() -> Deployment:
    made = pods.deployment(2, 2, **DONE)
    conditions = (
        Condition(type="Available", status="True", reason="MinimumReplicasAvailable"),
        Condition(type="Progressing", status="True"),
    )
    return replace(made, status=replace(made.status, conditions=conditions))


UP = [*begun(), CAME, modified(pods.up(), 4)]
SELECTED = replace(pods.up(), metadata=replace(pods.up().metadata, labels={"app": "web"}))
OWNED = current(there())


@cases(
    "expected target items waits",
    {
        "a condition of another name": (
            *("condition=Avaliable", ROLLOUT, OWNED),
            "condition=Avaliable; there is no such condition (did you mean Available?)",
        ),
        "a condition that is like none": (
            *("condition=Odd", ROLLOUT, OWNED),
            "condition=Odd; there is no such condition; there are Available and Progressing",
        ),
        "a condition with another status": (
            *("condition=Available=False", ROLLOUT, OWNED),
            "condition=Available=False; it is True (MinimumReplicasAvailable)",
        ),
        "a path to another value": (
            *("jsonpath=.status.phase=Runing", WEB, UP),
            "jsonpath=.status.phase=Runing; it is Running",
        ),
        "a path that leads nowhere": (
            *("jsonpath=.status.reason=Odd", WEB, UP),
            "jsonpath=.status.reason=Odd; it is not there",
        ),
        "another phase of a selected Pod": (
            *("phase=Pending", LABELLED, [*begun(), added(SELECTED, 1)]),
            "phase=Pending; Pod web: it is Running",
        ),
        "another STATUS": ("status=Odd", WEB, UP, "status=Odd; it is Running"),
    },
)
def test_what_there_is_instead_is_said(
    expected: str, target: Target, items: list[StreamItem], waits: str
) -> None:
    assert verdict_of(items, expected, target=target).results[0].waits == (waits,)


@cases(
    "expected sentence",
    {
        "a verb": (["ready"], "pod/web did not get ready in time"),
        "going away": (["gone"], "pod/web did not go away in time"),
        "as it was written": (["status=Odd"], "pod/web: status=Odd not met in time"),
        "several": (["ready", "status=Odd"], "pod/web: ready, status=Odd not met in time"),
    },
)
def test_a_time_out_says_what_did_not_happen(expected: list[str], sentence: str) -> None:
    verdict = verdict_of([opened(), listed(BARE), synced()], *expected)
    assert verdict.sentence.partition(": Pod")[0] == sentence


def test_what_was_ready_but_not_for_long_enough_is_not_said_to_have_never_been_ready() -> None:
    verdict = verdict_of([*begun(), added(pods.up(), 55)], "ready", stable=10.0)
    assert verdict.sentence == "pod/web: ready not met in time"


def test_a_time_out_says_what_there_is_instead() -> None:
    verdict = verdict_of(OWNED, "condition=Avaliable", target=ROLLOUT)
    assert verdict.sentence == (
        "deployment/web: condition=Avaliable not met in time: "
        "there is no such condition (did you mean Available?)"
    )


def test_a_rollout_that_is_too_slow_says_what_is_the_matter_with_its_pods() -> None:
    late = Condition(type="Progressing", status="False", reason="ProgressDeadlineExceeded")
    made = pods.status(pods.waiting("ErrImagePull", "not found"))
    pod = replace(
        pods.pod(made, node="worker"),
        metadata=replace(
            BARE.metadata,
            owner_references=(
                pods.owned_by("ReplicaSet", "web-2", pods.replica_set(2).metadata.uid),
            ),
        ),
    )
    made_by = [added(pods.replica_set(2), 1), added(pod, 1)]
    items = followed(*made_by, added(pods.deployment(2, 2, conditions=(late,)), 1))
    verdict = verdict_of(items, target=ROLLOUT)
    assert verdict.sentence.startswith(
        "gave up on deployment/web: the rollout made no progress within its deadline: "
        "Pod web: container app can't start"
    )
    assert verdict.cause is not None
    assert (verdict.cause.rule, verdict.cause.container) == ("rollout-too-slow", "app")
