"""The table of Pods: kubectl's columns and the phase beside them, one Pod a row.

Responsible for the columns' widths, which rows are seen, and what is said without any Pod.
"""

import re
import shlex
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.columns import age_text, restarts_text
from podwatch.core.finding import Finding
from podwatch.core.health import Health
from podwatch.core.timeline import EXISTENCE_WORDS
from podwatch.renderers.dashboard.lanes import lifeline
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped
from podwatch.renderers.dashboard.view_state import (
    GONE_STAYS,
    ViewState,
    marked,
    place,
    pod_scopes,
    several_namespaces,
)

_NAME_MINIMUM = 12
_LIFELINE_MINIMUM = 10


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
        return _empty(board, look, width, room, pen, recorded), 0, 0
    space = max(room - 1, 1)
    page = min(len(rows), space)
    first = look.scroll
    if look.selected:
        at = next((n for n, row in enumerate(rows) if row.ref.key == look.selected), first)
        first = min(max(first, at - page + 1), at)
    first = max(min(first, len(rows) - page), 0)
    widths = _widths(board, width)
    gap = _gap(width)
    heading = gap.join(pen.fit(word, size) for word, size in widths.items() if size)
    lines = [pen.line(width, [("    " + heading, "heading")])]
    here = marked(board, look)
    for row in rows[first : first + page]:
        is_here = row.ref.key == here
        lines.append(_row(board, row, widths, width, is_here, bool(look.selected), pen))
    return lines, first, page


def _widths(board: Board, width: int) -> dict[str, int]:
    """The cells of each column, by its heading; 0 for one that is not shown.

    Fixed by the screen's width and the longest name, so that columns keep their place. The
    lifeline shares its column with a remark.
    """
    narrow, small = width < 72, width < 100
    namespace = min(max(board.longest_namespace, 9), 9 if small else 24)
    widths = {
        "NAMESPACE": namespace if several_namespaces(board) else 0,
        "NAME": 0,
        "READY": 5,
        "STATUS": 14 if narrow else 17 if width < 120 else 22 if width < 150 else 26,
        "PHASE": 9,
        "RESTARTS": 8 if small else 13,
        "AGE": 0 if narrow else 5 if small else 6 if width < 140 else 9,
    }
    gap = len(_gap(width))
    free = width - 5 - sum(size + gap for size in widths.values() if size)
    longest = board.longest_name
    least = 0 if narrow else _LIFELINE_MINIMUM + gap
    name = max(min(max(longest, 15 if small else 20), free - least), _NAME_MINIMUM)
    lifeline = free - name - gap
    if lifeline < _LIFELINE_MINIMUM:  # then there is none, and names get its room
        name, lifeline = max(min(longest, free), _NAME_MINIMUM), 0
    return widths | {"NAME": name, "LIFELINE": lifeline}


def _gap(width: int) -> str:
    return " " if width < 100 else "  "


def _row(
    board: Board,
    row: Row,
    widths: dict[str, int],
    width: int,
    here: bool,
    selected: bool,
    pen: Layout,
) -> Text:
    tone: str = row.health
    calm = "dim" if tone in {Health.GONE, Health.ENDED} else ""
    if row.gone and board.t - row.gone_t > GONE_STAYS / 2:
        tone = calm = "going"
    gap = _gap(width)
    marker = pen.symbol("here") if here else " "
    parts: Line = [(f" {marker}", "brand"), (f"{pen.symbol(row.health)} ", tone)]
    if widths["NAMESPACE"]:
        parts.append((pen.fit_name(pen.say(row.ref.namespace), widths["NAMESPACE"]) + gap, calm))
    name_style = ("selected" if selected else "strong") if here else calm
    parts += [
        (pen.fit_name(pen.say(row.ref.name), widths["NAME"]), name_style),
        (gap + pen.fit(row.columns.ready_text, widths["READY"]) + gap, calm),
        (pen.fit(pen.say(row.columns.status), widths["STATUS"]) + gap, tone),
    ]
    room = widths["LIFELINE"]
    drawn = lifeline(row, board.t, room, pen)
    # Beside a remark a long lifeline is shortened, a short one leaves it the room.
    beside = room - min(cells(drawn), _LIFELINE_MINIMUM) - 2
    remark = _remark(board, row, beside, pen)
    if cell_len(remark) > beside:
        if row.gone:  # what it had last tells less than what became of it
            said = _remark(board, row, width - cells(parts) - 1, pen)
            return pen.line(width, [*parts, (said, calm)])
        remark = ""
    restarts = restarts_text(row.columns, board.now)
    if len(restarts) > widths["RESTARTS"]:
        restarts = str(row.columns.restarts)
    parts.append((pen.fit(pen.say(row.pod.status.phase), widths["PHASE"]) + gap, calm))
    parts.append((pen.fit(restarts, widths["RESTARTS"]), calm))
    if widths["AGE"]:
        age = age_text(row.pod, board.now)
        if len(age) > widths["AGE"] and (years := re.match(r"\d+y", age)):
            age = years[0]  # as kubectl says it of more than eight years
        parts.append((gap + pen.fit(age, widths["AGE"]), calm))
    if room:
        if remark:
            drawn = lifeline(row, board.t, room - cell_len(remark) - 2, pen)
            remark = "  " + remark
        spans = [(text, tone) for text, _ in drawn] if tone == "going" else drawn
        parts += [(gap, ""), *spans, (remark, "dim")]
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
        known = board.diagnosis(row) if row.health in _WAITS else None
        return _news(known.first, row, board, width, pen) if known is not None else ""
    whole = f"{start}: a new Pod, other uid"
    return whole if cell_len(whole) <= width else start


def _news(first: Finding, row: Row, board: Board, width: int, pen: Layout) -> str:
    """The fact and the countdown, or what there is room for; STATUS need not be said again."""
    fact, ends = first.fact.removeprefix(f"{row.columns.status}: "), first.ends(board.now)
    brief = f"waits for {first.waits_for}" if first.waits_for else ""
    for said in (f"{fact}; {ends}" if ends else fact, ends, fact, brief):
        if said and cell_len(shown := pen.say(said)) <= width:
            return shown
    return ""


_WAITS = frozenset({Health.WAITING, Health.TROUBLE, Health.DELETING})


def _shortened(name: str, like: str, pen: Layout) -> str:
    """A name without the parts that it has in common with another one."""
    parts, others = name.split("-"), like.split("-")
    common = 0
    while common < min(len(parts), len(others)) - 1 and parts[common] == others[common]:
        common += 1
    return "-".join([pen.symbol("ellipsis"), *parts[common:]]) if common else name


def _empty(
    board: Board, look: ViewState, width: int, room: int, pen: Layout, recorded: bool
) -> list[Text]:
    """What is said as long as there are no Pods; never an empty screen."""
    lines = [] if room < 5 else [pen.blank(width)]
    for text, style in _why_empty(board, look, pen, recorded):
        margin = "    " if style == "command" else "  "
        for number, line in enumerate(wrapped(text, max(width - 6, 10))):
            lines.append(pen.line(width, [(f"{margin}{'  ' if number else ''}{line}", style)]))
    return lines[:room]


def _why_empty(board: Board, look: ViewState, pen: Layout, recorded: bool) -> Line:
    """Why there is none, and what to do."""
    scopes, where = pod_scopes(board), pen.say(place(board))
    if board.rows and (look.filter or look.trouble_only):
        why = f'no Pod matches "{pen.say(look.filter)}"' if look.filter else "no Pod is in trouble"
        return [(why, "strong"), ("Esc shows all of them again.", "")]
    if board.awaited:
        names = map(pen.say, board.awaited)
        return [
            *((f"waiting for {name}: it does not exist yet", "strong") for name in names),
            ("As soon as it is created, it is followed here.", ""),
        ]
    if not board.synced:
        context = pen.say(board.opened.context) if board.opened else ""
        return [(pen.own(f"asking {context or 'the cluster'} for its Pods …"), "strong")]
    why, then = f"no Pods in {where}", "To see something happen, type in another terminal:"
    if any(scope.selective for scope in scopes):
        why = f"no Pod matches in {where}"
        then = "The first one that does is followed here."
    elif any(scope.name for scope in scopes):
        why = f"{where} is gone"
        then = "If one of that name is created again, it is followed here."
    elif any(scope.owner for scope in scopes):
        why = f"{where} has no Pods now"
        then = "The next one that it makes is followed here."
    elif recorded:
        then = "This is a recording: at this moment there is none in it."
    else:
        namespace = shlex.quote(next((scope.namespace for scope in scopes), "") or "default")
        hello = f"kubectl run hello --image=busybox:1.36 -n {namespace} -- sleep 60"
        return [(why, "strong"), (then, ""), (pen.say(hello), "command")]
    return [(why, "strong"), (then, "")]
