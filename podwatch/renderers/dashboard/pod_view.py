"""The Pod view: everything about one Pod on one screen.

Responsible for what stands where, what is left out where there is no room, and the conditions. The
box of its containers is `anatomy`, their states over time are `lanes`, its start `startup_chart`.
"""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.beat import BeatGroup
from podwatch.core.board import Board, Row
from podwatch.core.kube import Pod
from podwatch.core.startup import Waterfall
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.arrangement import border_of
from podwatch.renderers.dashboard.beat_row import entry_lines
from podwatch.renderers.dashboard.conditions import LABELS, conditions, conditions_and_start
from podwatch.renderers.dashboard.entries import Unfolded
from podwatch.renderers.dashboard.lanes import STATES, lanes
from podwatch.renderers.dashboard.layout import Layout, Line, Part, cells, joined
from podwatch.renderers.dashboard.pod_header import pod_header, pod_title
from podwatch.renderers.dashboard.regions import Content
from podwatch.renderers.dashboard.startup_chart import startup_chart
from podwatch.renderers.dashboard.view_state import ViewState

_WIDE = 126
"""From how many columns on they stand beside the anatomy."""
_HAPPENED = 4
"""How many lines of what happened are seen at least, its title included."""


def pod_view(
    board: Board, row: Row, width: int, height: int, pen: Layout, look: ViewState
) -> tuple[list[Text], int]:
    """`height` lines of exactly `width` cells, and the first line that is seen below the header.

    The header stays, all else is scrolled.
    """
    border = border_of(width, height)
    inner, space = max(width - border.columns, 1), max(height - border.rows, 0)
    top = pod_header(board, row, inner, pen)[:space]
    room = space - len(top)
    body = _body(board, row, inner, room, pen, unfolded=look.pod_unfolded) if room else []
    first = max(min(look.lines_scroll, len(body) - room), 0)
    seen = body[first : first + room]
    below = len(body) - first - len(seen)
    title, about = pod_title(row, width, pen)
    content = Content([*top, *seen], title, first, below, right=about)
    return border.around(content, width, height, pen, focused=True), first


def _body(
    board: Board, row: Row, width: int, room: int, pen: Layout, *, unfolded: bool
) -> list[Text]:
    """All below the header; longer than the room if it has to be."""
    happened = _happened(board, row, width, pen, unfolded=unfolded)
    start = board.start_of(row)
    lived = [pen.line(width, [(" ", ""), *line]) for line in lanes(board, row, width - 3, pen)]
    if lived:
        lived.insert(0, _titled("containers over time", width, pen, _legend(pen)))
    for airy in (True, False):
        facts = _facts(row.pod, start, width, pen, airy)
        blank = [pen.blank(width)] if airy else []
        blocks = [*blank, *facts, *blank, *lived, *blank]
        if len(blocks) + min(len(happened), _HAPPENED) <= room:
            return [*blocks, *happened]
    # The anatomy changes least: it comes last if not all has room.
    return [*_beside(row.pod, start, width, pen), *lived, *happened, *_box(row.pod, width, pen)]


def _facts(pod: Pod, start: Waterfall, width: int, pen: Layout, airy: bool) -> list[Text]:
    """The anatomy, the conditions and the start."""
    if width < _WIDE:
        blank = [pen.blank(width)] if airy else []
        return [*_box(pod, width, pen), *blank, *_beside(pod, start, width, pen)]
    left_width = min(width * 54 // 100, 96)
    right_width = width - left_width - 3
    chart = startup_chart(start, pod, right_width, LABELS, pen)
    right = [
        pen.line(right_width, line) for line in [*conditions(pod, right_width, pen), [], *chart]
    ]
    return [
        joined(" ", one or pen.blank(left_width), "  ", other or pen.blank(right_width))
        for one, other in zip_longest(anatomy(pod, left_width, pen), right)
    ]


def _box(pod: Pod, width: int, pen: Layout) -> list[Text]:
    return [joined(" ", line, " ") for line in anatomy(pod, width - 2, pen)]


def _beside(pod: Pod, start: Waterfall, width: int, pen: Layout) -> list[Text]:
    rows = conditions_and_start(pod, start, width - 2, pen)
    return [pen.line(width, [(" ", ""), *parts]) for parts in rows]


# ── what happened ──


def _titled(title: str, width: int, pen: Layout, right: Sequence[Part] = ()) -> Text:
    fits = cell_len(title) + 3 + cells(right) <= width
    return pen.line(width, [(f" {title}", "heading")], right if fits else ())


def _legend(pen: Layout) -> Line:
    parts: Line = []
    for name, word in STATES.items():
        parts += [(f"{pen.symbol(name)} ", name), (f"{word}  ", "dim")]
    return parts


def _happened(board: Board, row: Row, width: int, pen: Layout, *, unfolded: bool) -> list[Text]:
    """The Pod's beats under their title, the newest first; each with its parts if `unfolded`."""
    lines: list[Text] = []
    for beat in reversed(board.beats_of(row.ref)):
        group = BeatGroup(lead=beat, refs=(beat.ref,))
        lines += entry_lines(group, board, width, 0, pen)
        for at, part in enumerate(reversed(beat.parts) if unfolded else ()):
            lines += entry_lines(Unfolded(beat.number, at, part), board, width, 0, pen)
    more = "o folds it" if unfolded else "o unfolds it"
    title = _titled("what happened, newest first", width, pen, [(f"{more} ", "dim")])
    return [title, *lines] if lines else []
