"""The dashboard's frame: a board, a width and a height become lines of text.

Responsible for what stands where, as a pure function; each part is a room of its own. Only visible
rows are built, each line exactly as wide as the screen. Not responsible for the terminal
(`screen`), for colours and symbols (`theme`) or for what anything means (the concepts).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import islice, zip_longest

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.renderers.dashboard.card import card
from podwatch.renderers.dashboard.footer import footer
from podwatch.renderers.dashboard.header import banner, header, stopped
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.overlay import overlay
from podwatch.renderers.dashboard.pod_view import last_scroll, pod_view
from podwatch.renderers.dashboard.projector import projector
from podwatch.renderers.dashboard.table import table
from podwatch.renderers.dashboard.theme import DEFAULT, Theme
from podwatch.renderers.dashboard.timeline import timeline
from podwatch.renderers.dashboard.view_state import Scene, ViewState, arranged, lesson_shown, opened

FIRST_LOOK = ViewState()
SIDE_BY_SIDE = 140
"""From how many columns on the card and the timeline stand side by side."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What `view` made. `scroll` is the first row shown, `page` how many are shown of `rows`.

    `lines_scroll` is the first line shown of an overlay or of the Pod that is open.
    """

    lines: tuple[Text, ...]
    scroll: int
    page: int
    rows: int
    lines_scroll: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines as they are: they were measured already, nothing wraps."""
        for line in self.lines:
            yield from line.render(console)
            yield Segment.line()


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
    top = [
        header(board, width, pen, recorded),
        *stopped(board, look, width, pen),
        *banner(board, width, pen),
    ]
    if look.overlay:
        body = max(height - len(top) - 2, 0)
        laid, first = overlay(look, width, body, pen)
        lines = [*top, pen.blank(width), *laid]
        made = _frame(lines, look.scroll, body, rows, board, look, width, height, pen)
        return replace(made, lines_scroll=first)
    if look.scene is not Scene.TABLE:
        laid, first = _scene(board, look, width, height, top, pen)
        made = _frame([*top, *laid], look.scroll, len(laid), rows, board, look, width, height, pen)
        return replace(made, lines_scroll=first)
    wide = width >= SIDE_BY_SIDE
    airy = height >= 30
    body = max(height - len(top) - 1 - airy - (height >= 20), 0)

    list_minimum = 0 if wide else (2 if height < 20 else 3 if height < 30 else 5)
    room = max(body - _card_height(height, wide) - list_minimum, 2)
    pods, first, page = table(board, rows, width, room, look, pen, recorded=recorded)
    lines = [*top, *([pen.blank(width)] if airy else []), *pods]
    if height >= 20:
        lines.append(pen.blank(width))
    left = max(height - len(lines) - 1, 0)
    lesson_height = min(_card_height(height, wide), left)
    if wide:
        card_width = min(max(width * 52 // 100, 74), 110)
        lesson = card(board, look, card_width, lesson_height, pen)
        happened = timeline(board, width - card_width - 1, left, pen)
        lines += _beside(lesson, happened, card_width, width, left, pen)
    else:
        lesson = card(board, look, width, lesson_height, pen)
        lines += [*lesson, *timeline(board, width, left - len(lesson), pen)]
    return _frame(lines, first, page, rows, board, look, width, height, pen)


def _scene(
    board: Board, look: ViewState, width: int, height: int, top: list[Text], pen: Layout
) -> tuple[list[Text], int]:
    """What is drawn instead of the table, and its first line."""
    room = max(height - len(top) - 1, 0)
    if look.scene is Scene.PROJECTOR:
        return projector(board, lesson_shown(board, look), width, room, pen), 0
    row = opened(board, look)
    if row is None:
        text = " This Pod does not exist at this moment. Esc goes back to the others."
        return [pen.blank(width), pen.line(width, [(text, pen.style("strong"))])], 0
    first = min(look.lines_scroll, last_scroll(board, row, width, room, pen))
    return pod_view(board, row, width, room, pen, first), first


def _frame(
    lines: list[Text],
    first: int,
    page: int,
    rows: Sequence[Row],
    board: Board,
    look: ViewState,
    width: int,
    height: int,
    pen: Layout,
) -> Frame:
    """The lines, filled up to the footer."""
    there = sum(not row.gone for row in rows) if look.typing else len(rows)
    total = sum(board.counts().values())
    lines = lines[: max(height - 1, 0)]
    lines += [pen.blank(width)] * (height - 1 - len(lines))
    lines.append(footer(look, there, total, width, pen))
    return Frame(tuple(lines[:height]), first, page, len(rows))


def _card_height(height: int, wide: bool) -> int:
    """The same for every lesson, so that nothing jumps when a new one comes."""
    return max(min(height // 2, 22) if wide else min(height * 42 // 100, 17), 6)


def _beside(
    one: list[Text], other: list[Text], one_width: int, width: int, height: int, pen: Layout
) -> Iterator[Text]:
    """The card and the timeline next to each other."""
    for first, second in islice(zip_longest(one, other), height):
        left = first.copy() if first is not None else pen.blank(one_width)
        left.append(" ")
        left.append_text(second if second is not None else pen.blank(width - one_width - 1))
        yield left
