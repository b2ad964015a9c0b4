"""Which card is to be read: the newest that matters, and nothing that its Pod has overtaken."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.cards import STAYS, Card, Cards, of_moment, of_pod, reading_time
from podwatch.core.concepts import Weight, catalog
from podwatch.core.health import Health
from podwatch.core.kube import Pod
from podwatch.core.session import Session
from podwatch.core.stream import Deed, Ref, StreamItem, Tick
from podwatch.core.timeline import ExplainedEvent
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import (
    EVENTS,
    PODS,
    START,
    condition,
    ended,
    event,
    listed,
    opened,
    owned_by,
    status,
    synced,
    waiting,
)
from tests.renderers.dashboard.boards import (
    completed,
    crashing,
    creating,
    pod,
    running,
    seen,
)

SETTLES = 13.0
"""Seconds after a recording in which the last cards come, and what has not moved is told."""
STEP = 0.25


def watching(*before: Pod) -> Session:
    """A session in which these Pods were there from the first list on."""
    session = Session(catalog())
    fed(session, opened(), *map(listed, before), synced(0.1))
    return session


def fed(session: Session, *items: StreamItem) -> Board:
    for item in items:
        session.feed(item)
    return session.board


def failed(name: str, t: float) -> Pod:
    return crashing(name, 1, backing_off=False, ended=t, age=-1)


def of(card: Card | None) -> str:
    """Whose card it is."""
    assert card is not None
    return card.beat.ref.name


# ── the choice ──


def test_the_first_card_is_shown_at_once() -> None:
    session, cards = watching(), Cards()
    assert cards.shown(session.board, 0) is None
    assert cards.due(0) is None
    card = cards.shown(fed(session, seen(1, running("a"), "ADDED")), 1)
    assert of(card) == "a"
    assert cards.due(1) is None


def test_a_card_stays_for_four_seconds_and_then_the_newest_comes() -> None:
    session, cards = watching(), Cards()
    cards.shown(fed(session, seen(1, running("a"), "ADDED")), 1)
    later = fed(session, *(seen(t, running(name), "ADDED") for t, name in ((2, "b"), (2.5, "c"))))
    card = cards.shown(later, 1 + STAYS - 0.1)
    assert of(card) == "a"
    assert card is not None
    assert card.since > 0
    assert cards.due(1 + STAYS - 0.5) == pytest.approx(0.5)
    assert of(cards.shown(later, 1 + STAYS)) == "c"
    assert cards.due(1 + STAYS) is None


def test_trouble_of_the_same_pod_comes_at_once() -> None:
    session, cards = watching(running("a")), Cards()
    cards.shown(fed(session, seen(1, running("b"), "ADDED")), 1)
    card = cards.shown(fed(session, seen(1.5, failed("b", 1.5))), 1.5)
    assert card is not None
    assert (card.beat.kind, card.beat.weight) == ("ended", Weight.TROUBLE)


def test_trouble_of_another_pod_waits_until_the_card_was_read_and_comes_before_lighter_news() -> (
    None
):
    session, cards = watching(running("a")), Cards()
    cards.shown(fed(session, seen(1, running("b"), "ADDED")), 1)
    board = fed(session, seen(2, failed("a", 2)), seen(3, running("c"), "ADDED"))
    assert of(cards.shown(board, 3)) == "b"
    card = cards.shown(board, 1 + STAYS)
    assert of(card) == "a"
    assert card is not None
    assert card.since  # the newest is still to come
    assert of(cards.shown(board, 1 + 2 * STAYS)) == "c"


def test_trouble_of_long_ago_does_not_keep_the_newest_waiting() -> None:
    session = watching(running("a"))
    board = fed(session, seen(2, failed("a", 2)), seen(3 + STAYS, running("c"), "ADDED"))
    assert of(of_moment(board)) == "c"


def test_what_a_pod_has_overtaken_is_never_shown() -> None:
    session, cards = watching(), Cards()
    cards.shown(fed(session, seen(1, running("a"), "ADDED")), 1)
    board = fed(session, seen(2, running("b"), "ADDED"), seen(3, failed("b", 3)))
    card = cards.shown(board, 1 + STAYS)
    assert card is not None
    assert (of(card), card.beat.kind) == ("b", "ended")
    assert of_pod(board, card.beat.ref.key) == replace(card, since=0)


def test_what_happens_again_is_the_same_card_with_another_number() -> None:
    session, cards = watching(running("a")), Cards()
    first = cards.shown(fed(session, seen(1, failed("a", 1))), 1)
    again = crashing("a", 2, backing_off=False, ended=20, age=-1)
    second = cards.shown(fed(session, seen(20, again)), 20)
    assert first is not None
    assert second is not None
    assert first.beat.number == second.beat.number
    assert "2nd run" in second.fact


def test_after_a_long_time_only_the_newest_is_shown() -> None:
    session, cards = watching(), Cards()
    cards.shown(fed(session, seen(1, running("a"), "ADDED")), 1)
    board = fed(session, *(seen(t, running(f"p{t}"), "ADDED") for t in range(2, 180)))
    card = cards.shown(board, 180)
    assert of(card) == "p179"
    assert card is not None
    assert card.since == 0


# ── what is in scope ──


def test_only_what_is_in_scope_is_shown() -> None:
    session, cards = watching(), Cards()
    items = (seen(t, running(name), "ADDED") for t, name in ((1, "a"), (2, "b")))
    board = fed(session, *items)
    assert of(cards.shown(board, 2)) == "b"
    a = frozenset({("", "uid-default-a")})
    assert of(cards.shown(board, 2.1, a, "a")) == "a"
    assert of(of_moment(board, a)) == "a"
    assert of(cards.shown(board, 2.2)) == "b"
    assert cards.shown(board, 2.3, frozenset(), "nobody") is None


# ── several Pods ──

WEB = owned_by("ReplicaSet", "web-1", "rs-1")


def waits(name: str) -> Pod:
    """A Pod that no node fits."""
    message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."
    unfit = condition("PodScheduled", "False", "Unschedulable", message)
    made = pod(name, phase="Pending", owner=WEB, conditions=[unfit])
    return replace(made, spec=replace(made.spec, node_name=""))


def test_one_card_speaks_of_all_pods_with_the_same_trouble() -> None:
    session, cards = watching(), Cards()
    for number in range(40):
        board = fed(session, seen(1 + number / 40, waits(f"web-1-{number:02}"), "ADDED"))
        card = cards.shown(board, 1 + number / 40)
    assert card is not None
    assert card.pods == 40
    assert card.fact.startswith("40 Pods")
    assert card.since == 0


def test_a_card_does_not_speak_of_pods_that_go_on() -> None:
    session, cards = watching(), Cards()
    board = fed(session, *(seen(1, waits(f"web-1-{number}"), "ADDED") for number in range(3)))
    cards.shown(board, 1)
    board = fed(session, seen(2, creating("web-1-1", owner=WEB)))
    board = fed(session, seen(2.5, running("web-1-1", owner=WEB)))
    card = cards.shown(board, 3)
    assert card is not None
    assert [ref.name for ref in card.refs] == ["web-1-0", "web-1-2"]


# ── a cluster that was sick before ──


def test_the_worst_of_what_was_sick_before_is_shown_at_once() -> None:
    loop = [crashing(f"loop-{n}", 4, backing_off=True, ended=-5, age=99) for n in range(3)]
    board = watching(running("a"), completed("b"), failed("z", -9), *loop).board
    card = of_moment(board)
    assert card is not None
    assert card.beat.kind == "found"
    assert card.beat.ref.name.startswith("loop-")
    assert card.pods == 3


def test_what_only_events_say_of_a_sick_pod_is_told_once_they_are_listed() -> None:
    session = Session(catalog())
    vault = creating("vault")
    said = 'MountVolume.SetUp failed for volume "keys" : secret "keys" not found'
    told = event("FailedMount", vault, message=said, type_="Warning")
    before = fed(session, opened(PODS, EVENTS), listed(vault), synced(0.1))
    assert of_moment(before) is None
    card = of_moment(fed(session, listed(told, 0.2), synced(0.3, EVENTS)))
    assert card is not None
    assert (of(card), card.beat.kind) == ("vault", "found")
    assert "Secret keys" in card.fact
    assert len(fed(session, synced(9, EVENTS)).story) == 1


def test_news_come_after_what_was_sick_before() -> None:
    session, cards = watching(failed("z", -9), failed("y", -9)), Cards()
    first = cards.shown(session.board, 1)
    assert first is not None
    assert first.beat.kind == "found"
    assert cards.due(1) is None  # of what was there before nothing more comes
    assert of(cards.shown(fed(session, seen(2, running("a"), "ADDED")), 1 + STAYS)) == "a"


# ── cause and consequence ──


def test_what_only_follows_stands_below_its_cause() -> None:
    for name in ("job-fails", "container-fails"):
        shown = [card for card in readings(name) if card.card.follows]
        for reading in shown:
            assert reading.card.beat.weight == Weight.TROUBLE
            assert reading.card.follows[-1] == reading.card.newest
            assert reading.card.newest.because is not None
    over = status(ended("A", 1), "A")
    session = watching(running("a"))
    board = fed(
        session,
        seen(1, failed("a", 1)),
        seen(3, pod("a", over, phase="Failed", age=-1)),
    )
    card = of_moment(board)
    assert card is not None
    assert card.beat.kind == "ended"


def test_what_a_person_did_is_a_card() -> None:
    session = watching(running("a"))
    command = "kubectl delete pod a"
    deed = Deed(at=START, t=2, ref=Ref("default", "a", "uid-default-a"), command=command)
    card = of_moment(fed(session, deed))
    assert card is not None
    assert command in card.fact


# ── reading ──


def test_reading_takes_three_to_nine_seconds() -> None:
    session = watching(pod("a", status(waiting("ImagePullBackOff"))))
    card = of_moment(session.board)
    assert card is not None
    assert 3 <= reading_time(card) <= 9
    longer = replace(card, refs=card.refs * 1000)
    assert reading_time(card) <= reading_time(longer)


def test_what_happens_again_is_read_even_while_a_lesson_is_on_the_card() -> None:
    session, cards, now, facts = Session(catalog()), Cards(waited_for=True), 0.0, list[str]()
    for item in read(scenario("emptydir-survives").recording):
        session.feed(item)
        for _ in range(4):
            now += 10.0  # who reads has time for each card
            card = cards.shown(session.board, now)
            if card is not None:
                facts.append(card.concept.id if card.aside and card.concept else card.beat.fact)
    last = facts.index("exit 1, 2nd run; waits 10 s or more")
    assert facts.index("life-of-data") < last < facts.index("pod-phases")
    assert "exit 1, 3rd run; waits 20 s or more" in facts


def test_lessons_wait_for_a_question_that_they_may_answer() -> None:
    session, cards, now = Session(catalog()), Cards(waited_for=True), 0.0
    for item in read(scenario("single-container").recording):
        session.feed(item)
        for _ in range(4):
            now += 10.0  # who reads has time for each card
            card = cards.shown(replace(session.board, teaches=False), now)
            assert card is None or card.aside is None
    lessons = [cards.shown(session.board, now + 10.0 * n) for n in range(1, 4)]
    assert any(one is not None and one.aside is not None for one in lessons)


def test_all_that_a_beat_demonstrates_is_read_and_another_side_of_a_lesson_too() -> None:
    session, cards, now, read_ = Session(catalog()), Cards(waited_for=True), 0.0, list[str]()
    for item in read(scenario("pod-with-storage").recording):
        session.feed(item)
        for _ in range(6):
            now += 10.0  # who reads has time for each card
            card = cards.shown(session.board, now)
            if card is not None and card.aside is not None and card.aside.sentence not in read_:
                read_.append(card.aside.sentence)
    said = " ".join(read_)
    kept, bare = said.index("still have their files"), said.index("If a Deployment had owned"[3:])
    assert kept < bare < said.index("with the Pod its emptyDir volumes are gone")
    assert "this pod-with-storage has the same name and is another Pod" in said


# ── over all recordings ──


class Reading(NamedTuple):
    """What somebody read, from when on, and the Pod's row then and at its end."""

    t: float
    card: Card
    board: Board


@cache
def readings(name: str) -> list[Reading]:
    """What is read while a recording plays at its own pace, at each moment."""
    session, cards = Session(catalog()), Cards()
    items = list(read(scenario(name).recording))
    return list(_read(session, cards, items))


def _read(session: Session, cards: Cards, items: Sequence[StreamItem]) -> Iterator[Reading]:
    t, at, end = items[0].t, 0, items[-1].t + SETTLES
    while t <= end:
        while at < len(items) and items[at].t <= t:
            session.feed(items[at])
            at += 1
        due = session.wakes_at()
        if due is not None and due <= t:
            session.feed(Tick(t=t))
        board = session.board
        card = cards.shown(board, t) if board.synced else None
        if card is not None:
            yield Reading(t, card, board)
        t += STEP


every_recording = pytest.mark.parametrize("name", names())


@every_recording
def test_no_card_is_older_than_the_one_before(name: str) -> None:
    shown = readings(name)
    for (_, old, _), (_, new, _) in pairwise(shown):
        if new.newest.group != old.newest.group:
            assert new.newest.t >= old.newest.t, (old.fact, new.fact)


@every_recording
def test_no_card_at_rest_contradicts_the_row_of_its_pod(name: str) -> None:
    since, known = 0.0, 0
    for t, card, board in readings(name):
        if card.newest.number != known:
            since, known = t, card.newest.number
        row = board.row(card.beat.ref)
        if card.since or row is None or t - since < 1:
            continue
        # An Event may announce what the Pod's own fields don't show yet.
        announced = isinstance(card.beat.head, ExplainedEvent)
        trouble = card.beat.weight == Weight.TROUBLE and not announced
        assert not (trouble and row.health in {Health.READY, Health.ENDED}), (t, card.fact)
        well = card.beat.kind in {"ready", "running"}
        assert not (well and row.health in {Health.TROUBLE, Health.ENDED}), (t, card.fact)


@every_recording
def test_the_last_card_is_the_newest_beat_that_matters(name: str) -> None:
    _, card, board = readings(name)[-1]
    story = (group.lead for group in reversed(board.story) if group.lead.matters)
    assert card.newest.group == next(story).group
    assert card.since == 0
    first = next(one.t for one in readings(name) if one.card.newest.group == card.newest.group)
    assert first - card.newest.first_t <= STAYS + 2 * STEP


@every_recording
def test_a_card_that_its_pod_has_overtaken_goes_within_four_seconds(name: str) -> None:
    overtaken = None
    for t, card, board in readings(name):
        mine = [one for one in board.beats_of(card.beat.ref) if one.matters]
        stands = not mine or mine[-1].group == card.newest.group
        stands = stands or len(card.refs) > 1
        overtaken = None if stands else (overtaken if overtaken is not None else t)
        assert overtaken is None or t - overtaken <= STAYS, (t, card.fact)


@every_recording
def test_a_picture_shows_the_card_that_is_read_once_all_is_quiet(name: str) -> None:
    _, card, board = readings(name)[-1]
    picture = of_moment(board)
    assert picture is not None
    assert picture.newest.group == card.newest.group


def test_where_somebody_else_teaches_no_lesson_follows_its_beat() -> None:
    board = fed(Session(catalog()), *read(scenario("single-container").recording))
    for asides in (True, False):
        cards = Cards(waited_for=True, asides=asides)
        shown = [cards.shown(board, float(second)) for second in range(60)]
        assert any(card is not None and card.aside is not None for card in shown) is asides
