"""What a target needs to be known, and what is said where it is not."""

from podwatch.core.expectations import Outcome
from podwatch.core.expectations.expectation import Budget
from podwatch.core.stream import ConnectionState, StreamItem
from tests import build as pods
from tests.build import added, connected, listed, opened, synced
from tests.core.expectations.judging import (
    CAME,
    LABELLED,
    LATE,
    ROLLOUT,
    begun,
    judged,
    met,
    verdict_of,
)


def test_a_target_that_never_comes_is_said_so() -> None:
    assert verdict_of(begun()).sentence == "pod/web never came into being"
    absent = verdict_of(begun(), target=LABELLED).sentence
    assert absent == "no Pod was ever selected by -l app=web"


def test_a_cluster_that_is_away_at_the_deadline_is_unavailable() -> None:
    items = [*begun(), CAME, connected(9, ConnectionState.RECONNECTING, "refused")]
    assert judged(items) == (Outcome.UNAVAILABLE, 60)
    assert judged([*items, connected(20, ConnectionState.LIVE, "")]) == LATE


def test_an_owner_that_may_not_be_read_is_unavailable_at_once() -> None:
    deployments = pods.scope_of("Deployment")
    refused = connected(1, ConnectionState.FORBIDDEN, "may not list", deployments)
    verdict = verdict_of([opened(pods.PODS, deployments), refused], target=ROLLOUT)
    assert (verdict.outcome, verdict.t) == (Outcome.UNAVAILABLE, 1)
    assert verdict.sentence == "may not list"


def test_what_a_verdict_falls_for_is_no_note_and_nothing_else_is_said_to_be_awaited() -> None:
    deployments, nodes = pods.scope_of("Deployment"), pods.scope_of("Node")
    on = "; podwatch goes on without them"
    verdict = verdict_of(
        [
            opened(pods.PODS, deployments, nodes),
            connected(1, ConnectionState.FORBIDDEN, f"no nodes{on}", nodes),
            connected(1, ConnectionState.FORBIDDEN, f"no deployments{on}", deployments),
        ],
        target=ROLLOUT,
    )
    assert verdict.sentence == "no deployments"
    assert verdict.notes == ("no nodes",)
    assert [result.waits for result in verdict.results] == [()]


def test_events_that_may_not_be_read_are_missed_only_by_a_budget_that_needs_them() -> None:
    refused = connected(1, ConnectionState.FORBIDDEN, "no events", pods.EVENTS)
    items: list[StreamItem] = [
        opened(pods.PODS, pods.EVENTS),
        synced(0),
        refused,
        added(pods.up(), 2),
    ]
    verdict = verdict_of(items)
    assert (verdict.outcome, verdict.notes) == (Outcome.MET, ("no events",))
    assert judged(items, within=(Budget("pulled", 9.0),)) == (Outcome.UNAVAILABLE, 1)


def test_a_budget_that_needs_events_waits_for_their_list() -> None:
    items: list[StreamItem] = [opened(pods.PODS, pods.EVENTS), listed(pods.up()), synced(0)]
    wanted = (Budget("pulled", 9.0),)
    assert judged([*items, synced(3, pods.EVENTS)], within=wanted) == met(3)
    assert judged(items, within=wanted) == (Outcome.UNAVAILABLE, 60)
