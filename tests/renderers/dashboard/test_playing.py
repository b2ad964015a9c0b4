"""What only a replay has on its screen."""

import re

import pytest

from podwatch.renderers.dashboard.layout import Layout, cells
from podwatch.renderers.dashboard.playing import ending, opening, progress_parts
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.dashboard.view import view
from podwatch.renderers.dashboard.view_state import ViewState, commands_shown
from podwatch.renderers.playback import Lesson, ReplayProgress
from podwatch.scenarios import names, scenario
from tests.build import synced
from tests.renderers.dashboard.boards import board, lesson, opened


def said(progress: ReplayProgress, *, bar: bool = True, ascii_: bool = False) -> str:
    pen = Layout(ASCII if ascii_ else DEFAULT, None)
    return "".join(text for text, _ in progress_parts(progress, pen, bar=bar))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "▸ 0:00/1:06 ▯▯▯▯▯▯▯▯"),
        (23.9, "▸ 0:23/1:06 ▮▮▮▯▯▯▯▯"),
        (66, "▸ 1:06/1:06 ▮▮▮▮▮▮▮▮"),
    ],
)
def test_how_far_it_is(seconds: float, text: str) -> None:
    assert said(ReplayProgress(seconds, 66.5, ended=False)) == text


def test_of_what_length_is_not_known_only_the_time_is_said() -> None:
    assert said(ReplayProgress(3723, None, ended=False)) == "▸ 1:02:03"


def test_what_was_left_out_is_said() -> None:
    assert said(ReplayProgress(50, 66, ended=False, leapt=48.2), bar=False).endswith("  48 s later")
    assert said(ReplayProgress(500, 660, ended=False, leapt=300), bar=False).endswith(
        "  5 min later"
    )


def test_its_end_is_seen() -> None:
    assert said(ReplayProgress(66, 66, ended=True)) == " ■ the end  1:06"


def test_it_needs_no_unicode() -> None:
    assert said(ReplayProgress(23, 66, ended=False), ascii_=True).isascii()


@pytest.mark.parametrize("width", [60, 80, 110, 140, 200])
@pytest.mark.parametrize("ended", [False, True])
def test_the_header_has_room_for_it(width: int, ended: bool) -> None:
    look = ViewState(speed=1.0, progress=ReplayProgress(50, 66, ended=ended, leapt=48))
    head = view(board(lesson()), width, 24, look, recorded=True).lines[0].plain
    assert ("the end" if ended else "0:50/1:06") in head
    assert cells([(head, "")]) == width


@pytest.mark.parametrize("size", [(80, 24), (110, 34), (200, 60)])
@pytest.mark.parametrize("name", names())
def test_what_to_watch_for_and_the_point_fit_on_usual_screens(
    name: str, size: tuple[int, int]
) -> None:
    one = scenario(name)
    told = Lesson(one.title, one.summary, one.watch_for, one.point, f"podwatch demo {one.next}", "")
    for slide, text in ((opening(told), one.watch_for), (ending(told), one.point)):
        lines = view(board([opened(), synced()]), *size, ViewState(slide=slide)).lines
        said = " ".join(re.sub(r"[│┃]|  +", " ", line.plain).strip() for line in lines)
        assert text[:40] in re.sub(r" +", " ", said)


def test_y_copies_the_command_of_the_end_and_not_of_the_card_before_it() -> None:
    told = Lesson("A lesson", "What it is.", "It.", "Its point.", "podwatch demo other", "Another")
    of = board(lesson())
    assert commands_shown(of, ViewState()) != ("podwatch demo other",)
    assert commands_shown(of, ViewState(slide=ending(told))) == ("podwatch demo other",)
    assert commands_shown(of, ViewState(slide=opening(told))) == ()
