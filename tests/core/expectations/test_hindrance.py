"""What keeps a whole target from being as expected: told while it is waited for, and at the end."""

from typing import Any

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Cause, Expectations, Outcome, Target
from podwatch.core.kube import Pod, StatefulSet
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.session import Session
from podwatch.core.stream import Scope, StreamItem
from tests import build as pods
from tests.build import added, deleted, feed, listed, modified, opened, synced
from tests.core.expectations.judging import (
    BARE,
    CAME,
    JOB,
    LABELLED,
    LATE,
    ROLLOUT,
    WEB,
    begun,
    followed,
    had_crashed,
    verdict_of,
)

DB = Target("StatefulSet", "default", "db")


def told(items: list[StreamItem], target: Target) -> str:
    """What is waited for after the last item, in words."""
    session = Session(catalog(), Expectations(targets=(target,)))
    feed(session, *items)
    assert session.judge is not None
    pending = session.judge.pending()
    assert pending is not None
    return pending.waiting[0][1]


def cause_of(items: list[StreamItem], target: Target) -> Cause:
    """The cause at the time-out, which is never certain."""
    verdict = verdict_of(items, target=target)
    assert (verdict.outcome, verdict.t) == LATE
    assert verdict.cause is not None
    assert not verdict.cause.certain
    assert verdict.cause.sentence in verdict.sentence
    return verdict.cause


# ── what is not there ──

NO_NAMESPACE = 'namespace "default" does not exist (did you mean "prod"?)'
IN_IT = Scope("Namespace", "default")


@pytest.mark.parametrize("target", [WEB, ROLLOUT, LABELLED], ids=str)
def test_a_namespace_that_does_not_exist_is_the_cause(target: Target) -> None:
    said = pods.connected(0.5, "missing", f"{NO_NAMESPACE}; watching in case it comes", IN_IT)
    items = followed(said)
    assert told(items, target).endswith(f"; {NO_NAMESPACE}")
    assert cause_of(items, target).sentence == NO_NAMESPACE


def test_a_namespace_that_came_is_none() -> None:
    there = pods.connected(5, "live", "", IN_IT)
    items = [*begun(), pods.connected(0.5, "missing", NO_NAMESPACE, IN_IT), there]
    verdict = verdict_of(items)
    assert (verdict.outcome, verdict.t) == LATE
    assert verdict.sentence == "pod/web never came into being"
    assert verdict.cause is None


def test_a_name_that_is_close_is_offered() -> None:
    scope = Scope("Pod", "default", field_selector="metadata.name=web")
    items: list[StreamItem] = [opened(scope), replace(synced(0, scope), near="wbe")]
    assert told(items, WEB).endswith("; there is pod/wbe: did you mean that?")
    assert cause_of(items, WEB).sentence == "there is pod/wbe: did you mean that?"
    assert verdict_of([*items, added(pods.up(), 3)]).outcome is Outcome.MET


# ── what is ending ──


def test_a_pod_that_is_ending_says_why_it_still_is() -> None:
    items = [*begun(), CAME, modified(pods.being_deleted(BARE), 2)]
    assert "its deletion was requested" in told(items, WEB)
    assert "its deletion was requested" in cause_of(items, WEB).sentence
    assert "deleted at" in told([*items, deleted(BARE, 3)], WEB)


def test_a_workload_that_is_ending_names_its_finalizers() -> None:
    made = pods.deployment()
    meta = replace(
        made.metadata, deletion_timestamp=pods.at(2), finalizers=("shop.example.com/backup",)
    )
    items = followed(added(replace(made, metadata=meta), 1))
    assert "shop.example.com/backup" in told(items, ROLLOUT)
    assert cause_of(items, ROLLOUT).rule == "is-ending"


# ── what somebody has stopped ──


def paused(**counts: int) -> list[StreamItem]:
    made = pods.deployment(**counts)
    return followed(added(replace(made, spec=replace(made.spec, paused=True)), 1))


def test_a_paused_deployment_is_the_cause_with_the_way_out() -> None:
    cause = cause_of(paused(), ROLLOUT)
    assert cause.sentence.startswith("it is paused")
    assert cause.commands == ("kubectl rollout resume deployment/web -n default",)
    assert cause.commands[0] in told(paused(), ROLLOUT)


def test_a_paused_deployment_whose_rollout_is_done_is_ready() -> None:
    done = {"replicas": 2, "updated_replicas": 2, "available_replicas": 2}
    assert verdict_of(paused(**done), target=ROLLOUT).outcome is Outcome.MET


def test_a_paused_deployment_whose_pods_are_made_does_not_hide_what_is_wrong_with_them() -> None:
    by = pods.owned_by("ReplicaSet", "web-1", "set1")
    crash = had_crashed(pods.waiting("CrashLoopBackOff"), 1)
    own = replace(crash, metadata=replace(crash.metadata, owner_references=(by,)))
    items = [*paused(replicas=2, updated_replicas=2), added(pods.replica_set(1), 1), added(own, 2)]
    assert cause_of(items, ROLLOUT).pod == own


def test_a_suspended_job_is_the_cause_for_every_word() -> None:
    items = [*begun("Job"), added(pods.job(suspend=True), 1)]
    cause = cause_of(items, JOB)
    assert cause.sentence.startswith("it is suspended")
    assert "suspend" in cause.commands[0]
    assert verdict_of(items, target=JOB).results[0].waits == (
        "somebody to resume the Job: it is suspended",
    )


# ── a StatefulSet behind a Pod of its own ──


def database(*, policy: str = "OrderedReady", generation: int = 3) -> StatefulSet:
    """One that was rolled back to its revision `old`."""
    return StatefulSet(
        metadata=replace(pods.deployment().metadata, name="db", uid="db", generation=generation),
        spec=OwnerSpec(replicas=2, pod_management_policy=policy),
        status=OwnerStatus(
            observed_generation=3,
            replicas=2,
            ready_replicas=1,
            current_revision="old",
            update_revision="old",
        ),
    )


def replica(number: int, revision: str, one: Pod) -> Pod:
    meta = replace(
        one.metadata,
        name=f"db-{number}",
        uid=f"db{number}",
        labels={"controller-revision-hash": revision},
        owner_references=(pods.owned_by("StatefulSet", "db", "db"),),
    )
    return replace(one, metadata=meta)


def rolled_back(version: str = "v1.37.2", **made: Any) -> list[StreamItem]:
    scopes = [pods.scope_of(kind) for kind in ("Pod", "StatefulSet")]
    first = replica(0, "old", pods.up())
    broken = replica(1, "new", pods.pod(pods.status(pods.waiting("ImagePullBackOff"))))
    return [
        opened(*scopes, version=version),
        listed(database(**made)),
        listed(first),
        listed(broken),
        *(synced(0, scope) for scope in scopes),
    ]


def test_the_pod_that_blocks_a_rollback_is_named_with_the_way_out() -> None:
    cause = cause_of(rolled_back(), DB)
    assert cause.pod is not None
    assert cause.pod.metadata.name == "db-1"
    assert cause.commands == ("kubectl delete pod/db-1 -n default",)
    assert "Pod db-1 of an older revision" in told(rolled_back(), DB)
    assert verdict_of(rolled_back(), target=DB).pods[0].name == "db-1"


@pytest.mark.parametrize(
    ("version", "blocks"), [("v1.34.2", False), ("v1.35.0", True)], ids=["before", "since"]
)
def test_parallel_waits_for_it_since_1_35(version: str, blocks: bool) -> None:
    said = told(rolled_back(version, policy="Parallel"), DB)
    assert ("Pod db-1 of an older revision" in said) is blocks


def test_a_change_that_was_not_noticed_yet_is_waited_for() -> None:
    assert "controller to notice" in told(rolled_back(generation=4), DB)


def test_a_pod_that_is_made_anew_is_no_hindrance() -> None:
    again = replica(1, "new", pods.being_deleted(pods.pod()))
    assert "ready Pods: 1 of 2" in told([*rolled_back(), modified(again, 2)], DB)
