"""The list of all keys: it names each, finds it by its words and presses it; no key is mute."""

import re
from dataclasses import replace

import pytest

from podwatch.renderers.dashboard import screen
from podwatch.renderers.dashboard.bindings import BINDINGS, bound, without_use
from podwatch.renderers.dashboard.footer import footer
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.palette import choices, chosen
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.dashboard.view_state import Overlay, Scene, ViewState
from tests.renderers.dashboard.boards import board, lesson, running, seen
from tests.renderers.dashboard.drawn import Clock, Drawn, replaying
from tests.renderers.dashboard.test_view import lines, picture, text
from tests.renderers.dashboard.test_view_state import ROUND, pressed

LOOKS = {
    "the table": ViewState(),
    "a replay": ViewState(speed=1),
    "a Pod": ViewState(scene=Scene.POD, selected=("", "uid-default-api")),
    "the projector": ViewState(scene=Scene.PROJECTOR),
}
WIDTHS = (60, 80, 100, 110, 140, 200, 300)


@pytest.mark.parametrize("opens", ["?", ":"])
def test_it_names_every_key_and_symbol(opens: str) -> None:
    look = pressed(ViewState(), opens)
    shown = text(board(ROUND), 110, 60, look)
    for one in bound(look):
        assert re.search(rf"[ ▸] {re.escape(one.shown)} +{re.escape(one.does)}", shown), one.key
    for part in ("↻      back-off", "✖      a container", "●      running, but not ready"):
        assert part in shown
    assert "play faster" not in shown
    assert "play faster" in text(board(ROUND), 110, 60, replace(look, speed=1))
    assert pressed(look, "esc") == pressed(look, opens) == ViewState()


def test_it_gets_shorter_as_one_types_and_enter_does_it() -> None:
    made = Drawn(lesson())
    with made.screen:
        assert "find tr" in made.press("?", *"tr")
        shown = made.press(*"ouble")
        assert "only Pods in trouble" in shown
        assert "projector" not in shown
        shown = made.press("enter")
        assert " trouble only " in shown
        assert "find" not in shown


def test_a_letter_that_is_typed_does_nothing_else() -> None:
    made = Drawn(lesson())
    with made.screen:
        assert "nothing is called so" in made.press(":", *"quit now n q")
        assert not made.screen.done
        assert "quit" in made.press(*["backspace"] * 20, *"quit")
        made.screen.key("enter")
        assert made.screen.done


def test_what_is_picked_is_seen_and_the_end_is_said() -> None:
    of = board(ROUND)
    look = pressed(ViewState(), "?", "end")
    end = picture(of, 60, 15, look)
    shown = "\n".join(line.plain for line in end.lines)
    assert "the end" in shown
    assert choices(look)[look.picked].meaning == "ended"
    assert not chosen(look)
    assert pressed(look, "down").picked == look.picked
    assert pressed(look, "home").picked == pressed(look, "home", "up").picked == 0
    look = replace(pressed(look, "home"), lines_scroll=end.lines_scroll)
    assert "Keys" in picture(of, 60, 15, look).lines[3].plain
    for _ in choices(look):
        made = picture(of, 60, 15, look)
        look = replace(look, lines_scroll=made.lines_scroll)
        assert choices(look)[look.picked].meaning[:30] in "\n".join(one.plain for one in made.lines)
        look = pressed(look, "down")


def test_every_key_in_it_can_be_pressed_and_says_something_or_does_it() -> None:
    for number, one in enumerate(bound(ViewState(speed=1))):
        player, _ = replaying(Clock(), seen(50, running("x")), seen(60, running("y")))
        made = Drawn(lesson(), playback=player)
        with made.screen:
            made.frame()
            made.screen.key("?")
            for _ in range(number):
                made.screen.key("down")
            made.screen.key("enter")
            assert made.screen.done is (one.key == "q")
            if not made.screen.done:
                assert "does nothing here" not in made.press()


def test_a_key_without_use_says_so() -> None:
    made = Drawn(lesson())
    with made.screen:
        last = made.press("x").splitlines()[-1]
        assert last.strip() == "x does nothing here; ? shows all keys"
        made.clock.now += screen.MESSAGE_STAYS
        assert "does nothing" not in made.press()
        assert "+ does nothing here" in made.press("+")
        assert "/ does nothing here" in made.press("enter", "/")
        assert "does nothing" not in made.press("esc", "up", "up", "up", "k")


@pytest.mark.parametrize("name", LOOKS)
def test_a_key_has_a_use_where_the_list_names_it(name: str) -> None:
    look = LOOKS[name]
    here = {key for one in bound(look) for key in (one.key, *one.also)}
    for one in BINDINGS:
        for key in (one.key, *one.also):
            assert bool(without_use(key, look)) is (key not in here)


# ── the last line ──


def hints(look: ViewState, width: int) -> list[str]:
    line = footer(look, 5, 5, width, Layout(DEFAULT, None)).plain
    return [hint for hint in re.split(r" {2,}", line.strip()) if hint]


@pytest.mark.parametrize("name", LOOKS)
def test_no_light_hint_stands_in_place_of_a_heavy_one(name: str) -> None:
    look = LOOKS[name]
    whole = hints(look, 300)
    assert whole[-2:] == ["? keys", "q quit"]
    for width in WIDTHS:
        shown = hints(look, width)
        assert shown[-2:] == ["? keys", "q quit"]
        assert shown[:-2] == whole[: len(shown) - 2]
        if len(shown) < len(whole):  # the next one has no room, indeed
            assert len("  ".join([*shown, whole[len(shown) - 2]])) + 1 > width


def test_what_matters_most_is_named_at_80_columns() -> None:
    shown = hints(ViewState(), 80)
    assert {"↑↓ select", "Enter open", "Space pause", "e explain", "/ filter"} <= set(shown)
    shown = hints(ViewState(speed=1), 80)
    assert {"↑↓ select", "Space pause", "n next", "e explain"} <= set(shown)


def test_the_hints_are_of_the_list() -> None:
    names = {mark for one in BINDINGS for mark in (*one.shown.split(), one.key)}
    for look in LOOKS.values():
        for hint in hints(look, 300):
            key = hint.split()[0]
            assert key in names or set(key) <= names, hint


def test_where_there_is_ascii_only_the_list_is_ascii() -> None:
    look = ViewState(overlay=Overlay.HELP, speed=1)
    for line in picture(board(ROUND), 110, 60, look, theme=ASCII).lines:
        assert line.plain.isascii()
    assert lines(board(ROUND), 110, 34, look)
