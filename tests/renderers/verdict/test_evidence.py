"""What a verdict is shown with agrees with what the dashboard shows."""

import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome
from podwatch.core.kube import Container
from podwatch.core.session import Session
from podwatch.core.startup import Waterfall
from podwatch.core.stream import StreamItem
from podwatch.core.timeline import ExplainedEvent
from podwatch.renderers.told import heading
from podwatch.renderers.verdict.evidence import MOMENTS, Bar, Evidence, gathered, story
from podwatch.renderers.verdict.json import line as verdict_line
from podwatch.renderers.verdict.moments import ToldMoment, moments
from podwatch.renderers.verdict.report import report
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.build import (
    added,
    at,
    ended,
    event,
    fed,
    feed,
    listed,
    observed,
    opened,
    pod,
    status,
    synced,
)
from tests.core.expectations.judging import BARE, WEB, begun, end_of

HALF_FAILED = pod(
    status(ended("A", 0), name="first"),
    status(ended("B", 1), name="second"),
    containers=[Container(name="first"), Container(name="second")],
    phase="Failed",
    restart_policy="Never",
)


def evidence(*items: StreamItem) -> Evidence:
    session = Session(catalog(), Expectations(targets=(WEB,)))
    feed(session, *items)
    return gathered(session.board, end_of(session), None, recorded=False, replay="")


def start_of(name: str, pod_name: str, until: float = 1e9) -> tuple[Waterfall, tuple[Bar, ...]]:
    """How a recorded Pod started, for the Pod view and for the report."""
    items = [item for item in read(scenario(name).recording) if item.t <= until]
    board = fed(items, catalog()).board
    (row,) = [row for row in board.rows if row.ref.name == pod_name]
    told = story(board, row.ref)
    assert told is not None
    return board.start_of(row), told.waterfall


@pytest.mark.parametrize(
    ("version", "shown"), [("v1.34.0", "Completed"), ("v1.35.0", "Error")], ids=["1.34", "1.35"]
)
def test_the_status_of_a_story_is_the_one_of_the_servers_version(version: str, shown: str) -> None:
    (told,) = evidence(opened(version=version), listed(HALF_FAILED), synced()).stories
    assert told.status == shown


def test_of_a_long_timeline_only_the_end_is_shown() -> None:
    made = evidence(opened(), listed(HALF_FAILED), synced())
    lines = tuple(ToldMoment(n, "phase", f"line {n};") for n in range(MOMENTS + 5))
    made = replace(made, stories=tuple(replace(one, timeline=lines) for one in made.stories))
    text = report(made, 4)
    assert "5 earlier lines are left out" in text
    assert [f"line {n};" in text for n in (4, 5, MOMENTS + 4)] == [False, True, True]
    (shown,) = json.loads(verdict_line(made, 4))["pods"]
    assert [one["sentence"] for one in shown["timeline"]] == [one.sentence for one in lines[5:]]


def test_a_verdict_after_the_last_day_of_the_calendar_has_no_date() -> None:
    at_the_end = replace(opened(), at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    made = evidence(at_the_end, synced())
    assert (made.verdict.outcome, made.at) == (Outcome.TIMED_OUT, None)


def test_the_bars_of_a_report_end_with_the_stages_of_the_pod_view() -> None:
    start, bars = start_of("init-containers", "shop")
    steps = ["scheduled", "network, volumes", "init containers", "image, start", "ready"]
    assert [bar.name for bar in bars] == steps
    assert start.created_t is not None
    assert start.seconds is not None
    assert bars[-1].end == pytest.approx(start.created_t + start.seconds)


def test_a_static_pod_is_not_shown_to_wait_for_the_scheduler() -> None:
    _, bars = start_of("static-pod", "from-a-file-podwatch-worker", until=2.0)
    assert [(bar.name, bar.end) for bar in bars] == [("image, start", None)]


# ── equal Events ──


def failing(n: int, *, uid: str, count: int, since: float, seen: float) -> StreamItem:
    made = event("Unhealthy", BARE, message="503", count=count, seen=seen, type_="Warning", uid=uid)
    return observed("MODIFIED", replace(made, first_timestamp=at(since)), n)


def test_events_that_say_the_same_are_one_line() -> None:
    other = event("Unhealthy", BARE, message="refused", seen=9, type_="Warning", uid="other")
    made = evidence(
        *begun("Event"),
        added(BARE, 1),
        failing(2, uid="a", count=1, since=2, seen=2),
        failing(3, uid="a", count=20, since=2, seen=150),
        observed("ADDED", other, 4),
        failing(5, uid="b", count=1, since=182, seen=182),
    )
    (told,) = made.stories
    told_of = [
        (one.t, one.times, one.over) for one in told.timeline if one.what.endswith("healthy")
    ]
    assert told_of == [(2, 22, 180)]
    assert told.warnings == ("Unhealthy: 503 (x21 over 3m)", "Unhealthy: refused")
    text = report(made, 4)
    assert text.count("Unhealthy: 503 (x21 over 3m)") == 1
    assert text.count("(x22 over 3m)") == 1
    (shown,) = json.loads(verdict_line(made, 4))["pods"]
    assert [one["times"] for one in shown["timeline"] if "healthy" in one["what"]] == [22]


def test_a_beat_of_which_the_events_are_not_kept_any_more_is_a_line_all_the_same() -> None:
    session = Session(catalog())
    for item in read(scenario("liveness-kill").recording):
        session.feed(item)
    beats = [beat for known in session.board.beats.values() for beat in known]
    told = [replace(one, parts=()) for one in beats if isinstance(one.head, ExplainedEvent)]
    heads = [one.head for one in told if isinstance(one.head, ExplainedEvent)]
    assert [one.what for one in moments(told)] == [heading(head) for head in heads] != []
