"""What stands where at every size, and what has the focus."""

import re

import pytest

from podwatch.core.beat import BeatGroup
from podwatch.core.board import Board
from podwatch.core.cards import Card
from podwatch.core.concepts import catalog
from podwatch.renderers.dashboard.entries import entries
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.view_state import Region, ViewState, card_shown
from tests.renderers.dashboard.boards import board, lesson, many, running, seen
from tests.renderers.dashboard.test_view import lines, picture

SIZES = [(60, 15), (80, 24), (110, 34), (140, 45), (200, 60), (300, 100)]
FOCUSABLE = (Region.TABLE, Region.TIMELINE, Region.CARD)


def focused(of: Board, size: tuple[int, int], *keys: str) -> tuple[ViewState, list[str]]:
    """The look after these keys, and the screen that it has then."""
    look = ViewState()
    frame = picture(of, *size, look)
    for key in keys:
        look = moved(look, key, of, frame.page)
        frame = picture(of, *size, look)
        look = frame.settled(look)
    return look, lines(of, *size, look)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_region_has_a_title_and_an_area_of_its_own(size: tuple[int, int]) -> None:
    of = board([*many(60), *lesson()[8:]], catalog())
    made = picture(of, *size)
    assert set(made.areas) == set(FOCUSABLE)
    taken = set[tuple[int, int]]()
    for area in made.areas.values():
        assert area.height >= 2
        cells = {
            (x, y)
            for x in range(area.x, area.x + area.width)
            for y in range(area.y - 1, area.y + area.height)
        }
        assert not cells & taken
        taken |= cells
        assert max(y for _, y in cells) < size[1] - 1
    titles = {region: made.lines[area.y - 1].plain[area.x :] for region, area in made.areas.items()}
    assert re.match(r"[━─ ]*Pods (\d+ of )?63 ", titles[Region.TABLE])
    assert "What happened" in titles[Region.TIMELINE]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_focus_is_more_than_a_colour_and_goes_around(size: tuple[int, int]) -> None:
    of = board(lesson(), catalog())
    seen = []
    for tabs in range(4):
        look, shown = focused(of, size, *["tab"] * tabs)
        seen.append(look.focus)
        areas = picture(of, *size, look).areas
        heavy = {region for region, area in areas.items() if "━" in shown[area.y - 1][area.x :][:2]}
        assert heavy == {look.focus}
    assert seen == [*FOCUSABLE, Region.TABLE]
    assert focused(of, size, "tab", "esc")[0].focus is Region.TABLE


def much() -> Board:
    """60 Pods, of which many changed."""
    pods = (running(f"web-846575c5cf-{number:05}", deleting=True) for number in range(60))
    changes = (seen(50 + number, pod) for number, pod in enumerate(pods))
    return board([*many(60), *changes], catalog())


@pytest.mark.parametrize("size", SIZES[:4], ids=str)
def test_what_has_the_focus_is_scrolled(size: tuple[int, int]) -> None:
    of = much()
    look, _ = focused(of, size, "tab", "pagedown", "pagedown")
    before = picture(of, *size, ViewState(focus=Region.TIMELINE)).areas
    after = picture(of, *size, look).areas
    assert after[Region.TIMELINE].first > 0
    assert after[Region.TABLE].height == before[Region.TABLE].height
    look, shown = focused(of, size, "tab", "end")
    area = picture(of, *size, look).areas[Region.TIMELINE]
    assert area.first == len(of.story) - area.page
    assert look.timeline_scroll == area.page - 1
    assert any(f" ↑{area.first} more " in line for line in shown)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_has_the_focus_gets_more_of_a_small_screen_only(size: tuple[int, int]) -> None:
    of = board([*many(60), *lesson()[8:]], catalog())
    heights = {
        focus: {
            region: area.height
            for region, area in picture(of, *size, ViewState(focus=focus)).areas.items()
        }
        for focus in FOCUSABLE
    }
    for region in FOCUSABLE:
        others = [heights[focus][region] for focus in FOCUSABLE if focus is not region]
        assert heights[region][region] >= max(others)
        if size[1] >= 30:
            assert set(others) == {heights[region][region]}
    if size[1] < 30:
        assert heights[Region.CARD][Region.CARD] > heights[Region.TABLE][Region.CARD]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_card_tells_of_the_row_at_which_one_is_and_nothing_moves(
    size: tuple[int, int],
) -> None:
    of = board(lesson(), catalog())
    places = set()
    for downs in range(2, 9):
        look, _ = focused(of, size, "tab", *["down"] * downs)
        card = card_shown(of, look)
        listed = entries(of, look)[downs]
        if isinstance(listed, BeatGroup):
            assert card is not None
            assert card.beat is listed.lead
        areas = picture(of, *size, look).areas
        places.add(areas[Region.TIMELINE].y)
    assert len(places) == 1
    back, _ = focused(of, size, "tab", "down", "down", "esc")
    assert card_shown(of, back) == card_shown(of, ViewState())


def test_a_card_with_the_focus_is_scrolled_to_its_end() -> None:
    of = board(lesson(), catalog())
    size = (60, 15)
    look, _ = focused(of, size, "tab", "tab", "end")
    area = picture(of, *size, look).areas[Region.CARD]
    assert look.card_scroll == area.first > 0
    first = "".join(focused(of, size, "tab", "tab")[1])
    assert "".join(lines(of, *size, look)) != first


def test_a_wide_screen_has_the_cards_pod_below_the_card() -> None:
    of = board(lesson(), catalog())
    for size in ((140, 60), (200, 60), (300, 100)):
        shown = "\n".join(lines(of, *size))
        assert "api over time" in shown
        assert "Pod api" in shown
    for size in ((200, 60), (300, 100)):
        assert "api: its start" in "\n".join(lines(of, *size))
    assert "api over time" not in "\n".join(lines(of, 110, 34))


def test_the_table_keeps_its_place_whatever_is_on_the_card() -> None:
    of = board([*many(60), *lesson()[8:]], catalog())
    told = [group.lead for group in of.story]
    for size in SIZES:
        looks = (ViewState(card=Card(beat=one, newest=one)) for one in told)
        heights = {picture(of, *size, look).areas[Region.TABLE].height for look in looks}
        assert len(heights) == 1
