"""The loop: what is due next, live and replayed, on a clock that nobody waits for."""

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from podwatch.app.feeds import ATTENTIVE, Inbox, LiveFeed, Message, ReplayFeed, keys_of
from podwatch.app.run import EndOfStream, Feed, run
from podwatch.core.board import Update
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.expectations import Verdict
from podwatch.core.session import Session
from podwatch.core.stream import Item, RecordedItem, StreamItem, Tick
from podwatch.core.timeline import ExplainedEvent, PodVersion
from podwatch.errors import ExitCode, PodwatchError, ProcessTerminated
from podwatch.renderers import Renderer, TerminalSignal
from podwatch.renderers.dashboard.keys import Key
from podwatch.renderers.jsonl import JsonLines
from podwatch.renderers.playback import Player
from podwatch.scenarios import FOLDER
from podwatch.sources.recording import read
from tests.build import added, event, modified, opened, pod, synced, up

FAILURE = PodwatchError("the cluster went away", "look for it", ExitCode.UNAVAILABLE)
Arrival = tuple[float, Message]


class VirtualInbox(Inbox):
    """An inbox whose waiting moves a clock: each arrival has the second at which it comes."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.arrivals: list[Arrival] = []
        self.waits = 0

    def now(self) -> float:
        return self.clock

    def get(self, block: bool = True, timeout: float | None = None) -> Message:
        self.waits += 1
        if self.waits > 1000:
            raise AssertionError("the loop spins")
        if block and timeout is not None and timeout > threading.TIMEOUT_MAX:
            raise OverflowError("as a real queue says")
        until = self.clock if not block else None if timeout is None else self.clock + timeout
        if self.arrivals and (until is None or self.arrivals[0][0] <= until):
            t, arrived = self.arrivals.pop(0)
            self.clock = max(self.clock, t)
            return arrived
        if until is None:
            raise AssertionError("the loop waits for ever")
        self.clock = until
        raise queue.Empty


class Recorded(Renderer):
    """A renderer that only remembers what it was asked."""

    def __init__(self, frame: float | None = None) -> None:
        self.steps: list[Update] = []
        self.times: list[float] = []
        self.keys: list[str] = []
        self.signals: list[TerminalSignal] = []
        self.frames = 0
        self.closed = 0
        self._frame = frame

    def show(self, update: Update) -> None:
        self.steps.append(update)
        self.times.append(update.t)

    def frame(self) -> float | None:
        self.frames += 1
        return self._frame

    def key(self, name: str) -> None:
        self.keys.append(name)
        self.done = name == "q"

    def signal(self, signal: TerminalSignal) -> None:
        self.signals.append(signal)

    def close(self) -> None:
        self.closed += 1


def live(*arrivals: Arrival) -> tuple[VirtualInbox, LiveFeed]:
    inbox = VirtualInbox()
    inbox.arrivals = list(arrivals)
    return inbox, LiveFeed(inbox, inbox.now)


def replay(
    items: Sequence[RecordedItem],
    *keys: Arrival,
    speed: float | None = None,
    hold: bool = False,
    failure: PodwatchError | None = None,
) -> tuple[VirtualInbox, ReplayFeed]:
    inbox = VirtualInbox()
    inbox.clock = 1000.0
    inbox.arrivals = [(1000 + t, key) for t, key in keys]
    player = Player(speed, monotonic=inbox.now)
    return inbox, ReplayFeed(_then(items, failure), player, keys_of(inbox), hold=hold)


def _then(items: Sequence[RecordedItem], failure: PodwatchError | None) -> Iterator[RecordedItem]:
    yield from items
    if failure is not None:
        raise failure


def play(feed: Feed, renderer: Recorded, **more: Any) -> Verdict | None:
    return run(feed, Session(Catalog(())), renderer, **more)


def shown(feed: Feed, *, frame: float | None = None, **more: Any) -> Recorded:
    """What a renderer was asked by a run that ends well."""
    renderer = Recorded(frame)
    assert play(feed, renderer, **more) is None
    return renderer


def played(inbox: VirtualInbox, feed: Feed, count: int) -> list[tuple[float, str]]:
    """When so many items came, by our clock since the start, and which."""
    started = inbox.clock
    came: list[tuple[float, str]] = []
    while len(came) < count:
        got = feed.get(None)
        assert isinstance(got, Item)
        came.append((inbox.clock - started, type(got).__name__))
    return came


PRESS_Q = Key("q")
THREE = (opened(), synced(1), added(up(), 3))


class TestLive:
    def test_items_are_shown_as_they_come(self) -> None:
        _, feed = live((0, opened()), (1, synced(1)), (2, added(up(), 2)), (2, PRESS_Q))
        renderer = shown(feed)
        assert renderer.times == [0, 1, 2]
        assert any(isinstance(one, PodVersion) for one in renderer.steps[-1].entries)

    def test_a_tick_comes_exactly_when_the_session_wakes(self) -> None:
        _, feed = live((0.5, added(up(), 0.5)), (3.5, PRESS_Q))
        renderer = shown(feed)
        assert renderer.times == [0.5, 1, 2, 3]
        assert [step.entries for step in renderer.steps[1:]] == [(), (), ()]

    def test_nothing_wakes_a_session_without_pods(self) -> None:
        _, feed = live((0, opened()), (100, PRESS_Q))
        renderer = shown(feed)
        assert len(renderer.steps) == 1

    def test_no_single_wait_is_so_long_that_a_signal_could_seem_lost(self) -> None:
        inbox, feed = live((0, opened()), (100, PRESS_Q))
        shown(feed)
        assert inbox.waits >= 100 / ATTENTIVE

    def test_a_frame_that_has_to_wait_is_asked_for_in_time(self) -> None:
        _, feed = live((0, opened()), (1, PRESS_Q))
        renderer = shown(feed, frame=0.25)
        assert renderer.frames == 5
        assert renderer.times == [0, 0.25, 0.5, 0.75]

    def test_ticks_and_keys_are_never_recorded(self) -> None:
        _, feed = live((0.5, added(up(), 0.5)), (2, Key("down")), (3.5, PRESS_Q))
        recorded: list[StreamItem] = []
        shown(feed, takers=[recorded.append])
        assert recorded == [added(up(), 0.5)]

    def test_what_can_not_be_recorded_ends_the_watch(self) -> None:
        def full(item: RecordedItem) -> None:  # noqa: ARG001
            raise FAILURE

        _, feed = live((0, opened()))
        renderer = Recorded()
        with pytest.raises(PodwatchError):
            play(feed, renderer, takers=[full])
        assert renderer.closed == 1
        assert renderer.steps == []

    def test_a_key_is_the_renderers_business(self) -> None:
        _, feed = live((0, Key("down")), (0, Key("up")), (0, PRESS_Q), (0, Key("down")))
        assert shown(feed).keys == ["down", "up", "q"]

    def test_what_happens_to_the_terminal_too_and_it_is_no_key(self) -> None:
        _, feed = live((0, TerminalSignal.RESIZED), (0, PRESS_Q))
        renderer = shown(feed)
        assert renderer.signals == [TerminalSignal.RESIZED]
        assert renderer.keys == ["q"]

    def test_a_failure_of_a_source_is_raised_after_what_came_before(self) -> None:
        _, feed = live((0, opened()), (1, FAILURE), (2, synced(2)))
        renderer = Recorded()
        with pytest.raises(PodwatchError) as raised:
            play(feed, renderer)
        assert raised.value is FAILURE
        assert len(renderer.steps) == 1

    def test_a_failure_on_a_thread_is_raised_on_the_main_one(self) -> None:
        inbox = Inbox()
        feed = LiveFeed(inbox, lambda: 0.0)
        threading.Thread(target=inbox.put, args=(FAILURE,), daemon=True).start()
        with pytest.raises(PodwatchError):
            play(feed, Recorded())


class TestTheDeadline:
    def test_ends_a_quiet_watch(self) -> None:
        inbox, feed = live()
        shown(feed, timeout=7)
        assert inbox.clock == 7

    def test_ends_a_busy_one(self) -> None:
        _, feed = live(*[(t / 4, modified(pod(version=str(t)), t / 4)) for t in range(100)])
        renderer = shown(feed, timeout=5)
        assert renderer.times[-1] == 5

    def test_counts_from_the_start_of_the_watch(self) -> None:
        inbox, feed = live()
        inbox.clock = 3
        shown(feed, timeout=7)
        assert inbox.clock == 10

    def test_that_is_over_at_once_asks_for_nothing(self) -> None:
        inbox, feed = live((0, opened()))
        shown(feed, timeout=0)
        assert inbox.waits == 0


class TestEveryWayOut:
    """The renderer puts the terminal back: it is closed, once."""

    @pytest.mark.parametrize(
        "arrivals", [pytest.param([(0, PRESS_Q)], id="a key"), pytest.param([], id="the deadline")]
    )
    def test_that_is_orderly(self, arrivals: Sequence[Arrival]) -> None:
        _, feed = live(*arrivals)
        assert shown(feed, timeout=1).closed == 1

    def test_at_the_end_of_a_recording(self) -> None:
        _, feed = replay(THREE)
        assert shown(feed).closed == 1

    @pytest.mark.parametrize(
        "error",
        [
            KeyboardInterrupt(),
            ProcessTerminated(),
            BrokenPipeError(),
            ValueError("a defect"),
            FAILURE,
        ],
        ids=["^C", "SIGTERM", "a reader that went away", "a defect", "a failure"],
    )
    def test_that_is_not(self, error: BaseException) -> None:
        class Failing(Recorded):
            def show(self, update: Update) -> None:  # noqa: ARG002
                raise error

        _, feed = live((0, opened()))
        renderer = Failing()
        with pytest.raises(type(error)):
            play(feed, renderer)
        assert renderer.closed == 1


class TestAReplay:
    def test_keeps_the_pace_of_the_recording(self) -> None:
        inbox, feed = replay(THREE, speed=1)
        assert played(inbox, feed, 3) == [(0, "Opened"), (1, "Synced"), (3, "Observed")]

    @pytest.mark.parametrize(
        ("speed", "end"), [(2, 1.5), (0.5, 6)], ids=["twice as fast", "half as fast"]
    )
    def test_has_a_speed(self, speed: float, end: float) -> None:
        inbox, feed = replay(THREE, speed=speed)
        assert played(inbox, feed, 3)[-1] == (end, "Observed")

    def test_without_a_speed_takes_no_time(self) -> None:
        inbox, feed = replay(THREE)
        assert played(inbox, feed, 3)[-1] == (0, "Observed")

    def test_begins_at_once_even_if_the_recording_does_not(self) -> None:
        inbox, feed = replay([synced(90), added(up(), 92)], speed=1)
        assert played(inbox, feed, 2) == [(0, "Synced"), (2, "Observed")]

    def test_gets_the_same_ticks_as_the_live_watch(self) -> None:
        _, feed = replay([added(up(), 0.5), synced(3.25)], speed=1)
        assert shown(feed).times == [0.5, 1, 2, 3, 3.25]

    def test_without_a_speed_has_no_ticks(self) -> None:
        _, feed = replay([added(up(), 0.5), synced(3.25)])
        assert shown(feed).times == [0.5, 3.25]

    def test_listens_to_keys_while_it_waits(self) -> None:
        inbox, feed = replay(THREE, (0.5, Key("down")), (2, Key("up")), speed=1)
        renderer = shown(feed)
        assert renderer.keys == ["down", "up"]
        assert renderer.times[-1] == 3
        assert inbox.clock == 1003

    def test_listens_to_keys_before_an_item_that_is_due(self) -> None:
        _, feed = replay(THREE, (0, PRESS_Q))
        assert shown(feed).steps == []

    def test_waits_no_longer_at_once_than_a_clock_can(self) -> None:
        inbox, feed = replay([opened(), synced(1e10)], (7, PRESS_Q), speed=1)
        shown(feed)
        assert inbox.clock == 1007

    def test_ends_with_its_last_item(self) -> None:
        inbox, feed = replay(THREE)
        played(inbox, feed, 3)
        with pytest.raises(EndOfStream):
            feed.get(None)

    def test_of_nothing_ends_at_once(self) -> None:
        _, feed = replay([])
        assert shown(feed).steps == []


class TestAReplayThatIsHeld:
    @pytest.mark.parametrize("speed", [None, 1], ids=["without a speed", "at its own pace"])
    def test_shows_its_last_state_until_a_key_ends_it(self, speed: float | None) -> None:
        inbox, feed = replay(THREE, (60, Key("down")), (90, PRESS_Q), speed=speed, hold=True)
        renderer = shown(feed)
        assert inbox.clock == 1090
        assert renderer.keys == ["down", "q"]
        assert renderer.times[-1] == 3

    def test_stands_still(self) -> None:
        _, feed = replay(THREE, (90, PRESS_Q), speed=1, hold=True)
        renderer = shown(feed)
        assert feed.now() == 3
        assert len(renderer.steps) == 3

    def test_tells_at_its_end_what_waited_for_more(self) -> None:
        pulled = event("Pulled", pod(), container="app", message="already present on machine")
        items = (opened(), synced(1), added(pod(), 3), added(pulled, 3.5))
        _, feed = replay(items, (90, PRESS_Q), speed=1, hold=True)
        renderer = Recorded()
        run(feed, Session(catalog()), renderer)
        told = [one.added[0] for step in renderer.steps for one in step.beats]
        assert [one.event.reason for one in told if isinstance(one, ExplainedEvent)] == ["Pulled"]

    def test_still_draws_a_frame_that_had_to_wait(self) -> None:
        _, feed = replay(THREE, (1, PRESS_Q), hold=True)
        assert shown(feed, frame=0.25).frames == len(THREE) + 5


class TestARecordingThatIsBroken:
    @pytest.mark.parametrize("hold", [False, True], ids=["played", "held"])
    def test_is_played_up_to_there_and_then_fails(self, hold: bool) -> None:
        inbox, feed = replay(THREE, speed=1, hold=hold, failure=FAILURE)
        renderer = Recorded()
        with pytest.raises(PodwatchError) as raised:
            play(feed, renderer)
        assert raised.value is FAILURE
        assert renderer.times[-1] == 3
        assert inbox.clock == 1003
        assert renderer.closed == 1

    def test_from_its_first_line_on_fails_inside_the_loop(self) -> None:
        _, feed = replay([], failure=FAILURE)
        renderer = Recorded()
        with pytest.raises(PodwatchError):
            play(feed, renderer)
        assert renderer.closed == 1


@pytest.mark.parametrize("lesson", ["crash-loop", "missing-image", "node-crash", "sandbox-fails"])
def test_a_replay_tells_in_the_order_of_a_live_watch(lesson: str) -> None:
    items = list(read(FOLDER / lesson / "recording.jsonl"))

    def written(feed: Feed) -> list[bytes]:
        lines: list[bytes] = []
        run(feed, Session(catalog()), JsonLines(lines.append, lambda: None))
        return lines

    def with_ticks() -> Iterator[StreamItem]:
        """As a live watch has it: something comes, or time passes."""
        t = items[0].t
        for item in items:
            while t + 0.1 < item.t:
                t += 0.1
                yield Tick(t=t)
            t = max(t, item.t)
            yield item

    assert written(ReplayFeed(iter(items))) == written(ReplayFeed(with_ticks()))
