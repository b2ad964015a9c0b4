"""The top of the Pod view: which Pod it is, how it stands and what it waits for.

Responsible for what is left out where there is not room for all.
"""

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.board import Board, Row
from podwatch.core.columns import age_text, restarts_text
from podwatch.core.text import capitalized
from podwatch.renderers.dashboard.layout import Layout, Part, cells, wrapped


def pod_header(board: Board, row: Row, width: int, pen: Layout) -> list[Text]:
    """Two or more lines of exactly `width` cells."""
    pod, strong, dim = row.pod, pen.style("strong"), pen.style("dim")
    tone = pen.style(row.health)
    uid = row.ref.uid if width >= 150 else row.ref.uid[:8]
    node = pod.spec.node_name or "no node yet"
    about = [row.ref.namespace, node, pod.status.pod_ip or "no IP yet", f"uid {uid}"]
    name = pen.say(row.ref.name)
    while about and cell_len(name) + 6 + cell_len(" · ".join(map(pen.say, about))) > width:
        about.pop()
    right: list[Part] = [(pen.own(" · ").join(map(pen.say, about)) + " ", dim)] if about else []
    left: list[Part] = [
        (f" {pen.theme.symbol(row.health)} ", tone),
        (pen.fit_name(name, min(cell_len(name), max(width - 5 - cells(right), 8))), strong),
    ]
    lines = [pen.line(width, left, right)]
    lines.append(pen.line(width, [("   ", None), *_three_answers(board, row, width - 3, pen)]))
    lines.append(pen.line(width, [("   " + pen.say(_origin(row)), dim)]))
    wait = board.wait(row)
    if wait is not None and board.now is not None:
        said = capitalized(wait.sentence)
        if wait.until is not None:
            said = f"{wait.short(board.now)}: {wait.sentence}"
        said, room = pen.say(said), max(width - 4, 8)
        first, *more = wrapped(said, room)
        rest = " ".join(more)
        for line in (first, pen.fit(rest, room)) if rest else (first,):
            lines.append(pen.line(width, [("   " + line, strong)]))
    return lines


def _three_answers(board: Board, row: Row, width: int, pen: Layout) -> list[Part]:
    """Phase, STATUS and Ready next to each other: three different things."""
    pod, columns = row.pod, row.columns
    ready = pod.condition("Ready")
    restarts = restarts_text(columns, board.now) if board.now is not None else ""
    bare = str(columns.restarts)
    facts = [
        ("phase", pod.status.phase or "none yet", None),
        ("STATUS", columns.status, row.health),
        ("Ready", ready.status if ready is not None else "not yet", None),
        ("READY", columns.ready_text, None),
        ("RESTARTS", restarts or bare, None),
        *([("RESTARTS", bare, None)] if restarts not in {"", bare} else []),
        ("AGE", age_text(pod, board.now) if board.now is not None else "", None),
    ]
    parts: list[Part] = []
    for label, value, style in facts:
        fact: list[Part] = [
            ("   " if parts else "", None),
            (f"{label} ", pen.style("label")),
            (pen.say(value), pen.style(style) if style else None),
        ]
        told = any(text == f"{label} " for text, _ in parts)  # in more words already
        if not told and cells(parts) + cells(fact) <= width:
            parts += fact
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
    if row.gone:
        said.append(
            f"replaced by {row.replaced_by.name}" if row.replaced_by else f"it is {row.gone} now"
        )
    elif row.replaced_by:
        said.append(f"replaced by {row.replaced_by.name}")
    if meta.deletion_timestamp is not None and not row.gone:
        said.append("deletion requested")
    return "; ".join(said)
