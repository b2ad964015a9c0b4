"""The table: kubectl's columns and the phase beside them, a Pod or a group of them a row.

Responsible for which rows are seen, and for what is said without any Pod. How wide the columns are
is `widths`, what a row says `table_row`.
"""

import shlex

from rich.text import Text

from podwatch.core.board import Board
from podwatch.core.folds import Fold
from podwatch.renderers.dashboard.group_row import group_row
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped
from podwatch.renderers.dashboard.order import Rows
from podwatch.renderers.dashboard.table_row import pod_row
from podwatch.renderers.dashboard.view_state import ViewState, marked, place, pod_scopes
from podwatch.renderers.dashboard.widths import gap_of, widths


def table(
    board: Board,
    rows: Rows,
    width: int,
    room: int,
    look: ViewState,
    pen: Layout,
    *,
    recorded: bool = False,
) -> tuple[list[Text], int, int]:
    """The heading and the visible rows in at most `room` lines; first row, number of rows.

    The selected row is always among them, and without any the row of the Pod on the card.
    """
    if not rows:
        return _empty(board, look, width, room, pen, recorded), 0, 0
    space = max(room - 1, 1)
    page = min(len(rows), space)
    first, here = look.scroll, marked(board, look)
    if here:  # the Pod that the card is about is always seen
        at = rows.index_of(here)
        at = first if at is None else at
        first = min(max(first, at - page + 1), at)
    first = max(min(first, len(rows) - page), 0)
    seen = rows[first : first + page]
    sizes = widths(board, seen, width, pen)
    heading = gap_of(width).join(pen.fit(word, size) for word, size in sizes.items() if size)
    lines = [pen.line(width, [("    " + heading, "heading")])]
    for row in seen:
        is_here = row.ref.key == here
        if isinstance(row, Fold):
            shut = rows.groups.is_shut(row)
            lines.append(group_row(board, row, sizes, width, pen, shut=shut, selected=is_here))
            continue
        within = rows.groups.group_of(row) is not None
        lines.append(pod_row(board, row, sizes, width, pen, here=is_here, look=look, within=within))
    return lines, first, page


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
    if look.tour is not None or look.slide is not None:  # a lesson's name may tell how it ends
        return [("no Pods any more" if board.story else "no Pods yet", "strong")]
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
