"""The Pod that the card is about, in boxes below it: its containers over time, and what it is.

Responsible for which of them there is room for.
"""

from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.lanes import lanes
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.dashboard.view_state import ViewState, marked


def pod_rows(board: Board, look: ViewState, width: int, pen: Layout) -> tuple[int, int]:
    """How many rows the first box has, and how many all of them have."""
    row = _row(board, look)
    sizes = [len(box) for box in _boxes(board, row, width, pen)] if row is not None else [0]
    return sizes[0], sum(sizes)


def pod_region(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> list[Text]:
    """At most `height` lines of exactly `width` cells: the boxes that are whole in them."""
    row = _row(board, look)
    lines: list[Text] = []
    for box in _boxes(board, row, width, pen) if row is not None else ():
        if len(lines) + len(box) <= height:
            lines += box
    return lines


def _row(board: Board, look: ViewState) -> Row | None:
    key = marked(board, look)
    return next((row for row in board.rows if row.ref.key == key), None) if key else None


def _boxes(board: Board, row: Row, width: int, pen: Layout) -> list[list[Text]]:
    lived = lanes(board, row, width - 4, pen)
    title: Line = [(f" {pen.say(row.ref.name)} ", "strong"), ("containers over time ", "")]
    over_time = [pen.text(parts) for parts in pen.framed(lived, width, title)]
    return [over_time if lived else [], anatomy(row.pod, width, pen)]
