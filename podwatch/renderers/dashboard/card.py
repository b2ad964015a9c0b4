"""The card: what is to be read.

Responsible for its title and link, and for what stands there before anything happened. What it says
is `card_texts`', its lines are `card_lines`'; which beat is on it `podwatch.core.cards` decides.
"""

from dataclasses import replace

from rich.cells import cell_len

from podwatch.core.board import Board, Row
from podwatch.core.cards import Card
from podwatch.core.concepts import Weight
from podwatch.core.finding import Diagnosis
from podwatch.core.health import HEALTH_WORDS, Health
from podwatch.core.states import CONTAINER_WORDS, Facet
from podwatch.core.text import counted
from podwatch.core.timeline import Explained, ExplainedEvent
from podwatch.renderers.dashboard.card_lines import card_lines
from podwatch.renderers.dashboard.card_texts import of_card, of_diagnosis
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped
from podwatch.renderers.dashboard.regions import Content
from podwatch.renderers.dashboard.view_state import ViewState, card_shown, row_read, titled

_SUBJECTS = CONTAINER_WORDS | {Facet.CONDITION: "condition"}


def card(board: Board, look: ViewState, width: int, height: int, pen: Layout) -> Content:
    """What is to be read in at most `height` lines; of a selected Pod what is the matter with it.

    Without anything to read, how to read the screen.
    """
    if look.slide is not None:
        body = card_lines(look.slide, width, height, pen)[:height]
        return Content([pen.line(width, parts) for parts in body], [("Lesson", "strong")])
    if not board.synced:
        return Content([], [])
    row, shown = row_read(board, look), card_shown(board, look)
    known = board.diagnosis(row) if row is not None else None
    if row is not None and known is not None:
        return _of_pod(board, row, known, width, height, pen)
    if shown is None:
        body = _before_the_first(width, pen)[:height]
        return Content([pen.line(width, parts) for parts in body], [("Now", "strong")])
    texts = of_card(shown, board)
    if look.is_asked:  # what its lesson says in general would answer
        texts = replace(texts, why="", note=(), also="")
    body = card_lines(texts, width, height, pen)[:height]
    lines = [pen.line(width, parts) for parts in body]
    title, right = _heading(shown, board, width, pen)
    return Content(lines, title, right=right, foot=_link(shown.docs, width - 4, pen))


def _heading(card: Card, board: Board, width: int, pen: Layout) -> tuple[Line, Line]:
    """Its title, and what stands on the right; what of the Pod it is about gives way first."""
    title = _title(card, board, pen)
    time: Line = [(f" {pen.time(card.beat.moment)} ", "label")]
    since, others = ([(text, "label")] for text in (_since(card), _others(card, board)))
    for left, right in (
        (title, [*others, *since, *time]),
        (title[:1], [*others, *since, *time]),
        (title[:1], [*others, *time]),
    ):
        if cells(left) + cells(right) + _AROUND <= width:
            return left, right
    return title[:1], [*others, *time]


_AROUND = 2
"""The cells of the blanks and lines around a title."""


def _of_pod(
    board: Board, row: Row, known: Diagnosis, width: int, height: int, pen: Layout
) -> Content:
    """What is the matter with one Pod, and what happened to it last."""
    texts = of_diagnosis(known, row.health, board.beats_of(row.ref))
    lines = [pen.line(width, parts) for parts in card_lines(texts, width, height, pen)[:height]]
    title: Line = [(pen.say(titled(board, row.ref)), "strong")]
    right: Line = [(f" {HEALTH_WORDS[row.health]} ", row.health)]
    return Content(lines, title, right=right, foot=_link(known.docs, width - 4, pen))


def _since(card: Card) -> str:
    """How many beats that matter wait to be read."""
    return f" {card.since} more since " if card.since else ""


def _others(card: Card, board: Board) -> str:
    """How many other Pods are in trouble, beside one that is."""
    row = board.row(card.beat.ref)
    is_trouble = row is not None and row.health is Health.TROUBLE
    if not is_trouble and card.beat.weight != Weight.TROUBLE:
        return ""
    others = board.counts[Health.TROUBLE] - (card.pods if is_trouble else 0)
    return f" {counted(others, 'other Pod')} in trouble " if others > 0 else ""


def _title(card: Card, board: Board, pen: Layout) -> Line:
    """Whose it is, and what of the Pod: of several, how many they are."""
    what = about(card.beat.head) if isinstance(card.beat.head, Explained) else card.beat.subject
    name = titled(board, card.beat.ref) if card.pods == 1 else counted(card.pods, "Pod")
    parts: Line = [(pen.say(name), "strong")]
    if what:
        parts.append((pen.own(f" · {pen.say(what)}"), ""))
    return parts


def about(lesson: Explained) -> str:
    """What of the Pod it is about: `container app`, `condition Ready`, `phase`."""
    if isinstance(lesson, ExplainedEvent):
        return f"container {lesson.event.container}" if lesson.event.container else ""
    kind = _SUBJECTS.get(lesson.transition.facet)
    return f"{kind} {lesson.transition.subject}" if kind else lesson.subject


def _link(docs: str, width: int, pen: Layout) -> Line:
    if not docs:
        return []
    text = pen.address(docs, width)
    return [(f" {pen.fit(text, min(cell_len(text), width))} ", docs)]


def _before_the_first(width: int, pen: Layout) -> list[Line]:
    """What will be here, and what the symbols mean."""
    text = "Nothing has changed yet. What happens from now on is explained here."
    lines: list[Line] = [[(line, "")] for line in wrapped(text, width)]
    lines.append([])
    for name, word in HEALTH_WORDS.items():
        meaning = [pen.sign(name), (f" {word}   ", "")]
        if cells(lines[-1]) + cells(meaning) > width + 3:
            lines.append([])
        lines[-1] += meaning
    return lines
