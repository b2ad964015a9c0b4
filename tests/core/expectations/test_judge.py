"""The verdict falls at its own instant, whenever it is noticed."""

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target, Verdict
from podwatch.core.expectations.verdict import Role
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from tests import build as pods
from tests.build import added, feed, listed, modified, opened, synced
from tests.core.expectations.judging import (
    BARE,
    CAME,
    FAILED,
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


# ── several targets ──

OTHER = Target("Pod", "default", "db")
THIRD = Target("Pod", "default", "cache")
ALL = (WEB, OTHER, THIRD)
TWO_FAIL: list[StreamItem] = [
    *begun(),
    CAME,
    added(pods.pod(name="db"), 1),
    added(pods.up("cache"), 1),
    modified(replace(FAILED, metadata=replace(FAILED.metadata, name="db", uid="uid-db")), 5),
    modified(FAILED, 9),
]


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    return {one.target.name: one.outcome for one in verdict.results if one.role is Role.FOR}


def test_the_first_target_that_is_violated_is_the_verdict_and_the_others_are_not_judged() -> None:
    verdict = verdict_of(TWO_FAIL, targets=ALL)
    assert (verdict.outcome, verdict.t) == violated(5)
    assert outcomes(verdict) == {
        "web": Outcome.NOT_JUDGED,
        "db": Outcome.VIOLATED,
        "cache": Outcome.MET,
    }
    assert [ref.name for ref in verdict.pods] == ["db"]


def test_keep_going_judges_each_target_to_its_end() -> None:
    verdict = verdict_of(TWO_FAIL, targets=ALL, keep_going=True, never=(word("oom-killed"),))
    assert (verdict.outcome, verdict.t) == violated(9)
    assert outcomes(verdict) == {
        "web": Outcome.VIOLATED,
        "db": Outcome.VIOLATED,
        "cache": Outcome.MET,
    }
    assert verdict.sentence.startswith("pod/db will not get ready or succeed: ")
    assert verdict.sentence.endswith("; not met either: pod/web")
    assert {ref.name for ref in verdict.pods} == {"web", "db"}
    held = [one for one in verdict.results if one.role is Role.NEVER]
    assert [(one.target.name, one.outcome) for one in held] == [
        ("web", Outcome.NOT_JUDGED),
        ("db", Outcome.NOT_JUDGED),
        ("cache", Outcome.MET),
    ]


def test_keep_going_waits_for_the_others_until_the_deadline_and_failed_is_the_worst() -> None:
    verdict = verdict_of(TWO_FAIL[:-1], targets=ALL, keep_going=True)
    assert (verdict.outcome, verdict.t) == violated(60)
    assert outcomes(verdict) == {
        "web": Outcome.TIMED_OUT,
        "db": Outcome.VIOLATED,
        "cache": Outcome.MET,
    }
    assert verdict.sentence.endswith("; not met either: pod/web")


def test_what_is_decided_meanwhile_is_said_at_once() -> None:
    wanted = Expectations(targets=ALL, timeout=60.0, stable=0.0, keep_going=True)
    session = Session(catalog(), wanted)
    for item in TWO_FAIL[:-1]:
        session.feed(item)
    assert session.judge is not None
    pending = session.judge.pending()
    assert pending is not None
    assert [str(target) for target, _ in pending.waiting] == ["pod/web"]
    (against,) = pending.against
    assert against.startswith("pod/db will not get ready or succeed: ")


def test_what_must_not_happen_did_not_when_time_is_up() -> None:
    verdict = verdict_of([*begun(), CAME], never=(word("oom-killed"),))
    assert [one.outcome for one in verdict.results] == [Outcome.TIMED_OUT, Outcome.MET]


def test_with_any_the_other_words_are_not_judged_even_if_they_are_impossible() -> None:
    verdict = verdict_of([*begun(), added(FAILED, 1)], "ready", "failed", any_=True)
    assert [one.outcome for one in verdict.results] == [Outcome.NOT_JUDGED, Outcome.MET]
