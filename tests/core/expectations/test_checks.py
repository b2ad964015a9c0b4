"""How sequences, budgets and what must never happen stand."""

from typing import Any

import pytest
from msgspec.structs import replace

from podwatch.core.expectations import Outcome
from podwatch.core.expectations.expectation import Budget
from podwatch.core.kube import Pod
from tests import build as pods
from tests.build import added, listed, modified, opened, synced
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    LABELLED,
    ROLLOUT,
    SUCCEEDED,
    begun,
    crashed,
    current,
    judged,
    met,
    verdict_of,
    violated,
    word,
)

# ── sequences ──


def test_phases_are_met_in_order() -> None:
    once = replace(BARE.spec, restart_policy="Never")
    items = [*begun(), added(replace(BARE, spec=once), 1)]
    items += [modified(replace(pods.up(), spec=once), 2), modified(SUCCEEDED, 5)]
    assert judged(items, sequence=("Pending", "Running", "Succeeded")) == met(5)
    wrong = verdict_of(items, sequence=("Running", "Failed"))
    assert (wrong.outcome, wrong.t) == violated(5)
    assert "went Pending, Running, Succeeded" in wrong.sentence


def labelled(name: str, phase: str) -> Pod:
    over = [pods.status(pods.ended("A", 0), "A")] if phase == "Succeeded" else []
    return pods.pod(
        *over, name=name, phase=phase, labels={"app": "web"}, restart_policy="Never", node="worker"
    )


@pytest.mark.parametrize(
    ("wanted", "t"),
    [({"sequence": ("Pending", "Running")}, 20), ({"words": (word("status=Completed"),)}, 23)],
)
def test_who_is_there_already_does_not_refuse_it_to_the_others(
    wanted: dict[str, Any], t: float
) -> None:
    items = [*begun(), added(labelled("a", "Pending"), 1), added(labelled("b", "Pending"), 1)]
    items += [modified(labelled("a", "Running"), 2), modified(labelled("a", "Succeeded"), 5)]
    items += [modified(labelled("b", "Running"), 20), modified(labelled("b", "Succeeded"), 23)]
    assert judged(items, target=LABELLED, **{"words": (), **wanted}) == met(t)


# ── what must never happen ──


def test_what_must_never_happen_violates() -> None:
    items = [*begun(), CAME, crashed(0), modified(pods.up(), 30)]
    assert judged(items, "ready", never=(word("status=CrashLoopBackOff"),)) == violated(10)


def test_what_must_never_happen_is_asked_of_failed_pods_too() -> None:
    owner = pods.owned_by("ReplicaSet", "web-2", "set2")
    evicted = pods.pod(name="web-2-a", phase="Failed", reason="Evicted", owner=owner)
    items = [*current(pods.deployment(2, 2, **DONE)), added(evicted, 1)]
    items.append(synced(2, pods.scope_of("Deployment")))
    assert judged(items, target=ROLLOUT)[0] is Outcome.MET
    never = (word("status=Evicted"),)
    verdict = verdict_of(items, target=ROLLOUT, never=never, stable=5.0)
    assert verdict.sentence.startswith("deployment/web: Pod web-2-a shows status=Evicted")


@pytest.mark.parametrize("text", ["failed", "phase=Failed"])
def test_what_must_never_happen_is_asked_of_each_pod_of_a_workload(text: str) -> None:
    owner = pods.owned_by("ReplicaSet", "web-2", "set2")
    items = [*current(pods.deployment(2, 2)), added(pods.pod(name="web-2-b", owner=owner), 2)]
    evicted = pods.pod(name="web-2-a", phase="Failed", reason="Evicted", owner=owner)
    verdict = verdict_of([*items, added(evicted, 3)], target=ROLLOUT, never=(word(text),))
    assert (verdict.outcome, verdict.t) == violated(3)
    assert verdict.sentence == (
        f"deployment/web: Pod web-2-a shows {text}, which must never happen"
    )


# ── budgets ──


def test_a_budget_counts_from_the_pods_creation() -> None:
    wanted = (Budget("scheduled", 5.0),)
    verdict = verdict_of([*begun(), added(BARE, 10)], within=wanted)
    assert (verdict.outcome, verdict.t) == violated(15)
    assert "not scheduled after 5 s" in verdict.sentence
    assert judged([*begun(), added(BARE, 10), modified(pods.up(), 14.9)], within=wanted) == met(
        14.9
    )


def test_a_budget_of_a_pod_that_was_there_counts_from_the_start() -> None:
    wanted = (Budget("ready", 5.0),)
    assert judged([opened(), listed(BARE, 0.2), synced(0.2)], within=wanted) == violated(5)
