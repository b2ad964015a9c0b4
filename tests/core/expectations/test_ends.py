"""Words about an end: judged on Pods that are ending and on those that are gone."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Target
from podwatch.core.kube import ObjectReference, Pod
from podwatch.core.stream import StreamItem
from podwatch.sources.recording import read
from tests import build as pods
from tests.build import added, deleted, modified, opened, synced
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
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

RECORDINGS = Path(__file__).parent / "recordings"
ENDING = pods.being_deleted(BARE)


def made_by(revision: int, one: Pod) -> Pod:
    """The Pod as one of a revision of the Deployment `web`."""
    owner = pods.owned_by("ReplicaSet", f"web-{revision}", f"set{revision}")
    return replace(one, metadata=replace(one.metadata, owner_references=(owner,)))


def killed(one: Pod) -> Pod:
    """It after its grace period was over."""
    ended = pods.in_phase(one, "Failed")
    status = pods.status(pods.ended("A", 137), "A")
    return pods.being_deleted(
        replace(ended, status=replace(ended.status, container_statuses=(status,))), 3, 2
    )


def rollout(*items: StreamItem) -> list[StreamItem]:
    """A Deployment that is at its second revision, and has a set of each."""
    made = pods.deployment(2, 2)
    return followed(
        added(made, 1), added(pods.replica_set(1), 1), added(pods.replica_set(2), 1), *items
    )


@pytest.mark.parametrize(
    ("text", "t"), [("deletion-requested", 4), ("deleted", 9), ("status=Terminating", 4)]
)
def test_a_pod_that_ends_is_asked_for_its_end(text: str, t: float) -> None:
    items = [*begun(), CAME, modified(ENDING, 4), deleted(ENDING, 9)]
    assert judged(items, text) == met(t)
    assert judged(items, text, target=WEB, timeout=2.0, grace=0.0) == (Outcome.TIMED_OUT, 2)


def test_a_path_into_a_deletion_asks_a_pod_that_is_ending() -> None:
    items = [*begun(), CAME, modified(ENDING, 4)]
    assert judged(items, "jsonpath=.metadata.deletionTimestamp") == met(4)


def test_a_workload_has_shown_what_a_pod_of_it_has_that_is_gone() -> None:
    own = made_by(2, pods.up())
    items = rollout(added(own, 2), modified(pods.being_deleted(own), 4), deleted(own, 6))
    assert judged(items, "deletion-requested", target=ROLLOUT) == met(4)
    assert judged(items, "deleted", target=ROLLOUT) == met(6)


@pytest.mark.parametrize(("revision", "outcome"), [(1, LATE), (2, violated(3))])
def test_the_end_of_a_pod_in_a_rollout_is_the_old_pods_business(
    revision: int, outcome: tuple[Outcome, float]
) -> None:
    own = made_by(revision, pods.up())
    items = rollout(added(own, 2), modified(pods.being_deleted(own), 3), deleted(own, 5))
    never = (word("deletion-requested"),)
    assert judged(items, "oom-killed", target=ROLLOUT, never=never) == outcome


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "its set is known to be gone first"])
def test_a_pod_of_a_deployment_that_goes_with_it_is_still_its_own(order: int) -> None:
    own, made = made_by(2, pods.up()), pods.deployment(2, 2)
    gone = [deleted(made, 3), deleted(pods.replica_set(2), 3)][::order]
    items = rollout(added(own, 2), *gone, modified(pods.being_deleted(own), 4))
    assert judged(items, "deletion-requested", target=ROLLOUT) == met(4)


@pytest.mark.parametrize("text", ["ready", "phase=Running", "condition=Ready"])
def test_a_pod_that_ends_is_not_what_goes_on(text: str) -> None:
    up = pods.being_deleted(pods.up())
    assert judged([*begun(), added(up, 1)], text) == LATE


@pytest.mark.parametrize("text", ["failed", "phase=Failed", "condition=Ready=False"])
def test_a_pod_that_is_named_may_fail_in_its_deletion(text: str) -> None:
    one = killed(pods.up())
    status = replace(one.status, conditions=(pods.condition("Ready", "False"),))
    items = [*begun(), added(pods.up(), 1), modified(replace(one, status=status), 3)]
    assert judged(items, text) == met(3)


def test_a_selection_has_shown_what_a_pod_has_that_is_gone() -> None:
    one = pods.pod(labels={"app": "web"})
    items = [*begun(), added(one, 1), modified(pods.being_deleted(one), 2), deleted(one, 4)]
    assert judged(items, "deleted", target=LABELLED) == met(4)


def test_the_recording_of_a_kill_in_a_deployment_is_no_pass() -> None:
    items = list(read(RECORDINGS / "killed-after-grace.jsonl"))
    target = Target("Deployment", "eco-kill", "web")
    never = (word("killed-after-grace"),)
    verdict = verdict_of(items, target=target, never=never, stable=None)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.cause is not None
    assert verdict.cause.pod is not None
    assert verdict.cause.pod.metadata.name == "web-5fd86546fb-qzd94"


@pytest.mark.parametrize("text", ["not-ready", "concept=failed", "phase=Failed", "failed"])
def test_what_a_deletion_does_to_a_pod_is_held_against_none(text: str) -> None:
    up = made_by(2, pods.up())
    ended = replace(
        killed(up),
        status=replace(killed(up).status, conditions=(pods.condition("Ready", "False"),)),
    )
    items = rollout(added(up, 2), modified(pods.being_deleted(up), 3), modified(ended, 5))
    assert judged(items, "oom-killed", target=ROLLOUT, never=(word(text),)) == LATE
    assert judged([*items, deleted(ended, 6)], "deleted", target=ROLLOUT, never=(word(text),)) == (
        met(6)
    )


@pytest.mark.parametrize("text", ["not-ready", "concept=failed"])
def test_it_is_shown_all_the_same(text: str) -> None:
    up = made_by(2, pods.up())
    ended = replace(
        killed(up),
        status=replace(killed(up).status, conditions=(pods.condition("Ready", "False"),)),
    )
    items = rollout(added(up, 2), modified(pods.being_deleted(up), 3), modified(ended, 5))
    assert judged(items, text, target=ROLLOUT) == met(5)


def test_what_was_shown_before_the_deletion_is() -> None:
    up = made_by(2, pods.up())
    down = replace(up, status=replace(up.status, conditions=(pods.condition("Ready", "False"),)))
    items = rollout(added(up, 2), modified(down, 3), modified(pods.being_deleted(down), 4))
    assert judged(items, "oom-killed", target=ROLLOUT, never=(word("not-ready"),)) == violated(3)


# ── as in kubectl wait ──


@pytest.mark.parametrize("text", ["delete", "gone"])
def test_what_does_not_exist_is_deleted(text: str) -> None:
    assert judged(begun(), text) == met(0)
    assert judged(begun("Deployment", "ReplicaSet"), text, target=ROLLOUT) == met(0)


def test_what_exists_is_deleted_when_its_object_goes() -> None:
    items: list[StreamItem] = [opened(), pods.listed(BARE), synced(0)]
    items += [modified(ENDING, 3), deleted(ENDING, 7)]
    assert judged(items, "delete") == met(7)


@pytest.mark.parametrize(("made", "t"), [(CAME, 1), (added(ENDING, 1), 1)])
def test_what_exists_is_created(made: StreamItem, t: float) -> None:
    assert judged([*begun(), made], "create") == met(t)
    assert judged(begun(), "create") == LATE


def test_a_workload_is_created_before_it_is_ready() -> None:
    assert judged(followed(added(pods.deployment(), 2)), "create", target=ROLLOUT) == met(2)


def test_what_must_not_go_may_not_have_come_yet() -> None:
    ready = added(pods.up(), 3)
    assert judged([*begun(), ready], never=(word("gone"),)) == met(3)
    items = [*begun(), CAME, deleted(BARE, 4)]
    assert judged(items, "oom-killed", never=(word("delete"),)) == violated(4)


# ── Events about a workload ──


def test_a_workload_shows_what_its_events_say() -> None:
    of = ObjectReference(kind="ReplicaSet", namespace="default", name="web-2", uid="set2")
    said = pods.event("FailedCreate", of, type_="Warning", seen=3)
    items = rollout(added(said, 3))
    assert judged(items, "create", target=ROLLOUT, never=(word("failed-create"),)) == met(1)
    assert judged(items, "failed-create", target=ROLLOUT) == met(3)


def test_done_is_not_never() -> None:
    """A Deployment whose rollout is done keeps its verdict."""
    items = rollout(added(pods.deployment(2, 2, **DONE), 2))
    assert judged(items, target=ROLLOUT, never=(word("killed-after-grace"),)) == met(2)
