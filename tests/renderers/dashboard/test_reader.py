"""A paced replay of bundled lessons: each card is up long enough, in the order of events."""

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import pytest

from podwatch.app.deeds import played_items
from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.core.board import Update
from podwatch.core.cards import Card
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import Deed
from podwatch.renderers import Renderer
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.keys import Key
from podwatch.renderers.dashboard.reader import Reader
from podwatch.renderers.dashboard.view_state import Region, ViewState
from podwatch.renderers.playback import Lesson, Player
from podwatch.scenarios import names, scenario
from tests.renderers.dashboard.drawn import Clock

LESSON = Lesson("Title", "Summary.", "Watch this.", "The point.", "podwatch demo next", "Next")


@dataclass
class Up:
    """What was on the card, and from when on; `t` is the recording's time then."""

    read: Card | CardTexts
    since: float
    t: float


@dataclass
class Watching(Renderer):
    """A reader without a screen: it looks whenever something can have changed."""

    player: Player
    clock: Clock
    reader: Reader
    up: list[Up] = field(default_factory=list)
    done: bool = False
    update: Update = field(default_factory=Update)

    def key(self, name: str) -> None:
        self.done = name == "q"

    def show(self, update: Update) -> None:
        self.update = update
        self.reader.take(update, update.board, ViewState(), self.clock())

    def frame(self) -> float | None:
        look = self.reader.reads(self.update.board(), ViewState(), self.clock(), stopped=False)
        read = look.slide or look.card
        if read is not None and (not self.up or told(self.up[-1].read) != told(read)):
            self.up.append(Up(read, self.clock(), self.update.t))
        return self.reader.due(self.clock())


def told(read: Card | CardTexts) -> object:
    """What tells one card from another: it may be brought up to date while it is read."""
    if isinstance(read, CardTexts):
        return read.fact
    if read.aside is not None:
        return read.aside.concept.id
    return (read.newest.group, read.newest.told_times, read.concept and read.concept.id)


@cache
def watched(name: str) -> Watching:
    """A lesson that is played and looked at until nothing more comes."""
    clock = Clock()
    player = Player(1.0, paced=True, length=60.0, monotonic=clock)

    def wait(seconds: float | None) -> Key | None:
        if seconds is None:
            return Key("q")
        clock.now += max(seconds, 1e-6)
        return None

    feed = ReplayFeed(played_items(scenario(name).recording), player, wait, hold=True)
    made = Watching(player, clock, Reader(player, LESSON))
    run(feed, Session(catalog()), made)
    return made


every_lesson = pytest.mark.parametrize("name", names())


@every_lesson
def test_a_lesson_begins_with_what_to_watch_for_and_ends_with_its_point(name: str) -> None:
    first, *cards, last = (one.read for one in watched(name).up)
    assert isinstance(first, CardTexts)
    assert ("watch for", "Watch this.") in first.note
    assert isinstance(last, CardTexts)
    assert last.sentence == "The point."
    assert last.tries == ("podwatch demo next",)
    assert cards
    assert all(isinstance(one, Card) for one in cards)


@every_lesson
def test_each_card_is_up_long_enough_to_be_read_and_nothing_is_waited_for_long(name: str) -> None:
    least = min(LEAST_SECONDS, AGAIN_SECONDS)
    for one, other in pairwise(watched(name).up):
        assert least - 0.2 <= other.since - one.since < 14.0, told(one.read)


LEAST_SECONDS, AGAIN_SECONDS = 3.0, 2.0


@every_lesson
def test_the_cards_come_in_the_order_of_what_happened(name: str) -> None:
    moments = [one.read.newest.t for one in watched(name).up if isinstance(one.read, Card)]
    assert moments == sorted(moments)


@every_lesson
def test_each_deed_is_on_a_card(name: str) -> None:
    items = played_items(scenario(name).recording)
    deeds = [one.command for one in items if isinstance(one, Deed)]
    cards = [one.read.beat for one in watched(name).up if isinstance(one.read, Card)]
    assert [one.head.command for one in cards if isinstance(one.head, Deed)] == deeds


@pytest.mark.parametrize(
    ("name", "lesson"),
    [
        ("single-container", "pod"),
        ("two-containers", "several-containers"),
        ("two-containers", "shared-network"),
        ("same-port", "shared-network"),
        ("sidecar", "several-containers"),
        ("deployment", "container-pod-deployment"),
        ("crash-loop", "pod-phases"),
        ("emptydir-survives", "volumes"),
        ("emptydir-survives", "life-of-data"),
        ("emptydir-lost", "volumes"),
        ("emptydir-lost", "life-of-data"),
        ("persistent-volume", "volumes"),
        ("persistent-volume", "life-of-data"),
        ("pod-replaced", "disposable"),
        ("pod-with-storage", "life-of-data"),
        ("app-with-logger", "shared-network"),
        ("deployment", "shared-network"),
        ("bare-pod-deleted", "bare-pod"),
    ],
)
def test_a_lesson_that_it_demonstrates_is_a_card_of_its_own(name: str, lesson: str) -> None:
    read = [one.read for one in watched(name).up if isinstance(one.read, Card)]
    asides = [one.aside for one in read if one.aside]
    assert lesson in {one.concept.id for one in asides}
    assert len({one.key for one in asides}) == len(asides), "each side of it once"


def test_a_replay_that_waits_for_nobody_holds_nothing() -> None:
    clock = Clock()
    player = Player(1.0, monotonic=clock)
    player.begin(0.0)
    player.reach(0.0, 5.0)
    made = Watching(player, clock, Reader(player, None))
    session = Session(catalog())
    for item in played_items(scenario("single-container").recording):
        made.show(session.feed(item))
    made.frame()
    assert player.seconds_until(5.0) == 5.0


def test_what_is_skipped_is_read_and_the_next_card_follows_at_once() -> None:
    clock = Clock()
    player = Player(1.0, paced=True, monotonic=clock)
    made = Watching(player, clock, Reader(player, LESSON))
    session = Session(catalog())
    for item in played_items(scenario("single-container").recording):
        made.show(session.feed(item))
        if made.update.beats:
            break
    made.frame()
    assert made.reader.skip(clock())  # its lesson follows, without anything happening
    made.frame()
    assert isinstance(made.up[-1].read, Card)
    assert made.up[-1].read.aside is not None
    assert not made.reader.skip(clock())


def test_after_the_end_the_card_is_still_about_what_one_looks_at() -> None:
    made = watched("single-container")
    look = ViewState(focus=Region.TIMELINE)
    of = made.update.board()

    def slide(look: ViewState) -> CardTexts | None:
        return made.reader.reads(of, look, made.clock(), stopped=False).slide

    assert slide(look) is not None
    assert slide(replace(look, entry=(of.story[0].lead.group, -1))) is None
    assert slide(replace(look, selected=of.story[0].lead.ref.key)) is None
