"""How a board is looked at: selection, filter, order, overlays; and what the keys change."""

import re
from dataclasses import replace

import pytest
from msgspec import structs

from podwatch.core.board import Board
from podwatch.core.cards import of_moment
from podwatch.core.concepts.explanation import Aside
from podwatch.core.concepts.loader import concept_of
from podwatch.core.stream import StreamItem, Tick
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.order import arranged
from podwatch.renderers.dashboard.view_state import (
    Overlay,
    Past,
    Scene,
    Sort,
    ViewState,
    commands_shown,
    scope,
)
from tests.build import catalog_of
from tests.build import lesson as lesson_of
from tests.cases import cases
from tests.renderers.dashboard.boards import (
    board,
    completed,
    crashing,
    creating,
    lesson,
    many,
    running,
    seen,
    waiting,
)
from tests.renderers.dashboard.test_view import first, lines, listed, picture, row, text

ROUND: list[StreamItem] = listed(
    first(completed("a-job", age=30)),
    first(running("b-web", age=500)),
    first(waiting("c-image", "ErrImagePull", age=20)),
    first(creating("d-new", age=2)),
    first(crashing("e-loop", 4, backing_off=True, ended=-5, age=300)),
)


def names(of: Board, look: ViewState) -> list[str]:
    return [one.ref.name for one in arranged(of, look)]


def pressed(look: ViewState, *keys: str, of: Board | None = None) -> ViewState:
    for key in keys:
        look = moved(look, key, of or board(ROUND), 10)
    return look


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NAME, ["a-job", "b-web", "c-image", "d-new", "e-loop"]),
        (Sort.TROUBLE, ["c-image", "e-loop", "d-new", "b-web", "a-job"]),
        (Sort.AGE, ["d-new", "c-image", "a-job", "e-loop", "b-web"]),
        (Sort.RESTARTS, ["e-loop", "a-job", "b-web", "c-image", "d-new"]),
    ],
)
def test_pods_stand_in_the_order_that_was_chosen(sort: Sort, expected: list[str]) -> None:
    assert names(board(ROUND), ViewState(sort=sort)) == expected


def test_the_last_change_comes_first_when_asked_for() -> None:
    of = board([*ROUND, seen(3, running("d-new")), seen(4, completed("b-web"))])
    assert names(of, ViewState(sort=Sort.CHANGED))[:2] == ["b-web", "d-new"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("web", ["b-web"]),
        ("WEB", ["b-web"]),
        ("errimage", ["c-image"]),
        ("succeeded", ["a-job"]),
        ("e- run", ["e-loop"]),
        ("worker", ["a-job", "b-web", "c-image", "d-new", "e-loop"]),
        ("nothing-of-that", []),
    ],
)
def test_a_filter_finds_names_states_and_nodes(words: str, expected: list[str]) -> None:
    assert names(board(ROUND), ViewState(filter=words)) == expected


def test_only_trouble_when_asked_for() -> None:
    assert names(board(ROUND), ViewState(trouble_only=True)) == ["c-image", "e-loop"]


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (ViewState(), None),
        (ViewState(filter=" "), None),
        (ViewState(filter="web"), ["b-web"]),
        (ViewState(filter="nothing-of-that"), []),
        (ViewState(trouble_only=True), ["c-image", "e-loop"]),
        (ViewState(trouble_only=True, filter="loop"), ["e-loop"]),
        (ViewState(trouble_only=True, selected=("", "uid-default-b-web")), ["b-web"]),
    ],
    ids=["everything", "a blank", "a filter", "no Pod", "trouble", "both", "a selection"],
)
def test_a_look_is_about_what_is_selected_or_left(
    look: ViewState, expected: list[str] | None
) -> None:
    of = board(ROUND)
    left = scope(of, look)
    assert expected == (left if left is None else sorted(key[1][12:] for key in left))


def test_a_pod_that_left_the_screen_is_still_in_scope() -> None:
    web = running("web")
    of = board([*listed(first(web)), seen(5, web, "DELETED"), Tick(t=20)])
    assert names(of, ViewState(filter="web")) == []
    assert scope(of, ViewState(filter="web")) == frozenset({("", "uid-default-web")})


@pytest.mark.parametrize("sort", Sort)
def test_a_replacement_stands_right_below_what_it_replaces(sort: Sort) -> None:
    found = names(board(lesson()), ViewState(sort=sort))
    assert found[found.index("web-846575c5cf-jc8jz") + 1] == "web-846575c5cf-x9k2p"
    assert len(found) == len(set(found)) == 6


def test_a_replacement_of_the_same_name_stands_there_too() -> None:
    web = running("db-0", uid="old")
    of = board([*listed(first(web)), seen(5, web, "DELETED"), seen(6, running("db-0"), "ADDED")])
    assert names(of, ViewState()) == ["db-0", "db-0"]


def test_pods_fade_before_they_go() -> None:
    web = running("web")
    items = [*listed(first(web)), seen(10, web, "DELETED")]

    def styles(t: float) -> set[str]:
        shown = picture(board([*items, Tick(t=t)]), 120, 40).lines
        line = next(line for line in shown if "web" in line.plain[:12])
        return {str(span.style) for span in line.spans}

    assert styles(11) != styles(17)


# ── keys ──


def test_arrows_select_from_the_cards_pod_on() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "down", of=of)
    assert look.selected == ("", "uid-default-import-db-7xq4v")
    assert pressed(look, "k", of=of).selected == ("", "uid-default-api")
    assert pressed(look, "up", "up", "up", of=of).selected == ("", "uid-default-api")
    assert pressed(look, "G", of=of).selected == ("", "uid-default-web-846575c5cf-x9k2p")
    assert pressed(look, "esc", of=of).selected is None


def test_the_card_is_about_the_selected_pod() -> None:
    of = board(lesson())
    look = ViewState(selected=("", "uid-default-report"))
    shown = text(of, 110, 34, look)
    assert re.search(r"─ report ─+ in trouble ─", shown)
    assert "ErrImagePull" in shown
    assert "▸✖ report" in shown
    calm = text(of, 110, 34, ViewState(selected=("", "uid-default-import-db-7xq4v")))
    assert re.search(r"─ import-db-7xq4v ─+ ended ─", calm)
    assert "✔ Succeeded" in calm


def test_the_command_to_copy_is_the_one_that_is_shown() -> None:
    of = board(lesson())
    card = of_moment(of)
    assert card is not None
    assert commands_shown(of, ViewState(card=card)) == card.beat.tries != ()

    end = CardTexts(symbol="", style="", fact="The end", tries=("podwatch demo next",))
    assert commands_shown(of, ViewState(card=card, slide=end)) == end.tries
    aside = Aside(concept_of("ready"), "A lesson.")
    assert commands_shown(of, ViewState(card=structs.replace(card, aside=aside))) == ()


def test_the_selected_pod_is_always_seen() -> None:
    of = board(many(500))
    look = ViewState()
    for key in ("end", "pageup", "pageup", "up", "home", "pagedown", "j"):
        look = moved(look, key, of, picture(of, look=look).page)
        shown = picture(of, look=look)
        assert look.selected is not None
        number = look.selected[1][-5:]
        assert any(f"-{number}" in line.plain for line in shown.lines), key


def test_typing_filters_letter_by_letter() -> None:
    of = board(ROUND)
    look = pressed(ViewState(), "/", *"web")
    assert look.typing
    assert "1 of 5 Pods" in lines(of, 80, 24, look)[-1]
    assert pressed(look, "backspace").filter == "we"
    kept = pressed(look, "enter")
    assert (kept.typing, kept.filter) == (False, "web")
    assert "/web" in lines(of, 80, 24, kept)[-1]
    assert pressed(kept, "esc").filter == ""
    assert pressed(look, "esc") == ViewState()


def test_letters_of_a_filter_are_no_commands() -> None:
    look = pressed(ViewState(), "/", *"qfsenr? ")
    assert look.filter == "qfsenr? "
    assert not look.trouble_only


def test_a_filter_that_finds_nothing_says_so() -> None:
    shown = text(board(ROUND), 80, 24, ViewState(filter="zzz"))
    assert 'no Pod matches "zzz"' in shown
    assert "Esc shows all of them again." in shown
    healthy = board(listed(first(running("web"))))
    assert "no Pod is in trouble" in text(healthy, 80, 24, ViewState(trouble_only=True))


def test_hiding_the_selected_pod_selects_none() -> None:
    look = pressed(ViewState(selected=("", "uid-default-b-web")), "f")
    assert look.trouble_only
    assert look.selected is None
    assert pressed(ViewState(selected=("", "uid-default-c-image")), "f").selected == (
        "",
        "uid-default-c-image",
    )


def test_s_goes_through_all_orders_and_says_which() -> None:
    look = ViewState()
    for sort in (*list(Sort)[1:], Sort.NAME):
        look = pressed(look, "s")
        assert look.sort is sort
        assert (str(sort) in lines(board(ROUND), 140, 30, look)[-1]) is (sort is not Sort.NAME)


def test_e_opens_the_page_of_the_card() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "e", of=of)
    shown = text(of, 120, 30, look)
    assert "Back-off before the next start  back-off" in shown
    assert "What is wrong is in the container's own output, of the run before this one." in shown
    assert "note  A crash loop is no phase" in shown
    assert pressed(look, "e", of=of).overlay is Overlay.NONE


def test_without_a_lesson_e_says_that_there_is_nothing_to_explain() -> None:
    assert "nothing to explain" in pressed(ViewState(), "e").message


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (140, 45), (20, 4)], ids=str)
@cases(
    "look",
    {
        "help": ViewState(overlay=Overlay.HELP, speed=1),
        "typing": ViewState(filter="[/b]\x1b[2J", typing=True),
        "the past": ViewState(
            past=Past(3, 41, 12), sort=Sort.TROUBLE, trouble_only=True, filter="e"
        ),
        "a message": ViewState(message="[bold]recording to \x1b]52;c;aGk=\x07" * 5, recording=True),
        "a selection that is not there": ViewState(selected=("", "nobody"), speed=0.25),
        "a Pod": ViewState(scene=Scene.POD, selected=("", "uid-default-api"), past=Past(3, 41, 12)),
        "the projector": ViewState(scene=Scene.PROJECTOR),
    },
)
def test_every_look_fills_every_size_exactly(look: ViewState, size: tuple[int, int]) -> None:
    from rich.cells import cell_len

    width, height = size
    made = picture(board(lesson()), width, height, look)
    assert [cell_len(line.plain) for line in made.lines] == [width] * height
    assert "\x1b" not in "".join(line.plain for line in made.lines)


def test_a_stopped_screen_says_when_and_what_came_since() -> None:
    of = board(lesson())
    shown = lines(of, 110, 34, ViewState(past=Past(0, 41, 0)))
    assert " paused   10:00:44   5 Pods" in shown[0]
    assert "Space go on" in shown[-1]
    then = lines(of, 110, 34, ViewState(past=Past(3, 41, 12)))
    assert " 3 back of 41   10:00:44  12 came meanwhile" in then[0]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (110, 34), (140, 45), (200, 60)], ids=str)
def test_nothing_moves_when_the_screen_is_stopped(size: tuple[int, int]) -> None:
    of = board(lesson())
    assert lines(of, *size)[1:-1] == lines(of, *size, ViewState(past=Past(0, 41, 7)))[1:-1]


def test_the_card_counts_down_to_the_next_start() -> None:
    read = ViewState(card=of_moment(board(lesson())))
    shown = text(board(lesson()), 110, 34, read)
    assert "next    in about 37 s: Started again after the pause" in shown
    later = text(board([*lesson(), Tick(t=60)]), 110, 34, read)
    assert "next    in about 21 s: Started again" in later
    assert "next start in 21 s or later" in row(board([*lesson(), Tick(t=60)]), "api", 140)
    over = text(board([*lesson(), Tick(t=82)]), 110, 34, read)
    assert "next    Started again" in over


def test_the_card_counts_down_to_the_end_of_the_grace_period() -> None:
    items = [*listed(first(running("web"))), seen(1, running("web", deleting=True))]
    one = lesson_of("deletion", 'transition.facet = "deletion"', then="SIGTERM, then SIGKILL.")
    of = board([*items, Tick(t=5)], catalog_of(deletion=one))
    assert "next    25 s left: SIGTERM, then SIGKILL." in text(of, 110, 34)


def test_the_card_says_how_many_beats_there_are_since() -> None:
    of = board(lesson())
    shown = of_moment(of)
    assert shown is not None
    waits = ViewState(card=structs.replace(shown, since=2))
    assert "2 more since" in text(of, 110, 34, waits)
    assert "more since" not in text(of, 110, 34)


# ── scenes ──


def test_enter_opens_the_marked_pod_and_esc_goes_back_to_it() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "enter", of=of)
    assert (look.scene, look.selected) == (Scene.POD, ("", "uid-default-api"))
    shown = text(of, 110, 34, look)
    assert "containers over time" in shown
    assert "LIFELINE" not in shown
    assert "● live" in lines(of, 110, 34, look)[0]
    back = pressed(look, "esc", of=of)
    assert (back.scene, back.selected) == (Scene.TABLE, ("", "uid-default-api"))
    assert pressed(look, "enter", of=of) == back


def test_the_open_pod_scrolls_to_its_end_and_not_further() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "enter", "end", of=of)
    end = picture(of, 80, 24, look)
    assert 0 < end.lines_scroll < 100
    above = pressed(replace(look, lines_scroll=end.lines_scroll), "up", of=of)
    assert picture(of, 80, 24, above).lines_scroll == end.lines_scroll - 1
    assert pressed(above, "home", of=of).lines_scroll == 0


def test_without_any_pod_there_is_none_to_open() -> None:
    assert "no Pod is selected" in pressed(ViewState(), "enter", of=board(listed())).message


def test_a_pod_that_is_open_and_does_not_exist_is_said_not_to() -> None:
    look = ViewState(scene=Scene.POD, selected=("", "nobody"))
    shown = text(board(lesson()), 110, 34, look)
    assert "This Pod does not exist at this moment. Esc goes back" in shown
    assert "LIFELINE" not in shown
    assert pressed(look, "esc").scene is Scene.TABLE


def test_p_shows_the_lesson_large_and_goes_back() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "p", of=of)
    assert "██" in text(of, 80, 24, look)
    assert "LIFELINE" not in text(of, 80, 24, look)
    assert pressed(look, "p", of=of) == pressed(look, "esc", of=of) == ViewState()
    other = pressed(look, "j", of=of)
    assert "import-db-7xq4v" not in text(of, 80, 24, look)
    assert other.scene is Scene.PROJECTOR


def test_keys_of_the_table_do_nothing_where_there_is_no_table() -> None:
    for scene in (Scene.POD, Scene.PROJECTOR):
        look = ViewState(scene=scene, selected=("", "uid-default-api"))
        assert pressed(look, "f", "s", "/", of=board(lesson())) == look


def test_help_and_pages_open_over_the_pod_too() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "enter", "?", of=of)
    assert "lifeline" in text(of, 80, 40, look)
    assert pressed(look, "esc", of=of).scene is Scene.POD
    assert "Crash loop" in text(of, 80, 40, pressed(ViewState(), "enter", "e", of=of))


# ── lifelines ──


def test_a_lifeline_has_a_symbol_for_each_state_and_one_more_for_twice_the_time() -> None:
    items = [*listed(), seen(10, creating("web"), "ADDED"), seen(11, running("web"))]
    for t, expected in (
        (11, "○○◉"),
        (12, "○○◉◉"),
        (13, "○○◉◉◉"),
        (27, "○○◉◉◉◉◉◉"),
        (75, "○○" + "◉" * 8),
    ):
        assert row(board([*items, Tick(t=t)]), "web").rstrip().endswith("  " + expected)


def test_a_long_life_keeps_its_end() -> None:
    items = [*listed(), seen(10, creating("web"), "ADDED")]
    for number in range(30):
        again = crashing("web", number + 1, backing_off=True, ended=10 * number + 15)
        items.append(seen(10 * number + 20, again))
        items.append(seen(10 * number + 22, running("web")))
    of = board([*items, Tick(t=400)])
    line = row(of, "web", 100).rstrip()
    assert "…" in line
    assert line.endswith("✔●✖↻◉" * 3)
    # Where each state has its symbol and there is room, the long ones have more.
    assert re.search(r"✔●✖↻↻+◉◉+$", row(of, "web", 170).rstrip())


def test_on_a_small_screen_a_state_that_lasts_does_not_hide_the_others() -> None:
    items = [*listed(), seen(10, creating("web"), "ADDED"), seen(11, running("web"))]
    line = row(board([*items, Tick(t=10_000)]), "web", 80, 24).rstrip()
    assert line.endswith("  ○◉")


def test_a_narrow_screen_has_no_lifeline() -> None:
    assert "LIFELINE" in lines(board(lesson()), 80)[2]
    assert "LIFELINE" not in lines(board(lesson()), 71)[2]


def test_a_filter_that_hides_everything_is_undone_first_and_opens_nothing() -> None:
    look = pressed(ViewState(selected=("", "uid-default-b-web")), "/", *"alx", "enter", "enter")
    assert look.scene is Scene.TABLE
    assert "no Pod is selected" in look.message
    assert pressed(look, "esc").filter == ""
    both = ViewState(selected=("", "uid-default-b-web"), filter="b-web")
    assert pressed(both, "esc") == ViewState(selected=("", "uid-default-b-web"))


def test_while_a_filter_is_typed_only_pods_that_are_there_are_counted() -> None:
    of = board([*ROUND, seen(3, running("b-web"), "DELETED")])
    assert "  4 of 4 Pods " in text(of, 80, 24, ViewState(typing=True))


def test_of_a_long_filter_the_end_is_seen_and_how_to_leave_it() -> None:
    look = ViewState(typing=True, filter="abcdefghij" * 6)
    last = lines(board(ROUND), 60, 15, look)[-1]
    assert re.search(r"/…[a-j]+j   0 of 5 Pods   Enter keep  Esc all ", last)
    assert "q quit" in lines(board(ROUND), 60, 15, replace(look, typing=False))[-1]
