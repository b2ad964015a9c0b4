"""The verdict falls at its own instant, whenever it is noticed."""

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from tests import build as pods
from tests.build import feed, listed, modified, opened, synced
from tests.core.expectations.judging import (
    BARE,
    CAME,
    LATE,
    WEB,
    begun,
    had_crashed,
    judged,
    met,
    verdict_of,
    violated,
    word,
)


def test_a_pod_is_met_when_it_is_ready() -> None:
    assert judged([*begun(), CAME, modified(pods.up(), 4)]) == met(4)


def test_nothing_is_judged_before_the_list_is_complete() -> None:
    assert judged([opened(), listed(pods.up("web"), 0), synced(3)]) == met(3)


@pytest.mark.parametrize("name", ["crash-loop-back-off", "status=CrashLoopBackOff"])
def test_what_is_there_at_the_start_counts(name: str) -> None:
    looping = had_crashed(pods.waiting("CrashLoopBackOff"), 1)
    there: list[StreamItem] = [opened(), listed(looping), synced(0)]
    assert judged(there, never=(word(name),)) == violated(0)
    assert judged(there, name) == met(0)


def test_time_is_up_at_the_deadline_and_it_is_said_what_is_missing() -> None:
    assert judged([*begun(), CAME]) == LATE
    (result,) = verdict_of([*begun(), CAME]).results
    assert result.waits == ("Pod web waits for a node, from the scheduler",)


@pytest.mark.parametrize("ready", [True, False])
def test_a_time_out_of_zero_looks_once(ready: bool) -> None:
    there = pods.up("web") if ready else pods.pod()
    session = Session(catalog(), Expectations(targets=(WEB,), timeout=0.0))
    feed(session, opened(), listed(there, 1.5), synced(1.5))
    assert session.judge is not None
    verdict = session.end().verdict
    assert verdict is not None
    assert (verdict.outcome, verdict.t) == (Outcome.MET if ready else Outcome.TIMED_OUT, 1.5)


def test_an_item_after_the_deadline_comes_too_late() -> None:
    assert judged([*begun(), CAME, modified(pods.up(), 60.5)]) == LATE


def test_a_tick_changes_nothing_about_the_instant() -> None:
    items = [*begun(), CAME]
    assert verdict_of([*items, Tick(t=63.7)]) == verdict_of(items)


def test_what_came_after_the_verdict_is_not_on_the_board() -> None:
    session = Session(catalog(), Expectations(targets=(WEB,), timeout=60.0))
    for item in [*begun(), CAME, modified(pods.up(), 90)]:
        session.feed(item)
    assert session.board.rows[0].pod == BARE
