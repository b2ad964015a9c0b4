"""The mouse: what a click and the wheel change, and how it is left to the terminal."""

import base64
import re

import pytest

from podwatch.renderers.dashboard.view_state import Region, Scene
from tests.renderers.dashboard.boards import board, lesson, many, running, seen
from tests.renderers.dashboard.drawn import ALLOWED, Drawn
from tests.renderers.dashboard.test_view import HOSTILE_ITEMS

SIZES = ((60, 15), (80, 24), (110, 34), (140, 45), (200, 60))


def click(made: Drawn, words: str, action: str = "click") -> str:
    """The screen after the mouse did something where this is first seen."""
    made.frame()
    shown = made.lines()
    at = ((number, re.search(words, line)) for number, line in enumerate(shown))
    y, found = next((number, match) for number, match in at if match)
    made.screen.click(action, found.start(), y)
    return made.press()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_click_selects_a_pod_and_another_opens_it(size: tuple[int, int]) -> None:
    made = Drawn(many(30), *size)
    with made.screen:
        assert re.search(r"▸.*00001", click(made, r"◉ web\S*00001"))
        assert made.screen._look.selected == ("", made.session.board.rows[1].ref.uid)
        click(made, r"◉ web\S*00001")
        assert made.screen._look.scene is Scene.POD


def test_a_click_selects_what_is_seen_of_a_long_table() -> None:
    made = Drawn(many(60), 110, 34)
    with made.screen:
        made.press("end")
        click(made, r"◉ web\S*00055")
        selected = made.screen._look.selected
        assert selected == ("", made.session.board.rows[55].ref.uid)
        made.screen.click("click", 3, 0)
        made.screen.click("click", 500, 500)
        assert made.screen._look.selected == selected


def test_the_wheel_moves_what_is_under_it_and_a_click_gives_it_the_focus() -> None:
    made = Drawn(lesson(), 110, 34)
    with made.screen:
        made.frame()
        frame = made.screen._frame
        assert frame is not None
        found = []
        for region, action in (
            (Region.TIMELINE, "wheeldown"),
            (Region.TABLE, "wheeldown"),
            (Region.CARD, "click"),
        ):
            area = frame.areas[region]
            made.screen.click(action, area.x, area.y)
            found.append((made.screen._look.focus, made.screen._look.selected is not None))
        assert found == [(Region.TIMELINE, False), (Region.TABLE, True), (Region.CARD, True)]


def test_a_row_of_what_happened_is_clicked_and_the_second_time_unfolded() -> None:
    made = Drawn(lesson(), 110, 34)
    with made.screen:
        made.frame()
        at = next(number for number, line in enumerate(made.lines()) if "What happened" in line)
        made.screen.click("click", 20, at + 3)
        assert made.screen._look.focus is Region.TIMELINE
        assert made.screen._look.entry is not None
        assert not made.screen._look.unfolded
        before = made.press()
        made.screen.click("click", 20, at + 3)
        assert made.screen._look.unfolded
        assert made.press() != before


def test_what_lies_over_the_table_is_scrolled_and_not_clicked_through() -> None:
    made = Drawn(lesson(), 80, 24)
    with made.screen:
        made.press("?")
        made.screen.click("wheeldown", 5, 5)
        assert made.screen._look.picked == 1
        made.screen.click("click", 5, 1)
        assert made.screen._look.selected is None


def test_a_click_picks_an_entry_of_a_list_and_another_does_it() -> None:
    made = Drawn(lesson(), 110, 34)
    with made.screen:
        made.press("?")
        assert re.search(r"▸ f +only Pods in trouble", click(made, "only Pods in trouble"))
        assert " trouble only " in click(made, "only Pods in trouble")
        made.press("e")
        assert "The kubelet is the agent on each node." in click(made, r"^ +kubelet +│")
        before = made.screen._look.picked
        click(made, "The kubelet is the agent")
        assert made.screen._look.picked == before


def test_a_command_is_copied_by_the_key_only_and_as_it_is_shown() -> None:
    made = Drawn(lesson(), 110, 34)
    with made.screen:
        shown = made.press()
        command = re.search(r"try +(kubectl .*?) *│?$", shown, re.MULTILINE)
        assert command is not None
        assert "]52;" not in made.raw
        last = made.press("y").splitlines()[-1]
        assert last.strip() == f"copied: {command[1].strip()}"
        (copied,) = re.findall(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x1b\\", made.raw)
        assert base64.b64decode(copied).decode() == command[1].strip()


def test_what_is_copied_is_what_is_shown_and_not_what_came_since() -> None:
    made = Drawn(lesson(), 110, 34)
    with made.screen:
        shown = made.press()
        made.feed(seen(50, running("newcomer"), "ADDED"))
        made.screen.key("y")
        (copied,) = re.findall(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x1b\\", made.file.getvalue())
        assert base64.b64decode(copied).decode() in shown


def test_where_no_command_is_shown_there_is_nothing_to_copy() -> None:
    made = Drawn(many(1), 110, 34)
    with made.screen:
        assert "nothing to copy" in made.press("y")
        assert "]52;" not in made.raw


def test_what_is_copied_acts_on_no_terminal() -> None:
    made = Drawn(HOSTILE_ITEMS, 110, 34)
    with made.screen:
        for _ in made.session.board.rows:
            made.press("down", "y")
        for copied in re.findall(r"\x1b\]52;c;([^\x1b]*)\x1b\\", made.raw):
            assert base64.b64decode(copied).decode().isprintable()
        rest = re.sub(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x1b\\", "", made.raw)
        assert "\x1b" not in ALLOWED.sub("", rest)


def test_each_frame_is_shown_as_a_whole() -> None:
    made = Drawn(lesson())
    with made.screen:
        made.press("?")
        made.press("esc")
        made.feed(seen(50, running("newcomer"), "ADDED"))
        made.press()
        frames = re.findall(r"\x1b\[\?2026h(.*?)\x1b\[\?2026l", made.raw, re.DOTALL)
        assert len(frames) >= 3
        outside = re.sub(r"\x1b\[\?2026h.*?\x1b\[\?2026l", "", made.raw, flags=re.DOTALL)
        assert not re.search(r"\x1b\[\d+;1H", outside)
    assert board(lesson()).rows
