"""Every scenario at its decisive moment, on every kind of terminal."""

import re
from datetime import UTC
from functools import cache
from typing import Literal

import pytest
from rich.cells import cell_len
from rich.style import Style

from podwatch import scenarios
from podwatch.core.cards import of_moment
from podwatch.core.concepts import Weight, catalog
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.core.timeline import Explained
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.pod_view import pod_view
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from podwatch.renderers.dashboard.view_state import ViewState
from podwatch.sources.recording import read
from tests.build import fed, synced
from tests.renderers.dashboard.boards import opened, running, seen
from tests.renderers.dashboard.drawn import Drawn

SIZES = ((60, 15), (80, 24), (140, 45))
System = Literal["standard", "256", "truecolor"]


@cache
def decisive(name: str) -> Session:
    """The scenario right after the weightiest lesson of its recording, the last of them."""
    items = list(read(scenarios.scenario(name).recording))
    whole = Session(catalog())
    ranks = {weight: number for number, weight in enumerate(Weight)}
    best, at = -1, 0
    for number, item in enumerate(items):
        for news in whole.feed(item).entries:
            if isinstance(news, Explained) and ranks[news.explanation.weight] >= best:
                best, at = ranks[news.explanation.weight], number
    return fed(items[: at + 1], catalog())


def squeezed(text: str) -> str:
    """Words only, as a frame or a line's end may stand between them."""
    return "".join(re.findall(r"[^\W_]+", text))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", scenarios.names())
def test_the_decisive_moment_is_on_the_screen(name: str, size: tuple[int, int]) -> None:
    of = decisive(name)
    shown = Drawn(of, *size).framed().lines()
    assert shown[0].startswith(" podwatch  ")
    assert [len(line) for line in shown] <= [size[0]] * size[1]
    drawn = "".join(shown)
    assert drawn.count("╭") == drawn.count("╰") == drawn.count("╮") == drawn.count("╯")
    assert drawn.count("┏") == drawn.count("┗") == (size[1] >= 30)
    told = of_moment(of.board)
    assert told is not None
    left = [line[:61] for line in shown] if size[0] == 140 else shown
    assert squeezed(told.fact).lower() in squeezed("".join(left)).lower()
    if size[1] >= 24:
        # The first words of the sentence, wherever the lines are broken.
        card = [line[: size[0] * 44 // 100] for line in shown] if size[0] >= 140 else shown
        begun = squeezed(told.beat.sentence[:40]).lower()
        assert begun[:24] in squeezed("".join(card)).lower()
        assert any("STATUS" in line and "PHASE" in line for line in shown)


@pytest.mark.parametrize("name", scenarios.names())
def test_the_view_of_a_pod_holds_each_scenario(name: str) -> None:
    of = decisive(name).board
    for theme in (DEFAULT, ASCII):
        pen = Layout(theme, UTC)
        for width, height in SIZES:
            for row in of.rows[:3]:
                lines, _ = pod_view(of, row, width, height, pen, ViewState())
                assert [cell_len(line.plain) for line in lines] == [width] * height
                assert row.ref.name[:8] in lines[0].plain


# ── colours ──

_SEQUENCE = re.compile(r"\x1b\[([0-9;]+)m")
_CODE = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")


def codes(raw: str) -> set[str]:
    """The colour codes, without bold, dim and reverse."""
    found = {code for sequence in _SEQUENCE.findall(raw) for code in _CODE.findall(sequence)}
    return {code for code in found if len(code) > 1 and code[0] in "349"}


def unused(system: System) -> Theme:
    """The default theme in styles that no other kind of terminal was drawn with.

    rich keeps a style's codes for the first kind that asks; a process has one terminal only.
    """
    flags = {
        "standard": Style(blink=False),
        "256": Style(conceal=False),
        "truecolor": Style(overline=False),
    }
    return Theme(styles={name: one + flags[system] for name, one in DEFAULT.styles.items()})


def test_without_colour_there_is_none_and_nothing_else_is_lost() -> None:
    plain, coloured = (Drawn(decisive("overview"), no_color=on).framed() for on in (True, False))
    assert not codes(plain.raw)
    assert codes(coloured.raw)
    assert plain.lines() == coloured.lines()


@pytest.mark.parametrize(
    ("system", "pattern"),
    [("standard", r"[39][0-7]"), ("256", r"38;5;\d+"), ("truecolor", r"38;2;\d+;\d+;\d+")],
)
def test_colours_are_those_that_the_terminal_has(system: System, pattern: str) -> None:
    found = codes(
        Drawn(decisive("overview"), color_system=system, theme=unused(system)).framed().raw
    )
    assert found
    for code in found:
        assert re.fullmatch(pattern, code), code


def test_no_two_symbols_that_stand_in_one_place_are_the_same() -> None:
    for theme in (DEFAULT, ASCII):
        for names in (
            ("ready", "waiting", "trouble", "ended", "deleting", "gone"),
            ("waiting", "running", "ready", "ended", "failed", "back-off", "unseen"),
        ):
            symbols = [theme.symbol(name) for name in names]
            assert len(set(symbols)) == len(symbols), symbols
            assert {cell_len(symbol) for symbol in symbols} == {1}


# ── characters ──


@pytest.mark.parametrize("name", scenarios.names())
def test_where_there_is_ascii_only_all_is_ascii(name: str) -> None:
    assert all(line.isascii() for line in Drawn(decisive(name), theme=ASCII).framed().lines())


@pytest.mark.parametrize("name", ["東京-web", "e\u0301te\u0301-web", "ｗｅｂ", "한국-web"])
def test_columns_align_beside_wide_and_combining_characters(name: str) -> None:
    items: list[StreamItem] = [
        opened(),
        seen(0.05, running("plain-web"), "ADDED", initial=True),
        seen(0.05, running(name), "ADDED", initial=True),
        synced(),
    ]
    cells = Drawn(items, 100, 24).framed().terminal.screen.buffer
    ready = [
        column
        for row in range(24)
        for column in range(98)
        if "".join(cells[row][column + step].data for step in range(3)) == "1/1"
    ]
    assert len(ready) == 2
    assert ready[0] == ready[1]
