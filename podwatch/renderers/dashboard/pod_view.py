"""The Pod view: everything about one Pod on one screen.

Responsible for what stands where and what is left out where there is no room. The box of its
containers is `anatomy`, their states over time are `lanes`, its start is `startup_chart`.
"""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.kube import Pod
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.bars import LateLine
from podwatch.renderers.dashboard.conditions import conditions
from podwatch.renderers.dashboard.lanes import STATES, lanes
from podwatch.renderers.dashboard.layout import Layout, Part, cells
from podwatch.renderers.dashboard.pod_header import pod_header
from podwatch.renderers.dashboard.startup_chart import startup_chart
from podwatch.renderers.dashboard.timeline import happened

_CONDITIONS = 38
_BESIDE = 78
"""From how many columns on the conditions and the start stand side by side."""
_WIDE = 126
"""From how many columns on they stand beside the anatomy."""
_TIMELINE = 3
"""How many lines of the timeline are seen at least, if anything happened."""


def pod_view(
    board: Board, row: Row, width: int, height: int, pen: Layout, scroll: int = 0
) -> list[Text]:
    """`height` lines of exactly `width` cells. What has no room is below, `scroll` lines down."""
    top = pod_header(board, row, width, pen)[:height]
    room = height - len(top)
    body = _body(board, row, width, room, pen) if room else []
    if len(body) > room:
        first = max(min(scroll, len(body) - room + 1), 0)
        shown = body[first : first + room - 1]
        more = len(body) - first - len(shown)
        said = f" {pen.theme.symbol('down')} {more} more lines" if more else ""
        body = [*shown, pen.line(width, [(said, pen.style("dim"))])]
    lines = [*top, *body]
    return lines + [pen.blank(width)] * (height - len(lines))


def last_scroll(board: Board, row: Row, width: int, height: int, pen: Layout) -> int:
    """The greatest `scroll` at which there is something more to see."""
    top = pod_header(board, row, width, pen)
    room = height - len(top)
    return max(len(_body(board, row, width, room, pen)) - room + 1, 0) if room > 0 else 0


def _body(board: Board, row: Row, width: int, room: int, pen: Layout) -> list[Text]:
    """All below the header; longer than the room if it has to be."""
    inner = width - 2
    entries = _timeline(board, row, width, pen)
    least = min(len(entries), _TIMELINE)
    start = startup_chart(board.start_of(row), row.pod, 26 if width >= 100 else 20, pen)
    lived = [pen.line(width, [(" ", None), *line]) for line in lanes(board, row, inner - 1, pen)]
    if lived:
        lived.insert(0, _titled("containers over time", width, pen, _legend(pen)))
    for airy in (True, False):
        facts = _facts(row.pod, start, width, pen, airy)
        blank = [pen.blank(width)] if airy else []
        blocks = [*blank, *facts, *blank, *lived, *blank]
        if len(blocks) + least + 1 <= room:
            break
    else:
        # The anatomy changes least: it comes last if not all has room.
        facts = [*_beside(conditions(row.pod, pen), start, width, pen), *lived]
        rest = max(room - len(facts) - 1, _TIMELINE)
        return [*facts, *_named_timeline(entries[:rest], width, pen), *_box(row.pod, width, pen)]
    return [*blocks, *_named_timeline(entries[: room - len(blocks) - 1], width, pen)]


def _facts(pod: Pod, start: list[LateLine], width: int, pen: Layout, airy: bool) -> list[Text]:
    """The anatomy, the conditions and the start."""
    column = conditions(pod, pen)
    if width < _WIDE:
        box = _box(pod, width, pen)
        blank = [pen.blank(width)] if airy else []
        return [*box, *blank, *_beside(column, start, width, pen)]
    left_width = min(width * 54 // 100, 96)
    right_width = width - left_width - 3
    left = anatomy(pod, left_width, pen)
    right = [line.drawn(right_width, pen) for line in [*column, LateLine(), *start]]
    lines: list[Text] = []
    for one, other in zip_longest(left, right):
        line = Text(" ", no_wrap=True, end="")
        line.append_text(one or pen.blank(left_width))
        line.append("  ")
        line.append_text(other or pen.blank(right_width))
        lines.append(line)
    return lines


def _box(pod: Pod, width: int, pen: Layout) -> list[Text]:
    lines = []
    for line in anatomy(pod, width - 2, pen):
        whole = Text(" ", no_wrap=True, end="")
        whole.append_text(line)
        whole.append(" ")
        lines.append(whole)
    return lines


def _beside(left: list[LateLine], right: list[LateLine], width: int, pen: Layout) -> list[Text]:
    """The conditions and the start next to each other, or one below the other."""
    if width < _BESIDE:
        return [
            pen.line(width, [(" ", None), *line.parts_in(width - 2, pen)])
            for line in [*left, *right]
        ]
    right_width = width - _CONDITIONS - 4
    lines = []
    for one, other in zip_longest(left, right, fillvalue=LateLine()):
        parts = [*one.parts_in(_CONDITIONS, pen), ("  ", None)]
        lines.append(pen.line(width, [(" ", None), *parts, *other.parts_in(right_width, pen)]))
    return lines


# ── what happened ──


def _titled(title: str, width: int, pen: Layout, right: Sequence[Part] = ()) -> Text:
    fits = cell_len(title) + 3 + cells(right) <= width
    return pen.line(width, [(f" {title}", pen.style("heading"))], right if fits else ())


def _legend(pen: Layout) -> list[Part]:
    parts: list[Part] = []
    for name, word in STATES.items():
        parts += [(f"{pen.theme.symbol(name)} ", pen.style(name)), (f"{word}  ", pen.style("dim"))]
    return parts


def _named_timeline(lines: list[Text], width: int, pen: Layout) -> list[Text]:
    return [_titled("what happened, newest first", width, pen), *lines] if lines else []


def _timeline(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    """The Pod's transitions and Events, the newest first, Events at their own time."""
    what = min(max(width * 45 // 100, 30), 52)
    return [happened(one, width, what, pen) for one in reversed(board.timeline_of(row.ref))]
