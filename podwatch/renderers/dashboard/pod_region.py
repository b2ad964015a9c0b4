"""The Pod that the card is about, in boxes below it.

Its containers over time, what it is made of, and how its start went. Responsible for which of them
there is room for.
"""

from collections.abc import Sequence

from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.conditions import conditions_and_start
from podwatch.renderers.dashboard.lanes import lanes
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.dashboard.view_state import ViewState, marked

_LEAST = 5
"""Lower than this no box is."""


def pod_least(board: Board, look: ViewState) -> int:
    """How many rows the first of the boxes has; 0 without a Pod."""
    row = _row(board, look)
    return len(row.pod.all_containers()) + 3 if row is not None else 0


def pod_region(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> list[Text]:
    """At most `height` lines of exactly `width` cells: the boxes that are whole in them."""
    row = _row(board, look)
    if row is None:
        return []
    lines: list[Text] = []
    for box in (_over_time, _made_of, _start):
        if len(lines) + _LEAST <= height or not lines:
            made = box(board, row, width, pen)
            lines += made if len(lines) + len(made) <= height else []
    return lines


def _over_time(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    lived = lanes(board, row, width - 4, pen)
    return _box(f"{pen.say(row.ref.name)} over time", lived, width, pen) if lived else []


def _made_of(_: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    return anatomy(row.pod, width, pen)


def _start(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    lines = conditions_and_start(row.pod, board.start_of(row), width - 4, pen)
    return _box(f"{pen.say(row.ref.name)}: its start", lines, width, pen)


def _row(board: Board, look: ViewState) -> Row | None:
    key = marked(board, look)
    return board.by_key.get(key) if key is not None else None


def _box(title: str, lines: Sequence[Line], width: int, pen: Layout) -> list[Text]:
    return [pen.text(parts) for parts in pen.framed(lines, width, [(f" {title} ", "strong")])]
