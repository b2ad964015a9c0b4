"""The table without a Pod.

Responsible for what is said then: why there is none, and what to do.
"""

import shlex

from rich.style import Style
from rich.text import Text

from podwatch.core.board import Board
from podwatch.renderers.dashboard.layout import Layout, wrapped
from podwatch.renderers.dashboard.view_state import ViewState, place, pod_scopes


def empty(
    board: Board, look: ViewState, width: int, room: int, pen: Layout, recorded: bool
) -> list[Text]:
    """What to say as long as there are no Pods; never an empty screen."""
    strong, command = pen.style("strong"), pen.style("command")
    parts: list[tuple[str, Style | None]] = []
    if board.counts() and (look.filter or look.trouble_only):
        if look.filter:
            parts.append((f'no Pod matches "{pen.say(look.filter)}"', strong))
        else:
            parts.append(("no Pod is in trouble", strong))
        parts.append(("Esc shows all of them again.", None))
    elif board.awaited:
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
    elif recorded:
        parts.append((f"no Pods in {pen.say(place(board))}", strong))
        parts.append(("This is a recording: at this moment there is none in it.", None))
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
