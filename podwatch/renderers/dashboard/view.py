"""The dashboard's frame: a board, a width and a height become lines of text.

Responsible for what stands where, as a pure function; each part is a room of its own. Only visible
rows are built, each line exactly as wide as the screen. Not responsible for the terminal
(`screen`), for colours and symbols (`theme`) or for what anything means (the concepts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import zip_longest

from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.renderers.dashboard.card import card
from podwatch.renderers.dashboard.footer import footer
from podwatch.renderers.dashboard.header import banner, header, stopped
from podwatch.renderers.dashboard.layout import Layout, joined
from podwatch.renderers.dashboard.overlay import overlay
from podwatch.renderers.dashboard.pod_view import last_scroll, pod_view
from podwatch.renderers.dashboard.projector import projector
from podwatch.renderers.dashboard.table import table
from podwatch.renderers.dashboard.theme import DEFAULT, Theme
from podwatch.renderers.dashboard.timeline import timeline
from podwatch.renderers.dashboard.view_state import (
    Scene,
    ViewState,
    arranged,
    lesson_shown,
    selected_row,
)

FIRST_LOOK = ViewState()
SIDE_BY_SIDE = 140
"""From how many columns on the card and the timeline stand side by side."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What `view` made. `scroll` is the first row shown, `page` how many rows are shown.

    `lines_scroll` is the first line shown of an overlay or of the Pod that is open.
    """

    lines: tuple[Text, ...]
    scroll: int
    page: int
    lines_scroll: int


def view(
    board: Board,
    width: int,
    height: int,
    look: ViewState = FIRST_LOOK,
    *,
    theme: Theme = DEFAULT,
    tz: tzinfo | None = None,
    recorded: bool = False,
) -> Frame:
    """The screen for a board, as somebody looks at it. `tz` None shows the local zone's times.

    `recorded`: the board is of a recording, so its connection is not called live.
    """
    pen = Layout(theme, tz)
    rows = arranged(board, look)
    lines = [
        header(board, width, pen, recorded),
        *stopped(board, look, width, pen),
        *banner(board, width, pen),
    ]
    room = max(height - len(lines) - 1, 0)
    first, page, lines_scroll = look.scroll, room, 0
    if look.overlay:
        page = max(room - 1, 0)
        laid, lines_scroll = overlay(look, width, page, pen)
        lines += [pen.blank(width), *laid]
    elif look.scene is Scene.PROJECTOR:
        lines += projector(board, lesson_shown(board, look), width, room, pen)
    elif look.scene is Scene.TABLE:
        laid, first, page = _table(board, rows, look, width, height, room, pen, recorded)
        lines += laid
    elif (row := selected_row(board, look)) is not None:
        lines_scroll = min(look.lines_scroll, last_scroll(board, row, width, room, pen))
        lines += pod_view(board, row, width, room, pen, lines_scroll)
    else:
        text = " This Pod does not exist at this moment. Esc goes back to the others."
        lines += [pen.blank(width), pen.line(width, [(text, "strong")])]
    there = sum(not row.gone for row in rows) if look.typing else len(rows)
    lines = lines[: max(height - 1, 0)]
    lines += [pen.blank(width)] * (height - 1 - len(lines))
    lines.append(footer(look, there, sum(board.counts.values()), width, pen))
    return Frame(tuple(lines[:height]), first, page, lines_scroll)


def _table(
    board: Board,
    rows: Sequence[Row],
    look: ViewState,
    width: int,
    height: int,
    room: int,
    pen: Layout,
    recorded: bool,
) -> tuple[list[Text], int, int]:
    """The Pods, the card and the timeline; the first row that is seen, and how many are."""
    wide, airy, tall = width >= SIDE_BY_SIDE, height >= 30, height >= 20
    # The same for every lesson, so that nothing jumps when a new one comes.
    card_height = max(min(height // 2, 22) if wide else min(height * 42 // 100, 17), 6)
    list_minimum = 0 if wide else 5 if airy else 3 if tall else 2
    space = max(max(room - airy - tall, 0) - card_height - list_minimum, 2)
    pods, first, page = table(board, rows, width, space, look, pen, recorded=recorded)
    blank = [pen.blank(width)]
    lines = [*blank * airy, *pods, *blank * tall]
    left = max(room - len(lines), 0)
    card_width = min(max(width * 52 // 100, 74), 110) if wide else width
    lesson = card(board, look, card_width, min(card_height, left), pen)
    if not wide:
        lines += [*lesson, *timeline(board, width, left - len(lesson), pen)]
        return lines, first, page
    rest = width - card_width - 1
    for one, other in zip_longest(lesson, timeline(board, rest, left, pen)):
        lines.append(joined(one or pen.blank(card_width), " ", other or pen.blank(rest)))
    return lines, first, page
