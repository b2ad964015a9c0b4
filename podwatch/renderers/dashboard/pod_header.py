"""The top of the Pod view: which Pod it is, how it stands and what it waits for.

Responsible for what is left out where there is not room for all.
"""

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.columns import age_text, restarts_text
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped

_BESIDE = 30
"""What the region's upper side needs beside the words: corners, and how much is above and below."""


def pod_title(row: Row, width: int, pen: Layout) -> tuple[Line, Line]:
    """The words on the upper side of its region: its name, and what else it is known by."""
    uid = row.ref.uid if width >= 150 else row.ref.uid[:8]
    node = row.pod.spec.node_name or "no node yet"
    about = [row.ref.namespace, node, row.pod.status.pod_ip or "no IP yet", f"uid {uid}"]
    name = pen.say(row.ref.name)
    while about and cell_len(name) + _BESIDE + cell_len(" · ".join(map(pen.say, about))) > width:
        about.pop()
    right: Line = [(pen.own(f" {' · '.join(map(pen.say, about))} "), "dim")] if about else []
    room = max(width - _BESIDE + 4 - cells(right), 8)
    title: Line = [
        (f"{pen.symbol(row.health)} ", row.health),
        (pen.fit_name(name, min(cell_len(name), room)), "strong"),
    ]
    return title, right


def pod_header(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    """Two or more lines of exactly `width` cells."""
    lines = [
        pen.line(width, [(" ", ""), *_three_answers(board, row, width - 1, pen)]),
        pen.line(width, [(f" {pen.say(_origin(row))}", "dim")]),
    ]
    known = board.diagnosis(row)
    if known is not None and (wait := known.first).role != "fine":
        ends = wait.ends(board.now)
        said = f"{ends}: {wait.sentence}" if ends else wait.sentence
        room = max(width - 2, 8)
        first, *more = wrapped(pen.say(said), room)
        for line in (first, pen.fit(" ".join(more), room)) if more else (first,):
            lines.append(pen.line(width, [(f" {line}", "strong")]))
    return lines


def _three_answers(board: Board, row: Row, width: int, pen: Layout) -> Line:
    """Phase, STATUS and Ready next to each other: three different things."""
    pod, columns = row.pod, row.columns
    ready = pod.condition("Ready")
    bare = str(columns.restarts)
    parts: Line = []
    for label, style, *values in (
        ("phase", "", pod.status.phase or "none yet"),
        ("STATUS", row.health, columns.status),
        ("Ready", "", ready.status if ready is not None else "not yet"),
        ("READY", "", columns.ready_text),
        ("RESTARTS", "", restarts_text(columns, board.now), bare),
        ("AGE", "", age_text(pod, board.now)),
    ):
        for value in values:  # the first that there is room for
            fact: Line = [("   " if parts else "", ""), (f"{label} ", "label")]
            fact.append((pen.say(value), style))
            if cells(parts) + cells(fact) <= width:
                parts += fact
                break
    return parts


def _origin(row: Row) -> str:
    """Who made it, what it replaces and what became of it."""
    meta = row.pod.metadata
    said = []
    controller = meta.controller
    if controller is not None:
        said.append(f"controlled by {controller.kind} {controller.name}")
    elif meta.annotations.config_mirror:
        said.append("a static Pod: the kubelet made it from a file on its node")
    else:
        said.append("a bare Pod: no controller replaces it")
    if row.replaces:
        said.append(f"replaces {row.replaces.name}")
    if row.replaced_by:
        said.append(f"replaced by {row.replaced_by.name}")
    elif row.gone:
        said.append(f"it is {row.gone} now")
    if meta.deletion_timestamp is not None and not row.gone:
        said.append("deletion requested")
    return "; ".join(said)
