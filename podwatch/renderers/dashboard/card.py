"""The card: the newest lesson.

Responsible for its title and link, and for what stands there before the first lesson. The lines in
it are `lesson`.
"""

import math

from rich.cells import cell_len

from podwatch.core.board import Board
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.kubelet import next_start
from podwatch.core.states import CONTAINER_FACETS, CONTAINER_WORDS, Facet
from podwatch.core.text import capitalized
from podwatch.core.timeline import Explained, ExplainedEvent
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped
from podwatch.renderers.dashboard.lesson import lesson_lines
from podwatch.renderers.dashboard.regions import Content
from podwatch.renderers.dashboard.view_state import ViewState, lesson_shown, selected_row, titled

_SUBJECTS = CONTAINER_WORDS | {Facet.CONDITION: "condition"}


def card(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> Content:
    """The lesson to be read in at most `height` lines; without any, how to read the screen."""
    if not board.synced:
        return Content([], [])
    lesson = lesson_shown(board, look)
    if lesson is None:
        body = _before_the_first(board, look, width, pen)[:height]
        return Content([pen.line(width, parts) for parts in body], [("Now", "strong")])
    body = lesson_lines(lesson, _when(lesson, board), width, height, pen)[:height]
    while body and not body[-1]:
        body.pop()
    right: Line = [(f" {pen.time(lesson.moment)} ", "dim")]
    if look.behind and not look.selected:
        behind = f" {look.behind} more behind this "
        right = [(behind, "label"), *right]
    lines = [pen.line(width, parts) for parts in body]
    foot = _card_link(lesson, width - 4, pen)
    return Content(lines, _card_title(lesson, board, pen), right=right, foot=foot)


def _when(lesson: Explained, board: Board) -> str:
    """When what comes next is due, where that is known; counted down.

    A deletion's grace period is a limit, a back-off is about what the kubelet waits.
    """
    if isinstance(lesson, ExplainedEvent) or board.now is None:
        return ""
    transition = lesson.transition
    row = board.row(lesson.ref)
    if row is None or row.gone:
        return ""
    due, said = None, "in about {} s: "
    if transition.facet is Facet.DELETION:
        due, said = row.pod.metadata.deletion_timestamp, "{} s left: "
    elif transition.facet in CONTAINER_FACETS:
        status, then = (pod.status_of(transition.subject) for pod in (row.pod, lesson.pod))
        due = next_start(row.pod, status) if status is not None and status == then else None
    left = math.ceil((due - board.now).total_seconds()) if due is not None else 0
    return said.format(left) if 0 < left < _SHOWN_AHEAD else ""


_SHOWN_AHEAD = 3600
"""What is due later is no countdown."""


def _card_title(lesson: Explained, board: Board, pen: Layout) -> Line:
    parts: Line = [(pen.say(titled(board, lesson.ref)), "strong")]
    if what := about(lesson):
        parts.append((pen.own(f" · {pen.say(what)}"), ""))
    return parts


def about(lesson: Explained) -> str:
    """What of the Pod it is about: `container app`, `condition Ready`, `phase`."""
    if isinstance(lesson, ExplainedEvent):
        return f"container {lesson.event.container}" if lesson.event.container else ""
    kind = _SUBJECTS.get(lesson.transition.facet)
    return f"{kind} {lesson.transition.subject}" if kind else lesson.subject


def _card_link(lesson: Explained, width: int, pen: Layout) -> Line:
    docs = lesson.explanation.docs
    if not docs:
        return []
    text = pen.address(docs, width)
    return [(f" {pen.fit(text, min(cell_len(text), width))} ", docs)]


def _before_the_first(board: Board, look: ViewState, width: int, pen: Layout) -> list[Line]:
    """What will be here, and what the symbols mean."""
    text = "Nothing has changed yet. What happens from now on is explained here."
    row = selected_row(board, look)
    if row is not None:
        wait = board.wait(row)
        waits = f" {capitalized(pen.say(wait.sentence))}" if wait is not None else ""
        text = (
            f"{pen.say(row.ref.name)} is {HEALTH_WORDS.get(row.health, 'gone')}.{waits} Nothing "
            "has changed about it since podwatch looks; what happens from now on is explained here."
        )
    lines: list[Line] = [[(line, "")] for line in wrapped(text, width)]
    lines.append([])
    for name, word in HEALTH_WORDS.items():
        meaning = [pen.sign(name), (f" {word}   ", "dim")]
        if cells(lines[-1]) + cells(meaning) > width + 3:
            lines.append([])
        lines[-1] += meaning
    return lines
