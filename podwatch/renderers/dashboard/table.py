"""The table of Pods: kubectl's columns and the phase beside them, one Pod a row.

Responsible for the columns' widths, which rows are seen; without any Pod it is `empty`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.columns import age_text, restarts_text
from podwatch.core.health import Health
from podwatch.core.timeline import EXISTENCE_WORDS
from podwatch.renderers.dashboard.empty import empty
from podwatch.renderers.dashboard.layout import Layout, Part, cells
from podwatch.renderers.dashboard.lifeline import lifeline
from podwatch.renderers.dashboard.view_state import (
    GONE_STAYS,
    ViewState,
    marked,
    several_namespaces,
)

_GAP = 2
_NAME_MINIMUM = 12
_LIFELINE_MINIMUM = 10


@dataclass(frozen=True, slots=True)
class _Widths:
    """The cells of each column; 0 for one that is not shown. The lifeline shares its remark's."""

    name: int
    namespace: int
    ready: int
    status: int
    phase: int
    restarts: int
    age: int
    lifeline: int
    gap: int


def _widths(board: Board, width: int, namespaces: bool) -> _Widths:
    """Fixed by the screen's width and the longest name, so that columns keep their place."""
    namespace = 0
    if namespaces:
        namespace = min(max(board.longest_namespace, 9), 9 if width < 100 else 24)
    narrow = width < 72
    gap = 1 if width < 100 else _GAP
    status = 14 if narrow else 17 if width < 120 else 22 if width < 150 else 26
    restarts = 8 if width < 100 else 13
    age = 0 if narrow else 5 if width < 100 else 6 if width < 140 else 9
    shown = [one for one in (namespace, 5, status, 9, restarts, age) if one]
    free = width - 4 - 1 - sum(shown) - gap * len(shown)
    longest = board.longest_name
    least = 0 if narrow else _LIFELINE_MINIMUM + gap
    name = max(min(max(longest, 15 if width < 100 else 20), free - least), _NAME_MINIMUM)
    lifeline = free - name - gap
    if lifeline < _LIFELINE_MINIMUM:  # then there is none, and names get its room
        name, lifeline = max(min(longest, free), _NAME_MINIMUM), 0
    return _Widths(name, namespace, 5, status, 9, restarts, age, lifeline, gap)


def table(
    board: Board,
    rows: Sequence[Row],
    width: int,
    room: int,
    look: ViewState,
    pen: Layout,
    *,
    recorded: bool = False,
) -> tuple[list[Text], int, int]:
    """The heading and the visible rows in at most `room` lines; first row, number of rows.

    The selected row is always among them.
    """
    if not rows:
        return empty(board, look, width, room, pen, recorded), 0, 0
    space = max(room - 1, 1)
    page = len(rows) if len(rows) <= space else max(space - 1, 1)
    first = look.scroll
    if look.selected:
        at = next((n for n, row in enumerate(rows) if row.ref.key == look.selected), first)
        first = min(max(first, at - page + 1), at)
    first = max(min(first, len(rows) - page), 0)
    widths = _widths(board, width, several_namespaces(board))
    lines = [_heading(widths, width, pen)]
    here = marked(board, look)
    for row in rows[first : first + page]:
        is_here = row.ref.key == here
        lines.append(_row(board, row, widths, width, is_here, bool(look.selected), pen))
    if page < len(rows) and len(lines) < room:
        above, below = first, len(rows) - first - page
        said = [
            f"{pen.theme.symbol(symbol)} {number} more {word}"
            for symbol, number, word in (("up", above, "above"), ("down", below, "below"))
            if number
        ]
        lines.append(pen.line(width, [("    " + "   ".join(said), pen.style("dim"))]))
    return lines, first, page


def _heading(widths: _Widths, width: int, pen: Layout) -> Text:
    words = ["NAME", "READY", "STATUS", "PHASE", "RESTARTS", "AGE", "LIFELINE"]
    sizes = [
        widths.name,
        widths.ready,
        widths.status,
        widths.phase,
        widths.restarts,
        widths.age,
        widths.lifeline,
    ]
    if widths.namespace:
        words.insert(0, "NAMESPACE")
        sizes.insert(0, widths.namespace)
    gap = " " * widths.gap
    text = gap.join(pen.fit(word, size) for word, size in zip(words, sizes, strict=True) if size)
    return pen.line(width, [("    " + text, pen.style("heading"))])


def _row(
    board: Board, row: Row, widths: _Widths, width: int, here: bool, selected: bool, pen: Layout
) -> Text:
    if row.gone and board.t - row.gone_t > GONE_STAYS / 2:
        tone = calm = pen.style("going")
    else:
        tone = pen.style(row.health)
        calm = pen.style("dim") if row.health in {Health.GONE, Health.ENDED} else None
    gap = " " * widths.gap
    marker = pen.theme.symbol("here") if here else " "
    name = pen.fit_name(pen.say(row.ref.name), widths.name)
    name_style = pen.style("selected" if selected else "strong") if here else calm
    parts: list[Part] = [
        (f" {marker}", pen.style("brand")),
        (f"{pen.theme.symbol(row.health)} ", tone),
    ]
    if widths.namespace:
        parts.append((pen.fit_name(pen.say(row.ref.namespace), widths.namespace) + gap, calm))
    parts += [
        (name, name_style),
        (gap + pen.fit(row.columns.ready_text, widths.ready) + gap, calm),
        (pen.fit(pen.say(row.columns.status), widths.status) + gap, tone),
    ]
    drawn = lifeline(row, board.t, widths.lifeline, pen)
    # Beside a remark a long lifeline is shortened, a short one leaves it the room.
    least = min(cells(drawn), _LIFELINE_MINIMUM) + 2
    remark = _remark(board, row, widths.lifeline - least, pen)
    if cell_len(remark) > widths.lifeline - least:
        if row.gone:  # what it had last tells less than what became of it
            said = _remark(board, row, width - cells(parts) - 1, pen)
            return pen.line(width, [*parts, (said, calm)])
        remark = ""
    restarts = restarts_text(row.columns, board.now) if board.now is not None else ""
    if len(restarts) > widths.restarts or not restarts:
        restarts = str(row.columns.restarts)
    parts.append((pen.fit(pen.say(row.pod.status.phase), widths.phase) + gap, calm))
    parts.append((pen.fit(restarts, widths.restarts), calm))
    if widths.age:
        age = age_text(row.pod, board.now) if board.now is not None else ""
        if len(age) > widths.age and (years := re.match(r"\d+y", age)):
            age = years[0]  # as kubectl says it of more than eight years
        parts.append((gap + pen.fit(age, widths.age), calm))
    if widths.lifeline:
        if remark:
            drawn = lifeline(row, board.t, widths.lifeline - cell_len(remark) - 2, pen)
        parts += [(gap, None), *([(t, tone) for t, _ in drawn] if tone is calm else drawn)]
        parts.append(("  " + remark if remark else "", pen.style("dim")))
    return pen.line(width, parts)


def _remark(board: Board, row: Row, width: int, pen: Layout) -> str:
    """What else is to be said of a Pod, as much of it as there is room for."""
    gone = EXISTENCE_WORDS.get(row.gone, row.gone)
    if row.replaced_by:
        by = _shortened(pen.say(row.replaced_by.name), pen.say(row.ref.name), pen)
        start = f"{gone}, replaced by {by}" if gone else f"replaced by {by}"
    elif row.gone:
        return gone
    elif row.replaces:
        start = f"replaces {_shortened(pen.say(row.replaces.name), pen.say(row.ref.name), pen)}"
    else:
        wait = board.wait(row) if row.health in _WAITS else None
        return pen.say(wait.short(board.now)) if wait is not None and board.now is not None else ""
    whole = f"{start}: a new Pod, other uid"
    return whole if cell_len(whole) <= width else start


_WAITS = frozenset({Health.WAITING, Health.TROUBLE, Health.DELETING})


def _shortened(name: str, like: str, pen: Layout) -> str:
    """A name without the parts that it has in common with another one."""
    parts, others = name.split("-"), like.split("-")
    common = 0
    while common < min(len(parts), len(others)) - 1 and parts[common] == others[common]:
        common += 1
    return pen.ellipsis + "-" + "-".join(parts[common:]) if common else name
