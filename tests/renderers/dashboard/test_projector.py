"""The projector's picture, without a terminal."""

from collections.abc import Callable
from datetime import UTC
from itertools import takewhile

import pytest
from rich.cells import cell_len

from podwatch import scenarios
from podwatch.core.board import Board
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.letters import large
from podwatch.renderers.dashboard.projector import projector
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from podwatch.sources.recording import read
from tests.build import synced
from tests.renderers.dashboard.boards import (
    board,
    creating,
    event,
    lesson,
    many,
    opened,
    running,
    seen,
)

PEN = Layout(DEFAULT, UTC)


def text(of: Board, width: int = 80, height: int = 24, pen: Layout = PEN) -> str:
    return (
        "\n".join(line.plain.rstrip() for line in projector(of, of.lesson, width, height, pen))
        + "\n"
    )


@pytest.mark.parametrize("theme", [DEFAULT, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("name", scenarios.names())
def test_every_lesson_of_every_scenario_fits_each_size(name: str, theme: Theme) -> None:
    session, pen = Session(catalog()), Layout(theme, UTC)
    shown = None
    for item in read(scenarios.scenario(name).recording):
        session.feed(item)
        board_ = session.board
        if board_.lesson is shown:
            continue
        shown = board_.lesson
        for width, height in ((60, 15), (80, 24), (200, 60)):
            lines = projector(board_, shown, width, height, pen)
            assert len(lines) == height
            assert {cell_len(line.plain) for line in lines} == {width}
            assert theme is DEFAULT or "".join(line.plain for line in lines).isascii()


@pytest.mark.parametrize("width", [60, 71, 80, 120, 300])
@pytest.mark.parametrize("height", [4, 15, 24, 45, 100])
def test_every_size_is_filled_exactly(width: int, height: int) -> None:
    for of in (board([]), board(many(3)), board(lesson())):
        lines = projector(of, of.lesson, width, height, PEN)
        assert [cell_len(line.plain) for line in lines] == [width] * height


def test_what_it_became_is_written_in_letters_of_five_lines() -> None:
    web = creating("web", age=0)
    ready_now = running("web", age=0)
    items: list[StreamItem] = [opened(), synced(), seen(1, web, "ADDED"), seen(5, ready_now)]
    shown = text(board(items, catalog()), 60).splitlines()
    ready = large("ready", 40, 8, PEN)
    assert len(ready) == 5
    assert [line.strip() for line in shown if "█" in line] == [line.strip() for line in ready]
    assert any("N O T   R E A D Y  ━━━▶" in line for line in shown)


def test_at_80x24_it_says_what_comes_next_and_what_it_does_not_mean() -> None:
    recorded = read(scenarios.scenario("crash-loop").recording)
    begin = takewhile(lambda item: item.t <= 10, recorded)
    shown = text(board(begin, catalog()))
    assert "✖ Container failed" in shown
    assert "exit code 1" in shown
    assert "note  " in shown
    assert "N E X T   S T A R T" in shown


def test_an_event_has_its_reason_as_the_word() -> None:
    web = creating("web", age=0)
    failed = event(web, "Failed", "no such image")
    items: list[StreamItem] = [opened(), synced(), seen(0.5, web, "ADDED"), seen(1, failed)]
    shown = text(board(items))
    assert "E V E N T" in shown
    assert "━━━▶" not in shown


def test_before_anything_happened_it_says_how_many_pods_there_are() -> None:
    shown = text(board(many(3)))
    assert "◉ 3 ready" in shown
    assert "Nothing has changed yet" in shown


def test_a_word_is_as_large_as_it_fits() -> None:
    assert len(large("running", 300, 30, PEN)) == 10
    assert len(large("running", 60, 8, PEN)) == 5
    assert large("CrashLoopBackOff", 66, 8, PEN) == ["C R A S H L O O P B A C K O F F"]
    assert len(large("CrashLoopBackOff", 66, 8, PEN, more=12)) == 11
    assert large("CrashLoopBackOff", 20, 8, PEN) == ["CrashLoopBackOff"]
    assert large("running", 60, 4, PEN) == ["R U N N I N G"]
    assert large("東京", 60, 8, PEN) == ["東京"]


def test_no_two_letters_look_alike() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:"
    assert len({tuple(large(letter, 80, 5, PEN)) for letter in letters}) == len(letters)


def test_a_transition_looks_like_this(is_golden: Callable[[str, str], None]) -> None:
    is_golden("projector-80x24", text(board(lesson())))
