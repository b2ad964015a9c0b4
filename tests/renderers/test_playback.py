"""A replay's pace, on a clock that nobody waits for."""

import pytest

from podwatch.renderers.playback import IDLE, Player


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Playing:
    """A player at the item of the recording's second `at`, with another one `gap` s later."""

    def __init__(self, *, at: float = 10.0, gap: float = 48.0, speed: float = 1.0) -> None:
        self.clock = Clock()
        self.player = Player(speed, paced=True, length=60.0, monotonic=self.clock)
        self.player.begin(at)
        self.player.reach(at, at + gap)
        self.player.tell(at)
        self.due = at + gap

    @property
    def wait(self) -> float:
        wait = self.player.seconds_until(self.due)
        assert wait is not None
        return wait


def test_its_clock_stands_still_while_something_is_read() -> None:
    playing = Playing(gap=0.01)
    playing.player.hold(5.0)
    assert playing.wait == pytest.approx(5.0, abs=0.02)
    playing.clock.now += 4.0
    assert playing.player.now() == 10.0
    assert playing.wait == pytest.approx(1.0, abs=0.02)


def test_what_is_held_longer_is_not_held_twice() -> None:
    playing = Playing(gap=0.01)
    for _ in range(3):
        playing.player.hold(5.0)
    assert playing.wait == pytest.approx(5.0, abs=0.02)


@pytest.mark.parametrize("gap", [20.0, 48.0, 108.0, 600.0])
def test_a_gap_without_news_takes_about_two_seconds(gap: float) -> None:
    assert 1.5 < Playing(gap=gap).wait < 3.0


def test_a_gap_after_something_to_read_is_shortened_too() -> None:
    playing = Playing(gap=48.0)
    playing.player.hold(5.0)
    assert 6.5 < playing.wait < 7.8


def test_what_comes_soon_comes_as_it_did() -> None:
    assert Playing(gap=0.8).wait == pytest.approx(0.8)


@pytest.mark.parametrize("gap", [0.5, 3.0, 48.0])
def test_its_clock_and_its_waits_agree(gap: float) -> None:
    playing = Playing(gap=gap)
    for part in (0.25, 0.5, 0.75):
        wait = playing.player.seconds_until(10.0 + gap * part)
        assert wait is not None
        playing.clock.now += wait
        assert playing.player.now() == pytest.approx(10.0 + gap * part, abs=0.01)


def test_how_long_nothing_was_told_is_named_once_it_is_over() -> None:
    playing = Playing(gap=48.0)
    assert playing.player.progress.leapt == 0.0
    playing.player.reach(58.0, 58.5)
    playing.player.tell(58.0)
    assert playing.player.progress.leapt == 48.0
    playing.player.tell(58.4)
    assert playing.player.progress.leapt == 0.0


def test_a_short_rest_is_not_worth_a_word() -> None:
    playing = Playing()
    playing.player.tell(10.0 + IDLE - 0.1)
    assert playing.player.progress.leapt == 0.0


def test_twice_as_fast_is_read_in_half_of_the_time() -> None:
    playing = Playing(gap=0.01, speed=2.0)
    playing.player.hold(5.0)
    assert playing.wait == pytest.approx(2.5, abs=0.02)


def test_what_was_looked_at_while_it_was_paused_needs_no_more_reading() -> None:
    playing = Playing(gap=0.5)
    playing.player.hold(5.0)
    playing.player.pause(True)
    assert playing.player.seconds_until(playing.due) is None
    playing.player.pause(False)
    assert playing.wait == pytest.approx(0.5)


def test_news_do_not_end_what_is_being_read() -> None:
    playing = Playing(gap=0.5)
    playing.player.hold(5.0)
    playing.player.tell(10.0)
    assert playing.wait == pytest.approx(5.5)


def test_without_a_reader_nothing_is_held_or_shortened() -> None:
    clock = Clock()
    player = Player(1.0, monotonic=clock)
    player.begin(0.0)
    player.reach(0.0, 48.0)
    player.tell(0.0)
    player.hold(5.0)
    assert player.seconds_until(48.0) == 48.0
    assert Player(paced=True).seconds_until(48.0) == 0.0


def test_how_far_it_is_ends_with_its_length() -> None:
    playing = Playing(gap=500.0)
    playing.clock.now += 3.0
    assert playing.player.progress.seconds == 60.0
    playing.player.reach(510.0, None)
    assert not playing.player.progress.ended  # what waits is told first
    playing.player.end()
    assert playing.player.progress.ended
