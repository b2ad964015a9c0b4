"""Standing still, going back, and a replay that keys drive."""

import re

import pytest

from podwatch.app.feeds import ReplayFeed
from podwatch.core.concepts import catalog
from podwatch.core.stream import Connection, Observed
from tests.build import connected
from tests.renderers.dashboard.boards import (
    completed,
    creating,
    lesson,
    many,
    running,
    seen,
    waiting,
)
from tests.renderers.dashboard.drawn import Clock, Drawn, later, replaying


def test_space_stops_the_screen_and_nothing_is_lost() -> None:
    made = later()
    with made.screen:
        assert " paused   10:00:44" in made.press(" ")
        made.feed(seen(50, waiting("report", "ImagePullBackOff", age=40)))
        made.feed(seen(51, running("newcomer"), "ADDED"))
        shown = made.press()
        assert re.search(r"10:00:44  \d came meanwhile", shown)
        assert "newcomer" not in shown
        assert "ErrImagePull" in shown
        shown = made.press(" ")
        assert "came meanwhile" not in shown
        assert "newcomer" in shown
        assert "ImagePullBackOff" in shown


def test_a_stopped_screen_still_says_that_the_connection_is_lost() -> None:
    made = later()
    with made.screen:
        made.press(" ")
        made.feed(connected(50, "reconnecting", "no answer"))
        assert "reconnecting since 10:00:50: no answer" in made.press()


def test_arrows_go_through_what_happened_and_the_whole_screen_with_them() -> None:
    made = later(
        seen(50, creating("newcomer"), "ADDED"),
        seen(51, running("newcomer")),
        seen(52, running("newcomer", deleting=True)),
    )
    with made.screen:
        assert "⌫ newcomer" in made.press()
        shown = made.press("left")
        assert " 1 back of 3   10:00:51" in shown
        assert "◉ newcomer" in shown
        assert "│  Ready (no readiness" in shown
        shown = made.press("left")
        assert " 2 back of 3   10:00:50" in shown
        assert "○ newcomer" in shown
        assert "│  Created with node worker" in shown
        assert "as far back as podwatch keeps" in made.press("left")
        assert " 1 back of 3   10:00:51" in made.press("right")
        assert " paused   10:00:52" in made.press("right")
        assert "⌫ newcomer" in made.press("esc")
        assert "paused" not in "\n".join(made.lines())


@pytest.mark.parametrize(("key", "steps"), [("enter", 2), ("f", 1), ("down", 1), ("?", 1)])
def test_esc_goes_on_only_when_nothing_else_can_be_left(key: str, steps: int) -> None:
    made = later(seen(50, waiting("newcomer", "ErrImagePull"), "ADDED"))
    with made.screen:
        assert "Esc back" not in made.press(" ")
        assert "Esc back" in made.press(key)
        shown = made.press(*["esc"] * steps)
        assert " paused " in shown
        assert "Esc back" not in shown
        assert " paused " not in made.press("esc")


def test_keys_of_the_table_work_on_a_moment_of_the_past_too() -> None:
    made = later(seen(50, creating("newcomer"), "ADDED"), seen(51, running("newcomer")))
    with made.screen:
        made.press("left", "/", *"new", "enter")
        shown = made.press("down")
        assert "▸○ newcomer" in shown
        assert "1 back of 2" in shown


def test_speed_is_changed_and_said() -> None:
    player, _ = replaying(Clock(), seen(50, running("x")), seen(60, running("y")))
    made = Drawn(lesson(), playback=player)
    with made.screen:
        assert "+- speed 1 " in made.press()
        assert " speed 2 " in made.press("+")
        assert player.speed == 2
        assert "speed 0.5 " in made.press("-", "-")
        made.press(*("+" * 20))
        assert player.speed == 50


def a_replay() -> tuple[Drawn, ReplayFeed]:
    """Of a Pod that is created at 50, deleted at 90 and ended at 400; it stands at 50."""
    player, feed = replaying(
        Clock(),
        seen(50, running("newcomer"), "ADDED"),
        connected(70, "live"),
        seen(90, running("newcomer", deleting=True)),
        seen(400, completed("newcomer")),
    )
    made = Drawn(many(1), playback=player, concepts=catalog())
    bring(made, feed, 50)
    return made, feed


def bring(made: Drawn, feed: ReplayFeed, *moments: float) -> None:
    """What the replay gives at once: these items, and no more."""
    for t in moments:
        got = feed.get(0)
        assert isinstance(got, Observed | Connection)
        assert got.t == t
        made.feed(got)
    assert feed.get(0) is None


def test_n_goes_to_the_next_beat_at_once_and_space_holds_it_there() -> None:
    made, feed = a_replay()
    with made.screen:
        made.press(" ")
        made.press("n")
        bring(made, feed, 70, 90)
        shown = made.press()
        assert " paused   10:01:30" in shown
        assert "⌫ newcomer" in shown
        assert "│  Deletion requested" in shown  # the card is of the same moment
        assert " 1 back of 2   10:00:50" in made.press("left")
        assert " paused   10:01:30" in made.press("right")
        made.press("right")  # beyond the newest: what comes next
        got = feed.get(0)
        assert isinstance(got, Observed)
        assert got.t == 400
        made.feed(got)
        assert "the recording is over" in made.press("n")


def test_n_moves_the_card_with_the_table_while_it_plays() -> None:
    made, feed = a_replay()
    with made.screen:
        assert "│  Ready (no readiness" in made.press()
        made.press("n")
        bring(made, feed, 70, 90)
        shown = made.press()
        assert "⌫ newcomer" in shown
        assert "│  Deletion requested" in shown


def test_chapters_are_gone_to_and_back() -> None:
    made, feed = a_replay()
    with made.screen:
        assert "│  Ready (no readiness" in made.press()
        made.press("]")
        bring(made, feed, 70, 90)
        assert "│  Deletion requested" in made.press()
        shown = made.press("[")
        assert " 1 back of 2   10:00:50" in shown
        assert "│  Ready (no readiness" in shown
        assert "there is no earlier chapter" in made.press("[")
        assert " paused   10:01:30" in made.press("]")
