"""The story: what is told once, over all bundled recordings."""

from collections import Counter
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from podwatch.core.beat import Beat, Telling
from podwatch.core.concepts import catalog
from podwatch.core.kube import Container, Pod
from podwatch.core.kube.container_spec import Probe
from podwatch.core.kube.meta import Empty
from podwatch.core.rows import REMEMBER_GONE
from podwatch.core.session import Session
from podwatch.core.story import GONE_LIMIT, Narrator
from podwatch.core.stream import StreamItem, Tick
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition
from podwatch.scenarios import FOLDER
from podwatch.sources.recording import read
from tests.build import (
    EVENTS,
    PODS,
    added,
    condition,
    connected,
    deleted,
    ended,
    event,
    fed,
    listed,
    modified,
    opened,
    pod,
    running,
    status,
    synced,
    waiting,
)

LESSONS = sorted(path.parent.name for path in FOLDER.glob("*/recording.jsonl"))


def items_of(lesson: str) -> Iterator[StreamItem]:
    yield from read(FOLDER / lesson / "recording.jsonl")


def tellings_of(lesson: str) -> list[Telling]:
    session, told = Session(catalog()), list[Telling]()
    for item in items_of(lesson):
        told += session.feed(item).beats
    return told + list(session.end().beats)


def told_of(lesson: str) -> list[str]:
    return [one.beat.fact for one in tellings_of(lesson) if one.told]


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_transition_and_event_is_in_one_beat(lesson: str) -> None:
    session, added = Session(catalog()), Counter[int]()
    kept: list[object] = []
    for item in items_of(lesson):
        update = session.feed(item)
        news = (ExplainedTransition, ExplainedEvent)
        kept += [entry for entry in update.entries if isinstance(entry, news)]
        added.update(id(part) for one in update.beats for part in one.added)
    added.update(id(part) for one in session.end().beats for part in one.added)

    assert [added[id(entry)] for entry in kept] == [1] * len(kept)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_story_is_the_same_with_ticks_in_between(lesson: str) -> None:
    ticking, told = Session(catalog()), list[tuple[int, str, int]]()
    t = 0.0
    for item in items_of(lesson):
        while t + 0.4 < item.t:
            t += 0.4
            told += map(_said, ticking.feed(Tick(t=t)).beats)
        t = max(t, item.t)
        told += map(_said, ticking.feed(item).beats)
    told += map(_said, ticking.end().beats)

    assert told == [_said(one) for one in tellings_of(lesson)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_rows_of_a_story_are_in_the_order_in_which_things_happened(lesson: str) -> None:
    session = Session(catalog())
    for item in items_of(lesson):
        session.feed(item)
        moments = [group.lead.t for group in session.story.rows.in_order()]
        assert moments == sorted(moments)
        for beats in session.story.pods.values():
            assert [beat.t for beat in beats] == sorted(beat.t for beat in beats)


def test_a_cause_comes_before_what_it_causes() -> None:
    causes = {
        beat.fact: beat.because.fact
        for beat in map(_beat, tellings_of("graceful-end"))
        if beat.because is not None
    }

    assert causes["exit 143: SIGTERM stopped it in 1 s"] == "deletion requested: 30 s to stop"


def test_what_happens_again_counts_up_in_place() -> None:
    exits = [one.beat for one in tellings_of("crash-loop") if one.beat.kind == "ended"]

    assert len({beat.number for beat in exits}) == 1
    assert exits[-1].times == 3


def test_what_a_pod_was_found_in_is_not_told_again() -> None:
    crashed = pod(status(ended("A", finished=1), restarts=2), node="worker", phase="Running")
    message = "Back-off restarting failed container app in pod web"
    again = event("BackOff", crashed, container="app", message=message, type_="Warning")
    session = fed([opened(PODS, EVENTS)], catalog())
    items = (listed(crashed), synced(), synced(scope=EVENTS), added(again, 2), Tick(t=30))
    told = [one for item in items for one in session.feed(item).beats]

    assert [one.beat.kind for one in told if one.told] == ["found"]
    assert {one.beat.number for one in told} == {1}
    assert len(told[-1].beat.parts) == 3


def test_a_probe_that_fails_again_belongs_to_the_pod_that_was_found_not_ready_for_it() -> None:
    probe = Probe(exec=Empty(), period_seconds=3)
    sick = pod(
        status(running(-80), "A"),
        containers=[Container(name="app", image="busybox:1.36", readiness_probe=probe)],
        conditions=[condition("Ready", "False", reason="ContainersNotReady")],
        created=-90,
        node="worker",
        phase="Running",
    )
    said = "Readiness probe failed: cat: can't open '/nope': No such file or directory"
    failed = event("Unhealthy", sick, container="app", message=said, type_="Warning", count=9)
    session = fed([opened(PODS, EVENTS)], catalog())
    again = replace(failed, count=10)
    first = (listed(sick), synced(), listed(failed), synced(scope=EVENTS))
    items = (*first, modified(again, 5), Tick(t=30))
    told = [one for item in items for one in session.feed(item).beats]

    assert [one.beat.kind for one in told if one.told] == ["found"]


def test_a_silence_names_the_trouble_that_was_told_last() -> None:
    stalls = [one.beat for one in tellings_of("missing-image") if one.beat.kind == "stalled"]

    assert {beat.because.kind for beat in stalls if beat.because is not None} == {"pull-failed"}
    assert sum(one.told for one in tellings_of("missing-image") if one.beat.kind == "stalled") == 1


def test_a_crash_loop_is_not_told_again_when_its_status_changes() -> None:
    over = ended("A", began=0, finished=3)
    message = "back-off 40s restarting failed container=app pod=web"
    first = pod(status(running(0), "A", restarts=2), node="worker", phase="Running")
    exited = pod(status(over, restarts=2, last=over), node="worker", phase="Running")
    paused = pod(
        status(waiting("CrashLoopBackOff", message), "A", restarts=2, last=over),
        node="worker",
        phase="Running",
    )
    session = fed([opened(PODS, EVENTS), synced(), synced(scope=EVENTS)], catalog())
    items = (added(first, 1), modified(exited, 4), Tick(t=16), modified(paused, 18), Tick(t=40))
    told = [one for item in items for one in session.feed(item).beats]

    assert sum(one.beat.kind == "stalled" and one.told for one in told) == 1


def test_pods_stand_in_one_row_for_one_cause_and_not_for_one_state() -> None:
    def crashed(name: str, code: int, reason: str, ran: float) -> Pod:
        over = ended("A", code, reason, began=0, finished=ran)
        waits = status(over, restarts=2, last=over)
        return pod(waits, name=name, uid=name, node="worker", phase="Running")

    def starting(name: str) -> Pod:
        return pod(status(running(0)), name=name, uid=name, node="worker", phase="Running")

    pods = [("a", 1, "", 2.0), ("b", 1, "", 3.0), ("c", 137, "OOMKilled", 2.0)]
    session = fed([opened(PODS, EVENTS), synced(), synced(scope=EVENTS)], catalog())
    for name, *_ in pods:
        session.feed(added(starting(name), 1))
    for one in pods:
        session.feed(modified(crashed(*one), 4))
    session.feed(Tick(t=16))
    rows = [group for group in session.board.story if group.lead.kind == "stalled"]

    assert [[ref.name for ref in group.refs] for group in rows] == [["a", "b"], ["c"]]


def test_pulls_are_counted_by_their_events() -> None:
    pulls = [one.beat for one in tellings_of("missing-image") if one.beat.kind == "pull-failed"]

    assert pulls[-1].fact.endswith(", try 2")


def test_of_pods_that_are_gone_for_long_only_the_newest_are_known() -> None:
    there = pod(name="there", uid="there")
    gone = [pod(name=f"web-{number}", uid=str(number)) for number in range(GONE_LIMIT + 5)]
    session = fed([opened(), synced(), added(there), *map(added, gone)], catalog())
    for one in gone:
        session.feed(deleted(one, 5))
    assert len(session.story.pods) == len(gone) + 1

    session.feed(connected(6 + REMEMBER_GONE, "live"))
    uids = {beats[-1].ref.uid for beats in session.story.pods.values()}

    assert uids == {"there", *(one.metadata.uid for one in gone[5:])}


def test_a_row_is_not_about_ever_more_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podwatch.core.story_rows.ROW_LIMIT", 3)
    session = fed([opened(), synced()], catalog())
    for number in range(5):
        for version in (running(0), ended("A", 1, "Error", began=0, finished=2.0)):
            one = status(version)
            session.feed(added(pod(one, name=f"job-{number}", uid=str(number), phase="Running")))

    assert [row.pods for row in session.board.story if row.lead.kind == "ended"] == [3, 2]


def test_a_fork_goes_its_own_way() -> None:
    story = Session(catalog()).story
    other = story.copy()

    assert isinstance(other, Narrator)
    assert other.pods is not story.pods


def _beat(one: Telling) -> Beat:
    return one.beat


def _said(one: Telling) -> tuple[int, str, int]:
    return (one.beat.number, one.beat.fact, one.nth)


def test_who_comes_in_place_of_a_pod_is_told_in_a_row_of_its_own() -> None:
    session = Session(catalog())
    for item in items_of("emptydir-lost"):
        session.feed(item)
    starts = [row for row in session.board.story if row.lead.kind in {"created", "scheduled"}]
    assert [row.pods for row in starts] == [1, 1, 1, 1]


def test_pods_in_one_row_have_one_fact_but_for_their_nodes() -> None:
    session = Session(catalog())
    for item in items_of("node-crash"):
        session.feed(item)
        for row in session.board.story:
            if row.pods > 1 and "being deleted" in row.lead.common_fact:
                pods = [session.board.row(ref) for ref in row.refs]
                assert all(pod is None or pod.pod.metadata.deletion_timestamp for pod in pods)
    two = next(row.lead for row in session.board.story if row.lead.kind == "scheduled")
    assert (two.common_fact, two.fact) == ("scheduled", "scheduled to node podwatch-worker")
