"""`e`: the lesson of the card, and every technical word on the screen."""

import pytest
from rich.cells import cell_len

from podwatch.core.concepts.glossary import called
from podwatch.renderers.dashboard.theme import ASCII
from podwatch.renderers.dashboard.view_state import Overlay, ViewState
from tests.renderers.dashboard.boards import board, lesson, many
from tests.renderers.dashboard.drawn import Drawn
from tests.renderers.dashboard.test_view import picture
from tests.renderers.dashboard.test_view_state import pressed

SIZES = ((20, 6), (45, 12), (60, 15), (80, 24), (110, 34), (140, 45), (200, 60))


def opened(width: int = 110, height: int = 34) -> Drawn:
    made = Drawn(lesson(), width, height)
    made.press()
    made.press("e")
    return made


def names(made: Drawn) -> list[str]:
    return [called(one) for one in made.screen._look.pages]


def test_the_lesson_of_the_card_comes_first_and_then_the_words_of_the_screen() -> None:
    made = opened()
    with made.screen:
        shown = made.press()
        assert "note  A crash loop is no phase" in shown
        assert names(made)[0] == "Back-off before the next start"
        assert {"kubelet", "READY", "CrashLoopBackOff", "exit code 1", "Back-off"} <= set(
            names(made)
        )


def test_a_word_is_opened_by_the_arrows_and_shown_alone_by_enter() -> None:
    made = opened()
    with made.screen:
        shown = made.press(*["down"] * names(made).index("kubelet"))
        assert "The kubelet is the agent on each node." in shown
        assert "exit code 1" in shown
        shown = made.press("enter")
        assert "The kubelet is the agent on each node." in shown
        assert "exit code 1" not in shown
        assert "exit code 1" in made.press("esc")
        assert made.screen._look.overlay is Overlay.EXPLAIN
        assert "What happened" in made.press("esc")


@pytest.mark.parametrize("keys", [["e"], ["esc"]], ids=str)
def test_it_is_closed_by_its_own_key_too(keys: list[str]) -> None:
    made = opened()
    with made.screen:
        made.press(*keys)
        assert made.screen._look.overlay is Overlay.NONE
        assert not made.screen._look.pages


def test_where_there_is_no_lesson_yet_the_words_can_be_asked() -> None:
    made = Drawn(many(1))
    with made.screen:
        made.press()
        shown = made.press("e")
        assert "READY" in shown
        assert "1/2" in shown or "containers" in shown


def test_without_a_lesson_and_a_word_there_is_nothing_to_explain() -> None:
    assert "nothing to explain" in pressed(ViewState(), "e", of=board([])).message


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_each_page_fills_the_screen_and_scrolls_to_its_end(size: tuple[int, int]) -> None:
    made = opened(*size)
    with made.screen:
        for _ in range(len(names(made)) + 1):
            frame = made.screen._frame
            assert frame is not None
            assert [cell_len(line.plain) for line in frame.lines] == [size[0]] * size[1]
            made.press("enter", "end")
            frame = made.screen._frame
            assert frame is not None
            text = "\n".join(line.plain for line in frame.lines)
            assert "the end" in text or "more lines" not in text
            made.press("enter", "down")
        assert made.screen._look.picked == len(names(made)) - 1


def test_where_there_is_ascii_only_all_pages_are_ascii() -> None:
    made = Drawn(lesson(), theme=ASCII)
    with made.screen:
        made.press()
        made.press("e")
        for _ in names(made):
            assert "\n".join(made.lines()).isascii()
            made.press("down")


def test_the_pages_of_a_board_are_drawn_without_a_terminal() -> None:
    of = board(lesson())
    look = pressed(ViewState(), "e", of=of)
    assert "Back-off" in picture(of, 80, 24, look).lines[2].plain
