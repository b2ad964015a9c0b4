"""The timeline: what happened, told once, the newest first.

Responsible for which of the entries are seen and for where one is among them. What there is to be
seen is `entries`, what a row looks like `beat_row`.
"""

from collections.abc import Callable, Sequence
from functools import cache

from rich.text import Text

from podwatch.core.beat import BeatGroup
from podwatch.core.board import Board
from podwatch.core.story_rows import STORY_LIMIT
from podwatch.renderers.dashboard.beat_row import entry_lines, name_width
from podwatch.renderers.dashboard.entries import entries, in_scope, index_of
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.dashboard.regions import Content, position
from podwatch.renderers.dashboard.regions import titled as region_title
from podwatch.renderers.dashboard.view_state import Region, ViewState, scope


def timeline_rows(board: Board) -> int:
    """How many rows it could fill."""
    return max(len(board.story), 1)


def timeline(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> Content:
    """The entries that are in scope, in at most `height` lines; with the focus one has a bar.

    That older ones are not kept is said in the last line, what is not in scope beside the title.
    """
    listed = entries(board, look)
    rows = in_scope(board, look)
    keys = scope(board, look)
    one_pod = keys is not None and len(keys) == 1
    at = index_of(look.entry, listed)
    first = max(at - look.timeline_scroll, 0)
    names = 0 if one_pod else name_width(listed[first : first + height], board, width)
    focused = look.focus is Region.TIMELINE

    @cache
    def drawn(number: int) -> Sequence[Text]:
        bar = focused and number == at
        return entry_lines(listed[number], board, width, names, pen, bar=bar)

    first, end = _window(first, at, len(listed), height, lambda number: len(drawn(number)))
    lines = [line for number in range(first, end) for line in drawn(number)]
    if len(lines) > height > 0:
        goes_on = f"{lines[height - 1].plain.rstrip()} {pen.symbol('ellipsis')}"
        lines = [*lines[: height - 1], pen.line(width, [(goes_on, "")])]
    if len(board.story) >= STORY_LIMIT and end == len(listed) and lines:
        older = pen.own(" · older ones are not kept any more")
        lines = [*lines[: height - 1], pen.line(width, [(older, "dim")])]
    if not listed:
        lines = [pen.line(width, [(" nothing yet", "")])][:height]
    row_of = [number for number in range(first, end) for _ in drawn(number)]
    shown = sum(isinstance(one, BeatGroup) for one in listed[first:end])
    elsewhere = len(board.story) - len(rows)
    right: Line = [(f" {elsewhere} elsewhere ", "label")] if elsewhere > 0 else []
    title = "What happened"
    if one_pod and rows:
        title += f" to {pen.say(rows[-1].lead.ref.title)}"
    return Content(
        lines,
        region_title(title, position(shown, len(rows)), width),
        first,
        len(listed) - end,
        end - first,
        right=right,
        at=at,
        row_of=row_of[:height],
    )


def _window(
    first: int, at: int, total: int, height: int, rows: Callable[[int], int]
) -> tuple[int, int]:
    """The first entry that is seen and the one after the last, so that `at` is among them."""
    last, room = total, height
    while first and last > 0 and rows(last - 1) <= room:  # nothing is left empty at the end
        last -= 1
        room -= rows(last)
    first = min(first, last, at)
    while first < at and sum(map(rows, range(first, at + 1))) > height:
        first += 1
    end, room = first, height
    # What is not whole is left out, but not the only one.
    while end < total and (rows(end) <= room or end == first):
        room -= rows(end)
        end += 1
    return first, end
