"""The keys that lead through the tour, and the pictures beside a text."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board
from podwatch.renderers.dashboard.layout import Layout, wrapped
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.dashboard.tour.bar import bar
from podwatch.renderers.dashboard.tour.beside import Picture, arranged
from podwatch.renderers.dashboard.tour.lead import Lead, Led
from podwatch.renderers.dashboard.tour.look import Ahead, TourLook
from podwatch.renderers.dashboard.view_state import Overlay, Region, Scene, ViewState
from podwatch.renderers.playback import Player

LOOK = TourLook(number=5, chapters=13, title="The life of a Pod", scene=2, scenes=7)
SHEET = ViewState(scene=Scene.SHEET, home=Scene.SHEET)
PEN = Layout(DEFAULT, None)


def pressed(lead: Lead, *names: str, look: ViewState = SHEET, below: int = 0) -> list[Led]:
    return [lead.key(name, look, below=below, unread=False) for name in names]


@pytest.mark.parametrize("name", ["enter", " ", "right"])
def test_three_keys_go_on(name: str) -> None:
    lead = Lead(LOOK)
    assert pressed(lead, name) == [Led.DECIDED]
    assert lead.chosen == "enter"


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("left", "left"), ("backspace", "left"), ("]", "]"), ("[", "["), ("r", "r"), ("Q", "q")],
)
def test_keys_lead_elsewhere(name: str, chosen: str) -> None:
    lead = Lead(LOOK)
    assert pressed(lead, name) == [Led.DECIDED]
    assert lead.chosen == chosen


def test_what_is_not_seen_yet_comes_first() -> None:
    lead = Lead(LOOK)
    assert pressed(lead, "enter", below=3) == [Led.MORE]
    assert not lead.chosen


def test_what_goes_on_by_itself_is_not_left_by_the_keys_that_go_on() -> None:
    lead = Lead(LOOK, waits=True)
    assert lead.look(Board()).ahead is Ahead.WAIT
    assert pressed(lead, "enter", " ", "right") == [Led.NOTHING] * 3
    assert pressed(lead, "enter", below=3) == [Led.MORE]
    assert not lead.chosen
    assert pressed(lead, "]") == [Led.DECIDED]


def test_a_recording_waits_for_enter_and_is_left_at_its_end() -> None:
    player = Player(1.0, paced=True)
    player.begin(3.0)
    lead = Lead(LOOK, player)
    assert player.paused
    assert lead.look(Board()).ahead is Ahead.PLAY
    assert pressed(lead, "enter", look=ViewState()) == [Led.BEGIN]
    assert not player.paused
    assert lead.look(Board()).ahead is Ahead.NEXT
    assert pressed(lead, "enter", look=ViewState()) == [Led.NEXT]
    player.reach(3.0, None)
    assert lead.look(Board()).ahead is Ahead.ON
    assert pressed(lead, "enter", look=ViewState()) == [Led.DECIDED]


@pytest.mark.parametrize(
    "look",
    [ViewState(focus=Region.CARD), ViewState(scene=Scene.POD)],
    ids=["another region", "a Pod"],
)
def test_who_looks_around_has_the_dashboards_keys(look: ViewState) -> None:
    lead = Lead(LOOK)
    assert pressed(lead, "enter", "left", "right", " ", look=look) == [Led.NOTHING] * 4
    assert pressed(lead, "q", look=look) == [Led.DECIDED]


def test_an_overlay_has_its_own_keys() -> None:
    lead = Lead(LOOK)
    assert pressed(lead, "enter", "q", look=ViewState(overlay=Overlay.EXPLAIN)) == [Led.NOTHING] * 2


def test_a_list_moves_within_its_ends() -> None:
    lead = Lead(LOOK, picks=13, picked=4)
    assert pressed(lead, "home", "up", "down", "end", "down") == [Led.PICKED] * 5
    assert lead.picked == 12
    assert pressed(lead, "enter") == [Led.DECIDED]


def test_the_bar_says_how_much_later_it_is_after_a_pause_that_was_shortened() -> None:
    player = Player(1.0, paced=True)
    player.begin(0.0)
    lead = Lead(LOOK, player)
    player.tell(1.0)
    player.tell(351.0)
    assert not lead.look(Board()).later
    pressed(lead, "enter", look=ViewState())
    look = lead.look(Board())
    assert look.later == "6 min later"
    assert "6 min later" in bar(look, 60, 15, PEN)[0].plain


@pytest.mark.parametrize("width", [20, 44, 60, 80, 200])
def test_the_bar_is_as_wide_as_the_screen(width: int) -> None:
    strip = (frozenset({"Pending"}), frozenset({"Running"}))
    long = TourLook(
        number=12,
        chapters=13,
        title="A title " * 9,
        scene=9,
        scenes=40,
        strip=strip,
        later="48 s later",
    )
    for pen in (PEN, Layout(ASCII, None)):
        lines = bar(long, width, 24, pen)
        assert [cell_len(line.plain) for line in lines] == [width, width]


def picture(lines: int, least: int, most: int) -> Picture:
    def draw(width: int, pen: Layout) -> list[Text]:
        return [pen.line(width, [("#" * width, "")]) for _ in range(lines)]

    return Picture(draw, least, most)


def words(number: int) -> list[str]:
    return ["word"] * number


@pytest.mark.parametrize("width", [40, 56, 76, 106, 196])
def test_text_and_pictures_are_as_wide_as_asked_and_all_there(width: int) -> None:
    def text(room: int) -> list[list[tuple[str, str]]]:
        return [[(line, "")] for line in wrapped(" ".join(words(40)), room)]

    lines = arranged(text, [picture(5, 34, 60), picture(7, 40, 64)], width, PEN)
    assert {cell_len(line.plain) for line in lines} == {width}
    shown = "\n".join(line.plain for line in lines)
    assert shown.count("word") == 40
    assert shown.count("#") >= min(5 * 34, 5 * width)


def test_a_picture_stands_beside_the_text_where_that_saves_lines() -> None:
    def text(room: int) -> list[list[tuple[str, str]]]:
        return [[("word", "")] for _ in range(200 // room)]

    tall = arranged(text, [picture(10, 40, 40)], 76, PEN)
    assert len(tall) == 10
    assert tall[0].plain.startswith("word")
    assert tall[0].plain.endswith("#")
