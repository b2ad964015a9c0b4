"""The table of Pods: kubectl's columns and the phase beside them, one Pod a row.

Responsible for the columns' widths, which rows are seen, and what to say without any Pod.
"""

import shlex
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from podwatch.board import Board, Row, standing
from podwatch.columns import age_text, restarts_text
from podwatch.lifecycle import Existence
from podwatch.renderers.pen import Part, Pen, cells, wrapped
from podwatch.stream import Scope

_GAP = 2
_NAME_MINIMUM = 12


@dataclass(frozen=True, slots=True)
class _Widths:
    """The cells of each column; 0 for one that is not shown."""

    name: int
    namespace: int
    ready: int
    status: int
    phase: int
    restarts: int
    age: int
    remark: int
    gap: int


def _widths(rows: list[Row], width: int, namespaces: bool) -> _Widths:
    """Fixed by the screen's width and the longest name, so that columns keep their place."""
    namespace = 0
    if namespaces:
        longest = max((len(row.ref.namespace) for row in rows), default=0)
        namespace = min(max(longest, 9), 9 if width < 100 else 24)
    narrow = width < 72
    gap = 1 if narrow else _GAP
    status = 14 if narrow else 17 if width < 100 else 22 if width < 150 else 26
    restarts = 8 if width < 100 else 13
    age = 0 if narrow else 5
    shown = [one for one in (namespace, 5, status, 9, restarts, age) if one]
    free = width - 4 - 1 - sum(shown) - gap * len(shown)
    longest = max((len(row.ref.name) for row in rows), default=0)
    name = max(min(max(longest, 20), free), _NAME_MINIMUM)
    remark = free - name - gap
    return _Widths(name, namespace, 5, status, 9, restarts, age, remark if remark >= 12 else 0, gap)


def table(
    board: Board, rows: list[Row], width: int, room: int, scroll: int, pen: Pen
) -> tuple[list[Text], int, int]:
    """The heading and the visible rows in at most `room` lines; first row, number of rows."""
    if not rows:
        return _nothing(board, width, room, pen), 0, 0
    space = max(room - 1, 1)
    page = len(rows) if len(rows) <= space else max(space - 1, 1)
    first = max(min(scroll, len(rows) - page), 0)
    namespaces = len({scope.namespace for scope in pod_scopes(board)}) > 1 or any(
        not scope.namespace for scope in pod_scopes(board)
    )
    widths = _widths(rows, width, namespaces)
    lines = [_heading(widths, width, pen)]
    here = board.lesson.ref.uid if board.lesson is not None else ""
    for row in rows[first : first + page]:
        lines.append(_row(board, row, widths, width, row.ref.uid == here, pen))
    if page < len(rows) and len(lines) < room:
        above, below = first, len(rows) - first - page
        said = [
            f"{pen.theme.symbol(symbol)} {number} more {word}"
            for symbol, number, word in (("up", above, "above"), ("down", below, "below"))
            if number
        ]
        lines.append(pen.line(width, [("    " + "   ".join(said), pen.style("dim"))]))
    return lines, first, page


def _heading(widths: _Widths, width: int, pen: Pen) -> Text:
    words = ["NAME", "READY", "STATUS", "PHASE", "RESTARTS", "AGE"]
    sizes = [widths.name, widths.ready, widths.status, widths.phase, widths.restarts, widths.age]
    if widths.namespace:
        words.insert(0, "NAMESPACE")
        sizes.insert(0, widths.namespace)
    gap = " " * widths.gap
    text = gap.join(pen.fit(word, size) for word, size in zip(words, sizes, strict=True) if size)
    return pen.line(width, [("    " + text, pen.style("heading"))])


def _row(board: Board, row: Row, widths: _Widths, width: int, here: bool, pen: Pen) -> Text:
    stands = standing(row)
    tone = pen.style(stands)
    calm = pen.style("dim") if stands in {"gone", "ended"} else None
    gap = " " * widths.gap
    marker = pen.theme.symbol("here") if here else " "
    name = pen.fit_name(pen.say(row.ref.name), widths.name)
    parts: list[Part] = [
        (f" {marker}", pen.style("brand")),
        (f"{pen.theme.symbol(stands)} ", tone),
    ]
    if widths.namespace:
        parts.append((pen.fit_name(pen.say(row.ref.namespace), widths.namespace) + gap, calm))
    parts += [
        (name + gap, pen.style("strong") if here and calm is None else calm),
        (pen.fit(row.columns.ready_text, widths.ready) + gap, calm),
        (pen.fit(pen.say(row.columns.status), widths.status) + gap, tone),
    ]
    remark = _remark(row, widths.remark, pen)
    if row.gone and len(remark) > widths.remark:
        # What a Pod that is gone had last tells less than what became of it.
        return pen.line(width, [*parts, (_remark(row, width - cells(parts) - 1, pen), calm)])
    restarts = restarts_text(row.columns, board.now) if board.now is not None else ""
    if len(restarts) > widths.restarts or not restarts:
        restarts = str(row.columns.restarts)
    parts.append((pen.fit(pen.say(row.pod.status.phase), widths.phase) + gap, calm))
    parts.append((pen.fit(restarts, widths.restarts), calm))
    if widths.age:
        age = age_text(row.pod, board.now) if board.now is not None else ""
        parts.append((gap + pen.fit(age, widths.age), calm))
    if widths.remark:
        parts.append((gap + remark, pen.style("dim")))
    return pen.line(width, parts)


_GONE = {
    Existence.ABSENT: "deleted",
    Existence.NOT_MATCHING: "no longer matches",
    Existence.LOST_SIGHT: "out of sight",
}


def _remark(row: Row, width: int, pen: Pen) -> str:
    """What else is to be said of a Pod, as much of it as there is room for."""
    gone = _GONE.get(row.gone, row.gone)
    if row.replaced_by:
        by = _shortened(pen.say(row.replaced_by), pen.say(row.ref.name), pen)
        start = f"{gone}, replaced by {by}" if gone else f"replaced by {by}"
    elif row.gone:
        return gone
    elif row.replaces:
        start = f"replaces {_shortened(pen.say(row.replaces), pen.say(row.ref.name), pen)}"
    else:
        return ""
    whole = f"{start}: a new Pod, other uid"
    return whole if cell_len(whole) <= width else start


def _shortened(name: str, like: str, pen: Pen) -> str:
    """A name without the parts that it has in common with another one."""
    parts, others = name.split("-"), like.split("-")
    common = 0
    while common < min(len(parts), len(others)) - 1 and parts[common] == others[common]:
        common += 1
    return pen.ellipsis + "-" + "-".join(parts[common:]) if common else name


def _nothing(board: Board, width: int, room: int, pen: Pen) -> list[Text]:
    """What to say as long as there are no Pods; never an empty screen."""
    strong, command = pen.style("strong"), pen.style("command")
    parts: list[tuple[str, Style | None]] = []
    if board.awaited:
        for awaited in board.awaited:
            parts.append((f"waiting for {pen.say(awaited)}: it does not exist yet", strong))
        parts.append(("As soon as it is created, it is followed here.", None))
    elif not board.synced:
        context = pen.say(board.opened.context) if board.opened else ""
        parts.append((pen.own(f"asking {context or 'the cluster'} for its Pods …"), strong))
    elif any(scope.selective for scope in pod_scopes(board)):
        parts.append((f"no Pod matches in {pen.say(place(board))}", strong))
        parts.append(("The first one that does is followed here.", None))
    elif any(scope.name for scope in pod_scopes(board)):
        parts.append((f"{pen.say(place(board))} is gone", strong))
        parts.append(("If one of that name is created again, it is followed here.", None))
    else:
        namespace = next((scope.namespace for scope in pod_scopes(board)), "") or "default"
        hello = f"kubectl run hello --image=busybox:1.36 -n {shlex.quote(namespace)} -- sleep 60"
        parts.append((f"no Pods in {pen.say(place(board))}", strong))
        parts.append(("To see something happen, type in another terminal:", None))
        parts.append(("  " + pen.say(hello), command))
    lines: list[Text] = [] if room < 5 else [pen.blank(width)]
    for text, style in parts:
        hanging = "    " if text.startswith("  ") else "  "
        for number, line in enumerate(wrapped(text, max(width - 6, 10))):
            lines.append(
                pen.line(width, [((hanging if not number else hanging + "  ") + line, style)])
            )
    return lines[:room]


def place(board: Board) -> str:
    """Which Pods are watched: `default`, `all namespaces`, `default/api`, `default app=web`."""
    scopes = pod_scopes(board)
    if not scopes:
        return ""
    named = []
    for scope in scopes:
        namespace = scope.namespace or "all namespaces"
        named.append(f"{namespace}/{scope.name}" if scope.name else namespace)
    first = scopes[0]
    selector = " ".join(
        part
        for part in (first.label_selector, first.field_selector if first.selective else "")
        if part
    )
    return ", ".join(named) + (f" {selector}" if selector else "")


def pod_scopes(board: Board) -> list[Scope]:
    """Where the Pods come from."""
    if board.opened is None:
        return []
    return [scope for scope in board.opened.scopes if scope.kind == "Pod"]
