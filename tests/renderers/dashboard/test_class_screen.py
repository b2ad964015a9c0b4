"""The keys of a class: from the board to a learner's dashboard and back, and to the wall."""

import io
import queue
from datetime import UTC
from typing import Any, cast

from podwatch.core.board import Update
from podwatch.core.stream import StreamItem
from podwatch.renderers.dashboard.class_screen import ClassScreen
from podwatch.renderers.dashboard.keys import Key
from podwatch.renderers.dashboard.theme import DEFAULT
from tests.core.classroom.classes import Room, crashed, namespace, well
from tests.renderers.dashboard.drawn import Clock, Emulated, console


class DrawnClass:
    """A class of three on a screen that draws into a string."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self.room = Room(
            *(namespace(name) for name in ("anna", "ben", "carla")),
            crashed("anna", "cart", created=0),
            well("ben", "search", created=0),
            at_t=60,
        )
        self.clock = Clock()
        made = console(width, height)
        self._file = cast(io.StringIO, made.file)
        self._read = 0
        self._terminal = Emulated(width, height)
        inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.screen = ClassScreen(
            self.room.room.board,
            inbox,
            made,
            keys=False,
            monotonic=self.clock,
            tz=UTC,
            theme=DEFAULT,
        )
        self.screen.show(Update(board=self.room.session.freeze))

    def feed(self, item: StreamItem) -> None:
        self.room.room.take(item)
        self.screen.show(self.room.session.feed(item))

    def press(self, *keys: str) -> str:
        """The screen after these keys."""
        self.screen.frame()
        for name in keys:
            self.screen.key(Key(name).name)
            self.clock.now += 1
            self.screen.frame()
        return self.shown()

    def shown(self) -> str:
        self.clock.now += 1
        self.screen.frame()
        written = self._file.getvalue()
        self._terminal.feed(written[self._read :])
        self._read = len(written)
        return "\n".join(line.rstrip() for line in self._terminal.lines())


def test_the_board_comes_first_and_enter_opens_the_one_who_is_stuck() -> None:
    made = DrawnClass()
    with made.screen:
        assert "podwatch class" in made.shown()
        opened = made.press("enter")
        assert "podwatch  kind-demo · anna" in opened or "· anna" in opened.splitlines()[0]
        assert "cart" in opened
        assert "search" not in opened
        assert opened.splitlines()[-1].startswith(" Esc to the class")


def test_esc_goes_back_step_by_step() -> None:
    made = DrawnClass()
    with made.screen:
        made.press("enter", "enter")  # her dashboard, and the Pod in it
        assert "podwatch class" not in made.press("esc")
        assert "podwatch class" not in made.press("esc")  # the Pod was selected
        assert "podwatch class" in made.press("esc")


def test_the_arrows_choose_and_stop_at_the_ends() -> None:
    made = DrawnClass()

    def here() -> str:
        return next(line for line in made.shown().splitlines() if line.startswith(" ▸"))

    with made.screen:
        assert "anna" in here()
        made.press("up")
        assert "anna" in here()
        made.press("down")
        assert "ben" in here()
        made.press("end", "j")
        assert "carla" in here()
        made.press("home")
        assert "anna" in here()
        assert "· ben" in made.press("down", "enter").splitlines()[0]


def test_a_learner_without_a_pod_can_be_opened_too() -> None:
    made = DrawnClass()
    with made.screen:
        assert "no Pods in carla" in made.press("end", "enter")


def test_p_shows_the_wall_and_names_nobody() -> None:
    made = DrawnClass()
    with made.screen:
        wall = made.press("p")
        assert "anna" not in wall
        assert "with a Pod in trouble" in wall
        assert "anna" not in made.press("enter")  # nobody is opened from the wall
        assert "anna" in made.press("esc")


def test_a_key_without_use_says_so_and_what_is_not_kept_too() -> None:
    made = DrawnClass()
    with made.screen:
        assert "does nothing here" in made.press("x")
        for key in ("r", "left"):
            assert "does nothing here" in made.press("enter", key)
            assert "history" not in made.press("esc", "enter")


def test_a_filter_is_typed_in_a_learners_dashboard_as_in_any() -> None:
    made = DrawnClass()
    with made.screen:
        shown = made.press("enter", "/", "r", "p")
        assert "/rp" in shown


def test_q_ends_it_wherever_one_is() -> None:
    for keys in (["q"], ["p", "q"], ["enter", "q"]):
        made = DrawnClass()
        with made.screen:
            made.press(*keys)
            assert made.screen.done


def test_a_click_chooses_and_a_second_one_opens() -> None:
    made = DrawnClass()
    with made.screen:
        line = next(n for n, one in enumerate(made.shown().splitlines()) if "ben" in one)
        made.screen.click("click", 5, line)
        assert "▸" in made.shown().splitlines()[line]
        made.screen.click("click", 5, line)
        assert "· ben" in made.shown().splitlines()[0]


def test_for_how_long_somebody_is_stuck_goes_on_by_itself() -> None:
    made = DrawnClass()
    with made.screen:
        made.shown()
        assert 0.0 < (made.screen.frame() or 0.0) <= 1.0
